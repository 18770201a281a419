"""Switches of a component that its kind or its other switches leave without effect.

A pay plan that says something and pays as if it did not is refused before it is published. Plans
that are in force already can still be read and paid.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, Final, NamedTuple

from cheji.engine.definitions import Band, Component, Row
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks
from cheji.engine.pay.banding import is_lump
from cheji.engine.pay.why import Said

USUAL: Final[dict[str, Any]] = {field.name: field.default for field in fields(Component)}
COUNTED: Final = frozenset({"units", "share", "fine"})


class Switch(NamedTuple):
    """Whether what stands under a key has an effect, what the editor calls it, and where it has."""

    works: Callable[[Component], bool]
    word: Said
    where: Said


def by_deal(part: Component) -> bool:
    """Whether each deal has a line of its own."""
    return part.kind in COUNTED and part.whose == "person" and not part.against


def own_counts(part: Component) -> bool:
    """Whether an amount by itself looks at its own base: to pick the band, or for a KPI of it."""
    if not is_lump(part) or part.kind in {"manual", "prize"} or not part.of:
        return False
    look = part.look
    if look is None:
        return True
    asked = (look.by == "attainment" and not look.of) or (
        look.by in {"attainment", "kpi"} and look.of == part.of
    )
    return asked and look.whose == "person"


def based(part: Component) -> bool:
    """Whether it adds up a base of its own, of deals or of a group."""
    return part.kind in COUNTED or _pot_of_base(part) or own_counts(part)


def gathers(part: Component) -> bool:
    """Whether it looks at the person's deals one by one, if only for their sum."""
    return part.whose == "person" and (part.kind in COUNTED or own_counts(part))


def measured(part: Component) -> bool:
    """Whether the measure that it names is paid on, ranked by or held against a target."""
    if part.kind == "prize":
        return True
    look = part.look
    aimed = look is not None and look.by == "attainment" and not look.of
    return based(part) and (not part.of_pay or bool(part.against) or aimed)


def _sums(part: Component) -> bool:
    """Whether measures can be added to its base."""
    return based(part) and not part.of_pay


def _pot_of_base(part: Component) -> bool:
    return part.kind == "pool" and part.pot != "fixed"


def _banded(part: Component) -> bool:
    return part.kind not in {"prize", "manual"}


def _limits_deals(part: Component) -> bool:
    limits = part.least is not None or part.most is not None or part.scope == "per_deal"
    return by_deal(part) and limits


def _rounds_lines(part: Component) -> bool:
    """Whole yuan by deal are rounded each where nothing is written."""
    return by_deal(part) or (part.scope, part.round_to) == ("per_deal", "yuan")


_BY_DEAL: Final = ("只用于本人逐单计发的项", "it goes with components paid on one's single deals")
_GATHERED: Final = (
    "只用于看本人逐笔业务的项，不用于团队或门店合计、不看基数的定额",
    (
        "it goes with components that look at one's own deals, not with totals of a team or outlet "
        "or amounts without a base"
    ),
)
_LOSS: Final = (
    "只用于看本人逐笔业务的项；团队、门店合计和奖金池要以 0 为底，写“本期保底 0”",
    (
        "it goes with components that look at one's own deals; totals of a team or outlet and pots "
        "are kept from below nothing by a floor of 0"
    ),
)
_LOSS_OF_BUDGET: Final = (
    (
        "只用于看本人逐笔业务的项；团队、门店合计要以 0 为底，写“本期保底 0”，"
        "并以“本期封顶”代替“全员预算”：保底不能与预算并用"
    ),
    (
        "it goes with components that look at one's own deals; totals of a team or outlet are kept "
        "from below nothing by a floor of 0, with a cap in the period in place of the budget for "
        "everybody: a floor and a budget do not go together"
    ),
)
_BASED: Final = (
    "本项不按这样的基数计发",
    "this component is not paid on such a base",
)
_PRIZED: Final = ("只用于冠军奖", "it goes with prizes")
_POOLED: Final = ("只用于团队奖金池", "it goes with pots")
_BANDS: Final = (
    "冠军奖按名次、手工项按录入，不另找档",
    "prizes go by rank and typed lines as they are typed: neither looks for a band",
)

