"""Two at one time: runs that are closed, accruals that are worked out and booked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction

from actions.test_at_once import together
from cheji.actions import pay as verbs
from cheji.reads.pay.accruals import accrued
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, Sold, brought, calculated, closed, planned

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_outlets_do_not_both_take_up_what_a_mover_was_left() -> None:
    """His post is put right after his old outlet worked its month out: both runs hold him."""
    sold = Sold()
    planned(holdbacks=[HELD])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    first = closed(cast, FEBRUARY)
    old = brought(cast, calculated(cast, MARCH), "review", "approve")
    m.Post.objects.filter(person=zhang, until=None).update(until=date(2026, 3, 1))
    m.Post.objects.create(person=zhang, unit=cast.sister, role="consultant", since=date(2026, 3, 1))
    new = brought(cast, calculated(cast, MARCH, outlet="N2"), "review", "approve")
    taken = m.PayInput.objects.filter(run__in=[old, new], person=zhang)
    assert [row.taken for row in taken] == [[first.pk]] * 2
    by = cast["finance"]
    outcomes = together(
        *(lambda run=run: verbs.close(by=by, at=LATER, run=run.pk) for run in (old, new))
    )
    assert outcomes == ["OutOfDate", "done"]
    assert taken.filter(run__state="closed").count() == 1
    assert [one.broken for one in replayed(by)] == [()] * 3


# -- accruals ----------------------------------------------------------------------------------


@contextmanager
def meanwhile(verb: Callable[[], object]) -> Iterator[list[str]]:
    """Commit the block only once the verb, on a connection of its own, waits for what it holds."""
    outcome: list[str] = []
    other = Thread(target=lambda: outcome.extend(together(verb)))
    with transaction.atomic():
        yield outcome
        other.start()
        while not _waits():
            assert other.is_alive(), "it did not wait"
            sleep(0.01)
    other.join()


WAITING = """
SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone() is not None


class Accruing:
    """Finance, and an accrual of February that the books do not have."""

    def __init__(self) -> None:
        sold = Sold()
        planned()
        self.cast = sold.cast
        self.by = sold.cast["finance"]
        self.made = accrued(self.by, "N1", FEBRUARY, "consultant_pay")

    def accrue(self) -> int:
        return verbs.accrue(by=self.by, at=LATER, made=self.made).id

    def book(self, accrual: int) -> int:
        return verbs.book_accruals(by=self.by, at=LATER, accruals=[accrual]).id


@pytest.mark.django_db(transaction=True)
def test_an_accrual_that_is_booked_as_it_is_worked_out_anew_stays() -> None:
    """Else the books would have a voucher of which no reversal was ever offered."""
    desk = Accruing()
    first = desk.accrue()
    with meanwhile(desk.accrue) as outcome:
        desk.book(first)
    rows = m.PayAccrual.objects.order_by("id").values_list("stands", "booked_at")
    assert (outcome, [*rows]) == (["done"], [(False, LATER), (True, None)])


@pytest.mark.django_db(transaction=True)
def test_an_accrual_that_is_replaced_as_it_is_booked_is_not_booked() -> None:
    desk = Accruing()
    first = desk.accrue()
    with meanwhile(lambda: desk.book(first)) as outcome:
        second = desk.accrue()
    rows = m.PayAccrual.objects.values_list("id", "booked_at")
    assert (outcome, [*rows]) == (["AccrualsDiffer"], [(second, None)])


@pytest.mark.django_db(transaction=True)
def test_of_two_accruals_at_once_the_second_replaces_the_first() -> None:
    desk = Accruing()
    with meanwhile(desk.accrue) as outcome:
        first = desk.accrue()
    assert (outcome, m.PayAccrual.objects.get().pk > first) == (["done"], True)


@pytest.mark.django_db(transaction=True)
def test_no_accrual_comes_to_stand_beside_a_run_that_is_closed_at_that_moment() -> None:
    desk = Accruing()
    run = brought(desk.cast, calculated(desk.cast, FEBRUARY), "review", "approve")
    with meanwhile(desk.accrue) as outcome:
        verbs.close(by=desk.by, at=LATER, run=run.pk)
    assert (outcome, m.PayAccrual.objects.count()) == (["WrongPayState"], 0)
