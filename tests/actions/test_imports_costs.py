"""Files of orders that do not know every cost: counted, filled in later, never read as zero."""

from collections.abc import Iterator

import pytest

from actions.test_imports import MARCH, Desk
from beginnings import begun
from cast import AT
from cheji.actions import imports
from cheji.actions.imports.given import CLEAR
from cheji.facts import rebuilding
from cheji.records import models as m

SOLD = {"signed_on": MARCH, "vehicle_price": 100}
WHOLE = {
    **SOLD, "vehicle_cost": 90, "accessory_revenue": 9, "accessory_cost": 0, "insurance_revenue": 5,
}  # fmt: skip


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """Whatever a test did, the facts equal a rebuild at its end."""
    with begun(Desk) as made:
        yield made
        rebuilding.rebuild()
        assert rebuilding.differences() == []


def costs(number: str) -> list[tuple[str, int | None]]:
    lines = m.OrderLine.objects.filter(order__number=number).order_by("id")
    return list(lines.values_list("kind", "cost"))


def test_a_blank_cost_of_goods_is_not_known_and_counted_in_the_report(desk: Desk) -> None:
    rows = [
        {"order_no": "O1", **SOLD, "vehicle_cost": None},
        {"order_no": "O2", **SOLD},
        {"order_no": "O3", **WHOLE},
        {"order_no": "O4", **WHOLE, "accessory_cost": None},
    ]
    batch, report = desk.bring("orders", rows)
    assert (report.create, report.unpriced) == (4, 3)
    assert m.ImportBatch.objects.get(pk=batch.pk).report["unpriced"] == 3
    assert costs("O1") == costs("O2") == [("vehicle", None)]
    assert costs("O3") == [("vehicle", 90), ("accessory", 0), ("insurance", 0)]
    assert costs("O4") == [("vehicle", 90), ("accessory", None), ("insurance", 0)]


def test_a_later_file_fills_the_costs_in_and_a_blank_one_leaves_them(desk: Desk) -> None:
    desk.bring("orders", [{"order_no": "O1", **SOLD}, {"order_no": "O2", **SOLD}])
    filling = [{"order_no": "O1", "vehicle_cost": 80}, {"order_no": "O2", "vehicle_cost": 0}]
    batch, report = desk.bring("orders", filling, mode="update")
    assert (report.update, report.unpriced) == (2, 0)
    assert (costs("O1"), costs("O2")) == ([("vehicle", 80)], [("vehicle", 0)])
    again = desk.bring("orders", [{"order_no": "O1", **SOLD, "vehicle_cost": None}])[1]
    assert (again.same, again.unpriced, costs("O1")) == (1, 0, [("vehicle", 80)])
    cleared = desk.bring("orders", [{"order_no": "O2", "vehicle_cost": CLEAR}], mode="update")
    assert (cleared[1].unpriced, costs("O2")) == (1, [("vehicle", None)])
    imports.undo(by=desk.by, at=AT, batch=cleared[0].pk)
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert costs("O1") == costs("O2") == [("vehicle", None)]
