"""Who is told what of an appraisal: delegates in their turn, raters hidden from the person."""

from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT, ON
from cheji.actions import appraisals as act
from cheji.packs.loading import load
from cheji.reads.appraisals.heads import head_of, task_head
from cheji.reads.appraisals.items import effect_of
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.standing import weakest
from cheji.reads.appraisals.summaries import summary_of
from cheji.records.refusals import NotFound
from cheji.records.visibility import of

pytestmark = pytest.mark.django_db
LEFT_OUT = ("reviewing", "self", "peers", "calibrating")


def sees(viewer, cycled: Cycled) -> tuple[int, int]:
    """How many of the cycle's appraisals as a whole, and how many at all."""
    scope = of(viewer)
    found = (scope.appraisals_in_reach(), scope.appraisals())
    return tuple(rows.filter(cycle=cycled.id).count() for rows in found)


def test_a_delegate_sees_an_appraisal_while_it_is_his_turn(cast) -> None:
    """Zhang's lead hands the signature to a lead of another team, who then has no part in it."""
    other = cast["wang"]
    cycled = Cycled(cast, left_out=LEFT_OUT)
    cycled.advance()
    zhang = cycled.of("zhang")
    zhang.tasks.filter(step="agreeing", part="manager").update(
        delegate=cast.people["wang"], delegated_by=cast["lead"].user, delegated_why="出差"
    )
    assert sees(other, cycled) == (2, 2)  # his own, and Zhang's
    cycled.do_all()
    assert sees(other, cycled) == (2, 2)
    act.log_talk(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=zhang.person_id, on_date=ON,
        said=act.Said("coaching", "报价过早", agreed="周三复盘", appraisal=zhang.pk),
    )  # fmt: skip
    plan = act.Improvement("需求分析", until=ON, measure="问满五项")
    act.plan_development(by=cast["lead"], at=AT, appraisal=zhang.pk, what=plan)
    told = paper_of(other, zhang.pk)
    assert (told.talks, told.developments) == ((), ())
    known = paper_of(cast["lead"], zhang.pk)
    assert (len(known.talks), len(known.developments)) == (1, 1)
    cycled.advance()
    assert sees(other, cycled) == (1, 2)
    cycled.go("manager")
    cycled.do_all()
    cycled.publish()
    assert sees(other, cycled) == (1, 1)


@pytest.mark.parametrize("raters", [("li", "wang"), ("li", "wang", "manager")])
def test_who_marks_besides_the_manager_is_not_told_to_the_person(cast, raters) -> None:
    cycled = Cycled(cast, left_out=("reviewing", "self", "calibrating"))
    row = cycled.of("zhang")
    people = [cast.people[key].pk for key in raters]
    act.name_raters(by=cast["lead"], at=AT, appraisal=row.pk, part="peer", people=people)
    cycled.go("peers")
    parts = {
        key: {t.part for t in head_of(cast[key], row.pk)[1].tasks} for key in ("zhang", "lead")
    }
    assert parts == {"zhang": {"self", "manager"}, "lead": {"self", "manager", "peer"}}
    hidden = row.tasks.filter(part="peer").first()
    with pytest.raises(NotFound):
        task_head(cast["zhang"], hidden.pk)
    for key, mark in zip(raters, (700_000, 900_001, 800_000), strict=False):
        save = {"appraisal": row.pk, "item": "teamwork", "mark": mark, "comment": f"{key} 说"}
        act.save_mark(by=cast[key], at=AT, **save)
        act.submit(by=cast[key], at=AT, appraisal=row.pk)
    cycled.do_all()
    cycled.publish()
    marks = {key: peers(paper_of(cast[key], row.pk)) for key in ("zhang", "lead")}
    assert sorted(text for _mark, text in marks["lead"]) == sorted(f"{key} 说" for key in raters)
    if len(raters) == 3:
        assert marks["zhang"] == marks["lead"]
    else:  # too few to hide in: their mean
        assert marks["zhang"] == [("80.0001", "")]
    told = {
        key: {row.comment for row in summary_of(cast[key], cycled.id).marks if row.part == "peer"}
        for key in ("zhang", "hr")
    }
    assert told == {"zhang": {""}, "hr": {f"{key} 说" for key in raters}}


def peers(paper) -> list[tuple[str, str]]:
    return [(f"{float(one.mark):g}", one.comment) for one in paper.marks if one.part == "peer"]


@pytest.mark.parametrize(("points", "lost"), [("3333/100", None), ("1661/50", Fraction(17, 150))])
def test_an_item_that_lost_less_than_is_told_is_not_the_weakest(points, lost) -> None:
    """33.33 of 100/3 points is 0.00 lost; 33.22 is 0.11."""
    found = load("dealership").definitions
    scheme = next(one for one in found.schemes if one.code == "consultant_manual")
    part = {
        "kind": "score_item", "code": "sales_units", "value": points, "detail": {"weight": "100/3"},
    }  # fmt: skip
    seen = weakest(found, scheme, {"parts": [part]})
    assert (seen and seen.lost) == lost


@pytest.mark.parametrize(
    ("told", "effect", "method", "actual", "target"),
    [
        ("no_target", "missing", "ratio", "5", None),
        ("no_target", "missing", "steps", None, None),
        ("no_target", "missing", "ratio", "5", "0"),
        ("no_target_left_out", "left_out", "points", "5", None),
        ("no_target", "missing", "bands", "5", None),
        ("missing", "missing", "ratio", None, "6"),
        ("missing", "missing", "bands", None, None),
        ("left_out", "left_out", "deduct", None, None),
        ("gate", "gate", "ratio", "0", None),
    ],
)
def test_a_missing_target_is_told_from_a_missing_value(
    told, effect, method, actual, target
) -> None:
    detail = {"effect": effect, "method": method, "actual": actual, "target": target}
    assert effect_of({"detail": detail}) == told
