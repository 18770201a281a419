"""Benchmarks: what a viewer is given of outlets out of reach never adds up to one of them."""

import random
from datetime import date
from fractions import Fraction

import pytest

from beginnings import begun
from cast import ON, R, account, load_pack, person, totals, unit
from cheji.reads import kpis
from cheji.records.refusals import NotFound
from cheji.records.visibility import viewer_of

pytestmark = pytest.mark.django_db
MONTH = {"year": 2026, "month": 202601, "by": "benchmark", "code": "kpi"}


@pytest.fixture(autouse=True)
def _pack(db):
    with begun(load_pack):
        yield


def group(sizes):
    """A group with outlets by region; the later an outlet, the more deliveries it has."""
    top = unit("group", "G")
    made, number = {}, 0
    for at, size in enumerate(sizes):
        region = unit("region", f"R{at}", top)
        made[region] = []
        for _ in range(size):
            number += 1
            outlet = unit("outlet", f"O{number}", region)
            totals(outlet, date(2026, 1, 1), deliveries_walk_in=number, visits=100 - number)
            made[region].append(outlet)
    return top, made


def stands_at(number, *outlets):
    who = person(number, "店长", *((R.OUTLET_MANAGER, outlet) for outlet in outlets))
    return viewer_of(account(who), ON)


def sheet_of(viewer, outlet, **more):
    return kpis.sheet(viewer, outlet=outlet.code, **{**MONTH, **more})


def rank(rows):
    """Of a matrix, exactly."""
    rows = [[Fraction(cell) for cell in row] for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for row in rows[found + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


def derived(viewer, mine, made):
    """The hidden outlets whose figures follow from what the sheets of all his outlets give.

    As unknowns those that no best column gives openly: a best is one outlet, without its name.
    """
    every = [outlet for outlets in made.values() for outlet in outlets]
    given, open_ = [], set()
    for own in mine:
        sheet = sheet_of(viewer, own)
        region = next(outlets for outlets in made.values() if own in outlets)
        alike = [[outlet for outlet in every if outlet != own]] * (len(sheet.columns) > 5)
        columns = (every, region, every, region, *alike)
        for column, outlets in zip(sheet.columns[1:], columns, strict=True):
            if column.withheld:
                continue
            if column.of.kind.endswith("best"):
                open_.add(outlets[-1].pk)
            else:
                given.append({outlet.pk for outlet in outlets})
    known = open_ | {outlet.pk for outlet in mine}
    hidden = [outlet.pk for outlet in every if outlet.pk not in known]
    sums = [[int(pk in row) for pk in hidden] for row in given]
    alone = [[int(pk == other) for other in hidden] for pk in hidden]
    return [pk for pk, row in zip(hidden, alone, strict=True) if rank([*sums, row]) == rank(sums)]


SHAPES = [
    ([3], 1), ([4], 1), ([5], 1), ([2, 1], 1), ([3, 1], 1), ([4, 1], 1), ([4, 2], 1), ([3, 3], 1),
    ([4, 4, 1], 2), ([5, 5, 1], 2), ([5, 4, 2], 3), ([6, 1, 1], 1),
]  # fmt: skip


@pytest.mark.parametrize(("sizes", "posts"), SHAPES)
def test_no_outlet_out_of_reach_can_be_worked_out(sizes, posts):
    _, made = group(sizes)
    draw = random.Random(str(sizes))
    firsts = [outlets[0] for outlets in made.values()]
    mine = firsts[:posts] if posts <= len(firsts) else draw.sample(firsts, len(firsts))
    viewer = stands_at("M", *mine)
    assert derived(viewer, mine, made) == []


def test_the_average_less_the_best_would_give_the_third():
    """With two outlets out of reach the average is given, and the best therefore is not."""
    _, made = group([3])
    own = next(iter(made.values()))[0]
    columns = sheet_of(stands_at("M", own), own).columns
    assert [c.withheld for c in columns] == [False, False, False, True, True]


def test_a_best_is_given_without_its_name_where_enough_others_hide_behind_it():
    _, made = group([5])
    own, *_, best = next(iter(made.values()))
    sheet = sheet_of(stands_at("M", own), own)
    assert [c.withheld for c in sheet.columns[:5]] == [False] * 5
    assert [(c.of.name, c.of.code) for c in sheet.columns[3:5]] == [("", "G"), ("", "R0")]
    deliveries = [line.cells[3].value for line in sheet.lines if line.kpi.code == "deliveries"]
    assert deliveries == [5]
    assert best.name not in str(sheet)


def test_asking_for_the_best_by_another_kpi_opens_no_further_outlet():
    """By visits the best is another outlet than by deliveries; its column stays closed."""
    top, made = group([6])
    region, outlets = next(iter(made.items()))
    own = outlets[2]
    viewer = stands_at("M", own)
    sheet = sheet_of(viewer, own, best_by="visits")
    assert [c.withheld for c in sheet.columns[:5]] == [False, False, False, True, True]
    for place in (top, region):
        by = f"best.{{}}.u{place.pk}:month:202601:{{}}".format
        assert kpis.reason(viewer, by("deliveries", "deliveries")).value == 6
        with pytest.raises(NotFound):
            kpis.reason(viewer, by("visits", "visits"))
        with pytest.raises(NotFound):
            kpis.reason(viewer, by("visits", "deliveries"))


def test_who_sees_all_outlets_is_told_the_best_by_name_and_by_any_kpi():
    _, made = group([3])
    outlets = next(iter(made.values()))
    viewer = stands_at("M", *outlets)
    sheet = sheet_of(viewer, outlets[0], best_by="visits")
    assert [c.of.name for c in sheet.columns[3:5]] == [outlets[0].name] * 2
    assert not any(c.withheld for c in sheet.columns)


def test_the_best_of_each_line_is_for_who_sees_every_outlet():
    """Deliveries rise and visits fall with the number of an outlet: no one is best in both."""
    _top, made = group([4])
    ((_region, outlets),) = made.items()
    sheet = sheet_of(stands_at("ALL", *outlets), outlets[0], best_by="each")
    at = [column.of.kind for column in sheet.columns].index("nation_each")
    best = {line.kpi.code: line.cells[at] for line in sheet.lines}
    assert (best["deliveries"].value, best["deliveries"].name) == (4, outlets[3].name)
    assert (best["visits"].value, best["visits"].name) == (99, outlets[0].name)
    assert (best["orders_open"].value, best["orders_open"].key) == (None, "")
    few = sheet_of(stands_at("TWO", *outlets[:2]), outlets[0], best_by="each")
    assert few.columns[at].withheld
    assert {line.cells[at].value for line in few.lines} == {None}
