"""What the pay of outlets' months may cost, and what of it is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cheji.engine.money import round_half_up
from cheji.reads.pay.months import outlets_of
from cheji.reads.seen import Where, where
from cheji.records.models import PayCeiling, Unit
from cheji.records.visibility import Viewer

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Ceiling:
    """From which month it holds; `kind` and `amount` as the table has them."""

    since: int
    kind: str
    amount: int

    def allowed(self, units: Fraction, gross: Fraction) -> int:
        """Fen that a month with these cars and this gross (fen) may cost; a loss allows nothing."""
        if self.kind == "share":
            return max(round_half_up(gross * self.amount / WHOLE), 0)
        return self.amount if self.kind == "month" else round_half_up(units * self.amount)


def ceilings_in(units: Iterable[Unit], month: int) -> dict[int, Ceiling]:
    """By outlet's id the ceiling that holds in a month."""
    rows = PayCeiling.objects.filter(outlet__in=[unit.pk for unit in units], since__lte=month)
    newest = rows.order_by("outlet", "-since").distinct("outlet")
    columns = newest.values_list("outlet", "since", "kind", "amount")
    return {outlet: Ceiling(since, kind, amount) for outlet, since, kind, amount in columns if kind}


def ceilings(viewer: Viewer, month: int) -> tuple[tuple[Where, Ceiling | None], ...]:
    """Every outlet whose pay the viewer sees whole, with what holds there in a month.

    Raises:
        NotFound: there is none.
    """
    units = outlets_of(viewer)
    found = ceilings_in(units, month)
    return tuple((where(unit), found.get(unit.pk)) for unit in units)
