"""A pay plan beside another for the same people: it replaces it, or is openly paid besides."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cheji.actions import definitions
from cheji.actions import pay as verbs
from cheji.actions.definition_starts import MonthsAreRun, PaidAlready
from cheji.actions.pay import Asked
from cheji.reads import pay
from cheji.reads.pay.months import MonthAsked
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.words import Words
from paying import APRIL, FEBRUARY, LATER, MARCH, PLAN, Sold, brought, calculated, planned

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def beginning() -> Sold:
    """Three cars in February by the old plan, which holds a part until plates; one in March."""
    made = Sold()
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates", "expires": 1, "at_expiry": "release"}  # fmt: skip
    planned(holdbacks=[held])
    made.march = made.car("zhang", date(2026, 3, 3))
    return made


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(beginning) as made:
        yield made


def body(code: str = "new_pay", **more: Any) -> dict[str, Any]:
    return {**PLAN, "code": code, "zh": "新提成", "en": "New pay", **more}


def drafted(sold: Sold, given: dict[str, Any], since: date = date(2026, 3, 1), **more: Any) -> int:
    return definitions.draft(
        by=sold.cast["hr"], at=AT, kind="pay_plan", code=given["code"], valid_from=since,
        body=given, **more,
    ).id  # fmt: skip


def published(
    sold: Sold, given: dict[str, Any], since: date = date(2026, 3, 1), **more: Any
) -> None:
    number = drafted(sold, given, since, **more)
    definitions.publish(by=sold.cast["group_manager"], at=AT, version=number)


def refused(sold: Sold, given: dict[str, Any], since: date = date(2026, 3, 1), **more: Any) -> Any:
    number = drafted(sold, given, since, **more)
    with pytest.raises(definitions.HasFindings) as found:
        definitions.publish(by=sold.cast["group_manager"], at=AT, version=number)
    assert m.DefinitionVersion.objects.get(pk=number).state == "draft"
    return [(one.code, one.place) for one in found.value.findings]


TWICE = [("paid_twice", "pay_plans.new_pay.replaces")]


def test_without_a_choice_a_second_plan_is_refused(sold):
    assert refused(sold, body()) == TWICE
    assert refused(sold, body(outlets=["N1"])) == TWICE
    assert refused(sold, body(), outlet=sold.cast.outlet.pk) == TWICE
    published(sold, body(posts=["team_lead"]))


def test_what_begins_later_or_holds_at_one_outlet_is_met_too(sold):
    published(sold, body("april_pay", posts=["team_lead"]), date(2026, 4, 1))
    assert refused(sold, body(posts=["team_lead"])) == TWICE
    own = body("own_pay", posts=["team_lead"], beside=["april_pay"])
    published(sold, own, date(2026, 4, 1), outlet=sold.cast.sister.pk)
    told = body(posts=["team_lead"], beside=["april_pay"])
    assert refused(sold, told, date(2026, 5, 1)) == TWICE


def test_it_names_plans_that_are_in_force_and_what_gave_way_stays_so(sold):
    assert refused(sold, body(replaces=["nothing_pay"], beside=["consultant_pay"])) == [
        ("no_such_plan", "pay_plans.new_pay.replaces")
    ]
    published(sold, body(replaces=["consultant_pay"]))
    again = {**PLAN, "zh": "又改"}
    assert refused(sold, again, date(2026, 4, 1)) == [("replaced", "pay_plans.consultant_pay.code")]
    dropped = body()
    assert refused(sold, dropped, date(2026, 4, 1)) == TWICE


def test_a_pack_of_examples_cannot_be_published_at_once(sold):
    with pytest.raises(definitions.HasFindings):
        definitions.install(by=sold.cast["operator"], at=AT, pack="published", valid_from=AT.date())
    assert not m.DefinitionVersion.objects.filter(code="toy_consultant").exists()


def paid_by(sold: Sold, month: int) -> list[str]:
    found = pay.statements(sold.cast["finance"], "N1", month)
    return [one.plan for one in found if one.person.id == sold.cast.people["zhang"].pk]


def rows(sold: Sold, month: int) -> list[str]:
    seen = pay.months.month(sold.cast["finance"], MonthAsked(month))
    return [row.plan for row in seen.rows if row.outlet.code == "N1"]


def worked_out(sold: Sold, month: int) -> list[str]:
    """The plans that are calculated where none is named."""
    return [made.definition for made in pay.calculations(sold.cast["finance"], ["N1"], month)]


def test_the_old_plan_pays_to_its_month_and_settles_what_it_left(sold):
    """What it held of February is released by a run of its own, in which nobody earns.

    What comes after the last of these runs opens another one.
    """
    published(sold, body(replaces=["consultant_pay"]))
    assert [paid_by(sold, month) for month in (FEBRUARY, MARCH)] == [
        ["consultant_pay"], ["new_pay"]
    ]  # fmt: skip
    assert rows(sold, MARCH) == ["new_pay"]
    steps = ("review", "approve", "close")
    brought(sold.cast, calculated(sold.cast, FEBRUARY, plan="consultant_pay"), *steps)
    assert rows(sold, MARCH) == ["new_pay", "consultant_pay"]

    run = brought(sold.cast, calculated(sold.cast, MARCH, plan="consultant_pay"), *steps)
    lines = m.PayLine.objects.filter(run=run, person=sold.cast.people["zhang"])
    assert [(line.entry, line.fen) for line in lines if line.fen] == [("release", 12_000)] * 3
    run = brought(sold.cast, calculated(sold.cast, MARCH), *steps)
    assert (run.definition, run.total) == ("new_pay", 100_000)
    assert rows(sold, APRIL) == ["new_pay", "consultant_pay"]
    brought(sold.cast, calculated(sold.cast, APRIL, plan="consultant_pay"), *steps)
    assert rows(sold, 202605) == worked_out(sold, 202605) == ["new_pay"]

    sold.returned(sold.cars[0])
    both = ["new_pay", "consultant_pay"]
    assert rows(sold, 202605) == worked_out(sold, 202605) == both
    run = calculated(sold.cast, 202605, plan="consultant_pay")
    taken = m.PayLine.objects.filter(run=run, fen__lt=0, origin_run__isnull=False)
    assert {line.entry for line in taken} == {"adjustment", "clawback"}


def test_a_plan_paid_besides_pays_both(sold):
    published(sold, body(beside=["consultant_pay"]))
    assert paid_by(sold, MARCH) == ["consultant_pay", "new_pay"]


def test_it_takes_over_those_alone_whom_it_is_for(sold):
    """Who is not of its level stays with the old plan; a typed line goes where the post goes."""
    sold.cast.people["zhang"].posts.update(level="senior")
    published(sold, body(levels=["senior"], replaces=["consultant_pay"]))
    found = pay.statements(sold.cast["finance"], "N1", MARCH)
    people = sold.cast.people
    by_plan = {one.person.id: one.plan for one in found}
    assert by_plan[people["zhang"].pk] == "new_pay"
    assert by_plan[people["li"].pk] == "consultant_pay"
    line = Asked(sold.cast.outlet.pk, MARCH, people["zhang"].pk, 5_000, "补")
    asked = verbs.ask_manual(by=sold.cast["hr"], at=LATER, asked=line)
    verbs.approve_manual(by=sold.cast["finance"], at=LATER, line=asked.id)
    run = calculated(sold.cast, MARCH, plan="new_pay")
    assert m.PayLine.objects.filter(run=run, component="manual").count() == 1


STEPS = ("review", "approve", "close")


def test_a_plan_paid_besides_for_months_that_have_runs_is_published_knowingly_alone(sold):
    """A month that is closed stays, and its people are paid once more by the new plan's own run."""
    old = brought(sold.cast, calculated(sold.cast, FEBRUARY, plan="consultant_pay"), *STEPS)
    calculated(sold.cast, MARCH, plan="consultant_pay")
    published(sold, body("lead_pay", posts=["team_lead"]), date(2026, 2, 1))
    number = drafted(sold, body(beside=["consultant_pay"]), date(2026, 2, 1))
    publisher = sold.cast["group_manager"]
    with pytest.raises(MonthsAreRun) as told:
        definitions.publish(by=publisher, at=AT, version=number)
    assert told.value.place == {"months": "2026-02, 2026-03", "closed": "2026-02", "people": 3}
    assert m.DefinitionVersion.objects.get(pk=number).state == "draft"

    definitions.publish(by=publisher, at=AT, version=number, knowing=True)
    said = json.loads(m.AuditEntry.objects.filter(verb="definitions.publish").latest("id").body)
    assert (said["knowing"], said["closed"], said["open"]) == (True, [FEBRUARY], [MARCH])
    again = calculated(sold.cast, FEBRUARY, plan="new_pay")
    old.refresh_from_db()
    assert (old.state, again.state) == ("closed", "calculated")
    assert again.total > 0 < old.total


