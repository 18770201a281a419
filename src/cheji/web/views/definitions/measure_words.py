"""Measures in words: what they count, what narrows it, what switches change."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cheji.engine.definitions import Filter, Measure, Override
from cheji.engine.definitions.choices import apart, is_of, plain
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.reading import read_measure
from cheji.engine.kinds.columns import LINE_TAGS
from cheji.web.fact_words import FACTS, FactWords, channel_text, tag_text
from cheji.web.labels import LEVELS
from cheji.web.wording import DISPLACEMENTS, named, unit_text

from .frame import Ground
from .words import WAYS

COHORTS: dict[str, Any] = {
    "new": gettext_lazy("only those that began in the same month"),
    "carried": gettext_lazy("only those that began before the month"),
    "classified": gettext_lazy("only those with a known beginning"),
    "unclassified": gettext_lazy("only those without a known beginning"),
}
COLUMNS: dict[str, Any] = {
    "quantity": gettext_lazy("quantity"),
    "fen": gettext_lazy("amount of money"),
    "value": gettext_lazy("value"),
    "count": gettext_lazy("number of events"),
}
SPREADS: dict[str, Any] = {
    "median": gettext_lazy("the median of the values"),
    "p90": gettext_lazy("the value that nine in ten do not exceed (P90)"),
    "mean": gettext_lazy("the mean of the values"),
}
DIMENSIONS: dict[str, Any] = {
    "channel": pgettext_lazy("dimension", "Channel"),
    "level": pgettext_lazy("dimension", "Level"),
    "tags": pgettext_lazy("dimension", "State or sort"),
    "model": pgettext_lazy("dimension", "Model"),
    "displacement": gettext_lazy("Displacement class"),
    "segment": gettext_lazy("Segment"),
    "key_model": gettext_lazy("Key model"),
}
LINES = pgettext_lazy("dimension", "Kind of line")
PARTS: dict[str, Any] = {
    "team": gettext_lazy("team"),
    "person": gettext_lazy("consultant"),
    "model": gettext_lazy("model"),
    "channel": gettext_lazy("channel"),
}
KEY_MODELS: dict[str, Any] = {
    "yes": pgettext_lazy("key model", "Yes"),
    "no": pgettext_lazy("key model", "No"),
}
Kinds = Sequence[tuple[str, int]]


def kind_words(kinds: Kinds) -> list[tuple[str, str, str]]:
    """Kinds of events with their sign: sign, name, code."""
    ordered = sorted(kinds, key=lambda kind: -kind[1])
    return [("+" if sign > 0 else "−", kind_name(code), code) for code, sign in ordered]


def kind_name(code: str) -> str:
    """A kind by its name; one that is counted by own fields as the events themselves."""
    found = FACTS.get(plain(code))
    return named(found) if found else code


def counted(kinds: Kinds) -> str:
    """Kinds of events as one line."""
    parts = [f"{sign} {name}" for sign, name, _code in kind_words(kinds)]
    return " ".join(parts).removeprefix("+ ")


def target_of(place: Ground, measure: Measure) -> tuple[str, str] | None:
    """Name and page of the KPI whose targets a measure reads; none of one that counts facts."""
    kpi = place.found.all.kpi.get(measure.target)
    return (named(kpi), place.url("kpi", kpi.code)) if kpi else None


def limits(measure: Measure, own: FactWords) -> list[str]:
    """Everything that narrows what is counted, or says how it is added up."""
    return [
        *_filters(measure.kinds, measure.where, own),
        *([str(COHORTS[measure.cohort])] if measure.cohort in COHORTS else []),
        *_apart(measure),
        *_cut(measure),
    ]


def _apart(measure: Measure) -> Iterator[str]:
    if measure.spread:
        yield str(SPREADS[measure.spread])
    if measure.window:
        yield _("only values up to {most}").format(most=measure.window)
    if measure.begun:
        yield _("counted in the month in which it began")
    if measure.ago > 0:
        text = ngettext("{count} month earlier", "{count} months earlier", measure.ago)
        yield text.format(count=measure.ago)
    if measure.ago < 0:
        text = ngettext("{count} month later", "{count} months later", -measure.ago)
        yield text.format(count=-measure.ago)


def _cut(measure: Measure) -> Iterator[str]:
    if measure.not_by:
        parts = _(", ").join(str(PARTS[part]) for part in measure.not_by)
        yield _("has no meaning by {parts}").format(parts=parts)


def _filters(kinds: Kinds, filters: Sequence[Filter], own: FactWords) -> Iterator[str]:
    for item in filters:
        fields = apart(item.values) if item.dimension == "tags" and item.inside else {}
        for code, choices in fields.items():
            names = _(", ").join(own.choice(code, one) for one in choices)
            yield _("{dimension}: only {names}").format(dimension=own.field(code), names=names)
        if not fields:
            yield _filter(kinds, item, own)


def _filter(kinds: Kinds, item: Filter, own: FactWords) -> str:
    names = _(", ").join(value_name(kinds, item.dimension, one, own) for one in item.values)
    text = _("{dimension}: only {names}") if item.inside else _("{dimension}: without {names}")
    return text.format(dimension=dimension_name(kinds, item.dimension), names=names)


def dimension_name(kinds: Kinds, dimension: str) -> str:
    """A dimension; tags of order lines are kinds of lines."""
    lines = kinds and all(FACTS[plain(kind)].tags == LINE_TAGS for kind, _sign in kinds)
    return str(LINES if dimension == "tags" and lines else DIMENSIONS.get(dimension, dimension))


def value_name(kinds: Kinds, dimension: str, value: str, own: FactWords) -> str:
    """A value of a filter, by the kinds on which it filters."""
    if not value:
        return _("not stated")
    if dimension == "tags" and any(is_of(kind) for kind, _sign in kinds):
        return own.tags("", value)
    if dimension in ("tags", "channel"):
        say = tag_text if dimension == "tags" else channel_text
        return next((text for kind, _sign in kinds if (text := say(kind, value)) != value), value)
    labels = {"displacement": DISPLACEMENTS, "level": LEVELS, "key_model": KEY_MODELS}
    return str(labels.get(dimension, {}).get(value, value))


def change_words(measure: Measure, change: Override, own: FactWords) -> list[str]:
    """What a switch that is on changes in a measure."""
    return list(_changes(measure, change, own))


def _changes(measure: Measure, change: Override, own: FactWords) -> Iterator[str]:
    kinds = measure.kinds if change.kinds is None else change.kinds
    if change.kinds is not None:
        yield _("counts {kinds}").format(kinds=counted(change.kinds) or _("nothing"))
    if change.column:
        yield _("adds up the {column}").format(column=COLUMNS[change.column])
    yield from _filters(kinds, change.where or (), own)
    for dimension, values in change.also:
        names = _(", ").join(value_name(kinds, dimension, one, own) for one in values)
        said = dimension_name(kinds, dimension)
        yield _("{dimension}: also {names}").format(dimension=said, names=names)
    if change.cohort:
        yield str(COHORTS.get(change.cohort, _("whenever they began")))


def measure_said(place: Ground, body: Any) -> dict[str, Any] | None:
    """A body in words as far as it can be read; None while it counts nothing."""
    measure = read_measure(Fields(body, "", []))
    if not measure.kinds and not measure.target:
        return None
    if any(kind not in FACTS for kind, _sign in measure.kinds):
        return None
    return {
        "name": (named(measure) or _("The measure")),
        "unit": unit_text(measure.unit) if measure.unit else "",
        "target": target_of(place, measure),
        "kinds": kind_words(measure.kinds),
        "column": COLUMNS[measure.column],
        "limits": limits(measure, place.own),
        "way": WAYS[measure.over_time],
        "looked_at": [kind_name(kind) for kind in measure.looked_at],
    }
