"""Readings kept between the steps of the wizard: asked for once, sealed, dropped."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from cheji.files import keeping
from cheji.files.keeping import drop, drop_older, kept
from cheji.files.problems import refuse
from cheji.records.refusals import BadValue

DIGEST = "ab" * 32


@pytest.fixture
def folder(tmp_path, settings):
    settings.CHEJI_DATA = tmp_path
    return tmp_path / keeping.FOLDER / DIGEST


def asked(found, times):
    def make():
        times.append(1)
        return found

    return make


def test_the_same_question_is_made_once_and_another_one_again(folder):
    times = []
    told = [kept(DIGEST, ("read", {"a": 1}), asked(["轩逸"], times)) for _ in range(3)]
    assert told == [["轩逸"]] * 3
    assert kept(DIGEST, ("read", {"a": 2}), asked("other", times)) == "other"
    assert len(times) == 2


def test_what_is_kept_is_sealed_and_the_owners_alone(folder):
    kept(DIGEST, "q", lambda: "13900001111")
    (file,) = folder.iterdir()
    assert b"13900001111" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_could_list_is_closed(folder):
    folder.parent.mkdir(mode=0o755)
    kept(DIGEST, "q", lambda: 1)
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_file_that_was_tampered_with_is_made_anew(folder):
    kept(DIGEST, "q", lambda: "first")
    (file,) = folder.iterdir()
    raw = file.read_bytes()
    file.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert kept(DIGEST, "q", lambda: "second") == "second"
    assert kept(DIGEST, "q", lambda: "third") == "second"


def test_a_refusal_is_not_kept(folder):
    def refused():
        raise refuse("file_empty")

    with pytest.raises(Exception, match="empty"):
        kept(DIGEST, "q", refused)
    assert kept(DIGEST, "q", lambda: "now") == "now"


def test_a_rule_that_said_no_comes_back_with_its_place(folder):
    for _ in range(2):
        found = kept(DIGEST, "q", lambda: BadValue(field="门店", value="N1", why="不在"))
    assert (type(found), found.place) == (BadValue, {"field": "门店", "value": "N1", "why": "不在"})


def test_an_upload_is_dropped_as_a_whole_and_an_old_one_by_the_clock(folder):
    kept(DIGEST, "one", lambda: 1)
    kept(DIGEST, "two", lambda: 2)
    drop(DIGEST)
    assert not folder.exists()
    kept(DIGEST, "one", lambda: 1)
    os.utime(folder, (0, 0))
    fresh = "cd" * 32
    kept(fresh, "one", lambda: 1)
    assert drop_older(datetime.now(UTC) - timedelta(hours=24)) == 1
    assert [one.name for one in folder.parent.iterdir()] == [fresh]