SWITCHES: Final[dict[str, Switch]] = {
    "of": Switch(measured, ("计提依据", "paid on"), _BASED),
    "scope": Switch(by_deal, ("按什么找档", "over what"), _BY_DEAL),
    "mode": Switch(
        lambda part: part.kind in COUNTED or _pot_of_base(part),
        ("分档方式", "how bands pay"),
        ("定额、底薪、冠军奖和手工项按达到的档发整笔", "an amount by itself is paid whole"),
    ),
    "base": Switch(gathers, ("亏损", "a loss"), _LOSS),
    "round_to": Switch(
        lambda part: part.kind in {*COUNTED, "fixed", "base"},
        ("取整到", "rounded to"),
        ("奖金池、冠军奖分到每人一分不差，手工项照录入", "pots and prizes are shared to the fen"),
    ),
    "rounding": Switch(_rounds_lines, ("舍入方式", "what is rounded"), _BY_DEAL),
    "coefficient": Switch(
        lambda part: not part.is_extra,
        ("乘考核系数", "times the score's coefficient"),
        (
            "专项奖励、冠军奖、扣罚和手工项在系数之外",
            "spiffs, prizes, fines and typed lines stand outside coefficients",
        ),
    ),
    "plus": Switch(_sums, ("加入基数", "added to the base"), _BASED),
    "minus": Switch(_sums, ("从基数扣除", "taken off the base"), _BASED),
    "whose": Switch(
        lambda part: based(part) or part.kind in {"pool", "prize"},
        ("谁的单", "whose deals"),
        _BASED,
    ),
    "own": Switch(
        lambda part: part.whose != "person" and _sums(part),
        ("本人的单", "one's own deals"),
        ("只用于团队或门店业务的合计", "it goes with totals of a team's or outlet's deals"),
    ),
    "of_pay": Switch(
        lambda part: part.is_money,
        ("按他人这些项的提成计", "paid on the pay of others by"),
        ("他人的提成是金额，只能按比例计", "others' pay is money: only a share of it can be paid"),
    ),
    "look": Switch(_banded, ("依据", "looks at"), _BANDS),
    "bound": Switch(
        _banded,
        ("边界归属", "a bound belongs to"),
        (
            "名次从写明的那一名起算：写“档的终点属于该档”，下一名也得前一档的奖；手工项不找档",
            (
                "a rank begins where it is written: with “the band that it ends” the next rank has "
                "the better prize too; typed lines look for no band"
            ),
        ),
    ),
    "rows": Switch(
        lambda part: part.kind != "manual",
        ("表格行", "rows of a table"),
        ("手工项照录入", "typed lines are paid as they are typed"),
    ),
    "where": Switch(gathers, ("只计属性", "only where"), _GATHERED),
    "ranges": Switch(gathers, ("只计数值", "only with a number"), _GATHERED),
    "least": Switch(by_deal, ("每单最低", "least of a deal"), _BY_DEAL),
    "most": Switch(by_deal, ("每单最高", "most of a deal"), _BY_DEAL),
    "pool_negatives": Switch(gathers, ("亏损抵减其后各单", "a loss reduces the next deals"), _LOSS),
    "cap": Switch(
        lambda part: part.kind != "manual",
        ("本期封顶", "cap in the period"),
        ("手工项照录入；要封顶用方案的封顶", ("typed lines are paid as they are typed; a cap of "
         "the pay plan can limit them")),
    ),
    "floor": Switch(
        lambda part: part.kind != "manual",
        ("本期保底", "floor in the period"),
        ("手工项照录入；要保底用方案的保底", ("typed lines are paid as they are typed; a guarantee "
         "of the pay plan can fill them up")),
    ),
    "amount": Switch(
        lambda part: is_lump(part) and _banded(part),
        ("标准所乘的金额", "yuan that the rates multiply"),
        ("只用于定额、底薪和定额的奖金池", "it goes with fixed amounts, base pay and fixed pots"),
    ),
    "credit": Switch(
        gathers, ("共享的单计入档位", "a shared deal counts for the band"), _GATHERED
    ),
    "split": Switch(
        _limits_deals,
        ("共享的单的每单最高", "the most of a shared deal"),
        ("只用于逐单计发、有每单最低或最高的项", "it goes with a least or most of single deals"),
    ),
    "budget": Switch(
        lambda part: part.kind in {*COUNTED, "prize"},
        ("全员预算", "budget for everybody"),
        (
            "只用于按台数、按金额比例、扣罚和冠军奖；定额、底薪与奖金池用“本期封顶”",
            ("it goes with units, shares, fines and prizes; fixed amounts, base pay and pots have "
            "a cap in the period"),
        ),
    ),
    "stack": Switch(gathers, ("不叠加的组", "not together with"), _GATHERED),
    "extra": Switch(
        lambda part: part.kind not in {"prize", "fine", "manual"},
        ("不乘系数、不受门槛", "outside coefficients and gates"),
        (
            "冠军奖、扣罚和手工项本来就不乘系数、不受门槛",
            "prizes, fines and typed lines always are",
        ),
    ),
    "level": Switch(
        lambda part: bool(part.against),
        ("哪个目标", "of which target"),
        ("只用于“只计不足或超出”", "it goes with what is short of or over a target"),
    ),
    "pot": Switch(lambda part: part.kind == "pool", ("奖金池为", "the pot is"), _POOLED),
    "divide": Switch(lambda part: part.kind == "pool",
                     ("奖金池分法", "the pot is shared"), _POOLED),
    "ties": Switch(
        lambda part: part.kind == "prize" or bool(part.first),
        ("依次比较", "decided by"),
        ("只用于冠军奖和首单", "it goes with prizes and first deals"),
    ),
    "still_equal": Switch(
        lambda part: part.kind == "prize", ("仍相同时", "who is still equal"), _PRIZED
    ),
    "prorate": Switch(
        lambda part: part.kind == "fixed",
        ("按在岗天数折算", "by days of the period"),
        (
            "只用于定额；底薪本来就按天数折算，奖金池不因一人的天数变少，可按天数分",
            (
                "it goes with fixed amounts; base pay always goes by days, and a pot does not go "
                "by one member's days: it can be shared by days"
            ),
        ),
    ),
    "among": Switch(
        lambda part: bool(part.first),
        ("谁的首单", "first among the deals of"),
        ("只用于“只发首单”", "it goes with paying first deals only"),
    ),
}  # fmt: skip
"""By key of a component; kinds, names, bands and what the reader refuses are not among them."""


