"""Imported files: the list, how far one is, its report, and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import imports as actions
from cheji.files import keeping
from cheji.files.faulty import faulty_rows
from cheji.files.kinds import kind_of
from cheji.files.leftovers import unsealed
from cheji.files.uploads import spot
from cheji.reads import imports as reads
from cheji.reads.imports import BatchDetail, BatchRow
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.beginnings import set_up_step
from cheji.web.lists import Filter, Listed, Shown, choices, page_of
from cheji.web.navigation import address
from cheji.web.templatetags.figures import number as number_text
from cheji.web.templatetags.parts import Card, Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.views.imports.frame import (
    DRAFT,
    download,
    frame,
    importer,
    kinds_for,
    late_if_undone,
    late_notice,
    leaving_notices,
    title,
    title_of,
)
from cheji.web.wording import chinese

WAITING = ("queued", "running")
SHOWN_TROUBLES = 200
SET_UP = ("outlets", "people")
LISTS = {
    "outlets": "people",
    "people": "people",
    "losses": "prospects",
    "cancellations": "orders",
    "ad_spend": "spend",
    "daily_totals": "totals",
}


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """What the viewer imported, with what result."""
    who = importer(request)
    kinds = {kind.code: title(kind) for kind in kinds_for(who)}
    listed: Listed[BatchRow] = Listed(
        title=_("Imports"),
        find=reads.batches,
        shown=_columns(kinds),
        filters=[
            Filter("kind", _("Kind"), choices(kinds)),
            Filter("state", _("State"), choices(labels.BATCH_STATES)),
            Filter("since", _("From")),
            Filter("until", _("Until")),
        ],
        sort="-made_at",
        href=lambda row: reverse("import", args=[row.key]),
        empty=Empty(
            _("Nothing imported yet"),
            _("Bring in the spreadsheets that the outlet keeps today; every import can be undone."),
            reverse("import-new"),
            _("Import a file"),
            "file-import",
        ),
        more={"buttons": [(reverse("import-new"), "plus", _("Import a file"))]},
    )
    return page_of(request, listed)


def _columns(kinds: dict[str, str]) -> list[Shown[BatchRow]]:
    def count(name: str) -> Any:
        return lambda row: Cell(row.report.get(name))

    return [
        Shown(Column("name", pgettext("import", "File")), lambda row: row.name),
        Shown(Column("kind", _("Kind")), lambda row: kinds.get(row.kind, row.kind)),
        Shown(
            Column("state", _("State"), kind="badge"),
            lambda row: labels.badge(labels.BATCH_STATES, row.state),
        ),
        Shown(Column("create", _("Added"), kind="number"), count("create")),
        Shown(Column("update", _("Updated"), kind="number"), count("update")),
        Shown(Column("same", _("Unchanged"), kind="number"), count("same")),
        Shown(Column("skipped", _("Skipped"), kind="number"), count("skipped")),
        Shown(
            Column("made_at", _("Uploaded"), kind="date", sortable=True),
            lambda row: Cell(row.made_at),
        ),
        Shown(Column("by", _("By")), lambda row: row.by, extra=True),
    ]


@require_GET
def batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is, and, once it has ended, what it did."""
    who = viewer(request)
    found = reads.batch(who, str(key))
    if found.row.state == "read":
        return redirect("import-check" if found.mapping else "import-columns", key)
    waiting = found.row.state in WAITING
    asks = bool(request.headers.get("HX-Request"))
    context = {
        **frame(found, "report"),
        "state": labels.badge(labels.BATCH_STATES, found.row.state),
        "waiting": waiting,
        "left": _has_left(found),
        "next_step": set_up_step(who) if found.row.kind in SET_UP else None,
        "again": found.row.state in DRAFT and found.kept is not None,
        "fault": _fault(found),
        "rows_url": address(LISTS.get(found.row.kind, found.row.kind)),
        "question": _question(who, found) if found.row.state == "done" else "",
        **(_progress(found) if waiting else _report(found)),
    }
    page = "imports/progress.html" if asks else "imports/batch.html"
    answer = render(request, page, context)
    if asks and not waiting:
        answer["HX-Refresh"] = "true"
    answer["Vary"] = "HX-Request"
    return answer


