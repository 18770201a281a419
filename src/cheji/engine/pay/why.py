"""Why a line is what it is and why a deal is not paid: codes with figures, said when read."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from cheji.engine.kpis import decimal_text
from cheji.engine.money import FEN_PER_YUAN, round_half_up

Said = tuple[str, str]
SHARES: Final = frozenset({"attainment", "penetration"})
BY: Final[dict[str, Said]] = {
    "base": ("本项基数", "own base"),
    "units": ("台数", "units"),
    "money": ("金额", "amount"),
    "attainment": ("目标完成率", "attainment of target"),
    "average": ("台均", "average per unit"),
    "penetration": ("渗透率", "penetration"),
    "kpi": ("指标值", "KPI"),
    "score": ("考核得分", "score"),
    "": ("所看的数", "figure"),
}
LEVELS: Final[dict[str, Said]] = {
    "target": ("目标", "target"),
    "base": ("保底值", "base target"),
    "stretch": ("挑战值", "stretch target"),
}
GROUPS: Final[dict[str, Said]] = {
    "person": ("本人", "the person"),
    "team": ("团队", "the team"),
    "outlet": ("门店", "the outlet"),
}
FIRSTS: Final[dict[str, Said]] = {
    "day": ("日", "day"),
    "week": ("周", "week"),
    "weekend": ("个周末", "weekend"),
    "month": ("月", "month"),
}
GRAINS: Final[dict[str, Said]] = {
    "quarter": ("季度", "quarter"),
    "half": ("半年", "half-year"),
    "year": ("年度", "year"),
}
#: The events that set held pay free; a house's own stand as they were written.
RELEASES: Final[dict[str, Said]] = {
    "plates": ("上牌", "plates"),
    "full_payment": ("全款到账", "full payment"),
    "loan_paid": ("贷款放款", "the loan is paid out"),
    "oem_settled": ("厂家结算", "the OEM has settled"),
    "delivery": ("交车", "delivery"),
    "signing": ("签约", "signing"),
}
#: Lines that no part of a plan brings, by the code that stands where others name their part.
OWN_LINES: Final[dict[str, Said]] = {
    "coefficient": ("考核系数", "Score coefficient"),
    "balance": ("结转余额", "Balance carried"),
    "rounding": ("尾差", "Rounding"),
    "dispute": ("争议裁决", "Decided dispute"),
    "manual": ("手工项", "Typed line"),
}
#: What rows and filters look at; a house's own stand as they were written.
LOOKED_AT: Final[dict[str, Said]] = {
    "model": ("车型", "model"),
    "channel": ("渠道", "channel"),
    "level": ("岗位级别", "level of post"),
    "displacement": ("排量级", "displacement"),
    "segment": ("细分市场", "segment"),
    "key_model": ("重点车型", "key model"),
    "tags": ("标签", "tags"),
    "seniority": ("在岗第几个月", "month of service"),
    "stock_days": ("库龄天数", "days in stock"),
    "day": ("日", "day of the month"),
    "weekday": ("星期", "weekday"),
}
WHY: Final[dict[str, Said]] = {
    "": ("", ""),
    "unknown": (
        "成本或限价未知，暂不计提；录入后再计",
        "Cost or floor price not known: nothing is paid on it until that is entered",
    ),
    "least": ("按每单最低计", "the least of a deal applies"),
    "most": ("按每单最高计", "the most of a deal applies"),
    "shared": ("与他人分成，合计不差一分", "shared with others, together exact to the fen"),
    "budget": ("预算已用完，只付余额", "the budget is spent: what was left of it"),
    "days": ("按天数折算", "by days of the period"),
    "shared_pot": ("团队奖金池中本人的部分", "one's part of the pot"),
    "no_weights": ("没有可分配的依据，奖金池不分", "nothing to share the pot by: it is not shared"),
    "rank": ("第 {0} 名", "rank {0}"),
    "rank_shared": ("并列第 {0} 名，共 {1} 人", "rank {0} together, {1} people"),
    "cap": ("超过上限 {0:yuan}，超出部分不发", "over the cap of {0:yuan}: the rest is forfeited"),
    "cap_kept": ("未超过上限 {0:yuan}", "within the cap of {0:yuan}"),
    "floor": ("不足下限 {0:yuan}，补足", "under the floor of {0:yuan}: filled up"),
    "floor_kept": ("不低于下限 {0:yuan}", "not under the floor of {0:yuan}"),
    "carried_out": (
        "超过上限 {0:yuan}，超出部分以后再付",
        "over the cap of {0:yuan}: the rest is paid later",
    ),
    "carried_in": ("以前超过上限的 {0:yuan}", "{0:yuan} from earlier, beyond the cap then"),
    "uncapped": (
        "以前超过上限的 {0:yuan}，不再受限，发放",
        "{0:yuan} from earlier, beyond a cap that is no more: paid",
    ),
    "no_score": ("没有考核得分，系数为 1", "No score: the coefficient is 1"),
    "factor": ("系数 {0}", "factor {0}"),
    "clamped": ("系数 {0}，按上下限计", "factor {0}, kept within its limits"),
    "no_value": ("没有数值", "no value"),
    "not_below": ("{0} 已达到，不再乘", "{0} was reached: not applied"),
    "vetoed": ("有已认定的违规", "a violation is proven"),
    "no_veto": ("没有违规", "no violation"),
    "below": ("{0:2} 不满 {1:2}，门槛起作用", "{0:2} is under {1:2}: the gate acts"),
    "passed": ("{0:2} 达到 {1:2}", "{0:2} reaches {1:2}"),
    "from": ("{0:2} 达到 {1:2}，门槛起作用", "{0:2} reaches {1:2}: the gate acts"),
    "passed_under": ("{0:2} 不满 {1:2}", "{0:2} is under {1:2}"),
    "gate_no_figure": ("没有可看的数", "no figure to look at"),
    "held": ("暂扣，待{0:release}后释放", "held until {0:release}"),
    "released": ("条件已满足，释放", "its condition is met: released"),
    "expired": ("到期未满足条件，作废 ", "expired without its condition: forfeited"),
    "expired_paid": ("到期释放", "expired: released"),
    "waits": ("{0:grain}结束时再看", "decided at the end of the {0:grain}"),
    "reached": ("达到 {1:2}，补发", "reached {1:2}: paid now"),
    "not_reached": ("未达到 {1:2}，不补发", "not reached {1:2}: not paid"),
    "clawback_rate": ("按原费率追回", "taken back at the original rate"),
    "clawback_replay": ("按重算差额追回", "taken back by working the period out again"),
    "clawback_prorated": ("按剩余天数追回", "taken back for the days left"),
    "clawback_days": (
        "按剩余天数追回：{1} 天中还剩 {0} 天",
        "taken back for the days left: {0} of {1}",
    ),
    "clawback_anew": (
        "退单后情况有变：现应追回 {0:yuan}，原已追回 {1:yuan}",
        "changed since it came back: {0:yuan} is to be taken back by now, {1:yuan} was taken",
    ),
    "reserve_back": ("不再暂扣", "no longer held"),
    "lost_back": (
        "此前已作废或已扣回的部分，不重复追回",
        "forfeited or taken back before: not taken back once more",
    ),
    "lost_again": (
        "业务恢复后，此前已作废或已扣回的部分不补发",
        "forfeited or taken back before: the deal counts again, this part stays so",
    ),
    "late": ("前期业务变动", "what became known later"),
    "reworked": (
        "前期业务变动：现应计 {0:yuan}，原已计 {1:yuan}",
        "what became known later: {0:yuan} is due by now, {1:yuan} was paid",
    ),
    "reworked_by": (
        "前期业务变动：现应计 {0:yuan}（{2} × {3}），原已计 {1:yuan}",
        "what became known later: {0:yuan} ({2} × {3}) is due by now, {1:yuan} was paid",
    ),
    "due": ("前期未扣足的部分", "what could not be taken back before"),
    "carried_due": ("超过本期可扣比例，结转下期", "more than may be taken now: carried on"),
    "filled": ("补足到 {0:yuan}", "filled up to {0:yuan}"),
    "enough": ("已达到 {0:yuan}，无须补足", "{0:yuan} is reached: nothing to fill up"),
    "recovered": ("扣回预支，尚余 {0:yuan}", "taken back, {0:yuan} still due"),
    "rounded": ("取整到 {0:yuan}", "rounded to {0:yuan}"),
    "typed": ("{0}", "{0}"),
}
REJECTED: Final[dict[str, Said]] = {
    "filter": ("{0:looked}不在本项范围内", "{0:looked} not within the component"),
    "stacked": ("已按同组的另一项计提，不叠加", "already paid by another component of {0}"),
    "not_first": ("不是每{0:first}的首单", "not the first deal of its {0:first}"),
    "no_row": ("表中没有相应的行", "no row of the table fits"),
    "no_group": ("不属于任何{0:group}", "not in any group: {0:group}"),
    "not_member": ("不在{0:group}成员中", "not among the members of {0:group}"),
    "no_target": ("没有设{0:level}", "no {0:level} is set"),
    "no_figure": ("没有{0:by}", "no value: {0:by}"),
    "no_rank": ("没有业绩，不参加排名", "nothing achieved: not ranked"),
    "budget": ("预算已用完，少付 {0:yuan}", "the budget is spent: {0:yuan} less"),
}


def said(words: Said, args: Sequence[Any]) -> Said:
    """A sentence with its figures, in Chinese and English."""
    zh, en = (
        text.format(*(_Arg(arg, args, at) for arg in args)) if args else text
        for at, text in enumerate(words)
    )
    return zh, en


def yuan(fen: int | Fraction) -> str:
    """As a statement writes amounts: 248157 is "¥2,481.57"."""
    whole = round_half_up(Fraction(fen))
    units, rest = divmod(abs(whole), FEN_PER_YUAN)
    return f"{'-' if whole < 0 else ''}¥{units:,}.{rest:02d}"


class _Arg:
    """One figure of a sentence, written as its mark asks: `{0:yuan}`, `{0:2}` (as argument 2)."""

    def __init__(self, value: Any, args: Sequence[Any], language: int) -> None:
        self.value = value
        self.args = args
        self.language = language

    def __format__(self, mark: str) -> str:
        value = self.value
        if mark in _WORDS:
            return _WORDS[mark].get(str(value), (str(value), str(value)))[self.language]
        if not isinstance(value, int | Fraction):
            return "—" if value is None else str(value)
        if mark.isdigit():
            mark = _told_by(str(self.args[int(mark)]))
        return _MARKS[mark](Fraction(value))


def _told_by(by: str) -> str:
    return "share" if by in SHARES else ""


_WORDS: Final = {
    "level": LEVELS, "group": GROUPS, "grain": GRAINS, "by": BY, "release": RELEASES,
    "first": FIRSTS, "looked": LOOKED_AT,
}  # fmt: skip
_MARKS: Final[dict[str, Callable[[Fraction], str]]] = {
    "": decimal_text,
    "yuan": yuan,
    "share": lambda value: f"{decimal_text(value * 100)}%",
}
