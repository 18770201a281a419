"""Who may do what with pay beside its runs: every verb by everybody of the cast, about four people.

The oracle is written from the handbook's roles, not from the table of rights.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from beginnings import begun
from cast import ROLES
from cheji.actions import pay as verbs
from cheji.actions.pay import Asked, Sheet
from cheji.actions.pay.disputes import OnlyTheOther
from cheji.actions.pay.exceptions import OwnException
from cheji.actions.pay.rulings import PartyToDispute
from cheji.actions.pay.splits import AskedItYourself
from cheji.records import models as m
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from paying import FEBRUARY, LATER, Sold, planned

BARRED = (
    NotYours, NotFound, verbs.OwnPay, verbs.NeedsAccount, AskedItYourself, PartyToDispute,
    OnlyTheOther, OwnException,
)  # fmt: skip
#: Of a consultant, of the head of his outlet, of who approves pay, and at an outlet elsewhere.
WHOSE = ("zhang", "manager", "finance", "far_consultant")
AGAINST = "li"
REACH = {
    "manager": {"N1"}, "far_manager": {"S1"}, "region_head": {"N1"}, "finance": {"N1"},
    "group_manager": {"N1", "S1"}, "hr": {"N1", "S1"}, "operator": {"N1", "S1"},
}  # fmt: skip
APPROVES = {"region_head", "finance", "group_manager", "hr"}
SETTLES, PAYS = {"finance", "hr", "operator"}, {"finance", "operator"}
Give = tuple[Callable[..., Any], dict[str, Any]]


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    with begun(Sold) as made:
        planned(holdbacks=[held])
        yield made


def outlet(whose: str) -> str:
    return "S1" if whose == "far_consultant" else "N1"


def tries(sold: Sold, whose: str) -> dict[str, Give]:
    """What each verb about somebody's pay is called with; somebody else asked for it all."""
    cast, who = sold.cast, sold.cast.people[whose]
    where = cast.far if outlet(whose) == "S1" else cast.outlet
    other = {"asked_by_id": cast["auditor"].user, "asked_at": LATER}
    made = {"made_by_id": cast["auditor"].user, "made_at": LATER}
    order = sold.floor.order(where, who, on=date(2026, 2, 5))
    deal = sold.floor.delivery(order, date(2026, 2, 5))
    line = m.ManualLine.objects.create(
        outlet=where, period=FEBRUARY, person=who, component="manual", fen=1, reason="x", **other
    )
    split = m.PaySplit.objects.create(order=order, parts=[[who.pk, 10_000]], reason="x", **other)
    event = m.PayEvent.objects.create(
        outlet=where, kind="other", source_kind="delivery", source=deal.pk, on_date=deal.on_date,
        **made,
    )  # fmt: skip
    found = m.PayException.objects.create(
        outlet=where, period=FEBRUARY, kind="no_score", source_kind="person", source=who.pk,
        person=who, found_at=LATER,
    )  # fmt: skip
    dispute = m.Dispute.objects.create(
        outlet=where, period=FEBRUARY, kind="amount", person=who, text="x", frozen={},
        against=cast.people[AGAINST], against_outlet=where, due_on=date(2027, 1, 9), made_at=LATER,
        made_by_id=cast[whose].user,
    )  # fmt: skip
    drawn, approved = (_settlement(where, who, day, made) for day in (1, 2))
    m.Settlement.objects.filter(pk=approved.pk).update(
        state="approved", approved_by=cast["group_manager"].user
    )
    sheet = Sheet(who.pk, where.pk, date(2026, 3, 3), 0, 0, 0, {"earned": []})
    asked = Asked(where.pk, FEBRUARY, who.pk, 1, "x")
    return {
        "ask_manual": (verbs.ask_manual, {"asked": asked}),
        "approve_manual": (verbs.approve_manual, {"line": line.pk}),
        "share_deal": (verbs.share_deal,
                       {"order": order.pk, "parts": [(who.pk, 10_000)], "reason": "x"}),
        "decide_split": (verbs.decide_split, {"split": split.pk, "approve": True}),
        "release_event": (verbs.release_event,
                          {"kind": "plates", "source": f"delivery:{deal.pk}", "on": deal.on_date}),
        "void_event": (verbs.void_event, {"event": event.pk, "reason": "x"}),
        "decide_exception": (verbs.decide_exception,
                             {"exception": found.pk, "how": "accept", "decision": "x"}),
        "settle_leaver": (verbs.settle_leaver, {"sheet": sheet}),
        "approve_settlement": (verbs.approve_settlement, {"settlement": drawn.pk}),
        "pay_settlement": (verbs.pay_settlement, {"settlement": approved.pk}),
        "answer": (verbs.answer, {"dispute": dispute.pk, "text": "x"}),
        "withdraw": (verbs.withdraw, {"dispute": dispute.pk}),
        "hear": (verbs.hear, {"dispute": dispute.pk}),
        "decide": (verbs.decide, {"dispute": dispute.pk, "how": "rejected", "decision": "x"}),
    }  # fmt: skip


def _settlement(where: m.Unit, who: m.Person, day: int, made: dict[str, Any]) -> m.Settlement:
    return m.Settlement.objects.create(
        person=who, outlet=where, left_on=date(2026, 3, day), body={"earned": []}, digest="x",
        earned=0, held=0, due=0, **made,
    )  # fmt: skip


def allowed(by: Viewer, give: Give) -> bool:
    """Whether the verb lets somebody through; what it says to the rest is another matter."""
    verb, values = give
    try:
        with transaction.atomic():
            verb(by=by, at=LATER, **values)
            transaction.set_rollback(True)
    except BARRED:
        return False
    except Refused:
        return True
    return True


def expected(verb: str, name: str, whose: str) -> bool:
    over, mine = outlet(whose) in REACH.get(name, ()), name == whose
    if verb in ("answer", "withdraw"):
        return name == (AGAINST if verb == "answer" else whose)
    if verb in ("ask_manual", "settle_leaver") and whose == "finance":
        return False  # finance has no post at an outlet
    posts = {
        "settle_leaver": SETTLES, "pay_settlement": PAYS,
        **dict.fromkeys(("approve_manual", "decide_split", "approve_settlement"), APPROVES),
    }  # fmt: skip
    own = verb in ("ask_manual", "share_deal", "void_event", "settle_leaver", "pay_settlement")
    return over and name in posts.get(verb, REACH) and (own or not mine)


def test_each_verb_lets_through_whom_the_handbook_names(sold: Sold) -> None:
    wrong, tried, own = [], 0, 0
    for whose in WHOSE:
        for verb, give in tries(sold, whose).items():
            for name in ROLES:
                tried += 1
                found = allowed(sold.cast[name], give)
                own += found and name == whose and verb.startswith(("approve", "decide"))
                if found != expected(verb, name, whose):
                    wrong.append((verb, whose, name, found))
    assert wrong == []
    assert (tried, own) == (len(WHOSE) * 14 * len(ROLES), 0)


@pytest.mark.parametrize("name", sorted(APPROVES))
def test_nobody_approves_what_he_asked_for(sold: Sold, name: str) -> None:
    gives = tries(sold, "zhang")
    by = {"asked_by_id": sold.cast[name].user}
    m.ManualLine.objects.update(**by)
    m.PaySplit.objects.update(**by)
    m.Settlement.objects.filter(state="drawn_up").update(made_by_id=sold.cast[name].user)
    for verb in ("approve_manual", "decide_split", "approve_settlement"):
        with pytest.raises(AskedItYourself):
            gives[verb][0](by=sold.cast[name], at=LATER, **gives[verb][1])
