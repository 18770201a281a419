"""What a batch keeps to be undone by: runs of created records, parted when another raises one."""

from actions.test_imports import MARCH, Desk, counts, desk, rows
from cast import AT, ON
from cheji.actions import imports, visits
from cheji.facts import post, rebuilding, withdraw
from cheji.reads.imports import batch as shown
from cheji.records import models as m

__all__ = ["desk"]  # the fixture

FIVE = [{"number": f"V{n}", "on_date": ON} for n in range(5)]


def kept(batch: m.ImportBatch) -> list[tuple[int, int, int]]:
    """The runs of created visits: how far from the first one to which, and in what version."""
    first = m.Visit.objects.get(number="V0").pk
    touches = batch.touches.filter(noun="visit", before__isnull=True).order_by("record")
    return [(t.record - first, t.last - first, t.version) for t in touches]


def test_created_records_are_kept_as_a_run_and_counted_each(desk: Desk) -> None:
    batch, _ = desk.bring("visits", FIVE)
    assert kept(batch) == [(0, 4, 1)]
    assert shown(desk.by, str(batch.key)).touched == 5


def test_a_run_is_parted_where_another_batch_was_undone(desk: Desk) -> None:
    empty = rows()
    first, _ = desk.bring("visits", FIVE)
    filled = rows()
    changes = [{**FIVE[n], "model": "星越"} for n in (1, 2, 4)]
    second, report = desk.bring("visits", changes)
    assert counts(report) == (0, 3, 0, 0)
    third, _ = desk.bring("visits", [{**FIVE[2], "model": "缤越"}])
    imports.undo(by=desk.by, at=AT, batch=third.pk)
    assert kept(first) == [(0, 4, 1)]
    imports.undo(by=desk.by, at=AT, batch=second.pk)
    assert rows() == filled
    assert kept(first) == [(0, 0, 1), (1, 1, 3), (2, 2, 5), (3, 3, 1), (4, 4, 3)]
    assert shown(desk.by, str(first.key)).touched == 5
    imports.undo(by=desk.by, at=AT, batch=first.pk)
    assert rows() == empty


def test_deliveries_of_one_order_are_undone_one_after_the_other(desk: Desk) -> None:
    filled = rows()
    told = {"order_no": "SIGNED", "on_date": ON, "units": 3}
    first, _ = desk.bring("deliveries", [{**told, "number": "D1"}])
    delivered = rows()
    second, _ = desk.bring("deliveries", [{**told, "number": "D1", "units": 2}])
    third, _ = desk.bring("deliveries", [{**told, "number": "D2", "units": 1}])
    imports.undo(by=desk.by, at=AT, batch=third.pk)
    imports.undo(by=desk.by, at=AT, batch=second.pk)
    assert rows() == delivered
    imports.undo(by=desk.by, at=AT, batch=first.pk)
    assert rows() == filled


def test_records_that_are_changed_later_in_the_same_batch_go_with_it(desk: Desk) -> None:
    empty, no_facts = rows(), list(rebuilding.nets())
    post_ = {"number": "P9", "unit_code": "N1", "role": "consultant"}
    file = [
        {**post_, "name": "石磊", "from": MARCH, "until": ON},
        {**post_, "name": "石磊", "from": ON, "team": "新组"},
    ]
    batch, report = desk.bring("people", file)
    assert counts(report) == (2, 0, 0, 0)
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert (rows(), list(rebuilding.nets())) == (empty, no_facts)


def test_withdrawing_reverses_what_stands_and_that_once(desk: Desk) -> None:
    desk.bring("visits", FIVE[:2])
    voided, other = m.Visit.objects.order_by("number").values_list("id", flat=True)
    visits.void(by=desk.by, at=AT, visit=voided, version=1, reason="误录")
    facts = m.Fact.objects.filter(source_kind="visit")
    before = facts.count()
    with_own_ids = [voided, other]
    assert withdraw("visit", with_own_ids, at=AT) == before - 2
    assert withdraw("visit", with_own_ids, at=AT) == 0
    said, back = (
        facts.get(source=other, reverses=None),
        facts.exclude(reverses=None).get(source=other),
    )
    assert (back.reverses, back.quantity, back.recorded_at) == (said.pk, -said.quantity, AT)
    assert [row for row in rebuilding.nets() if row[-5] == "visit"] == []
    assert post("visit", with_own_ids, at=AT) == before - 2
