# SPDX-License-Identifier: MIT
"""The Debian package: what is in it, what Debian's judge says, and that it comes, is replaced and goes in a clean system."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import ROOT


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = os.path.join(ROOT, "build", "package")
        shutil.rmtree(folder, ignore_errors=True)
        done = run("./dev", "package", cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.package, = glob.glob(os.path.join(folder, "*.deb"))

    def field(self, name):
        return run("dpkg-deb", "-f", self.package, name, check=True).stdout.strip()

    def test_it_has_the_program_its_units_and_its_settings(self):
        listing = run("dpkg-deb", "-c", self.package, check=True).stdout
        rows = {line.split()[-1]: line.split()[:2] for line in listing.splitlines()}
        for path, mode in (("./usr/bin/tripos", "-rwxr-xr-x"), ("./usr/sbin/tripos-site", "-rwxr-xr-x"), ("./lib/systemd/system/tripos.service", "-rw-r--r--"),
                           ("./lib/systemd/system/tripos.socket", "-rw-r--r--"), ("./etc/tripos/tripos.env", "-rw-r-----"),
                           ("./lib/systemd/system/tripos-worker.service", "-rw-r--r--"), ("./usr/lib/sysusers.d/tripos.conf", "-rw-r--r--"),
                           ("./usr/share/doc/tripos/examples/tripos.conf", "-rw-r--r--")):
            self.assertEqual(rows.get(path), [mode, "root/root"], listing)
        self.assertNotIn("/include/", listing)

    def test_it_names_the_libraries_that_the_program_is_linked_with(self):
        depends = self.field("Depends")
        for library in ("libc6", "libpq5", "libsqlite3-0", "libcurl4", "libsodium23", "ca-certificates"):
            self.assertIn(library, depends)

    def test_the_programs_that_copy_postgresql_are_suggested(self):
        self.assertIn("postgresql-client", self.field("Suggests").split(", "))

    def test_lintian_finds_no_error(self):
        done = run("lintian", "--allow-root", "--no-cfg", "--fail-on", "error", self.package)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_installs_upgrades_and_purges_in_a_clean_system_AtLength(self):
        root = tempfile.mkdtemp(prefix="tripos-root-")
        self.addCleanup(run, "rm", "-rf", "--one-file-system", root)
        os.chmod(root, 0o755)
        base = os.path.join(root, "base")
        wanted = self.field("Depends") + "," + self.field("Recommends")
        needed = [re.split(r"[ (|]", dependency.strip())[0] for dependency in wanted.split(",")]
        sources = glob.glob("/etc/apt/sources.list") + glob.glob("/etc/apt/sources.list.d/*.sources")
        done = run("mmdebstrap", "--mode=root", "--variant=apt", f"--include={','.join(needed)}",
                   f"--customize-hook=copy-in {self.package} /srv", "bookworm", base, *sources, timeout=280)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        package = "/srv/" + os.path.basename(self.package)

        def inside(script, code=0):
            done = run("chroot", base, "/bin/sh", "-ec", f"export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin; {script}")
            self.assertEqual(done.returncode, code, f"{script}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            return done.stdout
        inside(f"dpkg -i {package}")  # all that it needs is there: Depends says so
        self.assertEqual(inside("id -u tripos; stat -c '%a %U' /etc/tripos/*-secret").splitlines()[1:], ["600 root"] * 2)
        first = inside("cat /etc/tripos/access-secret /etc/tripos/email-secret")
        self.assertRegex(first, r"^[0-9a-f]{128}$")
        self.assertIn("tripos ", inside("tripos --version"))
        self.assertEqual(inside("stat -c '%a %U' /var/lib/tripos /var/backups/tripos").splitlines(), ["700 tripos"] * 2)
        # As the unit would start it, but for what is missing: each setting is named.
        start = "cd /tmp; tripos-site config 2>&1 >/dev/null"
        missing = inside(start, 78)
        self.assertEqual([line.split()[1] for line in missing.splitlines() if " must be set" in line], ["SMTP_URL", "PUBLIC_URL"], missing)
        # An upgrade keeps what the operator has changed, and the secrets.
        inside("echo PUBLIC_URL=https://exams.example.org >>/etc/tripos/tripos.env; echo SMTP_URL=smtps://relay.example.org >>/etc/tripos/tripos.env")
        inside(f"dpkg -i --force-confdef {package}")
        inside(start)
        self.assertEqual(inside("cat /etc/tripos/access-secret /etc/tripos/email-secret"), first)
        inside("tripos-site user create --admin --new-site --email staff@example.org --name Staff; tripos-site backup /var/backups/tripos/one")
        inside("tripos-site restore /var/backups/tripos/one; tripos-site backup verify /var/backups/tripos/one")
        self.assertEqual(inside("find /var/lib/tripos /var/backups/tripos ! -user tripos"), "")
        inside("apt-get remove -y tripos; test -e /etc/tripos/tripos.env")
        inside("apt-get purge -y tripos; test ! -e /etc/tripos; test -e /var/lib/tripos/tripos.db; test ! -e /usr/bin/tripos")
        inside("test -e /var/backups/tripos/one/manifest.json; rm -r /var/lib/tripos /var/backups/tripos")


if __name__ == "__main__":
    unittest.main()
