# SPDX-License-Identifier: MIT
"""A Postfix that asks OpenDKIM about each mail and hands it on with the verdict: how many of those who get our mails judge them."""

import os
import shutil
import smtplib
import subprocess
import tempfile

from engines import free_port
from harness import wait_until

SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """As root, with queues and settings of its own. It takes what is for example.com and hands it to `sink`, a port. `keys`: what DNS
    would say, name: TXT."""

    def __init__(self, sink, keys):
        self.folder = tempfile.mkdtemp(prefix="tripos-postfix-")
        os.chmod(self.folder, 0o755)  # its parts run as other users
        self.port, self.milter_port = free_port(), free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        os.mkdir(self.path("queue"))
        os.mkdir(self.path("data"))
        shutil.chown(self.path("data"), "postfix")
        self.write("internal", "192.0.2.1\n")  # whose mails would be signed instead; we are a stranger
        self.write("keys", "".join(f"{name} {text}\n" for name, text in keys.items()))
        self.write("opendkim.conf", f"""
            Mode v
            Socket inet:{self.milter_port}@127.0.0.1
            UserID opendkim
            Background no
            PidFile {self.path("opendkim.pid")}
            InternalHosts {self.path("internal")}
            TestPublicKeys {self.path("keys")}
            AuthservID judge.example
            AlwaysAddARHeader yes
            """.replace("            ", ""))
        self.write("main.cf", f"""
            compatibility_level = 3.6
            queue_directory = {self.path("queue")}
            data_directory = {self.path("data")}
            maillog_file = {self.path("log")}
            maillog_file_prefixes = {self.folder}
            myhostname = judge.example
            mydestination =
            alias_maps =
            alias_database =
            local_recipient_maps =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks =
            relay_domains = example.com
            relay_transport = smtp:[127.0.0.1]:{sink}
            smtpd_relay_restrictions = permit_auth_destination, reject
            smtpd_milters = inet:127.0.0.1:{self.milter_port}
            milter_default_action = tempfail
            """.replace("            ", ""))
        self.write("master.cf", SERVICES.format(port=self.port))
        with open(self.path("opendkim.log"), "wb") as log:
            self.opendkim = subprocess.Popen(["opendkim", "-f", "-x", self.path("opendkim.conf")], stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=subprocess.STDOUT)
        self.postfix("start")
        wait_until(self.answers, 20, "Postfix to answer")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def postfix(self, word):
        done = subprocess.run(["postfix", "-c", self.folder, word], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)

    def answers(self):
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                return client.noop()[0] == 250
        except OSError:
            return False

    def send(self, raw, sender, recipient):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(sender, [recipient], raw)

    def stop(self):
        self.postfix("stop")
        self.opendkim.terminate()
        self.opendkim.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
