"""What is checked of a run: worked out again to the byte, and compared with another one."""

from collections.abc import Mapping
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from cheji.engine.kpis import decimal_text
from cheji.engine.pay import EARNED, Change
from cheji.engine.pay.differences import Cause
from cheji.reads.pay import run_pages
from cheji.reads.pay.replays import PersonDifference, replayed, run_changes
from cheji.reads.pay.run_pages import RunPage
from cheji.web import pay_run_words as words
from cheji.web.asked import number
from cheji.web.pay_run_words import overseer
from cheji.web.runs import MOST, differing
from cheji.web.templatetags.figures import money
from cheji.web.templatetags.parts import Card, Cell, Column, Empty, Row, Table
from cheji.web.wording import chinese, month_text, named

WHAT = {
    "rules": gettext_lazy("Frozen by another version of the rules"),
    "seal": gettext_lazy("Seal"),
    "outcome": gettext_lazy("Seal of the statement"),
    "payable": gettext_lazy("Payable"),
}
CAUSES = {
    "amount": gettext_lazy("Base"),
    "rate": gettext_lazy("Rate"),
    "parts": pgettext_lazy("pay", "Bands"),
    "factor": pgettext_lazy("pay", "Factor"),
    "code": pgettext_lazy("pay", "Reason"),
    "args": pgettext_lazy("pay", "Figures of the reason"),
}


def _frame(page: RunPage) -> dict[str, object]:
    found = page.run
    return {
        "run": found,
        "run_name": f"{page.outlet.name} · {named(page)} · {month_text(found.month)}",
        "back": reverse("pay-run", args=[found.id]),
    }


@require_GET
def replay(request: HttpRequest, record_id: int) -> HttpResponse:
    """The run worked out again from what was frozen with it."""
    who = overseer(request)
    page = run_pages.run_page(who, record_id)
    [found] = replayed(who, record_id)
    context = {
        **_frame(page),
        "name": _("Replay"),
        "count": found.count,
        "table": differing(found.broken, WHAT),
    }
    return render(request, "pay/runs/replay.html", context)


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
    context = {
        **_frame(page),
        "name": _("Compare two runs"),
        "before": f"{before.outlet.name} · {month_text(before.run.month)}",
        "before_url": reverse("pay-run", args=[other]),
        "cards": [
            Card(pgettext("pay", "Before"), before.run.total, "money"),
            Card(pgettext("pay", "After"), page.run.total, "money"),
            Card(pgettext("pay", "Change"), gap, "gap"),
            Card(_("People that differ"), len(found)),
        ],
        "table": _differences(page, found[:MOST]),
        "more": max(0, len(found) - MOST),
    }
    return render(request, "pay/runs/compare.html", context)


def _differences(page: RunPage, found: list[PersonDifference]) -> Table:
    """Person by person, then by component: between two months every deal differs."""
    columns = [
        Column("what", _("Person and component")),
        Column("deals", _("Lines"), kind="number"),
        Column("before", pgettext("pay", "Before"), kind="money"),
        Column("after", pgettext("pay", "After"), kind="money"),
        Column("change", pgettext("pay", "Change"), kind="gap"),
        Column("because", _("Because")),
    ]
    rows = [row for one in found for row in _rows(one, page.names)]
    return Table(
        columns,
        rows,
        caption=_("Compare two runs"),
        free=True,
        phone="cards",
        empty=Empty(_("Nothing differs"), icon="circle-check"),
    )


def _rows(one: PersonDifference, names: Mapping[str, tuple[str, str]]) -> list[Row]:
    whole = one.change
    head = Row(
        [Cell(one.name, note=one.number), "", whole.before, whole.after, whole.fen, ""],
        section=True,
    )
    parts: dict[tuple[str, str], list[Change]] = {}
    for change in whole.changes:
        parts.setdefault((change.component, change.entry), []).append(change)
    return [head, *(_part(changes, names) for changes in parts.values())]


def _part(changes: list[Change], names: Mapping[str, tuple[str, str]]) -> Row:
    """The lines of one component; the figure behind the change where there is a single line."""
    first, only = changes[0], len(changes) == 1
    zh, en = names.get(first.component, (first.component, first.component))
    because = " · ".join(_causes(first)) if only else ""
    was, now = (sum(filter(None, side)) for side in zip(*map(_sides, changes), strict=True))
    label = f"{zh if chinese() else en} · {words.entry_text(first.entry)}"
    return Row([label, len(changes), was, now, now - was, because], level=1)


def _sides(change: Change) -> tuple[int | None, int | None]:
    return change.before, change.after


def _causes(change: Change) -> list[str]:
    """The figures behind a line; a factor that is the rate again is told once."""
    told = {one.name: (one.before, one.after) for one in change.causes}
    return [
        _cause(one, change.entry)
        for one in change.causes
        if one.name != "factor" or told.get("rate") != (one.before, one.after)
    ]


def _cause(one: Cause, entry: str) -> str:
    """A figure behind a line, as it was and as it is; only its name where it has no plain words."""
    label = str(CAUSES.get(one.name, one.name))
    if one.name in {"rate", "factor"}:
        was, now = (_rate(value) for value in (one.before, one.after))
    elif one.name == "amount" and entry not in EARNED:
        was, now = ("—" if value is None else money(value) for value in (one.before, one.after))
    else:
        return label
    return f"{label} {was} → {now}"


def _rate(value: str | None) -> str:
    return decimal_text(Fraction(value)) if value else "—"


urlpatterns = [
    path("pay/runs/<int:record_id>/replay", replay, name="pay-run-replay"),
    path("pay/runs/<int:record_id>/compare", compare, name="pay-run-compare"),
]
