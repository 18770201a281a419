"""Leaving: until when the account works, and what takes a leaving back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cast import AT, ON, Cast
from cheji.actions import accounts, people
from cheji.actions.accounts import LeavingEntered
from cheji.actions.people import HasNotLeft
from cheji.records import models as m
from cheji.records.refusals import NotYours
from cheji.records.visibility import operator, viewer_of

pytestmark = pytest.mark.django_db
SOON = ON + timedelta(days=11)


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def leave(cast: Cast, on: date) -> None:
    people.leave(by=cast["hr"], at=AT, person=cast.people["li"].pk, on=on)


def stands() -> tuple[date | None, list[date | None], bool]:
    """The leaving of Li, the ends of his posts, and whether his account is open."""
    user = m.User.objects.select_related("person").get(username="li")
    assert user.person
    ends = user.person.posts.order_by("since", "id").values_list("until", flat=True)
    return user.person.left_on, list(ends), user.is_active


def test_who_leaves_works_until_his_last_day_is_over(cast: Cast) -> None:
    leave(cast, SOON)
    assert stands() == (SOON, [SOON], True)
    user = m.User.objects.get(username="li")
    worked = [bool(viewer_of(user, SOON - timedelta(days=days)).grants) for days in (1, 0)]
    assert worked == [True, False]


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Shanghai", 16), ("Europe/Berlin", 22)])
def test_his_account_is_closed_when_the_day_begins_where_he_worked(
    cast: Cast, zone: str, hour: int
) -> None:
    m.Unit.objects.update(timezone=zone)
    leave(cast, SOON)
    begins = datetime(SOON.year, SOON.month, SOON.day, hour, tzinfo=UTC) - timedelta(days=1)
    for at, closed in ((begins - timedelta(minutes=1), 0), (begins, 1), (begins, 0)):
        assert people.close_left(by=operator(at.date()), at=at) == closed
    assert stands() == (SOON, [SOON], False)
    assert m.AuditEntry.objects.filter(verb="people.close_left").count() == 1


@pytest.mark.parametrize(("until", "closed"), [(None, 0), (SOON, 0), (ON, 1)])
def test_who_was_hired_again_while_his_leaving_stood_keeps_his_account(
    cast: Cast, until: date | None, closed: int
) -> None:
    """Versions before left the leaving as it was entered."""
    li = cast.people["li"]
    m.Person.objects.filter(pk=li.pk).update(left_on=ON)
    li.posts.update(until=until)
    assert people.close_left(by=operator(ON), at=AT) == closed


@pytest.mark.parametrize("on", [SOON, ON])
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_leaving_that_is_taken_back_opens_what_it_ended(
    cast: Cast, on: date, *, goes_on: bool
) -> None:
    leave(cast, on)
    li = cast.people["li"]
    told: dict[str, Any] = {"by": cast["hr"], "at": AT, "person": li.pk}
    people.stay(**told, posts=[post.pk for post in li.posts.all()] if goes_on else [])
    assert stands() == (None, [None if goes_on else on], True)
    facts = m.Fact.objects.filter(kind="leaver", person=li.pk)
    assert sum(facts.values_list("quantity", flat=True)) == 0
    with pytest.raises(HasNotLeft):
        people.stay(**told)


def test_an_account_that_was_closed_by_hand_is_opened_by_an_administrator_alone(
    cast: Cast,
) -> None:
    login: dict[str, Any] = {"at": AT, "username": "li"}
    accounts.close_account(by=cast["administrator"], **login)
    leave(cast, ON)
    with pytest.raises(LeavingEntered):
        accounts.reopen_account(by=cast["administrator"], **login)
    people.stay(by=cast["hr"], at=AT, person=cast.people["li"].pk)
    assert stands()[2] is False
    with pytest.raises(NotYours):
        accounts.reopen_account(by=cast["hr"], **login)
    accounts.reopen_account(by=cast["administrator"], **login)
    assert stands()[2] is True


@pytest.mark.parametrize("verb", ["appoint", "move"])
def test_who_is_hired_again_has_not_left(cast: Cast, verb: str) -> None:
    leave(cast, ON)
    day = {"since": SOON} if verb == "appoint" else {"on": SOON}
    getattr(people, verb)(
        by=cast["hr"], at=AT, person=cast.people["li"].pk, unit=cast.team.pk, role="consultant",
        **day,
    )  # fmt: skip
    assert stands() == (None, [ON, None], True)
    left = m.Fact.objects.filter(kind="leaver", person=cast.people["li"].pk)
    assert [(one.on_date, one.quantity > 0) for one in left] == [(ON, True)]


def test_of_who_left_twice_both_leavings_count(cast: Cast) -> None:
    leave(cast, ON)
    who, again = cast.people["li"].pk, SOON + timedelta(days=30)
    people.appoint(
        by=cast["hr"], at=AT, person=who, unit=cast.team.pk, role="consultant", since=SOON
    )
    leave(cast, again)
    left = m.Fact.objects.filter(kind="leaver", person=who).order_by("on_date")
    assert list(left.values_list("on_date", flat=True)) == [ON, again]
    people.stay(by=cast["hr"], at=AT, person=who)
    told = m.Fact.objects.filter(kind="leaver", person=who).order_by("id")
    assert [(one.on_date, one.quantity > 0) for one in told] == [
        (ON, True), (again, True), (again, False),
    ]  # fmt: skip
