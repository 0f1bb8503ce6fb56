# SPDX-License-Identifier: MIT
"""Under a service manager: news, watchdog, a listener that it holds, secrets in files, a stop that proxies hear of."""

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import ROOT, Site, TriposServer, wait_until
from service_manager import ActivatedServer, Load, NewsSocket

UNITS = os.path.join(ROOT, "deploy", "systemd")


class News(unittest.TestCase):
    def manager(self, **how):
        manager = NewsSocket(**how)
        self.addCleanup(shutil.rmtree, manager.folder, ignore_errors=True)
        self.addCleanup(manager.close)
        return manager

    def server(self, **settings):
        server = TriposServer(start=False, **settings)
        self.addCleanup(server.stop)
        return server

    def test_it_is_ready_when_it_answers_and_says_that_it_stops(self):
        for abstract in (False, True):
            manager = self.manager(abstract=abstract)
            server = self.server(NOTIFY_SOCKET=manager.address)
            server.spawn()
            wait_until(lambda: "READY=1" in manager.texts(), 30, "READY=1")
            server.port = int(re.search(r"Server running on port (\d+)", server.log())[1])
            self.assertEqual(server.api("GET", "/health").status, 200)
            self.assertEqual(server.terminate(), 0)
            self.assertEqual(manager.texts(), ["READY=1", "STOPPING=1"])

    def test_a_start_that_fails_is_never_ready(self):
        manager = self.manager()
        code, _ = self.server(NOTIFY_SOCKET=manager.address, DATABASE_URL="nonsense:").run_to_end()
        self.assertEqual((code, manager.texts()), (78, []))

    def test_a_manager_that_is_gone_disturbs_nobody(self):
        server = self.server(NOTIFY_SOCKET="/nowhere/at/all", WATCHDOG_USEC=100_000)
        server.start()
        self.assertEqual(server.api("GET", "/health").status, 200)
        self.assertEqual(server.terminate(), 0)

    def test_the_watchdog_is_fed_until_the_writer_lane_hangs(self):
        manager = self.manager()
        server = self.server(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC=400_000)
        library, hang = (os.path.join(server.folder, name) for name in ("shim.so", "hang"))
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, os.path.join(ROOT, "tests", "system", "sync_shim.c")], check=True)
        server.settings.update(LD_PRELOAD=library, SYNC_SHIM=hang)
        server.start()
        manager.wait_for("WATCHDOG=1", 3)
        with open(hang, "w", encoding="ascii"):
            pass
        write = threading.Thread(target=lambda: Site(server).sign_up("hangs@example.com"))
        write.start()
        self.addCleanup(write.join)
        self.addCleanup(lambda: os.path.exists(hang) and os.unlink(hang))

        def silence():
            fed = [at for text, at in manager.news if text == "WATCHDOG=1"]
            return time.monotonic() - fed[-1]
        wait_until(lambda: silence() > 1, 10, "the watchdog to starve")
        self.assertEqual(server.api("GET", "/health").status, 200)  # what nobody would notice without it
        os.unlink(hang)
        manager.wait_for("WATCHDOG=1", 3)
        # Where the hang does not end, the manager does this; the process goes, whatever its lane does.
        server.process.send_signal(signal.SIGABRT)
        self.assertEqual(server.process.wait(10), -signal.SIGABRT)

    def test_a_watchdog_of_another_process_is_none_of_ours(self):
        manager = self.manager()
        server = self.server(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC=20_000, WATCHDOG_PID=1)
        server.start()
        server.terminate()
        self.assertEqual(manager.texts(), ["READY=1", "STOPPING=1"])


