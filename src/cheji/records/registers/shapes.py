"""What a register (台账) is: its fields, and what its entries say as facts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Type = Literal[
    "text", "code", "int", "quantity", "money", "number", "date", "moment", "minutes", "bool",
    "choice",
]  # fmt: skip
"""What a field holds: text, code → str · int, minutes → int · quantity, number → int in 1/10,000 ·
money → int in fen · date · moment → a time, shown in the outlet's zone · bool → yes, no or not
known · choice → its code."""
Need = Literal["required", "optional", "none"]
Maybe = Literal["optional", "none"]
Family = Literal[
    "leads", "prospects", "vehicles", "orders", "aftersales", "surveys", "people", "manual"
]
TYPES_OF_NUMBERS = ("int", "minutes", "quantity", "number", "money")


class Choice(NamedTuple):
    """One allowed value: its code, its name, and other words that mean it."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is called, what may stand in it, an example, a note.

    `low` and `high` bound a number as people write it (yuan, points). A date `of` a moment is that
    moment's day where the moment is given. What is the price of `each` one is not added up.
    """

    code: str
    zh: str
    en: str
    type: Type
    required: bool = False
    choices: tuple[Choice, ...] = ()
    aliases_zh: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    example: str = ""
    example_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    low: int | None = None
    high: int | None = None
    length: int = 120
    of: str = ""
    each: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether a sum of it says something; points and minutes are not added up."""
        return self.type in ("money", "int", "quantity") and not self.each

    @property
    def scale(self) -> int:
        """How many units of the kept whole number make one that people write."""
        return {"money": 100, "quantity": 10_000, "number": 10_000}.get(self.type, 1)


class Days(NamedTuple):
    """Whole days from one date to another."""

    since: str
    until: str


class Minutes(NamedTuple):
    """Whole minutes from one moment to another."""

    since: str
    until: str


class Share(NamedTuple):
    """One number by another, in 1/10,000."""

    part: str
    full: str


class InTime(NamedTuple):
    """`done` by the day due, `late` after it, `open` where nothing was done."""

    due: str
    done: str


Value = str | int | Days | Minutes | Share
Word = str | InTime


@dataclass(frozen=True, slots=True)
class Says:
    """One fact that an entry says, on the day of its field `on`; without that day it says nothing.

    `since` names a date field, or with a colon before it a beginning that other records hold:
    `:lead` the customer's last lead, `:card` his last card, both not after `on`. All of `when` must
    hold: a field has one of the values. `quantity`, `fen` and `value` are numbers or name fields
    (`fen` several, which are added). `tags` and `channel` name a field of choices, or are the word
    itself behind a colon. `once`: of a customer's entries in a month of the outlet's calendar only
    the first says it; without a customer none.
    """

    kind: str
    on: str
    since: str = ""
    when: tuple[tuple[str, tuple[object, ...]], ...] = ()
    quantity: str | int = 10_000
    fen: tuple[str, ...] = ()
    value: Value = 0
    tags: Word = ""
    channel: Word = ""
    once: bool = False

    @property
    def beginning(self) -> str:
        """`lead` or `card` where the fact is dated back to another record."""
        return self.since[1:] if self.since.startswith(":") else ""


@dataclass(frozen=True)
class Register:
    """One kind of record: what is written down of it, by whom, and which facts it says.

    `date` is the field by which entries are listed. `key` are the fields that, with outlet, date,
    customer, person and model, tell entries without a number apart. Of `any_of` at least one field
    is given. `ordered` are pairs of dates of which the second is not earlier; `future` are dates
    that may lie ahead. `right` is the verb that lets somebody write. `wide` names a choice with the
    word `group`: such an entry holds for all outlets, and only who reaches them all may write it.
    """

    code: str
    plural: str
    zh: str
    en: str
    family: Family
    right: str
    date: str
    fields: tuple[Field, ...]
    says: tuple[Says, ...]
    icon: str = "notes"
    customer: Maybe = "none"
    person: Need = "none"
    model: Need = "none"
    person_zh: str = "销售顾问"
    person_en: str = "Consultant"
    key: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    future: tuple[str, ...] = ()
    wide: str = ""
    about_zh: str = ""
    about_en: str = ""

    @cached_property
    def field(self) -> dict[str, Field]:
        return {field.code: field for field in self.fields}

    @property
    def moments(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.type == "moment")

    @property
    def once(self) -> bool:
        """Whether an entry's facts depend on the customer's other entries."""
        return any(says.once for says in self.says)

    @property
    def beginnings(self) -> frozenset[str]:
        """The records of others, by noun, that entries' facts are dated back to."""
        nouns = {"lead": "lead", "card": "prospect"}
        return frozenset(nouns[says.beginning] for says in self.says if says.beginning)
