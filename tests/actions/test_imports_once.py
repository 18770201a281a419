"""What is kept of the rows of a file to find those that contradict each other."""

import tracemalloc
from decimal import Decimal
from typing import Any

import pytest

from cast import ON
from cheji.actions.imports.lookups import Lookups
from cheji.actions.imports.once import Once, SaysOtherwise
from cheji.actions.imports.plan import Entry
from cheji.records.visibility import of, operator

ROWS = 2_000


@pytest.fixture
def look(db: None) -> Lookups:
    return Lookups(of(operator(ON)))


@pytest.mark.parametrize(
    ("first", "then"), [(-1, -2), ("甲", "乙"), (None, 0), ([1], [2]), (Decimal("1.0"), Decimal(2))]
)
def test_another_value_contradicts_and_the_same_does_not(
    look: Lookups, first: Any, then: Any
) -> None:
    once = Once()
    once.remember("a", Entry(0, {}, 7), {"one": 1, "two": first})
    once.remember("a", Entry(1, {}, 8), {"two": first, "three": then})
    once.agree("a", Entry(2, {}), look, {"one": Decimal("1.00"), "two": first, "three": then})
    for column, row in (("two", 7), ("three", 8)):
        told = {"two": then, "three": first}[column]
        with pytest.raises(SaysOtherwise) as refused:
            once.agree("a", Entry(2, {}), look, {column: told})
        assert refused.value.place == {"row": row, "column": column}


def test_of_a_long_file_little_is_kept() -> None:
    """Twelve cells of 60 characters each; a row with its key takes some 300 bytes."""
    once = Once()
    tracemalloc.start()
    for row in range(ROWS):
        told = {f"c{column}": f"{row}-{column}".zfill(60) for column in range(12)}
        once.remember(row, Entry(row, {}, row + 2), told)
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept / ROWS < 400
