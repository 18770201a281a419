"""What a test that commits begins with is the same each time, whatever the one before left."""

from collections.abc import Callable

import pytest
from django.db import connection

from beginnings import _rows, _shape, begun_apart
from cast import Cast
from cheji.records import models as m

pytestmark = pytest.mark.django_db(transaction=True)


def written() -> None:
    m.Person.objects.update(name="another")
    m.Person.objects.create(number="NEW", name="new")
    m.Post.objects.filter(role=m.Post.Role.CARE).delete()


guests = []


def locked() -> None:
    """A connection that nobody closes holds what the next test writes."""
    guest = connection.copy()
    guests.append(guest)
    guest.set_autocommit(False)
    with guest.cursor() as cursor:
        cursor.execute("LOCK records_person")


def unguarded() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER records_payline_no_update ON records_payline")


@pytest.mark.parametrize("left", [written, locked, unguarded])
def test_it_is_brought_back(left: Callable[[], None]) -> None:
    with begun_apart(Cast):
        before = _rows(connection), _shape(connection)
        left()
    with begun_apart(Cast) as cast:
        assert (_rows(connection), _shape(connection)) == before
        assert m.Person.objects.get(pk=cast.people["li"].pk).name == "李娜"
