"""Pay of the last months brought through its steps by the demo's own people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from cheji.actions import definitions
from cheji.actions import pay as verbs
from cheji.actions.pay.accounts import set_accounts
from cheji.cli.asker import asker
from cheji.engine.definitions import as_json, body_of
from cheji.engine.periods import from_key, period_of, preceding
from cheji.packs import load
from cheji.reads import pay as reads
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer, of

#: How many months are worked out; the last of them is still on its way.
MONTHS = 3
STEPS = ("review", "approve", "close", "pay", "export")
DOES = {"review": "region", "approve": "group", "close": "finance", "pay": "finance",
        "export": "finance"}  # fmt: skip
ACCOUNTS = {
    "expense": "6601.03 销售费用-提成",
    "payable": "2211.01 应付职工薪酬-工资",
    "bank": "1002.01 银行存款-工资户",
    "component:gross_share": "6601.04 销售费用-毛利提成",
    "book": "001",
    "maker": "蒋琪行",
}
PLANS = {
    "internet": ("internet_pay", "电网销提成", "Internet sales' pay"),
    "lead": ("lead_pay", "销售主管提成", "Team lead's pay"),
    "manager": ("manager_pay", "店总提成", "Outlet manager's pay"),
    "second_tier": ("second_tier_pay", "二网专员提成", "Second-tier sales' pay"),
    "aftersales": ("aftersales_pay", "售后顾问提成", "Aftersales adviser's pay"),
}
"""Code and names of the plans for those beside the consultants, by the preset each begins with."""
Progress = Callable[[str, int, int], None]


def plan_pay(by: Viewer, at: datetime, first: date) -> None:
    """Whoever sells beside the consultants has a pay plan from `first` on: HR's, by a second."""
    presets = {plan.code: plan for plan in load("presets").definitions.pay_plans}
    for preset, (code, zh, en) in PLANS.items():
        body = {**as_json(body_of(presets[f"preset_{preset}"])), "code": code, "zh": zh, "en": en}
        drafted = definitions.draft(
            by=_whoever("hr", by), at=at, kind="pay_plan", code=code, valid_from=first, body=body
        )
        definitions.publish(by=_whoever("group", by), at=at, version=drafted.id)


def pay_months(by: Viewer, at: datetime, first: date, progress: Progress) -> int:
    """Close the months before the last one at every outlet; returns how many runs there are.

    Only months that began on `first`, when the demo begins, or later.
    """
    months = _months(at.date(), first)
    made = 0
    _accounts(by, at)
    crew = {name: _Hand.of(name, by) for name in {"hr", *DOES.values()}}
    for place, key in enumerate(months):
        progress("提成结算 / Pay runs", place, len(months))
        made += _month(key, at, by, crew)
    return made


def _accounts(by: Viewer, at: datetime) -> None:
    """The group's books, so that vouchers can be looked at."""
    group = of(by).units_below().filter(parent=None).values_list("id", flat=True).first()
    if group is not None:
        set_accounts(by=by, at=at, unit=group, values=ACCOUNTS)


def _months(on: date, first: date) -> list[int]:
    """The months that are over, oldest first."""
    period, found = period_of(on, "month"), []
    for _ in range(MONTHS):
        period = preceding(period)
        if period.start >= first:
            found.append(period.key)
    return found[::-1]


@dataclass(frozen=True)
class _Hand:
    """Somebody of the demo, asked for once, and the outlets that he reaches."""

    who: Viewer
    outlets: frozenset[int]

    @classmethod
    def of(cls, username: str, by: Viewer) -> "_Hand":
        who = _whoever(username, by)
        return cls(who, frozenset(of(who).outlets().values_list("id", flat=True)))


Crew = Mapping[str, _Hand]


def _month(month: int, at: datetime, by: Viewer, crew: Crew) -> int:
    """Every outlet's runs: exported, paid or closed the older they are; the last only reviewed."""
    age = _age(month, at.date())
    steps = STEPS[: {1: 1, 2: 3}.get(age, 5)]
    when = at - timedelta(hours=6 * age)
    maker = crew["hr"].who
    runs = list(_calculated(month, when, maker))
    if "approve" in steps and (outlets := _decide(crew["finance"].who, by, when)):
        list(_calculated(month, when + timedelta(minutes=10), maker, outlets))
    for run, outlet in runs:
        _bring(run, outlet, steps, when, by, crew)
    return len(runs)


def _calculated(
    month: int, at: datetime, maker: Viewer, outlets: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """A run of each pay plan at each outlet, or at these, and its outlet."""
    every = of(maker).outlets().order_by("code").values_list("code", flat=True)
    outlets = outlets or list(every)
    for plan in ("", *(code for code, _zh, _en in PLANS.values())):
        for made in reads.calculations(maker, outlets, month, plan=plan):
            if made.people:
                yield verbs.calculate(by=maker, at=at, made=made).id, made.outlet


def _age(month: int, on: date) -> int:
    now = period_of(on, "month").start
    then = from_key("month", month).start
    return (now.year - then.year) * 12 + now.month - then.month


def _bring(
    run: int, outlet: int, steps: Sequence[str], at: datetime, by: Viewer, crew: Crew
) -> None:
    """Its steps by the demo's own people where they reach; else by the one who loads the demo."""
    for place, verb in enumerate(steps, start=1):
        does = partial(getattr(verbs, verb), at=at + timedelta(minutes=20 * place), run=run)
        hand = crew[DOES[verb]]
        try:
            does(by=hand.who if outlet in hand.outlets else by)
        except Refused:
            does(by=by)


def _decide(who: Viewer, by: Viewer, at: datetime) -> list[str]:
    """What waits is looked at and taken as it stands; returns the outlets to work out again."""
    rows = list(of(by).pay_exceptions().filter(state="open").select_related("outlet"))
    for row in rows:
        does = partial(
            verbs.decide_exception, at=at, exception=row.pk, how="accept",
            decision="已核对，按现有数据计提，补录后下期调整",
        )  # fmt: skip
        try:
            does(by=who)
        except Refused:
            does(by=by)
    return sorted({row.outlet.code for row in rows})


def _whoever(username: str, by: Viewer) -> Viewer:
    """The account of that name; where it does not reach, the one who loads the demo."""
    try:
        return asker(username)
    except NotFound:
        return by
