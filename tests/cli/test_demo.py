"""`cheji demo`: the invented group is believable, the same every time, and refuses real data."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from cast import Cast
from cheji import packs
from cheji.cli.demo import loading, paying, words
from cheji.cli.demo.accounts import ACCOUNTS, PASSWORD
from cheji.cli.demo.calendar import Calendar, days
from cheji.cli.demo.counts import TRADES
from cheji.cli.demo.paying import PLANS
from cheji.cli.demo.people import SPECIALISTS
from cheji.engine.kinds import AHEAD
from cheji.engine.scores import replay, seal
from cheji.facts import mirror, rebuilding
from cheji.reads import kpis
from cheji.reads.kpis import sheet
from cheji.records import models as m
from cheji.records.visibility import operator
from cli.months import run
from engines import BESIDE, agree
from paying import FEBRUARY, Sold, gone, paid, planned

AT = datetime(2026, 3, 20, 9, tzinfo=UTC)
SEED = 20
pytestmark = pytest.mark.django_db


def load(months: int = 5) -> dict[str, int]:
    return loading.load("outlet", SEED, AT, lambda _title, _done, _total: None, months=months)


def told() -> Counter[tuple[object, ...]]:
    """The net facts by the outlet's code and the person's number, without any id."""
    outlets = dict(m.Unit.objects.values_list("id", "code"))
    people = dict(m.Person.objects.values_list("id", "number"))
    found: Counter[tuple[object, ...]] = Counter()
    columns = ("kind", "on_date", "since", "model", "channel", "level", "tags", "fen", "value")
    for outlet, person, quantity, *more in m.Fact.objects.values_list(
        "outlet", "person", "quantity", *columns
    ):
        found[(outlets[outlet], people.get(person), *more)] += quantity
    return Counter({key: number for key, number in found.items() if number})


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Loaded once, when the first test asks; those that want an empty database stand above them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


def test_the_same_seed_and_day_tell_the_same_story(db: None) -> None:
    with transaction.atomic():
        load(months=2)
        first = told()
        transaction.set_rollback(True)
    assert m.Fact.objects.count() == 0
    load(months=2)
    assert told() == first


STAGES = ["日常操作", "考核周期", "提交", "提成计算"]


def test_each_stage_is_told_where_no_terminal_shows_a_bar_and_today_is_the_last_day(
    db: None,
) -> None:
    today = timezone.localdate()
    said = run("demo", "--no-serve", "--size", "outlet").stderr.splitlines()
    assert said[0] == "编写门店日志 / Writing the days …"
    assert said[1:-4] == [f"{title} …" for title, _kind in loading.MASS]
    assert [stage.split(" / ")[0] for stage in said[-4:]] == STAGES
    last = m.Visit.objects.latest("on_date").on_date
    assert today - timedelta(days=7) < last <= timezone.localdate()


def test_real_data_are_left_alone(db: None) -> None:
    Cast()
    refused = run("demo", "--no-serve", code=2)
    assert "data of your own" in refused.stderr
    assert m.Unit.objects.filter(code="DEMO").count() == 0


def test_a_deal_that_is_accepted_is_paid_by_the_run_that_closes(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decided of an exception is worked in before the demo's own people close."""
    monkeypatch.setattr(paying, "PLANS", {})
    sold = Sold()
    planned()
    gone(sold, "li", last=date(2026, 1, 31))
    cast, at = sold.cast, datetime(2026, 4, 20, 9, tzinfo=UTC)
    does = {
        "hr": "manager",
        "region": "region_head",
        "group": "group_manager",
        "finance": "finance",
    }
    everywhere = frozenset(m.Unit.objects.values_list("pk", flat=True))
    crew = {name: paying._Hand(cast[who], everywhere) for name, who in does.items()}
    paying._month(FEBRUARY, at, operator(at.date()), crew)
    run = m.Run.objects.get(kind="pay", outlet=cast.outlet)
    assert (run.state, m.PayException.objects.get().how) == ("closed", "accept")
    assert paid(run, cast.people["li"]) == [
        ("unit_bonus", "earning", 50_000), ("gross_share", "earning", 50_000),
    ]  # fmt: skip


def test_an_interrupted_load_leaves_nothing(db: None) -> None:
    def stop(title: str, _done: int, _total: int) -> None:
        if "Deliveries" in title:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.load("outlet", SEED, AT, stop, months=2)
    assert m.Unit.objects.count() == 0


def test_facts_equal_the_rebuilt_ones(demo: dict[str, int]) -> None:
    assert rebuilding.rebuild() > 5_000
    assert rebuilding.differences() == []


def test_the_sheet_tells_a_believable_month(demo: dict[str, int]) -> None:
    found = sheet(operator(AT.date()), code="kpi", year=2026, outlet="BJ01")
    values = {line.kpi.code: line.cells[1].value for line in found.lines}
    assert 0.55 < values["document_rate"] < 0.8
    assert 0.05 < values["open_conversion"] < 0.25
    assert 0.1 < values["new_conversion"] < 0.35
    assert 0.5 < values["delivery_rate"] < 0.9
    sides = [side for identity in found.identities for side in identity.sides if side]
    assert len(sides) == 4 * 3  # four identities, January to March
    assert [side for side in sides if not side.holds] == []


