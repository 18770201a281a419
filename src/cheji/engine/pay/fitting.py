"""Whether a deal, or a person, fits the conditions of a component or of a row of its table."""

from collections.abc import Mapping

from cheji.engine.definitions import Range
from cheji.engine.definitions.filters import Filter
from cheji.engine.pay.given import Deal


def fits(
    where: tuple[Filter, ...], ranges: tuple[Range, ...], attributes: Mapping[str, str | int]
) -> str:
    """The first dimension that does not fit; empty when all do."""
    for item in where:
        if (str(attributes.get(item.dimension, "")) in item.values) != item.inside:
            return item.dimension
    for range_ in ranges:
        value = attributes.get(range_.of)
        if not isinstance(value, int):
            return range_.of
        if range_.start is not None and value < range_.start:
            return range_.of
        if range_.below is not None and value >= range_.below:
            return range_.of
    return ""


def attributes_of(deal: Deal) -> Mapping[str, str | int]:
    """With the day of the month and the weekday, 1 is Monday."""
    on = deal.on_date
    return {"day": on.day, "weekday": on.isoweekday(), **deal.attributes}
