"""Facts made up by hypothesis, of outlets with different calendars, and how they are stored."""

from datetime import date

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from cast import AT
from cheji.engine import tallies as reference
from cheji.engine.periods import month_key, week_key
from cheji.records import models as m
from cheji.records.visibility import Reach

CALENDARS = {1: 0, 2: 25, 3: 0}  # outlet → closing day
EVERYTHING = Reach(everything=True)
days = st.dates(date(2025, 11, 20), date(2026, 2, 10))
rows = st.lists(
    st.builds(
        reference.Fact,
        kind=st.sampled_from(["visit_first", "order_signed", "delivery"]),
        on_date=days,
        since=st.none() | days,
        outlet=st.sampled_from([1, 2, 3]),
        team=st.none() | st.sampled_from([10, 11]),
        person=st.none() | st.sampled_from([100, 101]),
        model=st.sampled_from(["", "星越", "o'hara"]),
        channel=st.sampled_from(["", "walk_in"]),
        level=st.sampled_from(["", "A"]),
        tags=st.sampled_from(["", "gift"]),
        quantity=st.integers(-(10**12), 10**12),
        fen=st.integers(-(10**15), 10**15),
        value=st.integers(-(10**6), 10**6),
    ),
    max_size=25,
)
checked = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def store(found: list[reference.Fact]) -> list[m.Fact]:
    made = []
    for fact in found:
        close = CALENDARS[fact.outlet]  # type: ignore[index]
        since = fact.since
        made.append(m.Fact(
            kind=fact.kind, on_date=fact.on_date, since=since, week=week_key(fact.on_date),
            month=month_key(fact.on_date, close), since_week=since and week_key(since),
            since_month=since and month_key(since, close), outlet=fact.outlet, team=fact.team,
            person=fact.person, model=fact.model, channel=fact.channel, level=fact.level,
            tags=fact.tags, quantity=fact.quantity, fen=fact.fen, value=fact.value,
            source_kind="order", source=1, recorded_at=AT,
        ))  # fmt: skip
    return m.Fact.objects.bulk_create(made)
