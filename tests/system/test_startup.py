# SPDX-License-Identifier: MIT
"""Start and stop of the program: what it says, how it refuses, how it ends."""

import concurrent.futures
import json
import os
import re
import signal
import socket
import threading
import time
import unittest

from engines import PrivatePostgres
from harness import START_UP, Site, TriposServer, command_name, wait_until


class StartUp(unittest.TestCase):
    def server(self, **settings):
        server = TriposServer(start=False, **settings)
        self.addCleanup(server.stop)
        return server

    def refused(self, server, *words):
        """It ends by itself, not with 0, and one line holds all these words."""
        code, output = server.run_to_end()
        self.assertNotEqual(code, 0, output)
        self.assertGreater(code, 0, output)
        self.assertNotIn("Server running", output)
        lines = [line for line in output.splitlines() if all(word in line for word in words)]
        self.assertEqual(len(lines), 1, f"one line with {words}:\n{output}")
        return code

    def test_says_its_four_lines_in_order(self):
        server = self.server()
        server.start()
        places = [server.log().find(line) for line in START_UP]
        self.assertNotIn(-1, places, server.log())
        self.assertEqual(places, sorted(places), server.log())
        for line in START_UP:
            self.assertEqual(server.log().count(line), 1, line)
        self.assertEqual(server.api("GET", "/health").status, 200)

    def test_the_first_start_says_little_before_the_four_lines(self):
        server = self.server()
        server.start()
        before = server.log().split(START_UP[-1])[0].splitlines()
        self.assertLessEqual(len(before), 3 + 3, "file descriptors, Redis' version, migrations:\n" + server.log())
        migrated = [line for line in before if "schema migrated" in line]
        self.assertEqual(len(migrated), 1, server.log())
        self.assertIn("accounts 1, accounts 2", migrated[0])

    def test_a_second_start_with_existing_data_takes_less_than_a_second(self):
        server = self.server()
        server.start()
        server.terminate()
        self.assertLess(server.start(), 1.0)

    def test_a_taken_port_is_refused_with_the_cure(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(self.server(PORT=port), str(port), "PORT")

    def test_a_data_folder_in_use_is_refused_with_the_cure(self):
        first = self.server()
        first.start()
        second = self.server(DATA_DIR=first.data_dir)
        self.refused(second, "in use", str(first.process.pid), "DATA_DIR")
        self.assertEqual(first.api("GET", "/health").status, 200)

    def test_a_malformed_setting_is_refused_with_its_rule(self):
        self.refused(self.server(PORT="abc"), "PORT", "number", "abc")

    def test_a_setting_that_its_part_refuses_ends_the_start_with_78(self):
        for key, value in (("SMTP_URL", "nonsense"), ("SMTP_URL", "ftp://relay.example.org"), ("EXAM_TIMEZONE", "Mars/Olympus")):
            code, output = self.server(**{key: value}).run_to_end()
            self.assertEqual(code, 78, output)
            self.assertIn(f"tripos: {key} must", output.replace(" is not a URL", " must"))

    def test_all_malformed_settings_are_named_at_once(self):
        code, output = self.server(PORT="abc", LOG_LEVEL="loud").run_to_end()
        self.assertNotEqual(code, 0)
        self.assertIn("PORT", output)
        self.assertIn("LOG_LEVEL", output)

    def test_an_unknown_key_of_the_env_file_gets_one_warning_with_the_nearest_name(self):
        server = self.server()
        with open(os.path.join(server.folder, ".env"), "w", encoding="utf-8") as file:
            file.write("EXAM_TIMEZON=Asia/Kolkata\n")
        server.start()
        lines = [line for line in server.log().splitlines() if "EXAM_TIMEZON " in line]
        self.assertEqual(len(lines), 1, server.log())
        self.assertIn("EXAM_TIMEZONE", lines[0])

    def test_an_unreachable_database_ends_the_start_with_75(self):
        server = self.server(DATABASE_URL="postgres://nobody@127.0.0.1:9/none", DATABASE_START_TIMEOUT=1)
        self.assertEqual(self.refused(server, "cannot be reached", "DATABASE_URL"), 75)

    def test_production_without_secrets_is_refused(self):
        server = self.server(APP_ENV="production")
        code, output = server.run_to_end()
        self.assertNotEqual(code, 0)
        for key in ("SMTP_URL", "JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET"):
            self.assertIn(key, output)

    def test_a_demo_is_ready_as_soon_as_a_site_without(self):
        plain, demo = self.server(), self.server()
        took = plain.start()
        # Its passwords alone take longer than that to hash.
        self.assertLess(demo.start("--demo"), took + 0.25)
        wait_until(lambda: "Demo log-ins, shown only now:" in demo.log(), 20, "the demo data")
        email, password = re.search(r"administrator +(\S+) +(\S+)", demo.log()).groups()
        site = Site(demo)
        token = site.log_in(email, password)
        self.assertGreater(len(site.expect(200, "GET", "/exam/all", None, token)["exams"]), 0)

    def test_a_command_waits_for_a_server_that_is_starting(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.stop)
        server = self.server(DATABASE_URL=postgres.url)
        server.spawn()
        wait_until(lambda: os.path.exists(os.path.join(server.data_dir, "lock")), 10, "the folder to be taken")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            commands = [pool.submit(server.command, *words) for words in
                        (("user", "list"), ("queue", "list"), ("seed", "--candidates", "1"))]
            wait_until(lambda: "Redis initialized" in server.log(), 10, "the start to come as far as the database")
            self.assertFalse(any(command.done() for command in commands))
            postgres.start()
            for command in commands:
                done = command.result(30)
                self.assertEqual(done.returncode, 0, done.stderr)
        server.kill9()

    def test_json_logs_are_json_from_the_first_line_on(self):
        server = self.server(LOG_FORMAT="json", PORTT="1")
        server.start("--demo")
        wait_until(lambda: "Demo log-ins" in server.log(), 20, "the demo data")
        server.terminate()
        lines = [json.loads(line) for line in server.log().splitlines()]
        said = [line["message"] for line in lines]
        for line in START_UP:
            self.assertTrue(any(message.startswith(line) for message in said), line)
        self.assertTrue(all(line["time"] and line["level"] and line["component"] for line in lines))

    def test_the_private_redis_takes_what_it_may(self):
        server = self.server(REDIS_MEMORY_MB=64)
        server.start()
        self.assertEqual(server.api("GET", "//readyz").json["dependencies"]["queue"]["memoryLimitBytes"], 64 << 20)

    def test_at_rest_it_takes_less_than_48_megabytes(self):
        server = self.server()
        server.start()
        server.api("GET", "/health")
        self.assertLess(server.resident_megabytes(), 48)  # 38 to 42 before the pages of operations and in Hindi, 40 to 44 with them


class Stop(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)

    def test_sigterm_ends_it_with_0_and_its_redis_too(self):
        redis = self.server.redis_pids()
        self.assertEqual(len(redis), 1)
        begin = time.monotonic()
        self.assertEqual(self.server.terminate(), 0, self.server.log())
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(command_name(redis[0]), "")

    def test_sigint_ends_it_with_0(self):
        self.server.process.send_signal(signal.SIGINT)
        self.assertEqual(self.server.process.wait(10), 0)

    def test_an_idle_connection_does_not_hold_the_stop(self):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        connection.api("GET", "/health")
        begin = time.monotonic()
        self.assertEqual(self.server.terminate(), 0)
        self.assertLess(time.monotonic() - begin, 5)

    def test_a_second_signal_ends_it_at_once(self):
        # A request whose body does not come keeps the first stop waiting.
        with socket.create_connection(("127.0.0.1", self.server.port)) as slow:
            slow.sendall(b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                         b"Content-Length: 100\r\n\r\n{")
            wait_until(lambda: self.server.api("GET", "/health").status == 200)
            self.server.process.send_signal(signal.SIGTERM)
            wait_until(self.refuses_connections, 5, "the port to close")
            begin = time.monotonic()
            self.server.process.send_signal(signal.SIGTERM)
            self.server.process.wait(5)
            self.assertLess(time.monotonic() - begin, 1)

    def refuses_connections(self):
        try:
            socket.create_connection(("127.0.0.1", self.server.port), 1).close()
            return False
        except OSError:
            return True

    def test_under_load_no_request_in_flight_is_cut(self):
        site = Site(self.server)
        admin = site.admin()
        exam = site.exam(admin)
        token = site.candidate("load@example.com")
        (question, options), *_ = site.start(exam, token)
        cut, answered = [], []
        threads = [threading.Thread(target=self.load, args=(exam, token, question, options[0], answered, cut))
                   for _ in range(16)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(answered) > 200, 20, "load")
        code = self.server.terminate()
        for thread in threads:
            thread.join(10)
        self.assertEqual(code, 0, self.server.log())
        self.assertEqual(cut, [])

    def load(self, exam, token, question, option, answered, cut):
        """Saves until the server is gone. A request that was read must be answered whole."""
        body = (f'{{"questionId":"{question}","selectedOptionIds":["{option}"]}}').encode()
        request = (f"POST /api/exam-attempt/{exam}/save HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
                   f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
        try:
            with socket.create_connection(("127.0.0.1", self.server.port), 10) as connection:
                while True:
                    connection.sendall(request)
                    reply = connection.recv(65536)
                    if not reply:
                        return  # closed before it read the request, as HTTP allows between two requests
                    while not complete(reply):
                        more = connection.recv(65536)
                        if not more:
                            cut.append(reply)
                            return
                        reply += more
                    if b" 200 " not in reply.split(b"\r\n")[0]:
                        cut.append(reply)
                    answered.append(1)
        except OSError:
            return  # the connection ended between two requests, or there is no server any more


def complete(reply):
    head, _, body = reply.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    return length is not None and len(body) >= int(length[1])


class Kill(unittest.TestCase):
    def test_kill_9_takes_its_redis_along_and_the_next_start_recovers(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        site = Site(server)
        token = site.candidate("kept@example.com")
        redis = server.redis_pids()
        self.assertEqual(len(redis), 1)
        server.kill9()
        wait_until(lambda: command_name(redis[0]) == "", 5, "its redis-server to end")
        server.start()
        profile = site.expect(200, "GET", "/profile/me", None, token)
        self.assertEqual(profile["data"]["email"], "kept@example.com")

    def test_a_redis_that_dies_is_started_again(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        first = server.redis_pids()[0]
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: [pid for pid in server.redis_pids() if pid != first], 10, "another redis-server")
        Site(server).candidate("after@example.com")


if __name__ == "__main__":
    unittest.main()
