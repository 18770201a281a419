"""A list of records as a page: search, filters, sort, pages and columns, all in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads import people
from cheji.reads.asking import Asked
from cheji.reads.asking import Page as Found
from cheji.records.registers import PLURALS
from cheji.records.visibility import Viewer
from cheji.web.asked import question
from cheji.web.list_files import WANTED, list_file
from cheji.web.templatetags.parts import Cell, Chip, Column, Empty, Page, Row, Tab, Table
from cheji.web.viewers import viewer

R = TypeVar("R")
Options = Sequence[tuple[str, str]]
COLUMNS = "col"
#: Lists that `views.exports` gives as files, by the names of their addresses.
FILES = (
    "customers",
    "leads",
    "visits",
    "prospects",
    "orders",
    "deliveries",
    "people",
    "vehicles",
    "spend",
    "totals",
    "coaching",
    *PLURALS,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter above a list: a choice when it has options, else a date; hidden, a chip alone."""

    name: str
    label: str
    options: Options = ()
    hidden: bool = False

    def text(self, value: str) -> str:
        """The value as its chip says it; several values by commas."""
        known = dict(self.options)
        return "、".join(str(known.get(one, one)) for one in value.split(","))


@dataclass(frozen=True)
class Shown(Generic[R]):
    """A column and the cell that a row has in it; `extra` columns are shown when asked for."""

    column: Column
    cell: Callable[[R], Cell | object]
    extra: bool = False


@dataclass(frozen=True)
class Listed(Generic[R]):
    """What a list page is made of.

    `totals` maps a column to the name of a total; `presets` are ready filters as tabs
    (label, {parameter: value}); `noted` says what to add to a total, by column; `more` goes into
    the template's context.
    """

    title: str
    find: Callable[[Viewer, Asked], Found[R]]
    shown: Sequence[Shown[R]]
    filters: Sequence[Filter]
    sort: str
    href: Callable[[R], str] | None = None
    totals: dict[str, str] = field(default_factory=dict)
    presets: Sequence[tuple[str, dict[str, str]]] = ()
    empty: Empty | None = None
    noted: Callable[[Found[R]], dict[str, str]] = lambda _found: {}
    more: dict[str, Any] = field(default_factory=dict)


def page_of(
    request: HttpRequest, listed: Listed[R], template: str = "lists/list.html"
) -> HttpResponse:
    """The list that the address asks for."""
    asked = question(request, [one.name for one in listed.filters])
    if hasattr(request, WANTED):
        return list_file(request, listed, asked)
    found = listed.find(viewer(request), asked)
    chosen = _chosen(request, listed.shown)
    context = {
        "title": listed.title,
        "table": _table(listed, found, chosen, asked),
        "filters": [(one, dict(asked.filters).get(one.name, "")) for one in listed.filters],
        "chips": _chips(listed, asked),
        "asked": asked,
        "kept": _kept(request, listed),
        "columns": [(one.column, one in chosen) for one in listed.shown],
        "tabs": _tabs(request, listed, asked),
        "count": found.count,
        "downloads": _downloads(request),
        **listed.more,
    }
    return render(request, template, context)


def _downloads(request: HttpRequest) -> list[tuple[str, str]]:
    """The same list as files, for whom a post allows files."""
    noun = request.resolver_match.url_name if request.resolver_match else ""
    if noun not in FILES or not viewer(request).can("export"):
        return []
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [(form, reverse("list_file", args=[noun, form]) + query) for form in ("xlsx", "csv")]


def choices(labels: dict[str, Any]) -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in labels.items()]


def outlet_filter(who: Viewer) -> Filter:
    """By outlet, for whoever has to do with more than one."""
    options = [(where.code, where.name) for where in people.outlets(who)]
    return Filter("outlet", _("Outlet"), options, hidden=len(options) < 2)


def place_filters(request: HttpRequest, person: str) -> list[Filter]:
    """By outlet, and by consultant of the outlet that is filtered on or of the only one."""
    who = viewer(request)
    outlet = outlet_filter(who)
    codes = [code for code, _name in outlet.options]
    wanted = request.GET.get("outlet", "") or (codes[0] if len(codes) == 1 else "")
    sellers = people.consultants(who, wanted) if wanted in codes else ()
    options = [(row.number, row.name) for row in sellers]
    return [outlet, Filter(person, _("Consultant"), options, hidden=not options)]


def _chosen(request: HttpRequest, shown: Sequence[Shown[R]]) -> list[Shown[R]]:
    wanted = request.GET.getlist(COLUMNS)
    if not wanted:
        return [one for one in shown if not one.extra]
    return [one for one in shown if one.column.key in wanted] or [shown[0]]


def _table(listed: Listed[R], found: Found[R], chosen: Sequence[Shown[R]], asked: Asked) -> Table:
    rows = [_row(listed, row, chosen) for row in found.rows]
    return Table(
        columns=[one.column for one in chosen],
        rows=rows,
        caption=listed.title,
        totals=_totals(listed, found, chosen),
        sort=asked.sort or listed.sort,
        page=Page(found.page, found.pages, found.count, found.size),
        empty=listed.empty,
        phone="cards",
    )


def _row(listed: Listed[R], row: R, chosen: Sequence[Shown[R]]) -> Row:
    """A row that opens its record; its first cell is the link that the keyboard finds."""
    cells = [one.cell(row) for one in chosen]
    if listed.href is None:
        return Row(cells)
    href, first = listed.href(row), cells[0]
    cells[0] = replace(first if isinstance(first, Cell) else Cell(first), href=href)
    return Row(cells, href=href)


def _totals(listed: Listed[R], found: Found[R], chosen: Sequence[Shown[R]]) -> Row | None:
    """Sums of everything that fits, below the page."""
    if not listed.totals or not found.rows:
        return None
    sums, notes = dict(found.totals), listed.noted(found)
    cells: list[Cell | object] = []
    for one in chosen:
        name = listed.totals.get(one.column.key)
        note = notes.get(one.column.key, "")
        cells.append(Cell(sums[name], note=note) if name else Cell("", kind="text"))
    cells[0] = Cell(listed.more.get("totals_label", "∑"), kind="text")
    return Row(cells)


def _chips(listed: Listed[R], asked: Asked) -> list[Chip]:
    on = dict(asked.filters)
    return [
        Chip(str(one.label), one.text(on[one.name]), one.name)
        for one in listed.filters
        if one.name in on
    ]


def _kept(request: HttpRequest, listed: Listed[R]) -> list[tuple[str, str]]:
    """Parameters that the filter form does not show but must not lose."""
    own = {one.name for one in listed.filters if not one.hidden} | {"q", "page"}
    lists = request.GET.lists()
    return [(name, value) for name, values in lists if name not in own for value in values]


def _tabs(request: HttpRequest, listed: Listed[R], asked: Asked) -> list[Tab]:
    """Ready filters; a tab keeps what other filters say and starts its own anew."""
    tabs = []
    names = {name for _, wanted in listed.presets for name in wanted}
    on = {name: value for name, value in asked.filters if name in names}
    for label, wanted in listed.presets:
        query = request.GET.copy()
        for name in (*names, "page"):
            query.pop(name, None)
        for name, value in wanted.items():
            query[name] = value
        tabs.append(Tab(str(label), f"?{query.urlencode()}", on == wanted))
    return tabs
