# SPDX-License-Identifier: MIT
"""The compose file is one, and speaks of settings and commands that exist. No test has Docker to run it."""

import json
import os
import re
import subprocess
import unittest

from harness import BINARY, ROOT

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
                         {"server": ["serve", "--no-workers"], "worker": ["worker"]})
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

    def test_the_queue_never_evicts_and_every_service_has_a_limit(self):
        self.assertIn("noeviction", self.file["services"]["queue"]["command"])
        for name, service in self.file["services"].items():
            self.assertIn("mem_limit", service, name)


if __name__ == "__main__":
    unittest.main()
