"""The account that the server runs under: our own; for root the cluster's owner, or `cheji`."""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from cheji.config.troubles import FolderNotOurs, NoAccountForServer

NAME = "cheji"


class Account(NamedTuple):
    """Numbers of a system account."""

    uid: int
    gid: int


def account_for(cluster: Path) -> Account:
    """Whose the server of a cluster is, whether the cluster is there already or not.

    Raises:
        NoAccountForServer: we are root, the cluster is new, and no account could be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if cluster.exists():
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    entry = _entry()
    return Account(entry.pw_uid, entry.pw_gid)


def run(command: list[str], who: Account) -> subprocess.CompletedProcess[str]:
    """Run a program of the server under its account; `stdout` has all that it printed.

    A file takes the output: a server that inherits a pipe would keep the reader waiting.
    """
    changes = os.geteuid() == 0
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            user=who.uid if changes else None,
            group=who.gid if changes else None,
            extra_groups=[] if changes else None,
            umask=0o077,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read())


def own_folder(path: Path, who: Account) -> None:
    """Make a folder that only the account may enter.

    Raises:
        FolderNotOurs: it is there already and belongs to somebody else.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if path.is_symlink() or path.stat().st_uid != who.uid:
            raise FolderNotOurs(folder=path) from None
    else:
        give(path, who)


def give(path: Path, who: Account) -> None:
    if os.geteuid() == 0:
        os.chown(path, who.uid, who.gid)


def open_the_way(*paths: Path) -> None:
    """As root, let the account pass through (not list) folders above that are closed to others."""
    if os.geteuid() != 0:
        return
    for step in {step for path in paths for step in (path, *path.parents)}:
        mode = step.stat().st_mode
        if not mode & 0o001:
            step.chmod(mode | 0o001)
            sys.stderr.write(
                f"Opened {step} for passage (chmod o+x), for the database's account. "
                f"已为数据库账户开放目录 {step} 的通行权限（chmod o+x）。\n"
            )


def _entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return _made()


def _made() -> pwd.struct_passwd:
    """The account, made without a password, a home or a shell."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise NoAccountForServer(account=NAME) from error
