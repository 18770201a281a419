"""The findings of the linter of pay plans, each said once in both languages with its mend."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from cheji.engine.findings import Finding
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.why import BY, Said
from cheji.engine.scores.wording import Interval

PREFIX: Final = "pay_plans"


def cliff_of_unit(number: Fraction, worth: Fraction, usual: Fraction, place: str) -> Finding:
    at, pays, each = (decimal_text(value) for value in (number, worth, usual))
    return Finding(
        "cliff",
        place,
        f"第 {at} 台值 {pays} 元，而其余各台 {each} 元：月底可能把交车挪到本月或下月",
        f"Unit {at} is worth {pays} yuan, others {each}: deliveries may be shifted at month end",
        "如非有意，改为分档累进或更细的档",
        "If that is not meant, let each band pay at its own rate, or make finer bands",
    )


def cliff_at(bound: str, jump: Fraction, place: str) -> Finding:
    pays = decimal_text(jump)
    return Finding(
        "cliff",
        place,
        f"达到 {bound} 时所得陡增 {pays} 元：月底可能挪单凑数",
        f"On reaching {bound} pay jumps by {pays} yuan: deals may be shifted at month end",
        "如非有意，改为分档累进、加斜率或分更多档",
        "If that is not meant, let each band pay at its own rate, add a slope or more bands",
    )


def cliff_of_gate(bound: str, left: str, zh: str, en: str, place: str) -> Finding:
    return Finding(
        "cliff",
        place,
        f"{zh}：差一点到 {bound} 就只发 {left}：月底可能挪单凑数",
        f"{en}: just under {bound} only {left} is paid: deals may be shifted at month end",
        "如非有意，改为按比例发，或改用按完成率的系数",
        "If that is not meant, let a part be paid, or take a factor by attainment",
    )


def rate_jumps(jumps: Sequence[tuple[str, str, str]], place: str) -> Finding:
    """Each jump is the bound and the rates below and above it."""
    zh = "、".join(f"{bound}（{below} → {above}）" for bound, below, above in jumps)
    en = ", ".join(f"{bound} ({below} → {above})" for bound, below, above in jumps)
    return Finding(
        "cliff",
        place,
        f"达到 {zh} 时整期的标准陡升：月底可能挪单凑数",
        f"The whole period's rate jumps at {en}: deals may be shifted at month end",
        "如非有意，加斜率或分更多档",
        "If that is not meant, add a slope or more bands",
    )


def rate_falls(bound: str, below: str, above: str, place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        f"达到 {bound} 后整期的标准反而由 {below} 降到 {above}",
        f"On reaching {bound} the whole period's rate falls from {below} to {above}",
        "检查各档的标准",
        "Look at the rates of the bands",
    )


def not_monotone(bound: str, less: Fraction, place: str) -> Finding:
    lost = decimal_text(less)
    return Finding(
        "not_monotone",
        place,
        f"达到 {bound} 后所得反而少 {lost} 元",
        f"On reaching {bound} pay falls by {lost} yuan",
        "检查各档的标准",
        "Look at the rates of the bands",
    )


def cap_unreachable(cap: Fraction, most: Fraction, place: str) -> Finding:
    top, best = decimal_text(cap), decimal_text(most)
    mend = f"删去封顶，或改为 {best} 以内", f"Take the cap away, or make it {best} or less"
    if most <= 0:
        mend = (
            "删去封顶；要限制扣多少，在扣罚项上写“本期封顶”",
            "Take the cap away; what a fine takes at most is its own cap in the period",
        )
    return Finding(
        "cap_unreachable",
        place,
        f"封顶 {top} 永远达不到，最多只有 {best}",
        f"The cap {top} is never reached, the most is {best}",
        *mend,
    )


def ignored_switch(
    word: Said, where: Said, place: str, on: Said = ("提成项", "component")
) -> Finding:
    """A switch that is written and changes nothing; `where` says what it goes with."""
    return Finding(
        "ignored_switch",
        place,
        f"“{word[0]}”在本项不起作用：{where[0]}",
        f"“{word[1]}” has no effect on this {on[1]}: {where[1]}",
        f"删去“{word[0]}”，或把本项改成适用它的种类或设置",
        f"Take “{word[1]}” away, or make the {on[1]} one that it goes with",
    )


def not_acted_on(zh: str, en: str, on: Said, place: str) -> Finding:
    """A component that a factor or gate names and that stands outside of both."""
    return Finding(
        "ignored_switch",
        place,
        f"{on[0]}对“{zh}”不起作用：专项奖励、冠军奖、扣罚和手工项在系数与门槛之外",
        f"The {on[1]} has no effect on “{en}”: spiffs, prizes, fines and typed lines stand outside"
        " factors and gates",
        f"不选“{zh}”；只选了它的，改选{on[0]}能影响的提成项，或删去这个{on[0]}",
        f"Do not choose “{en}”; where it is the only one, choose what the {on[1]} acts on, or take"
        f" the {on[1]} away",
    )


def never_held(zh: str, en: str, place: str, *, gains: bool) -> Finding:
    """A component that a holdback names; `gains` is one that is paid, but of no single deal."""
    where = "扣罚和手工项没有可扣的", "nothing is held of fines and typed lines"
    if gains:
        where = (
            "它不按单计发，没有哪一单的事件能释放它；到期发放的才暂扣",
            "it is paid of no single deal that could release it, so held only if paid at expiry",
        )
    return Finding(
        "ignored_switch",
        place,
        f"暂扣对“{zh}”不起作用：{where[0]}",
        f"The holdback has no effect on “{en}”: {where[1]}",
        f"不选“{zh}”；只选了它的，改选按单计发的提成项，或删去这个暂扣",
        f"Do not choose “{en}”; where it is the only one, choose what is paid by deal, or take the"
        " holdback away",
    )


def may_not_divide(by: str, place: str) -> Finding:
    zh, en = BY[by]
    return Finding(
        "zero_divisor",
        place,
        f"{zh}的除数可能为 0 或没有目标：那时本项没有数值",
        f"What {en} is divided by may be 0 or not set: then there is no value",
        "确认没有数值时的结果（提成项不计、系数为 1、门槛通过）符合本意",
        "Then a component pays nothing, a factor is 1, a gate passes: see that it is meant",
    )


def may_not_share(ways: tuple[str, str], place: str) -> Finding:
    zh, en = ways
    return Finding(
        "zero_divisor",
        place,
        f"奖金池{zh}：如果所有人都是 0 或没有数，池子就不分",
        f"The pot is {en}: where everybody has 0 or nothing, it is not shared at all",
        "确认这符合本意；否则改为平均分",
        "See that this is meant, or share it equally",
    )


def divides_by_zero(place: str) -> Finding:
    return Finding(
        "divides_by_zero",
        place,
        "标准为 0，无法相除",
        "The standard is 0: nothing can be divided by it",
        "填写正数",
        "Write a positive number",
    )


def fine_of_money(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "fine_of_money",
        place,
        f"扣罚按件数计，每件扣多少元；“{zh}”是金额，算出的金额不对",
        f"A fine is so many yuan for each; “{en}” is money: what it takes would be wrong",
        "选按台数、次数、天数计的基础量；按金额扣的，用比例为负的“按比例”项",
        "Choose a count of vehicles, times or days; to take a share of money, use a share below 0",
    )


def typed_number(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "typed_number",
        place,
        f"“{zh}”是登记的数值，不是按笔累计的件数或金额，算出的提成不对",
        f"“{en}” is a number that was typed, no count and no money: pay by it would be wrong",
        "改用按台数、次数计的基础量；这样的数值可作指标，按指标分档发定额，或用系数、门槛",
        "Choose a count; by such a number as a KPI, pay a fixed amount, or use a factor or gate",
    )


def circular_pay(codes: str, place: str) -> Finding:
    return Finding(
        "circular_pay",
        place,
        f"管理提成互相引用：{codes}",
        f"Overrides are paid on each other: {codes}",
        "管理提成只列本身不是管理提成的提成项",
        "Let an override name components that are no overrides themselves",
    )


def no_budget(place: str) -> Finding:
    return Finding(
        "no_budget",
        place,
        "专项奖励没有预算，总额没有上限",
        "A spiff without a budget has no limit in total",
        "写预算或封顶",
        "Write a budget or a cap",
    )


def budget_small(budget: Fraction, one: Fraction, place: str) -> Finding:
    left, pays = decimal_text(budget), decimal_text(one)
    return Finding(
        "budget_small",
        place,
        f"预算 {left} 元不够付一次 {pays} 元",
        f"The budget of {left} yuan does not pay {pays} yuan once",
        "提高预算或降低标准",
        "Raise the budget or lower the rate",
    )


def first_by_entry(place: str) -> Finding:
    return Finding(
        "first_by_entry",
        place,
        "同日有多单时，先录入的一单算首单",
        "Where a day has several deals, the one entered first counts as the first",
        "如非有意，写明同日先比较什么，例如毛利",
        "If that is not meant, write what is compared on one day, such as gross",
    )


def held_too_much(zh: str, en: str, part: Fraction, place: str) -> Finding:
    told = decimal_text(part * 100)
    return Finding(
        "held_too_much",
        place,
        f"{zh}被暂扣共 {told}%",
        f"{told}% of {en} are held",
        "使各项暂扣合计不超过 100%",
        "Let all that is held be 100% at most",
    )


def row_hidden(place: str) -> Finding:
    return Finding(
        "row_hidden",
        place,
        "前面已有适用于全部的行，本行永远用不到",
        "A row before it fits everything: this one is never used",
        "把条件更窄的行放在前面",
        "Put rows with narrower conditions first",
    )


def rows_of_total(place: str) -> Finding:
    return Finding(
        "rows_of_total",
        place,
        "按合计计发时没有单可对照表格行：这些行永远用不到",
        "What is paid on a total has no deal that a row could fit: these rows are never used",
        "删去表格行，或改为按单计发",
        "Take the rows away, or pay by deal",
    )


def unknown_attribute(name: str, known: Sequence[str], place: str) -> Finding:
    allowed = "、".join(known), ", ".join(known)
    return Finding(
        "unknown_attribute",
        place,
        f"没有名为 {name} 的条件：写了它，一条也不会符合",
        f"Nothing is called {name}: nothing would ever fit this condition",
        f"可用：{allowed[0]}",
        f"Known: {allowed[1]}",
    )


def row_without_rate(place: str) -> Finding:
    return Finding(
        "row_without_rate",
        place,
        "本行与提成项都没有档位",
        "Neither the row nor its component has bands",
        "写档位",
        "Write bands",
    )


def gate_on_base(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "gate_on_base",
        place,
        f"门槛也会扣掉底薪“{zh}”",
        f"The gate takes the base pay “{en}” too",
        "如非有意，在门槛中选明只对哪些提成项",
        "If that is not meant, choose on which components the gate acts",
    )


def no_scheme(place: str) -> Finding:
    return Finding(
        "no_scheme",
        place,
        "方案要用考核系数或考核得分，但没有写考核方案",
        "The plan asks for the coefficient or the score of a scheme, and names none",
        "选考核方案，或不用考核系数与得分",
        "Choose a scheme, or use neither coefficient nor score",
    )


def never_caught(place: str) -> Finding:
    return Finding(
        "never_caught",
        place,
        "打通只看较长周期的指标值或完成率，看其他数永远算不达到，不会补发",
        "A catch-up knows KPIs and attainments of the longer period alone: by another figure it is"
        " never reached, and returns nothing",
        "改看指标值或完成率",
        "Let it look at a KPI or an attainment",
    )


def caught_later(cap: str, place: str) -> Finding:
    return Finding(
        "caught_later",
        place,
        f"封顶 {cap} 超出的部分结转，以后照发，打通不再补发",
        f"What the cap {cap} carries on is paid later by itself: a catch-up does not return it",
        "从补发中去掉它，或让该封顶作废超出部分",
        "Take it off what is returned, or let the cap forfeit what is beyond",
    )


def caught_twice(code: str, other: str, place: str) -> Finding:
    return Finding(
        "caught_twice",
        place,
        f"与打通 {other} 都补发 {code}，而各有对方不补的项，同一笔会补发两次",
        f"It returns {code} as {other} does, and each returns what the other does not: the same"
        " would be paid twice",
        "让较长周期的打通包含较短周期的全部补发项",
        "Let the one of the longer period return all that the shorter one does",
    )


def wording(said: str, interval: Interval, place: str) -> Finding:
    ends = (interval.low, interval.high)
    low, high = ("…" if end is None else decimal_text(end) for end in ends)
    told = f"({low}, {high}]" if interval.upper else f"[{low}, {high})"
    return Finding(
        "wording",
        place,
        f"文字“{said}”与区间 {told} 不符",
        f"The words “{said}” contradict the interval {told}",
        "改文字或改区间；以上、以内含本数，不满、超过不含",
        "Change the words or the interval; “or more” and “up to” include the number",
    )
