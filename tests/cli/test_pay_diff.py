"""`cheji pay diff`: why two runs differ, by what things are called, in amounts that add up."""

from collections.abc import Iterator
from datetime import date

import pytest

from beginnings import begun
from cheji.engine.money import fen_of
from cli.months import rows, run
from paying import FEBRUARY, MARCH, Sold, calculated, closed, planned

FACTOR = {
    "code": "process",
    "zh": "过程系数",
    "en": "Process",
    "parts": [{"kpi": "deliveries_all"}],
}


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned(factors=[FACTOR])
        yield made


def test_lines_are_called_by_their_names_and_losses_are_numbers(sold: Sold) -> None:
    before = closed(sold.cast, FEBRUARY)
    car = sold.car("zhang", date(2026, 3, 2))
    after = calculated(sold.cast, MARCH)
    words = ("pay", "diff", before.pk, after.pk, "--person", "ZHANG")
    head, *found, whole = rows(run(*words, "--format", "csv", code=1).stdout_bytes)
    assert head[2:] == ["Component", "Deal", "Before", "After", "Change", "Because"]
    assert [row[2] for row in found] == [
        *["Gross · earning"] * 4, *["Units · earning"] * 4, "Process · factor",
    ]  # fmt: skip
    numbers = [one.order.number for one in (*sold.cars, car)]
    assert sorted(row[3] for row in found) == ["", *sorted(numbers * 2)]
    assert found[-1][-1] == "Base ¥3,300.00 → ¥1,000.00"
    changes = [fen_of(row[6]) for row in found]
    assert sum(changes) == fen_of(whole[6]) < 0
    assert all(row[4:6].count("") == 1 for row in found[:-1])
    shown = run(*words, code=1).stdout
    assert "Gross · earning" in shown
    assert numbers[0] in shown
