"""Budgets, holdbacks, gates and catch-ups that pay more or less than is meant, in findings."""

from fractions import Fraction

from cheji.engine.findings import Finding
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.why import Said


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


def floor_beside_budget(place: str) -> Finding:
    return Finding(
        "floor_beside_budget",
        place,
        "保底与全员预算不能并用：预算用完后保底仍要补足，预算就管不住总额",
        "A floor and a budget for everybody do not go together: the floor is filled up also when"
        " the budget is spent, so that the budget would be no limit",
        "删去其中一个；要保证收入，在方案中写“预支或保底”",
        "Take one of them away; to guarantee an income, write a guarantee of the pay plan",
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


def gate_on_base(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "gate_on_base",
        place,
        f"门槛也会扣掉底薪“{zh}”",
        f"The gate takes the base pay “{en}” too",
        "如非有意，在门槛中选明只对哪些提成项",
        "If that is not meant, choose on which components the gate acts",
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


def same_code(
    code: str, first: tuple[Said, Said], second: tuple[Said, Said], place: str
) -> Finding:
    """Two parts of one pay plan with one code: of each what it is and its name."""
    (was, before), (kind, name) = first, second
    return Finding(
        "same_code",
        place,
        f"{was[0]}“{before[0]}”与{kind[0]}“{name[0]}”同用代码 {code}：补差与预算会混在一起",
        f"The {was[1]} “{before[1]}” and the {kind[1]} “{name[1]}” have the same code {code}:"
        " corrections and budgets would take one for the other",
        f"给{kind[0]}“{name[0]}”另写一个代码",
        f"Give the {kind[1]} “{name[1]}” a code of its own",
    )
