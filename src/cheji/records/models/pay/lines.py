"""What a pay run keeps of each person: amounts, what was not paid, its inputs, what it leaves.

A month of a group has millions of these rows. They are written by COPY, never changed, and
replaced as a whole while a run is not reviewed yet, so one trigger for each statement guards them
instead of a key check for each row: runs and people are checked there.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cheji.records.models.people import Person, User
from cheji.records.models.runs import Run


class RunStep(models.Model):
    """Who brought a run into a state, when, and why; only ever added.

    `amounts` of a calculation are what it paid each person, fen by id: the next one replaces it.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)
    amounts = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class _OfRun(models.Model):
    """A row of one person in a run; ids grow in the order in which a run says them."""

    run = models.ForeignKey(
        Run, models.DO_NOTHING, related_name="%(class)ss", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        Person, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["run", "person"], name="%(class)s_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.person_id}"


class PayLine(_OfRun):
    """One amount of money, with everything that makes it.

    Attributes:
        step: number in the order of operations.
        entry: earning, gate, holdback, clawback …
        source_kind, source: the deal that it is for.
        amount: what is multiplied, in 1/`scale` (fen, 1/10,000 units, or whole).
        amount, rate, factor: exact numbers as `5` or `1/3`; empty where there is none.
        band_from, band_part, band_rate: of each band that applied.
        origin_run, origin: the closed run, and the line in it, that this one puts right.
        code, args: code of the reason and the values in its words.
    """

    step = models.PositiveSmallIntegerField()
    component = models.CharField(max_length=80)
    entry = models.CharField(max_length=12)
    source_kind = models.CharField(max_length=12, default="")
    source = models.BigIntegerField(null=True)
    amount = models.TextField(default="")
    scale = models.SmallIntegerField(default=1)
    rate = models.TextField(default="")
    factor = models.TextField(default="")
    band_from = ArrayField(models.TextField(), null=True)
    band_part = ArrayField(models.TextField(), null=True)
    band_rate = ArrayField(models.TextField(), null=True)
    fen = models.BigIntegerField()
    origin_run = models.BigIntegerField(null=True)
    origin = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40, default="")
    args = models.JSONField(null=True)

    class Meta(_OfRun.Meta):
        indexes = [
            *_OfRun.Meta.indexes,
            models.Index(
                fields=["origin_run"], name="payline_origin", condition=Q(origin_run__isnull=False)
            ),
        ]


class RejectedRow(_OfRun):
    """A deal that was looked at for a component and not paid; `code` says why."""

    component = models.CharField(max_length=80)
    source_kind = models.CharField(max_length=12, default="")
    source = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40)
    args = models.JSONField(null=True)


class PayInput(_OfRun):
    """All that a person's pay was worked out from, as canonical text, and the sum in fen.

    `outcome` is the seal of what `engine.pay.replay(text)` must give again. `taken` are the runs
    whose balances of the person it begins with: each is taken up once.
    """

    text = models.TextField()
    payable = models.BigIntegerField()
    outcome = models.CharField(max_length=64)
    taken = ArrayField(models.BigIntegerField(), default=list, db_default=[])

    class Meta(_OfRun.Meta):
        indexes = [
            *_OfRun.Meta.indexes,
            models.Index(fields=["person"], name="payinput_of_person"),
        ]


class PayBalance(_OfRun):
    """What a run leaves of the engine's ledger for later runs, in fen.

    `kind` is drawn, carried, held, withheld or due, `key` the code it hangs on. What is held has
    the deal, the number of the person's period since which, and the line that held it.
    """

    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=80, default="")
    source = models.CharField(max_length=40, default="")
    fen = models.BigIntegerField()
    since = models.IntegerField(default=0)
    origin = models.CharField(max_length=40, default="")
