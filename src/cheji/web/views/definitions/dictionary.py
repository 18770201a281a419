"""The KPI dictionary with its search, and the lists of the other kinds of definitions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.engine.definitions import Kpi, Measure, PayPlan, Scheme, Sheet, Switch
from cheji.packs import sections
from cheji.reads.definitions import KINDS
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.wording import named

from . import measure_words, words
from .frame import LABELS, TYPED, Ground, ground, known, tabs


@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """Every KPI in force: formula in words, unit, direction, rule over time, source, version."""
    place = ground(request)
    search = request.GET.get("q", "").strip()
    filters = _filters(request, place)
    found = [
        _entry(place, kpi)
        for kpi in place.found.all.kpis
        if fits(kpi, search) and all(one.keeps(kpi) for one in filters)
    ]
    shown = [one for one in filters if len(one.choices) > 1]
    context = {**frame(place, "kpi"), "entries": found, "search": search, "filters": shown}
    return render(request, "definitions/dictionary.html", context)


@require_GET
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """Definitions of one kind."""
    place = ground(request)
    if known(kind) == "kpi":
        return redirect("definitions")
    search = request.GET.get("q", "").strip()
    items = [item for item in getattr(place.found.all, KINDS[kind]) if fits(item, search)]
    table = _switches(place, items) if kind == "switch" else _table(place, kind, items)
    context = {**frame(place, kind), "table": table, "search": search}
    return render(request, "definitions/list.html", context)


@dataclass(frozen=True)
class Narrowing:
    """A filter of the dictionary: what of a KPI it looks at, its choices, and the one chosen."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str
    of: Callable[[Kpi], frozenset[str]]

    def keeps(self, kpi: Kpi) -> bool:
        return not self.chosen or self.chosen in self.of(kpi)


def _filters(request: HttpRequest, place: Ground) -> list[Narrowing]:
    """By section of the catalogue, sheet, kind of figure, and the document that asks for it."""
    kpis, sheets = place.found.all.kpis, place.found.all.sheets
    kinds = {code: str(words.KPI_KINDS[code]) for code in sorted({k.kind for k in kpis} - {""})}
    documents = sorted({_document(kpi) for kpi in kpis} - {""})
    on = {kpi.code: frozenset(s.code for s in sheets if kpi.code in s.lines) for kpi in kpis}
    asked = request.GET
    return [
        Narrowing(
            "section",
            _("Every section"),
            [(one.code, named(one)) for one in sections() if one.kpis & on.keys()],
            asked.get("section", ""),
            lambda kpi: frozenset(one.code for one in sections() if kpi.code in one.kpis),
        ),
        Narrowing(
            "sheet",
            _("Every sheet"),
            [(sheet.code, named(sheet)) for sheet in sheets],
            asked.get("sheet", ""),
            lambda kpi: on[kpi.code],
        ),
        Narrowing(
            "sort",
            _("Every kind"),
            list(kinds.items()),
            asked.get("sort", ""),
            lambda kpi: frozenset({kpi.kind}),
        ),
        Narrowing(
            "document",
            _("Every document"),
            [(text, text) for text in documents],
            asked.get("document", ""),
            lambda kpi: frozenset({_document(kpi)}),
        ),
    ]


def _document(kpi: Kpi) -> str:
    """The document's tag, with which a source begins: `S004` of `S004 销售KPI 1`."""
    return kpi.source.partition(" ")[0]


def frame(place: Ground, kind: str) -> dict[str, Any]:
    """What both kinds of lists say around their rows."""
    writes = place.who.can("definitions.write") and kind != "switch"
    return {
        "tabs": tabs(place, kind),
        "title": _("KPI dictionary") if kind == "kpi" else str(LABELS[kind]),
        "special": place.special,
        "outlet": place.outlet,
        "new_url": _new(kind) if writes else "",
        "export_url": place.keep(f"{reverse('definition-export')}?kind={kind}"),
        "fields_url": reverse("fields") if writes else "",
        "models_url": reverse("models") if writes else "",
        "bring_url": reverse("definition-bring") if writes else "",
    }


def _new(kind: str) -> str:
    if kind in TYPED:
        return reverse(f"{TYPED[kind]}-new")
    return reverse("definition-new", args=[kind])


