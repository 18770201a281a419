"""Pay statements in words: components, bases and rates, bands, and why an amount is what it is."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.engine.definitions import Band as Tier
from cheji.engine.definitions import Component, Measure, PayPlan
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.pay import COEFFICIENT, EARNED, ENTRIES, WHY, part_words, rounding_words
from cheji.engine.tallies import NO_EXCESS, QUANTITY_SCALE
from cheji.reads.kept import detail, exact, parts
from cheji.reads.pay import Made, PayLineSeen, StatementSeen
from cheji.web import bands, runs
from cheji.web.fact_words import FACTS, tag_text
from cheji.web.pay_records import (
    dispute_facts,
    record_href,
    record_text,
    shared_text,
    split_rule,
    split_url,
)
from cheji.web.pay_words import (
    Band,
    based,
    component_rule,
    names_of,
    rate_text,
    rounding_text,
    tier_words,
)
from cheji.web.templatetags import figures
from cheji.web.wording import chinese, named, shaped, unit_text

PAYABLE = "payable"
FEW_BANDS = 3
Reached = tuple[Fraction, Fraction]
Fact = tuple[str, str, str]


def reason_url(found: StatementSeen, part: str, plan: str = "") -> str:
    """Where the amount payable, a component or a line (`component:2`) is explained."""
    return runs.address(
        "pay-reason", found.person.number, found.month, part, outlet=found.outlet.code, plan=plan
    )


def score_url(found: StatementSeen) -> str:
    """The score card that the coefficient comes from."""
    return runs.address("score-card", found.person.number, found.month, outlet=found.outlet.code)


def said(reason: Mapping[str, Any]) -> str:
    """What the calculation wrote down, in the reader's language."""
    return str(detail(reason, "zh" if chinese() else "en") or "")


def components(found: StatementSeen) -> dict[str, list[PayLineSeen]]:
    """The lines by component, in the order of the plan; the coefficient is the last."""
    grouped: dict[str, list[PayLineSeen]] = {}
    for line in found.lines:
        grouped.setdefault(line.component, []).append(line)
    return grouped


def total(lines: Sequence[PayLineSeen]) -> int:
    """Fen."""
    return sum(line.fen for line in lines)


