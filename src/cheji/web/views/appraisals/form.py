"""The evaluation form: all items of one person, or one item for all people; saved as one types."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cheji.actions import appraisals as act
from cheji.reads.appraisals import marking as reads
from cheji.reads.appraisals.marking import Marking, Slot
from cheji.records.refusals import ChangedMeanwhile, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.asked import version_seen
from cheji.web.forms import one_end
from cheji.web.labels import sentence
from cheji.web.templatetags.parts import Tab
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, kpi_cell, named


@dataclass
class Line:
    """One line as the page shows it: what is kept, or what was typed and refused."""

    slot: Slot
    name: str
    mark: str
    comment: str
    evidence: str
    version: int
    fault: str = ""
    meanwhile: str = ""
    stale: bool = False

    @property
    def max(self) -> int:
        return 200 if self.slot.source == "goal" else 100

    @property
    def standard(self) -> list[str]:
        return [one[0 if chinese() else 1] for one in self.slot.standard]

    @property
    def own(self) -> str:
        """What the person gave himself, with what he says of it and what proves it."""
        if self.slot.own is None:
            return ""
        mark, *said = self.slot.own
        shown = words.mark_text(self.slot.source, mark) or "—"
        shown += "%" if self.slot.source == "goal" and mark is not None else ""
        return " · ".join([shown, *filter(None, said)])

    @property
    def figures(self) -> list[tuple[str, Any]]:
        """What a KPI stands at, where it is one."""
        heading, slot = self.slot.heading, self.slot
        if slot.points is None:
            return []
        return [
            (_("Actual"), kpi_cell(heading, slot.actual)),
            (_("Target"), kpi_cell(heading, slot.target)),
        ]


@dataclass
class Sheet:
    """A person's lines, or everybody's of one item, and the general refusal."""

    markings: Sequence[Marking]
    lines: list[Line]
    fault: str = ""
    status: int = 200
    saved: list[int] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(bool(line.mark) for line in self.lines if line.slot.markable)

    @property
    def all(self) -> int:
        return sum(line.slot.markable for line in self.lines)

    @property
    def open(self) -> bool:
        return any(one.open for one in self.markings)


def _line(slot: Slot, name: str) -> Line:
    return Line(
        slot, name, words.mark_text(slot.source, slot.mark), slot.comment, slot.evidence,
        slot.version,
    )  # fmt: skip


# -- saving ----------------------------------------------------------------------------------------


def _typed(line: Line, given: Mapping[str, str]) -> bool:
    """Take over what was typed; whether it differs from what is kept."""
    key = line.slot.key
    before = line.mark, line.comment, line.evidence
    line.mark = given.get(f"mark-{key}", line.mark).strip()
    line.comment = one_end(given.get(f"comment-{key}", line.comment)).strip()
    line.evidence = given.get(f"evidence-{key}", line.evidence).strip()
    line.version = version_seen(given, f"version-{key}", line.version)
    return before != (line.mark, line.comment, line.evidence)


def _save(who: Viewer, line: Line) -> None:
    """Save one line; a refusal stands at it, and what was typed stays."""
    slot = line.slot
    try:
        done = act.save_mark(
            by=who, at=now(), appraisal=slot.appraisal, item=slot.item, goal=slot.goal,
            mark=words.mark_kept(slot.source, line.mark, "mark"), comment=line.comment,
            evidence=line.evidence, version=line.version,
        )  # fmt: skip
    except NotFound:
        raise
    except ChangedMeanwhile as refusal:
        line.fault, line.stale = sentence(refusal), True
        line.meanwhile = words.mark_text(slot.source, slot.mark) or "—"
        line.meanwhile += f" · {slot.comment}" if slot.comment else ""
        line.version = slot.version
    except Refused as refusal:
        line.fault = sentence(refusal)
    else:
        line.version = done.version


def _save_all(who: Viewer, sheet: Sheet, given: Mapping[str, str]) -> None:
    for line in sheet.lines:
        if _typed(line, given):
            _save(who, line)
    if any(line.fault for line in sheet.lines):
        sheet.status = 409 if any(line.stale for line in sheet.lines) else 422


def _submit(who: Viewer, sheet: Sheet) -> bool:
    """Hand in everybody's marks of the page; the first refusal is said on top."""
    for one in sheet.markings:
        try:
            act.submit(by=who, at=now(), appraisal=one.head.id)
        except NotFound:
            raise
        except Refused as refusal:
            sheet.fault = f"{one.head.person.name}: {sentence(refusal)}"
            sheet.status = 422
            return False
        sheet.saved.append(one.head.id)
    return True


@require_POST
def save(request: HttpRequest, record_id: int) -> HttpResponse:
    """Save one line as it is typed: JSON {key, mark, comment, evidence, version} in and out."""
    try:
        given = json.loads(request.body)
        key, wanted = (
            str(given["key"]),
            {name: str(given[name]) for name in FIELDS if name in given},
        )
    except (ValueError, KeyError, TypeError):
        raise NotFound(noun="mark", key=record_id) from None
    who = viewer(request)
    found = reads.marking(who, record_id)
    slot = next((one for one in found.slots if one.key == key), None) if found else None
    if slot is None:
        raise NotFound(noun="mark", key=key[:40])
    line = _line(slot, "")
    _typed(line, {f"{name}-{key}": text for name, text in wanted.items()})
    _save(who, line)
    answer = {"ok": not line.fault, "version": line.version, "message": line.fault or _("Saved")}
    files = _files(who, record_id, key) if slot.proof and not line.fault else ""
    return JsonResponse({**answer, "meanwhile": line.meanwhile, "files": files})


