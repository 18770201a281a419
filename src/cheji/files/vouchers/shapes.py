"""What a voucher is made of; money in fen."""

from dataclasses import dataclass
from datetime import date

from cheji.records.booking import Account


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
    """凭证: balanced rows of one day; `reference` is the run's seal.

    `number` is unique in its account book, type and month as far as the file goes.
    """

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
