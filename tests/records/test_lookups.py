"""Texts found by the characters in them: what a plain search finds, signs of patterns included."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cast import LONG_AGO, Cast
from cheji.records.models import Customer

NAMES = ("张伟", "张三", "北京华星贸易", "Anna Müller", "anna", "50%_off", "a\\b", "王小明")
texts = st.sampled_from(NAMES).flatmap(
    lambda name: st.tuples(st.integers(0, len(name) - 1), st.integers(1, 4)).map(
        lambda cut: name[cut[0] : cut[0] + cut[1]]
    )
)


@pytest.mark.django_db
def test_a_name_is_found_by_any_part_of_it_in_any_case() -> None:
    outlet = Cast().outlet
    Customer.objects.bulk_create(
        Customer(outlet=outlet, name=name, created_on=LONG_AGO) for name in NAMES
    )

    @given(texts | st.sampled_from(["%", "_", "ANNA", "华", "明伟", "50%o"]))
    def found(text: str) -> None:
        held, plain = (
            set(Customer.objects.filter(**{f"name__{way}": text}).values_list("name", flat=True))
            for way in ("holds", "icontains")
        )
        assert held == plain

    found()


@pytest.mark.django_db
def test_it_is_found_by_its_index() -> None:
    rows = Customer.objects.filter(name__holds="张伟")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "customer_name_letters" in rows.explain()
