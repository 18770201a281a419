"""Every KPI of the catalogue on a made-up group with facts of every kind, by three engines."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cast import AT, Cast, load_pack
from cheji.engine.kinds import KINDS
from cheji.engine.kinds.columns import Kind
from cheji.engine.periods import month_key, week_key
from cheji.facts import mirror
from cheji.records import models as m
from engines import BESIDE, agree

FIRST, DAYS, EACH = date(2026, 1, 1), 59, 6
pytestmark = pytest.mark.django_db


def made(kind: Kind, chance: Random, cast: Cast) -> m.Fact:
    """A fact of that kind with a channel, a tag and amounts that it may have."""
    on = FIRST + timedelta(chance.randrange(DAYS))
    since = on - timedelta(chance.randrange(40)) if chance.random() < 0.9 else None
    person = chance.choice([cast.people["zhang"].pk, cast.people["wang"].pk, None])
    return m.Fact(
        kind=kind.code, on_date=on, since=since, week=week_key(on), month=month_key(on),
        since_week=since and week_key(since), since_month=since and month_key(since),
        outlet=chance.choice([cast.outlet.pk, cast.far.pk]), person=person,
        model=chance.choice(["", "星越"]), channel=chance.choice(kind.channels or ("",)),
        level=chance.choice("HABC"), tags=chance.choice(kind.tags or ("",)),
        quantity=chance.choice([10_000, 5_000, -10_000]), fen=chance.randrange(-(10**9), 10**12),
        value=chance.randrange(90), source_kind="order", source=1, recorded_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize("engine", BESIDE)
def test_the_whole_catalogue_is_the_same_to_the_last_fen(
    engine: str, tmp_path: Path, settings: Any
) -> None:
    settings.CHEJI_DATA = tmp_path
    load_pack()
    cast, chance = Cast(), Random(3)
    facts = [made(kind, chance, cast) for kind, _ in product(KINDS, range(EACH))]
    half = len(facts) // 2
    chance.shuffle(facts)
    m.Fact.objects.bulk_create(facts[:half])
    mirror.append(mirror.folder())
    m.Fact.objects.bulk_create(facts[half:])
    by = ("nation", "outlet", "person", "model")
    assert agree(cast["group_manager"], engine, settings, by) > 180
