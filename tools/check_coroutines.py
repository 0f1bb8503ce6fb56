#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rejects what GCC 12 miscompiles in coroutines. Arguments: files; none: every C++ file of the project.

- a brace (lambda, aggregate, initialiser list) inside the operand of a co_await: its temporaries are destroyed twice;
- a co_await among the values of a braced initialiser (Probe{.delivery = co_await f()}): what it made is destroyed twice;
- a co_await in the condition of if, while, do, for or switch, unless it initialises a variable declared there: the
  coroutine's frame is corrupted;
- a co_await in a branch of a conditional operator (a ? b : c);
- in src/ outside tests: a lambda that is a coroutine and captures (its captures die with the lambda object).
Name the value first, then move it in.
"""

import re
import sys

from cpp_text import blank, line_of, matching
from files import project_files, read

CLOSERS = ")]}"


def is_in_a_branch(code, start):
    """Whether a `?` of the same expression precedes: looks back to the beginning of the expression."""
    depth = 0
    for offset in range(start - 1, -1, -1):
        character = code[offset]
        if character in CLOSERS and character != "}":
            depth += 1
        elif character in "([":
            if depth == 0:
                return False
            depth -= 1
        elif character in ";{}" or (depth == 0 and character == ","):
            return False
        elif depth == 0 and character == "?":
            return True
    return False


def is_in_an_initialiser(code, start):
    """Whether the nearest brace around holds values: nothing directly in it ends with a semicolon."""
    depth = 0
    for offset in range(start - 1, -1, -1):
        character = code[offset]
        if character in CLOSERS:
            depth += 1
        elif character in "([{":
            if depth > 0:
                depth -= 1
            elif character == "{":
                inside = code[offset + 1:matching(code, offset)]
                return len(split_at_semicolons(inside)) == 1
            elif re.search(r"\b(if|while|for|switch)\s*(constexpr\s*)?$", code[max(0, offset - 20):offset]):
                return False
        elif depth == 0 and character == ";":
            return False
    return False


def operand_problems(code):
    """Yields (offset, problem). Walks from each co_await to the end of its expression."""
    for match in re.finditer(r"\bco_await\b", code):
        if is_in_an_initialiser(code, match.start()):
            yield match.start(), "co_await inside a braced initialiser: name the value first, then move it in"
            continue
        if is_in_a_branch(code, match.start()):
            yield match.start(), "co_await in a branch of a conditional operator: use if"
            continue
        depth = 0
        for offset in range(match.end(), len(code)):
            character = code[offset]
            if character == "{":
                yield match.start(), "brace inside a co_await operand: name the value first, then move it in"
                break
            if character in "([":
                depth += 1
            elif character in CLOSERS:
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and character in ";,":
                break


DECLARATION = re.compile(r"\s*[\w:<>,&*\s]+\s[&*]*\w+\s*=(?!=)")


def condition_problems(code):
    for match in re.finditer(r"\b(if|while|for|switch)\s*(?:constexpr\s*)?\(", code):
        inside = code[match.end():matching(code, match.end() - 1)]
        parts = split_at_semicolons(inside)
        if match.group(1) == "for" and len(parts) < 3:
            continue  # over a range, which is a declaration
        condition = parts[1] if match.group(1) == "for" else parts[-1]
        if "co_await" in condition and not DECLARATION.match(condition):
            yield match.start(), "co_await in a condition: name the value first"


def split_at_semicolons(text):
    """Splits at semicolons outside all brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in CLOSERS)
        if character == ";" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


LAMBDA = re.compile(r"(?<![\w\)\]\[])\s*\[(?P<captures>[^\[\]]*)\]\s*(?=[({])")


def lambda_body(code, offset):
    """Offsets of the braces of the lambda whose capture list ends before offset, or None."""
    if code[offset] == "(":
        offset = matching(code, offset) + 1
    brace = code.find("{", offset)
    between = code[offset:brace] if brace >= 0 else ";"
    if re.search(r"[;=})]", between.replace("()", "")):
        return None
    return brace, matching(code, brace)


def lambda_problems(code):
    lambdas = []
    for match in LAMBDA.finditer(code):
        body = lambda_body(code, match.end())
        if body:
            lambdas.append((match, body))
    for match, (start, end) in lambdas:
        if not match.group("captures").strip():
            continue
        own = code[start:end]
        for _, (inner_start, inner_end) in lambdas:
            if start < inner_start and inner_end <= end:
                own = own[:inner_start - start] + " " * (inner_end - inner_start) + own[inner_end - start:]
        if re.search(r"\bco_(await|return|yield)\b", own):
            yield match.start("captures"), "a lambda that is a coroutine must not capture: pass parameters"


def check_text(text, is_production=True):
    """The problems of one file as (line, problem)."""
    code = blank(text)
    found = list(operand_problems(code)) + list(condition_problems(code))
    if is_production:
        found += lambda_problems(code)
    return sorted((line_of(code, offset), problem) for offset, problem in found)


def main(paths):
    bad = 0
    for path in paths or [p for p in project_files() if p.endswith((".cpp", ".hpp"))]:
        is_production = not path.endswith("_test.cpp") and not path.startswith("tests/")
        for line, problem in check_text(read(path), is_production):
            print(f"{path}:{line}: {problem}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
