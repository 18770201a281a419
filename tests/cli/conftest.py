"""The cast with its definitions, for the commands."""

import pytest

from cast import Cast, load_pack


@pytest.fixture
def cast(db: None) -> Cast:
    load_pack()
    return Cast()
