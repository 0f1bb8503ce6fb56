#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds every #include to the modules and tiers that CMakeLists.txt declares.

A module may include only modules of a strictly lower tier that it names under USES; it must use all it names; nobody
includes a foreign detail/; third-party headers stay in the rooms of CONFINED; test support stays out of production code;
the table in ARCHITECTURE.md is the one `tools/check_layers.py --table` prints.
"""

import re
import sys
from dataclasses import dataclass, field

from files import project_files, read

# Header (regular expression) -> the modules that may include it.
CONFINED = [
    (r"libpq-fe\.h|libpq/|postgresql/|sqlite3\.h", {"sql"}),
    (r"boost/beast|zlib\.h", {"http"}),
    (r"curl/", {"otlp", "mail", "doctor", "alerts"}),
    (r"kainjow/|idn2\.h|libxml/", {"mail"}),
    (r"spdlog/|prometheus/", {"telemetry"}),
    (r"CLI/", {"app"}),
    (r"sodium", {"core", "limits", "notices", "accounts", "attempts"}),
    (r"jwt\.h", {"accounts"}),
    (r"utf8proc\.h", {"core"}),
    (r"zxcvbn\.h", {"accounts"}),
    (r"date/", {"core"}),
    (r"openssl/|boost/asio/ssl", {"async", "redis", "mail"}),
]
TEST_ONLY = re.compile(r"support/|gtest/|gmock/|tests/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


@dataclass
class Module:
    name: str
    tier: int
    uses: list = field(default_factory=list)
    included: set = field(default_factory=set)


def parse_modules(cmake):
    cmake = re.sub(r"#[^\n]*", "", cmake)
    modules = {}
    for match in re.finditer(r"^\s*add_module\(([^)]*)\)", cmake, re.MULTILINE):
        words = match.group(1).split()
        module, section = Module(words[0], -1), ""
        for word in words[1:]:
            if word in ("TIER", "USES", "THIRD_PARTY"):
                section = word
            elif section == "TIER":
                module.tier = int(word)
            elif section == "USES":
                module.uses.append(word)
        modules[module.name] = module
    return modules


def declaration_problems(modules):
    for module in modules.values():
        for used in module.uses:
            if used not in modules:
                yield f"CMakeLists.txt: {module.name} uses {used}, which no add_module declares"
            elif modules[used].tier >= module.tier:
                yield (f"CMakeLists.txt: {module.name} (tier {module.tier}) uses {used} (tier {modules[used].tier}): "
                       "only strictly lower tiers")


def include_problems(modules, path, text):
    """Checks one file of src/<module>/ and notes which modules it includes."""
    module = modules.get(path.split("/")[1])
    if module is None:
        yield f"{path}: src/{path.split('/')[1]}/ is not declared with add_module"
        return
    is_test = path.endswith("_test.cpp")
    for match in INCLUDE.finditer(text):
        header = match.group(2)
        where = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        if ".." in header.split("/") or header.startswith("./"):
            yield f"{where}: relative include {header}: write it from src/"
            continue
        for pattern, owners in CONFINED:
            if re.match(pattern, header) and module.name not in owners:
                yield f"{where}: {header} belongs to {', '.join(sorted(owners))} alone"
        if not is_test and TEST_ONLY.match(header):
            yield f"{where}: {header} is for tests only"
        parts = header.split("/")
        other = modules.get(parts[0])
        if other is None or len(parts) < 2 or other is module:
            continue
        module.included.add(other.name)
        if other.name not in module.uses:
            yield f"{where}: {module.name} does not declare that it uses {other.name}"
        if "detail" in parts[1:]:
            yield f"{where}: {header} is private to {other.name}"


def orphan_problems(modules, paths):
    for path in paths:
        parts = path.split("/")
        if path.startswith("tests/integration/") and path.endswith(".cpp"):
            if len(parts) != 4 or parts[2] not in modules:
                yield f"{path}: no module builds it; integration tests live in tests/integration/<module>/"


def table(modules):
    """One line per module; ARCHITECTURE.md must contain each (further columns may follow)."""
    for module in sorted(modules.values(), key=lambda m: (m.tier, list(modules).index(m.name))):
        uses = "everything" if len(module.uses) == len(modules) - 1 > 1 else " ".join(module.uses) or "-"
        yield f"| {module.name} | {module.tier} | {uses} |"


def table_problems(modules, document):
    for row in table(modules):
        if not re.search("^" + re.escape(row), document, re.MULTILINE):
            yield f"ARCHITECTURE.md: the module table lacks: {row}"
    for name in re.findall(r"^\| (\w+) \| \d+ \|", document, re.MULTILINE):
        if name not in modules:
            yield f"ARCHITECTURE.md: the module table has {name}, which CMakeLists.txt does not declare"


def check(cmake, sources, document=None):
    """All problems. sources: path -> text; document: the text of ARCHITECTURE.md."""
    modules = parse_modules(cmake)
    problems = list(declaration_problems(modules))
    for path, text in sources.items():
        if path.startswith("src/"):
            problems += include_problems(modules, path, text)
    problems += orphan_problems(modules, sources)
    for module in modules.values():
        for unused in sorted(set(module.uses) - module.included):
            problems.append(f"CMakeLists.txt: {module.name} declares that it uses {unused} and does not")
    if document is not None:
        problems += table_problems(modules, document)
    return problems


def main(arguments):
    cmake = read("CMakeLists.txt")
    if arguments == ["--table"]:
        print("| module | tier | uses |\n| --- | --- | --- |")
        print("\n".join(table(parse_modules(cmake))))
        return 0
    paths = project_files()
    sources = {path: read(path) for path in paths if path.endswith((".cpp", ".hpp"))}
    problems = check(cmake, sources, read("ARCHITECTURE.md") if "ARCHITECTURE.md" in paths else None)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