def test_the_targets_of_those_below_add_up_to_the_one_above(demo: dict[str, int]) -> None:
    kept = m.Target.objects.filter(kpi="deliveries", grain="month")
    by = {
        name: Counter(dict(kept.filter(**where).values_list("period").annotate(Sum("value"))))
        for name, where in {
            "people": {"person__isnull": False},
            "team": {"unit__kind": "team"},
            "outlet": {"unit__kind": "outlet"},
            "region": {"unit__kind": "region"},
            "group": {"unit__kind": "group"},
        }.items()
    }
    assert len(by["group"]) == 24  # last year and this one
    assert by["group"] == by["region"] == by["outlet"]
    split = {month: goal for month, goal in by["outlet"].items() if month in by["people"]}
    assert by["people"] == by["team"] == split
    assert {month for month, goal in by["people"].items() if goal} >= {202602, 202603, 202612}


def test_those_beside_the_floor_have_targets_too(demo: dict[str, int]) -> None:
    kept = m.Target.objects.filter(period=202602, person__posts__role__in=SPECIALISTS)
    found = kept.values_list("person__posts__role", "kpi", "value")
    assert {(role, kpi) for role, kpi, value in found if value} == {*TRADES.items()}


#: Nothing of these happened in the demo's few months, and rightly so.
NONE_HAPPENED = {
    "orders_unclassified": "every order of the demo has its card",
    "fee_sales_points": "a year after the demo's few months fees and sales have both ceased",
}


def test_every_kpi_of_every_pack_has_a_value(demo: dict[str, int]) -> None:
    """In one of the last months, or a year later where it looks back on them."""
    codes = [kpi.code for code in packs.codes() for kpi in packs.load(code).definitions.kpis]
    asked = list(dict.fromkeys(codes))
    found: dict[str, set[object]] = {code: set() for code in asked}
    for year in (2026, 2027):
        table = kpis.values(
            operator(date(year, 3, 20)), kpis=asked, by="outlet", grain="month",
            first=(year - 1) * 100 + 11, last=year * 100 + 3,
        )  # fmt: skip
        for row in table.rows:
            for code, cell in zip(asked, row.cells, strict=True):
                found[code].add(cell.value)
    assert {code for code, seen in found.items() if seen == {None}} == set()
    assert {code for code, seen in found.items() if seen <= {None, 0}} == set(NONE_HAPPENED)


@pytest.mark.parametrize("engine", BESIDE)
def test_three_engines_tell_the_same_of_the_demo(
    engine: str, demo: dict[str, int], tmp_path: Path, settings: Any
) -> None:
    settings.CHEJI_DATA = tmp_path
    mirror.append(mirror.folder())
    assert agree(operator(AT.date()), engine, settings, ("nation", "person")) > 150


def test_everything_that_a_floor_knows_is_there(demo: dict[str, int]) -> None:
    kinds = set(m.Fact.objects.values_list("kind", flat=True))
    wanted = {"visit_first", "visit_return", "visit_other", "lead", "ad_spend", "ad_subsidy"}
    wanted |= {"order_signed", "order_cancelled", "delivery", "delivery_trade_in", "stock_in"}
    wanted |= {"intent_opened", "intent_raised", "intent_dropped", "intent_lost", "intent_out"}
    wanted |= {"intent_dormant", "intent_returned", "intent_reactivated", "line_cost"}
    assert wanted - kinds == set()
    assert m.Fact.objects.filter(kind="delivery", channel="second_tier").exists()
    assert m.Customer.objects.filter(phone_index__isnull=True).exists()
    assert m.Prospect.objects.filter(owner__isnull=True).exists()
    assert m.OrderShare.objects.filter(share__lt=10_000).exists()
    assert m.Person.objects.filter(left_on__isnull=False).exists()
    assert m.Target.objects.filter(person__isnull=False, period=202603).exists()


def test_nothing_but_what_falls_due_lies_in_the_future(demo: dict[str, int]) -> None:
    ahead = set(m.Fact.objects.filter(on_date__gt=AT.date()).values_list("kind", flat=True))
    assert ahead - AHEAD == set()


def test_each_role_signs_in(demo: dict[str, int], client: Client) -> None:
    for account in ACCOUNTS:
        assert client.login(username=account.username, password=PASSWORD)
        user = m.User.objects.get(username=account.username)
        assert user.person.posts.filter(role=account.role, until__isnull=True).count() == 1
    assert {account.role for account in ACCOUNTS} == set(m.Post.Role.values)


