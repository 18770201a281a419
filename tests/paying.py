"""A floor on which cars were sold, and pay runs brought on their way by four of the cast."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from cast import Cast, Floor, load_pack
from cheji.actions import deliveries
from cheji.actions import pay as verbs
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.reads import pay
from cheji.records import models as m

LATER = datetime(2027, 1, 5, 9, tzinfo=UTC)
#: Who does what: nobody does two things that the table keeps apart.
DOES = {"review": "manager", "approve": "region_head", "close": "finance", "pay": "finance",
        "export": "finance"}  # fmt: skip


def calculated(
    cast: Cast,
    month: int,
    *,
    by: str = "hr",
    outlet: str = "N1",
    at: datetime = LATER,
    plan: str = "",
) -> m.Run:
    """A pay run of the outlet's month, as it is worked out now."""
    made = pay.calculation(cast[by], outlet, month, plan=plan)
    return m.Run.objects.get(pk=verbs.calculate(by=cast[by], at=at, made=made).id)


def decide_all(cast: Cast, *, by: str = "finance", at: datetime = LATER) -> None:
    """Decide every exception that waits: right as it stands."""
    for row in m.PayException.objects.filter(state="open"):
        verbs.decide_exception(
            by=cast[by], at=at, exception=row.pk, how="accept", decision="已核对"
        )


def brought(cast: Cast, run: m.Run, *steps: str, at: datetime = LATER) -> m.Run:
    """The run after these verbs; what waits is decided before it is approved."""
    if "approve" in steps:
        decide_all(cast, at=at)
    if "export" in steps:
        booked(cast.group)
    does = DOES if run.outlet.code == "N1" else {**DOES, "review": "hr"}
    for verb in steps:
        getattr(verbs, verb)(by=cast[does[verb]], at=at, run=run.pk)
    run.refresh_from_db()
    return run


#: What a house says about its books so that vouchers of pay can be written.
ACCOUNTS = {
    "expense": "6601.01 销售费用", "payable": "2211.01 应付职工薪酬", "bank": "1002 银行存款",
}  # fmt: skip


def booked(unit: m.Unit, **but: str) -> None:
    """A unit says its accounts."""
    m.VoucherAccounts.objects.create(unit=unit, values={**ACCOUNTS, **but}, changed_at=LATER)


def closed(cast: Cast, month: int, *, outlet: str = "N1", at: datetime = LATER) -> m.Run:
    """A run of the month, reviewed, approved and sealed."""
    run = calculated(cast, month, outlet=outlet, at=at)
    return brought(cast, run, "review", "approve", "close", at=at)


# -- what was sold ------------------------------------------------------------------------------

FEBRUARY, MARCH, APRIL = 202602, 202603, 202604
PLAN: dict[str, Any] = {
    "code": "consultant_pay",
    "zh": "提成",
    "en": "Pay",
    "components": [
        {
            "code": "unit_bonus", "zh": "台数", "en": "Units", "kind": "units", "of": "deliveries",
            "mode": "retroactive",
            "tiers": [{"from": 0, "rate": 500}, {"from": 3, "rate": 600}],
        },
        {
            "code": "gross_share", "zh": "毛利", "en": "Gross", "kind": "share", "of": "gross",
            "scope": "per_deal", "base": "positive", "rounding": "each",
            "tiers": [{"from": 0, "rate": "10%"}],
        },
    ],
}  # fmt: skip


EXCESS: list[dict[str, Any]] = [
    {
        "code": "excess", "zh": "超额利润提成", "en": "Excess profit", "kind": "share",
        "of": "excess_profit", "scope": "per_deal", "mode": "retroactive", "base": "positive",
        "look": {"by": "average", "of": "excess_profit", "per": "excess_units"},
        "tiers": [{"from": 0, "rate": "10%"}, {"from": 1000, "rate": "15%"}],
    },
    {
        "code": "excess_fine", "zh": "限价以下扣款", "en": "Below the floor price",
        "kind": "fine", "of": "below_floor_units", "tiers": [{"from": 0, "rate": 50}],
    },
]  # fmt: skip
"""What a car brings above its floor price: a share by one's own average, a fine for one below."""


def planned(since: date | None = None, *, outlet: m.Unit | None = None, **more: object) -> None:
    """The only pay plan of the house; one that comes later, or `since` a day, holds instead."""
    plan = pay_plan_of({**PLAN, **more})
    later = m.DefinitionVersion.objects.filter(kind="pay_plan").count()
    m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, valid_from=since or date(2019 + later, 1, 1),
        outlet=outlet, body=as_json(body_of(plan)), digest=digest(plan), state="published",
    )  # fmt: skip


class Sold:
    """Zhang delivers three cars in February with 5,000 yuan of gross each, Li one."""

    def __init__(self) -> None:
        load_pack(but=("pay_plans",))
        self.cast, self.floor = Cast(), Floor()
        self.cars = [self.car("zhang", date(2026, 2, day)) for day in (3, 10, 17)]
        self.car("li", date(2026, 2, 5))

    def car(self, who: str, on: date, *, outlet: m.Unit | None = None, **more: Any) -> m.Delivery:
        people = self.cast.people
        order = self.floor.order(outlet or self.cast.outlet, people[who], on=on, **more)
        return self.floor.delivery(order, on)

    def returned(self, delivery: m.Delivery) -> None:
        deliveries.void(
            by=self.cast["manager"], at=LATER, delivery=delivery.pk, version=1, reason="退车"
        )


def gone(sold: "Sold", *who: str, last: date = date(2026, 3, 20)) -> None:
    """These have left the outlet; `last` is their last day in post."""
    people = [sold.cast.people[name] for name in who]
    posts = m.Post.objects.filter(person__in=people, until__isnull=True)
    posts.update(until=last + timedelta(days=1))


def paid(run: m.Run, who: m.Person) -> list[tuple[str, str, int]]:
    rows = m.PayLine.objects.filter(run=run, person=who).order_by("id")
    return [(row.component, row.entry, row.fen) for row in rows if row.fen]


def earned(run: m.Run, who: m.Person) -> list[tuple[str, str, int]]:
    """The same without what is carried from one run to the next."""
    return [line for line in paid(run, who) if line[:2] != ("balance", "carry")]
