"""Which fields of a pay plan's editor fit what is typed, and the fields of a looked-at figure."""

from collections.abc import Mapping, Sequence
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
LOOKED: Final = ("attainment", "average", "penetration", "units", "money", "kpi", "score")
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
    """For components that look at one's deals one by one; rows of a table look at them too."""
    return kept(lambda row: row.get("kind", "units") in DEALT and not grouped(row), name, usual)


def grouped(row: Row) -> bool:
    """Whether it is of a team or an outlet."""
    return row.get("whose") not in ("person", "", None)


def lumped(row: Row) -> bool:
    """Whether its rates are amounts, of which another amount can be a multiple."""
    pot = row.get("kind") == "pool" and row.get("pot") == "fixed"
    return pot or row.get("kind") in ("fixed", "base")


def based(row: Row) -> bool:
    return row.get("kind") in COUNTED and not (row.get("kind") == "pool" and lumped(row))


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


def by_pieces(row: Row) -> bool:
    """Whether bands count whole units: cars, deals, ranks."""
    counted = row.get("kind") in {"units", "fine", "fixed", "prize"} or row.get("pot") == "units"
    return row.get("look.by") == "units" or (counted and not looks(row))


def look(
    block: str, first: Choices, fits: Fits | None = None, by: Sequence[str] = LOOKED
) -> tuple[Entry, ...]:
    """The figure by which bands are found, or that a gate looks at.

    `first` are choices before those of the figures, of which `by` are offered; `fits` says where
    a figure is looked at.
    """
    every = choices(BY, *by)
    return (
        Entry("look.by", _("Looks at"), "choice", (*first, *every), block=block, fits=fits),
        *_looked_at(block, fits),
        Entry(
            "look.level",
            _("Against which target"),
            "choice",
            choices(LEVELS, "target", "base", "stretch"),
            block=block,
            fits=_where(fits, "look.level", "target", "attainment"),
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


def _looked_at(block: str, fits: Fits | None) -> tuple[Entry, ...]:
    """Which figure, and by what it is divided."""
    parted = ("average", "penetration")
    every = ("units", "money", *parted, "attainment", "kpi")
    of, per = _where(fits, "look.of", "", *every), _where(fits, "look.per", "", *parted)
    figure, divisor = _("Of which figure"), _("Divided by")
    return (
        Entry("look.of", figure, "choice", NONE, block=block, fits=of, offer="figures"),
        Entry("look.per", divisor, "choice", NONE, block=block, fits=per, offer="measures"),
    )


def _where(fits: Fits | None, name: str, usual: str, *wanted: str) -> Fits:
    """Where one of these figures is looked at, and where something stands in the field."""
    own = kept(looked(*wanted), name, usual)
    return lambda row: looks(row) and own(row) and (fits is None or fits(row))
