# SPDX-License-Identifier: MIT
"""Traces: a request, its statements, its mail as a job and the relay are one trace; what is sampled; and a collector that is away harms nobody."""

import concurrent.futures
import json
import os
import re
import socket
import time
import unittest

from engines import PrivatePostgres, PrivateRedis, SmtpRelay, free_port
from harness import Site, TriposServer, wait_until
from otlp_collector import Collector


def place(flag="01"):
    trace, parent = os.urandom(16).hex(), os.urandom(8).hex()
    return trace, parent, {"traceparent": f"00-{trace}-{parent}-{flag}"}


class Traced(unittest.TestCase):
    def collector(self):
        collector = Collector()
        self.addCleanup(collector.stop)
        return collector

    def server(self, collector=None, **settings):
        if collector:
            settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "50",
                        "OTEL_TRACES_SAMPLER": "parentbased_always_off", **settings}
        server = TriposServer(**settings)
        self.addCleanup(server.stop)
        return server

    def sign_up(self, server, email, headers):
        body = {"fullName": "Asha Rao", "email": email, "password": "correct horse 7"}
        reply = server.api("POST", "/auth/signup", body, headers=headers)
        self.assertEqual(reply.status, 201, reply)

    def figure(self, server, name):
        found = re.search(rf"(?m)^{name} (\S+)$", server.api("GET", "//metrics").text)
        return float(found[1])

    def span(self, collector, trace, name):
        return wait_until(lambda: next((one for one in collector.of(trace) if one.name == name), None), 15, f"the span {name}")


class OneTrace(Traced):
    def whole(self, collector, trace, parent):
        """The spans of the trace, once each one's parent has been told too."""
        def told():
            spans = collector.of(trace)
            ids = {one.id for one in spans} | {parent}
            return spans and all(one.parent in ids for one in spans) and spans
        return wait_until(told, 15, "the parents of all spans")

    def check(self, **settings):
        collector, relay = self.collector(), SmtpRelay()
        self.addCleanup(relay.stop)
        server = self.server(collector, SMTP_URL=relay.url, MAIL_FROM="office@exams.localhost", OTEL_SERVICE_NAME="exams of the town",
                             OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test%20room", **settings)
        trace, parent, headers = place()
        self.sign_up(server, "asha@example.com", headers)
        relay.message("asha@example.com")
        request = self.span(collector, trace, "POST /api/auth/signup")
        job = self.span(collector, trace, "process email")
        mail = self.span(collector, trace, "send mail")
        insert = self.span(collector, trace, "INSERT outbox")
        write = next(one for one in collector.of(trace) if one.id == insert.parent)
        self.assertEqual((request.kind, request.parent), (2, parent))
        self.assertEqual(request.attributes["http.request.method"], "POST")
        self.assertEqual(request.attributes["http.route"], "/api/auth/signup")
        self.assertEqual(request.attributes["http.response.status_code"], 201)
        self.assertEqual((write.name, write.parent), ("database write", request.id))
        self.assertIn("$1", insert.attributes["db.query.text"])
        self.assertEqual(job.parent, write.id)  # the row was written there
        self.assertEqual((job.kind, job.attributes["messaging.system"], job.attributes["messaging.destination.name"]), (5, "bullmq", "email"))
        self.assertEqual((mail.kind, mail.parent), (3, job.id))
        self.assertEqual(mail.attributes["tripos.mail.outcome"], "delivered")
        spans = self.whole(collector, trace, parent)
        self.assertTrue(any(one.attributes.get("db.system.name") == "redis" for one in spans), spans)
        self.assertLess(request.begin, mail.begin)
        self.assertLess(abs(request.begin / 1e9 - time.time()), 60)
        self.assertEqual(request.resource["service.name"], "exams of the town")
        self.assertEqual(request.resource["deployment.environment.name"], "test room")
        told = "".join(body for _, _, body in collector.requests)
        for secret in ("asha", "Asha", "example.com", "office@", "correct horse"):
            self.assertNotIn(secret, told)
        return insert

    def test_a_request_its_mail_as_a_job_and_the_relay_are_one_trace(self):
        self.assertEqual(self.check().attributes["db.system.name"], "sqlite")

    def test_the_same_with_postgresql(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.stop)
        postgres.start()
        self.assertEqual(self.check(DATABASE_URL=postgres.url).attributes["db.system.name"], "postgresql")

    def test_requests_at_the_same_time_keep_their_spans_apart(self):
        collector = self.collector()
        server = self.server(collector, HTTP_THREADS="2")
        candidate = Site(server).candidate("asha@example.com")
        places = [place() for _ in range(40)]
        connections = [server.connect(candidate) for _ in places]
        for one in connections:
            self.addCleanup(one.connection.close)
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(lambda pair: pair[0].api("GET", "/exam/live", headers=pair[1][2]), zip(connections, places)))
        self.assertEqual({reply.status for reply in replies}, {200})
        for trace, parent, _ in places:
            request = self.span(collector, trace, "GET /api/exam/live")
            self.assertEqual(request.parent, parent)
            self.assertEqual(len([one for one in self.whole(collector, trace, parent) if one.kind == 2]), 1)

    def test_an_answer_of_5xx_is_an_error_and_its_path_is_not_told(self):
        collector, redis = self.collector(), PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server = self.server(collector, REDIS_URL=redis.url)
        admin = Site(server).admin()
        redis.end()
        wait_until(lambda: server.api("GET", "/admin/queues/email", token=admin).status == 503, 15, "the loss to be noticed")
        trace, _, headers = place()
        self.assertEqual(server.api("GET", "/admin/queues/email", token=admin, headers=headers).status, 503)
        request = self.span(collector, trace, "GET /api/admin/queues/:name")
        self.assertTrue(request.failed)
        self.assertEqual(request.attributes["error.type"], "503")
        trace, _, headers = place()
        server.api("GET", "/no/such/asha@example.com?token=hush", headers=headers)
        self.span(collector, trace, "GET")
        self.assertNotIn("hush", "".join(body for _, _, body in collector.requests))


