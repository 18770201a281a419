"""What every page of definitions stands in: whose definitions, the tabs, and YAML texts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.engine.definitions.checks import READERS
from cheji.engine.definitions.fields import Fields
from cheji.engine.findings import Finding
from cheji.packs import dump
from cheji.reads import versions
from cheji.reads.definitions import KINDS, Catalogue, Head, Shelf
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.fact_words import FactWords
from cheji.web.templatetags.parts import Tab
from cheji.web.viewers import viewer
from cheji.web.wording import chinese

LABELS: dict[str, Any] = {
    "kpi": gettext_lazy("KPIs"),
    "measure": gettext_lazy("Measures"),
    "scheme": gettext_lazy("Schemes"),
    "pay_plan": gettext_lazy("Pay plans"),
    "sheet": gettext_lazy("Sheets"),
    "switch": gettext_lazy("Counting switches"),
}
ONE: dict[str, Any] = {
    "kpi": gettext_lazy("KPI"),
    "measure": gettext_lazy("Measure"),
    "scheme": gettext_lazy("Scheme"),
    "pay_plan": gettext_lazy("Pay plan"),
    "sheet": gettext_lazy("Sheet"),
    "switch": gettext_lazy("Counting switch"),
}
#: Kinds that are typed into fields, with the beginning of the names of their pages.
TYPED = {"kpi": "kpi", "measure": "measure", "scheme": "scheme", "pay_plan": "pay-plan"}


@dataclass(frozen=True)
class Ground:
    """The definitions that a page shows: of the group, or as one outlet reads them.

    `special` are the viewer's outlets with versions of their own, `outlet` the one chosen.
    """

    who: Viewer
    shelf: Shelf
    special: tuple[Where, ...]
    outlet: Where | None

    @cached_property
    def own(self) -> FactWords:
        """The names of own fields, read when a measure filters on one."""
        return FactWords()

    @cached_property
    def found(self) -> Catalogue:
        return self.shelf.catalogue(self.who.on, self.outlet.id if self.outlet else None)

    @cached_property
    def heads(self) -> dict[tuple[str, str], Head]:
        """The versions in force, by kind and code."""
        return self.shelf.in_force(self.who.on, self.outlet.id if self.outlet else None)

    def url(self, kind: str, code: str) -> str:
        """The page of a definition, read at the same outlet."""
        return self.keep(reverse("definition", args=[kind, code]))

    def keep(self, url: str) -> str:
        joint = "&" if "?" in url else "?"
        return f"{url}{joint}outlet={self.outlet.code}" if self.outlet else url

    def one(self, kind: str, code: str) -> Any:
        """A definition in force.

        Raises:
            NotFound: there is none of that code.
        """
        for item in getattr(self.found.all, KINDS[kind]):
            if item.code == code:
                return item
        raise NotFound(noun="definition", key=code)


def ground(request: HttpRequest) -> Ground:
    """Whose definitions the address asks for; an outlet out of scope is not there."""
    who = viewer(request)
    special = versions.special(who)
    code = request.GET.get("outlet", "")
    chosen = [outlet for outlet in special if outlet.code == code]
    if code and not chosen:
        raise NotFound(noun="outlet", key=code)
    return Ground(who, Shelf(), special, chosen[0] if chosen else None)


def known(kind: str) -> str:
    """The kind, when there is such a one."""
    if kind not in KINDS:
        raise Http404
    return kind


def tabs(place: Ground, here: str) -> list[Tab]:
    """One tab for each kind, and the drafts for whom they are."""
    found = [
        Tab(str(label), place.keep(_list_url(kind)), kind == here) for kind, label in LABELS.items()
    ]
    if versions.drafts_seen(place.who):
        count = len(versions.drafts(place.who))
        found.append(
            Tab(_("Drafts"), reverse("definition-drafts"), here == "drafts", count or None)
        )
    return found


def _list_url(kind: str) -> str:
    return reverse("definitions") if kind == "kpi" else reverse("definition-list", args=[kind])


def back(place: Ground, kind: str) -> tuple[str, str]:
    """The list that a page belongs to: address and name."""
    return place.keep(_list_url(kind)), str(LABELS[kind])


def yaml_text(kind: str, body: Any) -> str:
    """A body as its pack would write it; what cannot be read comes as it is stored."""
    findings: list[Finding] = []
    fields = Fields(body, "", findings)
    definition = READERS[KINDS[kind]](fields)
    fields.close()
    if findings:
        return yaml.safe_dump(dict(body), allow_unicode=True, sort_keys=False, width=100)
    return dump(definition)


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Findings as place, reason and mend in the reader's language."""
    if chinese():
        return [(found.place, found.zh, found.mend_zh) for found in findings]
    return [(found.place, found.en, found.mend_en) for found in findings]
