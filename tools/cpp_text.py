# SPDX-License-Identifier: MIT
"""C++ source with comments, strings and characters blanked out; offsets and lines stay where they were."""

import re

_TOKEN = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'",
    re.DOTALL)


def blank(text):
    """Comments become spaces; literals become quotes around spaces."""
    def replace(match):
        token = match.group()
        spaces = re.sub(r"[^\n]", " ", token)
        if token.startswith("/"):
            return spaces
        return token[0].replace("R", '"') + spaces[1:-1] + token[-1]
    return _TOKEN.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


_OPEN = {"(": ")", "[": "]", "{": "}"}


def matching(text, start):
    """Offset of the bracket that closes the one at start (of blanked text); the end when there is none."""
    stack = []
    for offset in range(start, len(text)):
        character = text[offset]
        if character in _OPEN:
            stack.append(_OPEN[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return offset
    return len(text)
