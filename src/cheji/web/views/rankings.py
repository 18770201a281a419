"""Who stands where: the ranking of an outlet's people or of outlets, and the wall screen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import benchmarks as actions
from cheji.reads import comparisons, people
from cheji.reads.comparisons import Board, Ranked, Ranking
from cheji.reads.definitions import catalogue
from cheji.reads.kpis import KpiSeen
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import number, version_seen
from cheji.web.entering import outlet_given
from cheji.web.forms import ActionForm, choice, words
from cheji.web.kpi_choices import kpi_choices
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.parts import AsOf, Cell, Column, Empty, Row, Tab, Table
from cheji.web.viewers import now, viewer
from cheji.web.views.weak_spots import months_choice
from cheji.web.wording import kpi_cell, kpi_column, month_text, named, of_text

MODES: dict[str, Any] = {
    "named": pgettext_lazy("ranking", "With names"),
    "anonymous": pgettext_lazy("ranking", "Without names"),
    "self": pgettext_lazy("ranking", "Each his own place"),
    "off": pgettext_lazy("ranking", "Off"),
}
WHY: dict[str, Any] = {
    "no_value": pgettext_lazy("ranking", "No value"),
    "small_sample": pgettext_lazy("ranking", "Too few cases"),
    "too_few": pgettext_lazy("ranking", "Too few others"),
}
TENURE: tuple[Any, ...] = (
    gettext_lazy("Less than 3 months"),
    gettext_lazy("3 to 11 months"),
    gettext_lazy("1 to 2 years"),
    gettext_lazy("3 years and more"),
)
SIZES: tuple[Any, ...] = (
    gettext_lazy("Up to 5 people who sell"),
    gettext_lazy("6 to 10"),
    gettext_lazy("11 to 20"),
    gettext_lazy("21 and more"),
)
ALL = "all"
"""In place of a KPI: all of the rule side by side."""
QUERY = ("outlet", "unit", "kpi", "period", "group", "model")
REFRESH = 60
"""Seconds after which a wall screen shows the next KPI."""


@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """The people of an outlet by one KPI, as far as the viewer is told of them."""
    who = viewer(request)
    kpi = request.GET.get("kpi", "")
    found = _ranked(request, who, "" if kpi == ALL else kpi)
    if kpi != ALL:
        return _page(request, found, "ranking")
    several = [found, *(_ranked(request, who, one.code) for one in found.kpis[1:])]
    return _page(request, found, "ranking", [_several(several)])


def _ranked(request: HttpRequest, who: Viewer, kpi: str) -> Ranking:
    return comparisons.ranking(
        who,
        outlet=request.GET.get("outlet", "") or _first(who),
        kpi=kpi,
        period=number(request, "period", who.on.year * 100 + who.on.month),
        group="tenure" if request.GET.get("group") == "tenure" else "",
        model=request.GET.get("model", ""),
    )


def _first(who: Viewer) -> str:
    """The first of the viewer's outlets.

    Raises:
        NotFound: he has none.
    """
    found = people.outlets(who)
    if not found:
        raise NotFound(noun="outlet", key="")
    return found[0].code


@require_GET
def outlets(request: HttpRequest) -> HttpResponse:
    """The outlets that the viewer sees as a whole, by one KPI."""
    who = viewer(request)
    found = comparisons.outlet_ranking(
        who,
        unit=request.GET.get("unit", ""),
        kpi=request.GET.get("kpi", ""),
        period=number(request, "period", who.on.year * 100 + who.on.month),
        group="size" if request.GET.get("group") == "size" else "",
        model=request.GET.get("model", ""),
    )
    return _page(request, found, "outlet-ranking")


def _page(
    request: HttpRequest, found: Ranking, name: str, several: Sequence[Table] = ()
) -> HttpResponse:
    who, title = viewer(request), _("Ranking")
    tables = list(several) or [_table(found, board) for board in found.boards]
    if "file" in request.GET:
        return sent(request, "ranking", title, *(tables or [_table(found, None)]))
    grouping = "tenure" if found.by == "person" else "size"
    context = {
        "found": found,
        "name": f"{title} · {of_text(found.of)}",
        "choice": months_choice(who, found.period),
        "tabs": _tabs(request, found, name, several=bool(several)),
        "tables": tables,
        "grouped_by": found.group and not several,
        "models": [(one, one == found.model) for one in found.models],
        "kept": [
            (key, request.GET[key])
            for key in ("unit", "kpi", "period", "group")
            if request.GET.get(key)
        ],
        "withheld": any(board.withheld for board in found.boards),
        "mode": MODES[found.mode],
        "grouped": _url(request, name, group="" if found.group else grouping),
        "outlets": _outlets(who, found),
        "other": _other(who, found),
        "wall": _wall(found),
        "rule_url": _rule_url(who, found),
        "downloads": downloads(request),
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }  # fmt: skip
    return render(request, "comparisons/ranking.html", context)


def _tabs(request: HttpRequest, found: Ranking, name: str, *, several: bool) -> list[Tab]:
    """A tab for each KPI; of people one more for all of them side by side."""
    kpis = list(found.kpis) if found.kpi in found.kpis else [*found.kpis, found.kpi]
    tabs = [
        Tab(named(kpi), _url(request, name, kpi=kpi.code), kpi == found.kpi and not several)
        for kpi in kpis
    ]
    if found.by == "person" and len(found.kpis) > 1:
        tabs.append(Tab(_("Side by side"), _url(request, name, kpi=ALL), several))
    return tabs


def _several(several: Sequence[Ranking]) -> Table:
    """Those whose names the viewer is told, with value and place by every KPI."""
    first = several[0]
    rows: dict[int | None, dict[str, Ranked]] = {}
    for found in several:
        for board in found.boards:
            for row in board.rows:
                if row.of is not None:
                    rows.setdefault(row.of.id, {})[found.kpi.code] = row
    kpis = [found.kpi for found in several]
    return Table(
        columns=[Column("who", _("Consultant")), *(kpi_column(kpi) for kpi in kpis)],
        rows=[_beside(kpis, one) for one in rows.values()],
        caption=named(first.kpi),
        compact=True,
        free=True,
        empty=Empty(_("Nobody is ranked here"), _("Choose another month or KPI.")),
    )


def _beside(kpis: Sequence[KpiSeen], one: dict[str, Ranked]) -> Row:
    who = next(iter(one.values()))
    cells: list[Cell | object] = [
        Cell(of_text(who.of) if who.of else "", note=_("me") if who.mine else "")
    ]
    for kpi in kpis:
        row = one.get(kpi.code)
        if row is None:
            cells.append(Cell(None))
            continue
        reason = reverse("reason", args=[row.cell.key]) if row.cell.key else ""
        place = _("No. {rank}").format(rank=row.rank) if row.rank else str(WHY.get(row.why, ""))
        shown = kpi_cell(kpi, row.cell.value, reason=reason, state=row.light)
        cells.append(replace(shown, note=place))
    return Row(cells)


def _url(request: HttpRequest, name: str, **changes: str) -> str:
    parts = {key: request.GET.get(key, "") for key in QUERY}
    kept = {key: value for key, value in {**parts, **changes}.items() if value}
    return f"{reverse(name)}?{urlencode(kept)}"


def _outlets(who: Viewer, found: Ranking) -> list[tuple[str, str, bool]]:
    """The outlets whose people may be ranked: code, name, chosen."""
    if found.by != "person":
        return []
    listed = people.outlets(who)
    return (
        [(one.code, one.name, one.code == found.of.code) for one in listed]
        if len(listed) > 1
        else []
    )


def _other(who: Viewer, found: Ranking) -> tuple[str, str]:
    """From people to outlets, and back, for who sees more than outlets."""
    above = any(grant.kind in ("region", "group") for grant in who.grants)
    if not above or not who.sees("facts"):
        return "", ""
    if found.by == "person":
        return reverse("outlet-ranking"), _("Outlets")
    return reverse("ranking"), _("Consultants")


def _wall(found: Ranking) -> str:
    if found.by != "person" or found.mode not in ("named", "anonymous"):
        return ""
    query = {"outlet": found.of.code, "kpi": found.kpi.code, "period": found.period}
    return f"{reverse('ranking-wall')}?{urlencode(query)}"


def _rule_url(who: Viewer, found: Ranking) -> str:
    if found.by != "person" or not who.can("rankings.write"):
        return ""
    return f"{reverse('ranking-rule')}?{urlencode({'outlet': found.of.code})}"


def _table(found: Ranking, board: Board | None) -> Table:
    """Place, who and value; what is counted and the sample where there are any."""
    ranked = board.rows if board else ()
    columns = [
        Column("rank", _("Place"), kind="told"),
        Column("who", _("Outlet") if found.by == "outlet" else _("Consultant")),
        Column("value", named(found.kpi), kind="number"),
    ]
    if counts := any(row.counted is not None for row in ranked):
        told = _("A new starter's count by the percent expected of his month.")
        columns.append(Column("counted", _("Counts as"), kind="number", help=told))
    if samples := any(row.sample is not None for row in ranked):
        columns.append(Column("sample", _("n"), kind="number"))
    return Table(
        columns=columns,
        rows=[_row(found, row, counts=counts, samples=samples) for row in ranked],
        caption=_caption(found, board),
        compact=True,
        free=True,
        empty=Empty(_("Nobody is ranked here"), _("Choose another month or KPI.")),
    )  # fmt: skip


def _caption(found: Ranking, board: Board | None) -> str:
    texts = {"tenure": TENURE, "size": SIZES}.get(found.group)
    return str(texts[board.group]) if texts and board else named(found.kpi)


def _row(found: Ranking, row: Ranked, *, counts: bool, samples: bool) -> Row:
    place = str(row.rank) if row.rank else str(WHY.get(row.why, ""))
    name = of_text(row.of) if row.of else _("Somebody")
    reason = reverse("reason", args=[row.cell.key]) if row.cell.key else ""
    value = kpi_cell(found.kpi, row.cell.value, reason=reason, state=row.light)
    more = [kpi_cell(found.kpi, row.counted)] if counts else []
    more += [Cell(row.sample, kind="number", decimals=0)] if samples else []
    note = _("me") if row.mine else ""
    return Row([Cell(place), Cell(name, note=note), value, *more])


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """For the wall of the showroom: large, dark, asking again by itself."""
    who = viewer(request)
    found = comparisons.ranking(
        who,
        outlet=request.GET.get("outlet", ""),
        kpi=request.GET.get("kpi", ""),
        period=number(request, "period", who.on.year * 100 + who.on.month),
        wall=True,
    )
    rows = [
        {
            "rank": row.rank or "",
            "name": of_text(row.of) if row.of else "",
            "cell": kpi_cell(found.kpi, row.cell.value),
        }
        for board in found.boards
        for row in board.rows
        if row.rank
    ]
    context = {
        "name": named(found.kpi),
        "outlet": of_text(found.of),
        "month": month_text(found.period),
        "rows": rows,
        "refresh": f"{REFRESH};url={_next(found)}",
        "kpis": [(named(kpi), kpi == found.kpi) for kpi in found.kpis],
        "as_of": AsOf(now()),
        "back": reverse("ranking"),
    }
    return render(request, "comparisons/wall.html", context)


def _next(found: Ranking) -> str:
    """The wall with the KPI that follows; the month that runs stays unsaid, so that it goes on."""
    codes = [kpi.code for kpi in found.kpis]
    at = codes.index(found.kpi.code) if found.kpi.code in codes else -1
    query = {"outlet": found.of.code, "kpi": codes[(at + 1) % len(codes)]}
    if found.period != found.on.year * 100 + found.on.month:
        query["period"] = str(found.period)
    return f"{reverse('ranking-wall')}?{urlencode(query)}"


# -- how an outlet ranks -------------------------------------------------------------------------


class RuleForm(ActionForm):
    """Mode, KPIs, the least sample of a rate, and a new starter's percents."""

    mode = choice(gettext_lazy("Shown to the people"), MODES)
    kpis = forms.MultipleChoiceField(
        label=gettext_lazy("KPIs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    least = forms.IntegerField(
        label=gettext_lazy("Cases a rate needs"), min_value=1, max_value=1000
    )
    ramp = words(gettext_lazy("New starters, percent by month (30 60 80)"))
    segments = ("mode",)
    wide = ("kpis", "ramp")

    def __init__(self, *args: Any, outlet: Where, **kwargs: Any) -> None:
        self.outlet = outlet
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        rule = comparisons.rule_of(self.outlet.id)
        self.version = rule.version
        ruling = catalogue(self.who.on).ruling
        options = kpi_choices(kpi for kpi in ruling.kpis if kpi.direction in ("up", "down"))
        self.fields["kpis"].choices = options  # type: ignore[attr-defined]
        self.fields["mode"].initial = rule.mode
        self.fields["kpis"].initial = list(rule.kpis)
        self.fields["least"].initial = rule.least
        self.fields["ramp"].initial = " ".join(str(percent) for percent in rule.ramp)

    def clean_ramp(self) -> list[int]:
        parts = str(self.cleaned_data["ramp"]).replace(",", " ").replace("%", " ").split()
        if not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Whole percents such as 30 60 80."))
        return [int(part) for part in parts]


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """How an outlet shows its people's places to themselves."""
    who = viewer(request)
    who.must("rankings.write")
    outlet = outlet_given(request, who)
    form = RuleForm(request.POST or None, who=who, outlet=outlet)
    back = f"{reverse('ranking')}?{urlencode({'outlet': outlet.code})}"

    def act(given: dict[str, Any]) -> bool:
        version = version_seen(request.POST, "version", 0)
        actions.set_ranking(
            by=who, at=now(), outlet=outlet.id, rule=actions.Rule(**given), version=version
        )
        return True

    if request.method == "POST" and form.submit(act):
        messages.success(request, _("The ranking follows this rule now."))
        return redirect(back)
    context = {
        "form": form,
        "title": _("How the ranking is shown"),
        "subject": outlet.name,
        "version": form.version,
        "back": back,
    }
    return render(request, "comparisons/form.html", context, status=form.status)


urlpatterns = [
    path("ranking", ranking, name="ranking"),
    path("ranking/outlets", outlets, name="outlet-ranking"),
    path("ranking/wall", wall, name="ranking-wall"),
    path("ranking/rule", rule, name="ranking-rule"),
]
