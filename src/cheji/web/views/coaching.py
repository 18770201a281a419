"""Coaching tasks: given about a weak step, done or dropped with a word on how it went."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import coaching as actions
from cheji.engine.money import round_half_up
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads import comparisons
from cheji.reads.comparisons import GapSeen, StepSeen
from cheji.reads.comparisons import coaching as reads
from cheji.reads.comparisons.coaching import TaskRow
from cheji.reads.definitions import catalogue
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.asked import number
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import ActionForm, day_field, lines
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, page_frame
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, kpi_cell, month_text, named, of_text

STATES: labels.Labels = {
    "open": pgettext_lazy("coaching", "Open"),
    "done": pgettext_lazy("coaching", "Done"),
    "dropped": pgettext_lazy("coaching", "Dropped"),
}
TONES = {"open": "note", "done": "good", "dropped": ""}
USUAL_DAYS = 14


# -- a new task ------------------------------------------------------------------------------------


class TaskForm(ActionForm):
    """What to practise until when; the exercises offered are those of the step."""

    offered = forms.ChoiceField(
        label=gettext_lazy("Exercise"), required=False, widget=forms.RadioSelect
    )
    exercise = lines(gettext_lazy("Or in your own words"))
    due_on = day_field(gettext_lazy("Until"))
    note = lines(gettext_lazy("Note"))
    wide = ("offered", "exercise", "note")

    def __init__(self, *args: Any, step: StepSeen, **kwargs: Any) -> None:
        self.step = step
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        found = reads.exercises(self.who, kpi=self.step.kpi.code, retired=False)
        texts = [row.zh if chinese() else row.en for row in found]
        self.fields["offered"].choices = [(text, text) for text in texts]  # type: ignore[attr-defined]
        self.fields["offered"].initial = texts[0] if texts else ""
        if not texts:
            del self.fields["offered"]
        self.fields["due_on"].initial = self.who.on + timedelta(days=USUAL_DAYS)
        self.fields["due_on"].widget.attrs["min"] = self.who.on.isoformat()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["exercise"] = given.get("exercise") or given.get("offered") or ""
        given.pop("offered", None)
        if not given["exercise"]:
            self.add_error("exercise", _("Choose an exercise or write one."))
        return given


@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """A task about the weakest step of a person in a month."""
    who = viewer(request)
    who.must("coaching.write")
    found, step = _evidence(request, who)
    form = TaskForm(request.POST or None, who=who, step=step)
    done = form.submit(lambda given: _assign(who, found, step, given)) if form.is_bound else None
    if done:
        messages.success(request, _("The task is given; it stands in the inbox."))
        return redirect("coaching-task", done.id)
    context = {
        "form": form,
        "title": _("Coaching task"),
        "found": found,
        "step": step,
        "facts": _figures(step, named(found.result), found.period),
        "name": of_text(found.own_column.of),
        "back": reverse("coaching"),
        "rows_url": reverse("reason", args=[step.own.key]) if step.own.key else "",
    }
    return render(request, "comparisons/new_task.html", context, status=form.status)


def _evidence(request: HttpRequest, who: Viewer) -> tuple[GapSeen, StepSeen]:
    """The person's gap to his people, and the step that was chosen or is the weakest.

    Raises:
        NotFound: the person is not in reach, or has no weak step in the month.
    """
    found = comparisons.gap(
        who,
        funnel=request.GET.get("funnel", ""),
        person=request.GET.get("person", "-"),
        period=number(request, "period", who.on.year * 100 + who.on.month),
    )
    wanted = request.GET.get("kpi", "")
    for step in found.steps:
        if step.kpi.code == wanted or (not wanted and step.weakest):
            return found, step
    raise NotFound(noun="figure", key=wanted)


def _assign(who: Viewer, found: GapSeen, step: StepSeen, given: dict[str, Any]) -> actions.Done:
    of = found.own_column.of
    evidence = actions.Evidence(
        kpi=step.kpi.code,
        result=found.result.code,
        period=found.period,
        own=_stored(step.own.value),
        benchmark=_stored(step.benchmark.value),
        worth=_stored(step.worth),
        sample=_stored(step.sample),
    )
    return actions.assign(
        by=who, at=now(), outlet=of.outlet or 0, person=of.id or 0, evidence=evidence, **given
    )


def _stored(value: Any) -> int | None:
    return None if value is None else round_half_up(value * QUANTITY_SCALE)


def _figures(step: StepSeen, result: str, month: int) -> list[Any]:
    show = {"own": step.own.value, "benchmark": step.benchmark.value}
    texts = {name: _shown(step.kpi, value) for name, value in show.items()}
    return about(
        (_("Month"), month_text(month), ""),
        (_("Step"), named(step.kpi), ""),
        (_("Own"), texts["own"], ""),
        (_("Benchmark"), texts["benchmark"], ""),
        (_("Closing it is worth"), f"{_number(step.worth)} {result}", ""),
        (_("n"), _number(step.sample), ""),
    )


def _shown(kpi: Any, value: Any) -> str:
    cell = kpi_cell(kpi, value)
    return figures.figure(cell.value, cell.kind, cell.decimals)


def _number(value: Any) -> str:
    return figures.NOTHING if value is None else figures.digits(value, 2, trim=True)


# -- tasks -----------------------------------------------------------------------------------------


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks in reach, those due first on top."""
    who = viewer(request)
    buttons = [(reverse("exercises"), "notes", _("Exercises"))]
    if who.can("coaching.write"):
        buttons.insert(0, (reverse("weak-spots"), "target-arrow", _("Weak steps")))
    return page_of(
        request,
        Listed(
            title=_("Coaching"),
            find=reads.tasks,
            shown=_columns(who),
            filters=[
                *place_filters(request, "person"),
                Filter("state", _("State"), choices(STATES)),
            ],
            sort="due_on",
            href=lambda row: reverse("coaching-task", args=[row.id]),
            presets=[
                (_("Open"), {"state": "open"}), (_("All"), {}), (_("Done"), {"state": "done"}),
            ],
            empty=Empty(
                _("No coaching tasks"),
                _("Open the weak steps of the consultants and give a task about one of them."),
                reverse("weak-spots") if who.can("coaching.write") else "",
                _("Weak steps") if who.can("coaching.write") else "",
                "target-arrow",
            ),
            more={"buttons": buttons},
        ),
    )  # fmt: skip


