# SPDX-License-Identifier: MIT
"""`tripos backup` copies a live SQLite site; the copy is a whole site of its own."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import threading
import unittest
from contextlib import closing

from engines import PrivatePostgres
from harness import BINARY, Site, TriposServer, wait_until
from pages import blocks_of

COMMANDS = [block.text.strip() for block in blocks_of("docs/setup.md") if block.what == "tests/system/test_backup.py"]
CREATE, VERIFY_FOLDER, RESTORE_FOLDER, DRILL, DUMP, RESTORE = COMMANDS
ROUNDS, = [block.text.strip() for block in blocks_of("docs/operations.md") if block.what == "tests/system/test_backup.py"]


class Backup(unittest.TestCase):
    def test_a_backup_taken_while_writing_is_restored_into_a_new_folder(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        site = Site(server)
        exam = site.exam(site.admin(), 5)
        token = site.candidate("kept@example.com")
        paper = site.start(exam, token)
        site.save(exam, token, *self.first(paper))

        stop, saves = threading.Event(), []
        writer = threading.Thread(target=self.write, args=(site, exam, token, paper[1], stop, saves))
        writer.start()
        self.addCleanup(stop.set)
        wait_until(lambda: len(saves) > 20, 10, "writes")
        target = os.path.join(server.folder, "backup")
        before = len(saves)
        done = server.command("backup", target)
        during = len(saves) - before
        stop.set()
        writer.join(10)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(during, 0, "the site goes on while it is copied")

        with sqlite3.connect(os.path.join(target, "tripos.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

        restored = TriposServer(start=False)
        self.addCleanup(restored.stop)
        self.restore(target, restored)
        restored.start()
        copy = Site(restored)
        copy.log_in("kept@example.com")
        # The secrets came along: tokens of the original hold.
        self.assertEqual(copy.answers(exam, token)[paper[0][0]], paper[0][1][0])

    def restore(self, target, server):
        """As the page says, over whatever is there."""
        os.makedirs(server.data_dir)
        for command in (VERIFY_FOLDER, DRILL, RESTORE_FOLDER):
            words = command.replace("/var/backups/tripos/2026-11-30", target).split()
            self.assertEqual(words[0], "tripos")
            done = server.command(*words[1:])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def first(self, paper):
        question, options = paper[0]
        return question, options[0]

    def write(self, site, exam, token, entry, stop, saves):
        question, options = entry
        while not stop.is_set():
            site.save(exam, token, question, options[len(saves) % 2])
            saves.append(1)

    def test_a_copy_that_fails_leaves_nothing_behind(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        token = Site(server).candidate("kept@example.com")
        server.terminate()
        # It may write files of at most a megabyte, less than the copy needs (Python ignores SIGXFSZ, and hands that on).
        database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
        database.execute("CREATE TABLE ballast AS SELECT randomblob(3000000) AS bytes")
        database.commit()
        database.close()
        target = os.path.join(server.folder, "backup")
        done = subprocess.run(["prlimit", "--fsize=1000000", BINARY, "backup", target], cwd=server.folder,
                              env=server.environment(), text=True, capture_output=True, timeout=60, restore_signals=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"(?m)^tripos: (?!Internal)")
        self.assertFalse(os.path.exists(target) or os.path.exists(target + ".partial"))
        server.start()
        Site(server).expect(200, "GET", "/profile/me", None, token)

    def test_an_existing_target_is_refused(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        target = os.path.join(server.folder, "backup")
        self.assertEqual(server.command("backup", target).returncode, 0)
        again = server.command("backup", target)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn(target, again.stdout + again.stderr)


class SecretsThatAreSet(unittest.TestCase):
    def setUp(self):
        self.secrets = {name: name[4] * 64 for name in ("JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET")}
        self.server = TriposServer(**self.secrets)
        self.addCleanup(self.server.stop)

    def test_a_command_without_them_makes_up_no_others(self):
        self.server.terminate()
        for name in self.secrets:
            self.server.settings.pop(name)
        done = self.server.command("user", "list")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("JWT_ACCESS_SECRET, JWT_EMAIL_SECRET", done.stderr)
        self.assertFalse([name for name in os.listdir(self.server.data_dir) if "secret" in name])

    def test_a_file_of_another_secret_is_not_copied(self):
        with open(os.path.join(self.server.data_dir, "access-secret"), "w", encoding="ascii") as file:
            file.write("7" * 64)
        target = os.path.join(self.server.folder, "backup")
        done = self.server.command("backup", target)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("access-secret", os.listdir(target))
        done = self.server.command("backup", "verify", target)
        self.assertEqual(done.returncode, 0, done.stderr)


class Rounds(unittest.TestCase):
    """`--every` and `--keep`, as the page has it but for the time."""

    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.folder = os.path.join(self.server.folder, "copies")

    def begin(self):
        ours = {"/var/backups/tripos": self.folder, "6h": "1s", "28": "2"}
        words = [ours.get(word, word) for word in ROUNDS.split()]
        with open(os.path.join(self.server.folder, "rounds"), "wb") as told:
            rounds = subprocess.Popen([BINARY, *words[1:]], cwd=self.server.folder, env=self.server.environment(), stdout=told,
                                      stderr=subprocess.STDOUT)
        self.addCleanup(rounds.wait)
        self.addCleanup(rounds.kill)
        return rounds

    def told(self):
        with open(os.path.join(self.server.folder, "rounds"), encoding="utf-8") as told:
            return told.read()

    def made(self):
        return re.findall("^Backup complete: (.*)$", self.told(), re.MULTILINE)

    def end(self, rounds):
        rounds.terminate()
        self.assertEqual(rounds.wait(10), 0, self.told())

    def test_the_newest_stay_and_nothing_else_is_touched(self):
        others = ["before-the-upgrade", "tripos-20200101T000000Z.txt", "tripos-2020"]
        for name in [*others, "tripos-20200101T000000Z.partial"]:
            os.makedirs(os.path.join(self.folder, name))
        rounds = self.begin()
        wait_until(lambda: len(self.made()) >= 4, 20, "four backups")
        self.end(rounds)
        newest = [os.path.basename(path) for path in self.made()[-2:]]
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(others + newest))
        for name in newest:
            done = self.server.command("backup", "verify", os.path.join(self.folder, name))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_round_that_fails_is_told_and_followed_by_the_next(self):
        with open(self.folder, "wb"):
            pass  # a file where the folder is to be
        rounds = self.begin()
        wait_until(lambda: self.told().count("no backup of this round") >= 2, 20, "two rounds to fail")
        self.assertIn(self.folder, self.told())
        os.remove(self.folder)
        wait_until(self.made, 20, "a round that succeeds")
        self.server.terminate()  # then the command makes them itself
        count = len(self.made())
        wait_until(lambda: len(self.made()) > count + 1, 20, "backups without a server")
        self.end(rounds)

    def test_copies_that_are_not_whole_do_not_pile_up_and_none_is_the_last_backup(self):
        self.server.terminate()
        with closing(sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"))) as database, database:
            database.execute("INSERT INTO outbox (id, kind, to_address, subject, body, sealed, priority, status, created_at) "
                             "VALUES ('m', 'verify', 'ann@example.org', 'x', 'sealed by another secret', 1, 9, 'DEFERRED', 1)")
        self.server.start()
        rounds = self.begin()
        wait_until(lambda: self.told().count("no backup of this round") >= 3, 20, "three rounds to fail")
        self.assertIn("sealed mails that its secret does not open", self.told())
        self.end(rounds)
        found = [name for name in os.listdir(self.folder) if not name.endswith(".partial")]
        self.assertEqual([name.rpartition(".")[2] for name in found], ["damaged"], found)
        self.assertNotIn("tripos_backup_success_timestamp_seconds", self.server.api("GET", "//metrics").text)

    def test_one_that_is_told_to_stop_leaves_a_whole_backup_or_none(self):
        self.server.process.send_signal(signal.SIGSTOP)
        backup = subprocess.Popen([BINARY, "backup", self.folder], cwd=self.server.folder, env=self.server.environment(), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(backup.communicate)
        self.addCleanup(backup.kill)
        backup.terminate()
        self.server.process.send_signal(signal.SIGCONT)
        told = backup.communicate(timeout=20)[0]
        self.assertFalse(os.path.exists(self.folder + ".partial"))
        self.assertEqual(os.path.exists(self.folder), backup.returncode == 0, told)

    def test_what_does_not_go_together_is_refused(self):
        for words in (["--every", "1h"], [self.folder, "--every", "1h"], [self.folder, "--keep", "3"], [self.folder, "--every", "6", "--keep", "3"],
                      [self.folder, "--to-stdout"], [self.folder, "--every", "1h", "--keep", "0"],
                      [self.folder, "--every", "1h", "--keep", "7d,4m"]):
            self.assertEqual(self.server.command("backup", *words).returncode, 64, words)
        self.assertFalse(os.path.exists(self.folder))


class Stream(unittest.TestCase):
    """`--to-stdout`."""

    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.token = self.site.candidate("kept@example.com")
        self.archive = os.path.join(self.server.folder, "copy.tar")
        self.assertEqual(self.pipe("backup", "--to-stdout", output=self.archive), (0, ""))

    def pipe(self, *words, server=None, given=os.devnull, output=os.devnull):
        """Exit code and what stderr has; standard input and output are these files."""
        server = server or self.server
        with open(given, "rb") as source, open(output, "wb") as sink:
            done = subprocess.run([BINARY, *words], cwd=server.folder, env=server.environment(), stdin=source, stdout=sink, stderr=subprocess.PIPE,
                                  text=True, timeout=60)
        return done.returncode, done.stderr

    def test_it_is_a_tar_with_the_manifest_at_its_end(self):
        with tarfile.open(self.archive) as tar:
            self.assertEqual(tar.getnames(), ["tripos.db", "access-secret", "email-secret", "manifest.json"])
            self.assertEqual({member.mode for member in tar.getmembers()}, {0o600})
        folder = os.path.join(self.server.folder, "unpacked")
        os.mkdir(folder)
        subprocess.run(["tar", "-xf", self.archive, "-C", folder], check=True)
        self.assertEqual(self.server.command("backup", "verify", folder).returncode, 0)
        self.assertEqual([name for name in os.listdir(self.server.data_dir) if "backup" in name], [])

    def test_it_is_verified_and_restored_from_a_pipe_and_from_a_file(self):
        self.assertEqual(self.pipe("backup", "verify", "-", given=self.archive), (0, ""))
        self.assertEqual(self.pipe("restore", "--drill", self.archive)[0], 0)
        other = TriposServer(start=False)
        self.addCleanup(other.stop)
        self.assertEqual(self.pipe("restore", "-", server=other, given=self.archive)[0], 0)
        other.start()
        Site(other).expect(200, "GET", "/profile/me", None, self.token)

    def test_one_that_is_cut_off_or_changed_is_refused(self):
        with open(self.archive, "rb") as file:
            whole = file.read()
        with tarfile.open(self.archive) as tar:
            at = {member.name: member.offset for member in tar.getmembers()}
        strange = whole.replace(b"access-secret".ljust(100, b"\0"), b"../../.profile".ljust(100, b"\0"))
        for what, data, words in (("empty", b"", "cut off"), ("cut", whole[:len(whole) // 2], "ends in the middle"),
                                  ("without its end", whole[:at["manifest.json"]], "cut off"),
                                  ("without manifest", whole[:at["manifest.json"]] + bytes(1024), "no manifest"),
                                  ("flipped", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], "tripos.db is not what was backed up"),
                                  ("head flipped", whole[:130] + bytes([whole[130] ^ 1]) + whole[131:], "no tar of a backup"),
                                  ("another name", self.summed(strange, at["access-secret"]), "something that no backup has"),
                                  ("twice", whole[:at["manifest.json"]] + whole, "twice"), ("text", b"hello" * 1000, "no tar of a backup")):
            path = os.path.join(self.server.folder, "spoilt.tar")
            with open(path, "wb") as file:
                file.write(data)
            with self.subTest(what):
                code, told = self.pipe("backup", "verify", "-", given=path)
                self.assertEqual(code, 1, told)
                self.assertIn(words, told)
                self.assertEqual(self.pipe("restore", path)[0], 1)

    @staticmethod
    def summed(archive, offset):
        """With the checksum of that header as it should be."""
        header = bytearray(archive[offset:offset + 512])
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        return archive[:offset] + bytes(header) + archive[offset + 512:]

    def test_a_reader_that_goes_away_or_stands_still_leaves_nothing(self):
        for ending in ("closed", "told to stop"):
            backup = subprocess.Popen([BINARY, "backup", "--to-stdout"], cwd=self.server.folder, env=self.server.environment(),
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(backup.stderr.close)
            self.addCleanup(backup.stdout.close)
            self.addCleanup(backup.kill)
            backup.stdout.read(1)  # the rest does not fit into the pipe
            if ending == "closed":
                backup.stdout.close()
            else:
                backup.terminate()
            self.assertEqual(backup.wait(10), 1, ending)
            self.assertIn(b"Broken pipe" if ending == "closed" else b"stopped", backup.stderr.read())
            self.assertEqual([name for name in os.listdir(self.server.data_dir) if "backup" in name], [])


class OnPostgres(unittest.TestCase):
    """The commands of docs/setup.md, word for word."""

    def setUp(self):
        self.postgres = PrivatePostgres().start()
        self.addCleanup(self.postgres.stop)
        self.server = TriposServer(start=False, DATABASE_URL=f"postgres://tripos:choose-one@127.0.0.1:{self.postgres.port}/tripos")
        self.addCleanup(self.server.stop)
        path = os.path.join(self.server.folder, ".env")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"DATABASE_URL={self.server.settings.pop('DATABASE_URL')}  # a comment\n")
        os.chmod(path, 0o600)

    def shell(self, command):
        """In the site's folder."""
        environment = {**self.server.environment(), "PGHOST": "127.0.0.1", "PGPORT": str(self.postgres.port), "PGUSER": self.postgres.user,
                       "PATH": self.postgres.binaries + ":" + os.path.dirname(BINARY) + ":" + os.environ["PATH"]}
        command = command.replace("runuser -u postgres -- ", "").replace("/var/backups", self.server.folder)
        done = subprocess.run(["bash", "-ec", command], cwd=self.server.folder, env=environment, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, command + "\n" + done.stdout + done.stderr)

    def test_the_page_makes_a_role_a_copy_and_the_site_again(self):
        self.shell(CREATE)
        self.server.start()
        site = Site(self.server)
        token = site.candidate("kept@example.com")
        self.shell(DUMP)
        self.assertEqual(os.stat(os.path.join(self.server.folder, "tripos.dump")).st_mode & 0o077, 0, "it is nobody else's")
        self.server.terminate()
        self.shell("psql -c 'DROP DATABASE tripos' -c 'CREATE DATABASE tripos OWNER tripos'")
        self.shell(DUMP.splitlines()[0] + "\n" + RESTORE)
        self.server.start()
        site.expect(200, "GET", "/profile/me", None, token)
        self.assertEqual(self.server.api("GET", "//readyz").json["dependencies"]["restore"]["state"], "held")
        done = self.server.command("restore", "release", "--mails", "send", "--attempts", "finish")
        self.assertEqual(done.returncode, 0, done.stderr)
        site.candidate("later@example.com")

    def command(self, *words, code=0):
        done = self.server.command(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def state(self):
        return self.server.api("GET", "//readyz").json["dependencies"]["restore"]["state"]

    def sql(self, statement):
        done = self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-d", "tripos", "-Atc", statement)
        return done.stdout.split()

    def test_a_backup_is_verified_restored_beside_what_is_there_and_held(self):
        self.shell(CREATE)
        self.server.start()
        site = Site(self.server)
        token = site.candidate("kept@example.com")
        target = os.path.join(self.server.folder, "copy")
        self.command("backup", target)
        self.assertEqual(set(os.listdir(target)), {"manifest.json", "tripos.dump", "access-secret", "email-secret"})
        with open(os.path.join(target, "manifest.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["rows"]["users"], 1)
        self.assertIn("is whole", self.command("backup", "verify", target))
        later = site.candidate("later@example.com")

        self.assertIn("in use by process", self.command("restore", target, code=1))
        self.server.terminate()
        self.assertIn("give --replace", self.command("restore", target, code=1))
        self.assertEqual(self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tripos%'"), ["tripos"])
        told = self.command("restore", target, "--replace")
        aside = re.search(r"is kept as (tripos_before_\w+)", told)[1]
        self.assertEqual(self.sql(f"SELECT count(*) FROM {aside}.users"), ["2"])
        self.assertEqual(self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tripos%' ORDER BY 1"), ["tripos", aside])
        self.server.start()
        self.assertEqual(self.state(), "held")
        site.expect(200, "GET", "/profile/me", None, token)
        site.expect(401, "GET", "/profile/me", None, later)
        self.command("restore", "release", "--mails", "send", "--attempts", "finish")
        self.assertEqual(self.sql("SELECT count(*) FROM tripos.restore_hold"), ["0"])

    def test_a_restore_that_fails_or_is_killed_leaves_the_site_or_one_that_is_held(self):
        self.shell(CREATE)
        self.server.start()
        target = os.path.join(self.server.folder, "copy")
        self.command("backup", target)
        self.server.terminate()
        # What fails in the middle: a table of that name is in the dump twice over, for the schema cannot be made.
        path = os.path.join(target, "tripos.dump")
        whole = open(path, "rb").read()
        with open(path, "wb") as file:
            file.write(whole[:len(whole) // 2])
        self.assertIn("tripos.dump", self.command("restore", target, "--replace", code=1))
        self.assertEqual(self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tripos%'"), ["tripos"])
        with open(path, "wb") as file:
            file.write(whole)
        # Killed after the schema and before the hold: what is left says so.
        self.sql("CREATE SCHEMA tripos_restore AUTHORIZATION tripos")
        self.server.start()
        self.assertEqual(self.state(), "held")
        self.command("restore", "release", "--mails", "cancel", "--attempts", "finish")
        self.assertEqual(self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tripos%'"), ["tripos"])

    def test_a_drill_has_a_database_of_its_own_which_is_gone_afterwards(self):
        self.shell(CREATE)
        self.server.start()
        Site(self.server).candidate("kept@example.com")
        target = os.path.join(self.server.folder, "copy")
        self.command("backup", target)
        self.assertIn("permission denied to create database", self.command("restore", "--drill", target, code=1))
        self.sql("ALTER ROLE tripos CREATEDB")
        self.assertRegex(self.command("restore", "--drill", target),
                         r"has its \d+ rows\.\nRecovery point: .* 0 minutes old.*\nRecovery time: \d+\.\d s")
        self.assertIsNone(json.loads(self.command("restore", "--drill", target, "--json"))["scores"])
        self.assertEqual(self.sql("SELECT datname FROM pg_database WHERE datname LIKE 'tripos%'"), ["tripos"])
        self.assertEqual(self.sql("SELECT count(*) FROM tripos.restore_hold"), ["0"], "the site itself was left alone")
        path = os.path.join(target, "tripos.dump")
        with open(path, "r+b") as file:
            file.seek(-200, os.SEEK_END)
            file.write(b"x")
        self.assertIn("tripos.dump", self.command("restore", "--drill", target, code=1))
        self.assertEqual(self.sql("SELECT datname FROM pg_database WHERE datname LIKE 'tripos%'"), ["tripos"])

    def dump_that_waits(self, target):
        """A backup whose pg_dump waits for a table that somebody holds, as it would for a large one."""
        words = ["-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-d", "tripos", "-Atc"]
        holder = subprocess.Popen([os.path.join(self.postgres.binaries, "psql"), *words,
                                   "BEGIN; LOCK TABLE tripos.last_backup; SELECT pg_sleep(60)"], env={"PATH": os.environ["PATH"]})
        self.addCleanup(holder.wait)
        self.addCleanup(holder.terminate)
        locked = "SELECT count(*) FROM pg_locks WHERE relation = 'tripos.last_backup'::regclass AND mode = 'AccessExclusiveLock' AND granted"
        wait_until(lambda: self.sql(locked) == ["1"], 10, "the table to be held")
        backup = subprocess.Popen([BINARY, "backup", target], cwd=self.server.folder, env=self.server.environment(), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(backup.communicate)
        self.addCleanup(backup.kill)
        wait_until(lambda: self.dumps() == ["1"], 20, "pg_dump to wait")
        return backup

    def dumps(self):
        return self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'")

    def assert_nothing_is_left(self, target):
        wait_until(lambda: self.dumps() == ["0"], 10, "pg_dump to be gone")
        self.assertFalse(os.path.exists(target) or os.path.exists(target + ".partial"))

    def test_a_dump_ends_with_the_command_that_is_told_to_stop(self):
        self.shell(CREATE)
        self.server.start()
        self.server.terminate()
        target = os.path.join(self.server.folder, "copy")
        backup = self.dump_that_waits(target)
        backup.terminate()
        self.assertIn("stopped", backup.communicate(timeout=10)[0])
        self.assertEqual(backup.returncode, 1)
        self.assert_nothing_is_left(target)

    def test_a_dump_of_the_server_ends_with_the_command_that_ordered_it(self):
        self.shell(CREATE)
        self.server.start()
        target = os.path.join(self.server.folder, "copy")
        backup = self.dump_that_waits(target)
        backup.terminate()
        self.assertIn("stopped", backup.communicate(timeout=10)[0])
        self.assertEqual(backup.returncode, 1)
        self.assert_nothing_is_left(target)
        self.assertEqual(self.server.api("GET", "//readyz").status, 200)

    def test_a_dump_ends_with_the_server_that_is_told_to_stop(self):
        self.shell(CREATE)
        self.server.start()
        target = os.path.join(self.server.folder, "copy")
        backup = self.dump_that_waits(target)
        self.assertEqual(self.server.terminate(seconds=20), 0)
        self.assertNotEqual(backup.wait(10), 0)
        self.assert_nothing_is_left(target)

    def test_without_the_programs_of_postgresql_the_cure_is_named(self):
        self.shell(CREATE)
        self.server.settings["PATH"] = self.server.folder
        redis = shutil.which("redis-server")
        os.symlink(redis, os.path.join(self.server.folder, "redis-server"))
        self.server.start()
        target = os.path.join(self.server.folder, "copy")
        self.assertIn("install postgresql-client", self.command("backup", target, code=1))
        self.assertFalse(os.path.exists(target) or os.path.exists(target + ".partial"))


if __name__ == "__main__":
    unittest.main()
