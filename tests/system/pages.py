# SPDX-License-Identifier: MIT
"""The pages as somebody follows them: their fenced blocks, one after another, in one shell.

A comment in the line before a block says what a test does with it:

    <!-- runs: TEXT -->       it ends with 0 and prints TEXT
    <!-- serves: TEXT -->     it prints TEXT and goes on until the page is over
    <!-- file: NAME -->       it is saved under that name
    <!-- runs in TEST -->     a test of its own does it
    <!-- not run: WHY -->     no test can

Addresses and folders of the machine become the test's own (Reader.places); the rest stands as the page has it.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass

from engines import free_port
from harness import BINARY, ROOT

FENCE = re.compile(r"(?:^<!-- (?P<mark>(?:(?!-->).)*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"(?P<word>(?:runs|serves|file|not run)(?=: )|(?:runs in|from)(?= ))[: ]+(?P<what>.+)")
SECONDS = 240  # for a whole page


@dataclass
class Block:
    place: str
    language: str
    text: str
    word: str  # of its mark; empty: none
    what: str


def read(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        return file.read()


def blocks_of(page):
    text = read(page)
    for found in FENCE.finditer(text):
        mark = MARK.fullmatch(found["mark"] or "")
        yield Block(f"{page}:{text.count(chr(10), 0, found.start('language')) + 1}", found["language"], found["text"],
                    mark["word"] if mark else "", mark["what"] if mark else "")


class Reader:
    """Somebody with a home, in a folder like the tree's, with `tripos` at hand. stop() leaves nothing behind."""

    def __init__(self, **environment):
        self.home = tempfile.mkdtemp(prefix="tripos-reader-")
        self.folder = os.path.join(self.home, "tree")
        self.port = free_port()
        self.places = {"localhost:8000": f"localhost:{self.port}", "/usr/local": f"{self.home}/local", "/var/": f"{self.home}/var/"}
        build = os.path.join(self.folder, "build")
        os.makedirs(build)
        os.makedirs(f"{self.home}/var/backups")
        os.symlink(os.path.dirname(BINARY), os.path.join(build, "release"))
        for name in ("docs", "examples"):
            os.symlink(os.path.join(ROOT, name), os.path.join(self.folder, name))
        path = f"{self.home}/local/bin:{os.path.dirname(BINARY)}:{os.environ['PATH']}"
        self.environment = {"HOME": self.home, "PATH": path, "PORT": str(self.port), "LC_ALL": "C.UTF-8", **environment}
        self.steps = []

    def script(self, page):
        """One bash script of all blocks; `@@@ n` in its output is where block n begins."""
        self.steps = [block for block in blocks_of(page) if block.word in ("runs", "serves", "file")]
        lines = ["set -eo pipefail", "trap 'trap : TERM; kill 0; wait' EXIT"]  # what serves ends
        for number, block in enumerate(self.steps):
            text, what = self.here(block.text), self.here(block.what)
            lines.append(f"echo; echo '@@@ {number}'")
            if block.word == "file":
                lines += [f"cat >{shlex.quote(what)} <<'END OF THE BLOCK'", text + "END OF THE BLOCK"]
            elif block.word == "serves":
                log = f"{self.home}/served{number}"
                lines += [f"( {text}\n) >{log} 2>&1 &", f"served=$!; for turn in $(seq 600); do", f"grep -qF {shlex.quote(what)} {log} && break",
                          "kill -0 $served || break; sleep 0.1; done", f"cat {log}"]
            else:
                lines.append(text)
        return "\n".join(lines) + "\n"

    def here(self, text):
        for place, own in self.places.items():
            text = text.replace(place, own)
        return text

    def problems(self, page):
        """What of the page is not so: nothing when all of it held."""
        with open(os.path.join(self.home, "script"), "w", encoding="utf-8") as file:
            file.write(self.script(page))
        with open(os.path.join(self.home, "output"), "w+", encoding="utf-8", errors="replace") as output:
            shell = subprocess.Popen(["bash", os.path.join(self.home, "script")], cwd=self.folder, env=self.environment,
                                     stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                code = shell.wait(SECONDS)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                if shell.poll() is None:
                    os.killpg(shell.pid, signal.SIGTERM)
                    shell.wait(20)
            output.seek(0)
            parts = re.split(r"^@@@ \d+\n", output.read(), flags=re.MULTILINE)[1:]
        wrong = [f"{block.place} did not print {self.here(block.what)!r}:\n{part}" for block, part in zip(self.steps, parts)
                 if block.word != "file" and self.here(block.what) not in part]
        if code != 0:
            last = self.steps[len(parts) - 1]
            wrong.append(f"{last.place} ended with {code}:\n{last.text}{parts[-1]}")
        return wrong

    def stop(self):
        shutil.rmtree(self.home, ignore_errors=True)
