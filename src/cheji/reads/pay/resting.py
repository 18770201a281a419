"""What inputs of pay rest on beside the facts, and whether any of it was changed meanwhile."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Model, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from cheji.records.bulk import table_of
from cheji.records.models import (
    Adjustment,
    Appraisal,
    Cycle,
    DefinitionVersion,
    Delivery,
    Fact,
    Order,
    OrderLine,
    PayException,
    PaySplit,
    Person,
    Post,
    Run,
    Target,
    Unit,
    Vehicle,
    VehicleModel,
    Violation,
)

Stamp = tuple[tuple[int, int], ...]


def stamp(outlets: Collection[int], last: int, until: date) -> Stamp:
    """By table how many rows count up to the month `last`, and the sum of their transactions.

    Each change of a row is of a later transaction, so that the same stamp is the same rows. Facts
    are asked for by `newer`.

    Args:
        outlets: ids.
        last: key of the last month.
        until: the day after it.
    """
    deliveries = Delivery.objects.filter(order__outlet__in=outlets, on_date__lt=until)
    orders = Order.objects.filter(outlet__in=outlets, signed_on__lt=until)
    rows: tuple[QuerySet[Any], ...] = (
        Unit.objects.all(),
        Post.objects.all(),
        Person.objects.all(),
        DefinitionVersion.objects.all(),
        VehicleModel.objects.all(),
        Target.objects.exclude(Q(grain="month") & Q(period__gt=last)),
        Run.objects.filter(kind="score"),
        Cycle.objects.filter(state="applied"),
        Appraisal.objects.filter(cycle__state="applied"),
        Adjustment.objects.filter(appraisal__cycle__state="applied"),
        Violation.objects.filter(outlet__in=outlets, state="decided"),
        PaySplit.objects.filter(approved=True),
        PayException.objects.filter(outlet__in=outlets, state="decided"),
        deliveries,
        orders,
        OrderLine.objects.filter(order__in=orders, kind="vehicle"),
        Vehicle.objects.filter(pk__in=deliveries.values("vehicle")),
    )
    return tuple(map(_stamped, rows))


def _stamped(rows: QuerySet[Any]) -> tuple[int, int]:
    model: type[Model] = rows.model
    made = RawSQL(f'"{table_of(model)}".xmin::text::bigint', (), BigIntegerField())  # noqa: S611  no word of a person
    found = rows.order_by().aggregate(count=Count("pk"), made=Sum(made))
    return found["count"], int(found["made"] or 0)


def newer(outlets: Collection[int], last: int, mark: int) -> bool:
    """Whether facts of these outlets up to the month came after the mark."""
    return Fact.objects.filter(id__gt=mark, outlet__in=outlets, month__lte=last).exists()
