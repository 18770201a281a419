"""The form by which one proposes a target: what it offers, and the target that it names."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.actions.targets import AIMS as KEPT
from cheji.actions.targets import Cell
from cheji.engine.periods import from_key, months_of, period_of
from cheji.reads import targets as reads
from cheji.reads.definitions import catalogue
from cheji.reads.targets import Wanted, columns_of
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer
from cheji.web.kpi_choices import kpi_choices
from cheji.web.target_cells import writing
from cheji.web.wording import aimed_text, month_text, named, period_text

AIMS = {
    "value": pgettext_lazy("aim", "Goal"),
    "base": pgettext_lazy("aim", "Base"),
    "stretch": pgettext_lazy("aim", "Stretch"),
}
Options = list[tuple[str, str]]


def kpi_groups(who: Viewer) -> list[tuple[str, Options]]:
    """KPIs that can have a target: those that are scored first, then the others by section."""
    found = catalogue(who.on).ruling
    scored = dict.fromkeys(item.kpi for scheme in found.schemes for item in scheme.items)
    first = [(code, named(found.kpi[code])) for code in scored if code in found.kpi]
    others = [kpi for kpi in found.kpis if kpi.code not in scored]
    return [(_("Scored"), first), *kpi_choices(others)]


def form(who: Viewer, *, year: int, month: int, unit: str = "", person: str = "") -> dict[str, Any]:
    """What the form offers for a unit or a person, with the month chosen at first."""
    models = reads.models(who)
    return {
        "unit": unit,
        "person": person,
        "kpis": kpi_groups(who),
        "periods": periods(year),
        "period": f"month.{month}.0",
        "aims": list(AIMS.items()),
        "models": [("", _("All models")), *((one, one) for one in models)] if models else [],
    }


def periods(year: int) -> list[tuple[str, Options]]:
    """Every period of a year that can have a target, as the form names it, by kind."""
    whole = from_key("year", year)
    months = months_of(whole)
    starts = [from_key("month", month).start for month in months]
    by_week = [(_("Weeks of {month}").format(month=month_text(one)), _weeks(one)) for one in months]
    longer: Options = [(f"year.{year}.0", period_text("year", year))]
    for grain in ("half", "quarter"):
        keys = dict.fromkeys(period_of(on, grain).key for on in starts)
        longer += [(f"{grain}.{key}.0", period_text(grain, key)) for key in keys]
    return [
        (_("Longer periods"), longer),
        (_("Months"), [(f"month.{month}.0", month_text(month)) for month in months]),
        *by_week,
    ]


def _weeks(month: int) -> Options:
    keys = columns_of(Wanted("", "", month // 100, "week", month)).keys
    return [(f"week.{key}.{month}", aimed_text("week", key, month)) for key in keys]


def cell_of(who: Viewer, given: QueryDict) -> Cell:
    """The target that a form proposes.

    Raises:
        NotFound: no such KPI, or a scope out of reach.
        BadValue: no amount that fits, or no period.
    """
    if any("\0" in text for text in given.values()):  # no text of the database can hold it
        raise BadValue(field=_("Model"), value="", why="\\0")
    kpi = catalogue(who.on).ruling.kpi.get(given.get("kpi", ""))
    if kpi is None:
        raise NotFound(noun="KPI", key=given.get("kpi", "")[:40])
    grain, period, within = _period(given.get("period", ""))
    text = given.get("value", "").strip()
    value = writing(kpi.unit).kept(text)
    if value is None or value < 0:
        raise BadValue(field=_("Goal"), value=text[:40], why="≥ 0")
    aim = next((one for one in KEPT if one == given.get("aim", "value")), None)
    if aim is None:
        raise BadValue(field=_("Aim"), value=given.get("aim", "")[:40], why=" / ".join(KEPT))
    whose = reads.scope_of(who, unit=given.get("unit", ""), person=given.get("person", ""))
    own = whose.kind == "person"
    return Cell(
        kpi.code, grain, period, value,
        unit=None if own else whose.id,
        person=whose.id if own else None,
        outlet=whose.outlet if own else None,
        model=given.get("model", "")[:80], within=within, aim=aim,
    )  # fmt: skip


def _period(text: str) -> tuple[str, int, int]:
    """Grain, key and the month of which a week is a part, as the form names them."""
    parts = text.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 9 for p in parts[1:]):
        raise BadValue(field=_("Period"), value=text[:40], why="month.202611.0")
    return parts[0], int(parts[1]), int(parts[2])
