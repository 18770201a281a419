"""Definitions as they read with some switches on, for the models that there are."""

from collections.abc import Mapping
from dataclasses import replace

from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.shapes import Definitions, Measure, Override
from cheji.engine.tallies import ATTRIBUTES

Models = Mapping[str, Mapping[str, str]]
"""What each model is: by name its attributes."""


def switched(
    definitions: Definitions,
    choices: Mapping[str, bool] | None = None,
    models: Models | None = None,
) -> Definitions:
    """Measures with the overrides of every switch that is on; absent choices are the defaults.

    Filters on what a model is become filters on the models that are it: none where none is.

    Raises:
        KeyError: a choice names a switch that the definitions do not have.
    """
    states = {switch.code: switch.default for switch in definitions.switches}
    for code, state in (choices or {}).items():
        if code not in states:
            raise KeyError(code)
        states[code] = state
    measures = tuple(
        _by_model(_measure(measure, states), models or {}) for measure in definitions.measures
    )
    return replace(definitions, measures=measures)


def _measure(measure: Measure, states: Mapping[str, bool]) -> Measure:
    changed = measure
    for override in measure.when:
        if states[override.switch]:
            changed = _apply(changed, override)
    return replace(changed, when=()) if changed.when else changed


def _by_model(measure: Measure, models: Models) -> Measure:
    if all(item.dimension not in ATTRIBUTES for item in measure.where):
        return measure
    return replace(measure, where=tuple(_of_models(item, models) for item in measure.where))


def _of_models(item: Filter, models: Models) -> Filter:
    if item.dimension not in ATTRIBUTES:
        return item
    are = sorted(name for name, known in models.items() if known.get(item.dimension) in item.values)
    return Filter("model", item.inside, tuple(are))


def _apply(measure: Measure, override: Override) -> Measure:
    fields = {
        name: getattr(override, name)
        for name in ("kinds", "column", "where", "cohort", "looked_at")
        if getattr(override, name) is not None
    }
    changed = replace(measure, **fields)
    also = dict(override.also)
    where = tuple(_extended(item, also) for item in changed.where)
    return replace(changed, where=where)


def _extended(item: Filter, also: Mapping[str, tuple[str, ...]]) -> Filter:
    return replace(item, values=item.values + also.get(item.dimension, ()))
