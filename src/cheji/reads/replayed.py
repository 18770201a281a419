"""What working a kept run out again comes to, alike for scores and for pay."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is not as the frozen inputs give it.

    `what` is `rules` (frozen by another program), `seal`, `outcome`, or what its reader calls the
    line; `appraisal` is only known of scores.
    """

    person: str
    what: str
    kept: str
    now: str
    name: str = ""
    appraisal: int | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run worked out again: how many people's results, and all that differs.

    `when` is its period as people write it.
    """

    run: int
    outlet: str
    period: int
    when: str
    definition: str
    count: int
    broken: tuple[Broken, ...]
