"""Opening a cycle: whose people, which period and schemes, and who is in and who is not and why."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import appraisals as act
from cheji.actions.appraisals.previews import Trial, try_open
from cheji.engine.periods import Grain, period_of, preceding
from cheji.engine.scores.cycles import OPTIONAL, ORDER, RUN, STEPS
from cheji.reads.appraisals import openings as reads
from cheji.reads.people import organisation
from cheji.records.visibility import Viewer
from cheji.web.cycle_words import REASONS, step_text
from cheji.web.forms import ActionForm, DayField, words
from cheji.web.navigation import ROLES
from cheji.web.schemes.entries import GRAINS
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import named, period_text


class CycleForm(ActionForm):
    """For whom, when, by which schemes, and until when each step is due."""

    unit = forms.ChoiceField(label=gettext_lazy("Whose people"))
    name = words(pgettext_lazy("of a thing", "Name"), 120, required=True)
    grain = forms.ChoiceField(label=gettext_lazy("Kind of period"))
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    appeal_days = forms.IntegerField(
        label=gettext_lazy("Days to appeal"), min_value=1, max_value=90, initial=7
    )
    decide_days = forms.IntegerField(
        label=gettext_lazy("Days to decide an appeal"), min_value=1, max_value=90, initial=10
    )
    left_out = forms.MultipleChoiceField(
        label=gettext_lazy("Steps left out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wide = ("left_out",)

    def set_up(self) -> None:
        """Offer units, periods of the chosen kind, schemes for each post, and days."""
        units = [
            (str(unit.id), f"{'　' * unit.depth}{unit.name}")
            for unit in organisation(self.who.doing(RUN))
            if unit.kind != "team" and self._below(unit.id)
        ]
        self._offer("unit", units)
        self._offer("grain", list(GRAINS.items()))
        grain = self.data.get("grain") or self.initial.get("grain") or "month"
        self.kind = cast("Grain", grain if grain in GRAINS else "month")
        self._offer("period", _periods(self.who, self.kind))
        self._offer("left_out", [(code, step_text(code)) for code in ORDER if code in OPTIONAL])
        self.offered = reads.schemes_for(self.who, self.who.on)
        for role, label in ROLES.items():
            choices = self._schemes(role)
            if choices:
                self.fields[f"scheme_{role}"] = forms.ChoiceField(
                    label=label,
                    required=False,
                    choices=[("", _("not appraised")), *choices],
                    initial=choices[0][0] if role == "consultant" else "",
                )
        for step in STEPS:
            if step.tasks or step.code in ("peers", "calibrating"):
                self.fields[f"due_{step.code}"] = DayField(
                    label=step_text(step.code), required=False
                )

    def sections(self) -> list[tuple[str, list[tuple[forms.BoundField, str]]]]:
        """Whose people and when; a scheme for each post; until when each step is due."""
        found = self.shown()
        schemes, due = (
            [one for one in found if one[0].name.startswith(start)] for start in ("scheme_", "due_")
        )
        first = [one for one in found if one not in (*schemes, *due)]
        return [("", first), (_("Scheme by post"), schemes), (_("Due days of the steps"), due)]

    def _below(self, unit: int) -> bool:
        return unit in self.reach

    @property
    def reach(self) -> set[int]:
        """The units at and below posts that run cycles."""
        if not hasattr(self, "_reach"):
            self._reach = reads.units_to_run(self.who)
        return self._reach

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _schemes(self, role: str) -> list[tuple[str, str]]:
        return [
            (one.code, " · ".join([named(one), *one.levels]))
            for one in self.offered
            if role in one.posts and self.kind in one.grains
        ]

    def plan(self, given: dict[str, Any]) -> act.Plan:
        """What the form says as the plan of a cycle."""
        picked = {
            name.removeprefix("scheme_"): value
            for name, value in given.items()
            if name.startswith("scheme_") and value
        }
        due = {
            name.removeprefix("due_"): value
            for name, value in given.items()
            if name.startswith("due_") and value
        }
        return act.Plan(
            unit=int(given["unit"]),
            name=given["name"],
            grain=given["grain"],
            period=int(given["period"]),
            schemes=picked,
            due=due,
            left_out=tuple(given["left_out"]),
            appeal_days=given["appeal_days"],
            decide_days=given["decide_days"],
        )


def _periods(who: Viewer, grain: Grain) -> list[tuple[str, str]]:
    """The running period, the one to come, and those just over."""
    now_ = period_of(who.on, grain)
    found = [period_of(now_.until, grain), now_]
    while len(found) < 7:
        found.append(preceding(found[-1]))
    return [(str(one.key), period_text(grain, one.key)) for one in found]


@require_http_methods(["GET", "POST"])
def open_cycle(request: HttpRequest) -> HttpResponse:
    """Open a cycle; before that, see who is in and who is not and why."""
    who = viewer(request)
    who.must(RUN)
    form = CycleForm(request.POST or None, who=who, initial={"grain": "month"})
    trials: tuple[Trial, ...] = ()
    if "show" in request.POST:
        form.errors.clear()
    elif request.method == "POST" and "try" in request.POST:
        trials = form.submit(lambda given: try_open(by=who, at=now(), plan=form.plan(given))) or ()
    elif request.method == "POST":
        done = form.submit(lambda given: act.open_cycle(by=who, at=now(), plan=form.plan(given)))
        if done:
            messages.success(
                request, _("The cycle is open in draft. Move it on when everything is right.")
            )
            return redirect("cycle", done.id)
    context = {
        "form": form,
        "tried": "try" in request.POST and not form.errors,
        "who_in": _trials(
            [one for one in trials if not one.why],
            Column("manager", _("Manager")),
            _("Who is appraised"),
        ),
        "who_out": _trials(
            [one for one in trials if one.why],
            Column("why", _("Why")),
            _("Who is not, and why"),
        ),
        "count_in": len({one.number for one in trials if not one.why}),
        "count_out": len([one for one in trials if one.why]),
        "alone": len([one for one in trials if not one.why and not one.manager]),
    }
    status = 200 if "show" in request.POST else form.status
    return render(request, "appraisals/cycles/open.html", context, status=status)


def _trials(trials: list[Trial], last: Column, caption: str) -> Table:
    """Who, where and for how long; last who leads him, or why he is not appraised."""
    columns = [
        Column("person", _("Person")),
        Column("post", _("Post")),
        Column("outlet", _("Outlet")),
        Column("days", _("Days"), kind="number", decimals=0),
        last,
    ]
    rows = [
        Row(
            [
                Cell(one.person, note=one.number),
                str(ROLES.get(one.role, one.role)),
                one.outlet,
                (one.until - one.since) // timedelta(days=1),
                str(REASONS.get(one.why, one.why)) or one.manager or None,
            ]
        )
        for one in trials
    ]
    empty = Empty(_("Nobody"), "")
    return Table(
        columns, rows, caption=caption, free=True, phone="cards", compact=True, empty=empty
    )


urlpatterns = [path("appraisals/cycles/new", open_cycle, name="cycle-new")]
