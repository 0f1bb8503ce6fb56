# SPDX-License-Identifier: MIT
"""The compose file is one, and speaks of settings and commands that exist. No test has Docker to run it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BINARY, ROOT
from pages import blocks_of

FOLDER = os.path.join(ROOT, "deploy", "compose")


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = cls.config(PUBLIC_URL="https://exams.example.org", MAIL_FROM="Exams <no-reply@exams.example.org>")
        assert done.returncode == 0, done.stderr
        # Python's parser of YAML comes with docker-compose.
        read = subprocess.run(["/usr/bin/python3", "-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"],
                              input=done.stdout, capture_output=True, text=True, check=True)
        cls.file = json.loads(read.stdout)

    @staticmethod
    def config(**settings):
        return subprocess.run(["docker-compose", "-f", "compose.yaml", "config"], cwd=FOLDER, capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], **settings})

    def ours(self):
        return {name: service for name, service in self.file["services"].items() if service["image"].startswith("tripos:")}

    def test_it_says_what_it_must_be_told(self):
        done = self.config(MAIL_FROM="a@example.org")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("PUBLIC_URL", done.stderr)

    def test_every_setting_exists(self):
        reference = subprocess.run([BINARY, "config", "--reference", "markdown"], capture_output=True, text=True, check=True).stdout
        known = set(re.findall(r"^\| `([A-Z_]+)`", reference, re.MULTILINE))
        self.assertGreater(len(known), 40)
        for name, service in self.ours().items():
            for setting in service["environment"]:
                self.assertIn(re.sub("_FILE$", "", setting), known, name)

    def test_server_and_worker_have_what_such_processes_demand(self):
        self.assertEqual({name: service["command"] for name, service in self.ours().items()},
                         {"server": ["serve", "--no-workers"], "worker": ["worker"], "backup": ["backup", "/backups", "--every", "6h", "--keep", "28"]})
        for service in self.ours().values():
            for wanted in ("PUBLIC_URL", "DATABASE_URL", "QUEUE_REDIS_URL", "CACHE_REDIS_URL", "JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET"):
                self.assertTrue({wanted, wanted + "_FILE"} & set(service["environment"]), wanted)
            for name, path in service["environment"].items():
                if name.endswith("_FILE"):
                    self.assertIn(path.removeprefix("/run/secrets/"), self.file["secrets"])
            self.assertEqual((service["read_only"], service["user"], service["cap_drop"]), (True, "10001:10001", ["ALL"]))
        with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as text:
            version = re.search(r"project\(tripos VERSION (\S+)", text.read())[1]
        self.assertEqual({service["image"] for service in self.ours().values()}, {f"tripos:{version}"})

    def test_their_healthcheck_is_a_command_of_the_program(self):
        for name, service in self.ours().items():
            if name == "backup":  # it serves nothing
                self.assertEqual(service["healthcheck"]["test"], ["NONE"])
                continue
            kind, program, *words = service["healthcheck"]["test"]
            self.assertEqual((kind, program), ("CMD", "/usr/bin/tripos"), name)
            self.assertEqual(subprocess.run([BINARY, *words, "--help"], capture_output=True).returncode, 0, words)
            waits = {one for one, condition in service["depends_on"].items() if condition == {"condition": "service_healthy"}}
            self.assertEqual(waits, {"postgres", "queue", "cache"})
            for one in waits:
                self.assertIn("healthcheck", self.file["services"][one])

    def test_every_service_has_bounds_and_a_version(self):
        for name, service in self.file["services"].items():
            self.assertIn("mem_limit", service, name)
            self.assertEqual(service["restart"], "unless-stopped", name)
            self.assertEqual(service["security_opt"], ["no-new-privileges:true"], name)
            self.assertEqual(set(service["logging"]["options"]), {"max-size", "max-file"}, name)
            self.assertRegex(service["image"], r":v?\d+(\.\d+)+|postgres:\d+-", name)
            for port in service.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), port)

    def test_what_is_mounted_and_what_is_secret_is_there(self):
        for name, service in self.file["services"].items():
            for volume in service.get("volumes", []):
                source, _, rest = volume.partition(":")
                if source.startswith("/"):
                    self.assertTrue(os.path.exists(source), volume)
                    self.assertTrue(rest.endswith(":ro"), volume)
            used = {value.removeprefix("/run/secrets/") for value in (service.get("environment") or {}).values()
                    if str(value).startswith("/run/secrets/")}
            if name == "alertmanager":
                used = set(re.findall(r"/run/secrets/([\w-]+)", self.text("alertmanager.yml")))
            self.assertEqual(used, {secret["source"] for secret in service.get("secrets", [])}, name)

    @staticmethod
    def text(name):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            return file.read()

    def test_grafana_gets_our_boards_and_prometheus(self):
        targets = {volume.split(":")[1] for volume in self.file["services"]["grafana"]["volumes"]}
        board_folder = re.search(r"options: \{path: ([^}\s]+)\}", self.text("grafana/boards.yml"))[1]
        self.assertIn(board_folder, targets)
        home = self.file["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        self.assertEqual(os.path.dirname(home), board_folder)
        self.assertTrue(os.path.exists(os.path.join(ROOT, "docs", "grafana", os.path.basename(home))))
        host = re.search(r'url: "http://(\w+):9090"', self.text("grafana/datasource.yml"))[1]
        self.assertIn(host, self.file["services"])

    def test_copies_are_made_beside_the_server_which_can_write_them(self):
        server, backup = (self.file["services"][name] for name in ("server", "backup"))
        self.assertEqual(backup["profiles"], ["backup"])
        self.assertEqual(backup["volumes"], server["volumes"])  # the server's socket, and the folder
        self.assertIn(backup["command"][1], [volume.split(":")[1] for volume in backup["volumes"]])
        done = subprocess.run([BINARY, *backup["command"], "--help"], capture_output=True)
        self.assertEqual(done.returncode, 0)

    def test_the_secrets_of_the_page_are_nobody_elses_and_not_in_git(self):
        block, = [block.text for block in blocks_of("docs/operations.md") if "mkdir secrets" in block.text]
        made = "\n".join(line for line in block.splitlines() if re.match(r"(umask|mkdir|openssl|echo) ", line))
        folder = tempfile.mkdtemp(prefix="tripos-compose-")
        self.addCleanup(shutil.rmtree, folder)
        subprocess.run(["sh", "-ec", f"umask 022\n{made}"], cwd=folder, check=True)
        names = {os.path.join(FOLDER, secret["file"]) for secret in self.file["secrets"].values()}
        self.assertEqual({os.path.join(FOLDER, "secrets", name) for name in os.listdir(os.path.join(folder, "secrets"))}, names)
        for at, _, files in os.walk(os.path.join(folder, "secrets")):
            for name in (".", *files):
                self.assertEqual(os.stat(os.path.join(at, name)).st_mode & 0o077, 0, name)
        with open(os.path.join(ROOT, ".gitignore"), encoding="ascii") as file:
            self.assertIn("/deploy/compose/secrets/\n", file)

    def test_the_queue_never_evicts(self):
        self.assertIn("noeviction", self.file["services"]["queue"]["command"])


if __name__ == "__main__":
    unittest.main()
