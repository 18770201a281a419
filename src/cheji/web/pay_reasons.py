"""Pay statements in words: components, bases and rates, bands, and why an amount is what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cheji.engine.definitions import Component, PayPlan
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads import definitions
from cheji.reads.kept import detail, exact, parts
from cheji.reads.pay import PayLineSeen, StatementSeen
from cheji.web import bands, runs
from cheji.web.navigation import record_url
from cheji.web.pay_words import Band, component_rule, rate_text, rounding_text, tier_words
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell
from cheji.web.wording import NOUNS, chinese, named, shaped

PAYABLE = "payable"


def reason_url(found: StatementSeen, part: str) -> str:
    """Where the amount payable, a component or a line (`component:2`) is explained."""
    return runs.address(
        "pay-reason", found.person.number, found.month, part, outlet=found.outlet.code
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
    """The pay plan of a statement, as long as it still reads as when the statement was made."""

    found: StatementSeen
    closing_day: int = 0

    @cached_property
    def _catalogue(self) -> definitions.Catalogue:
        until = from_key("month", self.found.month, self.closing_day).until
        return definitions.catalogue(until - timedelta(days=1), self.found.outlet.id)

    @cached_property
    def plan(self) -> PayPlan | None:
        known = self._catalogue.digests.get(("pay_plan", self.found.plan))
        return self._catalogue.pay_plan(self.found.plan) if known == self.found.digest else None

    def component(self, code: str) -> Component | None:
        every = self.plan.components if self.plan else ()
        return next((one for one in every if one.code == code), None)

    def base(self, line: PayLineSeen) -> Cell:
        """What is multiplied: units, or money."""
        component = self.component(line.component)
        money = line.component == COEFFICIENT or (component and component.kind == "share")
        if money and line.base is not None:
            return Cell(line.base * FEN_PER_YUAN, kind="money")
        value, kind, decimals = shaped("unit", 0, line.base)
        return Cell(value, kind=kind, decimals=decimals)

    def rate(self, line: PayLineSeen) -> str:
        """By what it is multiplied; several bands are told by the reason."""
        if line.unpriced:
            return _("Cost not known")
        if line.rate is None:
            return _("by bands")
        if line.component == COEFFICIENT:
            return f"× {figures.digits(line.rate, 2)}"
        return self.rate_text(line.component, line.rate)

    def rate_text(self, code: str, rate: Fraction) -> str:
        component = self.component(code)
        if component is None:
            return bands.plain(rate)
        return rate_text(component, rate)

    def way(self, code: str) -> str:
        """How the component finds its band, in words."""
        component = self.component(code)
        return component_rule(component) if component else ""

    def counts(self, code: str) -> str:
        """The name of the measure that the component pays."""
        component = self.component(code)
        measures = self._catalogue.ruling.measures
        return next((named(m) for m in measures if component and m.code == component.of), "")

    def bands(self, code: str, lines: Sequence[PayLineSeen]) -> list[Band]:
        """Range, rate, and whether one of the lines was paid by it."""
        component = self.component(code)
        if component is None:
            return []
        used = {
            exact(band["from"]) for line in lines for band in detail(line.reason, "bands") or ()
        }
        return [
            (text, rate, tier.start in used)
            for (text, rate, _here), tier in zip(
                tier_words(component), component.tiers, strict=True
            )
        ]


# -- one line ----------------------------------------------------------------------------------


def record_text(line: PayLineSeen) -> str:
    """The record that earned it."""
    if line.deal is None:
        return _("By the total of the month")
    noun = str(NOUNS.get(line.deal.noun, line.deal.noun))
    return f"{noun} {line.deal.text}".strip()


def record_href(line: PayLineSeen) -> str:
    """Where it opens; nothing for whom it does not open."""
    deal = line.deal
    return record_url(deal.noun, deal.id) if deal and deal.id else ""


def base_text(plan: Plan, line: PayLineSeen) -> str:
    cell = plan.base(line)
    return figures.figure(cell.value, cell.kind, cell.decimals)


def formula(plan: Plan, line: PayLineSeen) -> str:
    """The calculation with the values in it."""
    if line.component != COEFFICIENT or line.rate is None:
        return said(line.reason)
    rate = figures.digits(line.rate, 2)
    return f"{base_text(plan, line)} × ({rate} − 1) = {figures.money(line.fen)}"


def without_score(found: StatementSeen, line: PayLineSeen) -> str:
    """Why the coefficient is 1 where there is no score."""
    return said(line.reason) if found.score is None else ""


def leaf(plan: Plan, line: PayLineSeen, part: str) -> dict[str, Any]:
    """A line of the tree under its component."""
    return {
        "label": record_text(line),
        "note": said(line.reason),
        "text": figures.money(line.fen),
        "url": reason_url(plan.found, part),
        "parts": [],
    }


def facts(plan: Plan, line: PayLineSeen) -> list[tuple[str, str, str]]:
    """What a line stands on: name, text, address."""
    if line.component == COEFFICIENT:
        after = exact(detail(line.reason, "after"))
        return [
            (_("Before the coefficient"), base_text(plan, line), ""),
            (_("Coefficient of the score"), plan.rate(line), score_url(plan.found)),
            (_("Score"), figures.number(plan.found.score, 2), score_url(plan.found)),
            *[(_("How it was scored"), said(score), "") for score in parts(line.reason)],
            (_("After the coefficient"), figures.money(after), ""),
        ]
    counted = plan.counts(line.component)
    found = [(_("Earned by"), record_text(line), record_href(line))]
    found += [(_("Date"), line.on.isoformat(), "")] if line.on else []
    found += [(_("Counts"), counted, "")] if counted else []
    found += [(_("Base"), base_text(plan, line), ""), (_("Rate"), plan.rate(line), "")]
    return [*found, (_("Rounding"), _rounding(line), "")]


def _rounding(line: PayLineSeen) -> str:
    return rounding_text(str(detail(line.reason, "round_to")), str(detail(line.reason, "rounding")))


def parts_of_line(plan: Plan, line: PayLineSeen) -> list[dict[str, Any]]:
    """How much of the base fell into which band."""
    if line.component == COEFFICIENT:
        return [
            {
                "label": named(lines[0]),
                "text": figures.money(total(lines)),
                "url": reason_url(plan.found, code),
            }
            for code, lines in components(plan.found).items()
            if code in (detail(line.reason, "components") or ())
        ]
    component = plan.component(line.component)
    money = component is not None and component.kind == "share"
    told = bands.yuan if money else bands.plain
    return [
        {
            "label": f"{told(Fraction(band['part']))} × "
            f"{plan.rate_text(line.component, Fraction(band['rate']))}",
            "text": figures.money(Fraction(band["part"]) * Fraction(band["rate"]) * FEN_PER_YUAN),
        }
        for band in detail(line.reason, "bands") or ()
    ]
