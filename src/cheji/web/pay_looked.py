"""The figure that found the band of a pay line: how it came about, and which deals made it."""

from collections.abc import Callable
from fractions import Fraction

from django.utils.translation import gettext as _

from cheji.engine.definitions import Component, Look
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import EARNED, looked_words
from cheji.reads.pay import LookedDeal, LookedSeen, PayLineSeen
from cheji.web import bands
from cheji.web.pay_reasons import Plan, components
from cheji.web.pay_records import deal_href, deal_text
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import chinese, unit_text

Shown = Callable[[Fraction | None], Cell]


def looked_text(plan: Plan, code: str) -> str:
    """What the component looked at and what it came to; nothing where it looks at its own base."""
    look, seen = _looked(plan, code)
    component = plan.component(code)
    if look is None or seen is None or component is None:
        return ""
    return looked_words(look, seen.found, plan.names, component.of)[0 if chinese() else 1]


def looked_facts(plan: Plan, line: PayLineSeen) -> list[tuple[str, str, str]]:
    """The figure and the band into which it fell: name, text, address; none of a correction."""
    if line.entry not in EARNED:
        return []
    text = looked_text(plan, line.component) or _own_text(plan, line)
    if not text:
        return []
    fell = [f"{band}：{rate}" if chinese() else f"{band}: {rate}"
            for band, rate, here in plan.bands(line.component, [line]) if here]  # fmt: skip
    found = [(_("Band found by"), text, "")]
    return [*found, *((_("Band"), one, "") for one in fell)]


def _own_text(plan: Plan, line: PayLineSeen) -> str:
    """How much of the component's own base found the band; nothing where there is none to find."""
    part, counts = plan.component(line.component), plan.found.counted.get(line.component, ())
    own = [one for one in components(plan.found)[line.component] if one.entry in EARNED]
    if part is None or not plan.way(line.component) or len(own) != len(counts):
        return ""
    place = own.index(line)
    if part.scope != "cumulative":
        return _("this line {figure}").format(figure=_own(part, line, counts[place]))
    if part.mode == "retroactive":
        total = _own(part, line, sum(counts, Fraction(0)))
        return _("the period's total {figure}").format(figure=total)
    before = sum(counts[:place], Fraction(0))
    return _("the period's total from {before} to {after}").format(
        before=_own(part, line, before), after=_own(part, line, before + counts[place])
    )


def _own(part: Component, line: PayLineSeen, value: Fraction) -> str:
    return (
        bands.yuan(value)
        if part.is_money
        else f"{bands.plain(value)} {unit_text(line.unit, one=value == 1)}"
    )


def looked_deals(plan: Plan, code: str) -> Table | None:
    """The deals of an own average or penetration, adding up to what was divided."""
    look, seen = _looked(plan, code)
    if look is None or seen is None or not seen.deals:
        return None
    shown: Shown = _money if look.by == "average" else _count
    columns = [
        Column("record", _("Record")),
        Column("on", _("Date"), kind="date"),
        Column("over", plan.name(look.of), kind="number"),
        Column("under", plan.name(look.per), kind="number"),
    ]
    found = seen.found
    totals = Row([Cell(_("Together")), Cell(""), shown(found.over), _count(found.under)])
    return Table(
        columns, [_deal(one, shown) for one in seen.deals], totals=totals,
        caption=_("The deals behind it"), phone="cards", free=True,
    )  # fmt: skip


def _looked(plan: Plan, code: str) -> tuple[Look | None, LookedSeen | None]:
    component = plan.component(code)
    return component.look if component else None, plan.found.looked.get(code)


def _deal(one: LookedDeal, shown: Shown) -> Row:
    text = deal_text(one.deal) or _("Without a record of its own")
    record = Cell(text, href=deal_href(one.deal), note=one.model)
    return Row([record, Cell(one.on), shown(one.over), _count(one.under)])


def _money(value: Fraction | None) -> Cell:
    return Cell(None if value is None else value * FEN_PER_YUAN, kind="money")


def _count(value: Fraction | None) -> Cell:
    whole = value is None or value.denominator == 1
    return Cell(value, kind="number", decimals=0 if whole else 2)
