# SPDX-License-Identifier: MIT
"""What systemd is to the program: a socket that takes its news, a listener that outlives it; and clients that never stop asking."""

import asyncio
import os
import socket
import tempfile
import threading
import time

from harness import TriposServer, wait_until


class NewsSocket:
    """NOTIFY_SOCKET: a datagram socket that collects what it is told, with the time."""

    def __init__(self, abstract=False):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.folder = tempfile.mkdtemp(prefix="tripos-notify-")
        path = os.path.join(self.folder, "notify")
        self.address = "@" + path if abstract else path
        self.socket.bind("\0" + path if abstract else path)
        self.news = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while data := self.socket.recv(4096):
            self.news.append((data.decode(), time.monotonic()))

    def texts(self):
        return [text for text, _ in self.news]

    def count(self, text):
        return self.texts().count(text)

    def wait_for(self, text, more=1, seconds=15):
        """Until it is told so many times more."""
        before = self.count(text)
        wait_until(lambda: self.count(text) >= before + more, seconds, f"{more} times {text}")

    def close(self):
        end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        end.sendto(b"", self.socket.getsockname())
        end.close()
        self.socket.close()


class ActivatedServer(TriposServer):
    """`tripos serve` with a listener that this object holds while the program comes and goes."""

    def __init__(self, **settings):
        super().__init__(start=False, **settings)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.pass_fds = (self.listener.fileno(),)
        self.prefix = ["/bin/bash", "-c", f'exec 3<&{self.listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "bash"]

    def stop(self):
        super().stop()
        self.listener.close()


class Load:
    """Clients at a fixed rate, each request on a connection of its own; planned by the clock, whatever the server does."""

    REQUESTS = (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                b"POST /api/receipts/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                b"Content-Length: 2\r\n\r\n{}")

    def __init__(self, port, rate):
        self.port, self.rate = port, rate
        self.answers, self.failures, self.slowest = 0, [], 0.0
        self.ending = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()

    async def run(self):
        begin, tasks, sent = time.monotonic(), set(), 0
        while not self.ending.is_set():
            while sent < (time.monotonic() - begin) * self.rate:
                task = asyncio.create_task(self.ask(self.REQUESTS[sent % len(self.REQUESTS)]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                sent += 1
            await asyncio.sleep(0.002)
        await asyncio.gather(*tasks)

    async def ask(self, request):
        begin, text = time.monotonic(), b""
        try:
            # In one go, as clients do: however late this loop is, no connection waits for its request.
            client = socket.create_connection(("127.0.0.1", self.port), 20)
            client.sendall(request)
            async with asyncio.timeout(20):
                reader, writer = await asyncio.open_connection(sock=client)
                text = await reader.read()
                writer.close()
            status = int(text[9:12])
            if status >= 500:
                raise ValueError(text[:200])
            self.answers += 1
        except (OSError, ValueError, TimeoutError) as failure:
            self.failures.append(f"{type(failure).__name__} {failure} after {text[:40]}")
        self.slowest = max(self.slowest, time.monotonic() - begin)

    def end(self):
        self.ending.set()
        self.thread.join(60)
