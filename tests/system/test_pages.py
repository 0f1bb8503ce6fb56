# SPDX-License-Identifier: MIT
"""The pages keep their word: their blocks, followed literally (pages.py), end as they say."""

import glob
import os
import re
import subprocess
import unittest

from harness import BINARY, ROOT, TriposServer, wait_until
from pages import Reader, blocks_of, read


PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md",
         *(os.path.relpath(page, ROOT) for page in sorted(glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)))]
COMMAND = re.compile(r"^(?:\S+/)?(?:tripos|curl|redis-cli|dev|cmake|node|npm|npx|psql|pg_dump|pg_restore|openssl|apt-get|walkthrough\.py) ",
                     re.MULTILINE)


class Pages(unittest.TestCase):
    def reader(self, **environment):
        reader = Reader(**environment)
        self.addCleanup(reader.stop)
        return reader

    def demo(self, reader):
        """What `./dev run` starts in the reader's folder."""
        server = TriposServer(data_dir=os.path.join(reader.folder, "data"), start=False, PORT=reader.port)
        self.addCleanup(server.stop)
        server.start("--demo")
        return server

    def follow(self, reader, page):
        problems = reader.problems(page)
        self.assertEqual(problems, [], "\n".join(problems))

    def test_the_quick_start(self):
        reader = self.reader()
        self.demo(reader)
        self.follow(reader, "docs/quick-start.md")

    def test_the_readme(self):
        self.follow(self.reader(), "README.md")

    def test_setting_up_a_site(self):
        self.follow(self.reader(), "docs/setup.md")

    def test_the_http_api(self):
        reader = self.reader()
        server = self.demo(reader)
        printed = wait_until(lambda: re.search(r"admin@tripos\.example +(\S+)\n", server.log()), what="the demo's log-ins")
        reader.environment["PASSWORD"] = printed[1]
        self.follow(reader, "docs/http-api.md")

    def test_newsletters(self):
        self.follow(self.reader(), "docs/newsletters.md")

    def test_troubleshooting(self):
        reader = self.reader()
        self.demo(reader)
        self.follow(reader, "docs/troubleshooting.md")

    def test_every_block_of_commands_runs_or_says_why_not(self):
        unmarked = [block.place for page in PAGES for block in blocks_of(page)
                    if not block.word and (block.language == "sh" or not block.language and COMMAND.search(block.text))]
        self.assertEqual(unmarked, [], "put a line such as `<!-- runs: TEXT -->` before each (CONTRIBUTING.md)")


class WrongPages(unittest.TestCase):
    """A page that does not keep its word is found out."""

    def problems(self, *blocks):
        """Of a page with these (mark, text)."""
        reader = Reader()
        self.addCleanup(reader.stop)
        page = os.path.join(reader.home, "page.md")
        with open(page, "w", encoding="utf-8") as file:
            file.write("".join(f"<!-- {mark} -->\n```sh\n{text}\n```\n" for mark, text in blocks))
        return reader.problems(page)

    def test_what_holds_is_no_problem(self):
        self.assertEqual(self.problems(("file: a.txt", "hello"), ("serves: up", "echo up; sleep 600"), ("runs: set", "A=$(cat a.txt); echo set"),
                                       ("not run: why", "false"), ("runs: hello", "echo $A")), [])

    def test_a_command_that_fails_ends_the_page(self):
        first, *more = self.problems(("runs: a", "echo a\nfalse"), ("runs: b", "echo b"))
        self.assertRegex(first, "^/.*page.md:2 ended with 1")
        self.assertEqual(more, [])

    def test_a_command_that_is_not_there_is_named(self):
        self.assertIn("frobnicate: command not found", self.problems(("runs: a", "echo a\nfrobnicate"))[0])

    def test_another_output_than_the_page_promises(self):
        self.assertIn("did not print 'b'", self.problems(("runs: b", "echo a"))[0])

    def test_a_server_that_does_not_come_up(self):
        self.assertIn("did not print 'up'", self.problems(("serves: up", "echo down"))[0])


class Command:
    """What `--help` says of a command: its own commands and its options."""

    def __init__(self, *words):
        text = subprocess.run([BINARY, *words, "--help"], capture_output=True, text=True, check=True).stdout
        self.options = set(re.findall(r"(--[a-z][a-z-]*)", text))
        self.choices = {option: values.split(",") for option, values in re.findall(r"(--[a-z][a-z-]*) TEXT:\{([\w,-]+)\}", text)}
        listed = text.partition("Subcommands:\n")[2]
        self.commands = {name: Command(*words, name) for name in re.findall(r"^  ([a-z][a-z-]*)", listed, re.MULTILINE)}

    def problem(self, words, also=frozenset()):
        """What is wrong with these words of a page, up to the first that stands for something else; nothing: all is known."""
        also = also | self.options
        if self.commands and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
            if words[0] not in self.commands:
                return f"no command {words[0]}"
            return self.commands[words[0]].problem(words[1:], also)
        unknown = [word for word in words if word.startswith("--") and word not in also]
        if unknown:
            return f"no option {unknown[0]}"
        wrong = [f"{word} {value}" for word, value in zip(words, words[1:]) if re.fullmatch("[a-z][a-z-]*", value) and word in self.choices
                 and value not in self.choices[word]]
        return f"no {wrong[0]}" if wrong else None


class Commands(unittest.TestCase):
    def mentioned(self, program):
        """(page, words) of each command line of that program, in a block or between backquotes."""
        for page in PAGES:
            for line in re.findall(rf"(?:^|`|build/release/){re.escape(program)} ([^`\n#]+)", read(page), re.MULTILINE):
                yield page, re.sub(r"[\[\](),]|\.\.\.", " ", line).split()

    def test_the_pages_name_commands_and_options_that_exist(self):
        tripos = Command()
        wrong = {f"{page}: {program} {' '.join(words)}: {problem}" for program in ("tripos", "tripos-site")
                 for page, words in self.mentioned(program) if (problem := tripos.problem(words))}
        self.assertEqual(wrong, set())

    def test_the_pages_name_commands_of_the_front_door_that_exist(self):
        told = subprocess.run([os.path.join(ROOT, "dev"), "help"], capture_output=True, text=True, check=True).stdout
        known = set(re.findall(r"\./dev ([a-z]+)", told))
        told += "".join(map(read, glob.glob(os.path.join(ROOT, "bench", "*_load.py"))))  # options of their own
        wrong = {f"{page}: ./dev {' '.join(words)}" for page, words in self.mentioned("./dev")
                 if words[0] not in known or any(word not in told for word in words if word.startswith("--"))}
        self.assertEqual(wrong, set())


if __name__ == "__main__":
    unittest.main()
