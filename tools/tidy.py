#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clang-tidy with the list of .clang-tidy, on every C++ source or those of the last commit: `./dev tidy [--changed]`.

Reads build/fuzz/compile_commands.json, the one written for clang. Of a changed header the source of the same name is looked at.
--changed looks at MOST files and names the others; --list prints what has changed, for which nothing needs to be built.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from files import ROOT

BUILD = os.path.join(ROOT, "build", "fuzz")
MOST = 20  # of the last commit: minutes


def known_sources():
    """Paths relative to ROOT; not what the build has written itself."""
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        paths = {os.path.relpath(entry["file"], ROOT) for entry in json.load(file)}
    return sorted(path for path in paths if not path.startswith("build/"))


def git(*words):
    done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.splitlines()


def listed():
    """Of the last commit; nothing in a clone that has no other to compare it with."""
    if len(git("rev-list", "--max-count=2", "HEAD")) < 2:
        return []
    listing = git("diff", "--name-only", "--diff-filter=d", "HEAD~1", "HEAD")
    return [path for path in listing if path.endswith((".cpp", ".hpp"))]


def changed(sources):
    stems = {os.path.splitext(path)[0] for path in listed()}
    found = [path for path in sources if os.path.splitext(path)[0] in stems]
    if left := found[MOST:]:
        print(f"left out, since more than {MOST} have changed: {' '.join(left)}")
    return found[:MOST]


def tidy(path):
    """(seconds, what it says)"""
    start = time.monotonic()
    done = subprocess.run(["clang-tidy-19", "-p", BUILD, "--quiet", "--warnings-as-errors=*", path], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stdout if done.returncode == 0 else done.stdout or done.stderr
    return time.monotonic() - start, said


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(listed()))
        return 0
    sources = known_sources()
    sources = changed(sources) if arguments == ["--changed"] else [path for path in sources
                                                                   if not arguments or path.startswith(tuple(arguments))]
    failed, spent = 0, 0.0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, (seconds, said) in zip(sources, pool.map(tidy, sources)):
            failed += bool(said.strip())
            spent += seconds
            print(f"{'FAILED' if said.strip() else 'ok':6} {path} ({seconds:.1f} s)\n{said}", end="", flush=True)
    print(f"{len(sources) - failed} passed, {failed} failed ({spent / max(len(sources), 1):.1f} s each)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
