"""Who may do what in which step: every verb of the table by everybody of the cast.

The oracle is written from the handbooks' roles, not from the table: who is the person, his manager
or has a task, and what his post allows.
"""

import pytest
from django.db import transaction

from appraisal_floor import Cycled
from cast import AT, ON, ROLES, R, account, person
from cheji.actions import appraisals as act
from cheji.engine.scores.cycles import BEFORE, BY_VERB, DUTIES, ORDER
from cheji.reads.appraisals.boards import calibration
from cheji.reads.appraisals.cycles import cycle
from cheji.records import models as m
from cheji.records.appraised import terms_digest
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.visibility import of, viewer_of

pytestmark = pytest.mark.django_db
BARRED = (NotYours, NotFound, act.OwnAppraisal, act.NotYourPart, act.WrongStep)
#: Of a team's member, of the head of his outlet, and at an outlet of another region.
WHOSE = ("zhang", "manager", "far_consultant")
STEPS = ("agreeing", "running", "reviewing", "self", "manager", "calibrating", "published")
SCHEMES = dict.fromkeys(("consultant", "team_lead", "outlet_manager"), "everybody")


def tries(cycled, row, task):
    """What each verb about one appraisal is called with."""
    about = {"appraisal": row.pk}
    why, to = {"why": "x"}, cycled.cast.people["group_manager"].pk
    return {
        "propose": (act.propose, {**about, "terms": [act.Term(row.items.first().item, target=1)],
                                  **why}),
        "agree": (act.agree, {**about, "digest": terms_digest(row), "aimless": True}),
        "save_mark": (act.save_mark, {**about, "item": row.items.first().item, "comment": "x"}),
        "submit": (act.submit, about),
        "set_manager": (act.set_manager, {**about, "manager": to, **why}),
        "leave_out": (act.leave_out, {**about, **why}),
        "name_raters": (act.name_raters, {**about, "part": "peer", "people": [to]}),
        "place": (act.place, {**about, "potential": 2, **why}),
        "delegate": (act.delegate, {"task": task, "to": to, **why}),
        "skip": (act.skip, {"task": task, **why}),
    }  # fmt: skip


def allowed(by, give) -> bool:
    """Whether the verb lets somebody through; what it says to the rest is another matter."""
    verb, values = give
    try:
        with transaction.atomic():
            verb(by=by, at=AT, **values)
            transaction.set_rollback(True)
    except BARRED:
        return False
    except Refused:
        return True
    return True


def everybody(cast, schemes=SCHEMES, **plan):
    """A cycle of the group under a scheme that is for every post."""
    scheme = m.DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    scheme.pk, scheme.code = None, "everybody"
    scheme.body = {**scheme.body, "code": "everybody", "posts": []}
    scheme.save()
    return Cycled(cast, unit="group", schemes=schemes, left_out=("peers",), **plan)


MANAGER = {"zhang": "lead", "manager": "region_head", "far_consultant": "far_manager"}


def over(name: str, whose: str) -> bool:
    """Whether somebody's post runs appraisals at or above the outlet of the person."""
    where = {"far_consultant": "S1"}.get(whose, "N1")
    return {
        "hr": True, "group_manager": True, "operator": True, "region_head": where != "S1",
        "manager": where == "N1", "far_manager": where == "S1",
    }.get(name, False)  # fmt: skip


def expected(verb: str, step: str, name: str, whose: str) -> bool:
    mine, leads = name == whose, name == MANAGER[whose]
    if step not in BY_VERB[verb].steps:
        return False
    if verb in ("propose", "name_raters", "delegate", "place"):
        return leads
    if verb == "agree":
        return mine or leads
    if verb in ("save_mark", "submit"):
        return {"self": mine, "manager": leads}.get(step, False)
    inside = name in ("manager", "far_manager", "region_head")  # appraised in the cycle, or not
    appraised = name in ("manager", "far_manager")
    if verb == "leave_out":
        return over(name, whose) and not appraised
    return over(name, whose) and not (mine and inside)


def test_each_verb_lets_through_whom_the_handbook_names_in_every_step(cast) -> None:
    """Step by step to publication, from which on none of them is open."""
    cycled = everybody(cast)
    m.Appraisal.objects.filter(left_out="").exclude(
        person__in=[cast.people[who].pk for who in (*WHOSE, "far_manager")]
    ).update(left_out="x")
    wrong, tried = [], 0
    for step in STEPS:
        if step in BEFORE:
            cycled.go(step)
        else:
            m.Cycle.objects.filter(pk=cycled.id).update(state=step)
        for whose, verb, name, found in let_through(cycled):
            tried += 1
            if found != expected(verb, step, name, whose):
                wrong.append((step, verb, whose, name, found))
    assert wrong == []
    assert tried == len(STEPS) * len(WHOSE) * 10 * len(ROLES)