@dataclass(frozen=True)
class Plan:
    """The pay plan of a statement, as it read when the statement was made, with its words.

    `asked` is the plan's code where the address names one of several.
    """

    found: StatementSeen
    asked: str = ""

    @cached_property
    def plan(self) -> PayPlan | None:
        if self.found.rules is not None:
            return self.found.rules
        known = self.found.catalogue.digests.get(("pay_plan", self.found.plan))
        return (
            self.found.catalogue.pay_plan(self.found.plan) if known == self.found.digest else None
        )

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """What measures, KPIs and pay plans are called, by code."""
        return names_of(self.found.catalogue)

    def name(self, code: str) -> str:
        names = self.names.get(code, (code, code))
        return names[0] if chinese() else names[1]

    def measure(self, code: str, total: Fraction | None) -> tuple[str, str]:
        """Name and total of a measure that the plan looks at."""
        found = next((m for m in self.found.catalogue.ruling.measures if m.code == code), None)
        if found is not None and found.column == "fen":
            return self.name(code), figures.money(total)
        if found is not None and found.column == "quantity" and total is not None:
            total /= QUANTITY_SCALE
        return self.name(code), bands.plain(total) if total is not None else "—"

    def target(self, code: str, value: Fraction | None, of: Fraction | None) -> tuple[str, str]:
        """Name of a KPI, what was reached of its target, and how much of it."""
        kpi = self.found.catalogue.ruling.kpi.get(code)
        told = [
            figures.figure(*shaped(kpi.unit, kpi.decimals, one) if kpi else (one, "number", 2))
            for one in (value, of)
        ]
        text = " / ".join(told)
        if value is not None and of:
            text = f"{text} = {figures.figure(value / of, 'percent', 1)}"
        return self.name(code), text

    def url(self, part: str) -> str:
        return reason_url(self.found, part, self.asked)

    def part(self, code: str, lines: Sequence[PayLineSeen]) -> str:
        """How addresses name lines of a component: all of them, or one by its place."""
        own = self._components[code]
        if len(lines) > 1 or (len(own) == 1 and code == COEFFICIENT):
            return code
        return f"{code}:{self._places[id(lines[0])]}" if lines else code

    @cached_property
    def _places(self) -> dict[int, int]:
        grouped = self._components.values()
        return {id(line): place for own in grouped for place, line in enumerate(own, start=1)}

    @cached_property
    def _components(self) -> dict[str, list[PayLineSeen]]:
        return components(self.found)

    def component(self, code: str) -> Component | None:
        every = self.plan.components if self.plan else ()
        return next((one for one in every if one.code == code), None)

    def rate(self, line: PayLineSeen) -> str:
        """By what it is multiplied; several bands are told by the reason."""
        if line.unpriced:
            return self._unknown(line)
        if line.rate is None:
            return self._by_bands(line)
        if line.component == COEFFICIENT:
            return f"× {figures.coefficient(line.rate)}"
        if line.factor is not None and not line.bands:  # one's share of a pot
            return figures.percent(line.rate, 2)
        return self.rate_text(line.component, line.rate)

    def _unknown(self, line: PayLineSeen) -> str:
        component = self.component(line.component)
        of = component.of if component is not None else ""
        measure = self.found.catalogue.all.measure.get(of)
        above = measure is not None and NO_EXCESS in measure.looked_at
        return _("Floor price not known") if above else _("Cost not known")

    def _by_bands(self, line: PayLineSeen) -> str:
        """The parts of the base by band, as long as they are few."""
        if not 0 < len(line.bands) <= FEW_BANDS:
            return _("by bands")
        told = bands.yuan if line.scale == FEN_PER_YUAN else bands.plain
        parts = [(Fraction(part.part) / line.scale, part.rate) for part in line.bands]
        return " + ".join(
            f"{told(part)} × {self.rate_text(line.component, rate)}" for part, rate in parts
        )

    def rate_text(self, code: str, rate: Fraction) -> str:
        component = self.component(code)
        return rate_text(component, rate) if component else bands.plain(rate)

    def rules(self, code: str) -> list[str]:
        """What the plan says of a component, factor, gate … in sentences."""
        if self.plan is None or all(one.component != code for one in self.found.lines):
            return []
        at, told = 0 if chinese() else 1, dict(part_words(self.plan, self.names))
        sentences = [sentence[at] for sentence in told[code][2]] if code in told else []
        return [*sentences, *self.split_rules(code)]

    def split_rules(self, code: str) -> list[str]:
        """Of a component with bands how deals count whose pay is split by decision."""
        part = self.component(code)
        split = any(one.split is not None and one.component == code for one in self.found.lines)
        if not split or part is None or not part.by_deal or not self.way(code):
            return []
        return [split_rule()]

    def way(self, code: str) -> str:
        """How the component finds its band, in words."""
        component = self.component(code)
        return component_rule(component, self.names) if component else ""

    def counts(self, code: str) -> str:
        """The name of the measure that the component pays."""
        component = self.component(code)
        measures = self.found.catalogue.ruling.measures
        return next((named(m) for m in measures if component and m.code == component.of), "")

    def measures(self, code: str) -> list[tuple[Measure, int]]:
        """The measures that are the component's base, with their signs; none but of money."""
        component = self.component(code)
        if component is None or component.kind != "share":
            return []
        signs = {component.of: 1, **dict.fromkeys(component.plus, 1)}
        signs |= dict.fromkeys(component.minus, -1)
        ruling = self.found.catalogue.ruling.measure
        return [(ruling[name], sign) for name, sign in signs.items() if name in ruling]

    def bands(self, code: str, lines: Sequence[PayLineSeen]) -> list[Band]:
        """Range, rate, and whether one of the lines was paid by it."""
        component = self.component(code)
        if component is None:
            return []
        used = {(band.start, band.rate) for line in lines for band in line.bands}
        if component.mode == "interpolated":  # a band's amount is kept for one unit of its width
            starts = {start for start, _rate in used}
            every = (component.tiers, *(row.tiers for row in component.rows))
            used = {(t.start, t.rate) for tiers in every for t in tiers if t.start in starts}
        return [
            (text, rate, (tier.start, tier.rate) in used)
            for tiers in _tables(component, used)
            for (text, rate), tier in zip(
                tier_words(component, tiers, self.names), tiers, strict=True
            )
        ]


