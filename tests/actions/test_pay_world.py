"""Two outlets and two pay plans for half a year, in any order: nothing is paid twice or lost.

People sell, move between outlets, leave, are posted late; cars are returned, pass to colleagues,
lack their costs until later; exceptions are decided either way. After each month runs add up and
balances are what lines say; at the end each car has been paid once, for what it is worth.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Q, Sum

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.runs import RunIsEmpty
from cheji.facts import post
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import LATER, PLAN, Sold, brought, calculated, planned

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip
DRAW = {"code": "draw", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 800,
        "until": 200}  # fmt: skip
UNITS, GROSS = PLAN["components"]
CONSULTANTS = {
    "components": [{**UNITS, "mode": "marginal", "tiers": [{"from": 0, "rate": 500}]}, GROSS],
    "holdbacks": [HELD], "draws": [DRAW], "clawback": {"policy": "replay", "most": "50%"},
}  # fmt: skip
MANAGERS = {
    "code": "manager_pay", "posts": ["outlet_manager"],
    "components": [{**UNITS, "code": "cars", "whose": "outlet", "mode": "marginal",
                    "tiers": [{"from": 0, "rate": 100}]}],
}  # fmt: skip
MONTHS = (202601, 202602, 202603, 202604, 202605, 202606)
PEOPLE = ("zhang", "li", "wang", "sister_consultant")
WORTH = 50_000  # of a car, beside a tenth of its gross


class World:
    """The outlets N1 and N2; `random` decides what happens next."""

    def __init__(self, sold: Sold, seed: int) -> None:
        self.random = random.Random(seed)
        self.sold, self.cast, self.at = sold, sold.cast, LATER
        self.month = 0
        m.Delivery.objects.all().update(void=True)
        for delivery in m.Delivery.objects.all():
            post("delivery", [delivery.pk], at=LATER)
        self.outlets = {"N1": self.cast.outlet, "N2": self.cast.sister}
        self.cars: list[m.Delivery] = []

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def first(self, back: int = 0) -> date:
        """The first day of the month, or of one so many months before."""
        return date(2026, max(self.month - back, 0) + 1, 1)

    def who(self) -> m.Person:
        return self.cast.people[self.random.choice(PEOPLE)]

    def car(self) -> m.Delivery | None:
        return self.random.choice(self.cars) if self.cars else None

    # -- what happens ------------------------------------------------------------------------

    def sell(self, back: int = 0) -> None:
        """By anybody at either outlet: he may have left it, or never have stood there."""
        who, outlet = self.who(), self.random.choice(list(self.outlets.values()))
        home = m.Post.objects.filter(person=who, until=None).select_related("unit").first()
        if home is not None and self.random.random() < 0.8:
            outlet = home.unit if home.unit.kind == "outlet" else home.unit.parent
        on = self.first(back) + timedelta(days=self.random.randrange(28))
        cost = self.random.choice((9_000_000, 9_700_000, 10_200_000, None))
        order = self.sold.floor.order(outlet, who, on=on, cost=cost)
        self.cars.append(self.sold.floor.delivery(order, on))

    def sell_late(self) -> None:
        self.sell(back=self.random.randint(1, 2))

    def take_back(self) -> None:
        car = self.car()
        if car is not None:
            car.void = True
            self.cars.remove(car)
            car.save()
            post("delivery", [car.pk], at=self.now())

    def pass_on(self) -> None:
        car = self.car()
        if car is not None:
            car.order.shares.update(person=self.who())
            post("order", [car.order_id], at=self.now())
            post("delivery", [car.pk], at=self.now())

    def learn_costs(self) -> None:
        lines = m.OrderLine.objects.filter(cost=None, kind="vehicle")
        for line in list(lines)[:2]:
            line.cost = 9_000_000
            line.save()
            for delivery in line.order.deliveries.all():
                post("delivery", [delivery.pk], at=self.now())

    def move(self) -> None:
        """To the other outlet or from no post to one, from a day of this month on."""
        self._stand(self.who(), self.first() + timedelta(days=self.random.choice((0, 0, 11))))

    def post_late(self) -> None:
        """Somebody without a post has stood there since an earlier month."""
        who = self.who()
        if not m.Post.objects.filter(person=who, until=None).exists():
            self._stand(who, self.first(self.random.randint(1, 2)))

    def _stand(self, who: m.Person, on: date) -> None:
        before = m.Post.objects.filter(person=who, until=None).first()
        here = before is not None and before.unit.path.startswith(self.cast.outlet.path)
        if self._ended(who, on):
            to = self.cast.sister if here else self.cast.outlet
            m.Post.objects.get_or_create(person=who, unit=to, role="consultant", since=on)

    def leave(self) -> None:
        self._ended(self.who(), self.first(self.random.choice((0, 0, 1))))

    def _ended(self, who: m.Person, on: date) -> bool:
        """False where a later post of his began first, or it is before all runs."""
        if (
            on <= self.first(back=6)
            or m.Post.objects.filter(Q(since__gte=on) | Q(until__gt=on), person=who).exists()
        ):
            return False
        m.Post.objects.filter(person=who, until=None).update(until=on)
        return True

    def release(self) -> None:
        car = self.car()
        if car and not m.PayEvent.objects.filter(source=car.pk).exists():
            m.PayEvent.objects.create(
                outlet=self.random.choice(list(self.outlets.values())), kind="plates",
                source_kind="delivery", source=car.pk, on_date=self.first(), made_at=self.now(),
            )  # fmt: skip

    def share(self) -> None:
        car = self.car()
        if car and not m.PaySplit.objects.filter(order=car.order).exists():
            two = self.random.sample(PEOPLE, 2)
            parts = [[self.cast.people[key].pk, 5_000] for key in two]
            split = m.PaySplit(order=car.order, parts=parts, reason="x", asked_at=self.at)
            split.save()
            split.approved = True
            self._approve(split)

    def type_in(self) -> None:
        line = m.ManualLine.objects.create(
            outlet=self.random.choice(list(self.outlets.values())), period=MONTHS[self.month],
            person=self.who(), component="manual", fen=self.random.choice((-700, 12_345)),
            reason="x", asked_at=self.at,
        )  # fmt: skip
        line.state = "approved"
        self._approve(line)

    def _approve(self, row: m.PaySplit | m.ManualLine) -> None:
        row.decided_at, row.decided_by_id = self.now(), self.cast["finance"].user
        row.save()

    # -- months ------------------------------------------------------------------------------

    def live(self, steps: int) -> None:
        """A month with so many things in it, closed at both outlets under both plans."""
        does: list[Callable[[], None]] = [
            self.sell, self.sell, self.sell, self.sell_late, self.take_back, self.pass_on,
            self.learn_costs, self.move, self.post_late, self.leave, self.release, self.share,
            self.type_in,
        ]  # fmt: skip
        for _ in range(steps):
            self.random.choice(does)()
        self.close()

    def close(self) -> None:
        for plan, code in (
            ("consultant_pay", "N1"),
            ("consultant_pay", "N2"),
            ("manager_pay", "N1"),
        ):
            self._closed(plan, code)
        self.month += 1
        self.adds_up()

    def _closed(self, plan: str, outlet: str) -> None:
        month = MONTHS[self.month]
        try:
            run = calculated(self.cast, month, outlet=outlet, at=self.now(), plan=plan)
        except RunIsEmpty:
            return
        for row in m.PayException.objects.filter(state="open"):
            verbs.decide_exception(
                by=self.cast["finance"], at=self.now(), exception=row.pk, decision="x",
                how=self.random.choice(("accept", "leave_out")),
            )  # fmt: skip
        run = calculated(self.cast, month, outlet=outlet, at=self.now(), plan=plan)
        brought(self.cast, run, "review", "approve", "close", at=self.now())

    # -- what holds --------------------------------------------------------------------------

    def adds_up(self) -> None:
        for run in m.Run.objects.filter(kind="pay"):
            lines = m.PayLine.objects.filter(run=run).aggregate(fen=Sum("fen"))["fen"] or 0
            payable = m.PayInput.objects.filter(run=run).aggregate(fen=Sum("payable"))["fen"]
            assert (run.total, payable) == (lines, lines)
        taken = Counter(
            (who, run)
            for who, runs in m.PayInput.objects.values_list("person", "taken")
            for run in runs
        )
        assert set(taken.values()) <= {1}
        assert self._balances(set(taken)) == self._lines_of_balances()

    def _balances(self, taken: set[tuple[int, int]]) -> Counter[tuple[int, str]]:
        found: Counter[tuple[int, str]] = Counter()
        for row in m.PayBalance.objects.all():
            if (row.person_id, row.run_id) not in taken:
                found[row.person_id, row.kind] += row.fen
        return +found

    def _lines_of_balances(self) -> Counter[tuple[int, str]]:
        found: Counter[tuple[int, str]] = Counter()
        for row in m.PayLine.objects.all():
            if row.entry in ("reserve", "release", "forfeit") or row.code == "reserve_back":
                found[row.person_id, "held"] -= row.fen
            elif row.entry in ("draw", "recovery"):
                found[row.person_id, "drawn"] += row.fen
            elif row.entry == "carry":
                found[row.person_id, "due"] += row.fen
        return +found

    def paid_once(self) -> None:
        """Each car is paid for what it is worth now, whoever was paid how much of it when."""
        rows = m.PayLine.objects.filter(
            entry__in=("earning", "adjustment", "clawback"), source_kind="delivery"
        ).exclude(code__in=("reserve_back", "lost_back"))
        paid = dict(rows.order_by().values_list("source").annotate(Sum("fen")))
        worth = {car.pk: self.worth(car) for car in m.Delivery.objects.all()}
        assert {pk: fen for pk, fen in paid.items() if fen} == {k: v for k, v in worth.items() if v}
        cars = m.PayLine.objects.filter(component="cars").aggregate(fen=Sum("fen"))["fen"] or 0
        here = m.Delivery.objects.filter(void=False, order__outlet=self.cast.outlet).count()
        assert cars == 10_000 * here
        typed = m.ManualLine.objects.filter(run__isnull=False)
        lines = m.PayLine.objects.filter(source_kind="manual")
        assert sorted(typed.values_list("pk", "fen")) == sorted(lines.values_list("source", "fen"))
        assert typed.count() == m.ManualLine.objects.count()

    def worth(self, car: m.Delivery) -> int:
        if car.void:
            return 0
        how = dict(
            m.PayException.objects.filter(source_kind="delivery", source=car.pk, state="decided")
            .values_list("kind", "how")
        )  # fmt: skip
        cost = car.order.lines.get(kind="vehicle").cost
        if cost is None and how.get("missing_cost") == "leave_out":
            return 0
        split = m.PaySplit.objects.filter(order=car.order).first()
        parts = split.parts if split else [[car.order.shares.get().person_id, 10_000]]
        away = [who for who, _ in parts if not self._stood(who, car)]
        if away and how["no_post"] == "leave_out":
            return 0
        return WORTH + (max(10_000_000 - cost, 0) // 10 if cost is not None else 0)

    def _stood(self, who: int, car: m.Delivery) -> bool:
        start = car.on_date.replace(day=1)
        until = (start + timedelta(days=31)).replace(day=1)
        return m.Post.objects.filter(
            Q(until=None) | Q(until__gt=start), Q(unit=car.order.outlet) |
            Q(unit__parent=car.order.outlet), person=who, since__lt=until,
        ).exists()  # fmt: skip


@pytest.mark.parametrize("seed", range(1, 4))
def test_half_a_year_in_any_order(db: None, seed: int) -> None:
    with begun(Sold) as sold:
        planned(**CONSULTANTS)
        planned(**MANAGERS)
        world = World(sold, seed)
        for _ in range(4):
            world.live(steps=9)
        world.close()
        world.close()
        world.paid_once()
        assert all(one.broken == () for one in replayed(world.cast["operator"]))
