# SPDX-License-Identifier: MIT
"""`tripos restore`: a backup takes the place of a site, whatever happens meanwhile, and the site on it waits for a decision."""

import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import BINARY, Site, TriposServer, wait_until
from restore_case import RestoreCase


def reseal(folder, change=lambda manifest: None):
    """Makes the manifest fit the files again, as somebody does who tampers with a backup."""
    path = os.path.join(folder, "manifest.json")
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    for name, about in manifest["files"].items():
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
        about.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    change(manifest)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file)


def flip(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def holders(path):
    """Processes other than this one that have the file open, or try to."""
    about = os.stat(path)
    found = []
    for pid in os.listdir("/proc"):
        if pid.isdigit() and int(pid) != os.getpid():
            try:
                files = [os.stat(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
            except OSError:
                continue
            found += [pid] * any((one.st_dev, one.st_ino) == (about.st_dev, about.st_ino) for one in files)
    return found


class Manifest(RestoreCase):
    """`tripos backup verify`."""

    def setUp(self):
        self.server, self.of_it, _ = self.site()
        self.target = self.backup(self.server)

    def verify(self, code, folder=None):
        done = self.server.command("backup", "verify", folder or self.target)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_says_what_the_backup_is_and_holds_no_secret(self):
        with open(os.path.join(self.target, "manifest.json"), encoding="utf-8") as file:
            text = file.read()
        manifest = json.loads(text)
        self.assertEqual(set(manifest["files"]), {"tripos.db", "access-secret", "email-secret"})
        self.assertEqual(manifest["rows"]["users"], 1)
        self.assertEqual(set(manifest["secrets"]), {"JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET"})
        for name in ("access-secret", "email-secret"):
            with open(os.path.join(self.target, name), encoding="ascii") as file:
                self.assertNotIn(file.read().strip(), text)
        self.assertEqual(set(os.listdir(self.target)), {*manifest["files"], "manifest.json"})
        self.assertIn("is whole", self.verify(0))
        self.assertEqual(set(os.listdir(self.target)), {*manifest["files"], "manifest.json"}, "it was only looked at")
        self.assertEqual(self.beside(self.server, ".partial"), [])

    def test_names_the_file_of_which_one_byte_is_another(self):
        for name in ("tripos.db", "access-secret", "email-secret"):
            with self.subTest(name):
                path = os.path.join(self.target, name)
                at = random.randrange(os.path.getsize(path))
                flip(path, at)
                self.assertIn(name, self.verify(1))
                flip(path, at)
        self.verify(0)
        os.truncate(os.path.join(self.target, "tripos.db"), 4096)
        self.assertIn("tripos.db", self.verify(1))

    def test_looks_into_a_database_whose_manifest_was_made_to_fit(self):
        path = os.path.join(self.target, "tripos.db")
        database = sqlite3.connect(path)
        database.execute("DELETE FROM schema_migrations WHERE module = 'restore'")
        database.commit()
        database.close()
        reseal(self.target)
        self.assertIn("schema_migrations", self.verify(1))
        with open(path, "r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096 * 4)
        reseal(self.target)
        self.assertIn("tripos", self.verify(1))

    def test_refuses_what_is_no_backup(self):
        manifest = os.path.join(self.target, "manifest.json")
        outside = os.path.join(self.server.folder, "outside")
        with open(outside, "w", encoding="ascii") as file:
            file.write("x")

        def with_file(name):
            def change(members):
                members["files"][name] = dict(members["files"]["tripos.db"])
            return change
        shutil.copytree(self.target, self.target + "-kept")
        self.server.terminate()
        for name in ("../outside", "/etc/passwd", "", ".", "manifest.json", "tripos.db-wal"):
            with self.subTest(name):
                reseal(self.target, with_file(name))
                self.assertIn("`files`", self.verify(1))
                self.assertIn("`files`", self.restore(self.server, self.target, code=1))
                shutil.copy(self.target + "-kept/manifest.json", manifest)
        for text in ("", "[]", "{", "{}", '{"format":1}', '{"format":"x"}', '{"format":-1}', "9" * 2000, "[" * 3000, "x" * (2 << 20)):
            with self.subTest(text[:20]):
                with open(manifest, "w", encoding="ascii") as file:
                    file.write(text)
                self.assertIn("manifest.json", self.verify(1))
        reseal(self.target + "-kept", lambda members: members.update(format=2, program="9.0"))
        self.assertIn("newer program (9.0)", self.verify(1, self.target + "-kept"))
        os.remove(manifest)
        self.assertIn("is no backup", self.verify(1))
        self.assertIn("is no backup", self.verify(1, self.server.folder + "/nowhere"))
        os.mkfifo(manifest)
        self.assertIn("is no backup", self.verify(1))

    def test_follows_no_link_and_waits_for_no_pipe(self):
        path = os.path.join(self.target, "tripos.db")
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        self.assertIn("tripos.db", self.verify(1))
        os.remove(path)
        os.mkfifo(path)
        self.assertIn("tripos.db", self.verify(1))

    def test_a_backup_that_is_killed_is_none_or_whole(self):
        database = sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"))
        database.execute("CREATE TABLE ballast AS SELECT randomblob(20000000) AS bytes")
        database.commit()
        database.close()
        self.server.terminate()
        for number in range(5):
            target = os.path.join(self.server.folder, f"killed-{number}")
            process = subprocess.Popen([BINARY, "backup", target], cwd=self.server.folder, env=self.server.environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            made = target if number == 0 else target + ".partial"
            wait_until(lambda: os.path.exists(made) or process.poll() is not None, 30, "a backup that has begun", interval=0.001)
            time.sleep(random.random() / 10)
            process.kill()
            process.wait()
            if os.path.exists(target):
                self.verify(0, target)


class Restore(RestoreCase):
    def test_a_backup_takes_the_place_of_the_site_and_the_site_is_kept(self):
        server, site, staff = self.site()
        exam = site.exam(staff)
        token = site.candidate("kept@example.com")
        paper = site.start(exam, token)
        site.save(exam, token, paper[0][0], paper[0][1][0])
        target = self.backup(server)
        site.save(exam, token, paper[0][0], paper[0][1][1])
        site.candidate("later@example.com")
        self.assertIn("is in use by process", self.restore(server, target, code=1))
        server.terminate()
        with open(os.path.join(server.data_dir, "note"), "w", encoding="ascii") as file:
            file.write("mine")

        told = self.restore(server, target)
        before = os.path.join(server.folder, self.beside(server, "before")[0])
        self.assertRegex(told, r"(?s)\(\d+ rows\).*What was there is kept as .*before-.*Not in the backup, and only there: note\..*is held")
        self.assertEqual(self.beside(server, "restoring"), [])
        self.assertFalse(os.path.exists(os.path.join(server.data_dir, "redis")), "a Redis of another moment")
        self.assertEqual(os.stat(server.data_dir).st_mode & 0o777, 0o700)
        self.assertEqual(len(self.rows(server, "SELECT 1 FROM users")), 2)
        with sqlite3.connect(os.path.join(before, "tripos.db")) as kept:
            self.assertEqual(kept.execute("SELECT count(*) FROM users").fetchall(), [(3,)])
        server.start()
        self.assertEqual(site.answers(exam, token)[paper[0][0]], paper[0][1][0])

    def test_nothing_changes_when_it_fails(self):
        server, _, _ = self.site()
        target = self.backup(server)
        server.terminate()
        os.remove(os.path.join(server.data_dir, "tripos.sock")) if os.path.exists(os.path.join(server.data_dir, "tripos.sock")) else None
        names = sorted(os.listdir(server.data_dir))
        mark = os.stat(server.data_dir).st_ino

        def is_as_it_was():
            self.assertEqual(os.stat(server.data_dir).st_ino, mark)
            self.assertEqual(sorted(os.listdir(server.data_dir)), names)
            self.assertEqual(self.beside(server, "before") + self.beside(server, "restoring"), [])
        flip(os.path.join(target, "tripos.db"), 5000)
        self.assertIn("tripos.db is not what was backed up", self.restore(server, target, code=1))
        is_as_it_was()
        flip(os.path.join(target, "tripos.db"), 5000)

        # The disk is full: files of at most 50 KB.
        done = subprocess.run(["prlimit", "--fsize=50000", BINARY, "restore", target], cwd=server.folder, env=server.environment(),
                              text=True, capture_output=True, timeout=60, restore_signals=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        is_as_it_was()

        secret = {"JWT_EMAIL_SECRET": "another-secret-another-secret-another-one-"}
        server.settings.update(secret)
        self.assertIn("JWT_EMAIL_SECRET is not the one", self.restore(server, target, code=1))
        is_as_it_was()
        server.settings.pop("JWT_EMAIL_SECRET")

        # A database of a later program.
        database = sqlite3.connect(os.path.join(target, "tripos.db"))
        database.execute("INSERT INTO schema_migrations (module, number, applied_at) VALUES ('accounts', 999, 0)")
        database.commit()
        database.close()

        def later(manifest):
            manifest["schema"]["accounts"] = 999
            manifest["rows"]["schema_migrations"] += 1
        reseal(target, later)
        self.assertIn("newer than this program", self.restore(server, target, code=1))
        is_as_it_was()
        server.start()

    def test_whoever_kills_it_leaves_the_old_site_or_the_new_one(self):
        server, _, _ = self.site()
        target = self.backup(server)
        self.rows(server, "CREATE TABLE mark (x)")
        server.terminate()
        begin = time.monotonic()
        self.restore(server, target)
        took = time.monotonic() - begin
        for number in range(6):
            process = subprocess.Popen([BINARY, "restore", target], cwd=server.folder, env=server.environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(took * (number + 1) / 7)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.assertEqual(self.rows(server, "PRAGMA integrity_check"), [("ok",)])
            self.assertEqual(len(self.rows(server, "SELECT 1 FROM users")), 1)
            for name in self.beside(server, "before"):
                self.assertTrue(os.path.exists(os.path.join(server.folder, name, "tripos.db")), "what is called so is whole")
        server.start()

    def test_as_root_the_files_go_to_the_owner_of_the_folder(self):
        if os.getuid() != 0:
            return  # nobody else can give files away
        server, _, _ = self.site()
        target = self.backup(server)
        server.terminate()
        os.chown(server.data_dir, 12345, 12346)
        self.restore(server, target)
        for path in [server.data_dir, *(os.path.join(server.data_dir, name) for name in os.listdir(server.data_dir))]:
            about = os.stat(path)
            self.assertEqual((about.st_uid, about.st_gid), (12345, 12346), path)

    def test_a_server_that_waits_for_the_folder_gets_the_one_that_has_its_name_then(self):
        server, _, _ = self.site()
        target = self.backup(server)
        server.terminate()
        with open(os.path.join(server.data_dir, "lock"), "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as a restore does
            server.spawn()
            wait_until(lambda: len(holders(os.path.join(server.data_dir, "lock"))) > 0, 10, "the server to look at the lock")
            os.rename(server.data_dir, server.data_dir + ".before")
            shutil.copytree(target, server.data_dir)
        wait_until(lambda: server.running.search(server.log()), 20, "the server to run")
        with open(os.path.join(server.data_dir, "lock"), "r+b") as lock, self.assertRaises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_a_new_machine_gets_the_site_from_nothing(self):
        server, site, _ = self.site()
        target = self.backup(server)
        other = TriposServer(start=False)
        self.addCleanup(other.stop)
        done = other.command("backup", "verify", target)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.restore(other, target)
        self.assertEqual(self.beside(other, "before"), [])
        other.start()
        Site(other).log_in("staff@example.com")

    def test_room_for_twice_the_copy_is_asked_for_and_is_enough(self):
        server, _, _ = self.site()
        target = self.backup(server)
        copy = sum(os.path.getsize(os.path.join(target, name)) for name in os.listdir(target) if name != "manifest.json")
        disk = os.path.join(server.folder, "disk")
        os.mkdir(disk)
        for room, code in ((copy * 19 // 10, 1), (copy * 2 + 16384, 0)):
            words = ["unshare", "--map-root-user", "--mount", "sh", "-ec", f'mount -t tmpfs -o size={room} none "{disk}"; "$@"; ls "{disk}"', "sh",
                     BINARY, "restore", target, "--data-dir", os.path.join(disk, "data")]
            done = subprocess.run(words, cwd=server.folder, env=server.environment(), capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            if code == 1:
                self.assertIn(f"a restore needs {copy * 2}", done.stderr)
            else:
                self.assertEqual(done.stdout.splitlines()[-1], "data")

    def test_a_copy_that_is_put_in_place_by_hand_is_held_as_well(self):
        server, _, _ = self.site()
        target = self.backup(server)
        server.terminate()
        shutil.rmtree(server.data_dir)
        shutil.copytree(target, server.data_dir)
        server.start()
        self.assertEqual(server.api("GET", "//readyz").json["dependencies"]["restore"]["state"], "held")
        self.assertIn("tripos_restore_held_count 1", server.api("GET", "//metrics").text)


class Drill(RestoreCase):
    def test_starts_a_server_on_the_backup_compares_it_and_leaves_nothing(self):
        server, site, staff = self.site()
        exam = site.exam(staff)
        token = site.candidate("graded@example.com")
        paper = site.start(exam, token)
        site.save(exam, token, paper[0][0], paper[0][1][0])
        site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        target = self.backup(server)
        held = os.path.join(server.folder, "temporary")
        os.mkdir(held)
        environment = {**server.environment(), "TMPDIR": held}

        def drill(code, *options):
            done = subprocess.run([BINARY, "restore", "--drill", target, *options], cwd=server.folder, env=environment, text=True,
                                  capture_output=True, timeout=60)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertEqual(os.listdir(held), [])
            return done.stdout if code == 0 else done.stderr
        self.assertRegex(drill(0), r"has its \d+ rows and 1 score\.\nRecovery point: .* 0 minutes old.*\nRecovery time: \d+\.\d s")
        told = json.loads(drill(0, "--json"))
        self.assertEqual((told["scores"], told["recoveryPointSeconds"] < 60, told["recoverySeconds"] > 0), (1, True, True))
        self.assertEqual(self.rows(server, "SELECT 1 FROM restore_hold"), [], "the site itself was left alone")
        flip(os.path.join(target, "tripos.db"), 9000)
        self.assertIn("tripos.db is not what was backed up", drill(1))


if __name__ == "__main__":
    unittest.main()