def let_through(cycled):
    """Everybody with each verb about each appraisal, and whether it lets him through."""
    for whose in WHOSE:
        row = cycled.of(whose)
        task = row.tasks.filter(part="manager").order_by("-id").first()
        for verb, give in tries(cycled, row, task.pk).items():
            for name in ROLES:
                yield whose, verb, name, allowed(cycled.cast[name], give)


def test_nobody_approves_himself_not_through_a_delegate_either(cast) -> None:
    """Whoever holds whichever task: the person is never let through about himself."""
    cycled = everybody(cast)
    cycled.go("manager")
    self_made = ("propose", "name_raters", "delegate", "place", "skip", "set_manager")
    found = []
    for whose in WHOSE:
        row = cycled.of(whose)
        task = row.tasks.get(step="manager")
        for to in (who for who in cast.people.values() if who.pk != row.person_id):
            with transaction.atomic():
                m.StepTask.objects.filter(pk=task.pk).update(
                    delegate=None if to.pk == task.owner_id else to
                )
                give = tries(cycled, row, task.pk)
                found += [
                    (whose, to.number, verb)
                    for verb in (*self_made, "save_mark", "submit")
                    if allowed(cast[whose], give[verb])
                ]
                transaction.set_rollback(True)
    assert found == []


def test_a_post_without_the_right_lends_no_reach_to_one_that_has_it(cast) -> None:
    """HR of one outlet who does marketing for the group runs no cycle of the group."""
    both = person("BOTH", "蔡明", (R.HR, cast.outlet), (R.MARKETING, cast.group))
    by = viewer_of(account(both), ON)
    calls = {
        "step_back": (act.step_back, {"why": "x"}),
        "renew": (act.renew, {}), "publish": (act.publish, {"figures": {}, "mark": 0}),
        "calibrate": (act.calibrate, {"person": cast.people["zhang"].pk, "from_grade": "D",
                                      "to_grade": "A", "why": "x"}),
    }  # fmt: skip
    for unit, own in (("group", False), ("outlet", True)):
        cycled = Cycled(cast, unit=unit, left_out=("reviewing", "self", "peers"))
        m.Cycle.objects.filter(pk=cycled.id).update(state="calibrating")
        tried = {
            verb: allowed(by, (call, {"cycle": cycled.id, **given}))
            for verb, (call, given) in calls.items()
        }
        seen = (calibration(by, cycled.id).duties, cycle(by, cycled.id).duties)
        # HR does not calibrate, wherever
        assert tried == {verb: own and verb in seen[0] for verb in calls}
        assert {bool(duties & set(calls)) for duties in seen} == {own}


def test_heads_are_appraised_by_who_stands_above_them(cast) -> None:
    """A region's head by the group's: nobody below him, nobody beside him, and not he himself."""
    beside = person("BESIDE", "郭靖", (R.REGION_HEAD, cast.north))
    cast.viewers["beside"] = viewer_of(account(beside), ON)
    roles = dict.fromkeys(("region_head", "group_manager", "hr"), "everybody")
    cycled = everybody(cast, schemes=roles)
    group = cycled.of("group_manager")
    assert [cycled.of(who).manager for who in ("region_head", "hr")] == [group.person] * 2
    assert group.manager is None
    act.leave_out(by=cast["operator"], at=AT, appraisal=group.pk, why="董事会考核")
    act.leave_out(by=cast["operator"], at=AT, appraisal=cycled.of("hr").pk, why="x")
    act.advance(by=cast["operator"], at=AT, cycle=cycled.id)
    row = cycled.of("region_head")
    task = row.tasks.get(part="manager")
    found = {
        verb: sorted(name for name, by in cast.viewers.items() if allowed(by, give))
        for verb, give in tries(cycled, row, task.pk).items()
    }
    runs = ["group_manager", "hr", "operator"]
    assert found == {
        "propose": ["group_manager"], "agree": ["group_manager", "region_head"],
        "save_mark": [], "submit": [], "name_raters": ["group_manager"], "place": [],
        "delegate": ["group_manager"], "set_manager": runs, "leave_out": runs, "skip": runs,
    }  # fmt: skip
    seen = {name for name, by in cast.viewers.items() if of(by).appraisals().filter(pk=row.pk)}
    assert seen == {"region_head", "group_manager", "hr", "finance", "auditor", "operator"}


def test_the_table_moves_every_step_and_bars_the_appraised() -> None:
    moving = [duty for duty in DUTIES if duty.verb in ("advance", "publish", "apply", "step_back")]
    assert {duty.verb: "appraised" in duty.never for duty in moving} == dict.fromkeys(
        ("advance", "step_back", "publish", "apply"), True
    )
    assert set(BEFORE) < set(ORDER)
