"""What the check of the books lets pass is written as a file, and nothing else is."""

from datetime import date
from typing import Any

import pytest

from cast import AT, Cast
from cheji.files.vouchers import Amount, PaidRun, Payee, accrual, payment
from cheji.records import models as m
from cheji.records.booking import AccountMissing, accounts_of, unbookable

pytestmark = pytest.mark.django_db
#: What components pay people; every run comes to nothing but the last.
RUNS = {
    "one owes another": {"zhang": {"units": 100}, "li": {"units": -100}},
    "each by two components": {"zhang": {"units": 100}, "li": {"gross": -100}},
    "each comes to nothing": {"zhang": {"units": 100, "gross": -100}},
    "nothing": {"zhang": {"units": 0}},
    "one is paid": {"zhang": {"units": 100}, "li": {"units": 0}},
}
SET = {"expense": "6601 费用", "payable": "2211 应付", "bank": "1002 银行"}


@pytest.mark.parametrize("lacks", ["", *SET])
@pytest.mark.parametrize("each", ["yes", "no"])
@pytest.mark.parametrize("paying", [True, False])
@pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)
def test_check_and_file_ask_for_the_same_accounts(
    cast_alone: Cast, made: dict[str, dict[str, int]], lacks: str, each: str, *, paying: bool
) -> None:
    people, outlet = cast_alone.people, cast_alone.outlet
    said: dict[str, str] = {code: text for code, text in SET.items() if code != lacks}
    m.VoucherAccounts.objects.create(
        unit=outlet, values={**said, "each_person": each}, changed_at=AT
    )
    total = sum(fen for own in made.values() for fen in own.values())
    run = m.Run.objects.create(
        kind="pay", outlet=outlet, period=202602, definition="p", digest="d", mark=0, made_at=AT,
        total=total,
    )  # fmt: skip
    payees: list[Payee] = []
    for who, own in made.items():
        for component, fen in own.items():
            m.PayLine.objects.create(
                run=run, person=people[who], step=1, component=component, entry="earning", fen=fen
            )
        amounts = tuple(Amount(code, code, fen) for code, fen in own.items())
        payees.append(Payee(who, who, amounts))
    booked = PaidRun(
        run=run.pk, outlet="N1", name=outlet.name, title="x", last=date(2026, 2, 28),
        payees=tuple(payees), total=total, seal="",
    )  # fmt: skip
    found: Any = None
    accounts = accounts_of({**said, "each_person": each})
    try:
        if paying:
            payment([(booked, accounts)], date(2026, 3, 9))
        else:
            accrual([(booked, accounts)])
    except AccountMissing as refusal:
        found = refusal.place
    refused = unbookable([run], paying=paying).get(run.pk)
    assert (refused and refused.place) == found
