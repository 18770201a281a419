"""What a published result tells to whom: parts in reach, places, what a veto took."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT, ON, Cast, R, account, person, viewer_of
from cheji.actions import appraisals as act
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.results import result, results
from cheji.reads.appraisals.summaries import summary_of
from cheji.records import models as m
from cheji.records.appraised import Figures
from cheji.records.visibility import Viewer

pytestmark = pytest.mark.django_db
MOVED = date(2026, 2, 16)


@dataclass
class Moved:
    """A region's February in which Zhang went to the sister outlet, whose manager looks."""

    cast: Cast
    cycled: Cycled
    parts: tuple[m.Appraisal, m.Appraisal]
    sister: Viewer


def moved(cast: Cast, *, taken_in: bool = True) -> Moved:
    sister = person("SISTER", "高洁", (R.OUTLET_MANAGER, cast.sister))
    cast.viewers["sister_manager"] = viewer_of(account(sister), ON)
    zhang = cast.people["zhang"]
    m.Post.objects.filter(person=zhang).update(until=MOVED)
    m.Post.objects.create(person=zhang, unit=cast.sister, role=R.CONSULTANT, since=MOVED)
    cycled = Cycled(cast, unit="north", left_out=("reviewing", "self", "peers", "calibrating"))
    first, second = m.Appraisal.objects.filter(person=zhang).order_by("since")
    if taken_in:  # its 13 days are fewer than the scheme asks for
        act.leave_out(by=cast["hr"], at=AT, appraisal=second.pk, why="")
    return Moved(cast, cycled, (first, second), cast["sister_manager"])


def published(there: Moved, **second: Fraction) -> Moved:
    there.cycled.go("manager")
    there.cycled.do_all()
    figures = {row.pk: Figures(FIGURES) for row in m.Appraisal.objects.all()}
    figures[there.parts[1].pk] = Figures({**FIGURES, **second})
    by = there.cast["group_manager"]
    act.publish(by=by, at=AT, cycle=there.cycled.id, figures=figures, mark=0)
    return there


FIGURES = {"sat_rate": Fraction(8, 10), "new_customers": Fraction(10)}


def points(parts) -> dict[str, Fraction]:
    return {item.code: item.value for part in parts for item in part.items}


def test_each_part_is_shown_with_its_own_figures_to_whoever_sees_it(cast) -> None:
    there = published(moved(cast), sat_rate=Fraction(1))
    hers = result(there.sister, there.cycled.id, "ZHANG")[1]
    assert [part.appraisal for part in hers.parts] == [there.parts[1].pk]
    assert points(hers.parts)["sat_rate"] == 1
    his = result(there.cast["manager"], there.cycled.id, "ZHANG")[1]
    assert [part.appraisal for part in his.parts] == [there.parts[0].pk]
    assert points(his.parts)["sat_rate"] == Fraction(8, 10)
    own = result(there.cast["hr"], there.cycled.id, "ZHANG")[1]
    assert [part.days for part in own.parts] == [15, 13]
    assert hers.seen.total == his.seen.total == own.seen.total


def test_files_hold_the_parts_in_reach(cast) -> None:
    there = published(moved(cast), sat_rate=Fraction(1))
    for viewer, which, shown in ((there.sister, 1, Fraction(1)), (cast["manager"], 0, "8/10")):
        own = [
            row for row in summary_of(viewer, there.cycled.id).items if row.person.number == "ZHANG"
        ]
        assert {row.actual for row in own if row.code == "sat_rate"} == {Fraction(shown)}
        paper = paper_of(viewer, there.parts[which].pk)
        assert [days for days, _parts in paper.parts] == [[15, 13][which]]
        assert paper.elsewhere == [13, 15][which]
    whole = paper_of(cast["hr"], there.parts[0].pk)
    assert ([days for days, _parts in whole.parts], whole.elsewhere) == ([15, 13], 0)


def test_who_moved_has_a_place_where_he_ended(cast) -> None:
    there = published(moved(cast))
    places = {
        key: {
            one.person.number: (one.rank, one.of)
            for one in results(viewer, there.cycled.id).results
        }
        for key, viewer in (("manager", cast["manager"]), ("sister", there.sister))
    }
    assert places["manager"] == {"LI": (1, 2), "WANG": (1, 2), "ZHANG": (0, 0)}
    assert places["sister"] == {"SISTER_CONSULTANT": (1, 2), "ZHANG": (1, 2)}


def violated(there: Moved, on: date, outlet: m.Unit) -> None:
    """A proven veto: the total is 0."""
    zhang = there.cast.people["zhang"]
    m.Violation.objects.create(
        outlet=outlet, person=zhang, on_date=on, code="private_deal", text="私单",
        state="decided", decision="属实", made_at=AT, decided_at=AT,
        made_by=there.cast.people["hr"].user, decided_by=there.cast.people["region_head"].user,
    )  # fmt: skip


@pytest.mark.parametrize("taken_in", [True, False])
def test_a_veto_is_not_left_behind_by_moving(cast, taken_in) -> None:
    """Neither with a part that counts, nor with one too short to be scored."""
    there = moved(cast, taken_in=taken_in)
    violated(there, date(2026, 2, 20), cast.sister)
    seen = result(published(there).cast["hr"], there.cycled.id, "ZHANG")[1]
    assert (seen.seen.total, seen.seen.grade, seen.seen.coefficient) == (0, "D", 0)
    assert [one.code for one in seen.adjustments] == ["private_deal"] * taken_in


def test_a_page_asks_as_often_however_many_are_appraised(
    cast, django_assert_max_num_queries
) -> None:
    there, one = published(moved(cast)), alone(cast)
    with django_assert_max_num_queries(20):
        result(cast["wang"], there.cycled.id, "WANG")
    with django_assert_max_num_queries(20):
        result(cast["far_consultant"], one, "FAR_CONSULTANT")


def alone(cast: Cast) -> int:
    """A cycle with one person in it."""
    cycled = Cycled(cast, unit="far", left_out=("reviewing", "self", "peers", "calibrating"))
    cycled.go("manager")
    cycled.do_all()
    cycled.publish()
    return cycled.id
