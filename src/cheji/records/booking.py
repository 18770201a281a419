"""Whether closed pay runs can go to the books: lines that come to the total, accounts that are set.

What marks a run as exported asks here, and so does what writes its vouchers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from cheji.engine.money import yuan_text

from .models import PayLine, Run, SettledRun, Unit, VoucherAccounts
from .refusals import Refused
from .voucher_fields import BY_CODE, COMPONENT, EACH, account_of


class SumsDiffer(Refused):
    """The lines of run {run} come to {lines} yuan and the run says {total}. Run “cheji verify”."""

    zh = "计算 {run} 的明细合计 {lines} 元，与其总额 {total} 元不符。请运行 cheji verify 核查。"


class AccountMissing(Refused):
    """No account is set at {outlet} for “{what}”. Set it under “Accounts for vouchers” first."""

    zh = "{outlet}尚未设置“{what_zh}”的会计科目。请先在“凭证科目”中设置。"


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
        book: number of the account book (账簿); only 云星空 is told it, other files hold one book.
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

    def of(self, component: str) -> Account:
        """Where what a component pays is booked as cost."""
        return self.by_component.get(component, self.expense)


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


def said_over(units: Iterable[Unit]) -> list[VoucherAccounts]:
    """What units and those above them say, from the top down."""
    ids = {int(part) for unit in units for part in unit.path.strip("/").split("/")}
    rows = VoucherAccounts.objects.filter(unit__in=ids).select_related("unit")
    return sorted(rows, key=lambda row: len(row.unit.path.split("/")))


def held_at(unit: Unit, said: Iterable[VoucherAccounts]) -> dict[str, str]:
    """What holds at a unit, by the codes of `voucher_fields`; `said` goes from the top down."""
    holds: dict[str, str] = {}
    for row in said:
        if unit.path.startswith(row.unit.path):
            holds |= row.values
    return holds


def must_come_to(run: int, lines: int, total: int | None) -> None:
    """Refuse a run whose lines are not the money that it says.

    Raises:
        SumsDiffer: that.
    """
    if lines != (total or 0):
        raise SumsDiffer(run=run, lines=yuan_text(lines), total=yuan_text(total or 0))


def must_be_set(outlet: str, accounts: Iterable[Account]) -> None:
    """Refuse accounts that have no code.

    Raises:
        AccountMissing: the first of them.
    """
    for account in accounts:
        if not account.code:
            raise AccountMissing(outlet=outlet, what=account.en, what_zh=account.name)


def unbookable(runs: Collection[Run], *, paying: bool = False) -> dict[int, Refused]:
    """Why the cost of runs, or their payment, cannot be booked, by run; what can is left out.

    Runs come with their outlets.
    """
    said = said_over([run.outlet for run in runs])
    books = {run.pk: accounts_of(held_at(run.outlet, said)) for run in runs}
    amounts = _amounts(runs)
    settled = _settled(runs) if paying else {}
    owing = _owing([run for run in runs if books[run.pk].each_person], settled)
    found: dict[int, Refused] = {}
    for run in runs:
        accounts, lines = books[run.pk], amounts[run.pk]
        try:
            must_come_to(run.pk, sum(lines.values()), run.total)
            paid = (run.total or 0) - sum(settled.get(run.pk, {}).values())
            owes = run.pk in owing if accounts.each_person else paid != 0
            needed = [accounts.payable] if owes else []
            if paying:
                needed += [accounts.bank] if paid else []
            else:
                needed[:0] = [accounts.of(component) for component, fen in lines.items() if fen]
            must_be_set(run.outlet.name, needed)
        except Refused as refusal:
            found[run.pk] = refusal
    return found


def _owing(runs: Collection[Run], settled: Mapping[int, Mapping[int, int]]) -> set[int]:
    """Runs with a row for somebody: what two people owe each other comes to nothing and has two."""
    if not runs:
        return set()
    rows = PayLine.objects.filter(run__in=runs).order_by().values_list("run", "person")
    people = rows.annotate(due=Sum("fen")).exclude(due=0)
    return {run for run, who, _ in people if not settled.get(run, {}).get(who)}


def _amounts(runs: Collection[Run]) -> dict[int, dict[str, int]]:
    """What each component comes to in each run, fen."""
    rows = PayLine.objects.filter(run__in=runs).order_by().values_list("run", "component")
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for run, component, fen in rows.annotate(Sum("fen")):
        found[run][component] = fen
    return found


def _settled(runs: Collection[Run]) -> dict[int, dict[int, int]]:
    """What settlements took up of each run, by person, fen."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = SettledRun.objects.filter(run__in=runs).values_list("run", "person", "fen")
    for run, person, fen in rows:
        found[run][person] = fen
    return found
