"""What became of a step that was asked for of many pay runs at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from cheji.engine.periods import from_key
from cheji.reads.asking import Page
from cheji.reads.definitions import catalogue
from cheji.reads.seen import Where, where
from cheji.records.models import PayBatch, PayBatchItem
from cheji.records.progress import worker_lives
from cheji.records.visibility import Viewer, of, one

SIZE = 100


@dataclass(frozen=True, slots=True)
class BatchItemSeen:
    """One outlet of a batch under one pay plan: waiting, done or refused, and then why.

    `called` is the plan's name in Chinese and in English.
    """

    outlet: Where
    plan: str
    called: tuple[str, str]
    run: int | None
    state: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PayBatchSeen:
    """A batch and how far it is; `stuck` when it waits and no worker is there to do it."""

    id: int
    verb: str
    month: int
    note: str
    made_at: datetime
    finished_at: datetime | None
    done: int
    refused: int
    waiting: int
    stuck: bool

    @property
    def total(self) -> int:
        return self.done + self.refused + self.waiting


def pay_batch(viewer: Viewer, number: int) -> PayBatchSeen:
    """A batch of the viewer's own.

    Raises:
        NotFound: it is not his.
    """
    row = one(of(viewer).pay_batches(), "run", number, pk=number)
    return _seen(row)


def latest(viewer: Viewer, month: int) -> PayBatchSeen | None:
    """The viewer's latest batch of a month, while it is not over."""
    row = of(viewer).pay_batches().filter(period=month, finished_at=None).order_by("-id").first()
    return _seen(row) if row else None


def _seen(row: PayBatch) -> PayBatchSeen:
    counts = Counter(PayBatchItem.objects.filter(batch=row).values_list("state", flat=True))
    waiting = counts["waiting"]
    return PayBatchSeen(
        row.pk, row.verb, row.period, row.note, row.made_at, row.finished_at, counts["done"],
        counts["refused"], waiting, stuck=bool(waiting) and not worker_lives(),
    )  # fmt: skip


def items(viewer: Viewer, number: int, page: int = 1) -> Page[BatchItemSeen]:
    """What became of each outlet that the viewer still reaches, first what was refused.

    Raises:
        NotFound: the batch is not the viewer's.
    """
    batch = one(of(viewer).pay_batches(), "run", number, pk=number)
    rows, reach = PayBatchItem.objects.filter(batch=batch), of(viewer).reach("pay_runs")
    if not reach.everything:
        rows = rows.filter(outlet__in=reach.outlets)
    ordered = rows.order_by("-state", "outlet__path", "id")  # waiting, refused, done
    count = rows.count()
    at = min(max(1, page), max(1, -(-count // SIZE)))
    plans = catalogue(from_key("month", batch.period).start).all.pay_plans
    names = {plan.code: (plan.zh, plan.en) for plan in plans}
    shown = tuple(
        _item(row, names.get(row.definition, (row.definition,) * 2))
        for row in ordered.select_related("outlet")[(at - 1) * SIZE : at * SIZE]
    )
    return Page(shown, count, at, SIZE)


def _item(row: PayBatchItem, called: tuple[str, str]) -> BatchItemSeen:
    said = row.said or {}
    return BatchItemSeen(
        where(row.outlet), row.definition, called, row.run, row.state, said.get("zh", ""),
        said.get("en", ""),
    )  # fmt: skip
