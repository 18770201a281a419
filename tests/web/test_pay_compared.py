"""Two runs of pay compared on the screen, down to the deals that the command tells."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from beginnings import begun
from cheji.reads.pay.replays import run_changes
from cheji.records import models as m
from doors import signed_in
from paying import FEBRUARY, LATER, MARCH, PLAN, Sold, calculated, closed, planned

TODAY = date(2026, 3, 20)
FACTOR = {
    "code": "process", "zh": "过程系数", "en": "Process", "parts": [{"kpi": "deliveries_all"}],
}  # fmt: skip


@pytest.fixture
def sold(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sold]:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    with begun(Sold) as made:
        planned(factors=[FACTOR])
        yield made


def test_a_component_opens_down_to_its_people_and_their_deals(sold: Sold) -> None:
    before = closed(sold.cast, FEBRUARY)
    sold.car("zhang", date(2026, 3, 2))
    after = calculated(sold.cast, MARCH)
    finance, address = signed_in("finance"), f"/pay/runs/{after.pk}/compare"
    page = finance.get(f"{address}?with={before.pk}")
    told = list(run_changes(sold.cast["finance"], before.pk, after.pk))
    every = [(one.number, change) for one in told for change in one.change.changes]
    rows = page.context["components"].rows
    assert sum(row.cells[5].value for row in rows) == after.total - before.total
    assert [row.cells[0] for row in rows] == [
        "Gross · earning", "Units · earning", "Process · factor",
    ]  # fmt: skip
    for row in rows:
        opened = finance.get(row.cells[5].reason).context["table"].rows
        people = [line.cells[0].note for line in opened if line.section]
        assert (len(people), people) == (row.cells[1], ["LI", "ZHANG"])
        deals = [line for line in opened if not line.section]
        assert sum(line.cells[3] for line in deals) == row.cells[5].value
        assert len(deals) == row.cells[2]
    own = {"with": before.pk, "component": "unit_bonus", "entry": "earning", "person": "ZHANG"}
    page = finance.get(f"{address}/lines?{urlencode(own)}")
    numbers = m.Delivery.objects.in_bulk([int(str(c.source)[9:]) for _who, c in every if c.source])
    assert [
        (line.cells[0].value, *line.cells[1:4])
        for line in page.context["table"].rows if not line.section
    ] == [
        (f"Delivery {numbers[int(str(one.source)[9:])].order.number}",
         one.before, one.after, one.fen)
        for who, one in every if (who, one.component) == ("ZHANG", "unit_bonus")
    ]  # fmt: skip
    assert page.context["table"].rows[1].cells[0].href.startswith("/deliveries/")
    by_hr = signed_in("hr").get(f"{address}/lines?{urlencode(own)}")  # HR opens no deliveries
    assert {line.cells[0].value for line in by_hr.context["table"].rows[1:]} == {"Delivery"}
    assert {line.cells[0].href for line in by_hr.context["table"].rows[1:]} == {""}
    factor = urlencode({**own, "component": "process", "entry": "factor"})
    [_head, line] = finance.get(f"{address}/lines?{factor}").context["table"].rows
    assert line.cells[0].note == "Base ¥3,300.00 → ¥1,000.00"
    nobody = urlencode({**own, "component": "nothing"})
    assert finance.get(f"{address}/lines?{nobody}").status_code == 404
    assert signed_in("zhang").get(f"{address}/lines?{urlencode(own)}").status_code == 404


def test_versions_of_the_plan_in_between_are_named(sold: Sold) -> None:
    before = closed(sold.cast, FEBRUARY)
    dearer = [{**part, "tiers": [{"from": 0, "rate": 700}]} for part in PLAN["components"][:1]]
    [first] = m.DefinitionVersion.objects.filter(kind="pay_plan")
    planned(since=date(2026, 3, 1), components=[*dearer, *PLAN["components"][1:]])
    second = m.DefinitionVersion.objects.latest("id")
    # The first is to hold again from April on, and the second held at another outlet before.
    again, elsewhere = (m.DefinitionVersion.objects.get(pk=one.pk) for one in (first, second))
    again.pk, again.valid_from = None, date(2026, 4, 1)
    elsewhere.pk, elsewhere.valid_from, elsewhere.outlet = None, date(2026, 2, 1), sold.cast.sister
    again.save()
    elsewhere.save()
    sold.car("zhang", date(2026, 3, 2))
    after = calculated(sold.cast, MARCH, at=LATER + timedelta(days=1))
    page = signed_in("finance").get(f"/pay/runs/{after.pk}/compare?with={before.pk}")
    assert f"/definitions/compare?left={first.pk}&amp;right={second.pk}" in page.text
    assert "The pay plan changed in between" in page.text
