"""Orders with typed lines and shares, their cancellation, and deliveries."""

from django.db import models
from django.db.models import Q

from .fields import Custom
from .people import Person, Unit
from .prospects import Channel, Customer, Prospect


class Order(Custom):
    """A signed contract with first money; `number` is unique within the outlet."""

    class State(models.TextChoices):
        SIGNED = "signed"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"

    class Deposit(models.TextChoices):
        EARNEST = "earnest"
        PLAIN = "plain"
        FULL = "full"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="orders")
    prospect = models.ForeignKey(Prospect, models.PROTECT, null=True, related_name="orders")
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.WALK_IN)
    model = models.CharField(max_length=80, blank=True)
    units = models.PositiveSmallIntegerField(default=1)
    signed_on = models.DateField()
    promised_on = models.DateField(null=True)
    deposit_kind = models.CharField(max_length=8, choices=Deposit, default=Deposit.EARNEST)
    deposit = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.SIGNED)
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_on__isnull=True)),
                name="order_cancelled_has_date",
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="order_has_units"),
        ]
        indexes = [
            models.Index(fields=["outlet", "-signed_on"], name="order_outlet_date"),
            models.Index(fields=["signed_on", "id"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One position of an order; revenue and cost in fen (a discount has negative revenue).

    A cost of None is not known yet, which only goods can be: all else costs what is written.
    """

    class Kind(models.TextChoices):
        VEHICLE = "vehicle"
        ACCESSORY = "accessory"
        INSURANCE = "insurance"
        FINANCE = "finance"
        LICENCE = "licence"
        WARRANTY = "warranty"
        TRADE_IN = "trade_in"
        DISCOUNT = "discount"
        GIFT = "gift"
        AGENT = "agent"

    GOODS = (Kind.VEHICLE.value, Kind.ACCESSORY.value)

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120, blank=True)
    revenue = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cost__isnull=False) | Q(kind__in=("vehicle", "accessory")),
                name="order_line_cost_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"], condition=Q(cost__isnull=True), name="order_line_unpriced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class OrderShare(models.Model):
    """Whose order it is from a date on, in 1/10,000; one set of shares per date adds to 10,000."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="shares", db_index=False)
    since = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    share = models.PositiveIntegerField(default=10_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "since", "person"], name="order_share_once"),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=10_000), name="order_share_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.person_id} {self.share}"


class Delivery(models.Model):
    """Vehicles handed over against an order (交车); `trade_in` is the 二手车置换 memo."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="deliveries", db_index=False)
    number = models.CharField(max_length=80)
    on_date = models.DateField()
    units = models.PositiveSmallIntegerField(default=1)
    vin = models.CharField(max_length=40, blank=True)
    vehicle = models.ForeignKey("records.Vehicle", models.PROTECT, null=True)
    trade_in = models.BooleanField(default=False)
    void = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vin"], condition=~Q(vin="") & Q(void=False), name="vin_delivered_once"
            ),
            models.UniqueConstraint(fields=["order", "number"], name="delivery_number_once"),
        ]
        indexes = [models.Index(fields=["on_date"], name="delivery_date")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.on_date}"
