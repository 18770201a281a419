"""Between what was typed into the editor of a scheme and the body that YAML would give."""

from collections.abc import Mapping
from typing import Any

from cheji.engine.definitions import as_json, body_of, scheme_of
from cheji.web import editors
from cheji.web.editors import Body, Editor, Entry, Ratios, Row, Typed

from .entries import NEW, QUOTA, SCHEME


def typed(body: Mapping[str, Any], ratios: Ratios) -> Typed:
    """A body as it stands in the fields; what is at its default shows the default."""
    quota = body.get("quota")
    flat = {**body, **({name: quota.get(name) for name in QUOTA} if quota else {})}
    flat["quota"] = bool(quota)
    shares = {part["grade"]: part["share"] for part in quota["parts"]} if quota else {}
    flat["grades"] = [
        {**grade, "share": shares.get(grade.get("label"))} for grade in body.get("grades", ())
    ]
    flat["items"] = [_with_method(item) for item in body.get("items", ())]
    flat.setdefault("grains", ["month"])
    return editors.typed(EDITOR, flat, ratios)


def _with_method(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A list of deductions deducts, where nothing else is written."""
    return {"method": "deduct", **item} if item.get("source") == "deductions" else item


def percent(entry: Entry, item: Row, ratios: Ratios) -> bool:
    """Whether a number is typed in percent."""
    ratio = item.get("source", "kpi") == "kpi" and item.get("kpi") in ratios
    if entry.kind == "basis":
        return ratio or item.get("of", "attainment") == "attainment"
    if entry.kind == "rate":
        return bool(item.get("scale", "share") == "share")
    return entry.kind == "share" or (entry.kind == "value" and ratio)


def made(body: Mapping[str, Any]) -> Body:
    """The body as a pack would write it.

    Raises:
        Refused: with what cannot be read.
    """
    return dict(as_json(body_of(scheme_of(body))))


def said(given: Typed, code: str, ratios: Ratios) -> Body:
    """The body that the fields say: as a pack would write it, where it can be read."""
    return editors.said(EDITOR, given, code, ratios)


def _distributed(body: Mapping[str, Any]) -> Body:
    """The forced distribution from its few fields and the shares beside the grades."""
    found = {name: value for name, value in body.items() if name not in (*QUOTA, "quota")}
    grades = body.get("grades", [])
    bare = [{name: grade[name] for name in grade if name != "share"} for grade in grades]
    if bare:
        found["grades"] = bare
    if body.get("quota"):
        parts = [
            {"grade": grade.get("label", ""), "share": grade.get("share", 0)}
            for grade in reversed(grades)
        ]
        found["quota"] = {"parts": parts, **{n: body[n] for n in QUOTA if n in body}}
    return found


EDITOR = Editor(
    SCHEME,
    percent,
    made,
    new=NEW,
    renews=frozenset({"source", "kpi", "method", "of", "scale", "coefficient", "quota"}),
    ascending=frozenset({"bands", "grades", "coefficients"}),
    shaped=_distributed,
)
