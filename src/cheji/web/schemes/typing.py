"""Between what was typed into the editor of a scheme and the body that YAML would give."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from django.http import QueryDict

from cheji.engine.definitions import as_json, body_of, scheme_of
from cheji.engine.definitions.fields import number_of
from cheji.engine.findings import Refused

from .entries import MOST_ROWS, NEW, QUOTA, SCHEME, USUAL, Entry, Part

Typed = dict[str, Any]
"""Texts by the name of their entry; lists of the same for parts."""
Body = dict[str, Any]
Ratios = frozenset[str]
"""Codes of the KPIs whose values are parts of 1 and are typed in percent."""
SORTED: Final = ("bands", "grades", "coefficients")
DIGITS: Final = 9


# -- from a body -------------------------------------------------------------------------------


def typed(body: Mapping[str, Any], ratios: Ratios) -> Typed:
    """A body as it stands in the fields; what is at its default shows the default."""
    quota = body.get("quota")
    flat = {**body, **({name: quota.get(name) for name in QUOTA} if quota else {})}
    flat["quota"] = bool(quota)
    shares = {part["grade"]: part["share"] for part in quota["parts"]} if quota else {}
    flat["grades"] = [
        {**grade, "share": shares.get(grade.get("label"))} for grade in body.get("grades", ())
    ]
    flat.setdefault("grains", ["month"])
    return _typed(SCHEME, flat, {}, ratios)


def _typed(part: Part, body: Mapping[str, Any], item: Mapping[str, Any], ratios: Ratios) -> Typed:
    own = _with_usual(body) if part.code == "items" else item
    found: Typed = {
        entry.name: _text(entry, body.get(entry.name), percent(entry, own, ratios))
        for entry in part.entries
    }
    for inner in part.parts:
        rows = body.get(inner.code) or ()
        found[inner.code] = [_typed(inner, row, own, ratios) for row in rows]
    return found


def _with_usual(body: Mapping[str, Any]) -> dict[str, Any]:
    usual = {**USUAL, **({"method": "deduct"} if body.get("source") == "deductions" else {})}
    return {**usual, **body}


def percent(entry: Entry, item: Mapping[str, Any], ratios: Ratios) -> bool:
    """Whether a number is typed in percent."""
    ratio = item.get("source", "kpi") == "kpi" and item.get("kpi") in ratios
    if entry.kind == "basis":
        return ratio or item.get("of", "attainment") == "attainment"
    if entry.kind == "rate":
        return bool(item.get("scale", "share") == "share")
    return entry.kind == "share" or (entry.kind == "value" and ratio)


def _text(entry: Entry, value: Any, in_percent: bool) -> Any:
    if entry.kind == "flag":
        return bool(value)
    if entry.kind == "many":
        return [str(one) for one in value or ()]
    if entry.kind == "list":
        return ", ".join(value or ())
    if value is None:
        return USUAL.get(entry.name, "") if entry.kind == "choice" else ""
    number = None if entry.kind in ("code", "text", "lines", "choice", "kpi") else number_of(value)
    if number is None:
        return str(value)
    return exact(number * 100 if in_percent else number)


def exact(value: Fraction) -> str:
    """A number as text that reads back as the same: decimals where they end, else a fraction."""
    scaled = value * 10**DIGITS
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    sign, whole = "-" if value < 0 else "", abs(scaled.numerator)
    text = f"{whole // 10**DIGITS}.{whole % 10**DIGITS:0{DIGITS}d}".rstrip("0").rstrip(".")
    return sign + text


# -- from a form -------------------------------------------------------------------------------


def read(post: QueryDict) -> Typed:
    """What the fields of the editor sent."""
    return _read(SCHEME, post, "")


def _read(part: Part, post: QueryDict, at: str) -> Typed:
    found: Typed = {entry.name: _sent(entry, post, at + entry.name) for entry in part.entries}
    for inner in part.parts:
        place = f"{at}{inner.code}."
        found[inner.code] = [_read(inner, post, f"{place}{row}.") for row in _rows(post, place)]
    return found


def _sent(entry: Entry, post: QueryDict, name: str) -> Any:
    if entry.kind == "flag":
        return name in post
    if entry.kind == "many":
        return [one[:40] for one in post.getlist(name)]
    return post.get(name, "").strip()[:800]


def _rows(post: QueryDict, place: str) -> list[int]:
    found = {name[len(place) :].partition(".")[0] for name in post if name.startswith(place)}
    rows = sorted(
        int(text) for text in found if text.isascii() and text.isdecimal() and len(text) < 4
    )
    return rows[:MOST_ROWS]


def changed(given: Typed, deed: str) -> Typed:
    """What was typed after a button: `add:items`, `drop:items.2`, `up:items.2.bands.1`."""
    verb, _colon, place = deed.partition(":")
    path = place.split(".")
    row: int | None = None
    if path[-1].isdecimal():
        row = int(path.pop())
    rows = _at(given, path)
    if rows is None:
        return given
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append(_blank(path[-1]))
    elif row is not None and row < len(rows):
        _moved(rows, verb, row)
    return given


def _at(given: Typed, path: list[str]) -> list[Typed] | None:
    """The list of rows at a place; None where there is none."""
    place: Any = given
    for step in path:
        if isinstance(place, list):
            place = place[int(step)] if step.isdecimal() and int(step) < len(place) else None
        else:
            place = place.get(step) if isinstance(place, dict) else None
    return place if isinstance(place, list) else None


def _blank(code: str) -> Typed:
    part = _parts()[code]
    return {
        **{entry.name: _text(entry, None, False) for entry in part.entries},
        **{inner.code: [] for inner in part.parts},
        **NEW.get(code, {}),
    }


def _parts() -> dict[str, Part]:
    found = {}
    ways = [SCHEME]
    while ways:
        part = ways.pop()
        found[part.code] = part
        ways += part.parts
    return found


def _moved(rows: list[Typed], verb: str, row: int) -> None:
    if verb == "drop":
        del rows[row]
    elif verb == "up" and row:
        rows[row - 1 : row + 1] = [rows[row], rows[row - 1]]
    elif verb == "copy" and len(rows) < MOST_ROWS:
        rows.insert(row + 1, {**rows[row], "code": ""})


# -- to a body ---------------------------------------------------------------------------------


def said(given: Typed, code: str, ratios: Ratios) -> Body:
    """The body that the fields say: as a pack would write it, where it can be read.

    A number that is none stays as typed, and the check finds it.
    """
    body: Body = {"code": code, **_said(SCHEME, given, given, ratios)}
    grades = body.get("grades", [])
    _distribute(body, grades)
    for grade in grades:
        grade.pop("share", None)
    try:
        return dict(as_json(body_of(scheme_of(body))))
    except Refused:
        return body


def _said(part: Part, given: Typed, item: Typed, ratios: Ratios) -> Body:
    own = given if part.code == "items" else item
    pairs = (
        (entry.name, _value(entry, given.get(entry.name), percent(entry, own, ratios)))
        for entry in part.entries
        if entry.fits is None or part.code == "grades" or entry.fits(given)
    )
    body: Body = {
        name: value for name, value in pairs if value is not False and value not in ("", [])
    }
    for inner in part.parts:
        if inner.fits is None or inner.fits(given):
            rows = [_said(inner, row, own, ratios) for row in given.get(inner.code, ())]
            if rows:
                body[inner.code] = list(_ascending(rows)) if inner.code in SORTED else rows
    return body


def _value(entry: Entry, text: Any, in_percent: bool) -> Any:
    if entry.kind in ("flag", "many"):
        return text
    if entry.kind == "list":
        parts = str(text or "").replace("，", ",").replace("、", ",").split(",")
        return [part.strip() for part in parts if part.strip()]
    if entry.kind == "choice" and USUAL.get(entry.name) == text and entry.name != "method":
        return ""
    if entry.kind in ("code", "text", "lines", "choice", "kpi") or not text:
        return text
    number = number_of(text)
    if number is None:
        return text
    typed_so = in_percent and not str(text).rstrip().endswith(("%", "％"))
    return as_json(number / 100 if typed_so else number)


def _ascending(rows: list[Body]) -> Iterator[Body]:
    """Bounds in order, as far as they are numbers: order of typing means nothing."""
    numbers = [number_of(row.get("from")) for row in rows]
    if None in numbers:
        yield from rows
        return
    yield from sorted(rows, key=lambda row: number_of(row["from"]) or Fraction(0))


def _distribute(body: Body, grades: list[Body]) -> None:
    """The forced distribution from its few fields and the shares beside the grades."""
    fields = {name: body.pop(name) for name in QUOTA if name in body}
    if not body.pop("quota", False):
        return
    parts = [
        {"grade": grade.get("label", ""), "share": grade.get("share", 0)}
        for grade in reversed(grades)
    ]
    body["quota"] = {"parts": parts, **fields}