def _files(who: Viewer, record_id: int, key: str) -> str:
    """Where files are put beside a mark of oneself, which is there once it is saved."""
    found = reads.marking(who, record_id)
    kept = [one.own_id for one in found.slots if one.key == key and one.own_id] if found else []
    return reverse("evidence", args=["mark", kept[0]]) if kept else ""


FIELDS = ("mark", "comment", "evidence", "version")

# -- pages -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def marks(request: HttpRequest, record_id: int) -> HttpResponse:
    """All items of one person under the viewer's task."""
    who = viewer(request)
    found = reads.marking(who, record_id)
    if found is None:
        raise NotFound(noun="mark", key=record_id)
    sheet = Sheet([found], [_line(slot, _name(slot)) for slot in found.slots])
    if request.method == "POST":
        _save_all(who, sheet, request.POST)
        if sheet.status == 200 and "submit" in request.POST and _submit(who, sheet):
            messages.success(request, _("Handed in. From now on these marks stand."))
            return redirect(_next(who, found))
        if sheet.status == 200:
            messages.success(request, _("Saved. You can go on at any time."))
            return redirect("appraisal-marks", record_id)
    head = found.head
    context = {
        "name": head.person.name,
        "title": _("Evaluation of {name}").format(name=head.person.name),
        "cycle": words.cycle_text(head.cycle),
        "sheet": sheet,
        "task": found.task,
        "task_text": words.task_text(found.task),
        "saves": reverse("appraisal-mark", args=[head.id]),
        "whole": head.whole,
        "head": head,
        "tabs": _tabs(who, head.cycle.id, head.id),
    }
    return render(request, "appraisals/marks.html", context, status=sheet.status)


def _name(slot: Slot) -> str:
    return slot.text or named(slot.heading)


def _next(who: Viewer, done: Marking) -> str:
    """The next person whom the viewer has to mark in this cycle, else back to the appraisal."""
    rest = reads.to_mark(who, done.head.cycle.id)
    if rest:
        return reverse("appraisal-marks", args=[rest[0].id])
    if done.head.whole:
        return reverse("appraisal", args=[done.head.id])
    return reverse("my-appraisal")


def _tabs(who: Viewer, cycle: int, here: int) -> list[Tab]:
    """The people whom the viewer still has to mark; none where it is one alone."""
    open_ = reads.to_mark(who, cycle)
    if len(open_) < 2:
        return []
    items = reverse("marks-by-item", args=[cycle])
    people = [
        Tab(one.person.name, reverse("appraisal-marks", args=[one.id]), one.id == here)
        for one in open_
    ]
    return [Tab(_("By item"), items, not here), *people]


@require_http_methods(["GET", "POST"])
def by_item(request: HttpRequest, cycle: int) -> HttpResponse:
    """One item for everybody whom the viewer has to mark, so that all are held to one measure."""
    who = viewer(request)
    found = reads.marking_by_item(who, cycle)
    if not found:
        raise NotFound(noun="cycle", key=cycle)
    items = _items(found)
    wanted = request.GET.get("item", "")
    chosen = wanted if wanted in items else next(iter(items), "")
    lines = [
        _line(slot, f"{one.head.person.name} · {slot.text}" if slot.text else one.head.person.name)
        for one in found
        for slot in one.slots
        if slot.item == chosen and slot.markable
    ]
    sheet = Sheet(found, lines)
    if request.method == "POST":
        _save_all(who, sheet, request.POST)
        if sheet.status == 200 and "submit" in request.POST and _submit(who, sheet):
            messages.success(request, _("Handed in. From now on these marks stand."))
            return redirect(f"{reverse('my-team')}?cycle={cycle}")
        if sheet.status == 200:
            messages.success(request, _("Saved. You can go on at any time."))
            return redirect(f"{reverse('marks-by-item', args=[cycle])}?item={chosen}")
    context = {
        "name": _("Evaluation by item"),
        "title": _("Evaluation by item"),
        "cycle": words.cycle_text(found[0].head.cycle),
        "sheet": sheet,
        "task": found[0].task,
        "task_text": words.task_text(found[0].task),
        "by_item": True,
        "items": [
            Tab(text, f"{reverse('marks-by-item', args=[cycle])}?item={code}", code == chosen)
            for code, text in items.items()
        ],
        "tabs": _tabs(who, cycle, 0),
        "chosen": chosen,
    }
    return render(request, "appraisals/marks.html", context, status=sheet.status)


def _items(found: Iterable[Marking]) -> dict[str, str]:
    return {slot.item: named(slot.heading) for one in found for slot in one.slots if slot.markable}


urlpatterns = [
    path("appraisals/<int:record_id>/marks", marks, name="appraisal-marks"),
    path("appraisals/<int:record_id>/mark", save, name="appraisal-mark"),
    path("appraisals/cycles/<int:cycle>/marks", by_item, name="marks-by-item"),
]
