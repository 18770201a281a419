"""What a voucher is made of; money in fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Account:
    """科目: its code in the books, and its name for people who read the file.

    `en` is what it is for in English, said of one that has no code yet.
    """

    code: str
    name: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Into which accounts pay goes, and how the house's books call things.

    Attributes:
        payable, bank: 应付职工薪酬, and the account that wages are paid from.
        expense: for every component that `by_component` does not name.
        by_component: by the code of a component.
        book: number of the account book (账簿); only 云星空 asks for it.
        mark: 凭证字; 云星空 asks for its number, `mark_code`, instead.
        department: the department's code; that of the outlet where it is empty.
        maker: 制单.
        each_person: payables by person instead of one row for the outlet.
    """

    payable: Account
    bank: Account
    expense: Account
    by_component: Mapping[str, Account] = field(default_factory=dict)
    book: str = ""
    mark: str = "记"
    mark_code: str = "PRE001"
    currency: str = "PRE001"
    department: str = ""
    maker: str = ""
    each_person: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """One component of one person."""

    component: str
    zh: str
    fen: int


@dataclass(frozen=True, slots=True)
class Payee:
    """A person of a run by staff number, and his amounts."""

    number: str
    name: str
    amounts: tuple[Amount, ...]

    @property
    def payable(self) -> int:
        return sum(amount.fen for amount in self.amounts)


@dataclass(frozen=True, slots=True)
class PaidRun:
    """A closed pay run as the books need it.

    `last` is the period's last day, `total` what the run itself says, in fen.
    """

    run: int
    outlet: str
    name: str
    title: str
    last: date
    payees: tuple[Payee, ...]
    total: int
    seal: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a voucher: one of debit and credit is zero; a reduction stands in red (below 0)."""

    text: str
    account: Account
    debit: int
    credit: int
    department: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Voucher:
    """凭证: balanced rows of one day; `number` counts within the file, `reference` is the seal."""

    on: date
    mark: str
    number: int
    rows: tuple[Row, ...]
    maker: str
    reference: str
    book: str
    currency: str
    mark_code: str

    @property
    def total(self) -> int:
        """What one side comes to, fen."""
        return sum(row.debit for row in self.rows)
