"""The step that shows every problem at its cell, lets it be mended there, and starts the import."""

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app as queue

from cheji.actions import imports as actions
from cheji.files.faulty import faulty_rows
from cheji.files.kinds import kind_of
from cheji.files.uploads import LEFT_OUT, as_typed, looks, prepare
from cheji.reads.imports import BatchDetail
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.asked import number
from cheji.web.templatetags.parts import Card, Page, Tab
from cheji.web.viewers import now
from cheji.web.views.imports import maps
from cheji.web.views.imports.columns import accept, mode_in
from cheji.web.views.imports.frame import (
    download,
    frame,
    late_notice,
    leaving_notices,
    on_draft,
    title_of,
)
from cheji.web.views.imports.rows import (
    SIZE,
    Preview,
    findings,
    preview,
    seen,
    upload_of,
    wanted_rows,
)

CELL, ROW, OUT = "cell:", "row", "out"


@require_GET
@on_draft
def check(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Every problem at its cell, and what an import would do."""
    told = preview(who, found)
    which = request.GET.get("rows", "faulty" if told.faulty else "all")
    rows = wanted_rows(told, which)
    pages = max(1, -(-len(rows) // SIZE))
    page = min(max(1, number(request, "page", 1)), pages)
    shown = rows[(page - 1) * SIZE : page * SIZE]
    context: dict[str, Any] = {
        **frame(found, "check"),
        "told": told,
        "before": found.before,
        "cards": _cards(told),
        "late": late_notice(told.report.late, sorted(told.report.closed)),
        "leaving": leaving_notices(told.report.leavers, told.report.ended),
        "problems": findings(told.reading.problems),
        "notes": findings(told.reading.notes),
        "columns": [(one, title_of(one)) for one in told.columns],
        "rows": seen(told, shown, found.mended, request.GET.get("edit", "")),
        "which": which,
        "tabs": _tabs(told, which),
        "words": [
            (one, title_of(one.column), [(c.code, c.zh, c.en) for c in one.column.choices])
            for one in maps.unknown_words(kind_of(found.row.kind), told.reading)
        ],
        "pages": Page(page, pages, len(rows), SIZE, (SIZE,)),
        "modes": list(labels.MODES.items()),
        "sheets": len(told.reading.headers) > 1,
    }
    return render(request, "imports/check.html", context)


def _cards(told: Preview) -> list[Card]:
    report = told.report
    cards = [
        Card(_("Will be added"), report.create, unit=_("rows")),
        Card(_("Will be updated"), report.update, unit=_("rows")),
        Card(_("Unchanged"), report.same, unit=_("rows")),
        Card(_("With problems"), told.faulty, unit=_("rows")),
    ]
    if report.unpriced:
        cards.append(Card(_("Cost not known"), report.unpriced, unit=_("rows")))
    if report.late:
        cards.append(Card(_("In closed months"), report.late, unit=_("rows")))
    if told.left_out or report.skipped:
        cards.append(Card(_("Left out"), told.left_out + report.skipped, unit=_("rows")))
    return cards


def _tabs(told: Preview, which: str) -> list[Tab]:
    found = [
        ("faulty", _("With problems"), len(wanted_rows(told, "faulty"))),
        ("all", _("All rows"), len(told.reading.rows)),
    ]
    if told.left_out:
        found.append(("out", _("Left out by you"), told.left_out))
    return [Tab(label, f"?rows={code}", code == which, count) for code, label, count in found]


@require_POST
@on_draft
def mend(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Keep what was typed in cells, and which rows are left out; then check again."""
    rows = _left_out(request, found)
    codes = {column.code for column in kind_of(found.row.kind).columns}
    for name, text in request.POST.items():
        spot, _sign, code = name.removeprefix(CELL).rpartition(":")
        before = request.POST.get(f"was:{spot}:{code}")
        if name.startswith(CELL) and code in codes and text != before:
            rows.setdefault(spot, {})[code] = str(text)
    if rows:
        actions.mend(by=who, at=now(), batch=found.row.id, rows=rows)
    kept = {"rows": request.POST.get("which", ""), "page": request.POST.get("page", "")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"{reverse('import-check', args=[found.row.key])}?{query}")


def _left_out(request: HttpRequest, found: BatchDetail) -> dict[str, dict[str, str]]:
    """The rows of the page whose tick changed."""
    ticked = request.POST.getlist(OUT)
    return {
        spot: {LEFT_OUT: "1" if spot in ticked else ""}
        for spot in request.POST.getlist(ROW)
        if (spot in ticked) != bool(found.mended.get(spot, {}).get(LEFT_OUT))
    }


@require_POST
@on_draft
def words(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Keep what unknown words mean, for this file and for the next ones with these headers."""
    mapping = prepare(upload_of(found)).reading.mapping
    if mapping is not None:
        given: dict[str, dict[str, str]] = {}
        for name, choice in request.POST.items():
            if name.startswith("word:"):
                _sign, code, word = name.split(":", maxsplit=2)
                given.setdefault(code, {})[word] = str(choice)
        sheet = maps.best(looks(found.content, found.row.name, found.row.kind))
        accept(who, found, sheet, maps.with_words(mapping, given))
    return redirect("import-check", found.row.key)


@require_POST
@on_draft
def mode(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Create, update or both."""
    actions.accept(
        by=who,
        at=now(),
        batch=found.row.id,
        mapping=found.mapping,
        mode=mode_in(request, found),  # type: ignore[arg-type]
    )
    return redirect("import-check", found.row.key)


@require_GET
@on_draft
def faulty(_request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """The rows with problems as a workbook, to be mended there and uploaded again."""
    reading = as_typed(preview(who, found).reading, upload_of(found))
    content = faulty_rows(reading, get_language() or "zh")
    return download(content, f"cheji-{found.row.kind}-faulty.xlsx")


@require_POST
@on_draft
def commit(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Queue the commit; the job and the state are written together."""
    with transaction.atomic():
        skip = bool(request.POST.get("skip"))
        actions.queue(by=who, at=now(), batch=found.row.id, skip=skip)
        job = queue.configure_task("imports.commit", queue="imports")
        job.defer(key=found.row.key, user=who.user)
    return redirect("import", found.row.key)