def fits(item: Any, search: str) -> bool:
    """Whether all words searched for stand in its names, code, aliases, source or notes."""
    fields = ("code", "zh", "en", "source", "note_zh", "note_en")
    texts = [str(getattr(item, field, "")) for field in fields]
    text = " ".join([*texts, *getattr(item, "aliases", ())]).casefold()
    return all(word in text for word in search.casefold().split())


def _entry(place: Ground, kpi: Kpi) -> dict[str, Any]:
    head = place.heads["kpi", kpi.code]
    return {
        "kpi": kpi,
        "name": named(kpi),
        "other": words.other_name(kpi),
        "url": place.url("kpi", kpi.code),
        "pieces": words.pieces(place, kpi),
        "unit": words.unit_words(kpi.unit),
        "direction": str(words.DIRECTIONS[kpi.direction]),
        "arrow": words.ARROWS[kpi.direction],
        "over_time": words.over_time(place.found.all, kpi),
        "note": words.note_of(kpi),
        "aliases": _(", ").join(kpi.aliases),
        "head": head,
    }


def _table(place: Ground, kind: str, items: list[Any]) -> Table:
    columns = [
        Column("name", pgettext("of a thing", "Name")),
        Column("code", _("Code")),
        Column("about", _("What it is")),
        Column("since", _("Valid from"), kind="date"),
        Column("digest", _("Digest"), phone=False),
    ]
    rows = [_row(place, kind, item) for item in items]
    return Table(
        columns,
        rows,
        caption=str(LABELS[kind]),
        free=True,
        phone="cards",
        empty=Empty(_("Nothing found"), _("Search for another word.")),
    )


def _row(place: Ground, kind: str, item: Any) -> Row:
    head, url = place.heads[kind, item.code], place.url(kind, item.code)
    return Row(
        [
            Cell(named(item), href=url),
            item.code,
            _summary(place, item),
            head.valid_from,
            Cell(head.digest[:12], title=head.digest),
        ],
        href=url,
    )


def _summary(place: Ground, item: Measure | Scheme | PayPlan | Sheet) -> str:
    if isinstance(item, Measure):
        ruling = place.found.ruling.measure[item.code]
        kinds, aim = ruling.kinds, measure_words.target_of(place, ruling)
        if aim:
            return _("Target of {kpi}").format(kpi=aim[0])
        return (
            measure_words.counted(kinds)
            if len(kinds) < 4
            else _("Stock of {count} kinds of events").format(count=len(kinds))
        )
    if isinstance(item, Scheme):
        defined = place.found.all.kpi
        parts = (f"{words.item_name(one, defined.get(one.kpi))} {one.weight}" for one in item.items)
        return " · ".join(parts)
    if isinstance(item, PayPlan):
        return " · ".join(named(part) for part in item.components)
    return _("{count} lines").format(count=len(item.lines))


def _switches(place: Ground, items: list[Switch]) -> Table:
    """Each switch with the group's setting and the outlets that have their own."""
    columns = [
        Column("name", _("Switch")),
        Column("note", _("Reading"), phone=False),
        Column("group", _("Group"), kind="badge"),
        Column("since", _("Since"), kind="date"),
        Column("outlets", _("Outlets set otherwise")),
    ]
    rows = [_switch_row(place, item) for item in items]
    return Table(columns, rows, caption=str(LABELS["switch"]), free=True, phone="cards")


def _switch_row(place: Ground, item: Switch) -> Row:
    on = place.who.on
    group = place.shelf.catalogue(on).switches.get(item.code)
    other = [
        f"{outlet.name}: {state_words(place.shelf.catalogue(on, outlet.id).switches[item.code])}"
        for outlet in place.special
        if place.shelf.catalogue(on, outlet.id).switches.get(item.code) not in (group, None)
    ]
    head = place.shelf.in_force(on).get(("switch", item.code))
    url = place.url("switch", item.code)
    return Row(
        [
            Cell(named(item), href=url, note=item.code),
            words.note_of(item),
            Cell(state_words(group), kind="badge", state="good" if group else ""),
            head.valid_from if head else None,
            _(", ").join(other) or None,
        ],
        href=url,
    )


def state_words(state: bool | None) -> str:
    """On, off, or nothing where there is no such switch."""
    if state is None:
        return ""
    return _("On") if state else _("Off")
