"""Verbs of fields of the house's own: define, amend, retire, and fill them in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cheji.records.models import CustomField
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Scope, Viewer
from cheji.records.words import NOT_BLANK, Words

from .deeds import amended, deed
from .definitions import stands_over
from .filling import TABLES, merged, moved, post, post_marked
from .locking import changed, locked

CODE = re.compile(r"(?=.{1,20}$)[a-z](_?[a-z0-9])*")
CHOICE = re.compile(r"[a-z0-9][a-z0-9_]{0,17}")
OF_CODES = Words(
    "代码只能由小写字母、数字和下划线组成", "codes have small letters, digits and underlines alone"
)
TWICE = Words("代码重复", "a code stands there twice")
CHOICES_ALONE = Words(
    "“选项”类型的字段必须有选项，其他类型不能有", "fields of choices need some, others have none"
)
COUNTED_CHOICES = Words("只有“选项”类型的字段可用于指标", "only a field of choices goes into KPIs")
#: Who may fill in the fields of a noun.
RIGHTS = {
    "customer": "prospects.write",
    "prospect": "prospects.write",
    "order": "orders.amend",
    "visit": "visits.write",
}
T = CustomField.Type


class ChoiceIsUsed(Refused):
    """The choice {choice} is written in records. Keep it; rename it if it should read otherwise."""

    zh = "选项 {choice} 已有记录使用，不能删除；可以改名。"


@dataclass(frozen=True)
class Done:
    id: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a field says; `choices` are (code, zh, en)."""

    zh: str
    en: str
    choices: Sequence[tuple[str, str, str]] = ()
    required: bool = False
    in_kpis: bool = False
    position: int = 0
    retired: bool = False

    def columns(self) -> dict[str, Any]:
        kept = [list(choice) for choice in self.choices]
        return {
            "zh": self.zh, "en": self.en, "choices": kept, "required": self.required,
            "in_kpis": self.in_kpis, "position": self.position, "retired": self.retired,
        }  # fmt: skip


def define(*, by: Viewer, at: datetime, noun: str, code: str, kind: str, terms: Terms) -> Done:
    """Add a field to a noun; its code never changes and is used once in the house."""
    with deed("fields.define", by=by, at=at, right="definitions.write") as doing:
        stands_over(doing, None)
        if not CODE.fullmatch(code):
            raise BadValue(field="code", value=code, why=OF_CODES)
        _must_fit(T(kind), terms)
        row = CustomField.objects.create(
            noun=CustomField.Noun(noun), code=code, type=T(kind), **terms.columns()
        )
        doing.tell(subject=row.pk, noun=noun, code=code, type=kind, in_kpis=terms.in_kpis)
        return Done(row.pk)


def amend(*, by: Viewer, at: datetime, field: int, version: int, terms: Terms) -> Done:
    """Change what a field says; marking it for KPIs posts the facts of what is written already."""
    with deed("fields.amend", by=by, at=at, right="definitions.write") as doing:
        stands_over(doing, None)
        row = locked(CustomField.objects.all(), "field", field, version)
        _must_fit(T(row.type), terms)
        holders = TABLES[row.noun].objects.filter(custom__has_key=row.code)
        codes = {choice[0] for choice in terms.choices}
        for gone, *called in sorted(one for one in row.choices if one[0] not in codes):
            if holders.filter(**{f"custom__{row.code}": gone}).exists():
                raise ChoiceIsUsed(choice=Words(*called), field="choices")
        differs = changed(row, **terms.columns())
        amended("-", differs)
        if {"in_kpis", "retired"} & set(differs):
            post(row.noun, list(holders.order_by("id").values_list("id", flat=True)), at)
        doing.tell(subject=field, code=row.code, changes=sorted(differs))
        return Done(field)


def _must_fit(type_: CustomField.Type, terms: Terms) -> None:
    """A choice has choices with codes of their own; only choices stand in facts."""
    if not terms.zh.strip() or not terms.en.strip():
        raise BadValue(field="zh", value="", why=NOT_BLANK)
    codes = [choice[0] for choice in terms.choices]
    wrong = [code for code in codes if not CHOICE.fullmatch(code)]
    if wrong or len(set(codes)) != len(codes):
        raise BadValue(
            field="choices", value=", ".join(wrong or codes), why=OF_CODES if wrong else TWICE
        )
    if bool(codes) != (type_ == T.CHOICE):
        raise BadValue(field="choices", value=", ".join(codes), why=CHOICES_ALONE)
    if terms.in_kpis and type_ != T.CHOICE:
        raise BadValue(field="in_kpis", value="✓", why=COUNTED_CHOICES)


def fill(
    *, by: Viewer, at: datetime, noun: str, record: int, version: int, values: Mapping[str, str]
) -> Done:
    """Write values by code into a record; an empty text clears one, what is not named stays."""
    with deed("fields.fill", by=by, at=at, right=RIGHTS[noun]) as doing:
        row = locked(_rows(doing.scope, noun), noun, record, version)
        kept = merged(noun, row.custom, values, by)
        differs = moved(row.custom, kept)
        changed(row, custom=kept)
        amended("-", differs)
        post_marked(noun, [record], differs, at)
        doing.tell(subject=record, outlet=row.outlet_id, noun=noun, fields=differs)
        return Done(record)


def _rows(scope: Scope, noun: str) -> Any:
    return {
        "customer": scope.customers,
        "prospect": scope.prospects,
        "order": scope.orders,
        "visit": scope.visits,
    }[noun]()
