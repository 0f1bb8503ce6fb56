# SPDX-License-Identifier: MIT
"""What the samples of deploy/ do with a request that fails: one that may have been done is never sent again."""

import http.server
import threading
import unittest

from engines import free_port
from proxies import Proxy


class Server:
    """Answers every GET; a POST it counts, and answers or hangs up on."""

    def __init__(self, hangs_up):
        self.posts = 0
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self):
                server.posts += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                if hangs_up:
                    self.close_connection = True
                else:
                    self.do_GET()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # a proxy that ends resets what it kept open
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Retries(unittest.TestCase):
    def behind(self, kind, *ports):
        proxy = Proxy(kind, ports)
        self.addCleanup(proxy.stop)
        return proxy

    def server(self, hangs_up=False):
        server = Server(hangs_up)
        self.addCleanup(server.stop)
        return server

    def test_a_post_that_a_server_may_have_done_is_not_sent_again(self):
        for kind in Proxy.KINDS:
            with self.subTest(kind):
                servers = [self.server(hangs_up=True) for _ in range(2)]
                proxy = self.behind(kind, *(server.port for server in servers))
                self.assertGreaterEqual(proxy.status("/save", "POST", b"an answer"), 500)
                self.assertEqual(sum(server.posts for server in servers), 1)

    def test_a_post_that_reached_nobody_goes_to_the_other_server(self):
        for kind in Proxy.KINDS:
            with self.subTest(kind):
                server = self.server()
                proxy = self.behind(kind, free_port(), server.port)
                self.assertEqual([proxy.status("/save", "POST", b"an answer") for _ in range(6)], [200] * 6)
                self.assertEqual(server.posts, 6)

    def test_the_figures_are_closed_however_they_are_asked_for(self):
        for kind in Proxy.KINDS:
            with self.subTest(kind):
                proxy = self.behind(kind, self.server().port, free_port())
                self.assertEqual([proxy.status(path) for path in ("/metrics", "/%6detrics", "/metrics?x=1", "/readyz")], [404, 404, 404, 200])


if __name__ == "__main__":
    unittest.main()