class Activated(unittest.TestCase):
    def server(self, **settings):
        server = ActivatedServer(**settings)
        self.addCleanup(server.stop)
        return server

    def test_it_answers_on_the_socket_it_is_given(self):
        server = self.server(PORT=1, HOST="192.0.2.1")  # which nobody could bind
        early = socket.create_connection(server.listener.getsockname())  # before there is a program
        self.addCleanup(early.close)
        early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.start()
        self.assertEqual(server.port, server.listener.getsockname()[1])
        self.assertTrue(early.recv(100).startswith(b"HTTP/1.1 200"))
        # Its children have no part in it: a redis-server that outlives its parent would keep the port.
        for pid in server.redis_pids():
            held = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
            inode = os.fstat(server.listener.fileno()).st_ino
            self.assertNotIn(f"socket:[{inode}]", held)

    def test_sockets_for_another_process_are_none_of_ours(self):
        server = self.server()
        server.prefix[2] = server.prefix[2].replace("$$", "1")
        server.start()
        self.assertNotEqual(server.port, server.listener.getsockname()[1])

    def test_what_it_cannot_serve_is_refused(self):
        for words in ("LISTEN_FDS=2", "LISTEN_FDS=1"):
            server = self.server()
            server.prefix[2] = server.prefix[2].replace("LISTEN_FDS=1", words)
            if words == "LISTEN_FDS=1":
                server.prefix[2] = server.prefix[2].replace(f"3<&{server.listener.fileno()}", "3</dev/null")
            code, output = server.run_to_end()
            self.assertEqual(code, 78, output)
            self.assertIn("give it one ListenStream", output)

    def restarts(self, count, rate):
        server = self.server()
        server.start()
        load = Load(server.port, rate)
        self.addCleanup(load.end)
        wait_until(lambda: load.answers > rate / 5, 20, "the first answers")
        for _ in range(count):
            before = load.answers
            server.restart()
            wait_until(lambda: load.answers > before + rate / 5, 30, "answers of the next one")
        load.end()
        self.assertEqual(load.failures, [], f"of {load.answers + len(load.failures)}")
        return load

    def test_restarts_refuse_nobody(self):
        self.restarts(5, 300)

    def test_without_a_listener_that_stays_the_clients_would_notice(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        server.settings["PORT"] = server.port
        load = Load(server.port, 300)
        self.addCleanup(load.end)
        wait_until(lambda: load.answers > 50, 20, "the first answers")
        server.restart()
        load.end()
        self.assertTrue(any("ConnectionRefused" in failure for failure in load.failures), load.failures)

    def test_100_restarts_at_500_requests_a_second_refuse_nobody_AtLength(self):
        load = self.restarts(100, 500)
        print(f"{load.answers} answers, the slowest after {load.slowest:.2f} s")


class Stopping(unittest.TestCase):
    def test_readyz_and_each_answer_say_that_it_stops_before_it_does(self):
        server = TriposServer(STOP_DELAY=2)
        self.addCleanup(server.stop)
        kept = server.connect()
        self.addCleanup(kept.close)
        self.assertIsNone(kept.api("GET", "/health").headers["Connection"])
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.api("GET", "//readyz").status == 503, 2, "/readyz to say that it stops")
        reply = kept.api("GET", "/health")  # on the connection from before
        self.assertEqual((reply.status, reply.headers["Connection"]), (200, "close"))
        self.assertIsNone(server.process.poll())
        self.assertEqual(server.process.wait(15), 0)


class Units(unittest.TestCase):
    def analyze(self, *words):
        done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)
        return done.stdout + done.stderr

    def test_little_of_the_machine_is_exposed(self):
        for unit in ("tripos.service", "tripos-worker.service"):
            output = self.analyze("security", "--offline=true", "--no-pager", os.path.join(UNITS, unit))
            level = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", output)
            self.assertIsNotNone(level, output)
            self.assertLessEqual(float(level[1]), 1.5, output)

    def test_systemd_understands_every_line(self):
        output = self.analyze("verify", *(os.path.join(UNITS, name) for name in os.listdir(UNITS)))
        self.assertNotRegex(output, r"Unknown|Failed to parse|ignoring|Invalid", output)

    def test_the_units_differ_in_what_a_worker_is(self):
        def lines(name):
            with open(os.path.join(UNITS, name), encoding="utf-8") as file:
                return {line for line in file if "=" in line}
        differing = {line.split("=")[0] for line in lines("tripos.service") ^ lines("tripos-worker.service")}
        self.assertEqual(differing, {"Description", "Requires", "After", "ExecStart", "Environment", "StateDirectory", "WorkingDirectory",
                                     "ReadWritePaths"})


if __name__ == "__main__":
    unittest.main()
