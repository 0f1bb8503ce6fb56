# SPDX-License-Identifier: MIT
"""tools/check_scripts.py holds scripts to a declared key that never exists."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_scripts import problems_of  # noqa: E402

HEADER = "-- Does something.\n-- Keys: 1 the queue's base.\n"


class CheckScripts(unittest.TestCase):
    def lines(self, text, name="src/queue/lua/one.lua"):
        return [line for line, _ in problems_of(name, text)]

    def test_accepts_keys_made_from_the_base(self):
        self.assertEqual(self.lines(HEADER + "redis.call('HGET', KEYS[1] .. ARGV[1], 'deid')\nredis.call('DEL', queue.base .. 'id')\n"), [])
        self.assertEqual(self.lines("-- Keys: the bases of the queues.\n"), [])

    def test_rejects_commands_on_the_base_itself(self):
        for call in ("redis.call('SET', KEYS[1], 1)", "redis.call('EXISTS', base)", "redis.pcall('DEL', queue.base)",
                     "redis.call('GET', bases[i])", "redis.call('HSET', KEYS[ i ], 'a', 1)"):
            self.assertEqual(self.lines(HEADER + call + "\n"), [3], call)

    def test_rejects_other_declared_keys(self):
        self.assertEqual(self.lines("-- Keys: 1 the job.\n"), [1])
        self.assertEqual(self.lines("local a = 1\n"), [1])
        self.assertEqual(self.lines("local a = 1\n", "src/queue/lua/lib/one.lua"), [])


if __name__ == "__main__":
    unittest.main()
