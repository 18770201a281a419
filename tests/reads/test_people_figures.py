"""Cockpit, targets, score cards, pay: who sees whose, the figures, and a kept run before live."""

from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import packed_world

from beginnings import begun
from cast import AT, ROLES
from cheji.reads import appraisals, audit, imports, messages, pay, targets
from cheji.reads.asking import Asked
from cheji.reads.cockpit import cockpit
from cheji.records import audit as log
from cheji.records import models as m
from cheji.records.refusals import NotFound
from cheji.records.seals import seal_of
from paying import calculated

pytestmark = pytest.mark.django_db
MARCH = 202603


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


def set_target(kpi, value, period=MARCH, grain="month", **whose):
    m.Target.objects.create(kpi=kpi, value=value, period=period, grain=grain, **whose)


# -- cockpit -----------------------------------------------------------------------------------


def test_the_cockpit_opens_at_each_ones_own_place(world):
    homes = {
        "zhang": ("person", "ZHANG"), "lead": ("team", "T1"), "manager": ("outlet", "N1"),
        "region_head": ("region", "N"), "finance": ("region", "N"), "hr": ("nation", "G"),
        "group_manager": ("nation", "G"), "auditor": ("nation", "G"), "operator": ("nation", "G"),
        "marketing": ("outlet", "N1"),
    }  # fmt: skip
    for role, home in homes.items():
        seen = cockpit(world.cast[role])
        assert (seen.of.kind, seen.of.code) == home
        assert seen.path[-1] == seen.of
    for role in ("care", "stock", "administrator"):
        with pytest.raises(NotFound):
            cockpit(world.cast[role])


def test_cards_hold_values_targets_and_changes(world):
    cast = world.cast
    set_target("deliveries", 80_000, unit=cast.outlet)
    set_target("gross", 1_000_000, unit=cast.outlet)
    world.add("outlet", "li", date(2026, 2, 20))
    world.add("outlet", "li", date(2025, 3, 5))
    world.add("outlet", "li", date(2025, 3, 6))
    seen = cockpit(cast["manager"])
    cards = {card.kpi.code: card for card in seen.cards}
    deliveries = cards["deliveries"]
    assert (deliveries.value, deliveries.target, deliveries.done) == (4, 8, Fraction(1, 2))
    assert (deliveries.previous, deliveries.mom) == (1, 3)
    assert (deliveries.last_year, deliveries.yoy) == (2, 1)
    assert (cards["gross"].value, cards["gross"].target) == (20_000, 10_000)
    assert [(s.kpi.code, s.value) for s in seen.funnel][-1] == ("deliveries", 4)
    assert seen.trend[-1].cells[2].value == 4
    assert [point.period for point in seen.trend][:2] == [202503, 202504]
    assert seen.under_by == "person"
    assert sum(row.cells[3].value for row in seen.under) == 4
    assert seen.under[-1].of.kind == "unassigned"


def test_a_region_lists_outlets_and_a_nation_regions(world):
    seen = cockpit(world.cast["region_head"])
    assert [row.of.code for row in seen.under] == ["N1", "N2"]
    nation = cockpit(world.cast["group_manager"])
    assert [(row.of.code, row.cells[3].value) for row in nation.under] == [("N", 5), ("S", 1)]
    below = cockpit(world.cast["group_manager"], unit="N1")
    assert [of.code for of in below.path] == ["G", "N", "N1"]
    assert [of.code for of in cockpit(world.cast["manager"]).path] == ["N1"]


