"""Figures that may be missing or are of the wrong kind, and pay that rests on pay, in findings."""

from cheji.engine.findings import Finding
from cheji.engine.pay.why import BY


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


def no_scheme(place: str) -> Finding:
    return Finding(
        "no_scheme",
        place,
        "方案要用考核系数或考核得分，但没有写考核方案",
        "The plan asks for the coefficient or the score of a scheme, and names none",
        "选考核方案，或不用考核系数与得分",
        "Choose a scheme, or use neither coefficient nor score",
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


def override_of_nobody(code: str, place: str) -> Finding:
    return Finding(
        "override_of_nobody",
        place,
        f"其他提成方案都没有代码为 {code} 的提成项：按它计的管理提成永远是 0",
        f"No other pay plan has a component with the code {code}: an override on it is always 0",
        "写其他方案中提成项的代码，或先发布有它的方案",
        "Write the code of a component of another plan, or publish the plan that has it first",
    )


def override_of_overrides(code: str, zh: str, en: str, place: str, *, alone: bool) -> Finding:
    """`alone` says that nothing else is left to be paid on."""
    return Finding(
        "circular_pay" if alone else "override_leaves_out",
        place,
        f"方案“{zh}”的 {code} 本身是管理提成：不计入",
        f"{code} of the plan “{en}” is an override itself: it does not count",
        "只按本身不是管理提成的提成项计",
        "Name components that are no overrides themselves",
    )
