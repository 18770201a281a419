"""Targets: versions that are kept, base and stretch, agreement by two, proposals and warnings."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import AT, Cast, load_pack
from cheji.actions import imports, target_letters, target_locks, target_proposals
from cheji.actions import target_warnings as warnings
from cheji.actions import targets as actions
from cheji.actions.deeds import SayWhy
from cheji.actions.imports.undoing import ChangedSince
from cheji.actions.targets import Cell, GoalFirst, GoalNotBetween
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def cell(cast: Cast, value: int | None, who: str = "", **more: object) -> Cell:
    """March's deliveries of the outlet, or of one of its people."""
    whose = (
        {"person": cast.people[who].pk, "outlet": cast.outlet.pk}
        if who
        else {"unit": cast.outlet.pk}
    )
    return Cell("deliveries", "month", 202603, value, **{**whose, **more})


def put(cast: Cast, *cells: Cell, by: str = "manager", reason: str = "") -> int:
    return actions.set_cells(by=cast[by], at=AT, cells=cells, reason=reason).changed


def past() -> list[tuple[int, int | None, int, str]]:
    rows = m.TargetVersion.objects.order_by("id")
    return list(rows.values_list("value", "stretch", "version", "reason"))


def test_every_version_is_kept_with_its_reason_and_maker(cast) -> None:
    put(cast, cell(cast, 10_000), reason="年初下达")
    put(cast, cell(cast, 20_000), reason="上调")
    put(cast, cell(cast, 30_000, aim="stretch"))
    put(cast, cell(cast, None))
    assert past() == [
        (10_000, None, 1, "年初下达"), (20_000, None, 2, "上调"), (20_000, 30_000, 3, ""),
    ]  # fmt: skip
    made = set(m.TargetVersion.objects.values_list("made_by", "made_at"))
    assert made == {(cast["manager"].user, AT)}
    assert m.Target.objects.count() == 0


def test_what_changes_nothing_makes_no_version(cast) -> None:
    put(cast, cell(cast, 10_000))
    assert put(cast, cell(cast, 10_000)) == 0
    assert (past(), m.Target.objects.get().version) == ([], 1)


def test_past_versions_are_neither_changed_nor_removed(cast) -> None:
    put(cast, cell(cast, 10_000))
    put(cast, cell(cast, 20_000))
    for change in (lambda rows: rows.update(value=1), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            change(m.TargetVersion.objects.all())
    assert past() == [(10_000, None, 1, "")]


def test_base_and_stretch_stand_around_the_goal(cast) -> None:
    with pytest.raises(actions.GoalFirst):
        put(cast, cell(cast, 10_000, aim="base"))
    put(cast, cell(cast, 20_000))
    put(cast, cell(cast, 10_000, aim="base"), cell(cast, 30_000, aim="stretch"))
    for wrong in (cell(cast, 31_000), cell(cast, 21_000, aim="base"), cell(cast, 9_000)):
        with pytest.raises(actions.GoalNotBetween):
            put(cast, wrong)
    row = m.Target.objects.get()
    assert (row.base, row.value, row.stretch, row.version) == (10_000, 20_000, 30_000, 2)


def test_less_is_better_for_some_so_the_limits_may_fall(cast) -> None:
    put(cast, cell(cast, 20_000))
    put(cast, cell(cast, 30_000, aim="base"), cell(cast, 10_000, aim="stretch"))
    assert m.Target.objects.get().stretch == 10_000


def test_a_model_a_week_and_a_reserve_are_targets_of_their_own(cast) -> None:
    put(
        cast,
        cell(cast, 90_000),
        cell(cast, 50_000, model="星越"),
        cell(cast, 10_000, reserve=True),
        Cell("deliveries", "week", 202610, 20_000, unit=cast.outlet.pk, within=202603),
    )
    kept = m.Target.objects.order_by("value")
    assert list(kept.values_list("value", "model", "reserve", "within")) == [
        (10_000, "", True, 0), (20_000, "", False, 202603), (50_000, "星越", False, 0),
        (90_000, "", False, 0),
    ]  # fmt: skip
    with pytest.raises(BadValue):
        put(cast, cell(cast, 1, "zhang", reserve=True))


# -- letters -----------------------------------------------------------------------------------


def letter(cast: Cast, who: str = "zhang") -> int:
    put(cast, cell(cast, 60_000, who))
    return target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people[who].pk, outlet=cast.outlet.pk
    )


