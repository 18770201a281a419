"""The line that pays an upheld dispute names the dispute and the line that was disputed."""

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay import About, Effect, Ruling
from cheji.files.papers.statements import pay_statement_xlsx, statement_paper
from cheji.files.sheets import statement_csv, statement_json
from cheji.reads import pay
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, Sold, calculated, closed, planned
from web.test_pay_screens import words

PAID = "/pay/of/ZHANG/202603?outlet=N1"


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 10))


def opened():
    sold = Sold()
    planned()
    closed(sold.cast, FEBRUARY)
    return sold


@pytest.fixture
def sold(db):
    with begun(opened) as made:
        yield made


@pytest.fixture
def cast(sold):
    return sold.cast


def upheld(cast, about, *, kind="amount", by="manager", **amounts):
    """A dispute of Zhang's that somebody decided for these amounts, which another approved."""
    made = verbs.dispute(by=cast["zhang"], at=LATER, kind=kind, about=about, text="少算")
    ruling = Ruling(effects=[Effect(cast.people[who].pk, fen) for who, fen in amounts.items()])
    verbs.decide(by=cast[by], at=LATER, dispute=made.id, how="upheld", decision="核实少算",
                 ruling=ruling)  # fmt: skip
    for line in m.ManualLine.objects.filter(state="asked"):
        verbs.approve_manual(by=cast["hr"], at=LATER, line=line.pk, approve=True)
    return made.id


def of_line(sold):
    """A dispute about the first car that a closed February paid."""
    line = m.PayLine.objects.filter(person=sold.cast.people["zhang"]).order_by("id").first()
    return upheld(sold.cast, About(line=line.pk), zhang=120_000), line


def dispute_line(seen):
    return next(line for line in seen.lines if line.dispute)


@pytest.mark.parametrize("kept", [False, True])
def test_statement_and_explanation_lead_to_the_dispute_and_the_old_line(faces, sold, kept):
    number, line = of_line(sold)
    if kept:
        calculated(sold.cast, MARCH)
    order = sold.cars[0].order.number
    page = faces["zhang"].get(PAID)
    said = f"Dispute {number} Units · Delivery {order} manual 核实少算 of Feb 2026 ¥1,200.00"
    assert said in words(page)
    beside = f"Dispute {number} · The amount is wrong"
    for month in (FEBRUARY, MARCH):
        url = f"/pay/of/ZHANG/{month}?outlet=N1"
        assert beside in words(faces["zhang"].get(url)), month
    why = faces["zhang"].get("/pay/of/ZHANG/202603/dispute:1?outlet=N1")
    told = f"What for Dispute {number} Puts right Units · Feb 2026 Delivery {order}"
    assert told in words(why)
    for door in (f"/pay/cases/{number}", f"/pay/lines/{line.pk}"):
        assert [f'href="{door}"' in one.text for one in (page, why)] == [True, True]
        assert faces["zhang"].get(door, follow=True).status_code == 200
    assert f"Dispute {number} ·" in words(faces["zhang"].get(f"/pay/cases/{number}"))
    faces["zhang"].cookies["language"] = "zh-hans"
    assert f"争议 {number} 台数 · 交车 {order} 手工 核实少算 属 2026年2月" in words(
        faces["zhang"].get(PAID)
    )


def test_papers_name_the_dispute_and_the_old_line_in_both_languages(sold):
    number, _line = of_line(sold)
    seen = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    order = sold.cars[0].order.number
    said = {
        "zh-hans": f"争议 {number}（台数 · 交车 {order} · 2026-02）",
        "en": f"Dispute {number} (Units · Delivery {order} · 2026-02)",
    }
    for language, text in said.items():
        assert text in str(statement_paper(seen, language).blocks)
        book = CalamineWorkbook.from_filelike(io.BytesIO(pay_statement_xlsx(seen, language)))
        assert text in [row[4] for row in book.get_sheet_by_index(0).to_python()]
    assert f",Dispute {number}," in statement_csv([seen], "en").decode()
    disputes = [line["dispute"] for line in statement_json(seen)["lines"] if line["dispute"]]
    assert disputes == [{"noun": "dispute", "id": number, "text": str(number)}]


def test_a_car_that_was_missing_is_named_by_its_order(faces, sold):
    car = sold.floor.order(sold.cast.outlet, sold.cast.people["zhang"])
    about = About(outlet=sold.cast.outlet.pk, period=FEBRUARY, order=car.number)
    number = upheld(sold.cast, about, kind="missing_car", zhang=30_000)
    page = faces["zhang"].get(PAID)
    assert f"Dispute {number} Order {car.number} manual 核实少算 of Feb 2026" in words(page)
    paid = dispute_line(pay.statement(sold.cast["zhang"], "ZHANG", MARCH)).dispute
    assert (paid.names, paid.line, paid.deal.id) == (None, 0, car.pk)


def across(sold):
    """A car that two outlets claim: both sides are paid by their own."""
    cast, people, floor = sold.cast, sold.cast.people, sold.floor
    there = floor.customer(cast.far, people["far_consultant"], phone="13900000001")
    floor.prospect(floor.customer(cast.outlet, people["zhang"], phone="13900000001"))
    car = floor.order(cast.far, people["far_consultant"], customer=there)
    line = m.PayLine.objects.filter(person=people["zhang"]).order_by("id").first()
    about = About(line=line.pk, order=car.number, colleague="FAR_CONSULTANT")
    amounts = {"zhang": 20_000, "far_consultant": -20_000}
    return upheld(cast, about, kind="cross_outlet", by="group_manager", **amounts), car


def test_the_other_side_and_who_may_not_open_it_get_no_links(faces, sold):
    number, car = across(sold)
    cast = sold.cast
    seen = {
        who: dispute_line(pay.statement(cast[who], "FAR_CONSULTANT", MARCH)).dispute
        for who in ("far_consultant", "far_manager")
    }
    other = seen["far_consultant"]
    assert (other.dispute.id, other.month, other.names, other.line) == (number, FEBRUARY, None, 0)
    assert (other.deal.noun, other.deal.id, other.deal.text) == ("order", car.pk, car.number)
    barred = seen["far_manager"]
    assert (barred.dispute.id, barred.dispute.text) == (0, str(number))
    assert (barred.month, barred.names, barred.line, barred.deal) == (0, None, 0, None)
    page = faces["far_manager"].get("/pay/of/FAR_CONSULTANT/202603?outlet=S1")
    assert f"Dispute {number} manual 核实少算" in words(page)
    assert f"/pay/cases/{number}" not in page.text
    own = dispute_line(pay.statement(cast["zhang"], "ZHANG", MARCH)).dispute
    assert (own.names, bool(own.line)) == (("台数", "Units"), True)
