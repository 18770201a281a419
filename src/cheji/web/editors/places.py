"""Findings at their places in an editor: the input or card that they lead to, and its words."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from cheji.engine.findings import Finding
from cheji.web.wording import chinese

from .boxes import Names, anchor
from .entries import Part
from .typing import Typed

PLACE = re.compile(r"^\w+\.[^.\[]*\.?")
INDEXED = re.compile(r"^(\w+)\[(\d+)\]$")


def findings(
    root: Part, found: Sequence[Finding], given: Typed, names: Names
) -> list[dict[str, str]]:
    """Each with the words of its place, and the input or card to which it leads."""
    return [_finding(root, one, given, names) for one in found]


def _finding(root: Part, one: Finding, given: Typed, names: Names) -> dict[str, str]:
    rest = PLACE.sub("", one.place)
    where, label = _place(root, f"{rest}.{one.key}".strip("."), given, names)
    if one.key and where:
        return {
            "place": label,
            "anchor": where,
            "code": one.place,
            "reason": _("is not filled in"),
            "mend": "",
        }
    return {
        "place": label or one.place,
        "anchor": where,
        "code": one.place,
        "reason": one.zh if chinese() else one.en,
        "mend": one.mend_zh if chinese() else one.mend_en,
    }


def _place(root: Part, rest: str, given: Typed, names: Names) -> tuple[str, str]:
    """Where a finding is, such as `items.gross.cap`: the id of its input or card, and words."""
    part, at, words, row = root, "", [], given
    steps = rest.split(".") if rest else []
    while steps:
        head = steps.pop(0)
        indexed = INDEXED.match(head)
        code = indexed[1] if indexed else head
        inner = next((one for one in part.parts if one.code == code), None)
        if inner is None:
            name, label = _input(part, code, steps)
            words.append(label)
            return anchor(at + name), " · ".join(words)
        number = int(indexed[2]) if indexed else _numbered(inner, row, steps)
        words.append(str(inner.label) if number is None else _called(inner, row, number, names))
        if number is None or number >= len(row[inner.code]):
            return anchor(at + code), " · ".join(words)
        at, part, row = f"{at}{code}.{number}.", inner, row[inner.code][number]
    return anchor(at.strip(".")) if at else "", " · ".join(words)


def _input(part: Part, code: str, steps: Sequence[str]) -> tuple[str, str]:
    """The name and label of an input; `look` and `of` are that of `look.of`."""
    wanted = [f"{code}.{steps[0]}"] if steps else []
    labels = {entry.name: str(entry.label) for entry in part.entries}
    inner = [name for name in labels if name.startswith(f"{code}.")]
    for name in (*wanted, code, *inner[:1]):
        if name in labels:
            return name, labels[name]
    return code, code


def _numbered(part: Part, row: Typed, steps: list[str]) -> int | None:
    """Which row a code names; it is taken off the steps."""
    if not steps:
        return None
    key = steps[0]
    for number, one in enumerate(row.get(part.code, ())):
        if key in (one.get("code"), one.get("kpi"), one.get("dimension"), one.get("event")):
            steps.pop(0)
            return number
    return None


def _called(part: Part, row: Typed, number: int, names: Mapping[str, str]) -> str:
    rows = row.get(part.code, ())
    if number >= len(rows):
        return f"{part.label} {number + 1}"
    one = rows[number]
    own = one.get("zh" if chinese() else "en") or one.get("label")
    name = own or names.get(one.get("kpi", "")) or names.get(one.get("code", ""))
    return str(name or one.get("code") or f"{part.label} {number + 1}")
