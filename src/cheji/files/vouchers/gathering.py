"""From what the reads say of closed runs to what vouchers and payroll lists are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cheji.files.vouchers.shapes import Account, Accounts, Amount, PaidRun, Payee
from cheji.reads.pay.vouchers import PayoutSeen
from cheji.records.voucher_fields import BY_CODE, COMPONENT, EACH, account_of

Booked = tuple[PaidRun, Accounts]


def booked(found: Iterable[PayoutSeen]) -> list[Booked]:
    """Each run with the accounts that hold at its outlet."""
    return [(paid_run(one), accounts_of(one.accounts)) for one in found]


def paid_out(runs: Iterable[Booked], found: Iterable[PayoutSeen]) -> list[Booked]:
    """The same without the people whose pay a settlement took up: the run does not pay them."""
    kept = []
    for (run, accounts), one in zip(runs, found, strict=True):
        settled = {payee.number: payee.settled for payee in one.people if payee.settled}
        payees = tuple(payee for payee in run.payees if payee.number not in settled)
        total = run.total - sum(settled.values())
        kept.append((replace(run, payees=payees, total=total), accounts))
    return kept


def paid_run(one: PayoutSeen) -> PaidRun:
    """A run for the books; the title has month, outlet and plan."""
    title = f"{one.month // 100}年{one.month % 100}月 {one.outlet.name} {one.zh}"
    payees = tuple(
        Payee(payee.number, payee.name, tuple(Amount(*amount) for amount in payee.amounts))
        for payee in one.people
    )
    return PaidRun(
        one.run, one.outlet.code, one.outlet.name, title, one.last, payees, one.total, one.seal
    )


def accounts_of(values: Mapping[str, str]) -> Accounts:
    """What a unit says about its books; an account that is not said has no code yet."""
    by_component = {
        code.removeprefix(COMPONENT): Account(*account_of(text))
        for code, text in values.items()
        if code.startswith(COMPONENT)
    }
    return Accounts(
        payable=_account(values, "payable"),
        bank=_account(values, "bank"),
        expense=_account(values, "expense"),
        by_component=by_component,
        book=values.get("book", ""),
        mark=(mark := values.get("mark", "记")),
        # A type that was said as a number already, before this had a field of its own, holds.
        mark_code=values.get("mark_code", mark if mark.isascii() else "PRE001"),
        currency=values.get("currency", "PRE001"),
        department=values.get("department", ""),
        maker=values.get("maker", ""),
        each_person=EACH[values.get("each_person", "no")],
    )


def _account(values: Mapping[str, str], code: str) -> Account:
    text = values.get(code, "")
    return Account(*account_of(text)) if text else Account("", BY_CODE[code].zh, BY_CODE[code].en)
