# SPDX-License-Identifier: MIT
"""The lists of tests/mutants: small changes of the program, and the test that has to see each.

One file per module, an entry after another, between empty lines:

    # what breaks                        told in the report; may be several lines
    name src/module/file.cpp             a name of its own in the module
    by attempts_itest Suite.name         or `Suite.*`, `by test_users Class.test_name`, `by bullmq6.test.mjs part of a name`; the
                                         first that fails is enough when there are several
    survives why no test can see it      of those that are known to stay
    -the text to replace                 exactly once in its file; several lines become one text
    +what stands there instead
"""

import os
import re
from dataclasses import dataclass, field

from files import ROOT

LISTS = os.path.join(ROOT, "tests", "mutants")


@dataclass(frozen=True)
class Test:
    """A test as a list names it. `program` is a program of GoogleTest, a file of tests/system or one of tests/conformance."""
    program: str
    name: str

    @property
    def is_gtest(self):
        return self.program.endswith(("_test", "_itest")) and not self.program.startswith("test_")

    @property
    def is_node(self):
        return self.program.endswith(".mjs")

    def __str__(self):
        return f"{self.program} {self.name}"


@dataclass
class Mutant:
    module: str
    name: str = ""
    file: str = ""
    what: str = ""
    survives: str = ""  # why no test sees it
    tests: list = field(default_factory=list)
    old: list = field(default_factory=list)
    new: list = field(default_factory=list)

    @property
    def id(self):
        return f"{self.module}/{self.name}"

    @property
    def text(self):
        return "\n".join(self.old)

    @property
    def replacement(self):
        return "\n".join(self.new)

    @property
    def key(self):
        """Changes when the entry does."""
        return "\n".join([self.file, self.text, self.replacement, *map(str, self.tests)])

    def take(self, line):
        word, _, rest = line.partition(" ")
        if line.startswith("-"):
            self.old.append(line[1:])
        elif line.startswith("+"):
            self.new.append(line[1:])
        elif word == "#":
            self.what = f"{self.what} {rest}".strip()
        elif word == "by":
            self.tests.append(Test(*rest.split(" ", 1)))
        elif word == "survives":
            self.survives = f"{self.survives} {rest}".strip()
        else:
            self.name, self.file = word, rest


def parse(module, text):
    found = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        mutant = Mutant(module)
        for line in block.split("\n"):
            mutant.take(line)
        found.append(mutant)
    return found


def mutants():
    """All, module by module."""
    found = []
    for name in sorted(os.listdir(LISTS)):
        with open(os.path.join(LISTS, name), encoding="utf-8") as file:
            found += parse(name.removesuffix(".txt"), file.read())
    return found


def sources_of(program, root=ROOT):
    """The texts that hold the tests of a program, or none when there is no such program."""
    if program.endswith(".mjs"):
        folder = os.path.join(root, "tests", "conformance")
        paths = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".mjs")] \
            if os.path.exists(os.path.join(folder, program)) else []
    elif program.startswith("test_"):
        paths = [os.path.join(root, "tests", "system", program + ".py")]
    elif program.endswith("_itest"):
        paths = inside(os.path.join(root, "tests", "integration", program.removesuffix("_itest")), ".cpp")
    else:
        paths = inside(os.path.join(root, "src", program.removesuffix("_test")), "_test.cpp")
    return [read(path) for path in paths if os.path.exists(path)]


def inside(folder, ending):
    return [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(ending)]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def has_test(test, sources):
    if test.is_node:
        return any(test.name in text for text in sources)
    suite, _, name = test.name.partition(".")
    if test.is_gtest:
        wanted = r"\w+" if name == "*" else name
        return any(re.search(rf"TEST(?:_F|_P)?\({suite},\s*{wanted}\)", text) for text in sources)
    return any(re.search(rf"^class {suite}\(", text, re.M) and re.search(rf"^    def {name}\(", text, re.M) for text in sources)


def problems(listed, root=ROOT):
    """What is wrong with a list: each a line."""
    found, seen, texts = [], set(), {}
    for mutant in listed:
        def say(words, mutant=mutant):
            found.append(f"{mutant.id}: {words}")
        if mutant.id in seen or not mutant.name:
            say("needs a name of its own")
        seen.add(mutant.id)
        if not mutant.file.startswith(f"src/{mutant.module}/"):
            say(f"{mutant.file} is not of this module")
        elif not os.path.exists(os.path.join(root, mutant.file)):
            say(f"there is no {mutant.file}")
        elif (times := read(os.path.join(root, mutant.file)).count(mutant.text)) != 1:
            say(f"its text is {times} times in {mutant.file}")
        if not mutant.text or mutant.text == mutant.replacement:
            say("changes nothing")
        if not mutant.what:
            say("does not say what breaks")
        if not mutant.tests:
            say("names no test")
        for test in mutant.tests:
            if test.program not in texts:
                texts[test.program] = sources_of(test.program, root)
            if not has_test(test, texts[test.program]):
                say(f"there is no test {test}")
    return found
