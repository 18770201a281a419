"""The library of exercises that coaching tasks offer: a pack's and the house's own."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import coaching as actions
from cheji.packs import codes
from cheji.reads.comparisons import coaching as reads
from cheji.reads.comparisons.coaching import ExerciseRow
from cheji.reads.definitions import catalogue
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import ActionForm, choice, words
from cheji.web.kpi_choices import Options, kpi_choices
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, named


@require_GET
def exercises(request: HttpRequest) -> HttpResponse:
    """What to practise, by step."""
    who = viewer(request)
    writes = who.can("exercises.write")
    columns = [
        Column("kpi", _("Step")),
        Column("text", _("Exercise")),
        Column("state", _("State"), kind="badge"),
        *([Column("change", "")] if writes else []),
    ]
    rows = [_exercise_row(row, writes=writes) for row in reads.exercises(who)]
    table = Table(
        columns=columns, rows=rows, caption=_("Exercises"), free=True, phone="cards",
        empty=Empty(_("No exercises yet"), _("Add one, or take over those of the pack.")),
    )  # fmt: skip
    if "file" in request.GET:
        return sent(request, "exercises", _("Exercises"), table)
    context = {
        "title": _("Exercises"),
        "table": table,
        "downloads": downloads(request),
        "writes": writes,
        "packs": codes(),
    }
    return render(request, "comparisons/exercises.html", context)


def _exercise_row(row: ExerciseRow, *, writes: bool) -> Row:
    state = Cell(_("Not offered")) if row.retired else Cell(_("Offered"), state="good")
    cells: list[Cell | object] = [
        Cell(named(row.kpi) if row.kpi else row.code),
        Cell(row.zh if chinese() else row.en),
        state,
    ]
    if writes:
        cells.append(Cell(_("Change"), href=reverse("exercise-deed", args=[row.id, "edit"])))
    return Row(cells)


def _steps(who: Viewer) -> list[tuple[str, Options]]:
    """The steps of all funnels."""
    ruling = catalogue(who.on).ruling
    names = dict.fromkeys(
        name for sheet in ruling.sheets for one in sheet.funnels for name in one.formula.names
    )
    return kpi_choices(ruling.kpi[code] for code in names)


class NewExerciseForm(ActionForm):
    """An exercise of the house's own."""

    kpi = forms.ChoiceField(label=gettext_lazy("Step"))
    zh = words(gettext_lazy("In Chinese"), 400, required=True)
    en = words(gettext_lazy("In English"), 400, required=True)
    wide = ("zh", "en")

    def set_up(self) -> None:
        self.fields["kpi"].choices = _steps(self.who)  # type: ignore[attr-defined]
        self.fields["kpi"].widget.attrs["data-search"] = ""


@require_http_methods(["GET", "POST"])
def new_exercise(request: HttpRequest) -> HttpResponse:
    """Add an exercise."""
    who = viewer(request)
    who.must("exercises.write")
    form = NewExerciseForm(request.POST or None, who=who)
    if request.method == "POST":
        done = form.submit(lambda given: actions.add_exercise(by=who, at=now(), **given))
        if done:
            messages.success(request, _("The exercise is in the library."))
            return redirect("exercises")
    context = {"form": form, "title": _("New exercise"), "back": reverse("exercises")}
    return render(request, "comparisons/form.html", context, status=form.status)


class ExerciseForm(DeedForm):
    """Its words, its step, and whether it is offered."""

    kpi = forms.ChoiceField(label=gettext_lazy("Step"))
    zh = words(gettext_lazy("In Chinese"), 400, required=True)
    en = words(gettext_lazy("In English"), 400, required=True)
    offered = choice(gettext_lazy("Offered"), {"1": gettext_lazy("yes"), "0": gettext_lazy("no")})
    wide = ("zh", "en")
    segments = ("offered",)

    def set_up(self) -> None:
        row = self.record
        self.fields["kpi"].choices = _steps(self.who)  # type: ignore[attr-defined]
        self.fields["kpi"].widget.attrs["data-search"] = ""
        for name, value in (("kpi", row.code), ("zh", row.zh), ("en", row.en)):
            self.fields[name].initial = value
        self.fields["offered"].initial = "0" if row.retired else "1"


def _change(by: Viewer, at: datetime, row: ExerciseRow, given: dict[str, Any], _f: Any) -> object:
    retired = given.pop("offered") == "0"
    return actions.change_exercise(by=by, at=at, exercise=row.id, retired=retired, **given)


LIBRARY = Book(
    noun="exercise",
    read=reads.exercise,
    title=lambda row: row.zh,
    version=lambda row: row.version,
    deeds={
        "edit": Deed(
            gettext_lazy("Change"), "edit", "exercises.write", ExerciseForm, _change,
            gettext_lazy("The exercise is changed."),
        ),
    },
)  # fmt: skip


@require_GET
def exercise(request: HttpRequest, record_id: int) -> HttpResponse:  # noqa: ARG001  as every record
    """An exercise has no page of its own: it stands in the library."""
    return redirect("exercises")


@require_http_methods(["GET", "POST"])
def exercise_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one exercise."""
    return LIBRARY.view(request, record_id, slug)


@require_POST
def install(request: HttpRequest, pack: str) -> HttpResponse:
    """Take over the exercises of a pack that the library does not have."""
    if pack not in codes():
        raise NotFound(noun="definition", key=pack)
    count = actions.install_exercises(by=viewer(request), at=now(), pack=pack)
    messages.success(request, _("{count} exercises added.").format(count=count))
    return redirect("exercises")


urlpatterns = [
    path("exercises", exercises, name="exercises"),
    path("exercises/new", new_exercise, name="exercise-new"),
    path("exercises/from/<slug:pack>", install, name="exercises-install"),
    path("exercises/<int:record_id>", exercise, name="exercise"),
    path("exercises/<int:record_id>/<slug:slug>", exercise_deed, name="exercise-deed"),
]
