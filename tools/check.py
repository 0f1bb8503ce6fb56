#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the mechanical checks and says which failed: `./dev check`. --fast leaves out what needs more than Python and git:
the format (clang-format) and the comments of the public headers (doxygen)."""

import os
import subprocess
import sys
import time

from files import ROOT, project_files

CHECKS = ["layers", "tables", "coroutines", "names", "sizes", "text", "snippets", "proofs", "scripts"]


def run_format():
    files = [path for path in project_files() if path.endswith((".cpp", ".hpp"))]
    batches = [files[start::os.cpu_count() or 1] for start in range(os.cpu_count() or 1)]
    processes = [subprocess.Popen(["clang-format", "--dry-run", "-Werror", *batch], cwd=ROOT, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for batch in batches if batch]
    outputs = [process.communicate()[0] for process in processes]
    bad = sorted({line.split(":")[0] for output in outputs for line in output.splitlines() if "error:" in line})
    return any(process.returncode for process in processes), "".join(f"{path}: run ./dev fmt\n" for path in bad)


def run_script(name):
    done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", f"check_{name}.py")], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode != 0, done.stdout


def main(arguments):
    names = CHECKS if "--fast" in arguments else CHECKS + ["reference", "format"]
    failed = 0
    for name in names:
        start = time.monotonic()
        is_bad, output = run_format() if name == "format" else run_script(name)
        failed += is_bad
        print(output, end="")
        print(f"{'FAILED' if is_bad else 'ok':6} {name} ({time.monotonic() - start:.1f} s)")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