def _columns(who: Viewer) -> list[Shown[TaskRow]]:
    kpis = catalogue(who.on).ruling.kpi
    return [
        Shown(Column("person", _("Consultant")), lambda row: row.person.name),
        Shown(
            Column("kpi", _("Step")),
            lambda row: named(kpis[row.kpi]) if row.kpi in kpis else row.kpi,
        ),
        Shown(Column("exercise", _("Exercise")), lambda row: row.exercise),
        Shown(
            Column("due_on", _("Until"), kind="date", sortable=True),
            lambda row: Cell(row.due_on, state="bad" if row.late else ""),
        ),
        Shown(Column("state", _("State"), kind="badge"), _state),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
    ]


def _state(row: TaskRow) -> Cell:
    if row.late:
        return Cell(_("Late"), state="bad")
    return Cell(str(STATES[row.state]), state=TONES[row.state])


@require_GET
def task(request: HttpRequest, record_id: int) -> HttpResponse:
    """One task with the figures that led to it."""
    who = viewer(request)
    row = reads.task(who, record_id)
    kpis = catalogue(who.on).ruling.kpi
    kpi, result = kpis.get(row.kpi), kpis.get(row.result)
    worth = f"{_number(row.worth)} {named(result)}" if result and row.worth is not None else ""
    context = {
        **page_frame("coaching", _("Coaching"), "coaching-deed", _("The task")),
        "found": {"row": row},
        "row": row,
        "title": f"{row.person.name} · {named(kpi) if kpi else row.kpi}",
        "state": _state(row),
        "facts": about(
            (_("Exercise"), row.exercise, ""),
            (_("Until"), row.due_on, "bad" if row.late else ""),
            (_("Note"), row.note, ""),
            (_("Month"), month_text(row.period), ""),
            (_("Own"), _shown(kpi, row.own) if kpi else "", ""),
            (_("Benchmark"), _shown(kpi, row.benchmark) if kpi else "", ""),
            (_("Closing it is worth"), worth, ""),
            (_("n"), _number(row.sample), ""),
            (_("Given by"), row.by, ""),
            (_("Ended on"), row.ended_on, ""),
            (_("How it went"), row.ended_note, ""),
        ),
        "rows_url": reverse("reason", args=[row.key]),
        "deeds": BOOK.buttons(who, row),
        "timeline": None,
    }
    return render(request, "comparisons/task.html", context)


class EndForm(DeedForm):
    """What came of it."""

    note = lines(gettext_lazy("How it went"), required=True)
    wide = ("note",)


def _end(by: Viewer, at: datetime, row: TaskRow, given: dict[str, Any], done: bool) -> object:
    return actions.end(by=by, at=at, task=row.id, done=done, **given)


BOOK = Book(
    noun="coaching-task",
    read=reads.task,
    title=lambda row: row.person.name,
    version=lambda row: row.version,
    deeds={
        "done": Deed(
            gettext_lazy("Done"), "check", "coaching.finish", EndForm,
            lambda by, at, row, given, _form: _end(by, at, row, given, done=True),
            gettext_lazy("The task is done."), lambda row: row.state == "open",
        ),
        "drop": Deed(
            gettext_lazy("Drop"), "x", "coaching.write", EndForm,
            lambda by, at, row, given, _form: _end(by, at, row, given, done=False),
            gettext_lazy("The task is dropped."), lambda row: row.state == "open", tone="danger",
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def task_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one task."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("coaching", tasks, name="coaching"),
    path("coaching/new", new_task, name="coaching-new"),
    path("coaching/<int:record_id>", task, name="coaching-task"),
    path("coaching/<int:record_id>/<slug:slug>", task_deed, name="coaching-deed"),
]