class Sampling(Traced):
    def send_two(self, server, *parents):
        lines = "".join(f"traceparent: {one}\r\n" for one in parents)
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n".encode())
            self.assertIn(b"200 OK", connection.makefile("rb").readline())

    def test_nothing_is_recorded_unless_a_collector_is_named(self):
        collector = self.collector()
        for settings in ({}, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_SDK_DISABLED": "true", "OTEL_TRACES_SAMPLER": "always_on"}):
            server = self.server(**settings)
            self.sign_up(server, "asha@example.com", place()[2])
            self.assertEqual(self.figure(server, "tripos_traces_spans_exported_total"), 0)
            server.terminate()
        self.assertEqual(collector.requests, [])

    def test_a_caller_decides_where_the_sampler_asks_it(self):
        collector = self.collector()
        server = self.server(collector)
        unsampled, _, headers = place("00")
        server.api("GET", "//healthz", headers=headers)
        server.api("GET", "//healthz")
        for broken in ("00-" + "0" * 32 + "-" + "1" * 16 + "-01", "garbage", "ff-" + "1" * 32 + "-" + "1" * 16 + "-01"):
            server.api("GET", "//healthz", headers={"traceparent": broken})
        self.send_two(server, place()[2]["traceparent"], place()[2]["traceparent"])
        sampled, _, headers = place()
        server.api("GET", "//healthz", headers=headers)
        self.span(collector, sampled, "GET /healthz")
        server.terminate()
        self.assertEqual({one.trace for one in collector.spans}, {sampled})

    def test_a_share_of_the_traces_and_the_last_words_of_a_server(self):
        collector = self.collector()
        server = self.server(collector, OTEL_TRACES_SAMPLER="traceidratio", OTEL_TRACES_SAMPLER_ARG="0.25", OTEL_BSP_SCHEDULE_DELAY="600000",
                             OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20hush,x-tenant=exams")
        for _ in range(400):
            server.api("GET", "//healthz")
        server.terminate()  # what has not been sent goes now
        count = len([one for one in collector.spans if one.name == "GET /healthz"])
        self.assertGreater(count, 50)
        self.assertLess(count, 160)
        path, headers, _ = collector.requests[0]
        self.assertEqual((path, headers["authorization"], headers["x-tenant"], headers["Content-Type"]),
                         ("/v1/traces", "Bearer hush", "exams", "application/json"))

    def test_settings_that_cannot_be_are_said_without_their_secrets(self):
        server = TriposServer(start=False, OTEL_EXPORTER_OTLP_HEADERS="hush", OTEL_TRACES_SAMPLER="sometimes", OTEL_TRACES_SAMPLER_ARG="2",
                              OTEL_RESOURCE_ATTRIBUTES="a b=c", OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4318")
        self.addCleanup(server.stop)
        done = server.command("config")
        self.assertEqual(done.returncode, 78)
        for key in ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_RESOURCE_ATTRIBUTES",
                    "OTEL_EXPORTER_OTLP_ENDPOINT"):
            self.assertIn(key, done.stderr)
        self.assertNotIn("hush", done.stdout + done.stderr)


class CollectorAway(Traced):
    def test_one_that_is_overloaded_is_asked_again_and_one_that_refuses_is_not(self):
        collector = self.collector()
        collector.answers = [503, 200, 400]
        server = self.server(collector, LOG_FORMAT="json")
        first, second, third = place(), place(), place()
        server.api("GET", "//healthz", headers=first[2])
        self.span(collector, first[0], "GET /healthz")
        server.api("GET", "//healthz", headers=second[2])
        wait_until(lambda: self.figure(server, "tripos_traces_spans_dropped_total") == 1, 10, "the refusal to be counted")
        server.api("GET", "//healthz", headers=third[2])
        self.span(collector, third[0], "GET /healthz")
        self.assertEqual(collector.of(second[0]), [])
        self.assertEqual(len(collector.requests), 4)
        told = [json.loads(line) for line in server.log().splitlines() if "does not take traces" in line]
        self.assertEqual([one["what"] for one in told], ["it answered with status 503", "it answered with status 400"])
        self.assertIn("OTEL_TRACES_SAMPLER_ARG", told[0]["cure"])
        self.assertIn("OTLP in JSON", told[1]["cure"])

    def test_one_that_nobody_reaches_slows_nobody_and_what_is_lost_is_counted(self):
        server = self.server(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}", OTEL_TRACES_SAMPLER="always_on",
                             OTEL_BSP_SCHEDULE_DELAY="10", OTEL_BSP_MAX_QUEUE_SIZE="20", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="10")
        begin = time.monotonic()
        for _ in range(200):
            self.assertEqual(server.api("GET", "//healthz").status, 200)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertGreater(self.figure(server, "tripos_traces_spans_dropped_total"), 100)
        begin = time.monotonic()
        server.terminate()
        self.assertLess(time.monotonic() - begin, 10)

    def test_one_that_hangs_holds_up_neither_requests_nor_the_end(self):
        collector = self.collector()
        collector.gate.clear()
        server = self.server(collector, OTEL_TRACES_SAMPLER="always_on", OTEL_BSP_MAX_QUEUE_SIZE="30", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="10")
        for _ in range(100):
            self.assertEqual(server.api("GET", "//healthz").status, 200)
        self.assertGreater(self.figure(server, "tripos_traces_spans_dropped_total"), 40)
        wait_until(lambda: collector.requests, 10, "the first request to arrive")
        self.assertEqual(len(collector.requests), 1)  # one at a time
        begin = time.monotonic()
        server.terminate()
        self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main()
