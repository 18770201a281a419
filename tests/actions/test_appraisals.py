"""An appraisal cycle up to its publication, and what each verb refuses."""

from datetime import date
from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT, LONG_AGO, ON, R
from cheji.actions import appraisals as act
from cheji.actions.appraisals import evaluating, moving, opening, tasks
from cheji.actions.appraisals.previews import try_open
from cheji.actions.deeds import NothingDiffers, SayWhy
from cheji.records import models as m
from cheji.records.appraised import givens_of, terms_digest
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 10)


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


# -- opening ---------------------------------------------------------------------------------------


def test_a_cycle_holds_everybody_of_the_roles_under_his_manager(cycled) -> None:
    rows = m.Appraisal.objects.order_by("person__number").select_related("person", "manager")
    assert [(row.person.number, row.manager.number, row.days) for row in rows] == [
        ("LI", "LEAD", 28), ("WANG", "MANAGER", 28), ("ZHANG", "LEAD", 28),
    ]  # fmt: skip
    assert m.AppraisalItem.objects.filter(appraisal=rows[0]).count() == 7
    assert m.AuditEntry.objects.latest("id").verb == "appraisals.open_cycle"


def test_a_person_who_moves_has_a_part_for_each_post_under_its_manager(cast) -> None:
    posts = m.Post.objects.filter(person=cast.people["zhang"])
    posts.update(until=date(2026, 2, 11))
    m.Post.objects.create(
        person=cast.people["zhang"], unit=cast.far, role=R.CONSULTANT, since=date(2026, 2, 11)
    )
    Cycled(cast, unit="group")
    rows = m.Appraisal.objects.filter(person=cast.people["zhang"]).order_by("since")
    assert [(row.manager.number, row.days, bool(row.left_out)) for row in rows] == [
        ("LEAD", 10, True), ("FAR_MANAGER", 18, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"name": " "}, BadValue),
        ({"period": 202613}, BadValue),
        ({"left_out": ["manager"]}, BadValue),
        ({"due": {"nowhere": ON}}, BadValue),
        ({"appeal_days": 0}, BadValue),
        ({"schemes": {"nobody": "consultant_manual"}}, BadValue),
        ({"schemes": {"consultant": "none"}}, NotFound),
        ({"schemes": {"care": "consultant_manual"}}, opening.SchemeDoesNotFit),
        ({"schemes": {"region_head": "consultant_manual"}}, opening.NobodyToAppraise),
    ],
)
def test_what_no_cycle_opens_with(cast, more, refusal) -> None:
    with pytest.raises(refusal):
        Cycled(cast, **more)
    assert m.Cycle.objects.count() == 0


def for_seniors(code: str = "senior") -> None:
    """A scheme like that of consultants, for posts of the level 高级 alone."""
    row = m.DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    row.pk, row.code, row.digest = None, code, code
    row.body = {**row.body, "code": code, "levels": ["高级"]}
    row.save()


def test_a_scheme_for_a_level_appraises_posts_of_that_level_alone(cast) -> None:
    for_seniors()
    plan = {"schemes": {"consultant": "senior"}}
    with pytest.raises(opening.NobodyToAppraise):
        Cycled(cast, **plan)
    posts = m.Post.objects.filter(role=R.CONSULTANT)
    posts.filter(person=cast.people["zhang"]).update(level="高级")
    made = Cycled(cast, **plan)
    tried = try_open(
        by=cast["hr"], at=AT,
        plan=act.Plan(cast.outlet.pk, "三月", "month", 202603, {"consultant": "senior"}),
    )  # fmt: skip
    sold = {one.number: one.why for one in tried if one.role == "consultant"}
    assert sold == {"ZHANG": "", "LI": "no_scheme", "WANG": "no_scheme"}
    posts.filter(person=cast.people["li"]).update(level="高级")
    posts.filter(person=cast.people["zhang"]).update(level="")
    assert act.renew(by=cast["hr"], at=AT, cycle=made.id) == 2
    rows = made.row.appraisals.values_list("person__number", "left_out")
    assert {number: bool(why) for number, why in rows} == {"ZHANG": True, "LI": False}


