"""The tests' database: a server for each run, without fsync, started when a test first needs it."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from cheji.config import postgres
from cheji.config.data_folder import locked
from settings_for_tests import PLACE, RUN, TEST_DATA

#: A busy machine is slow, not wrong.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_configure() -> None:
    """Django refuses synchronous queries inside Playwright's event loop; the journeys need them."""
    gc.disable()  # until all is imported
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_unconfigure() -> None:
    """The run's first process, which outlives its workers, tidies up, after killed runs as well."""
    if str(os.getpid()) != RUN:
        return
    if os.environ.get("CHEJI_DATABASE_URL"):
        _drop_empty()
    for folder in TEST_DATA.parent.glob(f"{PLACE}*"):
        run = folder.name.removeprefix(PLACE)
        if run == RUN or (run.isdigit() and not _alive(int(run))):
            _remove(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the machine lacks is skipped, and the report says so.

    Tests that share something dear stay on one worker, by a mark that xdist looks for after us. The
    longest pieces begin first, so that no worker waits at the end for the other's.
    """
    lacks = {
        "journey": None if chromium() else "no Chromium on this machine",
        "shared": None if SHARED.is_dir() else f"{SHARED} is not there",
    }
    for item in items:
        for marker, lack in lacks.items():
            if lack and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=lack))
        group = _group(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests live as long as the run: no need to look through them for garbage."""
    grouped = getattr(session.config.option, "loadgroup", False)
    loose = [
        one.nodeid for one in session.items if grouped and _group(one) and "@" not in one.nodeid
    ]
    assert not loose, f"xdist does not keep these together: {loose}"
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # what a test leaves behind is small beside what it uses
    gc.enable()


SHARING = ("test_serve", "test_logs", "test_database_server", "test_real_input", "test_visibility")
LONG = ("in_every_step", "test_fuzzed_addresses", "test_any_sequence", "has_a_page", "large_group")


def _group(item: pytest.Item) -> str | None:
    """The worker's piece that the test belongs to: one browser, one Spark and demo, one server."""
    if item.get_closest_marker("journey"):
        return "journeys"
    if "spark" in item.name or item.path.stem == "test_demo":
        return "spark"
    return next((name for name in SHARING if item.path.stem == name), None)


def _turn(item: pytest.Item) -> int:
    group = _group(item)
    if group:
        return 0 if group == "journeys" else 1
    return 2 if any(name in item.nodeid for name in LONG) else 3


def chromium() -> str | None:
    """The path of a browser for the journeys; one without windows does less for the same."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def database_server() -> Iterator[Path]:
    """The folder of a running server; the workers of a run share it, each with its own database."""
    if os.environ.get("CHEJI_DATABASE_URL"):
        yield TEST_DATA
        return
    postgres.join(TEST_DATA, unsafe_but_fast=True)
    yield TEST_DATA
    postgres.leave(TEST_DATA)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, database_server: Path
) -> None:
    """Have the server running before pytest-django makes its database."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The first worker migrates an empty database; every database of the tests is a copy of it."""
    from django.db import connection
    from django.test import TransactionTestCase
    from django.test.utils import setup_databases, teardown_databases

    import beginnings

    own = connection.creation._get_test_db_name()
    with django_db_blocker.unblock(), locked(TEST_DATA / "tests.lock"):
        first = not beginnings.there(beginnings.EMPTY)
        if not first:
            beginnings.copy(beginnings.EMPTY, own)
        made = setup_databases(0, interactive=False, keepdb=not first)
        connection.close()
        if first:
            beginnings.copy(own, beginnings.EMPTY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", beginnings.empty)
        yield
    if os.environ.get("CHEJI_DATABASE_URL"):  # a server of our own goes with all its databases
        with django_db_blocker.unblock():
            beginnings.forget()
            teardown_databases(made, verbosity=0)


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Iterator[Any]:
    """The cast in a house with the definitions of the pack."""
    from cast import packed_cast

    yield from _begun(request, packed_cast)


@pytest.fixture
def cast_alone(request: pytest.FixtureRequest, db: None) -> Iterator[Any]:
    """The cast before anything is defined."""
    from cast import Cast

    yield from _begun(request, Cast)


def _begun(request: pytest.FixtureRequest, make: Callable[[], Any]) -> Iterator[Any]:
    from beginnings import begun, begun_apart

    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    apart = commits or (marker and marker.kwargs.get("transaction"))
    with (begun_apart if apart else begun)(make) as made:
        yield made


def _drop_empty() -> None:
    """A server that is not ours keeps nothing of a run."""
    import beginnings

    beginnings.drop(beginnings.EMPTY)


def _remove(folder: Path) -> None:
    if postgres.answers(folder):  # a killed run left it running
        postgres.join(folder, unsafe_but_fast=True)
        postgres.leave(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
