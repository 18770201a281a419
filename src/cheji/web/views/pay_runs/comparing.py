"""Two runs of pay compared, to the fen: by component, by person, and down to the deals."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.engine.pay import Change
from cheji.files.sheets import because_words, part_words
from cheji.reads.pay import run_pages
from cheji.reads.pay.replays import PersonDifference, run_changes
from cheji.reads.pay.showing import link_of
from cheji.records.refusals import NotFound
from cheji.web.asked import number
from cheji.web.pay_records import deal_href, deal_text
from cheji.web.pay_run_words import overseer, under_run
from cheji.web.runs import MOST
from cheji.web.templatetags.parts import Card, Cell, Column, Empty, Row, Table
from cheji.web.wording import chinese, month_text

Door = Callable[..., str]
"""The address of the lines of a component and entry, of everybody or of one staff number."""


class Part(NamedTuple):
    """The lines of one component and entry that differ, and whose they are."""

    lines: list[tuple[PersonDifference, Change]]

    @property
    def name(self) -> str:
        return part_words(*self.lines[0])[not chinese()]

    @property
    def key(self) -> tuple[str, str]:
        return self.lines[0][1].component, self.lines[0][1].entry

    @property
    def people(self) -> int:
        return len({one.number for one, _change in self.lines})

    @property
    def amounts(self) -> tuple[int, int, int]:
        """Fen before, after, and what lies between."""
        was = sum(change.before or 0 for _one, change in self.lines)
        now = sum(change.after or 0 for _one, change in self.lines)
        return was, now, now - was


def _parts(found: Sequence[PersonDifference]) -> list[Part]:
    grouped: dict[tuple[str, str], Part] = {}
    for one in found:
        for change in one.change.changes:
            part = grouped.setdefault((change.component, change.entry), Part([]))
            part.lines.append((one, change))
    return list(grouped.values())


@require_GET
def compare(request: HttpRequest, record_id: int) -> HttpResponse:
    """Every fen of the difference between this run and another one."""
    who = overseer(request)
    other = number(request, "with", 0)
    if not other:
        return redirect("pay-run", record_id)
    page, before = run_pages.run_page(who, record_id), run_pages.run_page(who, other)
    found = list(run_changes(who, other, record_id))
    gap = sum(one.change.fen for one in found)
    door = _door(record_id, other)
    context = {
        **under_run(page),
        "name": _("Compare two runs"),
        "before": f"{before.outlet.name} · {month_text(before.run.month)}",
        "before_url": reverse("pay-run", args=[other]),
        "cards": [
            Card(pgettext("pay", "Before"), before.run.total, "money"),
            Card(pgettext("pay", "After"), page.run.total, "money"),
            Card(pgettext("pay", "Change"), gap, "gap"),
            Card(_("People that differ"), len(found)),
        ],
        "versions": run_pages.plan_versions(before.run, page.run),
        "components": _components(found, gap, door),
        "table": _people(found[:MOST], door),
        "more": max(0, len(found) - MOST),
    }
    return render(request, "pay/runs/compare.html", context)


def _door(run: int, other: int) -> Door:
    base = reverse("pay-run-compare-lines", args=[run])

    def address(part: Part, person: str = "") -> str:
        component, entry = part.key
        given = {"with": other, "component": component, "entry": entry, "person": person}
        return f"{base}?{urlencode({key: value for key, value in given.items() if value})}"

    return address


def _components(found: Sequence[PersonDifference], gap: int, door: Door) -> Table | None:
    """What each component moved, over everybody; its change opens the lines."""
    if not found:
        return None
    columns = [
        Column("what", _("Component")),
        Column("people", _("People"), kind="number"),
        Column("deals", _("Lines"), kind="number"),
        *_amounts(),
    ]
    rows = [
        Row([part.name, part.people, len(part.lines), *_sums(part, door(part))])
        for part in _parts(found)
    ]
    totals = Row([_("Together"), "", "", "", "", gap])
    caption = _("By component")
    return Table(columns, rows, totals=totals, caption=caption, free=True, phone="cards")


def _people(found: Sequence[PersonDifference], door: Door) -> Table:
    """Person by person, then by component: between two months every deal differs."""
    columns = [
        Column("what", _("Person and component")),
        Column("deals", _("Lines"), kind="number"),
        *_amounts(),
        Column("because", _("Because")),
    ]
    rows = [row for one in found for row in _person(one, door)]
    empty = Empty(_("Nothing differs"), icon="circle-check")
    caption = _("By person")
    return Table(columns, rows, caption=caption, free=True, phone="cards", empty=empty)


def _amounts() -> list[Column]:
    return [
        Column("before", pgettext("pay", "Before"), kind="money"),
        Column("after", pgettext("pay", "After"), kind="money"),
        Column("change", pgettext("pay", "Change"), kind="gap"),
    ]


def _sums(part: Part, url: str) -> list[Cell | object]:
    was, now, gap = part.amounts
    return [was, now, Cell(gap, reason=url)]


def _person(one: PersonDifference, door: Door) -> Iterator[Row]:
    """One's sum and his components; the figure behind the change where there is a single line."""
    whole = one.change
    head = [Cell(one.name, note=one.number), "", whole.before, whole.after, whole.fen, ""]
    yield Row(head, section=True)
    for part in _parts([one]):
        count = len(part.lines)
        because = because_words(part.lines[0][1])[not chinese()] if count == 1 else ""
        sums = _sums(part, door(part, one.number))
        yield Row([part.name, count, *sums, because], level=1)