def test_renewing_follows_joins_moves_and_leaves(cast, cycled) -> None:
    hr = {"by": cast["hr"], "at": AT, "cycle": cycled.id}
    assert act.renew(**hr) == 0
    m.Post.objects.filter(person=cast.people["li"]).update(until=date(2026, 2, 20))
    m.Post.objects.filter(person=cast.people["wang"]).delete()
    m.Post.objects.create(
        person=cast.people["stock"], unit=cast.team, role=R.CONSULTANT, since=LONG_AGO
    )
    assert act.renew(**hr) == 3
    days = {name: cycled.of(name).days for name in ("li", "stock", "wang")}
    assert days == {"li": 19, "stock": 28, "wang": 28}
    assert [bool(cycled.of(name).left_out) for name in ("li", "stock", "wang")] == [
        False, False, True,
    ]  # fmt: skip


def test_who_has_too_few_days_is_left_out_and_taken_in_with_enough(cast, cycled) -> None:
    """The scheme asks for 15 days: posts that are cut short, and absence, count against it."""
    hr = {"by": cast["hr"], "at": AT}
    posts = m.Post.objects.filter(person=cast.people["li"])
    told = []
    for until in (date(2026, 2, 15), date(2026, 2, 16)):
        posts.update(until=until)
        act.renew(cycle=cycled.id, **hr)
        told.append((cycled.of("li").days, bool(cycled.of("li").left_out)))
    assert told == [(14, True), (15, False)]
    act.set_absence(appraisal=cycled.of("zhang").pk, days=13, why="病假", **hr)
    assert not cycled.of("zhang").left_out
    act.set_absence(appraisal=cycled.of("zhang").pk, days=14, why="病假", **hr)
    assert "15" in cycled.of("zhang").left_out


def test_nobody_is_taken_in_past_the_step_that_marks_him(cast, cycled) -> None:
    """Published without marks, he would have none of their points."""
    hr = {"by": cast["hr"], "at": AT}
    zhang, li = cycled.of("zhang").pk, cycled.of("li").pk
    act.leave_out(appraisal=zhang, why="停职", **hr)
    cycled.go("manager")
    m.Post.objects.create(
        person=cast.people["stock"], unit=cast.team, role=R.CONSULTANT, since=LONG_AGO
    )
    act.renew(cycle=cycled.id, **hr)
    assert cycled.of("stock").left_out == opening.LATE
    for row in (zhang, cycled.of("stock").pk):
        with pytest.raises(opening.MarkingHasBegun):
            act.leave_out(appraisal=row, why="", **hr)
    act.leave_out(appraisal=li, why="借调", **hr)
    act.leave_out(appraisal=li, why="", **hr)  # he marked himself before
    act.step_back(cycle=cycled.id, why="复职补评", **hr)
    act.leave_out(appraisal=zhang, why="", **hr)
    cycled.go("manager")
    done = m.StepTask.objects.filter(appraisal=zhang, part="self", step="self")
    assert [task.way for task in done] == ["done"]


def test_leaving_out_absence_and_another_manager(cast, cycled) -> None:
    zhang = cycled.of("zhang").pk
    hr = {"by": cast["hr"], "at": AT, "appraisal": zhang}
    cycled.advance()
    act.set_absence(**hr, days=8, why="病假")
    with pytest.raises(BadValue):
        act.set_absence(**hr, days=29, why="病假")
    act.set_manager(**hr, manager=cast.people["manager"].pk, why="主管离职")
    with pytest.raises(BadValue):
        act.set_manager(**hr, manager=cast.people["zhang"].pk, why="x")
    with pytest.raises(NotFound):
        act.set_manager(
            **{**hr, "by": cast["manager"]}, manager=cast.people["far_manager"].pk, why="x"
        )
    row = cycled.of("zhang")
    assert (row.days, row.manager.number) == (20, "MANAGER")
    assert row.tasks.get(part="manager").owner == cast.people["manager"]
    act.leave_out(**hr, why="停职")
    with pytest.raises(act.ground.IsLeftOut):
        act.set_absence(**hr, days=1, why="x")
    act.leave_out(**hr, why="")
    assert cycled.of("zhang").left_out == ""


