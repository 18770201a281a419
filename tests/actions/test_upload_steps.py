"""The steps of an upload before it is committed: each in the audit log, its columns remembered."""

import json
from collections.abc import Iterator

import pytest

from actions.test_imports import Desk
from beginnings import begun
from cast import AT
from cheji.actions import imports
from cheji.reads.imports import remembered
from cheji.records import models as m
from cheji.records.refusals import NotFound


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with begun(Desk) as made:
        yield made


def test_every_step_of_an_upload_leaves_one_entry_without_what_was_typed(desk: Desk) -> None:
    batch = desk.batch("visits")
    cells = {"Sheet1!4": {"customer_name": "张三丰", "phone": "13812345678"}, "Sheet1!5": {"": "1"}}
    imports.mend(by=desk.by, at=AT, batch=batch.pk, rows=cells)
    imports.queue(by=desk.by, at=AT, batch=batch.pk, skip=True)
    thrown = desk.batch("visits")
    imports.forget(by=desk.by, at=AT, batch=thrown.pk)
    entries = m.AuditEntry.objects.filter(noun="imports").order_by("id")
    assert list(entries.values_list("verb", "subject")) == [
        ("imports.start", batch.pk),
        ("imports.accept", batch.pk),
        ("imports.mend", batch.pk),
        ("imports.queue", batch.pk),
        ("imports.start", thrown.pk),
        ("imports.accept", thrown.pk),
        ("imports.forget", thrown.pk),
    ]
    mended = json.loads(entries[2].body)
    assert (mended["cells"], mended["rows"]) == (
        ["Sheet1!4!customer_name", "Sheet1!4!phone"],
        ["Sheet1!5"],
    )
    assert not any("张三丰" in entry.body or "13812345678" in entry.body for entry in entries)


def test_columns_are_remembered_for_the_person_and_for_others_without_values(desk: Desk) -> None:
    mine, other = desk.cast["manager"], desk.cast["far_manager"]
    columns = {
        "outlet_code": {"constant": "N1"},
        "number": "编号",
        "channel": {"from": ["渠道"], "values": {"网红": "other"}, "default": "walk_in"},
    }
    mapping = {"maps": [{"kind": "visits", "columns": columns}]}
    batch = imports.start(by=mine, at=AT, kind="visits", name="f.csv", content=b"x")
    imports.accept(by=mine, at=AT, batch=batch.pk, mapping=mapping, mode="both", headers="d1")
    bare = {"number": "编号", "channel": {"from": ["渠道"], "values": {"网红": "other"}}}
    assert remembered(mine, "visits", "d1") == mapping
    assert remembered(other, "visits", "d1") == {"maps": [{"kind": "visits", "columns": bare}]}
    assert remembered(other, "visits", "d2") is None
    theirs = imports.start(by=other, at=AT, kind="visits", name="f.csv", content=b"x")
    own = {"maps": [{"kind": "visits", "columns": {"number": "No"}}]}
    imports.accept(by=other, at=AT, batch=theirs.pk, mapping=own, mode="both", headers="d1")
    assert (remembered(mine, "visits", "d1"), remembered(other, "visits", "d1")) == (mapping, own)


def test_a_batch_is_its_makers_alone(desk: Desk) -> None:
    batch = desk.batch("visits", by=desk.cast["manager"])
    other = desk.cast["region_head"]
    with pytest.raises(NotFound):
        imports.accept(by=other, at=AT, batch=batch.pk, mapping={}, mode="both")
    with pytest.raises(NotFound):
        imports.undo(by=other, at=AT, batch=batch.pk)
    with pytest.raises(NotFound):
        imports.forget(by=other, at=AT, batch=batch.pk)