def test_a_letter_is_signed_by_whom_it_binds_and_by_nobody_else(cast) -> None:
    number = letter(cast)
    for name, refusal in {
        "li": NotFound, "lead": NotFound, "manager": target_letters.SignsForHimself,
        "far_consultant": NotFound, "finance": NotYours,
    }.items():  # fmt: skip
        with pytest.raises(refusal):
            target_letters.sign(by=cast[name], at=AT, letter=number)
    target_letters.sign(by=cast["zhang"], at=AT, letter=number)
    row = m.TargetLetter.objects.get()
    assert (row.made_by_id, row.signed_by_id, row.signed_at) == (
        cast["manager"].user, cast["zhang"].user, AT,
    )  # fmt: skip
    assert m.Target.objects.get().agreed_at == AT
    assert m.AuditEntry.objects.filter(verb="targets.sign", refused=False).count() == 1
    kinds = list(m.Message.objects.order_by("id").values_list("kind", "person"))
    assert kinds[-2:] == [
        ("targets.to_sign", cast.people["zhang"].pk), ("targets.signed", cast.people["manager"].pk),
    ]  # fmt: skip
    with pytest.raises(target_letters.SignedAlready):
        target_letters.sign(by=cast["zhang"], at=AT, letter=number)


def test_a_signed_letter_never_changes(cast) -> None:
    target_letters.sign(by=cast["zhang"], at=AT, letter=letter(cast))
    for change in (lambda rows: rows.update(digest="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change(m.TargetLetter.objects.all())


def test_a_letter_whose_targets_moved_is_not_signed(cast) -> None:
    number = letter(cast)
    put(cast, cell(cast, 70_000, "zhang"))
    with pytest.raises(target_letters.TargetsMoved):
        target_letters.sign(by=cast["zhang"], at=AT, letter=number)
    again = target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    target_letters.sign(by=cast["zhang"], at=AT, letter=again)
    numbers = m.TargetLetter.objects.order_by("number").values_list("number", "signed_by")
    assert list(numbers) == [(1, None), (2, cast["zhang"].user)]


def test_an_outlets_letter_is_signed_by_its_manager(cast) -> None:
    put(cast, cell(cast, 90_000), by="region_head")
    number = target_letters.issue(by=cast["region_head"], at=AT, year=2026, unit=cast.outlet.pk)
    with pytest.raises(NotFound):
        target_letters.sign(by=cast["far_manager"], at=AT, letter=number)
    target_letters.sign(by=cast["manager"], at=AT, letter=number)
    assert m.Target.objects.get().agreed_at == AT


def test_a_letter_needs_targets_and_a_post_over_the_person(cast) -> None:
    whose = {"person": cast.people["zhang"].pk, "outlet": cast.outlet.pk}
    with pytest.raises(target_letters.NothingToSign):
        target_letters.issue(by=cast["manager"], at=AT, year=2026, **whose)
    put(cast, cell(cast, 1, "zhang"))
    for name, refusal in {"far_manager": NotFound, "lead": NotYours}.items():
        with pytest.raises(refusal):
            target_letters.issue(by=cast[name], at=AT, year=2026, **whose)
    assert m.TargetLetter.objects.count() == 0


def test_after_the_signature_it_takes_two_and_a_reason(cast) -> None:
    target_letters.sign(by=cast["zhang"], at=AT, letter=letter(cast))
    wanted = cell(cast, 50_000, "zhang")
    with pytest.raises(actions.TargetIsAgreed):
        put(cast, wanted)
    with pytest.raises(SayWhy):
        target_proposals.propose(by=cast["manager"], at=AT, cells=[wanted])
    (made,) = target_proposals.propose(by=cast["manager"], at=AT, cells=[wanted], reason="停产")
    with pytest.raises(target_proposals.DecidedByAnother):
        target_proposals.accept(by=cast["manager"], at=AT, proposal=made)
    with pytest.raises(NotFound):
        target_proposals.accept(by=cast["far_manager"], at=AT, proposal=made)
    target_proposals.accept(by=cast["region_head"], at=AT, proposal=made)
    row = m.Target.objects.get()
    assert (row.value, row.reason, row.made_by_id, row.approved_by_id, row.agreed_at) == (
        50_000, "停产", cast["manager"].user, cast["region_head"].user, AT,
    )  # fmt: skip
    assert past() == [(60_000, None, 1, "")]
    with pytest.raises(target_proposals.ProposalIsDecided):
        target_proposals.accept(by=cast["region_head"], at=AT, proposal=made)


def test_what_is_signed_is_kept_by_the_database_as_well(cast) -> None:
    target_letters.sign(by=cast["zhang"], at=AT, letter=letter(cast))
    for change in (
        lambda rows: rows.update(value=1), lambda rows: rows.update(agreed_at=None),
        lambda rows: rows.delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="second person"), transaction.atomic():
            change(m.Target.objects.all())
    (made,) = target_proposals.propose(
        by=cast["zhang"], at=AT, cells=[cell(cast, None, "zhang")], reason="调店"
    )
    target_proposals.accept(by=cast["manager"], at=AT, proposal=made)
    assert (m.Target.objects.count(), past()) == (0, [(60_000, None, 1, "")])


# -- files -------------------------------------------------------------------------------------


def bring(cast: Cast, **values: object) -> tuple[m.ImportBatch, list[str]]:
    """A row of a file for March's deliveries of the consultant Zhang."""
    batch = imports.start(by=cast["manager"], at=AT, kind="targets", name="t.csv", content=b"x")
    row = {"kpi": "deliveries", "scope": "ZHANG", "period": ("month", 202603), **values}
    entries = [imports.Entry(1, row)]
    report = imports.commit(by=cast["manager"], at=AT, batch=batch, entries=entries, skip=True)
    return batch, [trouble.refusal.code for trouble in report.troubles]


def test_a_file_brings_base_stretch_model_and_week(cast) -> None:
    load_pack()
    bring(cast, value=8, base=6, stretch=10)
    bring(cast, value=3, model="星越")
    bring(cast, value=2, period=("week", 202610))
    rows = m.Target.objects.order_by("-value")
    columns = ("value", "base", "stretch", "model", "grain", "period")
    assert list(rows.values_list(*columns)) == [
        (80_000, 60_000, 100_000, "", "month", 202603),
        (30_000, None, None, "星越", "month", 202603),
        (20_000, None, None, "", "week", 202610),
    ]  # fmt: skip


def test_a_file_does_not_pass_over_rules_locks_or_signatures(cast) -> None:
    load_pack()
    batch, _none = bring(cast, value=8)
    assert bring(cast, value=8, base=9, stretch=10)[1] == ["GoalNotBetween"]
    target_letters.sign(by=cast["zhang"], at=AT, letter=letter_of(cast, "zhang"))
    assert bring(cast, value=9)[1] == ["TargetIsAgreed"]
    with pytest.raises(ChangedSince):
        imports.undo(by=cast["manager"], at=AT, batch=batch.pk)
    target_locks.lock(by=cast["manager"], at=AT, unit=cast.outlet.pk, month=202604)
    assert bring(cast, value=5, period=("month", 202604))[1] == ["TargetIsLocked"]
    assert [row.value for row in m.Target.objects.all()] == [80_000]


# -- proposals ---------------------------------------------------------------------------------


PROPOSES = {
    "zhang": {"zhang"}, "li": {"li"}, "lead": {"zhang", "li"},
    "manager": {"zhang", "li", "wang"}, "region_head": {"zhang", "li", "wang"},
    "far_manager": set(), "far_consultant": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", PROPOSES)
def test_one_proposes_for_oneself_and_for_those_below(cast, who) -> None:
    done = set()
    for name in ("zhang", "li", "wang"):
        try:
            target_proposals.propose(by=cast[who], at=AT, cells=[cell(cast, 10_000, name)])
        except NotFound:
            continue
        done.add(name)
    assert done == PROPOSES[who]
    if not done:
        assert m.TargetProposal.objects.count() == 0


@pytest.mark.parametrize("who", ["finance", "hr", "care", "stock", "auditor", "marketing"])
def test_who_has_no_part_in_targets_proposes_none(cast, who) -> None:
    with pytest.raises(NotYours):
        target_proposals.propose(by=cast[who], at=AT, cells=[cell(cast, 1, "zhang")])


def test_a_later_proposal_of_the_same_person_replaces_the_open_one(cast) -> None:
    for value in (10_000, 20_000):
        target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell(cast, value, "zhang")])
    states = m.TargetProposal.objects.order_by("id").values_list("value", "state")
    assert list(states) == [(10_000, "withdrawn"), (20_000, "open")]
    with pytest.raises(target_proposals.ProposedAlready):
        target_proposals.propose(by=cast["lead"], at=AT, cells=[cell(cast, 5, "zhang")])


def test_goal_base_and_stretch_are_proposed_one_after_the_other(cast) -> None:
    with pytest.raises(GoalFirst):
        target_proposals.propose(
            by=cast["zhang"], at=AT, cells=[cell(cast, 5, "zhang", aim="base")]
        )
    for aim, value in (("value", 20_000), ("base", 10_000), ("stretch", 30_000)):
        (made,) = target_proposals.propose(
            by=cast["zhang"], at=AT, cells=[cell(cast, value, "zhang", aim=aim)]
        )
    with pytest.raises(GoalNotBetween):
        target_proposals.propose(
            by=cast["zhang"], at=AT, cells=[cell(cast, 40_000, "zhang", aim="base")]
        )
    target_proposals.accept(by=cast["manager"], at=AT, proposal=made)
    row = m.Target.objects.get()
    assert (row.value, row.base, row.stretch) == (20_000, 10_000, 30_000)
    target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell(cast, None, "zhang")])
    seen = m.TargetProposal.objects.get(state="open")
    assert (seen.value, seen.base, seen.stretch) == (None, None, None)


