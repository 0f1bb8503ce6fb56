#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the queue's Lua scripts to what keeps them whole in a Redis Cluster.

Their keys are computed from the queue's base, "<prefix>:<name>:", which is the key they declare - and which no key is ever named.
While a slot moves, a script whose declared keys are all absent is answered ASK before anything of it runs; one that declares a key that
is there runs up to the first key that has moved, and what it did stays done.

- every script says in its header that its keys are bases;
- no command of a script has a base as its key.
"""

import os
import re
import sys

from files import ROOT, read

FOLDER = "src/queue/lua"
HEADER = re.compile(r"^-- Keys: (1 the queue's base|the bases of the queues)\b", re.MULTILINE)
BASE = r"(?:KEYS\[[^\]]*\]|(?:\w+\.)?base|bases\[[^\]]*\])"
ON_BASE = re.compile(r"redis\.p?call\(\s*'(\w+)'\s*,\s*" + BASE + r"\s*[,)]")


def problems_of(name, text):
    """Yields (line, problem)."""
    if "/lib/" not in name and not HEADER.search(text):
        yield 1, "its header must say \"-- Keys: 1 the queue's base\" or \"-- Keys: the bases of the queues\""
    for match in ON_BASE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield line, f"{match[1]} on the base itself: the declared key must never exist"


def main():
    bad = 0
    for folder, _, files in os.walk(os.path.join(ROOT, FOLDER)):
        for file in sorted(files):
            path = os.path.relpath(os.path.join(folder, file), ROOT)
            for line, problem in problems_of(path, read(path)):
                print(f"{path}:{line}: {problem}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
