"""An accepted suggestion of the next period's targets becomes proposals in the targets part."""

from fractions import Fraction
from typing import Final, cast

from cheji.actions.deeds import Deed
from cheji.actions.imports.counts import kpis_by_word, stored
from cheji.actions.target_proposals import propose_suggested
from cheji.actions.targets import Cell
from cheji.engine.money import rounded
from cheji.engine.periods import Grain, following, from_key
from cheji.records.appraised import scheme_for
from cheji.records.models import Appraisal, Outcome, Unit

#: As finely as targets are kept: money in fen, all else in 1/10,000.
DECIMALS: Final = {"yuan": 2}
FINEST: Final = 4


def propose_targets(doing: Deed, outcome: Outcome) -> list[int]:
    """Propose the suggested targets for the period after the cycle's; a second person decides."""
    cycle = outcome.cycle
    rows = Appraisal.objects.filter(cycle=cycle, person=outcome.person_id, left_out="")
    last = rows.select_related("cycle", "outlet", "scheme").order_by("since", "id").last()
    targets = outcome.value.get("targets", {})
    if last is None:
        return []
    period = following(from_key(cast("Grain", cycle.grain), cycle.period)).key
    codes = {item.key: item.kpi for item in scheme_for(last).items}
    units = dict(kpis_by_word().values())
    cells = [
        _cell(last, (codes[key], units[codes[key]]), period, figures[-1])
        for key, figures in targets.items()
        if codes.get(key) in units
    ]
    return propose_suggested(doing, cells, outcome)


def _cell(row: Appraisal, kpi: tuple[str, str], period: int, wanted: str) -> Cell:
    """The person's own target at an outlet, else that of the unit measured."""
    code, unit = kpi
    value = stored(rounded(Fraction(wanted), DECIMALS.get(unit, FINEST)), unit)
    measured = scheme_for(row).measured
    if measured == "person" and row.outlet.kind == Unit.Kind.OUTLET:
        return Cell(
            code, row.cycle.grain, period, value, person=row.person_id, outlet=row.outlet_id
        )
    team = row.team_id if measured == "team" else None
    return Cell(code, row.cycle.grain, period, value, unit=team or row.outlet_id)
