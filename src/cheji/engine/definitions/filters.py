"""Which values of a dimension a definition keeps or leaves out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """Values of one dimension to keep (`inside`) or, when not inside, to leave out."""

    dimension: str
    inside: bool
    values: tuple[str, ...]
