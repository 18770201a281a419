"""Personal numbers at rest: sealed to their row, found by a blind index, masked on screens."""

import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cast import AT, ON, Cast
from cheji.actions import customers, leads, orders, people, prospects, visits
from cheji.records import models as m
from cheji.records.encryption import (
    blind,
    mask_identity,
    mask_name,
    mask_phone,
    normal_phone,
    seal,
    unseal,
)

PHONES = ["13987650001", "13987650002", "13987650003", "13987650004", "13987650005"]
NAMES = ["龙飞宇", "凤鸣岐", "麟趾呈", "龟寿年"]


def wide(text: str) -> str:
    """The same signs as a Chinese keyboard's full-width ones."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


@given(st.text(max_size=40))
def test_what_was_sealed_comes_back(text: str) -> None:
    row = str(uuid.uuid4())
    first, second = (seal(text, field="customer.phone", row=row) for _ in range(2))
    assert first != second
    assert unseal(first, field="customer.phone", row=row) == text
    assert unseal(memoryview(first), field="customer.phone", row=row) == text


def test_nothing_sealed_is_empty() -> None:
    assert unseal(None, field="customer.phone", row="x") == ""


@pytest.mark.parametrize(
    ("field", "row"), [("customer.phone", "b"), ("customer.identity", "a"), ("person.phone", "a")]
)
def test_a_ciphertext_moved_elsewhere_is_refused(field: str, row: str) -> None:
    sealed = seal("13800000000", field="customer.phone", row="a")
    with pytest.raises(InvalidTag):
        unseal(sealed, field=field, row=row)


@pytest.mark.parametrize("at", [1, 12, 13, 20, -1])
def test_a_changed_byte_is_refused(at: int) -> None:
    raw = bytearray(seal("13800000000", field="customer.phone", row="a"))
    raw[at] ^= 1
    with pytest.raises(InvalidTag):
        unseal(bytes(raw), field="customer.phone", row="a")


def test_a_blind_index_is_equal_for_equal_text_and_field_alone() -> None:
    index = blind("13800000000", field="phone")
    assert index is not None
    assert len(index) == 16
    assert index == blind("13800000000", field="phone")
    assert index != blind("13800000001", field="phone")
    assert index != blind("13800000000", field="phone_tail")
    assert blind("", field="phone") is None


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13812345678", "13812345678"),
        (" 138 1234-5678 ", "13812345678"),
        (wide("13812345678"), "13812345678"),
        ("+8613812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        (wide("+86-13812345678"), "13812345678"),
        ("86-13812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("(0086)13812345678", "13812345678"),
        ("0571-88001234", "057188001234"),
        ("8612345", "8612345"),
        ("8612812345678", "8612812345678"),
        ("无", ""),
        ("", ""),
    ],
)
def test_a_phone_has_one_normal_form(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal
    assert normal_phone(normal) == normal


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "1234567", "****67"),
        (mask_phone, "", ""),
        (mask_identity, "110101199003071234", "110***********1234"),
        (mask_identity, "1234", "****"),
        (mask_identity, "", ""),
        (mask_name, "张伟", "张*"),
        (mask_name, "欧阳娜娜", "欧**"),
        (mask_name, "张", "张*"),
        (mask_name, "", ""),
    ],
)
def test_masks(mask: object, text: str, shown: str) -> None:
    assert mask(text) == shown  # type: ignore[operator]


@pytest.mark.django_db
def test_no_number_lies_plain_and_no_name_in_the_log() -> None:
    """Through every verb that takes personal data, then looked for in every column."""
    cast = Cast()
    by, where = cast["manager"], cast.outlet.pk
    visits.receive(by=by, at=AT, outlet=where, on=ON, name=NAMES[0], phone=PHONES[0])
    leads.receive(by=by, at=AT, outlet=where, received_on=ON, name=NAMES[1], phone=PHONES[1])
    card = prospects.open_card(by=by, at=AT, outlet=where, on=ON, name=NAMES[2], phone=PHONES[2])
    follow = f"{NAMES[2]} {PHONES[2]} 周末再来"
    prospects.follow_up(by=by, at=AT, prospect=card.id, version=1, note=follow)
    lines = [orders.Line("vehicle", 10_000_000)]
    orders.sign(by=by, at=AT, outlet=where, on=ON, lines=lines, name=NAMES[3], phone=PHONES[3])
    person = people.hire(
        by=cast["hr"], at=AT, number="NEW1", name="新人", hired_on=ON, phone=PHONES[4]
    )
    customer = m.Customer.objects.get(name=NAMES[0])
    customers.amend(
        by=by, at=AT, customer=customer.pk, version=1, name=NAMES[0], phone=PHONES[0][::-1]
    )
    customers.amend(by=by, at=AT, customer=customer.pk, version=2, name=NAMES[0], phone=PHONES[0])
    found = customers.reveal_phone(by=by, at=AT, customer=customer.pk, reason="回访")
    assert found == PHONES[0]
    hired = m.Person.objects.get(pk=person.id)
    assert unseal(hired.phone_cipher, field="person.phone", row="NEW1") == PHONES[4]
    everything = dump()
    assert set(NAMES) - {name for name in NAMES if name in everything["records_customer"]} == set()
    for table, text in everything.items():
        allowed = {PHONES[2]} if table == "records_prospectstep" else set()  # typed into a note
        assert {phone for phone in PHONES if phone in text} == allowed, table
    assert [name for name in NAMES if name in everything["records_auditentry"]] == []


def dump() -> dict[str, str]:
    """Every table's rows as text; bytes as hexadecimal and as they read."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables "
                       "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")  # fmt: skip
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            cells = [cell for row in cursor.fetchall() for cell in row]
            found[table] = "\n".join(
                bytes(cell).decode("utf-8", "replace") + bytes(cell).hex()
                if isinstance(cell, bytes | memoryview)
                else str(cell)
                for cell in cells
            )
    return found


@pytest.mark.django_db
def test_an_emptied_phone_leaves_nothing() -> None:
    cast = Cast()
    by, where = cast["manager"], cast.outlet.pk
    visits.receive(by=by, at=AT, outlet=where, on=ON, name="赵", phone=PHONES[0])
    customer = m.Customer.objects.get()
    customers.amend(by=by, at=AT, customer=customer.pk, version=1, name="赵", phone="")
    customer.refresh_from_db()
    kept = (customer.phone_cipher, customer.phone_index, customer.phone_tail_index)
    assert kept == (None, None, None)
