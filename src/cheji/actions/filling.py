"""What is written into fields of the house's own: checked, kept with the record, posted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from cheji.facts import post as post_facts
from cheji.facts.book import Book
from cheji.records.bulk import update
from cheji.records.masking import IDENTITY, LANDLINE, MOBILE
from cheji.records.models import Customer, CustomField, Delivery, Order, Prospect, Visit
from cheji.records.own import OWN
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer

NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
LONGEST: Final = 200
TABLES: Final[dict[str, Any]] = {
    "customer": Customer,
    "prospect": Prospect,
    "order": Order,
    "visit": Visit,
}
T = CustomField.Type
Values = Mapping[str, str]
"""Texts by code of field, as they are kept: dates as 2026-11-22, numbers as 12.5."""


class FieldMissing(Refused):
    """{field} must be filled in."""

    zh = "“{field}”必须填写。"


class NotAValue(Refused):
    """{field}: {value} is not such a value. Write {how}."""

    zh = "“{field}”：{value} 不符合要求。请填写 {how}。"


class NotInTheClear(Refused):
    """{field} is not encrypted: write phone and ID numbers where the customer's are kept."""

    zh = "“{field}”未加密：电话、证件号码请填在客户的专用栏目中。"


def in_use(noun: str) -> dict[str, CustomField]:
    """The fields of a noun that are not retired, by code, in their order."""
    rows = CustomField.objects.filter(noun=noun, retired=False).order_by("position", "id")
    return {field.code: field for field in rows}


def first(noun: str, values: Values | None, by: Viewer) -> dict[str, str]:
    """What a new record keeps; None: nobody was asked, as where no form has the fields.

    Raises:
        FieldMissing: a required field is empty.
        NotAValue: a value is not of its field's type.
        BadValue: there is no such field.
    """
    if values is None:
        return {}
    fields = in_use(noun)
    known(fields, values)
    said = {code: sound(field, values.get(code, ""), by) for code, field in fields.items()}
    return {code: text for code, text in said.items() if text}


def merged(noun: str, kept: Values, values: Values | None, by: Viewer) -> dict[str, str]:
    """What a record keeps after a change: an empty text clears, what is not named stays."""
    if not values:
        return dict(kept)
    fields = in_use(noun)
    known(fields, values)
    said = {code: sound(fields[code], text, by) for code, text in values.items()}
    return {code: text for code, text in {**kept, **said}.items() if text}


def moved(before: Values, after: Values) -> list[str]:
    """The fields that differ; the audit log keeps these and never the values."""
    return sorted(c for c in {*before, *after} if before.get(c) != after.get(c))


def known(fields: Mapping[str, CustomField], values: Values) -> None:
    for code in sorted(set(values) - set(fields)):
        raise BadValue(field=f"{OWN}{code}", value=values[code][:40], why=", ".join(fields) or "—")


def sound(field: CustomField, given: str, by: Viewer) -> str:
    """The text as it is kept; the refusal names the field as the viewer reads it."""
    text = given.strip()
    place = {
        "field": field.zh if by.language.startswith("zh") else field.en,
        "column": f"{OWN}{field.code}",
    }
    if not text:
        if field.required:
            raise FieldMissing(**place)
        return ""
    choices = [choice[0] for choice in field.choices]
    fits = {
        T.TEXT: len(text) <= LONGEST,
        T.NUMBER: bool(NUMBER.fullmatch(text)),
        T.DATE: _is_day(text),
        T.CHOICE: text in choices,
    }[T(field.type)]
    if not fits:
        how = {T.TEXT: f"≤ {LONGEST}", T.NUMBER: "12.5", T.DATE: "2026-11-22"}
        raise NotAValue(**place, value=text[:40], how=how.get(T(field.type), ", ".join(choices)))
    if any(shape.search(text) for shape in (MOBILE, LANDLINE, IDENTITY)):
        raise NotInTheClear(**place)
    return text


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def write(noun: str, values: Mapping[int, Values], at: datetime, book: Book | None = None) -> None:
    """Put whole values into records by id; those whose marked fields they fill are posted."""
    if not values:
        return
    table = TABLES[noun]
    update([table(pk=pk, custom=dict(custom)) for pk, custom in values.items()], ["custom"])
    post_marked(noun, values, set().union(*values.values()), at, book)


def post_marked(
    noun: str, ids: Iterable[int], codes: Iterable[str], at: datetime, book: Book | None = None
) -> None:
    """Post the facts of records of which these fields moved, when a measure may ask for one."""
    rows = CustomField.objects.filter(noun=noun, in_kpis=True, code__in=list(codes))
    if rows.exists():
        post(noun, list(ids), at, book)


def post(noun: str, ids: Sequence[int], at: datetime, book: Book | None = None) -> None:
    """Post the records whose facts carry the fields: a customer's are those of his records."""
    for source in ("visit", "prospect", "order"):
        if noun in ("customer", source):
            rows = TABLES[source].objects.filter(**{_way(noun, source): ids}).order_by("id")
            found = list(rows.values_list("id", flat=True))
            post_facts(source, found, at=at, book=book)
            if source == "order":
                handed = Delivery.objects.filter(order__among=found).order_by("id")
                post_facts("delivery", list(handed.values_list("id", flat=True)), at=at, book=book)


def _way(noun: str, source: str) -> str:
    return "id__among" if noun == source else "customer__among"
