# SPDX-License-Identifier: MIT
"""Several Redis servers that stand in for each other: under Sentinels, or as a Cluster. Real ones, on loopback."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

from engines import REDIS_SERVER, PrivateRedis, free_port
from harness import wait_until

NAME = "site"  # what the Sentinels call it


def ask(port, *words, check=True):
    """One command by redis-cli; lists come as lines."""
    done = subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, timeout=20)
    if check and done.returncode != 0:
        raise AssertionError(f"{words}: {done.stdout} {done.stderr}")
    return done.stdout.strip()


class Sentinel:
    """`settings`: further lines of its file; `tls`: CA, certificate and key, then it speaks nothing else."""

    def __init__(self, master_port, down_after=1000, quorum=2, settings=(), tls=None):
        self.folder = tempfile.mkdtemp(prefix="tripos-sentinel-")
        self.port = free_port()
        self.config = os.path.join(self.folder, "sentinel.conf")
        self.options = [] if tls is None else ["--tls", "--cacert", tls[0], "--cert", tls[1], "--key", tls[2]]
        listening = [f"port {self.port}"] if tls is None else [
            "port 0", f"tls-port {self.port}", f"tls-ca-cert-file {tls[0]}", f"tls-cert-file {tls[1]}", f"tls-key-file {tls[2]}",
            "tls-auth-clients no", "tls-replication yes", "sentinel resolve-hostnames yes", "sentinel announce-hostnames yes"]
        host = "127.0.0.1" if tls is None else "localhost"  # which the certificate names
        lines = [*listening, "bind 127.0.0.1", f"dir {self.folder}", f"sentinel monitor {NAME} {host} {master_port} {quorum}",
                 f"sentinel down-after-milliseconds {NAME} {down_after}", f"sentinel failover-timeout {NAME} 1000", *settings]
        with open(self.config, "w", encoding="ascii") as config:
            config.write("\n".join(lines) + "\n")
        self.process = None
        self.start()

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen([REDIS_SERVER, self.config, "--sentinel"], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        wait_until(lambda: ask(self.port, *self.options, "PING", check=False) == "PONG", 10, "a Sentinel to answer")

    def end(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class Sentinels:
    """A master, two replicas and three Sentinels. The master takes no writes without a replica, as docs/operations.md demands."""

    def __init__(self, down_after=1000, max_lag=2):
        self.servers = [PrivateRedis("--min-replicas-to-write", "1", "--min-replicas-max-lag", str(max_lag), "--repl-diskless-sync-delay",
                                     "0", "--repl-ping-replica-period", "1").start()]
        self.first = self.servers[0].port
        for _ in range(2):
            self.servers.append(PrivateRedis(*self.servers[0].settings, "--replicaof", "127.0.0.1", str(self.first)).start())
        wait_until(lambda: ask(self.first, "INFO", "replication").count("state=online") == 2, 20, "two replicas")
        self.sentinels = [Sentinel(self.first, down_after) for _ in range(3)]
        for sentinel in self.sentinels:
            wait_until(lambda: self.knows_all(sentinel), 20, "the Sentinels to know each other")
        self.url = "redis+sentinel://" + ",".join(f"127.0.0.1:{one.port}" for one in self.sentinels) + "/" + NAME

    @staticmethod
    def knows_all(sentinel):
        words = ask(sentinel.port, "SENTINEL", "MASTER", NAME).splitlines()
        state = dict(zip(words[::2], words[1::2]))
        return (state["num-slaves"], state["num-other-sentinels"], state["flags"]) == ("2", "2", "master")

    def master_port(self):
        return int(ask(self.sentinels[0].port, "SENTINEL", "get-master-addr-by-name", NAME).splitlines()[1])

    def master(self):
        port = self.master_port()
        return next(server for server in self.servers if server.port == port)

    def stop(self):
        for one in self.sentinels + self.servers:
            one.stop()


class Cluster:
    """`masters` nodes with as many replicas each. `certificates`: of engines.Certificates, then the nodes speak nothing but TLS, among
    each other as well, under the name localhost. `settings`: further words of their command lines."""

    def __init__(self, masters=3, replicas=0, node_timeout=2000, certificates=None, settings=()):
        self.nodes = []
        tls, words, self.scheme, self.host = None, list(settings), "redis", "127.0.0.1"
        by_tls = []
        if certificates:
            ca, *tls = (certificates.path(name) for name in ("ca.pem", "server.pem", "server.key"))
            self.scheme, self.host, by_tls = "rediss", "localhost", ["--tls", "--cacert", ca]
            words += ["--tls-ca-cert-file", ca, "--tls-auth-clients", "no", "--tls-cluster", "yes", "--tls-replication", "yes",
                      "--cluster-announce-hostname", self.host, "--cluster-preferred-endpoint-type", "hostname"]
        for _ in range(masters * (1 + replicas)):
            self.nodes.append(PrivateRedis("--cluster-enabled", "yes", "--cluster-port", str(free_port()), "--cluster-node-timeout",
                                           str(node_timeout), "--cluster-allow-replica-migration", "no", *words, tls=tls).start())
        done = subprocess.run(["redis-cli", *by_tls, "--cluster", "create", *[f"127.0.0.1:{node.port}" for node in self.nodes],
                               "--cluster-replicas", str(replicas), "--cluster-yes"], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        for node in self.nodes:
            wait_until(lambda: "cluster_state:ok" in node.command("CLUSTER", "INFO"), 20, "the Cluster to be whole")
        wait_until(lambda: sum("master_link_status:up" in node.command("INFO", "replication") for node in self.nodes) == masters * replicas,
                   20, "the replicas to have what their masters have")
        self.url = self.url_of()

    def url_of(self, log_in="", query=""):
        """Of the first three nodes."""
        return f"{self.scheme}+cluster://{log_in}" + ",".join(f"{self.host}:{node.port}" for node in self.nodes[:3]) + query

    def id_of(self, node):
        return node.command("CLUSTER", "MYID")

    def slot(self, key):
        return self.nodes[0].command("CLUSTER", "KEYSLOT", key)

    def owner(self, key):
        """The node that serves the key, by its own word."""
        for node in self.nodes:
            if node.process.poll() is None and not node.command("EXISTS", key).startswith(("MOVED", "CLUSTERDOWN")):
                return node
        return None

    def move(self, key, target, hold=0.5):
        """Moves the key's slot as redis-cli's reshard does, a few keys at a time. It is between the two for `hold` seconds at least."""
        source, slot = self.owner(key), self.slot(key)
        target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", self.id_of(source))
        source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", self.id_of(target))
        time.sleep(hold)
        moved = 0
        while keys := source.command("CLUSTER", "GETKEYSINSLOT", slot, "10").split("\n"):
            if keys == [""]:
                break
            source.command("MIGRATE", "127.0.0.1", str(target.port), "", "0", "5000", "KEYS", *keys)
            moved += len(keys)
        for node in [target, source, *self.nodes]:
            if node.process.poll() is None:
                node.command("CLUSTER", "SETSLOT", slot, "NODE", self.id_of(target))
        return moved

    def stop(self):
        for node in self.nodes:
            node.stop()


class SignUps:
    """People who sign up one after the other until stop(): each is owed one mail."""

    def __init__(self, site, pause=0.1):
        self.site = site
        self.pause = pause
        self.accepted = []  # (address, when)
        self.refused = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        number = 0
        while not self.is_over.is_set():
            address = f"person{number}@example.com"
            number += 1
            body = {"fullName": "Asha Rao", "email": address, "password": "correct horse 7"}
            reply = self.site.server.api("POST", "/auth/signup", body)
            if reply.status == 201:
                self.accepted.append((address, time.monotonic()))
            else:
                self.refused.append(reply)
            self.is_over.wait(self.pause)

    def stop(self):
        self.is_over.set()
        self.thread.join()

    def first_after(self, moment):
        """The address of the first who signed up after that."""
        return wait_until(lambda: next((address for address, at in list(self.accepted) if at > moment), None), 15, "another sign-up")

    def mails_per_person(self):
        return {address: len(self.site.mails(address)) for address, _ in self.accepted}

    def each_has_one_mail(self):
        """Once no job is left: one that a dead master had not marked as ended comes back, and its mail is not sent again."""
        wait_until(lambda: all(self.mails_per_person().values()), 20, "everybody's mail")
        wait_until(self.is_idle, 70, "the last job to end", interval=0.5)
        return set(self.mails_per_person().values()) == {1}

    def is_idle(self):
        stats = json.loads(self.site.server.command("queue", "stats", "email", "--json").stdout)
        return not any(stats["data"]["counts"][state] for state in ("waiting", "prioritized", "active", "delayed"))
