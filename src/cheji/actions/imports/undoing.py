"""Taking a batch back: what it created is removed, what it changed is restored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from cheji.actions.deeds import deed
from cheji.actions.people import repost
from cheji.facts import post as post_facts
from cheji.facts import withdraw
from cheji.records import models as m
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, of, one

from .cards import date_openings
from .kinds import IMPORTERS

#: Noun → table, in the order in which creations are removed: what depends on others first.
TABLES: dict[str, type[Model]] = {
    "delivery": m.Delivery,
    "vehicle": m.Vehicle,
    "order": m.Order,
    "prospect": m.Prospect,
    "visit": m.Visit,
    "lead": m.Lead,
    "customer": m.Customer,
    "spend": m.AdSpend,
    "total": m.DailyTotal,
    "target": m.Target,
    "post": m.Post,
    "person": m.Person,
    "unit": m.Unit,
}
POSTED = ("delivery", "vehicle", "order", "prospect", "visit", "lead", "spend", "total")


class NotCommitted(Refused):
    """This batch is {state}; only a committed one can be undone."""

    zh = "该批次状态为 {state}；只有已导入的批次可以撤销。"


class ChangedSince(Refused):
    """{count} of its records were changed or used after the import. Undo those changes first."""

    zh = "其中 {count} 条记录在导入后被修改或引用。请先撤销那些改动。"


def undo(*, by: Viewer, at: datetime, batch: int) -> m.ImportBatch:
    """Reverse a committed batch as a whole, in one transaction."""
    visible = one(of(by).imports(), "import", batch, pk=batch)
    with deed("imports.undo", by=by, at=at, right=IMPORTERS[visible.kind].right) as doing:
        row = one(doing.scope.imports().select_for_update(), "import", batch, pk=batch)
        if row.state != m.ImportBatch.State.DONE:
            raise NotCommitted(state=row.state)
        touches = _touches(row)
        _unchanged(touches)
        hanging = _hanging(touches)
        try:
            with transaction.atomic():
                _take_back(touches, at)
        except IntegrityError as used:  # what it freed is taken by now
            raise ChangedSince(count=1) from used
        _repost(touches, hanging, at)
        row.touches.all().delete()
        row.state = m.ImportBatch.State.UNDONE
        row.save(update_fields=["state"])
        doing.tell(subject=batch, kind=row.kind, file=row.name)
        return row


Touches = dict[str, list[m.ImportTouch]]


def _touches(batch: m.ImportBatch) -> Touches:
    found: Touches = defaultdict(list)
    for touch in batch.touches.order_by("-id"):
        found[touch.noun].append(touch)
    return found


def _unchanged(touches: Touches) -> None:
    """Every record must still be as the batch left it."""
    changed = 0
    for noun, rows in touches.items():
        if not hasattr(TABLES[noun], "version"):
            continue
        left = {touch.record: touch.version for touch in reversed(rows)}
        table: Any = TABLES[noun]
        now = dict(table.objects.filter(id__in=left).values_list("id", "version"))
        changed += sum(now.get(pk) != version for pk, version in left.items())
    if changed:
        raise ChangedSince(count=changed)


def _take_back(touches: Touches, at: datetime) -> None:
    """Reverse the facts of what was created and delete it; restore what was changed."""
    created = {
        noun: [touch.record for touch in touches.get(noun, []) if touch.before is None]
        for noun in TABLES
    }
    for noun in POSTED:
        withdraw(noun, created[noun], at=at)
    for noun in TABLES:
        gone = set(created[noun])
        for touch in touches.get(noun, []):
            if touch.before is not None and touch.record not in gone:
                _restore_one(noun, touch)
    for noun, table in TABLES.items():
        _delete(table, created[noun])


@dataclass(frozen=True)
class Hanging:
    """What hangs on touched records: asked before anything is deleted."""

    orders: set[int]
    people: set[int]
    outlets: set[int]


def _hanging(touches: Touches) -> Hanging:
    """Orders of cards and deliveries; people whose posts, outlets whose calendars were touched."""
    touched = {noun: [touch.record for touch in touches.get(noun, [])] for noun in TABLES}
    of_cards = m.Order.objects.filter(prospect__in=touched["prospect"])
    of_deliveries = m.Delivery.objects.filter(id__in=touched["delivery"])
    posts = m.Post.objects.filter(id__in=touched["post"])
    return Hanging(
        orders={*of_cards.values_list("id", flat=True), *touched["order"]}
        | set(of_deliveries.values_list("order", flat=True)),
        people=set(posts.values_list("person", flat=True)),
        outlets=set(touched["unit"]),
    )


def _repost(touches: Touches, hanging: Hanging, at: datetime) -> None:
    """Post what was restored and what hangs on it; what is gone says nothing any more."""
    records = {noun: {touch.record for touch in touches.get(noun, [])} for noun in POSTED}
    deliveries = m.Delivery.objects.filter(order__in=hanging.orders).values_list("id", flat=True)
    records |= {"order": hanging.orders, "delivery": records["delivery"] | set(deliveries)}
    for noun in POSTED:
        post_facts(noun, sorted(records[noun]), at=at)
    repost(m.Fact.objects.filter(person__in=hanging.people), at)
    repost(m.Fact.objects.filter(outlet__in=hanging.outlets), at)


def _restore_one(noun: str, touch: m.ImportTouch) -> None:
    before = dict(touch.before or {})
    lines, shares = before.pop("lines", None), before.pop("shares", None)
    last_step = before.pop("last_step", None)
    table: Any = TABLES[noun]
    record = table.objects.get(pk=touch.record)
    for name, value in before.items():
        column = table._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001
        setattr(record, name, _python(column, value))
    if hasattr(record, "version"):
        _raise_version(noun, touch, record)
    record.save()
    if last_step is not None:
        m.ProspectStep.objects.filter(prospect=record, id__gt=last_step).delete()
        date_openings([record])
    if lines is not None:
        _restore_parts(record, lines, shares or [])


def _raise_version(noun: str, touch: m.ImportTouch, record: Any) -> None:
    """Versions only grow; earlier batches learn the new one, so that they can be undone next."""
    now = TABLES[noun]._default_manager.values_list("version", flat=True)  # noqa: SLF001
    record.version = now.get(pk=record.pk) + 1
    earlier = m.ImportTouch.objects.filter(noun=noun, record=record.pk, version=touch.version - 1)
    earlier.exclude(batch=touch.batch_id).update(version=record.version)


def _python(column: Any, value: Any) -> Any:
    if column.get_internal_type() == "BinaryField" and isinstance(value, str):
        return bytes.fromhex(value)
    return value if column.is_relation else column.to_python(value)


def _restore_parts(order: m.Order, lines: Sequence[Any], shares: Sequence[Any]) -> None:
    m.OrderLine.objects.filter(order=order).delete()
    m.OrderShare.objects.filter(order=order).delete()
    m.OrderLine.objects.bulk_create(m.OrderLine(order=order, **line) for line in lines)
    m.OrderShare.objects.bulk_create(
        m.OrderShare(
            order=order,
            since=date.fromisoformat(share["since"]),
            person_id=share["person"],
            share=share["share"],
        )
        for share in shares
    )


def _delete(table: Any, ids: Sequence[int]) -> None:
    if table is m.Unit:  # one below the other: the last came first
        for unit in sorted(ids, reverse=True):
            table.objects.get(pk=unit).delete()
        return
    for start in range(0, len(ids), 5000):
        table.objects.filter(id__in=ids[start : start + 5000]).delete()