def _progress(found: BatchDetail) -> dict[str, Any]:
    """What a living worker says: nothing yet, reading, or so many rows of all."""
    said = found.progress
    if found.stuck:
        return {"stage": _("No background worker is running."), "stuck": True}
    if said is None:
        return {"stage": _("Waiting for a free worker…"), "done": None}
    if said.stage == "reading" or not said.total:
        return {"stage": _("Reading the file…"), "done": None}
    stage = _("{done} of {total} rows are written").format(
        done=number_text(said.done), total=number_text(said.total)
    )
    return {"stage": stage, "done": said.done, "total": said.total}


def _report(found: BatchDetail) -> dict[str, Any]:
    report = found.row.report
    if "create" not in report:
        return {"cards": [], "troubles": []}
    names = [
        ("create", _("Added")),
        ("update", _("Updated")),
        ("same", _("Unchanged")),
        ("skipped", _("Skipped")),
    ]
    if report.get("unpriced"):
        names.append(("unpriced", _("Cost not known")))
    if report.get("late"):
        names.append(("late", _("In closed months")))
    troubles = _troubles(found)
    return {
        "cards": [Card(label, report.get(name, 0), unit=_("rows")) for name, label in names],
        "late": late_notice(report.get("late", 0), report.get("closed_months", ())),
        "leaving": leaving_notices(report.get("leavers", 0), report.get("posts_ended", 0)),
        "troubles": [_trouble(found.row.kind, one) for one in troubles[:SHOWN_TROUBLES]],
        "more_troubles": max(0, len(troubles) - SHOWN_TROUBLES),
    }


def _troubles(found: BatchDetail) -> list[dict[str, Any]]:
    """Why rows were not taken: in full where they are still kept, else without their cells."""
    told: list[dict[str, Any]] = found.row.report.get("troubles", [])
    if not told or not _has_left(found):
        return told
    rows = unsealed(found.kept or b"", found.row.key).rows
    return [
        {"place": spot(row), "column": one.column, "zh": one.zh, "en": one.en}
        for row in rows
        for one in row.problems
        if one.level == "error"
    ]


def _trouble(kind: str, one: dict[str, Any]) -> tuple[str, str, str]:
    """Row, column and sentence of a row that was not taken."""
    columns = {column.code: column for column in kind_of(kind).columns}
    column = columns.get(one["column"])
    place = str(one.get("place", "")).removeprefix("!")
    return place, title_of(column) if column else "", one["zh" if chinese() else "en"]


@require_GET
def left(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows that were not taken, each with its reason, to be mended and uploaded again."""
    found = reads.batch(viewer(request), str(key))
    if not _has_left(found):
        raise Http404
    reading = unsealed(found.kept or b"", found.row.key)
    content = faulty_rows(reading, get_language() or "zh")
    return download(content, f"cheji-{found.row.kind}-left-out.xlsx")


def _has_left(found: BatchDetail) -> bool:
    return found.row.state == "done" and found.kept is not None


def _fault(found: BatchDetail) -> str:
    fault = found.row.report.get("fault")
    return fault["zh" if chinese() else "en"] if fault else ""


def _question(who: Viewer, found: BatchDetail) -> str:
    """What is asked before a batch is undone, with what of it lies in closed months."""
    asked = _(
        "Undo this import? What it added is removed, what it changed is restored. Records that were"
        " changed since then stop it."
    )
    return _told(asked, late_if_undone(*actions.late_if_undone(who, found.row.id)))


def _told(text: str, late: str) -> str:
    return (text if chinese() else f"{text} ") + late if late else text


@require_POST
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the whole batch back."""
    who = viewer(request)
    found = reads.batch(who, str(key))
    late = late_if_undone(*actions.late_if_undone(who, found.row.id))
    actions.undo(by=who, at=now(), batch=found.row.id)
    text = _("The import is undone: what it added is gone, what it changed is as before.")
    messages.success(request, _told(text, late))
    return redirect("import", key)


@require_POST
def forget(request: HttpRequest, key: UUID) -> HttpResponse:
    """Drop an upload that was not committed."""
    who = viewer(request)
    found = reads.batch(who, str(key))
    actions.forget(by=who, at=now(), batch=found.row.id)
    keeping.drop(found.digest)
    messages.success(request, _("The upload is dropped; nothing was imported."))
    return redirect("imports")
