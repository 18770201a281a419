"""Between what was typed into the editor of a pay plan and the body that YAML would give."""

import re
from collections.abc import Mapping
from typing import Any, Final

from cheji.engine.definitions import as_json, body_of, pay_plan_of
from cheji.engine.findings import Refused
from cheji.engine.pay.why import RELEASES, SHARES
from cheji.engine.pay.words import KINDS
from cheji.web import editors
from cheji.web.editors import Body, Editor, Entry, Ratios, Row, Typed
from cheji.web.editors.typing import rows_at

from .entries import LATER, NEW, PLAN, RENEWS
from .naming import named, once

INNER: Final = ("look", "clawback")
"""Keys with a body of their own, which the editor asks for by `look.by`."""
ON: Final = "components"
CODED: Final = ("components", *LATER)
EVENTS: Final = {name: code for code, names in RELEASES.items() for name in names}
"""Codes of the offered events by what people call them."""


def typed(body: Mapping[str, Any], ratios: Ratios) -> Typed:
    """A body as it stands in the fields; what is at its default shows the default."""
    try:
        whole = made(body)
    except Refused:
        whole = dict(body)
    return editors.typed(EDITOR, _flat(whole), ratios)


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key in INNER:
            usual = {"policy": "original_rate"} if key == "clawback" else {}
            found |= {f"{key}.{name}": one for name, one in {**usual, **value}.items()}
        elif key == "where":
            found[key] = [_filter(name, rule) for name, rule in value.items()]
        elif isinstance(value, list):
            found[key] = [_flat(one) if isinstance(one, Mapping) else one for one in value]
        else:
            found[key] = value
    if "kpi" in found:
        found.setdefault("than", ["target"])
    return once(found)


def _filter(dimension: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    way = "not" if "not" in rule else "in"
    return {"dimension": dimension, "way": way, "values": rule.get(way, ())}


def percent(entry: Entry, subject: Row, ratios: Ratios) -> bool:
    """Whether a number is typed in percent."""
    by, of = subject.get("look.by"), subject.get("look.of")
    if entry.kind == "basis":
        return by in SHARES or (by == "kpi" and of in ratios)
    if entry.kind == "rate":
        pot = subject.get("kind") == "pool" and subject.get("pot", "share") == "share"
        return pot or subject.get("kind") == "share"
    return entry.kind == "share" or (entry.kind == "value" and subject.get("kpi") in ratios)


def coded(given: Typed) -> Typed:
    """Every part with a code: what has none is called by its kind, and numbered."""
    taken = _taken(given)
    for key in CODED:
        for row in given[key]:
            if not row["code"]:
                row["code"] = _free(row.get("kind") or key.removesuffix("s"), taken)
                taken.add(row["code"])
    return given


def recoded(given: Typed, path: list[str]) -> None:
    """A code that was made for another kind gives way to one of the component's, wherever named."""
    rows = rows_at(given, path[:1]) if path[0] == "components" else None
    if rows is None or not path[1].isdecimal() or int(path[1]) >= len(rows):
        return
    row, old = rows[int(path[1])], rows[int(path[1])]["code"]
    stem = re.sub(r"_\d+$", "", old)
    if stem not in KINDS or stem == row["kind"]:
        return
    row["code"] = _free(row["kind"], _taken(given))
    for named_in in (one for key in LATER for one in given[key] if old in one.get(ON, ())):
        named_in[ON] = [row["code"] if code == old else code for code in named_in[ON]]


def _taken(given: Typed) -> set[str]:
    """The codes of all parts: no two of a pay plan have one, of whatever kind they are."""
    return {row["code"] for key in CODED for row in given[key]}


def _free(stem: str, taken: set[str]) -> str:
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _nested(body: Mapping[str, Any]) -> Body:
    """What the fields say in the shape of a body."""
    found: Body = {}
    for key, value in body.items():
        outer, _dot, inner = key.partition(".")
        if inner:
            found.setdefault(outer, {})[inner] = value
        elif key == "where":
            found[key] = _filters(value)
        elif key in ("release", "event"):
            found[key] = EVENTS.get(value, value)
        elif isinstance(value, list):
            found[key] = [_nested(one) if isinstance(one, Mapping) else one for one in value]
        else:
            found[key] = value
    if "kpi" in found:
        found.setdefault("than", [])
    return found


def _filters(rows: list[Row]) -> dict[str, dict[str, list[str]]]:
    """Filters by what they look at; two of the same are one with the values of both."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        found.setdefault(row.get("dimension", ""), {}).setdefault(row.get("way", "in"), []).extend(
            row.get("values", ())
        )
    return found


def made(body: Mapping[str, Any]) -> Body:
    """The body as a pack would write it.

    Raises:
        Refused: with what cannot be read.
    """
    return dict(as_json(body_of(pay_plan_of(body))))


def said(given: Typed, code: str, ratios: Ratios) -> Body:
    """The body that the fields say: as a pack would write it, where it can be read."""
    return editors.said(EDITOR, given, code, ratios)


EDITOR = Editor(
    PLAN,
    percent,
    made,
    new=NEW,
    renews=RENEWS,
    ascending=frozenset({"tiers"}),
    shaped=lambda body: named(_nested(body)),
)
