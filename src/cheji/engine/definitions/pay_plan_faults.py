"""The faults that a pay plan can have, each said once in both languages."""

from collections.abc import Callable, Iterator
from typing import Final

from cheji.engine.definitions.pay_components import Component, Look
from cheji.engine.definitions.pay_plans import Draw, Factor, Gate, Holdback
from cheji.engine.findings import Finding

Complaint = tuple[Callable[[str], Finding], str]
Said = tuple[str, str]
COMPONENT: Final = ("提成项", "component")
FACTOR: Final = ("前面的系数", "earlier factor")
WITHHELD: Final = ("系数、门槛、封顶或扣罚", "factor, gate, cap or fine")
TOTALS: Final = ("units", "money", "average", "penetration")
NO_BASE: Final = ("fixed", "base", "manual")


WORDS: Final[dict[str, Said]] = {
    "tiers": ("档位", "bands"),
    "whose": ("谁的业务", "whose deals"),
    "against": ("只计其中", "counts only"),
    "first": ("只发首单", "only the first deal"),
    "mode": ("分档如何计发", "how bands pay"),
    "rounding": ("取整对象", "what is rounded"),
    "least": ("每单最低", "least of a deal"),
    "most": ("每单最高", "most of a deal"),
    "taken": ("每期最多占应付", "at most, of a period's pay"),
    "cap": ("封顶", "cap"),
    "budget": ("预算", "budget"),
    "of": ("看哪个数", "of which figure"),
    "per": ("除以", "divided by"),
    "look": ("看什么数", "looks at"),
    "parts": ("系数的各项 KPI", "KPIs of the factor"),
    "below": ("低于时起作用", "acts below"),
    "share": ("比例", "share"),
    "components": ("只对哪些提成项", "on which components"),
    "until": ("到第几期", "to the person's period"),
    "replaces": ("替代", "replaces"),
    "beside": ("另发", "paid besides"),
}
"""What the keys of a pay plan are called in the editor."""


def needs(key: str, why: Said) -> Callable[[str], Finding]:
    """A part lacks what it works with, or has what does not go with it."""
    zh, en = why

    def make(place: str) -> Finding:
        word = WORDS.get(key, (key, key))
        mend = f"补上或改正“{word[0]}”", f"Write or mend “{word[1]}”"
        return Finding("part_needs", place, zh, en, *mend)

    return make


_NO_TIERS: Final = ("没有档位，也没有表格行", "It has neither bands nor rows of a table")
_OF_TOTALS: Final = (
    "按合计计发时没有单可对照表格行，须有自己的档位",
    "What is paid on a total has no deal that a row could fit: it needs bands of its own",
)
_TYPED: Final = ("手工项没有档位", "Typed lines have no bands")
_OWN_ONLY: Final = (
    "分档累进和插值只能看本项自己的基数；看其他数时用全额累进",
    "Bands by another figure than the own base pay everything at the rate reached",
)
_OPEN_END: Final = (
    "插值的最后一档没有终点，金额须为 0",
    "The last band of an interpolation has no end: its amount must be 0",
)
_SLOPED: Final = (
    "斜率只用于按其他数找档，或一次性金额",
    "A slope goes with bands by another figure or a fixed amount",
)
_TEAM: Final = (
    "团队奖金池与冠军奖须写明是团队还是门店的业务",
    "A pot or a prize is of a team or of the outlet",
)
_AGAINST: Final = (
    "“只计不足或超出”只用于台数、金额或扣罚的合计",
    "What is short or over goes with totals of units, money or fines",
)
_FIRST: Final = (
    "首单只用于按单计发的台数或金额，不用于合计",
    "The first deal goes with units or money paid by deal, not with totals",
)
_ALONE: Final = (
    "逐单取整到元时，每单须各自四舍五入",
    "Deals in whole yuan are rounded each for itself",
)
_LEAST: Final = ("每单最低高于最高", "The least of a deal is above the most")
_CAP: Final = ("封顶低于保底", "The cap is below the floor")
_STOCK: Final = ("封顶、保底、预算不能为负", "Cap, most and budget cannot be negative")
_PAID: Final = (
    "按他人提成计发时，须写明是团队还是门店的",
    "Who is paid on others' pay needs to say whose: the team's or the outlet's",
)
_LOOK_OF: Final = ("须写明看哪个数", "It must say which figure")
_LOOK_PER: Final = ("须写明除以什么", "It must say by what it is divided")
NO_ATTRIBUTE: Final = (
    "筛选须写明看单的哪项属性",
    "A filter must say which attribute of a deal it looks at",
)
NO_LOOK: Final = ("须写明看哪个数", "It must say which figure it looks at")
_PARTS: Final = ("须列出各项 KPI", "It must list its KPIs")
_WEIGHTS: Final = ("各项权重合计须为 1", "The weights must add up to 1")
_LIMITS: Final = ("上限低于下限", "The cap is below the floor")
_THAN: Final = (
    "每项须有比较对象：目标、平均或标准",
    "A part needs a target, average or standard",
)
_ONE_END: Final = (
    "“低于时”与“达到时”恰好写一个（一票否决两个都不写）",
    "Write either below which it acts or from where; neither for a veto",
)
_VETO_LOOK: Final = ("一票否决不看数", "A veto looks at no figure")
SHARE: Final = ("比例须大于 0、不超过 1", "The share must be more than 0 and at most 1")
_NO_COMPONENT: Final = ("须写明哪些提成项", "It must name components")
ITSELF: Final = ("不能写方案自己", "It cannot name the plan itself")
BOTH_WAYS: Final = (
    "同一方案不能既替代又另发",
    "The same plan cannot be replaced and paid besides",
)
_UNTIL: Final = ("结束期早于开始期", "The last period is before the first")