def test_a_declined_proposal_says_why_and_leaves_the_target(cast) -> None:
    (made,) = target_proposals.propose(
        by=cast["zhang"], at=AT, cells=[cell(cast, 10_000, "zhang")], reason="新车少"
    )
    with pytest.raises(SayWhy):
        target_proposals.decline(by=cast["manager"], at=AT, proposal=made, reason=" ")
    target_proposals.decline(by=cast["manager"], at=AT, proposal=made, reason="低于去年")
    row = m.TargetProposal.objects.get()
    assert (row.state, row.answer, m.Target.objects.count()) == ("declined", "低于去年", 0)
    told = m.Message.objects.filter(person=cast.people["zhang"]).get()
    assert (told.kind, told.body["answer"]) == ("targets.declined", "低于去年")


def test_ones_own_proposal_is_withdrawn_and_nobody_elses(cast) -> None:
    (made,) = target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell(cast, 10_000, "zhang")])
    with pytest.raises(NotFound):
        target_proposals.withdraw(by=cast["lead"], at=AT, proposal=made)
    target_proposals.withdraw(by=cast["zhang"], at=AT, proposal=made)
    with pytest.raises(target_proposals.ProposalIsDecided):
        target_proposals.withdraw(by=cast["zhang"], at=AT, proposal=made)