def test_a_plan_replaces_no_month_that_the_other_one_has_paid(sold):
    """A month only worked out goes over to the new plan; a closed one would be paid twice."""
    march = calculated(sold.cast, MARCH, plan="consultant_pay")
    number = drafted(sold, body(replaces=["consultant_pay"]), date(2026, 3, 1))
    definitions.publish(by=sold.cast["group_manager"], at=AT, version=number, knowing=True)
    assert calculated(sold.cast, MARCH, plan="consultant_pay").total < march.total

    brought(sold.cast, calculated(sold.cast, MARCH, plan="new_pay"), *STEPS)
    number = drafted(sold, body("newer_pay", replaces=["new_pay"]), date(2026, 3, 1))
    with pytest.raises(PaidAlready) as told:
        definitions.publish(by=sold.cast["group_manager"], at=AT, version=number, knowing=True)
    assert told.value.place == {
        "closed": "2026-03", "plans": Words("新提成", "New pay"), "field": "valid_from",
    }  # fmt: skip
    assert m.DefinitionVersion.objects.get(pk=number).state == "draft"


def test_a_plan_that_begins_after_the_last_run_asks_nothing(sold):
    brought(sold.cast, calculated(sold.cast, FEBRUARY, plan="consultant_pay"), *STEPS)
    published(sold, body(replaces=["consultant_pay"]))


