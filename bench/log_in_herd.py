# SPDX-License-Identifier: MIT
"""2,000 people behind one address log in at the same moment and come back as they are told, while a newcomer comes from elsewhere."""

import contextlib
import http.client
import json
import os
import sqlite3
import threading
import time
import uuid

PEOPLE = 2000
HALL, ELSEWHERE = "203.0.113.9", "198.51.100.7"


def add_people(server, like):
    """Accounts with the password of another."""
    with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "tripos.db"), timeout=30)) as database, database:
        for number in range(PEOPLE):
            email = f"herd{number}@tripos.example"
            database.execute("INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, email_verified, created_at, "
                             "updated_at) SELECT ?, ?, ?, full_name, password_hash, role, 1, created_at, updated_at FROM users "
                             "WHERE email = ?", [str(uuid.uuid4()), email, email, like])


def enter(port, email, password, peer):
    """Until it is in: (seconds, how often it was told its place)."""
    begin, told = time.monotonic(), 0
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("POST", "/api/auth/login", json.dumps({"email": email, "password": password}),
                           {"Content-Type": "application/json", "X-Forwarded-For": peer})
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        if reply.status == 200:
            return time.monotonic() - begin, told
        if reply.status != 503:
            raise RuntimeError(f"log-in of {email}: {reply.status} {body}")
        told += 1
        time.sleep(int(reply.headers["Retry-After"]))


def herd(server, email, password):
    """The server trusts what this machine forwards. Prints one row."""
    add_people(server, email)
    threading.stack_size(256 * 1024)
    found, newcomer, over = [], [], threading.Event()

    def come(number):
        found.append(enter(server.port, f"herd{number}@tripos.example", password, HALL))

    def come_from_elsewhere():
        while not over.wait(2):
            newcomer.append(enter(server.port, email, password, ELSEWHERE))
    people = [threading.Thread(target=come, args=[number]) for number in range(PEOPLE)]
    stranger = threading.Thread(target=come_from_elsewhere)
    begin = time.monotonic()
    for person in [*people, stranger]:
        person.start()
    for person in people:
        person.join()
    took = time.monotonic() - begin
    over.set()
    stranger.join()
    told = sum(times for _, times in found)
    print(f"{PEOPLE:,} behind one address: {len(found):,} in after {took:.0f} s, told their place {told:,} times, slowest "
          f"{max(seconds for seconds, _ in found):.0f} s; a newcomer elsewhere waits "
          f"{', '.join(f'{seconds:.1f} s ({told} places)' for seconds, told in newcomer)}")
