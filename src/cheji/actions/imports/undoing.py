"""Taking a batch back: what it created is removed, what it changed is restored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CASCADE, Model

from cheji.actions.deeds import deed
from cheji.actions.order_cards import date_openings
from cheji.actions.people import repost
from cheji.actions.visits import recount
from cheji.facts import follow, reprice, withdraw
from cheji.facts import post as post_facts
from cheji.records import models as m
from cheji.records.bulk import checked_at_once, delete, insert, update
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, of, one
from cheji.records.words import BATCHES

from .kinds import IMPORTERS
from .touches import Change, Touched, teach, touched

#: Noun → table, in the order in which creations are removed: what depends on others first.
TABLES: dict[str, type[Model]] = {
    **m.TABLES,
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
    "benchmark": m.TypedBenchmark,
    "model": m.VehicleModel,
    "post": m.Post,
    "account": m.User,
    "person": m.Person,
    "unit": m.Unit,
}
PARTS = {"last_step", "steps", "lines", "shares"}  # of `before`: not columns of the record
POSTED = (
    *m.TABLES, "delivery", "vehicle", "order", "prospect", "visit", "lead", "spend", "total",
    "person",
)  # fmt: skip
OF_CUSTOMERS = ("order", "prospect", "visit", "lead", *m.TABLES)


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
            raise NotCommitted(state=BATCHES[row.state])
        touches = touched(row)
        _unchanged(touches)
        hanging = _hanging(touches)
        try:
            with transaction.atomic():
                _take_back(batch, touches, at)
        except IntegrityError as used:  # what it freed is taken by now
            raise ChangedSince(count=1) from used
        _repost(touches, hanging, at)
        row.touches.all().delete()
        row.state = m.ImportBatch.State.UNDONE
        row.save(update_fields=["state"])
        doing.tell(subject=batch, kind=row.kind, file=row.name)
        return row


Touches = dict[str, Touched]


def _unchanged(touches: Touches) -> None:
    """Every record must still be as the batch left it; until the undo ends it stays so."""
    changed = 0
    for noun, of_noun in touches.items():
        table: Any = TABLES[noun]
        if not hasattr(table, "version"):
            continue
        rows = table.objects.filter(id__among=of_noun.left).order_by("id").select_for_update()
        now = dict(rows.values_list("id", "version"))
        changed += sum(now.get(pk) != version for pk, version in of_noun.left.items())
    if changed:
        raise ChangedSince(count=changed)


def _take_back(batch: int, touches: Touches, at: datetime) -> None:
    """Reverse the facts of what was created and delete it; restore what was changed."""
    for noun in POSTED:
        if touches[noun].created:
            withdraw(noun, list(touches[noun].created), at=at)
    with checked_at_once():
        for noun in TABLES:
            if touches[noun].changed:
                _restore(batch, noun, touches[noun].changed)
        for noun, table in TABLES.items():
            if touches[noun].created:
                _delete(table, list(touches[noun].created))


@dataclass(frozen=True)
class Hanging:
    """What hangs on touched records: asked before anything is deleted."""

    orders: set[int]
    people: set[int]
    outlets: set[int]
    customers: set[int]


def _hanging(touches: Touches) -> Hanging:
    """Orders of cards and deliveries; people whose posts, outlets whose calendars were touched.

    And the customers of all that, whose visits may count again.
    """
    of_cards = m.Order.objects.filter(prospect__among=touches["prospect"].changed)
    of_deliveries = m.Delivery.objects.filter(id__among=touches["delivery"].left)
    posts = m.Post.objects.filter(id__among=touches["post"].left)
    return Hanging(
        orders={*of_cards.values_list("id", flat=True), *touches["order"].changed}
        | set(of_deliveries.values_list("order", flat=True)),
        people=set(posts.values_list("person", flat=True)),
        outlets=set(touches["unit"].left),
        customers=_customers(touches),
    )


def _customers(touches: Touches) -> set[int]:
    found: set[int] = set()
    for noun in OF_CUSTOMERS:
        if not touches[noun].left:
            continue
        table: Any = TABLES[noun]
        rows = table.objects.filter(id__among=touches[noun].left, customer__isnull=False)
        found |= set(rows.values_list("customer", flat=True))
    return found


def _repost(touches: Touches, hanging: Hanging, at: datetime) -> None:
    """Post what was restored and what hangs on it; what is gone says nothing any more."""
    records = {noun: set(touches[noun].changed) for noun in POSTED}
    deliveries = m.Delivery.objects.filter(order__among=hanging.orders)
    records["order"] |= hanging.orders
    records["delivery"] |= set(deliveries.values_list("id", flat=True))
    for noun in POSTED:
        post_facts(noun, sorted(records[noun]), at=at)
    post_facts("person", sorted(hanging.people), at=at)
    recount(hanging.customers, at)
    follow(sorted(hanging.customers), at=at)
    reprice(sorted(touches["floor_price"].created), at=at)
    repost(m.Fact.objects.filter(person__in=hanging.people), at)
    repost(m.Fact.objects.filter(outlet__in=hanging.outlets), at)


def _restore(batch: int, noun: str, changes: Mapping[int, Change]) -> None:
    """Give records their columns back, and what hangs on a card or an order with them.

    Versions only grow; earlier batches learn the new ones, so that they can be undone next.
    """
    table: Any = TABLES[noun]
    records = list(table.objects.filter(id__among=changes).order_by("id"))
    names = {name for change in changes.values() for name in change.before} - PARTS - {"id"}
    for record in records:
        before = changes[record.pk].before
        for name in names & before.keys():
            column = table._meta.get_field(name)  # noqa: SLF001  Django's documented interface
            setattr(record, name, _python(column, before[name]))
    if hasattr(table, "version"):
        names.add("version")
        for record in records:
            record.version = changes[record.pk].left + 1
        teach(batch, noun, {r.pk: (changes[r.pk].found, r.version) for r in records})
    update(records, sorted(names))
    if noun == "prospect":
        _drop_steps({pk: change.before["last_step"] for pk, change in changes.items()})
        _restore_steps([one for c in changes.values() for one in c.before.get("steps", ())])
        date_openings(records)
    if noun == "order":
        _restore_parts({pk: c.before for pk, c in changes.items() if "lines" in c.before})


def _python(column: Any, value: Any) -> Any:
    if column.get_internal_type() == "BinaryField" and isinstance(value, str):
        return bytes.fromhex(value)
    return value if column.is_relation else column.to_python(value)


def _drop_steps(last: Mapping[int, int]) -> None:
    """Remove the steps of cards after the last one that each had."""
    steps = m.ProspectStep.objects.filter(prospect__among=last)
    columns = steps.values_list("id", "prospect")
    delete(m.ProspectStep, [pk for pk, card in columns if pk > last[card]])


def _restore_steps(before: Sequence[Mapping[str, Any]]) -> None:
    """Give steps of cards back their day, level and owner."""
    was = {one["id"]: one for one in before}
    steps = list(m.ProspectStep.objects.filter(id__among=was))
    for step in steps:
        one = was[step.pk]
        step.on_date = date.fromisoformat(one["on_date"])
        step.level, step.owner_id = one["level"], one["owner_id"]
    update(steps, ["on_date", "level", "owner"])


def _restore_parts(before: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the lines and shares of orders anew as they were."""
    orders = list(before)
    for part in (m.OrderLine, m.OrderShare):
        delete(part, orders, column="order_id")
    insert(m.OrderLine, [{"order_id": pk, **line} for pk in orders for line in before[pk]["lines"]])
    insert(m.OrderShare, [_share(pk, share) for pk in orders for share in before[pk]["shares"]])


def _share(order: int, share: Mapping[str, Any]) -> dict[str, Any]:
    since = date.fromisoformat(share["since"])
    person, part = share["person"], share["share"]
    return {"order_id": order, "since": since, "person_id": person, "share": part}


def _delete(table: Any, ids: Sequence[int]) -> None:
    """Delete records with their parts; whatever else hangs on one of them forbids it."""
    for related in table._meta.related_objects:  # noqa: SLF001  Django's documented interface
        if related.on_delete is CASCADE:
            delete(related.related_model, ids, column=related.field.column)
    delete(table, ids)
