"""How a pay plan stands to others, in words for its page: what it replaces, what replaces it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.records.visibility import Viewer
from cheji.web.wording import chinese

KEYS = ("replaces", "beside")


@dataclass(frozen=True)
class Told:
    """A sentence around the name of the other plan, which leads to its page."""

    tone: str
    sign: str
    before: str
    name: str
    url: str
    after: str


def told_of(who: Viewer, own: VersionSeen) -> list[Told]:
    """What a version says of other plans, and what the versions of others say of it.

    Of anything but a pay plan there is nothing to say.
    """
    if own.kind != "pay_plan":
        return []
    return list(_told_of(own, versions.of_kind(who, "pay_plan")))


def _told_of(own: VersionSeen, known: Sequence[VersionSeen]) -> Iterator[Told]:
    for key in KEYS:
        for code in _codes(own.body, key):
            yield _told(_OWN[key](), own, _newest(known, code), code)
    for one in known:
        if one.code != own.code and one.state != "declined":
            for key in KEYS:
                if own.code in _codes(one.body, key):
                    yield _told(_OTHERS[key, one.state](), one, one, one.code)


def _codes(body: Mapping[str, Any], key: str) -> Sequence[str]:
    found = body.get(key, ())
    return [str(code) for code in found] if isinstance(found, list) else []


def _newest(known: Sequence[VersionSeen], code: str) -> VersionSeen | None:
    """Versions come with the newest first."""
    return next((one for one in known if one.code == code and one.state == "published"), None)


def _told(
    words: tuple[str, str, str], since: VersionSeen, to: VersionSeen | None, code: str
) -> Told:
    tone, sign, text = words
    filled = text.replace("{day}", since.valid_from.isoformat())
    before, _name, after = filled.partition("{name}")
    name = to.name[0 if chinese() else 1] if to else code
    url = reverse("definition-version", args=[to.id]) if to else ""
    return Told(tone, sign, before, name, url, after)


_OWN = {
    "replaces": lambda: (
        "info", "arrow-right",
        _("From {day} on this plan replaces {name}: those whom it is for are paid by it alone."),
    ),
    "beside": lambda: (
        "warning", "plus",
        _("From {day} on this plan pays besides {name}: the same people are paid by both."),
    ),
}  # fmt: skip
_OTHERS = {
    ("replaces", "published"): lambda: (
        "warning", "arrow-right",
        _("From {day} on it is replaced by {name}, for those whom that plan is for."),
    ),
    ("replaces", "draft"): lambda: (
        "info", "edit", _("A draft would replace it from {day} on: {name}."),
    ),
    ("beside", "published"): lambda: (
        "info", "plus", _("From {day} on {name} pays the same people besides this plan."),
    ),
    ("beside", "draft"): lambda: (
        "info", "edit", _("A draft would pay the same people besides it from {day} on: {name}."),
    ),
}  # fmt: skip
