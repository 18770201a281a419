"""Violations: the list, one of them with what the person says, and reporting one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.reads.appraisals import happenings as reads
from cheji.reads.appraisals.evidence import proof
from cheji.reads.appraisals.happenings import ChangeSeen, ViolationRow
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import AtOutlet, day_field, limit_to_today, lines
from cheji.web.forms import words as line
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, page_frame
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Empty, Entry
from cheji.web.viewers import now, viewer
from cheji.web.views.appraisals.talks import who_sees
from cheji.web.wording import chinese, named


@require_GET
def violations(request: HttpRequest) -> HttpResponse:
    """Violations in reach, the latest first."""
    who = viewer(request)
    who_sees(who)
    states = {code: label for code, (label, _tone) in words.VIOLATIONS.items()}
    may = who.can("violations.report")
    buttons = [(reverse("violation-new"), "plus", _("Report a violation"))] if may else []
    return page_of(
        request,
        Listed(
            title=_("Violations"),
            find=reads.violations,
            shown=_columns(),
            filters=[
                *place_filters(request, "person"),
                Filter("state", _("State"), choices(states)),
                Filter("since", _("From")),
                Filter("until", _("Until")),
            ],
            sort="-on_date",
            href=lambda row: reverse("violation", args=[row.id]),
            empty=Empty(
                _("No violations"),
                _("Nothing that breaks a rule is reported within what you see."),
                icon="shield-check",
            ),
            more={"buttons": buttons},
        ),
    )


def _columns() -> list[Shown[ViolationRow]]:
    return [
        Shown(Column("person", _("Person")), lambda row: Cell(row.person.name)),
        Shown(Column("on_date", _("Date"), kind="date", sortable=True), lambda row: row.on),
        Shown(Column("code", _("Rule")), named),
        Shown(Column("text", _("What happened")), lambda row: row.text[:80]),
        Shown(Column("state", _("State"), kind="badge"), _state),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
    ]


def _state(row: ViolationRow) -> Cell:
    label, tone = words.VIOLATIONS[row.state]
    return Cell(str(label), state=tone)


@require_GET
def violation(request: HttpRequest, record_id: int) -> HttpResponse:
    """One violation: what is said against somebody, what he says, what was decided."""
    who = viewer(request)
    row = reads.violation(who, record_id)
    context = {
        **page_frame("violations", _("Violations"), "violation-deed", _("The violation")),
        "found": {"row": row},
        "row": row,
        "title": f"{row.person.name} · {named(row)}",
        "state": _state(row),
        "facts": about(
            (_("Date"), row.on, ""),
            (_("Rule"), named(row), ""),
            (_("By the standard"), _cost(row), ""),
            (_("What happened"), row.text, ""),
            (_("Evidence"), row.evidence, ""),
            (_("What the person says"), row.heard, ""),
            (_("Decision"), row.decision, "bad" if row.state == "decided" else ""),
            (_("Outlet"), row.outlet.name, ""),
            *(
                (_("Changed the result of {cycle}").format(cycle=one.cycle), _change(one), "bad")
                for one in reads.changed_by(who, record_id)
            ),
        ),
        "deeds": BOOK.buttons(who, row),
        "files": len(proof(who, "violation", record_id).files),
        "timeline": _timeline(row),
    }
    return render(request, "appraisals/violation.html", context)


def _cost(row: ViolationRow) -> str:
    """What the scheme takes off for it."""
    said = reads.costs(row.code)
    return said[0 if chinese() else 1] if said else ""


def _change(one: ChangeSeen) -> str:
    """`88.00 A → 83.00 B`"""
    before = f"{figures.number(one.before, 2)} {one.grade_before}"
    return f"{before} → {figures.number(one.after, 2)} {one.grade_after}"


def _timeline(row: ViolationRow) -> list[Entry]:
    found = [Entry(row.made_at, _("Reported"), who=row.by, icon="flag")]
    if row.decided_at:
        proven = row.state == "decided"
        found.insert(
            0,
            Entry(
                row.decided_at,
                _("Proven") if proven else _("Dismissed"),
                who=row.decided_by,
                icon="alert-triangle" if proven else "x",
                state="bad" if proven else "",
            ),
        )
    return found


# -- what is done with it --------------------------------------------------------------------------


class SaysForm(DeedForm):
    """What the person says about it."""

    says = lines(gettext_lazy("What the person says"), 2000, required=True)
    wide = ("says",)


class DecideForm(DeedForm):
    """Whether it is proven, and why."""

    proven = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("1", pgettext_lazy("violation", "Proven: it counts")),
            ("0", pgettext_lazy("violation", "Dismissed: it does not count")),
        ],
        widget=forms.RadioSelect,
    )
    decision = lines(gettext_lazy("Reason of the decision"), required=True)
    segments = ("proven",)
    wide = ("decision",)


def _answer(
    by: Viewer, at: datetime, row: ViolationRow, given: Mapping[str, Any], _form: Any
) -> object:
    return act.answer_violation(by=by, at=at, violation=row.id, **given)


def _hear(
    by: Viewer, at: datetime, row: ViolationRow, given: Mapping[str, Any], _form: Any
) -> object:
    return act.hear_violation(by=by, at=at, violation=row.id, **given)


def _decide(
    by: Viewer, at: datetime, row: ViolationRow, given: Mapping[str, Any], _form: Any
) -> object:
    proven = given["proven"] == "1"
    return act.decide_violation(
        by=by, at=at, violation=row.id, proven=proven, decision=given["decision"],
        version=given["version"],
    )  # fmt: skip


def _others(row: ViolationRow) -> bool:
    """Open, and neither about the viewer nor reported by him."""
    return row.open and not row.own and not row.reported


BOOK = Book(
    noun="violation",
    read=reads.violation,
    title=lambda row: f"{row.person.name} · {row.on.isoformat()}",
    version=lambda row: row.version,
    deeds={
        "answer": Deed(
            gettext_lazy("Say something about it"), "message", "appraisals.join", SaysForm,
            _answer, gettext_lazy("What you say is written down."),
            lambda row: row.open and row.own,
        ),
        "hear": Deed(
            gettext_lazy("Write down what he says"), "message", "violations.decide", SaysForm,
            _hear, gettext_lazy("What the person says is written down."), _others,
        ),
        "decide": Deed(
            gettext_lazy("Decide"), "check", "violations.decide", DecideForm, _decide,
            gettext_lazy("The decision is written down; the person is told."), _others,
            intro=gettext_lazy("A proven violation needs the person to be heard first."),
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one violation."""
    return BOOK.view(request, record_id, slug)


