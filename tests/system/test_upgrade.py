# SPDX-License-Identifier: MIT
"""A database that an older release left: this one migrates it, and its exams end and are graded as they would have been."""

import json
import os
import shutil
import sqlite3
import time
import unittest
from contextlib import closing

from engines import PrivatePostgres
from harness import TriposServer, Site, wait_until

DUMP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "databases", "before_fair_edges.sql")
LEFT_AT = 1795948396000  # milliseconds: when that release stopped
TIMES = {"exams": ("start_at", "end_at", "release_at"), "attempts": ("started_at", "deadline_at", "submitted_at"),
         "closed_exams": ("closed_at",)}


def dump_of_now():
    """The dump, as if that release had stopped this moment."""
    with open(DUMP, encoding="utf-8") as file:
        text = file.read()
    later = int(time.time() * 1000) - LEFT_AT
    return text + "".join(f"UPDATE {table} SET " + ", ".join(f"{column} = {column} + {later}" for column in columns) + ";\n"
                          for table, columns in TIMES.items())


class Upgrade(unittest.TestCase):
    def on_sqlite(self):
        server = TriposServer(start=False)
        os.makedirs(server.data_dir, mode=0o700)
        database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
        database.execute("PRAGMA synchronous = OFF")
        database.executescript("BEGIN;" + dump_of_now() + "COMMIT;")
        database.close()
        for secret in ("access-secret", "email-secret"):
            with open(os.path.join(server.data_dir, secret), "w", encoding="ascii") as file:
                file.write("5" * 64)
        return server

    def on_postgres(self):
        postgres = PrivatePostgres().start()
        self.addCleanup(postgres.stop)
        path = os.path.join(postgres.folder, "dump.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write("CREATE SCHEMA tripos; SET search_path = tripos;\n" + dump_of_now())
        os.chmod(path, 0o644)
        postgres.run("psql", "-1", "-v", "ON_ERROR_STOP=1", "-q", "-d", postgres.url, "-f", path)
        return TriposServer(start=False, DATABASE_URL=postgres.url)

    def serve(self, server):
        self.addCleanup(server.stop)
        server.start()
        site = Site(server)
        people = {name: site.log_in(f"{name}@example.org") for name in ("asha", "ravi", "meena")}
        staff = site.log_in("staff@example.com")
        exams = {exam["title"]: exam["id"] for exam in site.expect(200, "GET", "/exam/all?limit=100", None, staff)["exams"]}
        return site, staff, people, exams

    def scores(self, site, staff, exam):
        rows = site.expect(200, "GET", f"/exam/{exam}/results", None, staff)["data"]
        return {row["candidate"]["name"].split()[0]: (row["status"], row["score"]) for row in rows}

    def what_is_over_stays_as_it_was(self, site, staff, people, exam):
        before = {"Asha": ("SUBMITTED", 2), "Ravi": ("AUTO_SUBMITTED", -0.5), "Meena": ("AUTO_SUBMITTED", 0)}
        self.assertEqual(self.scores(site, staff, exam), before)
        graded = site.expect(200, "POST", f"/result/{exam}/calculate", None, staff)
        self.assertEqual((graded["graded"], graded["changed"]), (3, 0))
        self.assertEqual(self.scores(site, staff, exam), before)
        self.assertEqual(site.expect(200, "GET", f"/result/{exam}/score", None, people["asha"])["score"], 2)

    def what_runs_goes_on(self, site, staff, people, exam):
        shown = {name: site.expect(200, "GET", f"/exam-attempt/{exam}/attempt", None, people[name]) for name in ("asha", "ravi")}
        self.assertEqual([shown[name]["deadlineReason"] for name in ("asha", "ravi")], ["duration", "extension"])
        for name, seconds in (("asha", 1800), ("ravi", 2400)):
            self.assertAlmostEqual(shown[name]["remainingSeconds"], seconds, delta=60)
        choice, number = shown["asha"]["exam"]["questions"]
        right = next(option["id"] for option in choice["options"] if option["text"] == "CO2")
        self.assertEqual(choice["studentAnswer"]["selectedOptionIds"], [right])
        saved = site.expect(200, "POST", f"/exam-attempt/{exam}/save",
                            {"questionId": number["id"], "numericalAnswer": 2.5, "revision": 0, "clientId": "new"}, people["asha"])
        self.assertEqual(saved["revision"], 1)
        changed = site.expect(200, "POST", f"/exam-attempt/{exam}/save",
                              {"questionId": choice["id"], "selectedOptionIds": [right], "revision": 1, "clientId": "new"},
                              people["asha"])
        self.assertEqual(changed["revision"], 2, "what was saved before had a revision")
        self.assertIn("receipt", site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, people["asha"]))
        site.expect(201, "POST", f"/exam-attempt/{exam}/start", None, people["meena"])  # hers was void
        site.close(exam, staff)
        ended = {"Asha": ("SUBMITTED", 3), "Ravi": ("AUTO_SUBMITTED", 0), "Meena": ("AUTO_SUBMITTED", 0)}
        wait_until(lambda: self.scores(site, staff, exam) == ended, 10, "every attempt to be graded")
        analysis = site.expect(200, "GET", f"/result/{exam}/analysis", None, people["asha"])
        self.assertEqual(analysis["score"], 3)

    def upgraded(self, server):
        site, staff, people, exams = self.serve(server)
        self.what_is_over_stays_as_it_was(site, staff, people, exams["Over"])
        self.what_runs_goes_on(site, staff, people, exams["Live"])
        coming = site.expect(200, "GET", "/exam/upcoming", None, people["asha"])["exams"]
        self.assertEqual([exam["id"] for exam in coming], [exams["Coming"]])
        verified = server.command("audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def steps_of(self, server):
        done = server.command("migrate", "--plan", "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)["steps"]

    def told_beforehand(self, server):
        """Twice the same, so the first time changed nothing; after a start there is nothing left."""
        steps = self.steps_of(server)
        self.assertIn("exams", {step.split()[0] for step in steps})
        self.assertEqual(self.steps_of(server), steps)
        self.assertIn(f"A start would migrate {len(steps)} steps", server.command("migrate", "--plan").stdout)
        self.addCleanup(server.stop)
        server.start()
        self.assertEqual(self.steps_of(server), [])
        self.assertIn("the database is up to date", server.command("migrate", "--plan").stdout)

    def test_a_plan_tells_what_a_start_would_migrate(self):
        server = self.on_sqlite()
        self.told_beforehand(server)
        database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
        database.execute("INSERT INTO schema_migrations (module, number, applied_at) VALUES ('exams', 999, 0)")
        database.execute("UPDATE schema_program SET program = '99.1'")
        database.commit()
        database.close()
        done = server.command("migrate", "--plan")
        self.assertEqual(done.returncode, 1)
        self.assertIn("newer than this program (exams 999): start tripos 99.1, which wrote it, or a later one", done.stderr)

    def test_a_plan_tells_what_a_start_would_migrate_on_postgres(self):
        self.told_beforehand(self.on_postgres())

    def test_a_plan_of_what_is_not_there_makes_nothing(self):
        server = TriposServer(start=False)
        self.addCleanup(server.stop)
        done = server.command("migrate", "--plan")
        self.assertEqual(done.returncode, 66, done.stdout + done.stderr)
        self.assertFalse(os.path.exists(server.data_dir))

    def test_a_sqlite_database_of_before(self):
        self.upgraded(self.on_sqlite())

    @staticmethod
    def steps(path):
        """How many migrations a SQLite file has seen."""
        database = sqlite3.connect(path)
        try:
            return database.execute("SELECT count(*) FROM schema_migrations").fetchone()[0]
        finally:
            database.close()

    def test_it_is_copied_before_it_is_migrated_and_the_newest_three_copies_stay(self):
        server = self.on_sqlite()
        self.addCleanup(server.stop)
        live, copies = (os.path.join(server.data_dir, name) for name in ("tripos.db", "before-migration"))
        before = self.steps(live)
        os.mkdir(copies)
        for year in range(2020, 2023):
            with open(os.path.join(copies, f"{year}-01-01T00-00-00.000Z.db"), "wb"):
                pass
        server.start()
        server.restart()  # which has nothing to migrate
        server.terminate()
        names = sorted(os.listdir(copies))
        self.assertEqual([name[:4] for name in names[:2]], ["2021", "2022"])
        self.assertEqual(len(names), 3)
        copy = os.path.join(copies, names[2])
        self.assertEqual(os.stat(copy).st_mode & 0o777, 0o600)
        self.assertEqual(self.steps(copy), before)
        self.assertGreater(self.steps(live), before)
        # The way back: it is the database of before, which this release migrates once more.
        for name in (live, live + "-wal", live + "-shm"):
            if os.path.exists(name):
                os.unlink(name)
        os.rename(copy, live)
        site, staff, people, exams = self.serve(server)
        self.what_is_over_stays_as_it_was(site, staff, people, exams["Over"])

    def test_the_copy_is_held_when_it_is_put_back(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        server.terminate()
        live, copies = (os.path.join(server.data_dir, name) for name in ("tripos.db", "before-migration"))
        with closing(sqlite3.connect(live)) as database, database:
            database.executescript("DROP TABLE last_backup; DELETE FROM schema_migrations WHERE module = 'backup'")  # a step to do
        server.start()
        self.assertEqual(self.hold_of(server), "released")
        server.terminate()
        os.replace(os.path.join(copies, os.listdir(copies)[0]), live)
        server.start()
        self.assertEqual(self.hold_of(server), "held")
        done = server.command("restore", "release", "--mails", "security-only", "--attempts", "finish")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: self.hold_of(server) == "released", 5, "the release to be seen")

    @staticmethod
    def hold_of(server):
        return server.api("GET", "//readyz").json["dependencies"]["restore"]["state"]

    def test_what_cannot_be_copied_is_not_migrated(self):
        server = self.on_sqlite()
        self.addCleanup(server.stop)
        live = os.path.join(server.data_dir, "tripos.db")
        before = self.steps(live)
        with open(os.path.join(server.data_dir, "before-migration"), "wb"):
            pass
        code, output = server.run_to_end()
        self.assertEqual(code, 1, output)
        self.assertIn("before-migration cannot be created", output)
        self.assertEqual(self.steps(live), before)

    def kill_amid_the_migration(self, *delays):
        """So many seconds after the copy; the migration takes about 50 ms. What was there then: all of the steps or none of them."""
        seen = set()
        for delay in delays:
            server = self.on_sqlite()
            self.addCleanup(server.stop)
            live, copies = (os.path.join(server.data_dir, name) for name in ("tripos.db", "before-migration"))
            before = self.steps(live)
            server.spawn()
            wait_until(lambda copies=copies: os.path.isdir(copies) and any(name.endswith(".db") for name in os.listdir(copies)), 20,
                       "the copy", 0.001)
            time.sleep(delay)
            server.kill9()
            killed = self.steps(live)
            server.start()
            after = self.steps(live)
            self.assertIn(killed, (before, after))
            self.assertGreater(after, before)
            seen.add(killed)
            server.stop()
        return seen

    def test_a_kill_amid_the_migration_leaves_all_of_it_or_nothing(self):
        self.kill_amid_the_migration(0.01)

    def test_so_do_many_AtLength(self):
        self.assertEqual(len(self.kill_amid_the_migration(*(turn * 0.008 for turn in range(14)))), 2)

    def test_it_is_rehearsed_on_a_copy(self):
        """As docs/setup.md has it: any command migrates a copy and says which steps there are."""
        server = self.on_sqlite()
        self.addCleanup(server.stop)
        live = os.path.join(server.data_dir, "tripos.db")
        before, copy = self.steps(live), os.path.join(server.folder, "copy")
        shutil.copytree(server.data_dir, copy)
        done = server.command("user", "list", "--data-dir", copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("asha@example.org", done.stdout)
        self.assertRegex(done.stderr, r'schema migrated steps="[^"]*exams 7')
        self.assertGreater(self.steps(os.path.join(copy, "tripos.db")), before)
        self.assertEqual(self.steps(live), before)

    def test_a_new_site_has_nothing_to_copy(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        self.assertNotIn("before-migration", os.listdir(server.data_dir))

    def test_a_postgresql_database_of_before(self):
        self.upgraded(self.on_postgres())


if __name__ == "__main__":
    unittest.main()
