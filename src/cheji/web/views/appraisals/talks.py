"""Talks with people: the list, one of them, and writing one down beside its appraisal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import appraisals as act
from cheji.reads.appraisals import happenings as reads
from cheji.reads.appraisals.happenings import Subject, TalkRow
from cheji.reads.definitions import catalogue
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.asked import number
from cheji.web.forms import ActionForm, choice, day_field, limit_to_today, lines
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.navigation import address
from cheji.web.records import about, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import named


@require_GET
def talks(request: HttpRequest) -> HttpResponse:
    """Talks in reach, the latest first."""
    who = viewer(request)
    who_sees(who)
    return page_of(
        request,
        Listed(
            title=_("Talks"),
            find=reads.talks,
            shown=_columns(),
            filters=[
                *place_filters(request, "person"),
                Filter("kind", _("Kind"), choices(dict(words.TALKS))),
                Filter("since", _("From")),
                Filter("until", _("Until")),
            ],
            sort="-on_date",
            href=lambda row: reverse("talk", args=[row.id]),
            empty=Empty(
                _("No talks are written down"),
                _("Open somebody's appraisal and write down what you talked about."),
                icon="message",
            ),
        ),
    )


def who_sees(who: Viewer) -> None:
    """Refuse whose posts see no appraisals at all."""
    if not (who.sees("appraisals") or who.can("appraisals.join")):
        who.must("appraisals.join")


def _columns() -> list[Shown[TalkRow]]:
    return [
        Shown(Column("person", _("Person")), lambda row: Cell(row.person.name)),
        Shown(Column("on_date", _("Date"), kind="date", sortable=True), lambda row: row.on),
        Shown(Column("kind", _("Kind")), lambda row: str(words.TALKS[row.kind])),
        Shown(Column("text", _("What was said")), lambda row: row.text[:80]),
        Shown(Column("by", _("By"), phone=False), lambda row: row.by),
        Shown(Column("seen", _("Read"), kind="badge"), _seen),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
    ]


def _seen(row: TalkRow) -> Cell:
    return Cell(_("Read"), state="good") if row.seen_at else Cell(_("Not yet"), state="warn")


@require_GET
def talk(request: HttpRequest, record_id: int) -> HttpResponse:
    """One talk; the person confirms that he has read it."""
    who = viewer(request)
    row = reads.talk(who, record_id)
    kpi = catalogue(who.on).ruling.kpi.get(row.kpi)
    context = {
        **page_frame("talks", _("Talks"), "", _("The talk")),
        "found": {"row": row},
        "row": row,
        "title": f"{row.person.name} · {words.TALKS[row.kind]}",
        "state": _seen(row),
        "facts": about(
            (_("Date"), row.on, ""),
            (_("Step"), named(kpi) if kpi else row.kpi, ""),
            (_("What was said"), row.text, ""),
            (_("Agreed"), row.agreed, ""),
            (_("Next talk"), row.next_on, ""),
            (_("By"), row.by, ""),
            (_("Outlet"), row.outlet.name, ""),
        ),
        "seen_at": row.seen_at,
        "may_see": row.own and row.seen_at is None,
        "appraisal_url": reverse("appraisal", args=[row.appraisal]) if row.appraisal else "",
        "task_url": address("coaching-task", row.task) if row.task else "",
        "deeds": [],
        "timeline": None,
    }
    return render(request, "appraisals/talk.html", context)


@require_POST
def see(request: HttpRequest, record_id: int) -> HttpResponse:
    """Confirm that one has read it."""
    act.see_talk(by=viewer(request), at=now(), talk=record_id)
    messages.success(request, _("Confirmed: you have read it."))
    return redirect("talk", record_id)


class TalkForm(ActionForm):
    """What was talked about, observed or practised, and what is agreed."""

    kind = choice(gettext_lazy("Kind"), dict(words.TALKS))
    on_date = day_field()
    kpi = forms.ChoiceField(label=gettext_lazy("Weak step"), required=False)
    text = lines(gettext_lazy("What was said"), 2000, required=True)
    agreed = lines(gettext_lazy("Agreed"), 2000)
    task = forms.ChoiceField(label=gettext_lazy("Coaching task"), required=False)
    next_on = day_field(gettext_lazy("Next talk"), required=False)
    segments = ("kind",)
    wide = ("text", "agreed")

    def __init__(self, *args: Any, about: Subject, **kwargs: Any) -> None:
        self.about = about
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        limit_to_today(self.fields["on_date"], self.who.on)
        steps = [(kpi.code, named(kpi)) for kpi in self.about.steps]
        self.fields["kpi"].choices = [("", "—"), *steps]  # type: ignore[attr-defined]
        tasks = [(str(task), exercise[:60]) for task, exercise in self.about.tasks]
        if tasks:
            self.fields["task"].choices = [("", "—"), *tasks]  # type: ignore[attr-defined]
        else:
            del self.fields["task"]
        self.fields["next_on"].widget.attrs["min"] = self.who.on.isoformat()


def subject_of(request: HttpRequest, who: Viewer) -> Subject:
    """The person, outlet and appraisal that the address names."""
    query = request.GET
    return reads.subject(
        who,
        person=query.get("person", ""),
        outlet=query.get("outlet", ""),
        appraisal=number(request, "appraisal", 0),
    )


def back_to(about_: Subject) -> str:
    """The appraisal from which one came."""
    return reverse("appraisal", args=[about_.appraisal]) if about_.appraisal else reverse("talks")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down a talk with somebody."""
    who = viewer(request)
    who.must("talks.write")
    about_ = subject_of(request, who)
    form = TalkForm(request.POST or None, who=who, about=about_)
    done = form.submit(lambda given: _log(who, about_, given)) if form.is_bound else None
    if done:
        messages.success(request, _("The talk is written down; the person finds it in his inbox."))
        return redirect(back_to(about_))
    context = {
        "form": form,
        "title": _("Talk with {name}").format(name=about_.person.name),
        "subject": about_.outlet.name,
        "button": _("Write it down"),
        "icon": "message",
        "back": back_to(about_),
    }
    return render(request, "appraisals/new.html", context, status=form.status)


def _log(who: Viewer, about_: Subject, given: dict[str, Any]) -> act.Done:
    on_date, task = given.pop("on_date"), given.pop("task", "")
    said = act.Said(**given, appraisal=about_.appraisal, task=int(task) if task else None)
    return act.log_talk(
        by=who, at=now(), outlet=about_.outlet.id, person=about_.person.id, on_date=on_date,
        said=said,
    )  # fmt: skip


urlpatterns = [
    path("talks", talks, name="talks"),
    path("talks/new", new, name="talk-new"),
    path("talks/<int:record_id>", talk, name="talk"),
    path("talks/<int:record_id>/seen", see, name="talk-see"),
]
