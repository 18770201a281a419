"""Development plans: an improvement item agreed under an appraisal, and how it ended."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.reads.appraisals.developments import DevelopmentRow, development
from cheji.reads.appraisals.heads import appraisal_head
from cheji.reads.definitions import catalogue
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import ActionForm, day_field, lines
from cheji.web.forms import words as line
from cheji.web.records import about
from cheji.web.templatetags.parts import Cell
from cheji.web.viewers import now, viewer
from cheji.web.wording import named


class PlanForm(ActionForm):
    """What is to improve, how one sees it, until when."""

    text = line(gettext_lazy("What is to improve"), 400, required=True)
    measure = line(gettext_lazy("How one sees it"), 400)
    until = day_field(gettext_lazy("Until"))
    wide = ("text", "measure")

    def set_up(self) -> None:
        self.fields["until"].widget.attrs["min"] = self.who.on.isoformat()


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, record_id: int) -> HttpResponse:
    """Agree on an improvement item under an appraisal."""
    who = viewer(request)
    who.must("talks.write")
    head = appraisal_head(who, record_id)
    form = PlanForm(request.POST or None, who=who)

    def plan(given: dict[str, Any]) -> act.Done:
        what = act.Improvement(**given)
        return act.plan_development(by=who, at=now(), appraisal=head.id, what=what)

    done = form.submit(plan) if form.is_bound else None
    if done:
        messages.success(request, _("Agreed; it is offered for the next terms until it is ended."))
        return redirect("appraisal", head.id)
    context = {
        "form": form,
        "title": _("Something to improve"),
        "subject": head.person.name,
        "button": _("Write it down"),
        "icon": "target",
        "back": reverse("appraisal", args=[head.id]),
    }
    return render(request, "appraisals/new.html", context, status=form.status)


@require_GET
def item(request: HttpRequest, record_id: int) -> HttpResponse:
    """One improvement item."""
    who = viewer(request)
    row = development(who, record_id)
    kpi = catalogue(who.on).ruling.kpi.get(row.kpi)
    state, tone = words.improvement_state(row)
    context = {
        "found": {"row": row},
        "row": row,
        "title": f"{row.person.name} · {row.text}",
        "state": Cell(state, state=tone),
        "about_label": _("What is to improve"),
        "deed_url": "development-deed",
        "facts": about(
            (_("What is to improve"), row.text, ""),
            (_("How one sees it"), row.measure, ""),
            (_("Step"), named(kpi) if kpi else row.kpi, ""),
            (_("Until"), row.until, "bad" if row.late else ""),
            (_("Agreed in"), row.cycle_name, ""),
            (_("By"), row.by, ""),
            (_("Ended on"), row.ended_on, ""),
            (_("How it went"), row.ended_note, ""),
        ),
        "deeds": BOOK.buttons(who, row),
        "timeline": None,
    }
    return render(request, "appraisals/development.html", context)


class EndForm(DeedForm):
    """How it went."""

    note = lines(gettext_lazy("How it went"), required=True)
    wide = ("note",)


def _end(
    by: Viewer, at: datetime, row: DevelopmentRow, given: dict[str, Any], done: bool
) -> object:
    return act.end_development(by=by, at=at, development=row.id, done=done, **given)


BOOK = Book(
    noun="development",
    read=development,
    title=lambda row: row.person.name,
    version=lambda row: row.version,
    deeds={
        "done": Deed(
            gettext_lazy("Reached"), "check", "talks.write", EndForm,
            lambda by, at, row, given, _form: _end(by, at, row, given, done=True),
            gettext_lazy("The improvement is reached."),
            lambda row: row.state == "open" and not row.own,
        ),
        "drop": Deed(
            gettext_lazy("Drop"), "x", "talks.write", EndForm,
            lambda by, at, row, given, _form: _end(by, at, row, given, done=False),
            gettext_lazy("The improvement is dropped."),
            lambda row: row.state == "open" and not row.own, tone="danger",
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one improvement item."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("appraisals/<int:record_id>/improve", new, name="development-new"),
    path("developments/<int:record_id>", item, name="development"),
    path("developments/<int:record_id>/<slug:slug>", deed, name="development-deed"),
]