def test_what_is_locked_is_neither_proposed_nor_accepted(cast) -> None:
    (made,) = target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell(cast, 10_000, "zhang")])
    target_locks.lock(by=cast["manager"], at=AT, unit=cast.outlet.pk, month=202603)
    with pytest.raises(target_locks.TargetIsLocked):
        target_proposals.accept(by=cast["manager"], at=AT, proposal=made)
    with pytest.raises(target_locks.TargetIsLocked):
        target_proposals.propose(by=cast["li"], at=AT, cells=[cell(cast, 1, "li")])


def test_a_proposal_of_what_stands_there_is_none(cast) -> None:
    put(cast, cell(cast, 10_000, "zhang"))
    with pytest.raises(target_proposals.ProposesNothing):
        target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell(cast, 10_000, "zhang")])


# -- warnings ----------------------------------------------------------------------------------


def test_being_behind_is_told_to_the_person_and_the_lead_once_a_month(cast) -> None:
    zhang = warnings.Behind(
        "deliveries", 202603, 1_250, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    outlet = warnings.Behind("deliveries", 202603, 1_100, unit=cast.outlet.pk)
    for new in (2, 0):
        told = warnings.warn(by=cast["operator"], at=AT, found=[zhang, outlet])
        assert told == new
    people = {person.pk: name for name, person in cast.people.items()}
    rows = m.Message.objects.filter(kind="targets.behind").order_by("id")
    told = [(people[r.person_id], r.body["points"], r.body.get("person", "")) for r in rows]
    assert sorted(told) == [
        ("lead", 1_250, "ZHANG"), ("manager", 1_100, ""), ("zhang", 1_250, "ZHANG"),
    ]  # fmt: skip


def test_without_a_lead_the_manager_is_told(cast) -> None:
    wang = warnings.Behind(
        "orders", 202603, 2_000, person=cast.people["wang"].pk, outlet=cast.outlet.pk
    )
    warnings.warn(by=cast["operator"], at=AT, found=[wang])
    told = {row.person_id for row in m.Message.objects.all()}
    assert told == {cast.people["wang"].pk, cast.people["manager"].pk}


def test_each_period_and_model_is_told_of_and_a_team_by_its_lead(cast) -> None:
    week = {"kpi": "deliveries", "period": 202603, "points": 1_100, "grain": "week"}
    found = [
        warnings.Behind(**{**week, "grain": "month"}, unit=cast.team.pk),
        warnings.Behind(**week, unit=cast.team.pk),
        warnings.Behind(**week, unit=cast.team.pk, model="星越"),
        warnings.Behind(**week, unit=cast.other_team.pk),
        warnings.Behind(**week, unit=cast.sister.pk),
    ]
    assert warnings.warn(by=cast["operator"], at=AT, found=found) == 5
    people = {person.pk: name for name, person in cast.people.items()}
    rows = list(m.Message.objects.order_by("id"))
    assert [people[row.person_id] for row in rows] == ["lead", "lead", "lead", "manager"]
    assert [row.body["unit"] for row in rows] == ["N1/T1", "N1/T1", "N1/T1", "N1/T2"]


def test_the_limit_is_the_groups_to_set(cast) -> None:
    warnings.set_limit(by=cast["group_manager"], at=AT, unit=cast.group.pk, behind=500)
    assert m.TargetLimit.objects.get().behind == 500
    for name, unit, behind, refusal in (
        ("manager", cast.group, 500, NotYours),
        ("group_manager", cast.outlet, 500, NotFound),
        ("group_manager", cast.group, 0, BadValue),
    ):
        with pytest.raises(refusal):
            warnings.set_limit(by=cast[name], at=AT, unit=unit.pk, behind=behind)


# -- any sequence ------------------------------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.sampled_from(["set", "base", "clear", "propose", "accept", "sign"]),
        st.sampled_from(["zhang", "li"]),
        st.integers(0, 5),
    ),
    max_size=14,
)


