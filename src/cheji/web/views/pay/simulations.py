"""Screens of simulations: the list, a new one, its result, other numbers in it, kept and shared."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import pay as actions
from cheji.engine.periods import DAY, from_key, period_of
from cheji.reads import pay as reads
from cheji.reads.pay import SimulationRow, SimulationSeen, choosing
from cheji.reads.pay.choosing import Choice, told_apart
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.forms import ActionForm, MoneyField, choice, words
from cheji.web.simulation_words import (
    RIGHT,
    STATES,
    ask,
    months,
    outlets,
    title,
    titles,
    version_words,
    visitor,
)
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.wording import month_text, named

MONTHS_OFFERED = 36
USUAL_MONTHS = 3
GROUPS: dict[str, Any] = {
    "in_force": gettext_lazy("In force"),
    "draft": gettext_lazy("Drafts"),
    "later": gettext_lazy("Published for later"),
    "earlier": gettext_lazy("Earlier versions"),
    "preset": gettext_lazy("Presets"),
}
CEILINGS: dict[str, Any] = {
    "": pgettext_lazy("ceiling", "None"),
    "month": gettext_lazy("Yuan for an outlet's month"),
    "share": gettext_lazy("Percent of its gross"),
}
# -- the list ----------------------------------------------------------------------------------


@require_GET
def simulations(request: HttpRequest) -> HttpResponse:
    """One's own, and those kept by others of an outlet whose pay one sees."""
    who = visitor(request)
    if request.GET.get("plan"):
        return redirect(f"{reverse('pay-simulation-new')}?{request.GET.urlencode()}")
    found = reads.simulations(who)
    context = {
        "table": _list(found),
        "may": who.can(RIGHT),
        "done": [(row.id, title(row)) for row in found if row.state == "done"],
    }
    return render(request, "pay/simulations/list.html", context)


def _list(found: Sequence[SimulationRow]) -> Table:
    columns = [
        Column("name", _("Simulation")),
        Column("plans", _("Pay plans")),
        Column("months", pgettext("simulation", "Months")),
        Column("outlets", _("Outlets")),
        Column("by", _("By"), phone=False),
        Column("at", _("Made"), kind="date", phone=False),
        Column("state", _("State"), kind="badge"),
    ]
    empty = Empty(
        _("No simulations yet"),
        _("Try pay plans on past months before one of them is published."),
        icon="chart-bar",
    )
    rows = [_list_row(row) for row in found]
    title = _("Simulations")
    return Table(columns, rows, caption=title, free=True, phone="cards", empty=empty)


def _list_row(row: SimulationRow) -> Row:
    url = reverse("pay-simulation", args=[row.id])
    label, tone = STATES[row.state]
    note = "" if row.name else _("not kept: only you see it")
    return Row(
        [
            Cell(title(row), href=url, note=note),
            " · ".join(titles(row.plans)),
            months(row),
            outlets(row),
            row.by or None,
            row.made_at,
            Cell(str(label), state=tone),
        ],
        href=url,
    )


# -- a new one ---------------------------------------------------------------------------------


