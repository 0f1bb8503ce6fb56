# SPDX-License-Identifier: MIT
"""The files of the project: those git tracks or would track; without git (a source archive) the tree itself."""

import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
IGNORED_FOLDERS = {".git", "build", "data", "node_modules", "__pycache__", ".cache"}


def project_files(root=ROOT):
    """Paths relative to root, with forward slashes, sorted."""
    try:
        listing = subprocess.run(
            ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True, text=True).stdout
        paths = [path for path in listing.split("\0") if path and os.path.isfile(os.path.join(root, path))]
    except (OSError, subprocess.CalledProcessError):
        paths = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
            paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(set(paths))


def read(path, root=ROOT):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()