def test_what_is_owed_under_the_old_plan_is_taken_from_the_pay_of_the_new_one(sold):
    """Of the old one nothing is paid any more; what it holds besides stays with it until then."""
    published(sold, body(replaces=["consultant_pay"]))
    cast, zhang, steps = sold.cast, sold.cast.people["zhang"], ("review", "approve", "close")
    for month, plans in ((FEBRUARY, ["consultant_pay"]), (MARCH, ["new_pay", "consultant_pay"])):
        for plan in plans:
            brought(cast, calculated(cast, month, plan=plan), *steps)
    sold.returned(sold.cars[0])
    brought(cast, calculated(cast, APRIL), *steps)
    april = brought(cast, calculated(cast, APRIL, plan="consultant_pay"), *steps)
    assert [row.fen for row in m.PayBalance.objects.filter(run=april)] == [130_000]

    sold.car("zhang", date(2026, 5, 5))
    may = [calculated(cast, 202605, plan=plan) for plan in ("consultant_pay", "new_pay")]
    assert [run.total for run in may] == [0, 0]
    for run in may:
        brought(cast, run, *steps)
    lines = m.PayLine.objects.filter(run=may[1], person=zhang, entry="carry").order_by("id")
    assert [line.fen for line in lines] == [-130_000, 30_000]
    assert m.PayInput.objects.get(run=may[1], person=zhang).taken[-1] == -april.pk
    sold.car("zhang", date(2026, 6, 5))
    assert calculated(cast, 202606).total == 70_000
    assert worked_out(sold, 202606) == ["new_pay"]


DRAW = {"code": "advance", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 500}
GIFT = {**DRAW, "kind": "non_recoverable", "amount": 3_400}


def drawn(sold: Sold, **new: Any) -> list[int]:
    """What Zhang is paid for three cars a month in March and April, after a draw of 700.

    In February he was filled up from 3,300 to 4,000; of what he earns 3,000 are left to him.
    """
    cast, zhang, steps = sold.cast, sold.cast.people["zhang"], ("review", "approve", "close")
    planned(draws=[{**DRAW, "amount": 4_000, "keep": 3_000}])
    if "code" in new:
        published(sold, body(replaces=["consultant_pay"], **new))
    else:
        planned(date(2026, 3, 1), **new)
    brought(cast, calculated(cast, FEBRUARY, plan="consultant_pay"), *steps)
    assert m.PayBalance.objects.get(kind="drawn", person=zhang).fen == 70_000
    for day in (date(2026, 3, 4), date(2026, 3, 5), *(date(2026, 4, n) for n in (1, 2, 3))):
        sold.car("zhang", day)
    found = []
    for month in (MARCH, APRIL):
        run = calculated(cast, month, plan=new.get("code", "consultant_pay"))
        found.append(m.PayInput.objects.get(run=run, person=zhang).payable)
        brought(cast, run, *steps)
    left = m.PayBalance.objects.filter(kind="drawn", person=zhang, run__period=APRIL)
    return [*found, sum(left.values_list("fen", flat=True))]


def test_what_was_drawn_is_taken_back_by_the_same_draw_of_the_new_plan(sold: Sold) -> None:
    assert drawn(sold, code="new_pay", draws=[DRAW]) == [260_000, 330_000, 0]
    old = calculated(sold.cast, MARCH, plan="consultant_pay")
    assert not m.PayInput.objects.filter(run=old, person=sold.cast.people["zhang"]).exists()


