# SPDX-License-Identifier: MIT
"""Holds real answers against the server's own /openapi.json, so that the description cannot drift from the program.

Every answer that the harness sees on a described path must have a described status, media type and shape; members that the
description does not know are refused, too. Needs the Debian package python3-jsonschema.
"""

import json
import re
import urllib.parse

import jsonschema

# What the server refuses before a route is reached; see components/responses/RefusedByHttp.
REFUSED_BY_HTTP = {"request_timeout", "body_too_large", "header_too_large", "expectation_failed",
                   "version_not_supported", "unsupported_media_type", "precondition_failed", "too_many_half_requests"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
FORMATS = jsonschema.FormatChecker(formats=["uuid"])
FORMATS.checks("date-time")(lambda text: not isinstance(text, str) or bool(INSTANT.fullmatch(text)))


def strict(schema):
    """The same schema, with every object closed that lists its members and does not say that it is open."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(part) for key, part in schema.items() if key != "allOf"}
    if "allOf" in schema:
        closed["allOf"] = schema["allOf"]  # its parts complete each other
    elif "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


class Description:
    def __init__(self, document):
        self.document = document
        self.components = {"components": {"schemas": {
            name: strict(schema) for name, schema in document["components"]["schemas"].items()}}}
        self.paths = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "/?"), path)
                      for path in sorted(document["paths"], key=lambda path: path.count("{"))]

    def operation(self, method, target):
        """Nothing when no route matches."""
        path = urllib.parse.unquote(target.partition("?")[0])
        for pattern, name in self.paths:
            found = self.document["paths"][name].get(method.lower())
            if found and pattern.fullmatch(path):
                return found
        return None

    def problems(self, method, target, reply):
        """What is wrong with the answer, one text each."""
        operation = self.operation(method, target)
        if operation is None or reply.status == 304:
            return []
        described = operation["responses"].get(str(reply.status), operation["responses"]["default"])
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        if str(reply.status) not in operation["responses"] and self.code(reply) not in REFUSED_BY_HTTP:
            return [f"status {reply.status} with code {self.code(reply)} is not described"]
        content = described.get("content", {})
        media_type = (reply.headers["Content-Type"] or "").partition(";")[0]
        if not content or not media_type:
            return [] if not content and not reply.text else [f"a body of {media_type!r} against {list(content)}"]
        if media_type.startswith(("text/", "image/")) or reply.headers["Content-Encoding"]:
            return []
        if media_type not in content:
            return [f"media type {media_type} is not described"]
        return self.shape_problems(content[media_type]["schema"], reply)

    def shape_problems(self, schema, reply):
        return self.mismatches(schema, json.loads(reply.text))

    def mismatches(self, schema, value):
        validator = jsonschema.Draft202012Validator({**strict(schema), **self.components}, format_checker=FORMATS)
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    @staticmethod
    def code(reply):
        try:
            return json.loads(reply.text).get("code")
        except ValueError:
            return None
