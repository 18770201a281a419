"""The embedded server through what happens to it: kills, crowds, strangers, long paths."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cheji import __version__
from cheji.config import postgres, postgres_account
from cheji.config.troubles import FolderNotOurs, NewerProgramWrote, OtherPostgres

VISITOR = """
import sys
from pathlib import Path
from cheji.config import postgres, postgres_account
folder = Path(sys.argv[1])
postgres.join(folder, unsafe_but_fast=True)
print("in", flush=True)
sys.stdin.readline()
postgres.leave(folder)
print("out", flush=True)
"""


class Visitor:
    """Another process that joins the folder's server and stays until it is told to go."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", VISITOR, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def is_in(self) -> bool:
        return self.process.stdout.readline() == "in\n"

    def go(self) -> int:
        self.process.communicate("\n", timeout=120)
        return self.process.returncode


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    postgres.join(folder, unsafe_but_fast=True)
    postgres.leave(folder)
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Iterator[Path]:
    place = _copy(made_once, tmp_path / "data")
    yield place
    _stop(place)


def _copy(source: Path, place: Path) -> Path:
    subprocess.run(["cp", "-a", str(source), str(place)], check=True)
    return place


def _stop(place: Path) -> None:
    postgres.join(place, unsafe_but_fast=True)
    postgres.leave(place)
    assert _server(place) is None


def _server(folder: Path) -> psutil.Process | None:
    path = postgres.cluster(folder) / "postmaster.pid"
    if not path.exists():
        return None
    return psutil.Process(int(path.read_text().split("\n")[0]))


def _write(folder: Path, text: str) -> None:
    with postgres.connect(folder, postgres.DATABASE) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])


def _kept(folder: Path) -> list[tuple[object, ...]]:
    with postgres.connect(folder, postgres.DATABASE) as connection:
        return connection.execute("SELECT text FROM kept").fetchall()


def test_the_last_one_out_stops_the_server(folder: Path) -> None:
    first, second = Visitor(folder), Visitor(folder)
    assert first.is_in()
    assert second.is_in()
    assert first.go() == 0
    assert postgres.answers(folder)
    assert second.go() == 0
    assert not postgres.answers(folder)
    assert _server(folder) is None


def test_a_killed_program_leaves_a_server_that_the_next_one_joins_and_stops(folder: Path) -> None:
    killed = Visitor(folder)
    assert killed.is_in()
    server = _server(folder)
    killed.process.kill()
    killed.process.wait()
    assert postgres.answers(folder)
    following = Visitor(folder)
    assert following.is_in()
    assert _server(folder) == server
    assert following.go() == 0
    assert _server(folder) is None


def test_a_killed_server_starts_again_with_what_was_committed(folder: Path) -> None:
    postgres.join(folder, unsafe_but_fast=True)
    _write(folder, "先写")
    server = _server(folder)
    server.send_signal(signal.SIGKILL)
    postgres.leave(folder)
    postgres.join(folder, unsafe_but_fast=True)
    assert _kept(folder) == [("先写",)]
    assert _server(folder) != server


def test_a_pid_file_that_names_a_living_stranger_is_no_obstacle(folder: Path) -> None:
    owner = postgres.cluster(folder).stat()
    stale = postgres.cluster(folder) / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid, group=owner.st_gid) as stranger:
        stale.write_text(f"{stranger.pid}\n{postgres.cluster(folder)}\n1\n5432\n\n\n\nready\n")
        postgres.join(folder, unsafe_but_fast=True)
        assert postgres.answers(folder)
        assert stranger.poll() is None
        stranger.kill()


def test_four_programs_that_start_at_once_make_one_cluster(tmp_path: Path) -> None:
    visitors = [Visitor(tmp_path / "new") for _ in range(4)]
    assert [visitor.is_in() for visitor in visitors] == [True] * 4
    assert [visitor.go() for visitor in visitors] == [0] * 4
    assert not postgres.answers(tmp_path / "new")