def test_a_cockpit_out_of_reach_is_not_there(world):
    for role, asked in (
        ("zhang", {"unit": "N1"}), ("zhang", {"person": "LI"}), ("lead", {"person": "WANG"}),
        ("lead", {"unit": "N1/T2"}), ("manager", {"unit": "N"}), ("finance", {"unit": "G"}),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            cockpit(world.cast[role], **asked)
    assert cockpit(world.cast["lead"], person="LI").cards[3].value == 1


def test_today_counts_what_waits_in_scope(world):
    cast, floor = world.cast, world.floor
    for owner, due in (("zhang", date(2026, 3, 20)), ("zhang", date(2026, 3, 1)), ("li", None)):
        customer = floor.customer(cast.outlet, cast.people[owner])
        floor.prospect(customer, next_follow_up_on=due)
    floor.order(cast.outlet, cast.people["li"], promised_on=date(2026, 3, 1))
    today = cockpit(cast["zhang"]).today
    assert (today.due, today.overdue, today.late_orders) == (2, 1, 0)
    assert cockpit(cast["lead"]).today.late_orders == 1
    assert cockpit(cast["hr"]).today.due == 0


# -- targets -----------------------------------------------------------------------------------


def test_the_grid_sums_people_against_the_outlet(world):
    cast = world.cast
    set_target("deliveries", 100_000, unit=cast.outlet)
    set_target("deliveries", 60_000, person=cast.people["zhang"], outlet=cast.outlet)
    set_target("deliveries", 30_000, person=cast.people["li"], outlet=cast.outlet)
    set_target("deliveries", 10_000, 202604, person=cast.people["li"], outlet=cast.outlet)
    m.TargetLock.objects.create(unit=cast.north, period=202603, made_at=AT)
    m.TargetLock.objects.create(unit=cast.sister, period=202604, made_at=AT)
    grid = targets.grid(cast["manager"], kpi="deliveries", unit="N1", year=2026)
    assert [cell.locked for cell in grid.rows[0].cells[1:4]] == [False, True, False]
    assert [row.of.code for row in grid.rows] == ["LI", "WANG", "ZHANG"]
    assert (grid.parent.cells[2].value, grid.sums[2], grid.gaps[2]) == (10, 9, 1)
    assert grid.rows[0].total == 4
    assert (grid.rows[0].cells[2].locked, grid.rows[1].cells[2].version) == (True, 0)
    assert grid.may_write
    rate = targets.grid(cast["manager"], kpi="new_conversion", unit="N1", year=2026)
    assert (rate.additive, rate.sums[2], rate.parent.total) == (False, None, None)
    for role in ("far_manager", "zhang", "lead", "administrator"):
        with pytest.raises(NotFound):
            targets.grid(cast[role], kpi="deliveries", unit="N1", year=2026)
    assert not targets.grid(cast["hr"], kpi="deliveries", unit="N", year=2026).may_write


def test_a_quarters_target_is_its_months_unless_it_has_its_own(world):
    cast = world.cast
    for month in (202601, 202602, 202603):
        set_target("deliveries", 20_000, month, unit=cast.outlet)
    card = {c.kpi.code: c for c in cockpit(cast["manager"], grain="quarter").cards}["deliveries"]
    assert card.target == 6
    set_target("deliveries", 90_000, 20261, "quarter", unit=cast.outlet)
    card = {c.kpi.code: c for c in cockpit(cast["manager"], grain="quarter").cards}["deliveries"]
    assert card.target == 9


# -- score cards and pay -----------------------------------------------------------------------

ALL = {"LI", "WANG", "ZHANG"}
SCORES = {
    "zhang": {"ZHANG"}, "li": {"LI"}, "lead": {"LI", "ZHANG"},
    "wang": {"WANG"}, "manager": ALL, "region_head": ALL, "finance": ALL, "hr": ALL,
    "auditor": ALL, "group_manager": ALL, "operator": ALL,
}  # fmt: skip
PAY = {**SCORES, "lead": set()}


def numbers(read, viewer):
    try:
        return {item.person.number for item in read(viewer, "N1", MARCH)}
    except NotFound:
        return None


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_whose_score_and_pay(world, role):
    viewer = world.cast[role]
    for read, single, expected in (
        (appraisals.score_cards, appraisals.score_card, SCORES),
        (pay.statements, pay.statement, PAY),
    ):
        assert (numbers(read, viewer) or set()) == expected.get(role, set())
        for number in ("ZHANG", "LI", "WANG"):
            if number in expected.get(role, set()):
                assert single(viewer, number, MARCH).person.number == number
            else:
                with pytest.raises(NotFound):
                    single(viewer, number, MARCH)


def test_a_score_is_the_schemes_over_own_targets(world):
    cast = world.cast
    set_target("deliveries", 10_000, person=cast.people["zhang"], outlet=cast.outlet)
    card = appraisals.score_card(cast["zhang"], "ZHANG", MARCH)
    items = {item.kpi.code: item for item in card.items}
    assert (items["deliveries"].value, items["deliveries"].attainment) == (1, 1)
    assert items["new_conversion"].value is None
    # 5,000 of 36,000 gross is below the gate; deliveries and gross share the 20 left out.
    assert (card.total, card.grade, card.coefficient) == (Fraction(125, 2), "C", Fraction(3, 5))
    assert card.state == "estimate"
    assert appraisals.score_card(cast["lead"], "ZHANG", MARCH).total == card.total


def test_a_statement_pays_each_deal_and_says_which(world):
    cast = world.cast
    set_target("deliveries", 10_000, person=cast.people["zhang"], outlet=cast.outlet)
    own = pay.statement(cast["zhang"], "ZHANG", MARCH)
    delivery = world.made["deliveries"][0][2]
    # 500 a unit and 10 % of 5,000 gross, times 0.6.
    assert [(line.component, line.fen) for line in own.lines] == [
        ("unit_bonus", 50_000), ("gross_share", 50_000), ("coefficient", -40_000),
    ]  # fmt: skip
    assert [line.deal.id for line in own.lines[:2]] == [delivery, delivery]
    assert (own.payable, own.coefficient, own.score) == (60_000, Fraction(3, 5), Fraction(125, 2))
    assert (own.lines[1].base, own.lines[1].rate) == (5000, Fraction(1, 10))
    by_hr = pay.statement(cast["hr"], "ZHANG", MARCH)
    assert by_hr.payable == own.payable
    assert [line.deal.id for line in by_hr.lines[:2]] == [0, 0]


def keep(kept, **more):
    run = m.Run.objects.create(
        kind=kept.kind, outlet_id=kept.outlet, period=kept.period, definition=kept.definition,
        digest=kept.digest, mark=kept.mark, total=kept.total, made_at=AT, **more,
    )  # fmt: skip
    for position, line in enumerate(kept.lines):
        run.lines.create(
            position=position, person_id=line.person, code=line.code, reason=line.reason,
            fen=line.fen, value=line.value, source_kind=line.source_kind, source=line.source,
        )  # fmt: skip
    return run


def test_a_kept_run_stands_before_later_facts(world):
    cast = world.cast
    score = appraisals.score_card(cast["zhang"], "ZHANG", MARCH)
    paid = pay.statement(cast["zhang"], "ZHANG", MARCH)
    run = keep(appraisals.to_keep(cast["finance"], "N1", MARCH))
    calculated(cast, MARCH)
    world.add("outlet", "zhang")
    now = appraisals.score_card(cast["zhang"], "ZHANG", MARCH)
    assert (now.state, now.run, now.total) == ("open", run.pk, score.total)
    assert now.items == score.items
    then = pay.statement(cast["zhang"], "ZHANG", MARCH)
    assert (then.state, then.payable) == ("calculated", paid.payable)
    assert [(line.component, line.deal, line.fen) for line in then.lines] == [
        (line.component, line.deal, line.fen) for line in paid.lines
    ]
    assert (then.coefficient, then.score) == (paid.coefficient, paid.score)


def scored_from(world, person="zhang"):
    """Coefficient, score and the words for it, as a statement made now has them."""
    made = pay.statement(world.cast["hr"], person.upper(), MARCH)
    line = next(line for line in made.lines if line.component == "coefficient")
    told = line.reason["parts"][0]["detail"]
    return made.coefficient, made.score, told["zh"].split("；")[-1], told["en"].split("; ")[-1]


def close(run):
    m.Run.objects.filter(pk=run.pk).update(
        state="closed", closed_at=AT, sealed=seal_of(run), closed_by=None
    )


def test_pay_goes_by_the_closed_scores(world):
    cast = world.cast
    set_target("deliveries", 10_000, person=cast.people["zhang"], outlet=cast.outlet)
    now = ("得分尚未关账，按当前数据计算", "calculated now: the scores are not closed yet")
    assert scored_from(world) == (Fraction(3, 5), Fraction(125, 2), *now)
    run = keep(appraisals.to_keep(cast["finance"], "N1", MARCH))
    set_target("gross", 100, person=cast.people["zhang"], outlet=cast.outlet)
    live = pay.statement(cast["hr"], "ZHANG", MARCH).score
    assert live != Fraction(125, 2)
    assert scored_from(world)[1:] == (live, *now)
    close(run)
    from_run = (f"取自已关账的得分计算 {run.pk}", f"from the closed score run {run.pk}")
    assert scored_from(world) == (Fraction(3, 5), Fraction(125, 2), *from_run)
    assert pay.what_if(cast["zhang"], "ZHANG", MARCH).score == Fraction(125, 2)
    calculated(cast, MARCH)
    kept = pay.statement(cast["finance"], "ZHANG", MARCH)
    assert (kept.state, kept.score) == ("calculated", Fraction(125, 2))
    assert [line.fen for line in kept.lines] == [50_000, 50_000, -40_000]
    assert (
        kept.lines[-1].reason["parts"][0]["parts"]
        == run.lines.get(person=cast.people["zhang"]).reason["parts"]
    )


def test_whom_the_closed_scores_do_not_hold_is_scored_live_and_told_so(world):
    cast = world.cast
    run = keep(appraisals.to_keep(cast["finance"], "N1", MARCH))
    run.lines.filter(person=cast.people["zhang"]).delete()
    close(run)
    assert scored_from(world)[2:] == (
        f"已关账的得分计算 {run.pk} 中没有此人，按当前数据计算",
        f"calculated now: the closed score run {run.pk} does not hold this person",
    )
    assert scored_from(world, "li")[2] == f"取自已关账的得分计算 {run.pk}"


def test_closed_scores_of_elsewhere_and_other_months_do_not_count(world):
    far = keep(appraisals.to_keep(world.cast["hr"], "S1", MARCH))
    february = keep(appraisals.to_keep(world.cast["hr"], "N1", 202602))
    close(far)
    close(february)
    assert scored_from(world)[2] == "得分尚未关账，按当前数据计算"


def test_a_lead_sees_his_own_kept_pay_and_nobody_elses(world):
    cast = world.cast
    world.add("outlet", "lead")
    m.Post.objects.create(
        person=cast.people["lead"], unit=cast.team, role="consultant", since=date(2020, 1, 1),
        until=date(2026, 3, 18),
    )  # fmt: skip
    calculated(cast, MARCH)
    before = pay.statement(cast["lead"], "LEAD", MARCH)
    assert len(before.lines) == 3
    world.add("outlet", "lead")
    after = pay.statement(cast["lead"], "LEAD", MARCH)
    assert (before.state, after) == ("calculated", before)
    with pytest.raises(NotFound):
        pay.statement(cast["lead"], "ZHANG", MARCH)


def test_statements_ask_as_often_for_many_as_for_few(world):
    def asked(role):
        with CaptureQueriesContext(connection) as queries:
            pay.statements(world.cast[role], "N1", MARCH)
            appraisals.score_cards(world.cast[role], "N1", MARCH)
        return len(queries)

    world.add("outlet", None)  # from here on no kept sums answer
    asked("manager")
    before = asked("manager")
    for owner in ("zhang", "zhang", "li"):
        world.add("outlet", owner)
    assert asked("manager") == before


# -- audit, imports, inbox ---------------------------------------------------------------------


def test_the_log_is_for_auditors(world):
    cast = world.cast
    for outlet, refused in ((cast.outlet, False), (cast.far, True)):
        log.write(
            by=cast["zhang"],
            at=AT,
            verb="orders.sign",
            subject=1,
            outlet=outlet.pk,
            refused=refused,
        )
    page = audit.audit(cast["auditor"], Asked(filters=(("refused", "1"),)))
    assert [(row.actor, row.verb, row.outlet.code) for row in page.rows] == [
        ("张伟", "orders.sign", "S1")
    ]
    assert audit.audit(cast["auditor"]).count == 2
    assert len(audit.about(cast["auditor"], "orders", 1)) == 2
    for role in ROLES:
        if role not in ("auditor", "operator"):
            assert audit.audit(cast[role]).count == 0
            with pytest.raises(NotFound):
                audit.audit_entry(cast[role], page.rows[0].id)


def test_batches_and_messages_are_ones_own(world):
    cast = world.cast
    made = m.ImportBatch.objects.create(
        kind="orders", name="订单.xlsx", digest=sha256(b"PK").hexdigest(), made_at=AT,
        made_by_id=cast["manager"].user, content=b"PK", report={"rows": 3},
    )  # fmt: skip
    assert imports.batches(cast["manager"]).rows[0].by == "陈静"
    assert imports.batch(cast["manager"], str(made.key)).content == b"PK"
    for role, key in (("zhang", str(made.key)), ("manager", "nonsense")):
        with pytest.raises(NotFound):
            imports.batch(cast[role], key)
    m.Message.objects.create(kind="order.late", person=cast.people["zhang"], made_at=AT)
    assert (messages.unread(cast["zhang"]), messages.unread(cast["li"])) == (1, 0)
    assert messages.inbox(cast["zhang"]).rows[0].kind == "order.late"
    assert messages.inbox(cast["operator"]).count == 0
