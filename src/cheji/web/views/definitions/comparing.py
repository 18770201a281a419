"""Two versions of a definition side by side: field by field, the formula word by word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cheji.engine.definitions.differences import Difference, differences
from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.web.asked import number
from cheji.web.pay_plans import telling

from .frame import ONE, Ground, ground, yaml_text

FIELDS: dict[str, Any] = {
    "zh": gettext_lazy("Name in Chinese"),
    "en": gettext_lazy("Name in English"),
    "formula": gettext_lazy("Formula"),
    "unit": gettext_lazy("Unit"),
    "decimals": gettext_lazy("Decimals"),
    "direction": gettext_lazy("Direction"),
    "aliases": gettext_lazy("Other names"),
    "over_time": gettext_lazy("Over several months"),
    "source": gettext_lazy("Source"),
    "note_zh": gettext_lazy("Reading in Chinese"),
    "note_en": gettext_lazy("Reading in English"),
    "kinds": gettext_lazy("What it counts"),
    "column": gettext_lazy("Adds up"),
    "where": gettext_lazy("Limits"),
    "default": gettext_lazy("Setting"),
    "components": gettext_lazy("Components"),
    "items": gettext_lazy("Items"),
    "lines": gettext_lazy("Lines"),
}
WORDS = re.compile(r"\w+|\S")


@dataclass(frozen=True)
class Compared:
    """One field that differs: its name, its place, and both sides as marked parts of a text."""

    label: str
    place: str
    old: list[tuple[bool, str]]
    new: list[tuple[bool, str]]


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions of one definition."""
    place = ground(request)
    left, right = (
        versions.version(place.who, number(request, name, 0)) for name in ("left", "right")
    )
    texts = [yaml_text(found.kind, found.body) for found in (left, right)]
    context = {
        "left": left,
        "right": right,
        "back": place.url(right.kind, right.code),
        "subject": f"{ONE[right.kind]} {right.code}",
        "fields": compared(left, right),
        "changes": line_changes(*texts),
        "words": word_changes(place, left, right),
        "title": _("Difference of two versions"),
    }
    return render(request, "definitions/compare.html", context)


def compared(old: VersionSeen, new: VersionSeen) -> list[Compared]:
    """Every field that differs between two versions."""
    return [_shown(one) for one in differences(old.body, new.body)]


def _shown(one: Difference) -> Compared:
    head, _dot, rest = one.place.partition(".")
    label = str(FIELDS.get(head, head))
    old, new = _text(one.old), _text(one.new)
    return Compared(f"{label} {rest}".strip(), one.place, *marked(old, new))


def marked(old: str, new: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Both texts cut into parts; True marks what the other does not have."""
    sides = [WORDS.findall(text) for text in (old, new)]
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, sides[0], sides[1], autojunk=False).get_opcodes():
        for found, part in ((left, sides[0][i:j]), (right, sides[1][k:m])):
            if part:
                found.append((tag != "equal", " ".join(part)))
    return left, right


def _text(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return _(", ").join(_text(item) for item in value)
    return str(value)


def word_changes(place: Ground, old: VersionSeen, new: VersionSeen) -> list[tuple[str, str]]:
    """Sentences of a pay plan taken away and added; nothing where one cannot be read."""
    plans = [telling.readable(one.body) for one in (old, new) if one.kind == "pay_plan"]
    texts = ["\n".join(telling.lines(plan, place.found)) for plan in plans if plan]
    return line_changes(*texts) if len(texts) == 2 else []


def line_changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines taken away and added, with a few around them: (sign, line)."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    kept = [line for line in lines if not line.startswith(("---", "+++"))]
    return [("…", "") if line.startswith("@@") else (line[0], line[1:]) for line in kept]
