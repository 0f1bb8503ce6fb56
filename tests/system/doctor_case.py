# SPDX-License-Identifier: MIT
"""What tests of `tripos doctor` share: its findings, held to their shape, and what of them is the site's."""

import json
import unittest

from engines import PrivateRedis
from harness import TriposServer

VERDICTS = {"ok", "advice", "warn", "fail", "skipped"}
# What is said of the machine that runs the tests is its own affair.
OF_THE_MACHINE = {"host-sync", "host-clock", "host-disk", "redis-speed", "host-descriptors"}


def findings_of(done):
    """The findings of a --json run; each is of the shape that is promised."""
    answer = json.loads(done.stdout)
    for finding in answer["findings"]:
        assert set(finding) == {"id", "verdict", "text", "evidence", "cure", "doc"}, finding
        assert finding["verdict"] in VERDICTS, finding
        assert finding["doc"] == "docs/troubleshooting.md#" + finding["id"], finding
        assert bool(finding["cure"]) == (finding["verdict"] in {"advice", "warn", "fail"}), finding
    return answer["findings"]


class Doctor(unittest.TestCase):
    def server(self, start=True, **settings):
        server = TriposServer(start=start, **settings)
        self.addCleanup(server.stop)
        return server

    def redis(self, *settings):
        redis = PrivateRedis(*settings)
        self.addCleanup(redis.stop)
        return redis.start()

    def complaints(self, server, *arguments):
        """{id: finding} of what is wrong, but for what is the machine's."""
        done = server.command("doctor", "--json", *arguments)
        self.assertEqual(done.stderr, "")
        found = {one["id"]: one for one in findings_of(done) if one["verdict"] in {"advice", "warn", "fail"}}
        worst = max([0, *({"warn": 1, "fail": 2}.get(one["verdict"], 0) for one in found.values())])
        self.assertEqual(done.returncode, worst, done.stdout)
        return {name: one for name, one in found.items() if name not in OF_THE_MACHINE}

    def expect(self, server, *ids, arguments=()):
        found = self.complaints(server, *arguments)
        self.assertEqual(set(found), set(ids), found)
        return [found[name] for name in ids]