# -- terms -----------------------------------------------------------------------------------------


def test_both_agree_to_one_digest_and_a_change_voids_it(cast, cycled) -> None:
    cycled.advance()
    zhang = cycled.of("zhang")
    before = terms_digest(zhang)
    agree = {"at": AT, "appraisal": zhang.pk, "aimless": True}
    act.agree(by=cast["zhang"], digest=before, **agree)
    term = act.Term("sales_units", target=60_000)
    act.propose(by=cast["lead"], at=AT, appraisal=zhang.pk, terms=[term])
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.digest) == (None, "")
    with pytest.raises(ChangedMeanwhile):
        act.agree(by=cast["zhang"], digest=before, **agree)
    after = terms_digest(zhang)
    act.agree(by=cast["zhang"], digest=after, **agree)
    with pytest.raises(moving.TasksOpen):
        cycled.advance()
    act.agree(by=cast["lead"], digest=after, **agree)
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.manager_agreed_at, zhang.digest) == (AT, AT, after)
    with pytest.raises(act.NotYourPart):
        act.agree(by=cast["lead"], digest=after, **agree)


def test_what_was_agreed_over_other_days_is_void(cast, cycled) -> None:
    cycled.advance()
    zhang = cycled.of("zhang")
    agree = {"at": AT, "appraisal": zhang.pk, "aimless": True}
    act.agree(by=cast["zhang"], digest=terms_digest(zhang), **agree)
    m.Post.objects.filter(person=cast.people["zhang"]).update(until=date(2026, 2, 26))
    act.renew(by=cast["hr"], at=AT, cycle=cycled.id)
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.digest) == (None, "")
    act.agree(by=cast["lead"], digest=terms_digest(zhang), **agree)
    act.agree(by=cast["zhang"], digest=terms_digest(zhang), **agree)
    task = zhang.tasks.get(part="self")
    act.reopen(by=cast["hr"], at=AT, task=task.pk, why="再谈一次")
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.manager_agreed_at, zhang.digest) == (None, None, "")
    assert set(zhang.tasks.values_list("way", flat=True)) == {""}


def test_terms_without_a_target_are_agreed_to_knowingly_alone(cast, cycled) -> None:
    cycled.advance()
    zhang = cycled.of("zhang")
    agree = {"by": cast["zhang"], "at": AT, "appraisal": zhang.pk}
    with pytest.raises(act.agreeing.NoTarget) as refused:
        act.agree(**agree, digest=terms_digest(zhang))
    assert refused.value.place == {"zh": "销售额、销售数量", "en": "Sales, Units sold"}
    terms = [act.Term(key, target=60_000) for key in ("sales_amount", "sales_units")]
    act.propose(by=cast["lead"], at=AT, appraisal=zhang.pk, terms=terms)
    act.agree(**agree, digest=terms_digest(cycled.of("zhang")))
    assert cycled.of("zhang").person_agreed_at == AT


@pytest.mark.parametrize(
    ("term", "refusal"),
    [
        (act.Term("nothing"), BadValue),
        (act.Term("work_goals"), BadValue),
        (act.Term("sales_units", goal="g1", text="x", weight=1), BadValue),
        (act.Term("work_goals", goal="g1", text=" ", weight=1), BadValue),
        (act.Term("work_goals", goal="g1", text="x"), BadValue),
        (act.Term("sales_units", target=-1), BadValue),
        (act.Term("sales_units", base=2, target=1, stretch=3), act.agreeing.GoalNotBetween),
        (act.Term("sales_units"), NothingDiffers),
    ],
)
def test_what_no_term_can_be(cast, cycled, term, refusal) -> None:
    cycled.advance()
    with pytest.raises(refusal):
        act.propose(by=cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, terms=[term])


