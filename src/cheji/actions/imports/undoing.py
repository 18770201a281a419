"""Taking a batch back: what it created is removed, what it changed is restored."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model, ProtectedError

from cheji.actions.deeds import deed
from cheji.facts import post as post_facts
from cheji.facts import withdraw
from cheji.records import models as m
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, one

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
    visible = one(m.ImportBatch.objects.all(), "import", batch, pk=batch)
    with deed("imports.undo", by=by, at=at, right=IMPORTERS[visible.kind].right) as doing:
        row = one(doing.scope.imports().select_for_update(), "import", batch, pk=batch)
        if row.state != m.ImportBatch.State.DONE:
            raise NotCommitted(state=row.state)
        touches = _touches(row)
        _unchanged(touches)
        _restore(touches, at)
        _remove(touches, at)
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


def _restore(touches: Touches, at: datetime) -> None:
    for noun in TABLES:
        rows = [touch for touch in touches.get(noun, []) if touch.before is not None]
        for touch in rows:
            _restore_one(noun, touch)
        if noun in POSTED:
            post_facts(noun, [touch.record for touch in rows], at=at)


def _restore_one(noun: str, touch: m.ImportTouch) -> None:
    before = dict(touch.before or {})
    lines, shares = before.pop("lines", None), before.pop("shares", None)
    last_step = before.pop("last_step", None)
    table: Any = TABLES[noun]
    record = table.objects.get(pk=touch.record)
    for name, value in before.items():
        column = table._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001
        setattr(record, name, _python(column, value))
    if "version" in before:
        record.version = touch.version + 1
    record.save()
    if last_step is not None:
        m.ProspectStep.objects.filter(prospect=record, id__gt=last_step).delete()
    if lines is not None:
        _restore_parts(record, lines, shares or [])


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


def _remove(touches: Touches, at: datetime) -> None:
    """Remove creations; their facts are reversed, never deleted."""
    created = {
        noun: [touch.record for touch in touches.get(noun, []) if touch.before is None]
        for noun in TABLES
    }
    handed = m.Delivery.objects.filter(id__in=created["delivery"])
    orders = set(handed.values_list("order", flat=True)) - set(created["order"])
    for noun in POSTED:
        withdraw(noun, created[noun], at=at)
    for noun, table in TABLES.items():
        try:
            _delete(table, created[noun])
        except ProtectedError as used:
            raise ChangedSince(count=len(used.protected_objects)) from used
    post_facts("order", sorted(orders), at=at)


def _delete(table: Any, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), 5000):
        table.objects.filter(id__in=ids[start : start + 5000]).delete()
