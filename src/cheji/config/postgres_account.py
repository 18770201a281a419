"""The account that the server runs under: our own, or `cheji` when the program runs as root."""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

from cheji.config.troubles import NoAccountForServer

ACCOUNT = "cheji"


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of the server under its account; `stdout` has all that it printed.

    A file takes the output: a server that inherits a pipe would keep the reader waiting.
    """
    who = _entry() if os.geteuid() == 0 else None
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            extra_groups=[] if who else None,
            umask=0o077,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read())


def prepare(folder: Path, programs: Path, own: Path) -> None:
    """Make `own`, a folder of the server's account alone, that the account can get to."""
    own.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        who = _entry()
        if own.stat().st_uid != who.pw_uid:
            os.chown(own, who.pw_uid, who.pw_gid)
        for path in (folder, programs):
            _open_the_way(path)


def _entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return _made()


def _made() -> pwd.struct_passwd:
    """The account, made without a password, a home or a shell.

    Raises:
        NoAccountForServer: the machine has no useradd, or it failed.
    """
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise NoAccountForServer(account=ACCOUNT) from error


def _open_the_way(path: Path) -> None:
    """Let others pass through (not list) the folders above, where one of them is closed."""
    for step in (path, *path.parents):
        mode = step.stat().st_mode
        if not mode & 0o001:
            step.chmod(mode | 0o001)
            sys.stderr.write(
                f"Opened {step} for passage (chmod o+x), for the database's account. "
                f"已为数据库账户开放目录 {step} 的通行权限（chmod o+x）。\n"
            )
