"""Switches of factors, gates, draws and the like that are taken and change nothing.

As of a component's, refused before a pay plan is published; plans in force are read and paid.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from cheji.engine.definitions import CatchUp, Draw, Factor, Gate, Holdback, PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks
from cheji.engine.pay.ignored import SWITCHES, gathers
from cheji.engine.pay.why import Said

#: A key, whether it is idle, what the editor calls it, and with what it goes.
Idle = tuple[str, bool, Said, Said]

_WEIGHED: Final = (
    "只用于各项加权之和；乘积里各项一样重",
    "it goes with the weighted sum of KPI ratios: in a product all count alike",
)
_LOOKED: Final = (
    "只用于按一个数找系数；乘积与加权之和本身就是系数",
    "it goes with a coefficient looked up by a figure: a product or sum is the coefficient itself",
)
_NOT_LOOKED: Final = (
    "系数按一个数找，不看各项 KPI",
    "the coefficient is looked up by a figure and no product or sum of KPIs",
)
_NO_BANDS: Final = (
    "没有两档以上，也就没有界限",
    "there are not two bands, so no bound between them",
)
_UNSCORED: Final = (
    "没有哪一项用它的得分或系数",
    "nothing of the plan goes by its scores or its coefficient",
)
_REDUCED: Final = ("只用于“发一部分”", "it goes with paying a part")
_WHOLE: Final = ("发 100% 就是照发", "100 % of it is all of it")
_LOWERED: Final = ("只用于“最多发多少”", "it goes with paying at most an amount")
_VETOED: Final = ("一票否决不看数", "a veto looks at no figure")
_EXPIRING: Final = ("须写几期后到期", "it goes with periods after which it runs out")
_UP_TO: Final = ("写了“不超过即为达到”", "it is reached up to the other figure")
_RECOVERED: Final = (
    "只用于要扣回的预支与保底",
    "it goes with draws and guarantees that are taken back",
)


def ignored_steps(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Every switch of what is done with the components that is set and changes nothing."""
    yield from _stacks(plan, place)
    for kind, idle in _IDLE.items():
        for item in getattr(plan, kind):
            for key, is_idle, word, where in idle(item):
                if is_idle:
                    at = f"{place}.{kind}.{item.code}.{key}"
                    yield remarks.ignored_switch(word, where, at, CALLED[kind])
    yield from _never_held(plan, place)
    yield from _unasked(plan, place)
    outside = {part.code: part for part in plan.components if part.is_extra}
    for kind in ("factors", "gates"):
        for item in getattr(plan, kind):
            for code in item.components:
                if code in outside:
                    at, name = f"{place}.{kind}.{item.code}.components", outside[code]
                    yield remarks.not_acted_on(name.zh, name.en, CALLED[kind], at)


def _stacks(plan: PayPlan, place: str) -> Iterator[Finding]:
    """A word that keeps components from adding up, and that one alone has."""
    used = Counter(part.stack for part in plan.components if gathers(part))
    for part in plan.components:
        if part.stack and gathers(part) and used[part.stack] == 1:
            where = (
                f"没有别的提成项写“{part.stack}”；不叠加至少要两项",
                f"no other component has “{part.stack}”: it takes two",
            )
            at = f"{place}.components.{part.code}.stack"
            yield remarks.ignored_switch(SWITCHES["stack"].word, where, at)


def _never_held(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Components of which a holdback holds nothing, whatever they come to."""
    parts = {part.code: part for part in plan.components}
    for held in plan.holdbacks:
        for part in (parts[code] for code in held.components if code in parts):
            gains = part.kind not in {"fine", "manual"}
            if not gains or not (part.by_deal or held.paid_at_expiry):
                at = f"{place}.holdbacks.{held.code}.components"
                yield remarks.never_held(part.zh, part.en, at, gains=gains)


def _unasked(plan: PayPlan, place: str) -> Iterator[Finding]:
    """A scheme whose scores nothing of the plan asks for."""
    if plan.scheme and not plan.scored:
        word = "考核方案", "scheme"
        yield remarks.ignored_switch(word, _UNSCORED, f"{place}.scheme", ("方案", "pay plan"))


def _of_factor(factor: Factor) -> Iterator[Idle]:
    looks = factor.kind == "look"
    yield "look", not looks and factor.look is not None, ("依据", "looks at"), _LOOKED
    yield "tiers", not looks and bool(factor.tiers), ("分档", "bands"), _LOOKED
    yield "parts", looks and bool(factor.parts), ("系数的各项 KPI", "KPIs of it"), _NOT_LOOKED
    bound = factor.bound != "lower" and len(factor.tiers) < 2
    yield "bound", bound, ("边界归属", "a bound belongs to"), _NO_BANDS
    for part in factor.parts if factor.kind == "product" else ():
        yield f"parts.{part.kpi}.weight", part.weight != 1, ("权重", "weight"), _WEIGHED


def _of_gate(gate: Gate) -> Iterator[Idle]:
    part = "按多少发", "which part"
    yield "rate", gate.rate != 1 and gate.effect != "reduce", part, _REDUCED
    yield "rate", gate.rate == 1 and gate.effect == "reduce", part, _WHOLE
    most = "每项最多（元）", "yuan of each component at most"
    yield "amount", bool(gate.amount) and gate.effect != "lower", most, _LOWERED
    word = "没有数值时", "without a figure"
    yield "missing", gate.missing != "pass" and gate.look is None, word, _VETOED


def _of_holdback(held: Holdback) -> Iterator[Idle]:
    word = "到期则", "then"
    yield "at_expiry", held.at_expiry != "forfeit" and not held.expires, word, _EXPIRING


def _of_catch_up(caught: CatchUp) -> Iterator[Idle]:
    word = "达到即补发", "reached from"
    yield "from", caught.most is not None and caught.start != 1, word, _UP_TO


def _of_draw(draw: Draw) -> Iterator[Idle]:
    never = not draw.recoverable
    first = "自第几期起扣回", "taken back from period"
    yield "recover_first", never and draw.recover_first != 1, first, _RECOVERED
    yield "share", never and draw.share != 1, ("扣回比例", "part taken back"), _RECOVERED
    yield "keep", never and draw.keep is not None, ("至少留下", "left in any case"), _RECOVERED
    most = "每期最多扣回", "taken back at most"
    yield "limit", never and draw.limit is not None, most, _RECOVERED


_IDLE: Final[dict[str, Callable[[Any], Iterator[Idle]]]] = {
    "factors": _of_factor,
    "gates": _of_gate,
    "holdbacks": _of_holdback,
    "catch_ups": _of_catch_up,
    "draws": _of_draw,
}
#: What the parts of a pay plan are called, by the key that has them.
CALLED: Final[dict[str, Said]] = {
    "components": ("提成项", "component"),
    "factors": ("系数", "factor"),
    "gates": ("门槛", "gate"),
    "caps": ("封顶", "cap"),
    "holdbacks": ("暂扣", "holdback"),
    "catch_ups": ("打通", "catch-up"),
    "draws": ("预支或保底", "draw"),
}