def _tables(component: Component, used: Container[Reached]) -> list[tuple[Tier, ...]]:
    """The lists of bands that paid; the component's own where none of a row did."""
    every = dict.fromkeys([component.tiers, *(row.tiers for row in component.rows)])
    paid = [tiers for tiers in every if any((one.start, one.rate) in used for one in tiers)]
    return paid or [component.tiers]


# -- one line ----------------------------------------------------------------------------------


def base_text(line: PayLineSeen) -> str:
    """The base with its unit; money and shares have theirs in the number."""
    cell = based(line)
    text = figures.figure(cell.value, cell.kind, cell.decimals)
    return (
        f"{text} {unit_text(line.unit, one=cell.value == 1)}"
        if line.unit and cell.kind == "number"
        else text
    )


def formula(line: PayLineSeen) -> str:
    """The calculation with the values in it."""
    if line.component != COEFFICIENT or line.rate is None:
        return said(line.reason)
    rate = figures.coefficient(line.rate)
    return f"{base_text(line)} × ({rate} − 1) = {figures.money(line.fen)}"


def without_score(found: StatementSeen, line: PayLineSeen) -> str:
    """Why the coefficient is 1 where there is no score."""
    return said(line.reason) if found.score is None else ""


def coefficient_text(found: StatementSeen) -> str:
    """Why the coefficient is what it is: where the score lies in the scheme's bands."""
    scheme_code = found.rules.scheme if found.rules else ""
    schemes = found.catalogue.all.schemes
    scheme = next((one for one in schemes if one.code == scheme_code), None)
    if scheme is None or found.score is None or scheme.coefficient != "banded":
        return ""
    starts = [tier.start for tier in scheme.coefficients]
    place = max((at for at, start in enumerate(starts) if start <= found.score), default=0)
    if found.coefficient != scheme.coefficients[place].rate:
        return _("a veto or a limit of the scheme decides: see the score card")
    said_ = _("a score {band} has the coefficient {rate}")
    rate = figures.digits(found.coefficient, 2)
    return said_.format(band=bands.reached(starts)[place], rate=rate)


def leaf(plan: Plan, line: PayLineSeen, part: str) -> dict[str, Any]:
    """A line of the tree under its component."""
    return {
        "label": record_text(line),
        "note": said(line.reason),
        "text": figures.money(line.fen),
        "url": plan.url(part),
        "parts": [],
    }