# -- reporting -------------------------------------------------------------------------------------


class ReportForm(AtOutlet):
    """Who did what against which rule, and what proves it."""

    person = forms.ChoiceField(label=gettext_lazy("Person"))
    on_date = day_field()
    code = forms.ChoiceField(label=gettext_lazy("Rule"))
    text = lines(gettext_lazy("What happened"), 2000, required=True)
    evidence = line(gettext_lazy("Evidence: a document, a record, a witness"), 400)
    wide = ("text", "evidence")

    def set_up(self) -> None:
        people = reads.people_at(self.who, self.outlet.code)
        pairs = [(str(one.id), f"{one.name} {one.number}") for one in people]
        self.fields["person"].choices = [("", "—"), *pairs]  # type: ignore[attr-defined]
        rules = [(code, zh if chinese() else en) for code, (zh, en) in reads.rules().items()]
        self.fields["code"].choices = [("", "—"), *rules]  # type: ignore[attr-defined]
        limit_to_today(self.fields["on_date"], self.who.on)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Report a violation at an outlet; the person is told and may speak."""
    who = viewer(request)
    who.must("violations.report")
    outlet = _place(request, who)
    wanted = request.GET.get("person", "")
    known = {one.number: str(one.id) for one in reads.people_at(who, outlet.code)}
    initial = {"person": known.get(wanted, "")}
    form = ReportForm(request.POST or None, who=who, outlet=outlet, initial=initial)

    def report(given: dict[str, Any]) -> act.Done:
        person = int(given.pop("person"))
        return act.report_violation(by=who, at=now(), outlet=outlet.id, person=person, **given)

    done = form.submit(report) if form.is_bound else None
    if done:
        messages.success(request, _("Reported. The person is told, and a second person decides."))
        return redirect(_after(request, who, done.id))
    context = {
        "form": form,
        "title": _("Report a violation"),
        "subject": outlet.name,
        "intro": _("It counts once the person was heard and a second person has decided."),
        "button": _("Report"),
        "icon": "flag",
        "back": reverse("violations"),
        "outlets": [(one.code, one.name, one.id == outlet.id) for one in reads.places(who)],
    }
    return render(request, "appraisals/new.html", context, status=form.status)


def _place(request: HttpRequest, who: Viewer) -> Where:
    """The outlet, region or group of the address, or the first where one may report.

    Raises:
        NotFound: it is none of his.
    """
    wanted = request.GET.get("outlet", "")
    for where in reads.places(who):
        if wanted in ("", where.code):
            return where
    raise NotFound(noun="outlet", key=wanted)


def _after(request: HttpRequest, who: Viewer, made: int) -> str:
    """To the violation, where the reporter may see it; he may not, as customer care."""
    return reverse("violation", args=[made]) if who.sees("appraisals") else request.get_full_path()


urlpatterns = [
    path("violations", violations, name="violations"),
    path("violations/new", new, name="violation-new"),
    path("violations/<int:record_id>", violation, name="violation"),
    path("violations/<int:record_id>/<slug:slug>", deed, name="violation-deed"),
]
