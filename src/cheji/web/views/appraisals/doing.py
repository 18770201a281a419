"""What is done with an appraisal and its tasks by a small form in the drawer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.engine.scores.cycles import JOIN, LEAD, PARTS, RUN
from cheji.reads.appraisals import heads as reads
from cheji.reads.appraisals.heads import AppraisalSeen, TaskSeen
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.raters import raters
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import lines
from cheji.web.forms import words as line
from cheji.web.viewers import viewer

POTENTIALS = {
    "1": pgettext_lazy("potential", "Settled in the post"),
    "2": pgettext_lazy("potential", "May grow within it"),
    "3": pgettext_lazy("potential", "Ready for more"),
}


def open_to(verb: str) -> Callable[[AppraisalSeen], bool]:
    """Whether a duty of the cycle's table is open to the viewer now."""
    return lambda record: verb in record.duties


# -- one appraisal ---------------------------------------------------------------------------------


class AppealForm(DeedForm):
    """Against which item, and why."""

    item = forms.ChoiceField(label=gettext_lazy("Item"))
    text = lines(gettext_lazy("What is wrong with it"), 2000, required=True)
    evidence = line(gettext_lazy("Evidence: a document, a record, a witness"), 400)
    wide = ("text", "evidence")

    def set_up(self) -> None:
        terms = paper_of(self.who, self.record.id).terms
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (term.item, words.term_text(term)) for term in terms if not term.goal
        ]


class PlaceForm(DeedForm):
    """How far somebody may go, with a reason."""

    potential = forms.ChoiceField(
        label=gettext_lazy("Potential"), choices=list(POTENTIALS.items()), widget=forms.RadioSelect
    )
    why = lines(pgettext_lazy("why", "Reason"), required=True)
    segments = ("potential",)
    wide = ("why",)


class RatersForm(DeedForm):
    """Who marks the person, for each part."""

    wide = PARTS[2:]

    def set_up(self) -> None:
        self.found = raters(self.who, self.record.id)
        for part, people in self.found.people.items():
            self.fields[part] = forms.MultipleChoiceField(
                label=words.part_text(part), required=False,
                choices=[(str(one.id), f"{one.name} {one.number}") for one in people],
                widget=forms.CheckboxSelectMultiple,
                help_text="" if people else _("Nobody there could be named for this part."),
                initial=[str(one) for one in self.found.named[part]],
            )  # fmt: skip

    def changed(self) -> dict[str, list[int]]:
        """The parts that are marked by others than before."""
        chosen = {part: [int(one) for one in self.cleaned_data[part]] for part in self.found.named}
        return {
            part: people
            for part, people in chosen.items()
            if set(people) != set(self.found.named[part])
        }


def _appeal(
    by: Viewer, at: datetime, row: AppraisalSeen, given: dict[str, Any], _form: Any
) -> object:
    given.pop("version")
    return act.appeal(by=by, at=at, appraisal=row.id, **given)


def _place(
    by: Viewer, at: datetime, row: AppraisalSeen, given: dict[str, Any], _form: Any
) -> object:
    potential = int(given["potential"])
    return act.place(by=by, at=at, appraisal=row.id, potential=potential, why=given["why"])


def _raters(
    by: Viewer, at: datetime, row: AppraisalSeen, _given: dict[str, Any], form: Any
) -> object:
    for part, people in form.changed().items():
        act.name_raters(by=by, at=at, appraisal=row.id, part=part, people=people)
    return row.id


BOOK = Book(
    noun="appraisal",
    read=reads.appraisal_head,
    title=lambda row: f"{row.person.name} · {words.cycle_text(row.cycle)}",
    version=lambda row: row.version,
    deeds={
        "appeal": Deed(
            pgettext_lazy("verb", "Appeal"), "flag", JOIN, AppealForm, _appeal,
            gettext_lazy("The appeal is made. A second person decides it."), open_to("appeal"),
            intro=gettext_lazy("What the item was worked out from is kept as it was published."),
        ),
        "raters": Deed(
            gettext_lazy("Name raters"), "users", LEAD, RatersForm, _raters,
            gettext_lazy("The raters are named; each finds the form in his inbox."),
            lambda row: open_to("name_raters")(row) and "peers" not in row.cycle.left_out,
        ),
        "place": Deed(
            gettext_lazy("Place potential"), "target", LEAD, PlaceForm, _place,
            gettext_lazy("The potential is written down."), open_to("place"),
        ),
    },
)  # fmt: skip


# -- one task --------------------------------------------------------------------------------------


class WhyForm(DeedForm):
    """A reason."""

    why = lines(pgettext_lazy("why", "Reason"), required=True)
    wide = ("why",)


class DelegateForm(WhyForm):
    """To whom, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    field_order = ("to", "why")

    def set_up(self) -> None:
        found = reads.stand_ins(self.who, self.record[0].id)
        choices = [(str(one.id), f"{one.name} {one.number}") for one in found]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


Task = tuple[TaskSeen, AppraisalSeen]


def _delegate(by: Viewer, at: datetime, row: Task, given: dict[str, Any], _form: Any) -> object:
    return act.delegate(by=by, at=at, task=row[0].id, to=int(given["to"]), why=given["why"])


def _skip(by: Viewer, at: datetime, row: Task, given: dict[str, Any], _form: Any) -> object:
    return act.skip(by=by, at=at, task=row[0].id, why=given["why"])


def _reopen(by: Viewer, at: datetime, row: Task, given: dict[str, Any], _form: Any) -> object:
    return act.reopen(by=by, at=at, task=row[0].id, why=given["why"])


TASKS = Book(
    noun="appraisal-task",
    read=reads.task_head,
    title=lambda row: f"{row[1].person.name} · {words.task_text(row[0])}",
    version=lambda row: row[1].version,
    deeds={
        "delegate": Deed(
            words.TASK_DEEDS["delegate"][1], "user-check", LEAD, DelegateForm, _delegate,
            gettext_lazy("The task is delegated."),
        ),
        "skip": Deed(
            words.TASK_DEEDS["skip"][1], "chevron-right", RUN, WhyForm, _skip,
            gettext_lazy("The task is skipped, with the reason."),
        ),
        "reopen": Deed(
            words.TASK_DEEDS["reopen"][1], "arrow-back-up", RUN, WhyForm, _reopen,
            gettext_lazy("The task is open again."),
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one appraisal."""
    return BOOK.view(request, record_id, slug)


@require_GET
def task(request: HttpRequest, record_id: int) -> HttpResponse:
    """A task has no page of its own: it stands on its appraisal's."""
    return redirect("appraisal", reads.task_head(viewer(request), record_id)[1].id)


@require_http_methods(["GET", "POST"])
def task_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one task."""
    return TASKS.view(request, record_id, slug)


urlpatterns = [
    path("appraisals/<int:record_id>/do/<slug:slug>", deed, name="appraisal-deed"),
    path("appraisals/tasks/<int:record_id>", task, name="appraisal-task"),
    path("appraisals/tasks/<int:record_id>/<slug:slug>", task_deed, name="appraisal-task-deed"),
]