def test_a_mid_term_revision_keeps_what_was_agreed(cast) -> None:
    cycled = Cycled(cast, left_out=("peers", "calibrating"))
    cycled.go("reviewing")
    zhang = cycled.of("zhang")
    give = {"by": cast["lead"], "at": AT, "appraisal": zhang.pk}
    with pytest.raises(SayWhy):
        act.propose(**give, terms=[act.Term("sales_units", target=40_000)])
    act.propose(**give, terms=[act.Term("sales_units", target=40_000)], why="展厅装修")
    goal = act.Term("work_goals", "g1", weight=10_000, text="新媒体获客")
    act.propose(**give, terms=[goal], why="补充")
    rows = m.AppraisalItem.objects.filter(appraisal=zhang, item="sales_units").order_by("id")
    assert [(row.target, row.superseded, row.revised_why) for row in rows] == [
        (None, True, ""), (40_000, False, "展厅装修"),
    ]  # fmt: skip
    assert rows[1].revised_from == rows[0]
    act.propose(**give, terms=[act.Term("work_goals", "g1", drop=True)], why="项目取消")
    begun, dropped = m.AppraisalItem.objects.filter(appraisal=zhang, goal="g1").order_by("id")
    assert (begun.revised_why, dropped.revised_why) == ("补充", "项目取消")
    assert (begun.superseded, dropped.superseded, dropped.revised_from) == (True, True, begun)
    with pytest.raises(moving.TasksOpen):
        cycled.advance()
    cycled.do_all()
    cycled.advance()
    assert cycled.row.state == "self"


# -- marks -----------------------------------------------------------------------------------------


def save(by, row, **more):
    return act.save_mark(**{"by": by, "at": AT, "appraisal": row.pk, "item": "teamwork", **more})


def test_marks_are_drafts_until_handed_in(cast, cycled) -> None:
    cycled.go("self")
    zhang = cycled.of("zhang")
    with pytest.raises(evaluating.MarksMissing) as missing:
        act.submit(by=cast["zhang"], at=AT, appraisal=zhang.pk)
    assert missing.value.place == {"zh": "团队合作", "en": "Teamwork"}
    assert save(cast["zhang"], zhang, mark=900_000).version == 1
    with pytest.raises(ChangedMeanwhile):
        save(cast["zhang"], zhang, mark=910_000)
    assert save(cast["zhang"], zhang, mark=910_000, version=1).version == 2
    act.submit(by=cast["zhang"], at=AT, appraisal=zhang.pk)
    with pytest.raises(act.NotYourPart):
        save(cast["zhang"], zhang, mark=1, version=2)
    task = zhang.tasks.get(step="self")
    with pytest.raises(NotYours):
        act.reopen(by=cast["zhang"], at=AT, task=task.pk, why="漏填")
    act.reopen(by=cast["hr"], at=AT, task=task.pk, why="漏填")
    save(cast["zhang"], zhang, mark=920_000, version=2)


@pytest.mark.parametrize(
    ("by", "more", "refusal"),
    [
        ("zhang", {"mark": 1_000_001}, BadValue),
        ("zhang", {"mark": -1}, BadValue),
        ("zhang", {"item": "nothing", "mark": 1}, BadValue),
        ("zhang", {"item": "work_goals", "goal": "g9", "mark": 1}, BadValue),
        ("zhang", {"item": "sales_units", "mark": 1}, evaluating.NotMarked),
        ("li", {"mark": 1}, NotFound),
        ("lead", {"mark": 1}, act.NotYourPart),
        ("hr", {"mark": 1}, act.NotYourPart),
        ("auditor", {"mark": 1}, NotYours),
        ("operator", {"mark": 1}, act.NotYourPart),
    ],
)
def test_marks_that_are_refused(cast, cycled, by, more, refusal) -> None:
    cycled.go("self")
    with pytest.raises(refusal):
        save(cast[by], cycled.of("zhang"), **more)
    assert m.Evaluation.objects.count() == 0


