#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make_certificates.py FOLDER: a small authority and certificates of every kind that a TLS test needs, by openssl.

ca.pem, stranger-ca.pem       two authorities
server.pem, server.key        for localhost and 127.0.0.1
elsewhere.pem, elsewhere.key  valid, for another name
expired.pem, expired.key      for localhost, until yesterday
client.pem, client.key        for a client named app
"""

import os
import subprocess
import sys

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
LEAVES = {"server": ("localhost", "DNS:localhost,IP:127.0.0.1", 2), "elsewhere": ("elsewhere.example", "DNS:elsewhere.example", 2),
          "expired": ("localhost", "DNS:localhost,IP:127.0.0.1", -1), "client": ("app", "DNS:app", 2)}


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make(folder):
    def path(name):
        return os.path.join(folder, name)
    for authority in ("ca", "stranger-ca"):
        openssl("req", "-x509", *EC, "-keyout", path(authority + ".key"), "-out", path(authority + ".pem"), "-days", "2",
                "-subj", f"/CN={authority}")
    for name, (subject, alternatives, days) in LEAVES.items():
        with open(path("extensions"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName={alternatives}\n")
        openssl("req", *EC, "-keyout", path(name + ".key"), "-out", path("request"), "-subj", f"/CN={subject}")
        openssl("x509", "-req", "-in", path("request"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
                "-days", str(days), "-extfile", path("extensions"), "-out", path(name + ".pem"))
    return folder


if __name__ == "__main__":
    make(sys.argv[1])
