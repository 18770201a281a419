"""From what the reads say of closed runs to what vouchers and payroll lists are made of."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.timezone import localtime

from cheji.files.vouchers.shapes import Amount, PaidRun, Payee
from cheji.reads.pay.vouchers import PayoutSeen
from cheji.records.booking import Accounts, accounts_of

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


def settled_out(runs: Iterable[Booked], found: Iterable[PayoutSeen]) -> list[Booked]:
    """Only the people whose pay a settlement took up, as the settlements pay it."""
    kept = []
    for (run, accounts), one in zip(runs, found, strict=True):
        settled = {payee.number: payee.settled for payee in one.people if payee.settled}
        payees = tuple(payee for payee in run.payees if payee.number in settled)
        title, total = f"{run.title} 离职结算", sum(settled.values())
        kept.append((replace(run, payees=payees, total=total, title=title), accounts))
    return kept


def paid_run(one: PayoutSeen) -> PaidRun:
    """A run for the books; the title has month, outlet and plan, and of an estimate the moment."""
    title = f"{one.month // 100}年{one.month % 100}月 {one.outlet.name} {one.zh}"
    if one.as_of:
        title = f"暂估（截至{localtime(one.as_of):%m-%d %H:%M}） {title}"
    payees = tuple(
        Payee(payee.number, payee.name, tuple(Amount(*amount) for amount in payee.amounts))
        for payee in one.people
    )
    return PaidRun(
        one.run, one.outlet.code, one.outlet.name, title, one.last, payees, one.total, one.seal
    )
