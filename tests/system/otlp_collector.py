# SPDX-License-Identifier: MIT
"""A collector of traces on loopback: takes OTLP over HTTP in JSON, as the test says, and keeps the spans."""

import http.server
import json
import threading


class Span:
    def __init__(self, span, resource):
        self.name, self.kind, self.trace, self.id = span["name"], span["kind"], span["traceId"], span["spanId"]
        self.parent = span.get("parentSpanId")
        self.begin, self.end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        self.failed = span.get("status", {}).get("code") == 2
        self.attributes = {one["key"]: self.value(one["value"]) for one in span["attributes"]}
        self.resource = {one["key"]: self.value(one["value"]) for one in resource["attributes"]}
        assert len(self.trace) == 32 and len(self.id) == 16 and self.begin <= self.end, span

    @staticmethod
    def value(typed):
        (kind, value), = typed.items()
        return int(value) if kind == "intValue" else value

    def __repr__(self):
        return f"{self.name} {self.attributes}"


class Collector:
    def __init__(self):
        self.spans, self.requests, self.answers = [], [], []  # answers: statuses to give first
        self.lock, self.gate = threading.Lock(), threading.Event()
        self.gate.set()
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with collector.lock:
                    collector.requests.append((self.path, dict(self.headers), body.decode()))
                    status = collector.answers.pop(0) if collector.answers else 200
                collector.gate.wait(30)
                if status == 200:
                    collector.keep(json.loads(body))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keep(self, body):
        with self.lock:
            for one in body["resourceSpans"]:
                self.spans += [Span(span, one["resource"]) for scope in one["scopeSpans"] for span in scope["spans"]]

    def of(self, trace):
        with self.lock:
            return [span for span in self.spans if span.trace == trace]

    def count(self):
        with self.lock:
            return len(self.spans)

    def stop(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()
