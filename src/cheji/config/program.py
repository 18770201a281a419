"""The program: opens the data folder, joins the database, migrates it, runs the command."""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from typing import NoReturn

from django.utils import translation

import cheji.config.commands  # noqa: F401  adds serve, worker, init
from cheji.cli import app, language
from cheji.config import postgres
from cheji.config.data_folder import data_folder
from cheji.config.database import OWNER_URL, URL, outside_url
from cheji.config.logs import tell_discreetly
from cheji.config.troubles import DatabaseUnreachable, NotTheOwner
from cheji.records.refusals import Refused

MIGRATION_LOCK = 0x63686A69  # "chji": one process migrates, the others wait


def main() -> None:
    """Run the command line; it leaves with 1 when it cannot start, with 2 when it refuses."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cheji.config.settings")
    signal.signal(signal.SIGTERM, _end)
    tell_discreetly()
    if sys.argv[1:2] == ["bench"]:
        use_a_folder_for_once()
    try:
        if not _only_asks_what_there_is(sys.argv[1:]):
            set_up(with_database=not _only_asks_for_help(sys.argv[1:]))
            translation.activate(language())
        app(prog_name="cheji")
    except Refused as refused:
        sys.stderr.write(refused.say(language()) + "\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def set_up(*, with_database: bool = True) -> None:
    """Make Django ready, and the database present and up to date unless told otherwise."""
    import django

    if with_database:
        join_database()
    django.setup()
    if with_database:
        migrate()


def use_a_folder_for_once() -> None:
    """What is measured runs on a server and a folder of its own, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="cheji-bench-")
    os.environ["CHEJI_DATA"] = folder
    os.environ.pop("CHEJI_DATABASE_URL", None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def join_database() -> None:
    """Start or join the embedded server for this process; nothing with an outside database."""
    if outside_url() is None:
        folder = data_folder()
        postgres.join(folder)
        atexit.register(postgres.leave, folder)


def migrate() -> None:
    """As the owner of the tables, apply what the database lacks, and settle what the program may.

    Raises:
        DatabaseUnreachable, NotTheOwner
    """
    from django.db import DatabaseError

    from cheji.config import grants

    _reach(URL)
    try:
        with grants.owning() as role:
            _reach(OWNER_URL if role else URL)
            if _migrations_missing() or (role and grants.lacking(role)):
                _bring_up_to_date(role)
    except DatabaseError as error:
        if denied := _denied(error):
            raise NotTheOwner(why=str(denied).partition("\n")[0]) from error
        raise


def _reach(name: str) -> None:
    """Connect as whom the setting names: the program too, before anything is granted to it."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise DatabaseUnreachable(name=name, why=str(error).strip()) from error


def _denied(error: BaseException | None) -> BaseException | None:
    """The server's word, if that is why it failed, that somebody may not do what he tried."""
    from psycopg.errors import InsufficientPrivilege

    while error is not None and not isinstance(error, InsufficientPrivilege):
        error = error.__cause__ or error.__context__
    return error


def _bring_up_to_date(role: str) -> None:
    """One process at a time; the facts follow what a migration changed."""
    from django.core.management import call_command
    from django.db import connection

    from cheji.cli.facts import follow
    from cheji.config import grants
    from cheji.records.collecting import without_collecting

    with without_collecting(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            if _migrations_missing():  # or another process did it while this one waited
                call_command("migrate", verbosity=0, interactive=False)
                call_command("createcachetable", verbosity=0)
                follow()
            if role:
                grants.settle(role)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def _migrations_missing() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _only_asks_what_there_is(words: list[str]) -> bool:
    return words in ([], ["--help"])


def _only_asks_for_help(words: list[str]) -> bool:
    return "--help" in words or words == ["version"]


def _end(_signal: int, _frame: object) -> NoReturn:
    """SIGTERM leaves like a finished program, so that the database is left in order."""
    sys.exit(143)
