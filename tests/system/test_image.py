# SPDX-License-Identifier: MIT
"""The OCI image: what it says of itself is true, and its program works in it as 10001 with nothing to write on but /data, /backups and /tmp."""

import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from engines import PrivatePostgres, free_port
from harness import ROOT, Connection, wait_until

SECRETS = {"JWT_ACCESS_SECRET": "a" * 40, "JWT_EMAIL_SECRET": "e" * 40}


class ImageAtLength(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = os.path.join(ROOT, "build", "package")
        shutil.rmtree(folder, ignore_errors=True)
        done = subprocess.run(["./dev", "image"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.folder = tempfile.mkdtemp(prefix="tripos-image-")
        cls.addClassCleanup(subprocess.run, ["rm", "-rf", "--one-file-system", cls.folder])
        cls.archive, = glob.glob(os.path.join(folder, "*.oci.tar"))
        with tarfile.open(cls.archive) as archive:
            cls.files = {entry.name: archive.extractfile(entry).read() for entry in archive}
        cls.manifest = cls.blob(json.loads(cls.files["index.json"])["manifests"][0])
        cls.config = cls.blob(cls.manifest["config"])
        cls.root = os.path.join(cls.folder, "root")
        os.mkdir(cls.root)
        layer = cls.files["blobs/sha256/" + cls.manifest["layers"][0]["digest"].split(":")[1]]
        cls.layer = gzip.decompress(layer)
        subprocess.run(["tar", "-x", "-C", cls.root], input=cls.layer, check=True)

    @classmethod
    def blob(cls, described):
        return json.loads(cls.files["blobs/" + described["digest"].replace(":", "/")])

    def test_each_blob_is_what_its_name_says(self):
        self.assertEqual(json.loads(self.files["oci-layout"]), {"imageLayoutVersion": "1.0.0"})
        for name, data in self.files.items():
            if name.startswith("blobs/"):
                self.assertEqual(name, "blobs/sha256/" + hashlib.sha256(data).hexdigest())
        for described in (self.manifest["config"], *self.manifest["layers"]):
            self.assertEqual(len(self.files["blobs/" + described["digest"].replace(":", "/")]), described["size"])
        self.assertEqual(self.config["rootfs"]["diff_ids"], ["sha256:" + hashlib.sha256(self.layer).hexdigest()])

    def test_the_classic_store_of_docker_finds_config_and_layers(self):
        entry, = json.loads(self.files["manifest.json"])
        self.assertEqual(entry["Config"], "blobs/" + self.manifest["config"]["digest"].replace(":", "/"))
        self.assertEqual(entry["Layers"], ["blobs/" + layer["digest"].replace(":", "/") for layer in self.manifest["layers"]])
        described, = json.loads(self.files["index.json"])["manifests"]
        self.assertEqual(entry["RepoTags"], [described["annotations"]["org.opencontainers.image.ref.name"]])
        self.assertEqual(entry["RepoTags"], ["tripos:" + self.config["config"]["Labels"]["org.opencontainers.image.version"]])
        self.assertEqual(described["annotations"]["io.containerd.image.name"], "docker.io/library/" + entry["RepoTags"][0])

    def test_it_is_small_and_nobody_in_it_becomes_root(self):
        self.assertLess(len(self.files["blobs/sha256/" + self.manifest["layers"][0]["digest"].split(":")[1]]), 120 << 20)
        self.assertEqual(self.config["config"]["User"], "10001:10001")
        for name in ("data", "backups"):
            self.assertEqual(os.stat(os.path.join(self.root, name)).st_uid, 10001)
        self.assertNotIn("systemd", os.listdir(os.path.join(self.root, "lib", "systemd")) if os.path.exists(
            os.path.join(self.root, "lib", "systemd")) else [])

    def inside(self, data, *command, **settings):
        """As a container engine would run it: the image's user, environment and folder, its file system read-only."""
        own = dict(entry.split("=", 1) for entry in self.config["config"]["Env"])
        environment = [word for name, value in {**own, **settings}.items() for word in ("--setenv", name, str(value))]
        return ["bwrap", "--unshare-all", "--share-net", "--die-with-parent", "--uid", "10001", "--gid", "10001", "--ro-bind", self.root, "/",
                "--bind", data, "/data", "--bind", self.copies, "/backups", "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev", "--chdir", self.config["config"]["WorkingDir"],
                "--clearenv", *environment, *command]

    def setUp(self):
        self.copies = self.data()

    def data(self):
        return tempfile.mkdtemp(dir=self.folder)

    def test_it_serves_read_only_as_its_user(self):
        port = free_port()
        data = self.data()
        program = self.config["config"]["Entrypoint"] + self.config["config"]["Cmd"]
        settings = {"PORT": port, "PUBLIC_URL": f"https://localhost:{port}", "SMTP_URL": "smtp://127.0.0.1:9", **SECRETS}
        with open(os.path.join(self.folder, "log"), "wb") as log:
            process = subprocess.Popen(self.inside(data, *program, **settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def status():
            try:
                return Connection(port).api("GET", "//readyz").status
            except OSError:
                return 0
        wait_until(lambda: status() == 200 or process.poll() is not None, 30, "it to serve")
        with open(log.name, encoding="utf-8") as text:
            self.assertIsNone(process.poll(), text.read())
        self.assertIn("tripos.db", os.listdir(data))
        kind, *check = self.config["config"]["Healthcheck"]["Test"]
        self.assertEqual(kind, "CMD")
        self.assertEqual(self.health(data, check, settings), (0, "Ready\n"))
        process.kill()  # and all in it
        process.wait()
        code, said = wait_until(lambda: (told := self.health(data, check, settings))[0] and told, 10, "it to be told")
        self.assertEqual(code, 1)
        self.assertIn("nothing answers", said)

    def health(self, data, check, settings):
        done = subprocess.run(self.inside(data, *check, **settings), capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_it_copies_and_restores_a_site_on_postgresql(self):
        postgres = PrivatePostgres().start()
        self.addCleanup(postgres.stop)
        settings = {"PUBLIC_URL": "https://exams.example.org", "SMTP_URL": "smtp://127.0.0.1:9", "DATABASE_URL": postgres.url, **SECRETS}
        data = self.data()

        def command(*words):
            done = subprocess.run(self.inside(data, "/usr/bin/tripos", *words, **settings), capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return done.stdout
        command("user", "create", "--admin", "--new-site", "--email", "staff@example.org", "--name", "Staff")
        command("backup", "/backups/one")
        self.assertIn("is whole", command("backup", "verify", "/backups/one"))
        self.assertIn("Recovery time", command("restore", "--drill", "/backups/one"))
        self.assertIn("is kept as tripos_before_", command("restore", "--replace", "/backups/one"))
        self.assertIn("staff@example.org", command("user", "list"))

    def test_nothing_else_can_be_written(self):
        for path in ("/etc/x", "/usr/bin/x", "/x", "/var/x"):
            done = subprocess.run(self.inside(self.data(), "/bin/sh", "-c", f"id -u; : >{path}"), capture_output=True, text=True)
            self.assertEqual(done.stdout, "10001\n")
            self.assertTrue(re.search("Read-only file system|Permission denied", done.stderr), done.stderr)

    def test_settings_that_are_missing_are_named(self):
        done = subprocess.run(self.inside(self.data(), *self.config["config"]["Entrypoint"], "serve"), capture_output=True, text=True)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("PUBLIC_URL must be set", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
