"""The one order in which pay is worked out, printed on statements and sealed in runs."""

from typing import Final, NamedTuple

#: Grows when steps or their meaning change; a run says under which order it was worked out.
ORDER_VERSION: Final = 1

#: Grows when the same inputs would give other figures; a replay knows all that there were.
#: 2: typed lines add to a component of their name; draws and guarantees go by days; what is below
#: zero is carried as a debt; what was carried beyond a cap that is no more is paid.
#: 3: prizes keep within their budget; a draw fills up from nothing where less than nothing was
#: earned, since that is carried as a debt; of a deal shared on its order card parts are paid, as
#: of one whose pay was split, where each part was a deal (`reads.pay.deals.shared_of`); and
#: where two rules meet, as `docs/decisions/0026` lists and `tests/engine/test_pay_edges.py` shows.
RULES: Final = 3


class Step(NamedTuple):
    number: int
    code: str
    zh: str
    en: str


STEPS: Final = (
    Step(1, "eligible", "符合条件的业务", "Eligible events"),
    Step(2, "credit", "归属与分成", "Credit and split"),
    Step(3, "measure", "本期计量", "Measures of the period"),
    Step(4, "attainment", "目标完成率", "Attainment of targets"),
    Step(5, "rate", "查找费率", "Rate lookup"),
    Step(6, "component", "提成项金额", "Amount of components"),
    Step(7, "component_limits", "提成项封顶与保底", "Cap and floor of components"),
    Step(8, "sum", "各项合计", "Sum of components"),
    Step(9, "coefficient", "个人系数", "Personal coefficients"),
    Step(10, "team_factor", "团队与门店系数", "Team and outlet factors"),
    Step(11, "gates", "门槛与一票否决", "Gates and vetoes"),
    Step(12, "extras", "专项奖励、冠军奖、扣罚、手工项", "Spiffs, prizes, fines, typed lines"),
    Step(13, "caps", "本期封顶", "Period caps"),
    Step(14, "holdbacks", "暂扣、释放与补发", "Holdbacks, releases, catch-up"),
    Step(15, "adjustments", "前期调整与追回", "Adjustments and clawbacks"),
    Step(16, "draws", "预支、保底与扣回", "Draws, guarantees, recovery"),
    Step(17, "rounding", "尾差", "Rounding residual"),
)
(
    ELIGIBLE, CREDIT, MEASURE, ATTAINMENT, RATE, COMPONENT, LIMITS, SUM, COEFFICIENTS, TEAM, GATES,
    EXTRAS, CAPS, HOLDBACKS, ADJUSTMENTS, DRAWS, ROUNDING,
) = (step.number for step in STEPS)  # fmt: skip

ENTRIES: Final[dict[str, tuple[str, str]]] = {
    "earning": ("计提", "earning"),
    "factor": ("系数", "factor"),
    "gate": ("门槛", "gate"),
    "bonus": ("奖励", "bonus"),
    "fine": ("扣罚", "fine"),
    "cap": ("封顶", "cap"),
    "floor": ("保底补足", "floor"),
    "reserve": ("暂扣", "reserve"),
    "release": ("释放", "release"),
    "forfeit": ("作废", "forfeit"),
    "adjustment": ("调整", "adjustment"),
    "clawback": ("追回", "clawback"),
    "draw": ("预支", "draw"),
    "recovery": ("扣回预支", "recovery"),
    "guarantee": ("保底工资", "guarantee"),
    "carry": ("结转", "carry"),
    "catch_up": ("打通补发", "catch-up"),
    "manual": ("手工", "manual"),
    "residual": ("尾差", "residual"),
}
#: Entries that pay or take for what was done; all others limit, hold or correct them.
EARNED: Final = frozenset({"earning", "bonus", "fine"})
