"""What figures may be held against, by the word in an address or on the command line."""

from dataclasses import replace

from cheji.reads.comparisons.crews import people_side
from cheji.reads.comparisons.outlets import AVERAGES, BESTS, SIMILAR, outlets_side
from cheji.reads.comparisons.published import published_side
from cheji.reads.comparisons.sides import Question, Side, own_side, past_side
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import back
from cheji.reads.kpis.ground import Slice, parts_of
from cheji.records.refusals import BadValue

TIMES = ("previous", "last_year")
PEOPLE = ("people", "people_best")
PUBLISHED = "published:"
OF_OUTLETS = (*AVERAGES, *BESTS, SIMILAR)
FITS = {"outlet": OF_OUTLETS, "person": PEOPLE}
"""Benchmarks by whose figures they fit; earlier periods fit everybody's."""
WAYS = (*OF_OUTLETS, *PEOPLE, *TIMES)


def fitting(asked: Question) -> tuple[str, ...]:
    """The ways that fit whose figures they are; none that holds the own outlet alone."""
    if asked.whose.person is not None:
        return (*PEOPLE, *TIMES)
    if asked.place.kind != "outlet":
        return TIMES
    wide = [place.kind for place in benchmarks.around(asked.ground, asked.place)]
    if not wide:
        return TIMES
    names = [way for way, kind in (("nation", "group"), ("region", "region")) if kind in wide]
    return (*names, *(f"{name}_best" for name in names), SIMILAR, *TIMES)


def default_against(asked: Question) -> str:
    """A person is held against his people, an outlet against the nation.

    Others, and the only outlet of a house, against last year, or where nothing is known of it
    against the period before.
    """
    first, *_others = fitting(asked)
    if first not in TIMES:
        return first
    begins = parts_of(asked.grain, asked.period)[0] - 100
    facts = asked.ground.scope.facts().filter(outlet__in=asked.place.outlets, month__lte=begins)
    return "last_year" if facts.exists() else "previous"


def other_side(asked: Question, against: str, by: str) -> Side:
    """What the figures are held against; `by` is the result by which a best is chosen of people.

    Raises:
        NotFound: no such benchmark, or not for this viewer.
        BadValue: it does not fit whose figures they are.
    """
    if against in TIMES:
        return past_side(asked, _earlier(asked, against))
    if against in PEOPLE:
        return people_side(asked, against, by)
    if against.startswith(PUBLISHED):
        return published_side(asked, against.removeprefix(PUBLISHED))
    if against in OF_OUTLETS and asked.whose.person is None:
        return outlets_side(asked, against)
    return _named(asked, against)


def _earlier(asked: Question, against: str) -> int:
    if against == "previous":
        return back(asked.grain, asked.period, 1)
    months = {"month": 12, "year": 1}
    return back(asked.grain, asked.period, months[asked.grain])


def _named(asked: Question, code: str) -> Side:
    """Another outlet within reach."""
    found = asked.ground.place(code)
    if found.kind != asked.place.kind or asked.whose.person is not None:
        raise BadValue(field="against", value=code, why=" / ".join(WAYS))
    return own_side(replace(asked, whose=Slice(found.id)))
