# SPDX-License-Identifier: MIT
"""Many connections at once on the real program: what they cost, and what happens when descriptors run out."""

import os
import re
import resource
import socket
import unittest

from harness import Site, TriposServer, wait_until

IDLE = 10_000
ACTIVE = 1_000
ROUNDS = 3


def raise_own_limit(needed):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise AssertionError(f"this test needs a hard limit of {needed} file descriptors (ulimit -Hn), here it is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Client:
    """A bare keep-alive connection: sending and receiving are apart, so that many can wait at once."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def send(self, path, token=None):
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n{authorization}\r\n".encode())

    def receive(self):
        """The status; the body is read and dropped."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        left = int(re.search(rb"Content-Length: (\d+)", head)[1]) - len(body)
        while left > 0:
            left -= len(self.more())
        return int(head.split()[1])

    def more(self):
        received = self.socket.recv(65536)
        if not received:
            raise AssertionError("the server closed the connection")
        return received

    def close(self):
        self.socket.close()


class ManyConnections(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer(LOGIN_LIMIT_ADDRESS="100000")
        self.addCleanup(self.server.stop)
        self.clients = []
        self.addCleanup(lambda: [client.close() for client in self.clients])

    def open(self, count):
        while len(self.clients) < count:
            self.clients.append(Client(self.server.port))

    def held(self):
        """How many connections the server holds, by its own count."""
        return float(re.search(r"^tripos_http_connections (\S+)", self.server.api("GET", "//metrics").text, re.M)[1])

    def test_a_thousand_active_connections_take_less_than_100_megabytes(self):
        site = Site(self.server)
        exam = site.exam(site.admin(), questions=50)
        token = site.candidate("asha@example.com")
        site.start(exam, token)
        self.open(ACTIVE)
        for _ in range(ROUNDS):
            for client in self.clients:
                client.send(f"/api/exam-attempt/{exam}/attempt", token)
            self.assertEqual({client.receive() for client in self.clients}, {200})
        megabytes = self.server.resident_megabytes()
        print(f"{ACTIVE} active connections: {megabytes:.0f} MB resident", flush=True)
        self.assertLess(megabytes, 100)

    def test_ten_thousand_idle_connections_are_held_and_the_rest_is_served(self):
        raise_own_limit(IDLE + 1000)
        before = self.server.resident_megabytes()
        self.open(IDLE)
        wait_until(lambda: self.held() >= IDLE, 30, "the server to hold them all")
        each = (self.server.resident_megabytes() - before) * 1024 / IDLE
        print(f"{IDLE} idle connections: {each:.1f} kB each", flush=True)
        self.assertLess(each, 16)
        self.assertEqual(self.server.api("GET", "/health").status, 200)
        for client in self.clients[::100]:
            client.send("/api/health")
            self.assertEqual(client.receive(), 200)

    def test_accepting_pauses_while_descriptors_are_out_and_goes_on_afterwards(self):
        kept = Client(self.server.port)
        self.clients.append(kept)
        kept.send("/api/health")
        self.assertEqual(kept.receive(), 200)
        limits = resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE)
        descriptors = len(self.open_descriptors())
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, (descriptors + 5, limits[1]))
        self.open(50)  # the kernel takes them all; the program gets five
        wait_until(lambda: "cannot accept connections" in self.server.log(), 10, "the complaint")
        kept.send("/api/health")
        self.assertEqual(kept.receive(), 200)
        for client in self.clients[1:]:
            client.close()
        last = Client(self.server.port)
        self.clients.append(last)
        last.send("/api/health")
        self.assertEqual(last.receive(), 200)
        self.assertEqual(self.server.log().count("cannot accept connections"), 1)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, limits)

    def open_descriptors(self):
        return os.listdir(f"/proc/{self.server.process.pid}/fd")

    def test_the_limit_is_raised_and_said(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        soft, _ = resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE)
        self.assertEqual(soft, hard)
        said = re.search(r"file descriptors limit=(\d+) connections=(\d+)", self.server.log())
        self.assertEqual(int(said[1]), hard)
        self.assertLessEqual(int(said[2]), hard)


if __name__ == "__main__":
    unittest.main()