def test_a_cluster_half_made_by_a_killed_program_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "half"
    visitor = Visitor(folder)
    while not list(folder.glob("postgres.new-*/postgresql.conf")):
        time.sleep(0.01)
    visitor.process.kill()
    visitor.process.wait()
    assert not postgres.cluster(folder).exists()
    postgres.join(folder, unsafe_but_fast=True)
    assert postgres.answers(folder)
    postgres.leave(folder)


def test_two_folders_stand_side_by_side(folder: Path, made_once: Path, tmp_path: Path) -> None:
    other = _copy(made_once, tmp_path / "other")
    for place, text in ((folder, "一店"), (other, "二店")):
        postgres.join(place, unsafe_but_fast=True)
        _write(place, text)
    assert _kept(folder) == [("一店",)]
    assert _kept(other) == [("二店",)]
    postgres.leave(other)
    assert postgres.answers(folder)
    assert not postgres.answers(other)


def test_a_path_too_long_for_a_socket(made_once: Path, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a folder with a long name and 汉字"] * 4)
    deep.mkdir(parents=True)
    folder = _copy(made_once, deep / "da'ta")
    postgres.join(folder, unsafe_but_fast=True)
    _write(folder, "深")
    assert _kept(folder) == [("深",)]
    sockets = postgres.socket_folder(folder)
    assert folder not in sockets.parents
    assert sockets.stat().st_mode & 0o077 == 0
    postgres.leave(folder)
    shutil.rmtree(sockets)


def test_a_folder_of_a_newer_cheji_is_refused_untouched(folder: Path) -> None:
    (folder / "cheji.json").write_text('{"version": "99.1.0"}')
    with pytest.raises(NewerProgramWrote) as refused:
        postgres.join(folder)
    assert "99.1.0" in refused.value.say("en")
    assert "99.1.0" in refused.value.say("zh-hans")
    assert json.loads((folder / "cheji.json").read_text()) == {"version": "99.1.0"}
    assert _server(folder) is None
    (folder / "cheji.json").write_text(json.dumps({"version": __version__}))


def test_a_cluster_of_another_postgresql_is_refused_untouched(folder: Path) -> None:
    version = postgres.cluster(folder) / "PG_VERSION"
    ours = version.read_text()
    version.write_text("99\n")
    with pytest.raises(OtherPostgres) as refused:
        postgres.join(folder)
    assert "99" in refused.value.say("en")
    assert "99" in refused.value.say("zh-hans")
    assert _server(folder) is None
    version.write_text(ours)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_runs_the_server_of_a_folder_as_its_owner(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in [postgres.cluster(folder), *postgres.cluster(folder).rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    postgres.join(folder, unsafe_but_fast=True)
    assert _server(folder).uids().real == nobody.pw_uid
    assert postgres.cluster(folder).stat().st_uid == nobody.pw_uid


def test_a_socket_folder_that_somebody_prepared_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    stranger = postgres_account.Account(trap.stat().st_uid + 1, trap.stat().st_gid)
    with pytest.raises(FolderNotOurs):
        postgres_account.own_folder(trap, stranger)
    link = tmp_path / "link"
    link.symlink_to(trap)
    ours = postgres_account.Account(trap.stat().st_uid, trap.stat().st_gid)
    with pytest.raises(FolderNotOurs):
        postgres_account.own_folder(link, ours)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    with pytest.raises(FolderNotOurs):
        postgres.join(closed / "data")


def test_the_cluster_keeps_checksums_and_sorts_by_code_point(folder: Path) -> None:
    postgres.join(folder)
    with postgres.connect(folder, postgres.DATABASE) as connection:
        row = connection.execute(
            "SELECT current_setting('data_checksums'), current_setting('fsync'),"
            " current_setting('listen_addresses'), pg_encoding_to_char(encoding), datlocale"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("on", "on", "", "UTF8", "C.UTF-8")
