#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes an OCI image of the Debian package, without a registry and without a container engine: ./dev image.

usage: build_image.py PACKAGE.deb ARCHIVE.tar
One layer, a minimal Debian with what the package needs, the private redis-server, and the programs that copy and restore PostgreSQL;
mmdebstrap makes it, as root. The program runs as 10001:10001 and writes below /data, /backups and /tmp alone. `docker load`, `podman load` and
`skopeo copy oci-archive:` read the archive: to Docker's classic store manifest.json says what is in it, to the others index.json.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

USER = 10001
CLIENT = "postgresql-client-15"  # of Debian 12
SECOND = 10**9  # of Docker's healthchecks; OCI leaves the member to it, and other engines ignore it
# The client's own programs come before Debian's wrappers in Perl, which look for local clusters first.
PATH = "/usr/lib/postgresql/15/bin:/usr/bin:/bin"
UNWANTED = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/lintian/*", "/lib/systemd/system/*")


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True, check=True).stdout.strip()


def needed(package):
    """The first choice of each dependency but what only a whole machine needs, and what it starts itself."""
    names = [dependency.replace("(", "|").split("|")[0].strip() for dependency in field(package, "Depends").split(",")]
    return [name for name in names if name not in ("systemd", "init-system-helpers")] + ["redis-server", CLIENT]


def make_layer(package, path):
    unpack = f"dpkg-deb -x {package} \"$1/package\" && cp -a \"$1/package/usr/bin/tripos\" \"$1/usr/bin/\" && rm -r \"$1/package\""
    folder = f"install -d -o {USER} -g {USER} -m 700 \"$1/data\" \"$1/backups\""
    subprocess.run(["mmdebstrap", "--mode=root", "--variant=essential", f"--include={','.join(needed(package))}",
                    *(f"--dpkgopt=path-exclude={pattern}" for pattern in UNWANTED), f"--customize-hook={unpack}",
                    f"--customize-hook={folder}", "--customize-hook=rm -rf \"$1\"/var/cache/* \"$1\"/var/log/* \"$1\"/var/lib/apt/lists/*",
                    "bookworm", path, *sources()], check=True)


def sources():
    """Where this machine gets its packages."""
    folder = "/etc/apt/sources.list.d"
    return [path for path in ("/etc/apt/sources.list", *(os.path.join(folder, name) for name in sorted(os.listdir(folder))
                                                          if name.endswith(".sources"))) if os.path.exists(path)]


class Layout:
    """The OCI image layout: blobs under their digests, and an index that names the first of them."""

    def __init__(self, archive):
        self.archive = tarfile.open(archive, "w")

    def add(self, name, data):
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        self.archive.addfile(entry, io.BytesIO(data))

    def blob(self, media_type, data):
        described = {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": "sha256:" + hashlib.sha256(data).hexdigest(),
                     "size": len(data)}
        self.add(path_of(described), data)
        return described


def path_of(described):
    return "blobs/" + described["digest"].replace(":", "/")


def write_image(layer, archive, architecture, version):
    layout = Layout(archive)
    config = {
        "architecture": architecture, "os": "linux",
        "config": {"User": f"{USER}:{USER}", "Env": [f"PATH={PATH}", "APP_ENV=production", "HOST=0.0.0.0", "DATA_DIR=/data"],
                   "Entrypoint": ["/usr/bin/tripos"], "Cmd": ["serve"], "WorkingDir": "/data", "Volumes": {"/data": {}},
                   "ExposedPorts": {"8000/tcp": {}}, "StopSignal": "SIGTERM",
                   "Healthcheck": {"Test": ["CMD", "/usr/bin/tripos", "healthcheck"], "Interval": 10 * SECOND, "Timeout": 6 * SECOND,
                                   "StartPeriod": 60 * SECOND, "Retries": 3},
                   "Labels": {"org.opencontainers.image.title": "tripos", "org.opencontainers.image.version": version}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": layout.blob("config.v1+json", json.dumps(config).encode()),
                "layers": [layout.blob("layer.v1.tar+gzip", gzip.compress(layer, 6, mtime=0))]}
    described = layout.blob("manifest.v1+json", json.dumps(manifest).encode())
    # The stores of Podman and containerd each look for the name under one of these.
    described["annotations"] = {"org.opencontainers.image.ref.name": f"tripos:{version}",
                                "io.containerd.image.name": f"docker.io/library/tripos:{version}"}
    layout.add("index.json", json.dumps({"schemaVersion": 2, "manifests": [described]}).encode())
    layout.add("manifest.json", json.dumps([{"Config": path_of(manifest["config"]), "RepoTags": [f"tripos:{version}"],
                                             "Layers": [path_of(layer) for layer in manifest["layers"]]}]).encode())
    layout.add("oci-layout", json.dumps({"imageLayoutVersion": "1.0.0"}).encode())
    layout.archive.close()


def main():
    package, archive = map(os.path.abspath, sys.argv[1:])
    folder = tempfile.mkdtemp(prefix="tripos-image-")
    try:
        layer = os.path.join(folder, "layer.tar")
        make_layer(package, layer)
        with open(layer, "rb") as file:
            write_image(file.read(), archive, field(package, "Architecture"), field(package, "Version"))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
