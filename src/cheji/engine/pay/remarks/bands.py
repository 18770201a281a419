"""What happens at the bounds of bands, and where pay falls, in findings."""

from collections.abc import Sequence
from fractions import Fraction

from cheji.engine.findings import Finding
from cheji.engine.kpis import decimal_text
from cheji.engine.scores.wording import Interval


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


def falls_within(start: str, place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        f"从 {start} 起，数越大所得越少",
        f"From {start} on pay falls as the figure rises",
        "检查每多 1 加多少的正负",
        "Look at the sign of what is added for each 1 more",
    )


def gate_on_results(start: str, zh: str, en: str, place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        f"{zh}：达到 {start} 后反而少发",
        f"{en}: on reaching {start} less is paid",
        "如非有意，改为低于时起作用",
        "If that is not meant, let the gate act below the figure",
    )


def may_be_negative(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "negative_pay",
        place,
        f"{zh}可能为负，方案没有保底、下限或追回比例；不足扣的作为欠款结转",
        f"{en} can be negative, and the pay plan has no floor, guarantee or limit of clawback:"
        " what is below zero is carried as a debt",
        "让亏损按 0 计，或写保底、保底工资或追回比例",
        "Let a loss count as nothing, or write a floor, a guarantee or a clawback",
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
