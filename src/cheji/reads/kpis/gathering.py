"""From facts to measure inputs by scope and period, each outlet by its own definitions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cheji.engine.definitions import Definitions, Kpi, Measure
from cheji.engine.kpis import (
    Input,
    Inputs,
    Value,
    divisor_over,
    needed_measures,
    uncut,
    values_over,
)
from cheji.engine.periods import MONTHS, Grain, from_key, month_shifted, period_of, series
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.ground import Ground, parts_of
from cheji.reads.kpis.lights import LEAST
from cheji.reads.kpis.tallying import (
    Columns,
    Gathering,
    Keep,
    Read,
    Scope,
    Span,
    fill,
    reading,
    without_goal,
)

ZERO = Fraction(0)


def span_of(grain: Grain, first: int, last: int) -> Span:
    """The grouping periods from the start of one period to the end of another."""
    fine: Grain = "month" if grain in MONTHS else grain
    start, end = parts_of(grain, first)[0], parts_of(grain, last)[-1]
    return Span(fine, tuple(period.key for period in series(fine, start, end)))


def back(grain: Grain, key: int, count: int) -> int:
    """The key so many periods earlier."""
    period = from_key(grain, key)
    for _ in range(count):
        period = period_of(period.start.fromordinal(period.start.toordinal() - 1), grain)
    return period.key


def measure_codes(definitions: Definitions, kpis: Iterable[str]) -> list[str]:
    return [measure.code for measure in needed_measures(definitions, kpis)]


def gather(ground: Ground, asked: Gathering) -> Columns:
    """Measure inputs by scope and period; where nothing happened they are 0.

    Outlets with definitions of their own are counted by those, then added to the others.
    """
    special = ground.shelf.special & set(asked.narrow.outlets or ground.outlets)
    rulings = _rulings(ground, asked.span, special)
    measures = _all(rulings, asked.measures)
    found: Columns = {}
    for ago in sorted({measure.ago for measure in measures}, key=abs):
        codes = tuple(dict.fromkeys(m.code for m in measures if m.ago == ago))
        if ago and asked.span.grain != "month":
            continue
        shifted = _Shifted(replace(asked, measures=codes), rulings, special, ago)
        fill(found, shifted.gathered())
    for scope in asked.present if asked.by else ((),):
        found.setdefault(scope, {})
    if asked.present or not asked.by or any(measure.ago for measure in measures):
        _complete(found, asked, rulings)
    if not asked.by:
        hold_whole(found[()], without_goal(asked.narrow, asked.span, measures))
    _blank(found, measures, _parts(asked))
    return found


def hold_whole(
    periods: Mapping[int, dict[str, Input]],
    lacking: Mapping[tuple[str, int], set[int]],
    among: Collection[int] | None = None,
) -> None:
    """Take away sums of targets where an outlet has none: all is set against all, or nothing is."""
    for (code, key), outlets in lacking.items():
        if key in periods and (outlets if among is None else outlets.intersection(among)):
            periods[key][code] = None


def goals_missing(ground: Ground, asked: Gathering) -> dict[tuple[str, int], set[int]]:
    """The outlets without a goal, by measure of targets and month."""
    measures = _all(_rulings(ground, asked.span, set()), asked.measures)
    return without_goal(asked.narrow, asked.span, measures)


@dataclass(frozen=True)
class _Shifted:
    """What is asked for, of so many months ago but counted by the definitions of today."""

    asked: Gathering
    rulings: "Rulings"
    special: set[int]
    ago: int

    @property
    def moved(self) -> dict[int, int]:
        """The periods read, each with the one for which it stands."""
        if not self.ago:
            return {key: key for key in self.asked.span.keys}
        return {month_shifted(key, -self.ago): key for key in self.asked.span.keys}

    def gathered(self) -> Columns:
        """By scope and the periods asked for."""
        split = bool(self.special) and "outlet" not in self.asked.by
        columns = ("outlet", *self.asked.by) if split else self.asked.by
        place = columns.index("outlet") if "outlet" in columns else None
        span = Span(self.asked.span.grain, tuple(self.moved))
        asked = replace(self.asked, by=columns, span=span)
        read = reading(asked, _all(self.rulings, asked.measures))
        found: Columns = {}
        for outlet, ruling in self.rulings.items():
            keep = _of_outlet(place, outlet, self.special)
            counted = _count(ruling, self.moved, read, keep, self.asked.measures)
            _merge(found, counted, drop_first=split)
        return found


def _complete(found: Columns, asked: Gathering, rulings: "Rulings") -> None:
    """Where nothing happened, or not in each of the times read, a measure is 0."""
    whole: dict[str, Input] = dict.fromkeys(asked.measures, ZERO)
    ruling = next(iter(rulings.values()))
    monthly = asked.span.grain == "month"
    measures = _all(rulings, asked.measures)
    whole |= {m.code: None for m in measures if m.target or (m.ago and not monthly)}
    known = {key: {m.code for m in ruling[key].ruling.measures} for key in asked.span.keys}
    for periods in found.values():
        for key in asked.span.keys:
            inputs = periods.get(key)
            if inputs is None:
                periods[key] = {**whole}
                continue
            for code in asked.measures:
                if code not in inputs and code in known[key]:
                    inputs[code] = whole[code]


def gather_days(
    ground: Ground, asked: Gathering, full: Mapping[Scope, Mapping[int, Inputs]]
) -> Columns:
    """The first days of periods of which `full` holds the whole.

    What opens a period is in `full`: only flows and closing stocks are read again.
    """
    opened = _opened(ground, asked)
    rest = tuple(code for code in asked.measures if code not in opened)
    found = gather(ground, replace(asked, measures=rest, present=tuple(full)))
    for scope, periods in found.items():
        for key, inputs in periods.items():
            whole = full.get(scope, {}).get(key, {})
            inputs.update({code: whole[code] for code in opened if code in whole})
    return found


def _opened(ground: Ground, asked: Gathering) -> set[str]:
    """Targets, and stocks that every definition of these periods reads where a period begins."""
    special = ground.shelf.special & set(asked.narrow.outlets or ground.outlets)
    measures = _all(_rulings(ground, asked.span, special), asked.measures)
    others = {m.code for m in measures if m.over_time != "opening" and not m.target}
    return {measure.code for measure in measures} - others


def _parts(asked: Gathering) -> set[str]:
    """The dimensions into which the figures are cut, by column or by narrowing."""
    narrowed = {"team": asked.narrow.teams, "person": asked.narrow.people}
    return {*asked.by, *(part for part, chosen in narrowed.items() if chosen is not None)}


def _blank(found: Columns, measures: Iterable[Measure], parts: set[str]) -> None:
    """A measure that has no meaning by one of these parts has no value there."""
    codes = {measure.code for measure in measures if parts.intersection(measure.not_by)}
    for inputs in (inputs for periods in found.values() for inputs in periods.values()):
        inputs.update(dict.fromkeys(codes.intersection(inputs)))


Rulings = dict[int | None, dict[int, Catalogue]]


def _rulings(ground: Ground, span: Span, special: Iterable[int]) -> Rulings:
    """By outlet with own definitions (None: all others) and period."""
    return {
        outlet: {key: ground.ruling(span.grain, key, outlet) for key in span.keys}
        for outlet in (None, *sorted(special))
    }


def _all(rulings: Rulings, codes: Iterable[str]) -> list[Measure]:
    distinct = {id(c): c for ruling in rulings.values() for c in ruling.values()}
    wanted = set(codes)
    return [m for c in distinct.values() for m in c.ruling.measures if m.code in wanted]


def _of_outlet(place: int | None, outlet: int | None, special: set[int]) -> Keep:
    """Which scopes are counted by the definitions of an outlet (None: of all others)."""
    if place is None or not special:
        return lambda _: True
    if outlet is None:
        return lambda scope: scope[place] not in special
    return lambda scope: scope[place] == outlet


def _count(
    ruling: Mapping[int, Catalogue],
    moved: Mapping[int, int],
    read: Read,
    keep: Keep,
    codes: Sequence[str],
) -> Columns:
    """Values of each period, read where it has moved from, by the definitions that rule it."""
    found: Columns = {}
    for catalogue in {id(c): c for c in ruling.values()}.values():
        columns = read([m for m in catalogue.ruling.measures if m.code in codes], keep)
        for scope, periods in columns.items():
            kept = {moved[key]: inputs for key, inputs in periods.items()}
            mine = {key: inputs for key, inputs in kept.items() if ruling[key] is catalogue}
            fill(found, {scope: mine})
    return found


def _merge(found: Columns, counted: Columns, *, drop_first: bool) -> None:
    for scope, periods in counted.items():
        kept = found.setdefault(scope[1:] if drop_first else scope, {})
        for period, inputs in periods.items():
            _add(kept.setdefault(period, {}), inputs)


def _add(kept: dict[str, Input], inputs: Inputs) -> None:
    for code, value in inputs.items():
        old = kept.get(code)
        kept[code] = value if old is None else old if value is None else old + value


def added(columns: Iterable[Mapping[int, Inputs]]) -> dict[int, dict[str, Input]]:
    """Several scopes as one."""
    found: dict[int, dict[str, Input]] = {}
    for column in columns:
        for period, inputs in column.items():
            _add(found.setdefault(period, {}), inputs)
    return found


def filled(
    column: Mapping[int, Inputs] | None, keys: Iterable[int], codes: Iterable[str]
) -> list[dict[str, Input]]:
    """The inputs of these periods in order; 0 where nothing happened.

    None where the measure was not defined then.
    """
    listed = list(codes)
    if not column:
        return [dict.fromkeys(listed, ZERO) for _ in keys]
    return [{code: column.get(key, {}).get(code) for code in listed} for key in keys]


def few(
    catalogue: Catalogue, kpi: Kpi, column: Mapping[int, Inputs] | None, keys: Sequence[int]
) -> bool:
    """Whether a rate rests on fewer cases than a judgement of it needs."""
    if not kpi.is_rate:
        return False
    months = filled(column, keys, measure_codes(catalogue.ruling, [kpi.code]))
    cases = divisor_over(catalogue.ruling, kpi.code, months)
    return cases is not None and cases < max(LEAST, kpi.least)


def kpi_values(
    catalogue: Catalogue,
    kpis: Sequence[str],
    column: Mapping[int, Inputs] | None,
    keys: Sequence[int],
    parts: frozenset[str] = frozenset(),
) -> dict[str, Value]:
    """The KPIs of one scope over grouping periods; None for what the catalogue does not know.

    `parts` are those by which the scope is cut (`Ground.parts`): a KPI that may not be cut by one
    of them has no value there.
    """
    definitions = catalogue.ruling
    known = [
        code for code in kpis if code in definitions.kpi and not parts & uncut(definitions, code)
    ]
    codes = measure_codes(catalogue.ruling, known)
    return {
        **dict.fromkeys(kpis),
        **values_over(catalogue.ruling, known, filled(column, keys, codes)),
    }
