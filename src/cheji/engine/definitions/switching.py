"""Definitions as they read with some switches on."""

from collections.abc import Mapping
from dataclasses import replace

from cheji.engine.definitions.shapes import Definitions, Filter, Measure, Override


def switched(definitions: Definitions, choices: Mapping[str, bool] | None = None) -> Definitions:
    """Measures with the overrides of every switch that is on; absent choices are the defaults.

    Raises:
        KeyError: a choice names a switch that the definitions do not have.
    """
    states = {switch.code: switch.default for switch in definitions.switches}
    for code, state in (choices or {}).items():
        if code not in states:
            raise KeyError(code)
        states[code] = state
    measures = tuple(_measure(measure, states) for measure in definitions.measures)
    return replace(definitions, measures=measures)


def _measure(measure: Measure, states: Mapping[str, bool]) -> Measure:
    changed = measure
    for override in measure.when:
        if states[override.switch]:
            changed = _apply(changed, override)
    return replace(changed, when=())


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