@given(steps)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_versions_are_without_a_gap_and_agreed_ones_have_two(
    cast, done
) -> None:
    with transaction.atomic():
        for verb, who, number in done:
            try:
                with transaction.atomic():
                    _step(cast, verb, who, number * 10_000)
            except Refused:
                continue
        for row in m.Target.objects.all():
            kept = m.TargetVersion.objects.filter(person=row.person_id).order_by("-id")
            versions = list(kept.values_list("version", flat=True)[: row.version - 1])
            assert versions == list(range(row.version - 1, 0, -1))
        for row in m.Target.objects.filter(approved_by__isnull=False):
            assert row.made_by_id != row.approved_by_id
        transaction.set_rollback(True)


def _step(cast: Cast, verb: str, who: str, value: int) -> None:
    if verb in ("set", "base", "clear"):
        given_ = None if verb == "clear" else value
        put(cast, cell(cast, given_, who, aim="base" if verb == "base" else "value"))
    elif verb == "propose":
        target_proposals.propose(
            by=cast[who], at=AT, cells=[cell(cast, value, who)], reason="试一试"
        )
    elif verb == "accept":
        open_ = m.TargetProposal.objects.filter(state="open", person=cast.people[who]).first()
        if open_:
            target_proposals.accept(by=cast["manager"], at=AT, proposal=open_.pk)
    else:
        target_letters.sign(by=cast[who], at=AT, letter=letter_of(cast, who))


def letter_of(cast: Cast, who: str) -> int:
    return target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people[who].pk, outlet=cast.outlet.pk
    )
