"""What must hold on a sheet: its identities, and that people's figures add up to the whole."""

from collections.abc import Sequence
from fractions import Fraction

from cheji.engine.definitions import Definitions
from cheji.engine.formulas.nodes import Name, Node, Number
from cheji.engine.kpis import IdentityResult, check_identities
from cheji.engine.periods import from_key, period_of
from cheji.reads.kpis.gathering import filled
from cheji.reads.kpis.shapes import Cell, IdentitySeen, IdentitySide, KpiSeen
from cheji.reads.kpis.sheets.asking import Asking, Drawn


def adds_up(definitions: Definitions, kpi: KpiSeen, cells: Sequence[Cell]) -> bool | None:
    """Whether the people's and nobody's cells sum to the last one; None for ratios."""
    if not additive(definitions, kpi.code):
        return None
    *people, whole = [cell.value or Fraction(0) for cell in cells]
    return sum(people, Fraction(0)) == whole


def additive(definitions: Definitions, code: str) -> bool:
    """Whether people's parts add up to the whole: sums and differences of measures by person."""
    if code in definitions.measure:
        measure = definitions.measure[code]
        return "person" not in measure.not_by and not measure.spread
    root = definitions.kpi[code].formula.root
    return _sums(root) and all(additive(definitions, name) for name in _names(definitions, code))


def _names(definitions: Definitions, code: str) -> tuple[str, ...]:
    return definitions.kpi[code].formula.names


def _sums(node: Node) -> bool:
    if isinstance(node, Name):
        return True
    if isinstance(node, Number):
        return False
    return node.op in {"+", "-", "neg"} and all(_sums(part) for part in node.args)


def identities(asking: Asking, drawn: Sequence[Drawn]) -> tuple[IdentitySeen, ...]:
    """Each identity in each column of a month; for a year it holds by its months."""
    checked = [_checks(asking, column) for column in drawn]
    return tuple(
        IdentitySeen(
            identity.code,
            identity.zh,
            identity.en,
            identity.relation,
            tuple(_side(found.get(identity.code)) for found in checked),
        )
        for identity in asking.definition.identities
    )


def _checks(asking: Asking, drawn: Drawn) -> dict[str, IdentityResult]:
    if drawn.blank or drawn.column.grain != "month":
        return {}
    month = drawn.column.period
    following = period_of(from_key("month", month).until, "month").key
    ruling = asking.ground.ruling_for(drawn.whose, "month", month).ruling
    now, then = filled(drawn.inside, (month, following), asking.measures)
    if asking.code not in ruling.sheet:
        return {}
    found = check_identities(ruling, asking.code, now, then)
    return {result.identity.code: result for result in found}


def _side(result: IdentityResult | None) -> IdentitySide | None:
    if result is None:
        return None
    return IdentitySide(result.left, result.right, result.difference, result.holds)