# -- the lines of a component ------------------------------------------------------------------


@require_GET
def lines(request: HttpRequest, record_id: int) -> HttpResponse:
    """The deals behind what a component moved, of everybody or of one person.

    Raises:
        NotFound: no such line differs.
    """
    who = overseer(request)
    other = number(request, "with", 0)
    key = request.GET.get("component", ""), request.GET.get("entry", "")
    person = request.GET.get("person", "")
    page = run_pages.run_page(who, record_id)
    found = [one for one in run_changes(who, other, record_id) if person in ("", one.number)]
    part = next((one for one in _parts(found) if one.key == key), None)
    if part is None:
        raise NotFound(noun="figure", key=":".join((*key, person)))
    context = {
        **under_run(page),
        "name": part.name,
        "back": f"{reverse('pay-run-compare', args=[record_id])}?{urlencode({'with': other})}",
        "run_name": _("Compare two runs"),
        "gap": part.amounts[2],
        "table": _deals(part),
    }
    return render(request, "pay/runs/compare_lines.html", context)


def _deals(part: Part) -> Table:
    """Person by person the deals that differ, with the words of `cheji pay diff`."""
    columns = [Column("deal", _("Person and deal")), *_amounts()]
    whose: dict[str, Part] = {}
    for one, change in part.lines:
        whose.setdefault(one.number, Part([])).lines.append((one, change))
    rows = [row for own in whose.values() for row in _of_person(own)]
    return Table(columns, rows, caption=part.name, free=True, phone="cards")


def _of_person(own: Part) -> Iterator[Row]:
    one, _change = own.lines[0]
    yield Row([Cell(one.name, note=one.number), *own.amounts], section=True)
    for one, change in own.lines:
        # Who may not open a deal reads what kind of record it is.
        deal = one.deals.get(str(change.source or "")) or link_of(change.source, {})
        name = deal_text(deal) if deal else _("By the total of the month")
        because = because_words(change)[not chinese()]
        record = Cell(name, href=deal_href(deal), note=because)
        yield Row([record, change.before, change.after, change.fen], level=1)


urlpatterns = [
    path("pay/runs/<int:record_id>/compare", compare, name="pay-run-compare"),
    path("pay/runs/<int:record_id>/compare/lines", lines, name="pay-run-compare-lines"),
]
