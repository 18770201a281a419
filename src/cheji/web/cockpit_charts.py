"""The pictures of the cockpit: funnel, thirteen months, money."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads.cockpit import Cockpit
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Chart, Series
from cheji.web.wording import figure, month_text, named, named_over, short_month


def funnel(found: Cockpit) -> Chart | None:
    if not any(stage.value for stage in found.funnel):
        return None
    notes = [
        _("Conversion {rate}").format(rate=figures.percent(stage.rate)) if at and stage.rate else ""
        for at, stage in enumerate(found.funnel)
    ]
    series = Series(
        _("Count"),
        [stage.value for stage in found.funnel],
        links=[reverse("reason", args=[stage.key]) for stage in found.funnel],
    )
    names = [named_over(stage.kpi, found.grain) for stage in found.funnel]
    return Chart("funnel", _("Sales funnel"), names, [series], "funnel", notes=notes)


def trend(found: Cockpit) -> Chart | None:
    """Counts over thirteen months: what comes in as a line, what is sold as bars."""
    counts = [at for at, kpi in enumerate(found.trend_kpis) if kpi.unit.split("/")[0] != "yuan"]
    series = [
        _series(found, at, style="line" if found.trend_kpis[at].unit == "batch" else "bar")
        for at in counts
    ]
    if not any(value for one in series for value in one.values):
        return None
    return Chart("trend", _("Thirteen months"), _months(found), series, "bar")


def money(found: Cockpit) -> Chart | None:
    money = [at for at, kpi in enumerate(found.trend_kpis) if kpi.unit == "yuan"]
    series = [_series(found, at, style="bar") for at in money]
    if not any(value for one in series for value in one.values):
        return None
    title = " · ".join(one.name for one in series)
    return Chart("money", title, _months(found), series, "bar")


def _months(found: Cockpit) -> list[str]:
    """Months by name; January and the first carry the year."""
    return [
        month_text(point.period)
        if not at or point.period % 100 == 1
        else short_month(point.period % 100)
        for at, point in enumerate(found.trend)
    ]


def _series(found: Cockpit, at: int, *, style: str) -> Series:
    kpi = found.trend_kpis[at]
    kind = "wan" if kpi.unit == "yuan" else "number"
    return Series(
        named(kpi),
        [figure(kpi, point.cells[at].value)[0] for point in found.trend],
        kind=kind,
        style=style,
        axis=1 if style == "line" else 0,
        links=[reverse("reason", args=[point.cells[at].key]) for point in found.trend],
    )
