"""Which fields of a pay plan's editor fit what is typed, and the fields of a looked-at figure."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cheji.engine.pay import BY, GROUPS, LEVELS
from cheji.web.editors import Both, Entry, Row
from cheji.web.editors.entries import Fits

Choices = tuple[tuple[str, Any], ...]
NONE: Final[Choices] = (("", "—"),)
COUNTED: Final = ("units", "share", "pool", "prize", "fine", "fixed")
BANDED: Final = ("units", "share", "fixed", "pool", "fine", "base")
PAID: Final = (*COUNTED, "base")
TABLED: Final = ("units", "share", "fixed", "base", "fine")
DEALT: Final = ("units", "share", "fine")
SET: Final[tuple[Any, ...]] = ("", [], False, None)


def choices(words: Mapping[str, tuple[str, str]], *codes: str) -> Choices:
    """The engine's words as choices, all of them or some."""
    return tuple((code, Both(*words[code])) for code in codes or words)


def kept(fits: Fits, name: str, usual: Any = "") -> Fits:
    """Where it fits, and where something stands in it: nothing of a pay plan gets lost."""
    return lambda row: fits(row) or row.get(name) not in (*SET, usual)


def of_kind(name: str, *kinds: str, usual: Any = "") -> Fits:
    """For components of these kinds."""
    return kept(lambda row: row.get("kind") in kinds, name, usual)


def by_deal(name: str, usual: Any = "") -> Fits:
    """For components that look at deals one by one; rows of a table look at them too."""
    return kept(lambda row: row.get("kind", "units") in DEALT, name, usual)


def based(row: Row) -> bool:
    return row.get("kind") in COUNTED and not (
        row.get("kind") == "pool" and row.get("pot") == "fixed"
    )


def several(row: Row) -> bool:
    """Whether it matters how a band is found."""
    tables = any(len(one.get("tiers", ())) > 1 for one in row.get("rows", ()))
    return len(row.get("tiers", ())) > 1 or tables or looks(row)


def found_by(*kinds: str) -> Fits:
    return lambda row: row.get("kind") in kinds and several(row)


def looked(*by: str) -> Fits:
    return lambda row: row.get("look.by") in by


def looks(row: Row) -> bool:
    return row.get("look.by") not in ("", None)


def look(block: str, first: Choices, fits: Fits | None = None) -> tuple[Entry, ...]:
    """The figure by which bands are found, or that a gate looks at."""

    def by(name: str, usual: str, *wanted: str) -> Fits:
        own = kept(looked(*wanted), name, usual)
        return lambda row: looks(row) and own(row) and (fits is None or fits(row))

    every = choices(BY, "attainment", "average", "penetration", "units", "money", "kpi", "score")
    return (
        Entry("look.by", _("Looks at"), "choice", (*first, *every), block=block, fits=fits),
        Entry(
            "look.of",
            _("Of which figure"),
            "choice",
            NONE,
            block=block,
            fits=by("look.of", "", "units", "money", "average", "penetration", "attainment", "kpi"),
            offer="figures",
        ),
        Entry(
            "look.per",
            _("Divided by"),
            "choice",
            NONE,
            block=block,
            fits=by("look.per", "", "average", "penetration"),
            offer="measures",
        ),
        Entry(
            "look.level",
            _("Against which target"),
            "choice",
            choices(LEVELS, "target", "base", "stretch"),
            block=block,
            fits=by("look.level", "target", "attainment"),
        ),
        Entry(
            "look.whose",
            _("Whose figure"),
            "choice",
            choices(GROUPS, "person", "team", "outlet"),
            block=block,
            fits=lambda row: looks(row) and (fits is None or fits(row)),
        ),
    )