def facts(plan: Plan, line: PayLineSeen, looked: Sequence[Fact] = ()) -> list[Fact]:
    """What a line stands on: name, text, address; `looked` is what found its band."""
    if line.component == COEFFICIENT:
        after = exact(detail(line.reason, "after"))
        return [
            (_("Before the coefficient"), base_text(line), ""),
            (_("Coefficient of the score"), plan.rate(line), score_url(plan.found)),
            (_("Score"), figures.number(plan.found.score, 2), score_url(plan.found)),
            *[(_("How it was scored"), said(score), "") for score in parts(line.reason)],
            (_("After the coefficient"), figures.money(after), ""),
        ]
    if line.entry not in EARNED:
        told = [(_("Entry"), entry_name(line.entry), "")]
        told.append((_("What for"), record_text(line), record_href(line)))
        return [*told, *dispute_facts(line), *_origin(line)]
    counted = plan.counts(line.component)
    found = [(_("Earned by"), record_text(line), record_href(line))]
    found += [(_("Shared"), shared_text(line), split_url(line))] if line.shared else []
    found += [(_("Date"), line.on.isoformat(), "")] if line.on else []
    found += [(_("Counts"), counted, "")] if counted else []
    found += [*looked, (_("Rate"), plan.rate(line), ""), (_("Base"), base_text(line), "")]
    return (
        [*found, (_("Rounding"), _rounding(line), "")] if detail(line.reason, "round_to") else found
    )


def entry_name(entry: str) -> str:
    """An entry of a line, in the reader's language."""
    return ENTRIES.get(entry, (entry, entry))[0 if chinese() else 1]


def _origin(line: PayLineSeen) -> list[Fact]:
    """The line of an earlier run that this one puts right."""
    if line.origin is None or line.origin[1] is None:
        return []
    return [(_("Puts right"), _("the line then"), reverse("pay-line", args=[line.origin[1]]))]


def _rounding(line: PayLineSeen) -> str:
    return rounding_text(str(detail(line.reason, "round_to")), str(detail(line.reason, "rounding")))


def made_of(parts: Sequence[Made]) -> list[dict[str, Any]]:
    """What the base of a line is made of, fact by fact."""
    return [
        {"label": tag_text(part.kind, part.tags), "text": figures.money(part.fen), **_entered(part)}
        for part in parts
    ]


def _entered(part: Made) -> dict[str, str]:
    """Where the amount was entered and from what day on it holds; else what kind of fact it is."""
    if part.entry is None:
        return {"note": named(FACTS[part.kind])}
    number, since = part.entry
    held = _("in force since {day}").format(day=since.isoformat())
    return {"note": held, "href": reverse("floor_price", args=[number])}


def parts_of_line(plan: Plan, line: PayLineSeen) -> list[dict[str, Any]]:
    """How much of the base fell into which band, and what makes these parts the line's amount."""
    if line.component == COEFFICIENT:
        return [
            {
                "label": named(lines[0]),
                "text": figures.money(total(lines)),
                "url": plan.url(code),
            }
            for code, lines in components(plan.found).items()
            if code in (detail(line.reason, "components") or ())
        ]
    found = list(_by_band(plan, line))
    return [{"label": label, "text": figures.money(fen)} for label, fen in found] + _besides(
        plan, line, sum(fen for _label, fen in found)
    )


def _by_band(plan: Plan, line: PayLineSeen) -> Iterator[tuple[str, int]]:
    """Each part of the base with its rate, and its fen; what is fined is taken off."""
    component = plan.component(line.component)
    money = component is not None and component.kind == "share"
    told = bands.yuan if money else bands.plain
    sign = -1 if line.entry == "fine" else 1
    for band in detail(line.reason, "bands") or ():
        part, rate = Fraction(band["part"]), Fraction(band["rate"])
        label = f"{told(part)} × {plan.rate_text(line.component, rate)}"
        yield label, sign * round_half_up(part * rate * FEN_PER_YUAN)


def _besides(plan: Plan, line: PayLineSeen, fen: int) -> list[dict[str, Any]]:
    """What makes the parts by band, `fen` together, the line: its limit, days, or rounding.

    Runs of before lines had steps do not say which of them it was.
    """
    component = plan.component(line.component)
    if line.fen == fen or component is None or not (line.bands and line.step):
        return []
    at, text = 0 if chinese() else 1, figures.gap(line.fen - fen)
    if line.why:
        return [{"label": WHY[line.why][at], "text": text}]
    return [{"label": _("Rounding"), "note": rounding_words(component)[at], "text": text}]