def test_each_post_that_sells_is_paid_by_a_plan_of_its_own(demo: dict[str, int]) -> None:
    runs = Counter(m.Run.objects.filter(kind="pay").values_list("definition", flat=True))
    plans = {code for code, _zh, _en in PLANS.values()} | {"consultant_pay"}
    assert runs == dict.fromkeys(plans, 3)
    kept = m.DefinitionVersion.objects.filter(kind="pay_plan", author__isnull=False)
    assert set(kept.values_list("author__username", "approver__username")) == {("hr", "group")}
    assert m.PayException.objects.exclude(kind="no_post").count() == 0


def test_pay_shows_a_budget_what_is_held_and_a_car_given_back(demo: dict[str, int]) -> None:
    """The consultants' second version holds until plates; the next month releases and corrects."""
    lines = m.PayLine.objects.filter(run__definition="consultant_pay")
    told = Counter(lines.values_list("run__period", "entry"))
    assert told[202512, "reserve"] == 0
    assert min(told[202601, "reserve"], told[202602, "release"], told[202602, "reserve"]) > 0
    back = m.Delivery.objects.get(void=True, note="质量问题，客户退车")
    taken = lines.filter(run__period=202602, source=back.pk, fen__lt=0)
    assert set(taken.values_list("entry", flat=True)) == {"clawback"}
    assert lines.filter(run__period=202602, source=back.pk, code="reserve_back").count() == 1
    spent = lines.filter(component="campaign").values_list("run__period").annotate(Sum("fen"))
    assert set(dict(spent)) == {202601, 202602}
    assert max(dict(spent).values()) == paying.BUDGET * 100
    over = m.RejectedRow.objects.filter(component="campaign", code="budget")
    assert over.count() > 0


def test_a_second_demo_starts_at_once(demo: dict[str, int]) -> None:
    before = m.Fact.objects.count()
    said = run("demo", "--no-serve").stdout
    assert PASSWORD in said
    assert "Demo data loaded" not in said
    assert m.Fact.objects.count() == before


def test_frame_numbers_have_the_right_check_digit() -> None:
    weights, values = words.WEIGHTS, words.VALUES

    def fits(vin: str) -> bool:
        total = sum(
            weight * (int(sign) if sign.isdigit() else values[sign])
            for weight, sign in zip(weights, vin, strict=True)
        )
        return vin[8] == "0123456789X"[total % 11]

    assert fits("1M8GDM9AXKP042788")  # the standard's own example
    assert all(fits(words.vin(serial, 2026)) for serial in range(0, 900_000, 7_001))
    assert len(words.vin(1, 2026)) == 17


def test_phones_are_mobiles_and_never_twice() -> None:
    taken: set[str] = set()
    found = [words.phone(Random(place), taken) for place in range(500)]
    assert len(set(found)) == 500
    assert [one for one in found if not re.fullmatch(r"1[3-9]\d{9}", one)] == []


def test_the_calendar_knows_seasons_and_feasts() -> None:
    calendar = Calendar(date(2025, 1, 1), date(2025, 12, 31))
    weights = {on: calendar.weight(on) for on in days(date(2025, 1, 1), date(2026, 1, 1))}
    assert weights[date(2025, 1, 30)] == 0.15  # 春节
    assert weights[date(2025, 10, 2)] > weights[date(2025, 10, 16)]  # National Day
    assert weights[date(2025, 9, 20)] > weights[date(2025, 9, 17)]  # Saturday, Wednesday
    assert weights[date(2025, 12, 20)] > weights[date(2025, 7, 19)]  # season
    assert 0.8 < sum(weights.values()) / len(weights) < 1.2


def test_last_quarter_is_appraised_to_the_end_and_this_month_begun(demo: dict[str, int]) -> None:
    """Who joined, left and moved; a violation, calibration, a delegate, an appeal: by users."""
    past, running = m.Cycle.objects.order_by("until")
    assert (past.period, past.state) == (20254, "applied")
    assert (running.period, running.state) == (202603, "self")
    rows = past.appraisals.filter(left_out="")
    whole = (past.until - past.since).days
    parts = Counter(row.person_id for row in rows)
    assert max(parts.values()) == 2
    assert {row.since > past.since for row in rows} == {True, False}
    gone = [row for row in rows if row.until < past.until and parts[row.person_id] == 1]
    assert {0 < row.days < whole for row in gone} == {True}
    moves = m.CalibrationMove.objects.filter(cycle=past)
    assert {move.made_by.username for move in moves} == {"region"}
    assert set(m.Violation.objects.values_list("state", flat=True)) == {"decided", "dismissed"}
    assert m.StepTask.objects.exclude(delegate=None).count() == 1
    appeal = m.Appeal.objects.get()
    assert (appeal.state, appeal.adjustment.after > appeal.adjustment.before) == ("partly", True)
    assert m.Outcome.objects.filter(cycle=past, state="declined").count() > 0
    for kept in m.RunInput.objects.all():
        assert seal(replay(kept.text)) == kept.outcome
    tasks = m.StepTask.objects.filter(appraisal__cycle=running, step="self")
    assert set(tasks.values_list("way", flat=True)) == {"", "done"}
    assert m.AuditEntry.objects.filter(verb__startswith="appraisals.", actor=None).count() == 0