def test_a_delegate_marks_and_nobody_delegates_to_the_person(cast, cycled) -> None:
    cycled.go("manager")
    zhang = cycled.of("zhang")
    task = zhang.tasks.get(step="manager")
    give = {"at": AT, "task": task.pk, "why": "休假"}
    with pytest.raises(act.OwnAppraisal):
        act.delegate(by=cast["lead"], to=cast.people["zhang"].pk, **give)
    with pytest.raises(tasks.CannotActForYou):
        act.delegate(by=cast["lead"], to=cast.people["li"].pk, **give)
    with pytest.raises(NotFound):  # elsewhere: not even a name is told
        act.delegate(by=cast["lead"], to=cast.people["far_manager"].pk, **give)
    with pytest.raises(act.NotYourPart):
        act.delegate(by=cast["manager"], to=cast.people["region_head"].pk, **give)
    act.delegate(by=cast["lead"], to=cast.people["manager"].pk, **give)
    with pytest.raises(act.NotYourPart):
        save(cast["lead"], zhang, mark=1)
    save(cast["manager"], zhang, mark=1)
    assert m.Evaluation.objects.latest("id").made_by == cast.people["manager"].user


def test_peers_are_named_and_never_the_person(cast) -> None:
    cycled = Cycled(cast, left_out=("reviewing", "self", "calibrating"))
    zhang = cycled.of("zhang")
    name = {"by": cast["lead"], "at": AT, "appraisal": zhang.pk}
    with pytest.raises(act.OwnAppraisal):
        act.name_raters(**name, part="peer", people=[cast.people["zhang"].pk])
    with pytest.raises(tasks.PartIsNamed):
        act.name_raters(**name, part="manager", people=[cast.people["li"].pk])
    with pytest.raises(tasks.PartIsNamed):  # he marks as the manager
        act.name_raters(**name, part="peer", people=[cast.people["lead"].pk])
    act.name_raters(**name, part="peer", people=[cast.people["li"].pk])
    act.name_raters(**name, part="peer", people=[cast.people["wang"].pk])
    assert [task.owner.number for task in zhang.tasks.filter(part="peer")] == ["WANG"]
    cycled.go("peers")
    save(cast["wang"], zhang, mark=700_000)
    act.submit(by=cast["wang"], at=AT, appraisal=zhang.pk)
    with pytest.raises(NotFound):
        save(cast["li"], zhang, mark=1)


def test_a_task_is_skipped_with_a_reason(cast, cycled) -> None:
    cycled.go("self")
    task = cycled.of("zhang").tasks.get(step="self")
    with pytest.raises(SayWhy):
        act.skip(by=cast["hr"], at=AT, task=task.pk, why=" ")
    act.skip(by=cast["hr"], at=AT, task=task.pk, why="产假")
    with pytest.raises(tasks.TaskIsOver):
        act.skip(by=cast["hr"], at=AT, task=task.pk, why="产假")
    cycled.do_all()
    act.step_back(by=cast["hr"], at=AT, cycle=cycled.id, why="补签")
    assert cycled.row.state == "running"


@pytest.mark.parametrize(
    ("way", "expected"),
    [("none", (92, 88, 70)), ("ratio", (Fraction(2300, 27), Fraction(2200, 27), Fraction(250, 3))),
     ("t", (60, 40, 50))],
)  # fmt: skip
def test_marks_are_corrected_for_strictness_where_the_scheme_says_so(cast, way, expected) -> None:
    """The lead gave 92 and 88, the outlet manager 70 to one of another team: 250/3 on average."""
    scheme = m.DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    rated = [
        {**item, "correction": way} if item.get("code") == "teamwork" else item
        for item in scheme.body["items"]
    ]
    scheme.pk, scheme.code = None, "fair"
    scheme.body = {**scheme.body, "code": "fair", "items": rated}
    scheme.save()
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers"), schemes={"consultant": "fair"})
    cycled.go("manager")
    for who, mark in (("zhang", 92), ("li", 88), ("wang", 70)):
        row = cycled.of(who)
        by = cycled.viewer(row.manager_id)
        save(by, row, mark=mark * 10_000)
        act.submit(by=by, at=AT, appraisal=row.pk)
    rows = [m.Appraisal.objects.select_related("cycle", "scheme").get(pk=cycled.of(who).pk)
            for who in ("zhang", "li", "wang")]  # fmt: skip
    found = givens_of(rows, {})
    assert tuple(found[row.pk].ratings["teamwork"]["manager"][0] for row in rows) == expected
    alone = givens_of(rows[:1], {})[rows[0].pk]
    assert alone.ratings == found[rows[0].pk].ratings
