"""What the editor says back: sums of weights, findings at their places, words, a live example."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cheji.engine.definitions import Scheme, scheme_of
from cheji.engine.definitions.fields import number_of
from cheji.engine.findings import Finding, Refused
from cheji.engine.periods import DAY, period_of
from cheji.engine.scores import Change, ScoreCard, scheme_words, standard
from cheji.reads import supposing
from cheji.reads.appraisals import examples
from cheji.reads.definitions import Catalogue
from cheji.records.refusals import Refused as No
from cheji.records.visibility import Viewer
from cheji.web import bands, editors
from cheji.web.editors import Typed, exact
from cheji.web.wording import chinese, named

from .entries import SCHEME


def kpi_names(found: Catalogue) -> dict[str, str]:
    return {kpi.code: named(kpi) for kpi in found.all.kpis}


def kpi_choices(found: Catalogue) -> list[tuple[str, str]]:
    """Every KPI for the list behind the field."""
    return sorted(kpi_names(found).items(), key=lambda pair: pair[1])


def told(
    found: Catalogue,
    given: Typed,
    body: Mapping[str, Any],
    findings: tuple[Sequence[Finding], Sequence[Finding]],
) -> dict[str, Any]:
    """Everything beside the inputs."""
    names = kpi_names(found)
    items = [_item_said(found, row, names) for row in body.get("items", ())]
    return {
        "weights": _weights(given),
        "faults": editors.findings(SCHEME, findings[0], given, names),
        "notes": editors.findings(SCHEME, findings[1], given, names),
        "items": list(enumerate(items)),
        "bands": _bands(body),
        "sentences": _sentences(body),
    }


# -- weights -----------------------------------------------------------------------------------


def _weights(given: Typed) -> dict[str, Any]:
    """The sum of the weights, and of each group against what it says."""
    items = [(row.get("group", ""), number_of(row.get("weight"))) for row in given["items"]]
    total = sum((weight or Fraction(0) for _group, weight in items), Fraction(0))
    product = given.get("combine") == "product"
    groups = [
        {
            "name": row.get("zh" if chinese() else "en") or row.get("code"),
            "sum": exact(own),
            "says": row.get("weight"),
            "right": own == number_of(row.get("weight")),
        }
        for row in given["groups"]
        for own in [sum((w or Fraction(0) for g, w in items if g == row.get("code")), Fraction(0))]
    ]
    right = total == 100 or product
    left = "" if right else exact(100 - total)
    return {
        "total": exact(total),
        "right": right,
        "left": left,
        "over": total > 100,
        "bar": min(int(total), 100),
        "groups": groups,
        "product": product,
    }


# -- findings ----------------------------------------------------------------------------------


# -- words -------------------------------------------------------------------------------------


def _item_said(found: Catalogue, row: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """The standard of an item, sentence by sentence; nothing while it cannot be read."""
    scheme = _alone(row)
    if scheme is None:
        return []
    kpi = found.all.kpi.get(row.get("kpi", ""))
    sentences = standard(scheme.items[0], unit=kpi.unit if kpi else "")
    own = names.get(row.get("kpi", ""), "")
    return [*([own] if own else []), *(one[0 if chinese() else 1] for one in sentences)]


def _alone(row: Mapping[str, Any]) -> Scheme | None:
    """The item in a scheme of its own, so that the faults of others do not silence it."""
    own = {name: value for name, value in row.items() if name not in ("group", "needs")}
    left = 100 - (number_of(row.get("weight")) or Fraction(0))
    rest = {"code": "the_others", "zh": "x", "en": "x", "source": "goal", "weight": exact(left)}
    body = {
        "code": "x",
        "zh": "x",
        "en": "x",
        "items": [own, rest] if left > 0 else [own],
        "grades": [{"from": 0, "label": "A"}],
        "coefficient": "linear",
    }
    try:
        return scheme_of(body)
    except Refused:
        return None


def _bands(body: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Grades and coefficients with their intervals in words: code, title, rows."""
    found = []
    for code, title, key in (
        ("grades", _("Grades"), "label"),
        ("coefficients", _("Coefficients"), "rate"),
    ):
        rows = list(body.get(code, ()))
        starts = [number_of(row.get("from")) for row in rows]
        known = [start for start in starts if start is not None]
        if rows and len(known) == len(rows) and known == sorted(set(known)):
            said = [_rate(row.get(key, "")) for row in rows]
            found.append((code, title, list(zip(bands.reached(known), said, strict=True))))
    return found


def _rate(value: Any) -> str:
    number = number_of(value)
    return str(value) if number is None else exact(number)


def _sentences(body: Mapping[str, Any]) -> list[str]:
    try:
        return [one[0 if chinese() else 1] for one in scheme_words(scheme_of(body))]
    except Refused:
        return []


# -- a real person -----------------------------------------------------------------------------


def example(
    who: Viewer, found: Catalogue, body: Mapping[str, Any], post: QueryDict, *, broken: bool
) -> dict[str, Any]:
    """One person's last month by the draft, beside the version in force."""
    outlets = supposing.outlets(who)
    if broken or not outlets:
        return {"outlets": outlets}
    draft = scheme_of(body)
    outlet = post.get("example-outlet", "") or outlets[0].code
    month = period_of(period_of(who.on, "month").start - DAY, "month").key
    try:
        people = examples.candidates(who, outlet, month, draft)
        chosen = _chosen(post.get("example-person", ""), [one.id for one in people])
        both = [draft, *(one for one in found.all.schemes if one.code == draft.code)]
        seen = examples.example(who, outlet, month, both, chosen) if chosen else None
    except (No, Refused):
        return {"outlets": outlets}
    return {
        "outlets": outlets,
        "outlet": outlet,
        "people": people,
        "person": chosen,
        "month": month,
        "example": seen,
        "changes": _changes(seen, kpi_names(found), draft) if seen else [],
    }


def _chosen(text: str, people: Sequence[int]) -> int:
    if text.isdecimal() and int(text) in people:
        return int(text)
    return people[0] if people else 0


def _changes(
    seen: examples.Example, names: Mapping[str, str], draft: Scheme
) -> list[dict[str, Any]]:
    """Item by item the points of the draft, those in force, and the difference."""
    labels = {item.key: named(item) or names.get(item.kpi, item.key) for item in draft.items}
    moved = {change.code: change for change in seen.change.changes} if seen.change else {}
    old = _points(seen.old)
    rows = [
        _change(labels.get(code, names.get(code, code)), points, old.get(code), moved.get(code))
        for code, points in _points(seen.new).items()
    ]
    gone = [
        _change(names.get(code, code), None, points, moved.get(code))
        for code, points in old.items()
        if code not in _points(seen.new)
    ]
    return rows + gone


def _change(
    name: str, new: Fraction | None, old: Fraction | None, change: Change | None
) -> dict[str, Any]:
    return {"name": name, "new": new, "old": old, "change": change.points if change else None}


def _points(card: ScoreCard | None) -> dict[str, Fraction | None]:
    return {item.reason.code: item.points for item in card.items} if card else {}
