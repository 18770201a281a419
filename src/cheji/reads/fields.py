"""Fields of the house's own, and what records have in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cheji.reads.seen import own_seen
from cheji.records.models import CustomField
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field; `choices` are (code, zh, en) of a choice."""

    id: int
    noun: str
    code: str
    zh: str
    en: str
    type: str
    choices: tuple[tuple[str, str, str], ...]
    required: bool
    in_kpis: bool
    position: int
    retired: bool
    version: int

    def said(self, value: str) -> tuple[str, str]:
        """A value in Chinese and English: of a choice its names."""
        for code, zh, en in self.choices:
            if code == value:
                return zh, en
        return value, value


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with what a record has in it, as kept; empty when nothing."""

    field: FieldSeen
    value: str
    hidden: bool = False
    """The viewer may not read it, so that no form asks him for it."""

    @property
    def label(self) -> tuple[str, str]:
        """In Chinese and English: of a choice its names."""
        return self.field.said(self.value)


def fields(noun: str = "", *, retired: bool = False) -> tuple[FieldSeen, ...]:
    """The fields of a noun, or of all, in their order; retired ones when they are asked for."""
    rows = CustomField.objects.order_by("noun", "position", "id")
    rows = rows.filter(noun=noun) if noun else rows
    return tuple(_seen(row) for row in (rows if retired else rows.filter(retired=False)))


def readable(viewer: Viewer, noun: str) -> tuple[FieldSeen, ...]:
    """The fields in use of a noun that this viewer may read."""
    found = fields(noun)
    hidden = of(viewer).hidden_fields if found else frozenset()
    return tuple(one for one in found if one.code not in hidden)


def field(number: int) -> FieldSeen:
    """One field by its id.

    Raises:
        NotFound: there is none.
    """
    row = CustomField.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(noun="field", key=number)
    return _seen(row)


def filled(viewer: Viewer, noun: str, record: int) -> tuple[Filled, ...]:
    """The fields in use with a record's values, as far as the viewer sees the record."""
    found = fields(noun)
    if not found:
        return ()
    scope = of(viewer)
    row = one(_rows(scope, noun), noun, record, pk=record)
    kept: Mapping[str, Any] = own_seen(scope, row.custom)
    hidden = scope.hidden_fields
    return tuple(Filled(one, str(kept.get(one.code, "")), one.code in hidden) for one in found)


def _rows(scope: Scope, noun: str) -> Any:
    return {
        "customer": scope.customers,
        "prospect": scope.prospects,
        "order": scope.orders,
        "visit": scope.visits,
    }[noun]()


def _seen(row: CustomField) -> FieldSeen:
    choices = tuple((code, zh, en) for code, zh, en in row.choices)
    return FieldSeen(
        row.pk,
        row.noun,
        row.code,
        row.zh,
        row.en,
        row.type,
        choices,
        row.required,
        row.in_kpis,
        row.position,
        row.retired,
        row.version,
    )