class SimulationForm(ActionForm):
    """Plans, months, outlets; behind it some people alone and a ceiling."""

    against = forms.ChoiceField(label=gettext_lazy("Held against"))
    plans = forms.MultipleChoiceField(
        label=gettext_lazy("Tried beside it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Drafts, versions, presets: up to 19."),
    )
    outlets = forms.MultipleChoiceField(
        label=gettext_lazy("Outlets"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )
    first = forms.ChoiceField(label=gettext_lazy("First month"))
    last = forms.ChoiceField(label=gettext_lazy("Last month"))
    people = words(
        gettext_lazy("Only these people"),
        help_text=gettext_lazy("Staff numbers, with commas; empty is everybody."),
    )
    ceiling = choice(gettext_lazy("Ceiling"), CEILINGS, required=False)
    amount = MoneyField(label=gettext_lazy("Ceiling: yuan or percent"), required=False)
    wide = ("plans", "outlets")
    segments = ("ceiling",)
    folded = ("people", "ceiling", "amount")

    def __init__(self, *args: Any, plan: str = "", **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        found = choosing.choices(self.who)
        groups = _groups(found)
        places = choosing.outlets_tried(self.who)
        months = [(str(key), month_text(key)) for key in _offered(self.who.on)]
        against = choosing.held_against(self.who, self.plan)
        self._offer("against", groups, against)
        self._offer("plans", groups, [self.plan] if self.plan not in ("", against) else [])
        codes = [(str(place.id), place.name) for place in places]
        self._offer("outlets", codes, [])
        self.everywhere = [place.id for place in places]
        self._offer("first", months, months[USUAL_MONTHS][0])
        self._offer("last", months, months[1][0])

    def _offer(self, name: str, options: Any, initial: Any) -> None:
        field = self.fields[name]
        field.choices = options  # type: ignore[attr-defined]
        field.initial = initial

    def clean_people(self) -> list[str]:
        text = str(self.cleaned_data["people"]).replace("，", ",").replace("、", ",")
        return [one.strip() for one in text.split(",") if one.strip()]

    def in_order(self) -> list[str]:
        """The plans in order, the one that they are held against first."""
        return list(dict.fromkeys([self.cleaned_data["against"], *self.cleaned_data["plans"]]))

    def ceiling_given(self) -> tuple[str, int]:
        """The kind and its whole number: fen, or 1/10,000 where percent was typed."""
        kind, amount = self.cleaned_data["ceiling"], self.cleaned_data["amount"]
        return (kind, amount) if kind and amount else ("", 0)


def _groups(found: Sequence[Choice]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = []
    for state, label in GROUPS.items():
        own = [one for one in found if one.state == state]
        names = told_apart([_choice_words(one) for one in own])
        if own:
            pairs = zip((one.key for one in own), names, strict=True)
            groups.append((str(label), list(pairs)))
    return groups


def _choice_words(one: Choice) -> list[str]:
    """What is shown in any case, then what tells it from others of that name."""
    name = " · ".join([str(named(one)), *([one.outlet.name] if one.outlet else [])])
    since, *number = version_words(one.valid_from.isoformat() if one.valid_from else "", one.number)
    if one.state in ("in_force", "preset"):
        return [name, since, *number]
    return [f"{name} · {since}", *number]


def _offered(on: date) -> list[int]:
    """Months back from the one that runs."""
    found = [period_of(on, "month").key]
    while len(found) < MONTHS_OFFERED:
        found.append(period_of(from_key("month", found[-1]).start - DAY, "month").key)
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a simulation; `plan` of the address is a version's number or a plan's code."""
    who = visitor(request)
    who.must(RIGHT)
    plan = _key_of(who, request.GET.get("plan", ""))
    form = SimulationForm(request.POST or None, who=who, plan=plan)

    def act(given: dict[str, Any]) -> int:
        plans = [choosing.chosen(who, key) for key in form.in_order()]
        question = actions.Question(
            [int(outlet) for outlet in given["outlets"]] or form.everywhere,
            int(given["first"]),
            int(given["last"]),
            [plan.as_json() for plan in plans],
            choosing.known_people(who, given["people"]),
            form.ceiling_given(),
        )
        return ask(who, question)

    if request.method == "POST" and (asked := form.submit(act)):
        return redirect("pay-simulation", asked)
    context = {"form": form, "title": _("New simulation"), "back": reverse("pay_simulations")}
    return render(request, "pay/simulations/new.html", context, status=form.status)


def _key_of(who: Viewer, text: str) -> str:
    """The choice that an address names: a version by number, or the plan of a code in force."""
    for one in choosing.choices(who):
        if text and (one.key == f"version:{text}" or (one.code == text and one.state != "preset")):
            return one.key
    return ""


# -- two of them -------------------------------------------------------------------------------


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """The plans of two simulations under each other."""
    who = visitor(request)
    chosen = [reads.simulation_kept(who, number(request, name, 0)) for name in ("first", "second")]
    both = [seen for seen in chosen if seen.found is not None]
    columns = [
        Column("plan", _("Pay plan")),
        Column("of", _("Simulation")),
        Column("months", pgettext("simulation", "Months")),
        Column("outlets", _("Outlets")),
        Column("cost", _("Cost"), kind="money", decimals=0),
        Column("each", _("Per person and month"), kind="money", decimals=0),
        Column("more", _("Against the first"), kind="change"),
    ]
    rows = _compared(both)
    table = Table(columns, rows, caption=_("Two simulations"), free=True, phone="cards")
    return render(request, "pay/simulations/compare.html", {"table": table, "both": both})


def _compared(both: Sequence[SimulationSeen]) -> list[Row]:
    rows: list[Row] = []
    first: Fraction | None = None
    for seen in both:
        for name, tried in zip(
            titles(seen.row.plans), seen.found.tried if seen.found else (), strict=True
        ):
            each = Fraction(tried.cost, tried.cells) if tried.cells else None
            more = each / first - 1 if first and each is not None else None
            first = first or each
            url = reverse("pay-simulation", args=[seen.row.id])
            of = Cell(title(seen.row), href=url)
            cells = [
                name,
                of,
                months(seen.row),
                outlets(seen.row),
                tried.cost,
                each,
                more,
            ]
            rows.append(Row(cells))
    return rows


urlpatterns = [
    path("pay/simulations", simulations, name="pay_simulations"),
    path("pay/simulations/new", new, name="pay-simulation-new"),
    path("pay/simulations/compare", compare, name="pay-simulation-compare"),
]