@pytest.mark.parametrize(
    ("new", "fen"),
    [
        ({"code": "new_pay"}, 300_000),
        ({"code": "new_pay", "draws": [GIFT]}, 340_000),
        ({"draws": []}, 300_000),
    ],
    ids=["replaced without it", "replaced by one that is a gift", "a version without it"],
)
def test_a_draw_that_is_no_more_is_taken_back_as_it_was_said_then(
    sold: Sold, new: dict[str, Any], fen: int
) -> None:
    """Nothing is drawn any more, and what is above 3,000 is taken back, month by month."""
    assert drawn(sold, **new) == [fen, fen, 10_000]
    lines = m.PayLine.objects.filter(entry="recovery").order_by("id")
    assert [(line.component, line.fen) for line in lines] == [("advance", -30_000)] * 2
    assert [one.broken for one in replayed(sold.cast["finance"])] == [()] * 3
    zhang = sold.cast.people["zhang"]
    plan = new.get("code", "consultant_pay")
    shown = pay.statement(sold.cast["finance"], zhang.number, APRIL, plan=plan, outlet="N1")
    assert [(one.zh, one.fen) for one in shown.balances] == [("预支", 10_000)]


@pytest.mark.parametrize("later", ["zhang", "li"])
def test_each_takes_back_what_he_drew_himself(sold: Sold, later: str) -> None:
    """Who came after the draw was given has nothing to take back, whoever stands first."""
    cast, steps = sold.cast, ("review", "approve", "close")
    planned(draws=[{**DRAW, "amount": 4_000}])
    published(sold, body(replaces=["consultant_pay"]))
    post = m.Post.objects.filter(person=cast.people[later])
    since = post.get().since
    post.update(since=date(2026, 3, 1))
    drew = cast.people["li" if later == "zhang" else "zhang"]
    brought(cast, calculated(cast, FEBRUARY, plan="consultant_pay"), *steps)
    post.update(since=since)
    for day in range(1, 10):
        sold.car("zhang", date(2026, 3, day))
        sold.car("li", date(2026, 3, day))
    run = calculated(cast, MARCH, plan="new_pay")
    lines = m.PayLine.objects.filter(run=run, entry="recovery")
    assert list(lines.values_list("person", flat=True)) == [drew.pk]


def test_debts_of_many_are_told_at_once(sold: Sold) -> None:
    """However many drew in however many months: the old plan is read once, and their inputs."""
    cast, steps = sold.cast, ("review", "approve", "close")
    planned(draws=[{**DRAW, "amount": 4_000}])
    for month in (FEBRUARY, MARCH):
        brought(cast, calculated(cast, month, plan="consultant_pay"), *steps)
    published(sold, body(replaces=["consultant_pay"]), date(2026, 4, 1))
    with CaptureQueriesContext(connection) as asked:
        calculated(cast, APRIL, plan="new_pay")
    told = [one["sql"] for one in asked]
    texts = [sql for sql in told if '"text" FROM "records_payinput"' in sql]
    plans = [sql for sql in told if '"digest" = ' in sql and sql.startswith("SELECT")]
    assert (len(texts), len(plans)) == (1, 1)


@pytest.mark.parametrize("first", ["consultant_pay", "new_pay"])
def test_a_debt_beside_what_is_held_does_not_wait_for_its_release(sold: Sold, first: str) -> None:
    """The new plan takes the debt from its pay; what is held stays, and is released by the old."""
    cast, zhang, steps = sold.cast, sold.cast.people["zhang"], ("review", "approve", "close")
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    published(sold, body(replaces=["consultant_pay"]))
    plans = sorted(["consultant_pay", "new_pay"], key=lambda code: code != first)

    def month(number: int) -> dict[str, tuple[int, dict[str, int]]]:
        """By plan what Zhang is paid, and what is left of each kind."""
        runs = [calculated(cast, number, plan=code) for code in plans]
        found = {}
        for run in (brought(cast, one, *steps) for one in runs):
            rows = m.PayBalance.objects.filter(run=run, person=zhang)
            paid = m.PayInput.objects.filter(run=run, person=zhang).values_list(
                "payable", flat=True
            )
            left: dict[str, int] = {}
            for row in rows:
                left[row.kind] = left.get(row.kind, 0) + row.fen
            found[run.definition] = (sum(paid), left)
        return found

    brought(cast, calculated(cast, FEBRUARY, plan="consultant_pay"), *steps)
    month(MARCH)
    sold.returned(sold.cars[0])
    april = month(APRIL)
    assert april["consultant_pay"] == (0, {"due": 114_000, "held": 20_000})
    sold.car("zhang", date(2026, 5, 5))
    may = month(202605)
    assert may == {"consultant_pay": (0, {"held": 20_000}), "new_pay": (0, {"due": 14_000})}
    verbs.release_event(
        by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 5),
    )  # fmt: skip
    sold.car("zhang", date(2026, 6, 5))
    assert month(202606) == {"consultant_pay": (10_000, {"held": 10_000}), "new_pay": (86_000, {})}