def of_component(part: Component) -> Iterator[Complaint]:
    """What a component lacks, each with the field that it is about."""
    if part.kind == "manual" and part.tiers:
        yield needs("tiers", _TYPED), "tiers"
    if part.kind != "manual" and not part.tiers and not part.rows:
        yield needs("tiers", _NO_TIERS), "tiers"
    if part.rows and not part.tiers and part.on_total:
        yield needs("tiers", _OF_TOTALS), "tiers"
    if part.kind in {"pool", "prize"} and part.whose == "person":
        yield needs("whose", _TEAM), "whose"
    if part.of_pay and part.whose == "person":
        yield needs("whose", _PAID), "whose"
    if part.against and part.kind not in {"units", "share", "fine"}:
        yield needs("against", _AGAINST), "against"
    if part.first and not part.by_deal:
        yield needs("first", _FIRST), "first"
    yield from _of_bands(part)
    yield from _of_limits(part)


def _lump(part: Component) -> bool:
    """A pot that is a fixed amount has no base."""
    return part.kind == "pool" and part.pot == "fixed"


def _of_bands(part: Component) -> Iterator[Complaint]:
    lump = part.kind in {*NO_BASE, "prize"} or _lump(part)
    every = (part.tiers, *(row.tiers for row in part.rows))
    if part.look is not None and part.mode != "retroactive" and not lump:
        yield needs("mode", _OWN_ONLY), "mode"
    sloped = any(band.slope for bands in every for band in bands)
    if sloped and not lump and (part.mode != "retroactive" or part.look is None):
        yield needs("mode", _SLOPED), "mode"
    if part.mode == "interpolated" and any(bands and bands[-1].rate for bands in every):
        yield needs("tiers", _OPEN_END), "tiers"


def _of_limits(part: Component) -> Iterator[Complaint]:
    if (part.scope, part.round_to, part.rounding) == ("per_deal", "yuan", "cumulative"):
        yield needs("rounding", _ALONE), "rounding"
    if part.least is not None and part.most is not None and part.least > part.most:
        yield needs("least", _LEAST), "least"
    if part.floor is not None and part.cap is not None and part.floor > part.cap:
        yield needs("cap", _CAP), "cap"
    for key in ("cap", "most", "budget"):
        limit = getattr(part, key)
        if limit is not None and limit < 0:
            yield needs(key, _STOCK), key


def of_look(look: Look, *, own: bool) -> Iterator[Complaint]:
    """`own`: without a name, attainment is of the component's own base."""
    if not look.of and (look.by in {*TOTALS, "kpi"} or (look.by == "attainment" and not own)):
        yield needs("of", _LOOK_OF), "of"
    if not look.per and look.by in {"average", "penetration"}:
        yield needs("per", _LOOK_PER), "per"


def of_factor(factor: Factor) -> Iterator[Complaint]:
    if factor.kind == "look" and factor.look is None:
        yield needs("look", NO_LOOK), "look"
    if factor.kind != "look" and not factor.parts:
        yield needs("parts", _PARTS), "parts"
    if factor.kind == "weighted" and factor.parts and sum(p.weight for p in factor.parts) != 1:
        yield needs("parts", _WEIGHTS), "parts"
    if any(not part.than and part.standard is None for part in factor.parts):
        yield needs("parts", _THAN), "parts"
    if factor.floor is not None and factor.cap is not None and factor.floor > factor.cap:
        yield needs("cap", _LIMITS), "cap"


def of_gate(gate: Gate) -> Iterator[Complaint]:
    ends = [end for end in (gate.below, gate.start) if end is not None]
    if len(ends) != (0 if gate.veto else 1):
        yield needs("below", _ONE_END), "below"
    if gate.veto and gate.look is not None:
        yield needs("look", _VETO_LOOK), "look"
    if not gate.veto and gate.look is None:
        yield needs("look", NO_LOOK), "look"


def of_holdback(held: Holdback) -> Iterator[Complaint]:
    if not 0 < held.share <= 1:
        yield needs("share", SHARE), "share"
    if not held.components:
        yield needs("components", _NO_COMPONENT), "components"


def of_draw(draw: Draw) -> Iterator[Complaint]:
    if draw.until and draw.until < draw.first:
        yield needs("until", _UNTIL), "until"
    if not 0 < draw.share <= 1:
        yield needs("share", SHARE), "share"


def stages_total(place: str) -> Finding:
    return Finding(
        "stages_not_whole",
        place,
        "各阶段比例须为正，合计为 1",
        "The shares of the stages must be positive and 1 together",
        "调整比例，使合计为 100%",
        "Change the shares so that they add up to 100%",
    )


def no_name(place: str) -> Finding:
    """Neither Chinese nor English says what it is called."""
    return Finding(
        "missing_key",
        place,
        "缺少名称（zh、en）",
        "The name (zh, en) is missing",
        "补上名称；在页面上填一种语言即可",
        "Add it; on the page one language will do",
        "zh",
    )
