"""计提: what a month that is not closed is expected to cost, on its way into its row."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accrued:
    """What a pay plan is expected to pay at an outlet in a month; money in fen.

    Attributes:
        definition, digest: code and digest of the pay plan.
        mark: the highest fact id that was read.
        people: by person what each component pays him, without what comes to nothing.
        taken: of budgets that outlets share, by component; None of what a reviewed run says.
    """

    outlet: int
    period: int
    definition: str
    digest: str
    mark: int
    people: Mapping[int, Mapping[str, int]]
    taken: Mapping[str, int] | None = None

    @property
    def total(self) -> int:
        return sum(sum(own.values()) for own in self.people.values())
