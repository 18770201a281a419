"""The inbox of appeals: the clock, the item as it was published, a trial, and the decision."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.actions.appraisals.previews import Righted, try_decide
from cheji.engine.definitions.fields import number_of
from cheji.engine.scores.cycles import DECIDE
from cheji.reads.appraisals import appeals as reads
from cheji.reads.appraisals import happenings
from cheji.reads.appraisals.appeals import AppealDetail, AppealSeen
from cheji.reads.appraisals.evidence import proof
from cheji.records.appraised import SCALE
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.web.appraisal_words import changed
from cheji.web.asked import number as asked_number
from cheji.web.asked import version_seen
from cheji.web.cycle_words import APPEALS, PARTS, cycle_tabs, house_tabs, overseer
from cheji.web.editors import exact
from cheji.web.forms import ActionForm, lines
from cheji.web.labels import sentence
from cheji.web.score_words import why
from cheji.web.templatetags.figures import digits
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now
from cheji.web.wording import chinese, named, unit_text

BARRED: dict[str, Any] = {
    "right": gettext_lazy("Heads and HR decide appeals."),
    "own": gettext_lazy(
        "It is yours, you manage the person, or you marked him: a second person decides."
    ),
    "step": gettext_lazy("The cycle is past the step in which appeals are decided."),
    "other": gettext_lazy("A second person decides."),
}


@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """What waits first, by the day on which it is due."""
    who = overseer(request)
    cycle, state = asked_number(request, "cycle", 0), request.GET.get("state", "")
    found = reads.appeals(who, cycle=cycle, state=state if state in APPEALS else "")
    context = {
        "name": _("Appeals"),
        "tabs": cycle_tabs(cycle, "appeals") if cycle else house_tabs(who, "appeals"),
        "table": _table(who, found),
    }
    return render(request, "appraisals/appeals/list.html", context)


def _table(who: Viewer, found: tuple[AppealSeen, ...]) -> Table:
    columns = [
        Column("person", _("Person")),
        Column("item", _("Item")),
        Column("text", _("What is wrong")),
        Column("state", _("State"), kind="badge"),
        Column("clock", _("Deadline")),
        Column("outlet", _("Outlet")),
        Column("cycle", _("Cycle")),
    ]
    empty = Empty(_("No appeals"), _("Whoever appeals against his result stands here."))
    rows = [_row(who, one) for one in found]
    return Table(columns, rows, caption=_("Appeals"), free=True, phone="cards", empty=empty)


def _row(who: Viewer, one: AppealSeen) -> Row:
    url = reverse("appeal", args=[one.id])
    label, tone = APPEALS[one.state]
    text, clock = clock_of(who, one)
    return Row(
        [
            Cell(one.person.name, href=url, note=one.person.number),
            named(one.heading),
            one.text[:60],
            Cell(str(label), state=tone),
            Cell(text, state=clock),
            one.outlet.name,
            one.cycle_name,
        ],
        href=url,
    )


def clock_of(who: Viewer, one: AppealSeen) -> tuple[str, str]:
    """How long a decision may still take, with its tone."""
    left = one.left(who.on)
    if not one.open:
        return (one.decided_at.date().isoformat() if one.decided_at else "—"), ""
    if left < 0:
        text = ngettext("{count} day late", "{count} days late", -left)
        return text.format(count=-left), "bad"
    text = ngettext("{count} day left", "{count} days left", left)
    return text.format(count=left), "warn" if left <= 2 else "note"


# -- one appeal --------------------------------------------------------------------------------


class DecisionForm(ActionForm):
    """What is put right of the item, how it is decided, and why."""

    how = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("upheld", pgettext_lazy("appeal", "Upheld")),
            ("partly", pgettext_lazy("appeal", "Partly upheld")),
            ("rejected", pgettext_lazy("appeal", "Rejected")),
        ],
        widget=forms.RadioSelect,
    )
    decision = lines(pgettext_lazy("why", "Reason"), 2000)
    segments = ("how",)
    wide = ("decision",)

    def __init__(self, *args: Any, found: AppealDetail, **kwargs: Any) -> None:
        self.found = found
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer the inputs that the item has."""
        inputs, heading = self.found.inputs, self.found.seen.heading
        self.ratio = heading.unit == "ratio"
        unit = "%" if self.ratio else unit_text(heading.unit)
        if inputs.source == "kpi":
            self._offer("value", _("Actual put right ({unit})"), inputs.value, unit)
            self._offer("target", _("Target put right ({unit})"), inputs.target, unit)
        for part, marks in inputs.ratings:
            label = _("Mark of {who} (0–100)").format(who=PARTS.get(part, part))
            held = ", ".join(exact(Fraction(mark, SCALE)) for mark in marks)
            self.fields[f"rating_{part}"] = forms.CharField(
                label=label, required=False, initial=held
            )
        for code, text, done in inputs.goals:
            held = "" if done is None else exact(Fraction(done * 100, SCALE))
            self.fields[f"goal_{code}"] = forms.CharField(
                label=_("{goal}: reached (%)").format(goal=text), required=False, initial=held
            )
        counted = [(source, code) for source, code, why in inputs.events if not why]
        if counted:
            rules = {code: said[0 if chinese() else 1] for code, said in happenings.rules().items()}
            field = forms.MultipleChoiceField(
                label=_("Does not count"),
                required=False,
                choices=[(source, rules.get(code, code)) for source, code in counted],
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["dismiss"] = field
        self.order_fields([*(name for name in self.fields if name not in ("how", "decision"))])

    def _offer(self, name: str, label: str, held: int | None, unit: str) -> None:
        scale = SCALE if not self.ratio else SCALE // 100
        self.fields[name] = forms.CharField(
            label=label.format(unit=unit),
            required=False,
            initial="" if held is None else exact(Fraction(held, scale)),
        )

    def clean(self) -> dict[str, Any]:
        """Numbers as 1/10,000; what does not differ from what was published is left out."""
        given = super().clean() or {}
        self.right = act.Correction(
            value=self._number("value", self.found.inputs.value),
            target=self._number("target", self.found.inputs.target),
            ratings=self._ratings(),
            goals=self._goals(),
            dismiss=tuple(given.get("dismiss", ())),
        )
        return given

    def _read(self, name: str, text: str, scale: int) -> int | None:
        number = number_of(text.replace(",", "").strip().rstrip("%％"))
        if number is None:
            self.add_error(name, _("Not a number: {text}").format(text=text[:40]))
            return None
        return round(number * scale)

    def _number(self, name: str, held: int | None) -> int | None:
        text = self.cleaned_data.get(name) or ""
        if not text.strip():
            return None
        found = self._read(name, text, SCALE // 100 if self.ratio else SCALE)
        return None if found == held else found

    def _ratings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for part, held in self.found.inputs.ratings:
            name = f"rating_{part}"
            texts = (self.cleaned_data.get(name) or "").replace("，", ",").split(",")
            marks = [self._read(name, text, SCALE) for text in texts if text.strip()]
            whole = [mark for mark in marks if mark is not None]
            if any(mark > 100 * SCALE or mark < 0 for mark in whole):
                self.add_error(name, _("A mark lies between 0 and 100."))
            elif tuple(whole) != held and whole:
                found[part] = whole
        return found

    def _goals(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for code, _text, held in self.found.inputs.goals:
            text = self.cleaned_data.get(f"goal_{code}") or ""
            done = self._read(f"goal_{code}", text, SCALE // 100) if text.strip() else None
            if done is not None and done != held:
                found[code] = done
        return found


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: int) -> HttpResponse:
    """One appeal with its evidence; a decision is tried before it is made."""
    who = overseer(request)
    found = reads.appeal(who, number)
    form = DecisionForm(
        request.POST if {"try", "decide"} & set(request.POST) else None, who=who, found=found
    )
    trial: Righted | None = None
    if request.method == "POST":
        who.must(DECIDE)
        if "hear" in request.POST:
            return _heard(request, who, found.seen)
        if "try" in request.POST:
            trial = _tried(who, form, number)
        elif done := form.submit(lambda given: _decide(request, who, found.seen, form, given)):
            messages.success(request, _("Decided. The person and his manager are told."))
            return redirect("appeal", done.id)
    context = {**_told(who, found), "form": form, "trial": _trial(found, trial) if trial else None}
    return render(request, "appraisals/appeals/appeal.html", context, status=form.status)


def _told(who: Viewer, found: AppealDetail) -> dict[str, Any]:
    """What the page says of an appeal: its clock, its evidence, and what came of it."""
    seen = found.seen
    label, tone = APPEALS[seen.state]
    text, clock = clock_of(who, seen)
    return {
        "appeal": seen,
        "detail": found,
        "name": _("Appeal of {name}").format(name=seen.person.name),
        "item_name": named(seen.heading),
        "state": str(label),
        "state_tone": tone,
        "clock": text,
        "clock_tone": clock,
        "may": not seen.barred and seen.open,
        "barred": BARRED.get(seen.barred, "") if seen.open else "",
        "files": len(proof(who, "appeal", seen.id).files),
        "marks": [(PARTS.get(part, part), *rest) for part, *rest in found.marks],
        **changed(found.points, seen.before, seen.after),
        **why(found.frozen),
    }


def _tried(who: Viewer, form: DecisionForm, number: int) -> Righted | None:
    """What the correction as typed would make of the result; how it is decided may be open."""
    form.fields["how"].required = False
    return form.submit(
        lambda _given: try_decide(by=who, at=now(), appeal=number, correction=form.right)
    )


def _heard(request: HttpRequest, who: Viewer, seen: AppealSeen) -> HttpResponse:
    try:
        act.hear(
            by=who, at=now(), appeal=seen.id,
            version=version_seen(request.POST, "version", seen.version),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Noted that the person was heard."))
    return redirect("appeal", seen.id)


def _decide(
    request: HttpRequest,
    who: Viewer,
    seen: AppealSeen,
    form: DecisionForm,
    given: Mapping[str, Any],
) -> act.Done:
    how = given["how"]
    return act.decide(
        by=who,
        at=now(),
        appeal=seen.id,
        how=how,
        decision=given["decision"],
        correction=None if how == "rejected" else form.right,
        version=version_seen(request.POST, "version", seen.version),
    )


def _trial(found: AppealDetail, trial: Righted) -> dict[str, Any]:
    """The item's points, then total, grade and coefficient: as they hold, and as they would be."""
    before, after = (_outcome(one) for one in (trial.reason_before, trial.reason_after))
    rows = [
        (named(found.seen.heading), digits(trial.points_before, 2), digits(trial.points_after, 2)),
        (_("Total"), before["total"], after["total"]),
        (_("Grade"), before["grade"], after["grade"]),
        (_("Coefficient"), before["coefficient"], after["coefficient"]),
    ]
    return {"rows": rows}


def _outcome(reason: Mapping[str, Any]) -> dict[str, str]:
    detail = reason["detail"]
    return {
        "total": _digits(reason["value"]),
        "grade": detail.get("grade") or "—",
        "coefficient": _digits(detail.get("coefficient")),
    }


def _digits(told: Any) -> str:
    return "—" if told is None else digits(Fraction(told), 2)


urlpatterns = [
    path("appraisals/appeals", appeals, name="appeals"),
    path("appraisals/appeals/<int:number>", appeal, name="appeal"),
]
