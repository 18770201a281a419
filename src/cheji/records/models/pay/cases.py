"""What waits for somebody's decision before or after pay is worked out."""

from django.db import models
from django.db.models import F, Q

from cheji.records.models.cases import Case
from cheji.records.models.orders import Order
from cheji.records.models.people import Person, Unit, User
from cheji.records.models.prospects import Customer
from cheji.records.models.runs import Run


class PayException(models.Model):
    """待决事项: a record that a pay plan cannot rest on as it is.

    It blocks the close of that plan's run until it is decided; a decision never changes.
    """

    class Kind(models.TextChoices):
        MISSING_COST = "missing_cost"
        MISSING_FLOOR = "missing_floor"
        BELOW_FLOOR = "below_floor"
        UNKNOWN_MODEL = "unknown_model"
        NEGATIVE_PRICE = "negative_price"
        NO_POST = "no_post"
        NO_PLAN = "no_plan"
        NO_SCORE = "no_score"

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        GONE = "gone"

    class How(models.TextChoices):
        """`accept`: right as it stands; `leave_out`: not paid now, and adjusted once put right."""

        ACCEPT = "accept"
        LEAVE_OUT = "leave_out"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    period = models.IntegerField()
    definition = models.CharField(max_length=80, default="")
    kind = models.CharField(max_length=16, choices=Kind)
    source_kind = models.CharField(max_length=12, default="")
    source = models.BigIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    how = models.CharField(max_length=10, choices=How, blank=True)
    decision = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "period", "definition", "kind", "source_kind", "source"],
                name="pay_exception_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (Q(decided_at__isnull=False) & ~Q(decision="") & ~Q(how="")),
                name="pay_exception_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.period} {self.kind}"


class Dispute(Case):
    """争议 about pay: two who claim one deal, a car that is missing, an amount that is wrong.

    `line` is the pay line that it is about, `against_outlet` where the other side stood when it was
    made: it alone says who decides and where he pays. `rule` is the option by which it was decided,
    `window` that rule's days. `frozen` holds the line and both timelines of evidence. `relative` is
    a customer of `person` said to be of the buyer's family, such as the spouse.
    """

    class Kind(models.TextChoices):
        COLLISION = "collision"
        CROSS_OUTLET = "cross_outlet"
        MISSING_CAR = "missing_car"
        WRONG_MODEL = "wrong_model"
        AMOUNT = "amount"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.IntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    against = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    against_outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="disputes")
    line = models.BigIntegerField(null=True)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+")
    relative = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=2000, blank=True)
    rule = models.CharField(max_length=12, blank=True)
    window = models.PositiveSmallIntegerField(null=True)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.CheckConstraint(
                condition=Q(against__isnull=True) | ~Q(person=F("against")),
                name="dispute_between_two",
            ),
            models.CheckConstraint(
                condition=Q(against__isnull=True) | Q(against_outlet__isnull=False),
                name="dispute_other_side_stands",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "period", "order", "line"],
                condition=Q(state__in=["open", "heard"]),
                nulls_distinct=False,
                name="dispute_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.state}"


class ManualLine(models.Model):
    """An amount that somebody asks for by hand, and a second person approves.

    It is paid by the first run of the outlet that is closed for `period` or later: then `run`.
    `definition` is the pay plan under which; without one that of the person's post.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        DECLINED = "declined"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.IntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    definition = models.CharField(max_length=80, default="", blank=True)
    component = models.CharField(max_length=80)
    fen = models.BigIntegerField()
    reason = models.CharField(max_length=400)
    evidence = models.CharField(max_length=400, blank=True)
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="effects")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="manual_lines")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(fen=0), name="manual_line_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False),
                name="manual_line_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(asked_by=F("decided_by")),
                name="manual_line_needs_second_person",
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=True) | Q(state="approved"),
                name="manual_line_paid_approved",
            ),
        ]
        indexes = [
            models.Index(
                fields=["outlet", "period"],
                condition=Q(run__isnull=True),
                name="manual_line_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.fen}"


class PaySplit(models.Model):
    """Who is paid how much of an order, apart from whose order it is: 1/10,000 each.

    `parts` are (person, share) and add up to 10,000; the last one approved counts. `dispute` is
    the one that was decided so.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="pay_splits")
    parts = models.JSONField()
    reason = models.CharField(max_length=400)
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="splits")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(asked_by=F("decided_by")),
                name="pay_split_needs_second_person",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(approved__isnull=True), name="pay_split_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.parts}"


class PayEvent(models.Model):
    """Something about a deal that sets money free or takes it back: plates, a loan paid out."""

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=12)
    source = models.BigIntegerField()
    on_date = models.DateField()
    evidence = models.CharField(max_length=400, blank=True)
    void = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_kind", "source"],
                condition=Q(void=False),
                name="pay_event_once",
            )
        ]
        indexes = [models.Index(fields=["outlet", "on_date"], name="pay_event_of_outlet")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_kind}:{self.source}"
