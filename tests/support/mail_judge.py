#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says what others see in our messages: Python's e-mail package parses them, dkimpy verifies them (Debian packages
python3-dkim and python3-nacl), GMime decodes their subjects (gir1.2-gmime-3.0, python3-gi).

    /usr/bin/python3 mail_judge.py < INPUT

The first line of the input is {"dns": {NAME: TXT}}, each further line one message in base64. One line of JSON is
printed for each message.
"""

import base64
import email
import email.header
import email.policy
import email.utils
import json
import sys

import dkim
import gi

gi.require_version("GMime", "3.0")
from gi.repository import GMime  # noqa: E402 (its version must be chosen first)


def verdicts(message: bytes, records: dict) -> list:
    """One boolean per signature."""
    def txt(name, timeout=5):
        return records[name.decode().rstrip(".")].encode()

    def holds(index):
        try:
            return dkim.DKIM(message).verify(idx=index, dnsfunc=txt)
        except dkim.DKIMException:
            return False

    return [holds(index) for index in range(message.lower().count(b"dkim-signature:"))]


def subject_by_gmime(message: bytes) -> str:
    """What programs built on GMime show."""
    stream = GMime.StreamMem.new_with_buffer(message)
    return GMime.Parser.new_with_stream(stream).construct_message(None).get_subject() or ""


def display_name(message: bytes) -> str:
    """By the older parser: the newer one of Python 3.11 keeps the space between two encoded-words of a name, against
    RFC 2047, 6.2."""
    name, _ = email.utils.parseaddr(email.message_from_bytes(message)["From"])
    return str(email.header.make_header(email.header.decode_header(name)))


def describe(message: bytes, records: dict) -> dict:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    defects = [repr(defect) for part in parsed.walk() for defect in part.defects]
    defects += [f"{name}: {defect!r}" for name, value in parsed.items() for defect in value.defects]
    sender, recipient = parsed["From"].addresses, parsed["To"].addresses
    return {
        "names": [name for name, _ in parsed.items()],
        "headers": {name: str(value) for name, value in parsed.items()},
        "subject": str(parsed["Subject"]),
        "gmimeSubject": subject_by_gmime(message),
        "fromName": display_name(message),
        "from": sender[0].addr_spec,
        "addresses": len(sender) + len(recipient),
        "to": recipient[0].addr_spec,
        "seconds": parsed["Date"].datetime.timestamp(),
        "types": [part.get_content_type() for part in parts],
        "text": parts[0].get_content(),
        "html": parts[-1].get_content(),
        "defects": defects,
        "longest": max(map(len, message.split(b"\r\n"))),
        "dkim": verdicts(message, records),
    }


def main() -> None:
    GMime.init()
    records = json.loads(sys.stdin.readline())["dns"]
    for line in sys.stdin:
        print(json.dumps(describe(base64.b64decode(line), records)), flush=True)


if __name__ == "__main__":
    main()
