"""What the target pages are asked for by their address, and how they are reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads import targets as reads
from cheji.reads.targets import Aim, TargetGrid, TargetRow, Wanted
from cheji.reads.targets.grids import Across
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Tab
from cheji.web.viewers import viewer

Word = TypeVar("Word", bound=str)
USUAL = "deliveries"
ACROSS: tuple[Across, ...] = ("month", "quarter", "half", "year", "week")
AIMS: tuple[Aim, ...] = ("value", "base", "stretch")


@dataclass(frozen=True)
class Question:
    """Below which unit or for it itself, which KPI, year, periods across, aim and model.

    `balance`: siblings share what a changed cell leaves. `propose`: changes are proposed, not set.
    """

    unit: str
    kpi: str
    year: int
    own: bool
    across: Across = "month"
    month: int = 0
    aim: Aim = "value"
    model: str = ""
    balance: bool = False
    propose: bool = False

    def url(self, name: str = "targets", **changes: Any) -> str:
        parts = {
            "unit": self.unit,
            "kpi": self.kpi,
            "year": self.year,
            "level": "own" if self.own else "",
            "across": "" if self.across == "month" else self.across,
            "month": self.month if self.across == "week" else "",
            "aim": "" if self.aim == "value" else self.aim,
            "model": self.model,
            "balance": "siblings" if self.balance else "",
            "mode": "propose" if self.propose else "",
            **changes,
        }
        kept = {key: value for key, value in parts.items() if value}
        return f"{reverse(name)}?{urlencode(kept)}"

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            self.kpi,
            self.unit,
            self.year,
            self.across,
            self.month,
            self.aim,
            self.model,
        )

    def grid(self, who: Viewer) -> TargetGrid:
        return reads.grid_of(who, self.wanted)

    def rows(self, found: TargetGrid) -> Sequence[TargetRow]:
        """The rows to fill in: those below the unit with its reserve, or its own."""
        if self.own:
            return [found.parent]
        return found.all_rows if found.rows else []


def asked(request: HttpRequest, who: Viewer, tree: Tree) -> Question:
    """Read the address; without a unit it is the widest one that the viewer's posts open."""
    return Question(
        unit=request.GET.get("unit") or widest(tree),
        kpi=request.GET.get("kpi") or USUAL,
        year=year_of(request, who),
        own=request.GET.get("level") == "own",
        across=_one_of(request, "across", ACROSS),
        month=number(request, "month", year_of(request, who) * 100 + 1),
        aim=_one_of(request, "aim", AIMS),
        model=request.GET.get("model", "")[:80],
        balance=request.GET.get("balance") == "siblings",
        propose=who.can("targets.propose") and request.GET.get("mode") == "propose",
    )


def year_of(request: HttpRequest, who: Viewer) -> int:
    year = number(request, "year", who.on.year)
    if not who.on.year - 20 <= year <= who.on.year + 5:
        raise BadValue(field="year", value=year, why=f"{who.on.year - 20}–{who.on.year + 5}")
    return year


def _one_of(request: HttpRequest, name: str, words: Sequence[Word]) -> Word:
    """The word of the list that stands in the address; without one the first."""
    word = request.GET.get(name) or words[0]
    for known in words:
        if word == known:
            return known
    raise BadValue(field=name, value=word[:40], why=" / ".join(words))


def widest(tree: Tree) -> str:
    """The code of the widest unit that the viewer's posts open; empty for a consultant."""
    opened = (unit for unit in tree.units.values() if tree.opens(unit))
    unit = next(opened, None)
    return tree.code(unit) if unit else ""


def ways(active: str, unit: str, who: Viewer) -> list[Tab]:
    """The pages about targets, one beside the other."""
    query = f"?{urlencode({'unit': unit})}" if unit else ""
    pages = [
        ("targets", _("Targets"), query),
        ("target-progress", _("Progress"), query),
        ("target-proposals", _("Proposals"), ""),
        ("target-letters", _("Target letters"), ""),
        ("calendar", _("Working calendar"), query),
    ]
    shown = [page for page in pages if page[0] != "target-proposals" or _sees_proposals(who)]
    return [Tab(label, reverse(name) + more, name == active) for name, label, more in shown]


def _sees_proposals(who: Viewer) -> bool:
    return who.can("targets.propose") or who.sees("targets")


def tried(request: HttpRequest, act: Callable[[Viewer], Any], told: str) -> bool:
    """Do it and say so, or say what stands in the way; what is out of reach stays a 404."""
    try:
        act(viewer(request))
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, sentence(refusal))
        return False
    messages.success(request, told)
    return True
