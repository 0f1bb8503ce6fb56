# SPDX-License-Identifier: MIT
"""The examples of the API description: src/operations/pages/api_examples.json, by operationId.

They are real answers. RECORD_EXAMPLES=yes makes every test that speaks to a server add what is missing:

    RECORD_EXAMPLES=yes /usr/bin/python3 tools/run_python_tests.py tests/system
"""

import json
import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/operations/pages/api_examples.json")
RECORDS = bool(os.environ.get("RECORD_EXAMPLES"))
LONGEST = 200


def load():
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def keep(operation, body, reply):
    """Adds a success of an operation that has none yet."""
    if not RECORDS or operation is None or not 200 <= reply.status < 300:
        return
    is_json = (reply.headers["Content-Type"] or "").startswith("application/json")
    if next(iter(operation["responses"])) != str(reply.status) or operation["operationId"] == "getOpenapiJson":
        return
    example = {}
    if body is not None and not isinstance(body, bytes):
        example["request"] = body
    if is_json:
        example["answer"] = shown(reply.json)
    all_examples = load()
    known = all_examples.setdefault(operation["operationId"], {})
    if not example or set(known) >= set(example) and not richer(example, known):
        return
    known.update(example)
    with open(PATH, "w", encoding="utf-8") as file:
        file.write(json.dumps(dict(sorted(all_examples.items())), indent=1, ensure_ascii=False) + "\n")


def richer(example, known):
    """An empty list shows nothing."""
    return "[]" in json.dumps(known.get("answer")) and "[]" not in json.dumps(example.get("answer", []))


def shown(value):
    """Short, without the secrets and paths of the machine that answered."""
    if isinstance(value, dict):
        return {name: shown(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shown(part) for part in value[:1]]
    if isinstance(value, str):
        value = re.sub(r"eyJ[\w.-]+", "eyJhbGciOiJIUzI1NiJ9...", value)
        value = re.sub(r"token=[^&\s\"]+", "token=...", value)
        value = re.sub(r"/tmp/[^/\s]+(/data)?", "/var/lib/tripos", value)
        value = re.sub(r"(localhost|127\.0\.0\.1):\d+", "exams.example.org", value)
        return value if len(value) <= LONGEST else value[:LONGEST] + "..."
    return value
