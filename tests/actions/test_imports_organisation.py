"""Files that change where outlets lie, how people are reached and who customers are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from actions.test_imports import FEB, MARCH, Desk, counts, rows, trouble
from beginnings import begun
from cast import AT, ON
from cheji.actions import imports, people
from cheji.actions.imports import Entry, batches
from cheji.actions.imports.given import CLEAR
from cheji.records import models as m
from cheji.records.encryption import blind, unseal
from cheji.records.visibility import Grant

POST = {"number": "P1", "unit_code": "N1", "role": "consultant", "from": MARCH}
FRIDAY, SATURDAY = date(2026, 3, 27), date(2026, 3, 28)
IDENTITY = "11010519491231002X"


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with begun(Desk) as made:
        yield made


def paths(desk: Desk) -> list[tuple[str, str]]:
    below = m.Unit.objects.filter(path__contains=f"/{desk.cast.outlet.pk}/").order_by("pk")
    return list(below.values_list("code", "path"))


@pytest.mark.parametrize("given", [{"region_code": "S"}, {"region_name": "南区"}])
def test_an_outlet_moves_with_its_teams_to_the_region_that_a_file_names(
    desk: Desk, given: Any
) -> None:
    before, was = rows(), paths(desk)
    assert len(was) == 3
    row = {"outlet_code": "N1", **given}
    batch, report = desk.bring("outlets", [row], mode="update")
    assert (counts(report), report.troubles) == ((0, 1, 0, 0), [])
    north, south = desk.cast.north.path, desk.cast.south.path
    assert paths(desk) == [(code, path.replace(north, south)) for code, path in was]
    assert m.Unit.objects.get(code="N1").parent == desk.cast.south
    assert counts(desk.bring("outlets", [row], mode="update")[1]) == (0, 0, 1, 0)
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before


def test_an_outlet_goes_to_no_region_that_is_not_the_viewers(desk: Desk) -> None:
    north = desk.cast.north
    grant = Grant("administrator", north.pk, north.path, "region")
    by = replace(desk.cast["administrator"], grants=(grant,))
    entries = [Entry(2, {"outlet_code": "N1", "region_code": "S"})]
    entries.append(Entry(3, {"outlet_code": "N1", "region_code": "NEW"}))
    entries.append(Entry(4, {"outlet_code": "N1", "region_code": "N", "city": "京"}))
    report = imports.check(by=by, kind="outlets", entries=entries)
    assert [(one.place, one.refusal.code) for one in report.troubles] == [
        (2, "UnknownOutlet"), (3, "UnknownOutlet"),
    ]  # fmt: skip
    assert counts(report) == (0, 1, 0, 0)


def phone(number: str) -> str:
    row = m.Person.objects.get(number=number)
    assert row.phone_index == blind(
        unseal(row.phone_cipher, field="person.phone", row=number), field="phone"
    )
    return unseal(row.phone_cipher, field="person.phone", row=number)


def test_a_person_gets_a_phone_and_another_name_with_any_row(desk: Desk) -> None:
    desk.bring("people", [{**POST, "name": "石磊"}])
    before = rows()
    batch, report = desk.bring("people", [{**POST, "phone": "13900001111"}], mode="update")
    assert (counts(report), phone("P1")) == ((0, 1, 0, 0), "13900001111")
    assert counts(desk.bring("people", [{**POST, "phone": "139 0000 1111"}])[1]) == (0, 0, 1, 0)
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before
    desk.bring(
        "people", [{**POST, "from": FEB, "until": MARCH, "name": "石垒", "phone": "13811112222"}]
    )
    assert (m.Person.objects.get(number="P1").name, phone("P1")) == ("石垒", "13811112222")
    desk.bring("people", [{**POST, "phone": CLEAR}])
    assert m.Person.objects.get(number="P1").phone_cipher is None


@pytest.mark.parametrize(
    ("number", "username", "fits"),
    [
        ("ZHANG", "zhang", True),
        ("ZHANG", "zhangwei", False),
        ("ZHANG", "li", False),
        ("P1", "li", False),
        ("P1", "shilei", True),
    ],
)
def test_a_username_is_held_against_the_persons_account(
    desk: Desk, number: str, username: str, fits: bool
) -> None:
    row = {**POST, "number": number, "name": "石磊", "username": username}
    accounts = list(m.User.objects.order_by("pk").values())
    told = [] if fits else [(2, "OtherUsername")]
    assert trouble(desk, "people", row) == told
    assert list(m.User.objects.order_by("pk").values()) == accounts


def test_an_id_number_is_kept_sealed_and_compared_without_blanks(desk: Desk) -> None:
    row = {"number": "K1", "name": "丁"}
    desk.bring("customers", [{**row, "id_no": "110105 19491231 002x"}])
    customer = m.Customer.objects.get(number="K1")
    sealed = customer.identity_cipher
    assert unseal(sealed, field="customer.identity", row=str(customer.key)) == IDENTITY
    assert IDENTITY.encode() not in bytes(sealed or b"")
    assert customer.identity_index == blind(IDENTITY, field="identity")
    assert counts(desk.bring("customers", [{**row, "id_no": IDENTITY}])[1]) == (0, 0, 1, 0)
    before = rows()
    batch, report = desk.bring("customers", [{**row, "id_no": "E12345678"}])
    assert counts(report) == (0, 1, 0, 0)
    customer.refresh_from_db()
    assert customer.identity_index == blind("E12345678", field="identity")
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before


def test_a_post_ends_on_the_day_after_the_last_day_worked(desk: Desk) -> None:
    desk.bring("people", [{**POST, "name": "石磊", "last_day": FRIDAY}])
    post = m.Post.objects.get(person__number="P1")
    assert post.until == SATURDAY
    for same in ({"until": SATURDAY}, {"until": SATURDAY, "last_day": FRIDAY}):
        assert counts(desk.bring("people", [{**POST, **same}])[1]) == (0, 0, 1, 0)
    assert counts(desk.bring("people", [{**POST, "last_day": CLEAR}])[1]) == (0, 1, 0, 0)
    post.refresh_from_db()
    assert post.until is None


LAST, AWAY = date(2026, 3, 19), ON


def leaving(desk: Desk, *file: dict[str, Any]) -> tuple[m.ImportBatch, tuple[int, int]]:
    """Bring a file of people; who left and who only holds no post, by check and commit alike."""
    report = imports.check(by=desk.by, kind="people", entries=desk.entries([*file]))
    batch, done = desk.bring("people", [*file])
    told = done.leavers, done.ended
    kept = batch.report["leavers"], batch.report["posts_ended"]
    assert (report.leavers, report.ended) == told == kept
    assert counts(report) == counts(done)
    return batch, told


def stands(number: str) -> tuple[date | None, list[date | None], list[bool]]:
    """The leaving of a person, the ends of his posts, and whether his accounts are open."""
    person = m.Person.objects.get(number=number)
    ends = person.posts.order_by("since").values_list("until", flat=True)
    accounts = m.User.objects.filter(person=person)
    return person.left_on, list(ends), list(accounts.values_list("is_active", flat=True))


def leaver_facts(number: str) -> list[date]:
    facts = m.Fact.objects.filter(kind="leaver", person=m.Person.objects.get(number=number).pk)
    back = facts.exclude(reverses=None).values("reverses")
    return list(facts.filter(reverses=None).exclude(id__in=back).values_list("on_date", flat=True))


def row_of(number: str, **given: Any) -> dict[str, Any]:
    """The row of somebody of the cast that leaves his only post as it is."""
    post = m.Post.objects.select_related("unit", "unit__parent").get(person__number=number)
    return {"number": number, "unit_code": "N1", "role": post.role, "from": post.since, **given}


def test_a_last_day_worked_enters_the_leaving_as_the_verb_does(desk: Desk) -> None:
    before, row = rows(), row_of("LI", last_day=LAST)
    batch, told = leaving(desk, row)
    assert told == (1, 0)
    assert stands("LI") == (AWAY, [AWAY], [False])
    assert leaver_facts("LI") == [AWAY]
    assert counts(desk.bring("people", [row])[1]) == (0, 0, 1, 0)
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before
    assert stands("LI") == (None, [None], [True])
    assert leaver_facts("LI") == []


def test_a_leaving_follows_the_day_when_a_file_corrects_it(desk: Desk) -> None:
    desk.bring("people", [row_of("LI", last_day=LAST)])
    assert leaving(desk, row_of("LI", last_day=FEB))[1] == (1, 0)
    day = FEB + timedelta(days=1)
    assert (stands("LI"), leaver_facts("LI")) == ((day, [day], [False]), [day])
    assert leaving(desk, row_of("LI", last_day=CLEAR))[1] == (0, 0)
    assert (stands("LI"), leaver_facts("LI")) == ((None, [None], [True]), [])


def test_who_is_hired_again_by_a_file_has_not_left(desk: Desk) -> None:
    li = m.Person.objects.get(number="LI")
    people.leave(by=desk.by, at=AT, person=li.pk, on=FEB)
    before = rows()
    batch, told = leaving(desk, {**row_of("LI"), "from": LAST})
    assert (told, stands("LI")) == ((0, 0), (None, [FEB, None], [True]))
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert (rows(), stands("LI")) == (before, (FEB, [FEB], [False]))


@pytest.mark.parametrize("end", [{"until": AWAY}, {"last_day": ON}])
def test_the_end_of_a_post_or_a_day_not_over_is_no_leaving_and_told(desk: Desk, end: Any) -> None:
    row = row_of("LI", **end)
    assert leaving(desk, row)[1] == (0, 1)
    assert (stands("LI")[0], stands("LI")[2], leaver_facts("LI")) == (None, [True], [])
    assert leaving(desk, row)[1] == (0, 0)


def test_who_goes_on_in_another_post_does_not_leave(desk: Desk) -> None:
    row = row_of("LI", last_day=LAST)
    moved = {**row_of("LI"), "from": AWAY, "team": "T2"}
    assert leaving(desk, row, moved)[1] == (0, 0)
    assert stands("LI") == (None, [AWAY, None], [True])


def test_a_chunk_takes_back_a_leaving_that_the_next_one_contradicts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK", 1)
    before, row = rows(), row_of("LI", last_day=LAST)
    batch, _ = desk.bring("people", [row, {**row_of("LI"), "from": AWAY, "team": "T2"}])
    assert stands("LI") == (None, [AWAY, None], [True])
    assert leaver_facts("LI") == []
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert (rows(), stands("LI")) == (before, (None, [None], [True]))


def test_a_leaving_entered_by_hand_stays_when_a_file_says_something_else(desk: Desk) -> None:
    li = m.Person.objects.get(number="LI")
    people.leave(by=desk.by, at=AT, person=li.pk, on=FEB)
    assert leaving(desk, row_of("LI", name="李娜娜"))[1] == (0, 0)
    assert stands("LI") == (FEB, [FEB], [False])


@pytest.mark.parametrize("until", [FRIDAY, CLEAR])
def test_two_ends_of_a_post_that_do_not_fit_are_told(desk: Desk, until: Any) -> None:
    row = {**POST, "name": "石磊", "last_day": FRIDAY, "until": until}
    report = imports.check(by=desk.by, kind="people", entries=desk.entries([row]))
    told = [(t.refusal.code, t.column) for t in report.troubles]
    assert (told, report.create) == ([("TwoEnds", "last_day")], 0)
    assert report.troubles[0].refusal.say().startswith("最后工作日为 2026-03-27，任职应于次日结束")


def test_nobody_leaves_by_a_file_of_which_a_row_about_him_is_refused(desk: Desk) -> None:
    """It may say that he goes on: here in a post at a unit that is not known."""
    goes_on = {**row_of("LI"), "from": AWAY, "unit_code": "NOWHERE"}
    _, report = desk.bring("people", [row_of("LI", last_day=LAST), goes_on], skip=True)
    assert (report.leavers, [one.refusal.code for one in report.troubles]) == (0, ["UnknownUnit"])
    left_on, ends, active = stands("LI")
    assert (left_on, ends, active) == (None, [AWAY], [True])
    assert leaver_facts("LI") == []
