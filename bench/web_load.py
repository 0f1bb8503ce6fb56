#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench web`: what the pages cost a slow device on a slow line, in Chromium.

The first question of an exam of 40, cold and warm, with the line and the CPU slowed by the browser's protocol; how soon a choice
shows on a slowed CPU, and a palette of 200; how much script a live board of 2,000 rows runs a second. Medians of five, beside
the goals. Another load on the machine shows in all of them.
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from run_tests import node_packages  # noqa: E402 (its folder is added first)


def main():
    code, output = node_packages(os.path.join(ROOT, "tests", "e2e"))
    if code != 0:
        sys.exit(output)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", flush=True)
    environment = {"TRIPOS_BINARY": os.path.join(ROOT, "build", "release", "tripos"), **os.environ}
    return subprocess.run(["node", os.path.join(ROOT, "bench", "web_load.mjs")], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