def ignored(part: Component, place: str) -> Iterator[Finding]:
    """Every switch of a component that is set and changes nothing."""
    for key, switch in SWITCHES.items():
        if getattr(part, key) != USUAL[key] and not switch.works(part):
            budgeted = part.budget is not None and part.kind in COUNTED
            where = _LOSS_OF_BUDGET if switch.where == _LOSS and budgeted else switch.where
            yield remarks.ignored_switch(switch.word, where, f"{place}.{key}")
    yield from _of_tiers(part, part.tiers, f"{place}.tiers")
    for at, row in enumerate(part.rows):
        yield from _of_row(part, row, f"{place}.rows[{at}]")


def _of_row(part: Component, row: Row, place: str) -> Iterator[Finding]:
    if row.weight != 1 and is_lump(part):
        word = "每台算几台", "counts as so many"
        where = "只用于按单计发的项", "it goes with components paid by deal"
        yield remarks.ignored_switch(word, where, f"{place}.weight")


def _of_tiers(part: Component, tiers: tuple[Band, ...], place: str) -> Iterator[Finding]:
    for at, band in enumerate(tiers):
        if band.slope and part.kind == "prize":
            word = "每多 1 再加", "and for each 1 more"
            yield remarks.ignored_switch(word, _BANDS, f"{place}[{at}].slope")
