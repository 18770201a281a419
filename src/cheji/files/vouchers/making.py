"""From a closed pay run to balanced vouchers: the cost when it is earned, the payment later."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from cheji.files.vouchers.gathering import Booked
from cheji.files.vouchers.shapes import PaidRun, Row, Voucher
from cheji.records.booking import Accounts, must_be_set, must_come_to


def accrual(runs: Sequence[Booked], first: int = 1) -> list[Voucher]:
    """计提: expense by component against wages payable; a voucher for each run with any money.

    Numbers go on from the `first`, by account book, voucher type and month: there each is once.

    Raises:
        SumsDiffer: lines and total of a run are not the same money.
        AccountMissing: an account has no code.
    """
    made = ((run, accounts, run.last, _accrued(run, accounts)) for run, accounts in runs)
    return _vouchers(made, first)


def payment(runs: Sequence[Booked], on: date, first: int = 1) -> list[Voucher]:
    """发放: wages payable against the account that pays; numbered as `accrual`.

    Raises:
        SumsDiffer: lines and total of a run are not the same money.
        AccountMissing: an account has no code.
    """
    made = ((run, accounts, on, _paid(run, accounts)) for run, accounts in runs)
    return _vouchers(made, first)


def reversal(runs: Sequence[Booked], on: date, first: int = 1) -> list[Voucher]:
    """冲回: the same as `accrual` on another day and in red, so that both together are nothing."""
    made = ((run, accounts, on, _red(_accrued(run, accounts))) for run, accounts in runs)
    return _vouchers(made, first)


def _red(rows: Iterable[Row]) -> list[Row]:
    return [
        replace(row, text=f"冲回 {row.text}", debit=-row.debit, credit=-row.credit) for row in rows
    ]


def _vouchers(
    made: Iterable[tuple[PaidRun, Accounts, date, Sequence[Row]]], first: int
) -> list[Voucher]:
    """One after the other; a run that comes to nothing has none: programs refuse empty vouchers."""
    found: list[Voucher] = []
    taken: Counter[tuple[str, str, int, int]] = Counter()
    for run, accounts, on, rows in made:
        series = accounts.book, accounts.mark, on.year, on.month
        voucher = _voucher(run, accounts, first + taken[series], on, rows)
        if rows:
            taken[series] += 1
            found.append(voucher)
    return found


def _voucher(
    run: PaidRun, accounts: Accounts, number: int, on: date, rows: Sequence[Row]
) -> Voucher:
    must_come_to(run.run, sum(payee.payable for payee in run.payees), run.total)
    must_be_set(run.name, (row.account for row in rows))
    must_come_to(run.run, sum(row.debit for row in rows), sum(row.credit for row in rows))
    return Voucher(
        on, accounts.mark, number, tuple(rows), accounts.maker, run.seal, accounts.book,
        accounts.currency, accounts.mark_code,
    )  # fmt: skip


def _accrued(run: PaidRun, accounts: Accounts) -> list[Row]:
    """A row for each component that comes to something, in the order of the statement."""
    sums: dict[str, int] = {}
    names: dict[str, str] = {}
    for payee in run.payees:
        for amount in payee.amounts:
            sums[amount.component] = sums.get(amount.component, 0) + amount.fen
            names.setdefault(amount.component, amount.zh)
    department = _department(run, accounts)
    expenses = [
        Row(
            f"计提 {run.title} {names[component]}",
            accounts.of(component),
            fen,
            0,
            department,
        )
        for component, fen in sums.items()
        if fen
    ]
    return expenses + _payables(run, accounts, "计提")


def _payables(run: PaidRun, accounts: Accounts, verb: str) -> list[Row]:
    """What is owed, as credit: in one row, or by person."""
    text, department = f"{verb} {run.title}", _department(run, accounts)
    if not accounts.each_person:
        return [Row(text, accounts.payable, 0, run.total, department)] if run.total else []
    return [
        Row(f"{text} {payee.name}", accounts.payable, 0, payee.payable, department, payee.number)
        for payee in run.payees
        if payee.payable
    ]


def _paid(run: PaidRun, accounts: Accounts) -> list[Row]:
    owed = [
        Row(row.text, row.account, row.credit, 0, row.department, row.person)
        for row in _payables(run, accounts, "发放")
    ]
    return [*owed, Row(f"发放 {run.title}", accounts.bank, 0, run.total)] if run.total else owed


def _department(run: PaidRun, accounts: Accounts) -> str:
    return accounts.department or run.outlet
