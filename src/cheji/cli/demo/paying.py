"""Pay of the last months brought through its steps by the demo's own people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from cheji.actions import definitions, deliveries, orders
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
#: Of them those, oldest first, with which the consultants' plan changes.
CHANGED = slice(1, -1)
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
CONSULTANTS = "consultant_pay"
PLANS = {
    "internet": ("internet_pay", "电网销提成", "Internet sales' pay"),
    "lead": ("lead_pay", "销售主管提成", "Team lead's pay"),
    "manager": ("manager_pay", "店总提成", "Outlet manager's pay"),
    "second_tier": ("second_tier_pay", "二网专员提成", "Second-tier sales' pay"),
    "aftersales": ("aftersales_pay", "售后顾问提成", "Aftersales adviser's pay"),
}
"""Code and names of the plans for those beside the consultants, by the preset each begins with."""
CAMPAIGN = {
    "code": "campaign", "zh": "小岚 EV 专项奖", "en": "Xiaolan EV campaign", "kind": "units",
    "of": "deliveries", "extra": True, "where": {"model": {"in": ["远岚 小岚 EV"]}},
    "tiers": [{"from": 0, "rate": 200}],
}  # fmt: skip
PLATED = "plates"
PLATES = {
    "code": "plates", "zh": "上牌后释放", "en": "Until plates", "components": ["unit_bonus"],
    "share": "20%", "release": PLATED, "expires": 3, "at_expiry": "release",
}  # fmt: skip
#: Yuan of the campaign's budget for each outlet of the group.
BUDGET = 800
Progress = Callable[[str, int, int], None]


def plan_pay(by: Viewer, at: datetime, first: date) -> None:
    """Whoever sells beside the consultants has a pay plan from `first` on: HR's, by a second."""
    presets = {plan.code: plan for plan in load("presets").definitions.pay_plans}
    for preset, (code, zh, en) in PLANS.items():
        body = {**as_json(body_of(presets[f"preset_{preset}"])), "code": code, "zh": zh, "en": en}
        _published(by, at, code, first, body)
    for month in _months(at.date(), first)[CHANGED]:
        _change_plan(by, at, from_key("month", month).start)


def _published(by: Viewer, at: datetime, code: str, since: date, body: Mapping[str, Any]) -> None:
    drafted = definitions.draft(
        by=_whoever("hr", by), at=at, kind="pay_plan", code=code, valid_from=since, body=body
    )
    definitions.publish(by=_whoever("group", by), at=at, version=drafted.id)


def _change_plan(by: Viewer, at: datetime, since: date) -> None:
    """From the second of the months worked out, consultants have a campaign and wait for plates."""
    bodies = {plan.code: plan for plan in load("dealership").definitions.pay_plans}
    body = as_json(body_of(bodies[CONSULTANTS]))
    campaign = {**CAMPAIGN, "budget": BUDGET * of(by).outlets().count()}
    body |= {"components": [*body["components"], campaign], "holdbacks": [PLATES]}
    _published(by, at, CONSULTANTS, since, body)


def pay_months(by: Viewer, at: datetime, first: date, progress: Progress) -> int:
    """Close the months before the last one at every outlet; returns how many runs there are.

    Only months that began on `first`, when the demo begins, or later.
    """
    months = _months(at.date(), first)
    made = 0
    _accounts(by, at)
    crew = {name: _Hand.of(name, by) for name in {"hr", *DOES.values()}}
    for place, key in enumerate(months):
        progress("提成计算 / Pay runs", place, len(months))
        made += _month(key, at, by, crew)
        if key in months[CHANGED]:
            _afterwards(key, at, by, crew)
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


def _afterwards(month: int, at: datetime, by: Viewer, crew: Crew) -> None:
    """Of the cars of a closed month one is given back; those of its first weeks get plates."""
    period = from_key("month", month)
    sold = of(by).deliveries().filter(void=False, on_date__gte=period.start, order__units=1)
    early = sold.filter(on_date__lt=period.start + timedelta(days=20)).order_by("pk")
    for car, version, order in early.values_list("pk", "version", "order")[:1]:
        reason = "质量问题，客户退车"
        deliveries.void(by=by, at=at, delivery=car, version=version, reason=reason)
        orders.cancel(
            by=by, at=at, order=order, version=of(by).orders().get(pk=order).version,
            on=period.until + timedelta(days=9), reason=reason,
        )  # fmt: skip
    for car, on, outlet in early.values_list("pk", "on_date", "order__outlet"):
        verbs.release_event(
            by=_reaching(crew["finance"], outlet, by), at=at, kind=PLATED,
            source=f"delivery:{car}", on=on + timedelta(days=12), evidence="行驶证",
        )  # fmt: skip


def _reaching(hand: "_Hand", outlet: int, by: Viewer) -> Viewer:
    """The demo's own person where he reaches; else the one who loads the demo."""
    return hand.who if outlet in hand.outlets else by


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
            does(by=_reaching(hand, outlet, by))
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
