"""Two transactions that take back the same fact: the second one is stopped by the database."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from cast import AT, Cast, Floor
from cheji.facts import post, posting, rebuilding
from cheji.records import models as m

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_fact_is_reversed_once():
    """One moves a person to another team while another hands his visit to a colleague."""
    cast, outcomes = Cast(), []
    visit = Floor().visit(cast.outlet, cast.people["zhang"])
    reading = Event()

    def moves() -> None:
        try:
            with transaction.atomic():
                m.Post.objects.filter(person=cast.people["zhang"]).update(unit=cast.other_team)
                rows = list(posting.difference(*_sides(visit)))
                reading.set()
                posting._write(rows, AT)
            outcomes.append("done")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        m.Visit.objects.filter(pk=visit.pk).update(person=cast.people["li"])
        post("visit", [visit.pk], at=AT)
        other = Thread(target=moves)
        other.start()
        reading.wait()
    other.join()
    assert outcomes == ["refused"]
    assert [row.person for row in posting.standing("visit", [visit.pk])] == [cast.people["li"].pk]
    rebuilding.rebuild()
    assert rebuilding.differences() == []


def _sides(visit):
    said = posting.SAID["visit"]([visit.pk], posting.Book())
    return said, posting.standing("visit", [visit.pk])
