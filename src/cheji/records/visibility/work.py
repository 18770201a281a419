"""Rows of daily work: customers, orders, vehicles, registers, and the facts they posted."""

from django.db.models import Q, QuerySet

from cheji.records import models as m
from cheji.records.registers import Register

from .organisation import Organisation
from .reach import whose


class Work(Organisation):
    """What happened on the floor."""

    def customers(self) -> "QuerySet[m.Customer]":
        return self._narrow(m.Customer.objects.all(), "customers", outlet="outlet", person="owner")

    def prospects(self) -> "QuerySet[m.Prospect]":
        return self._narrow(m.Prospect.objects.all(), "prospects", outlet="outlet", person="owner")

    def leads(self) -> "QuerySet[m.Lead]":
        return self._narrow(m.Lead.objects.all(), "leads", outlet="outlet", person="person")

    def visits(self) -> "QuerySet[m.Visit]":
        return self._narrow(m.Visit.objects.all(), "visits", outlet="outlet", person="person")

    def orders(self) -> "QuerySet[m.Order]":
        rows = m.Order.objects.all()
        reach = self.reach("orders")
        if reach.everything:
            return rows
        mine = m.OrderShare.objects.filter(whose(reach, "order__outlet", "person"))
        return rows.filter(Q(outlet__in=reach.outlets) | Q(id__in=mine.values("order")))

    def deliveries(self) -> "QuerySet[m.Delivery]":
        rows = m.Delivery.objects.all()
        reach = self.reach("deliveries")
        if reach.everything:
            return rows
        mine = m.OrderShare.objects.filter(whose(reach, "order__outlet", "person"))
        return rows.filter(Q(order__outlet__in=reach.outlets) | Q(order__in=mine.values("order")))

    def vehicles(self) -> "QuerySet[m.Vehicle]":
        rows = m.Vehicle.objects.all()
        reach = self.reach("vehicles")
        if reach.everything:
            return rows
        if reach.nothing:
            return rows.none()
        return rows.filter(outlet__in=self._outlets_of("vehicles"))

    def spend(self) -> "QuerySet[m.AdSpend]":
        return self._narrow(m.AdSpend.objects.all(), "spend", outlet="outlet")

    def register(self, register: Register) -> "QuerySet[m.RegisterRow]":
        """The entries of a register: its family is the noun, its person's are his own.

        What holds for all outlets is seen by whoever oversees one of them.
        """
        rows = m.entries(register.code)
        seen = self._narrow(rows, register.family, outlet="outlet", person="person")
        if register.wide and self.reach(register.family).outlets:
            return seen | rows.filter(**{register.wide: "group"})
        return seen

    def totals(self) -> "QuerySet[m.DailyTotal]":
        return self._narrow(m.DailyTotal.objects.all(), "totals", outlet="outlet")

    def facts(self) -> "QuerySet[m.Fact]":
        """Facts by whose they were on their day: outlet, team, or person."""
        rows = m.Fact.objects.all()
        reach = self.reach("facts")
        if reach.everything:
            return rows
        return rows.filter(
            Q(outlet__in=reach.outlets) | Q(team__in=reach.teams) | Q(person__in=reach.people)
        )
