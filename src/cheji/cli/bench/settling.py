"""A month of a whole group settled: a million facts of deals, every explanation stored.

Beside it the plainest honest peer: one loop over ORM rows in Decimal that works out the same plan
on a part of the outlets and keeps totals alone; its time is scaled up to the whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import typer
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from cheji.cli.settling import settle
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.engine.periods import from_key
from cheji.records.visibility import Viewer, of, operator

from .measuring import Row, measure, measure_shared, row
from .scale import Bench

FACTS: Final = 1_000_000
#: Of each deal: handed over, revenue and cost of the car, revenue and cost of accessories.
PER_DEAL: Final = 5
SAMPLE: Final = 20  # outlets that the peer does
PLAN: Final[dict[str, Any]] = {
    "code": "bench_pay",
    "zh": "测速提成",
    "en": "Pay of the bench",
    "components": [
        {
            "code": "units", "zh": "台数", "en": "Units", "kind": "units", "of": "deliveries",
            "mode": "retroactive",
            "tiers": [{"from": 0, "rate": 500}, {"from": 3, "rate": 600}, {"from": 5, "rate": 700},
                      {"from": 7, "rate": 800}],
        },
        {
            "code": "gross", "zh": "毛利", "en": "Gross", "kind": "share", "of": "gross",
            "scope": "per_deal", "base": "positive", "rounding": "each",
            "tiers": [{"from": 0, "rate": "10%"}],
        },
    ],
}  # fmt: skip

DEALS = """
INSERT INTO records_fact (kind, on_date, since, week, month, since_week, since_month, outlet,
  team, person, customer, model, channel, level, tags, quantity, fen, value, source_kind, source,
  reverses, recorded_at)
SELECT what.kind, day, day - 9, to_char(day, 'IYYYIW')::int, %(month)s,
  to_char(day - 9, 'IYYYIW')::int, to_char(day - 9, 'YYYYMM')::int, who.outlet, who.team,
  who.person, NULL, 'M' || n %% 12, 'walk_in', '', what.tags, what.quantity,
  what.low + (hashint8(n * 31 + what.place)::bigint & 1048575) * what.spread / 1048576, 0,
  'delivery', n, NULL, %(at)s
FROM (SELECT n, (n %% (SELECT count(*) FROM bench_who)) + 1 AS place,
        %(first)s::date + (n * 7 %% 28)::int AS day
      FROM generate_series(1, %(deals)s) AS n) AS deal
JOIN bench_who AS who ON who.place = deal.place
CROSS JOIN (VALUES (1, 'delivery', '', 10000, 0, 0),
  (2, 'line_revenue', 'vehicle', 0, 12000000, 4000000),
  (3, 'line_cost', 'vehicle', 0, 11500000, 2000000),
  (4, 'line_revenue', 'accessory', 0, 300000, 400000),
  (5, 'line_cost', 'accessory', 0, 100000, 200000))
  AS what (place, kind, tags, quantity, low, spread)
"""
WHO = """
CREATE TEMP TABLE bench_who AS SELECT row_number() OVER (ORDER BY p.person_id) AS place,
  p.person_id AS person, t.id AS team, t.parent_id AS outlet
FROM records_post p JOIN records_unit t ON t.id = p.unit_id
WHERE p.role = 'consultant' AND t.kind = 'team'
"""


def rows(at: datetime) -> Iterator[Row]:
    """The month before `at`, of 400 outlets and 8,000 consultants."""
    bench = Bench(at, 0, table=False)
    month = bench.months[-2]
    prepare(bench, month, FACTS)
    codes = list(of(bench.by).outlets().order_by("code").values_list("code", flat=True))
    done = measure_shared(lambda: settle(bench.by, at, codes, month, plan=PLAN["code"]))
    lines = counted("records_payline")
    typer.echo(f"{counted('records_payinput'):,} statements, {lines:,} lines", err=True)
    peer = measure(lambda: by_orm(codes[:SAMPLE], month), runs=1)
    scale = len(codes) / SAMPLE
    whole = replace(peer, seconds=peer.seconds * scale, cpu_s=peer.cpu_s * scale)
    unit = f"{FACTS:,} facts of deals"
    yield row("settle_million", unit, done, count=FACTS, against=30.0, baseline="30 s")
    told = f"settle_million; {SAMPLE} outlets × {scale:g}, totals alone"
    yield row("settle_orm_decimal", unit, whole, against=done.seconds, baseline=told)


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  a name of ours
        found: int = cursor.fetchone()[0]
    return found


def prepare(bench: Bench, month: int, facts: int) -> None:
    """Units, people, one pay plan, and the month's facts; not measured."""
    with transaction.atomic(), connection.cursor() as cursor:
        bench._found()  # noqa: SLF001  the same made-up group as the other rows
        plan = pay_plan_of(PLAN)
        first = from_key("month", month).start
        cursor.execute(
            "INSERT INTO records_definitionversion (kind, code, valid_from, body, digest, state, "
            "note, pack) VALUES ('pay_plan', %s, %s, %s, %s, 'published', '', '')",
            [plan.code, date(first.year - 2, 1, 1), _json(as_json(body_of(plan))), digest(plan)],
        )
        cursor.execute(WHO)
        told: dict[str, Any] = {
            "month": month,
            "first": first,
            "deals": facts // PER_DEAL,
            "at": bench.at,
        }
        cursor.execute(DEALS, told)
        cursor.execute("DROP TABLE bench_who")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_fact")


def _json(body: Any) -> Any:
    return Jsonb(body)


# -- the peer ----------------------------------------------------------------------------------


def by_orm(codes: list[str], month: int) -> Decimal:
    """What such a plan is often written like: every row an object, every amount a Decimal."""
    scope, total = of(_operator()), Decimal(0)
    for code in codes:
        outlet = scope.outlets().get(code=code)
        total += paid_for(scope.facts().filter(outlet=outlet.pk, month=month))
    return total


def paid_for(facts: Iterable[Any]) -> Decimal:
    """Yuan that the plan pays for all the deals of these facts of a month."""
    deals: dict[int, dict[int, dict[str, Decimal]]] = {}
    for fact in facts:
        deal = deals.setdefault(fact.person or 0, {}).setdefault(fact.source, {})
        if fact.kind == "delivery":
            deal["units"] = deal.get("units", Decimal(0)) + Decimal(fact.quantity) / 10_000
        elif fact.kind in ("line_revenue", "line_cost"):
            sign = 1 if fact.kind == "line_revenue" else -1
            deal["gross"] = deal.get("gross", Decimal(0)) + sign * Decimal(fact.fen) / 100
    return sum((_paid(list(own.values())) for own in deals.values()), Decimal(0))


def _paid(deals: list[dict[str, Decimal]]) -> Decimal:
    cent = Decimal("0.01")
    units = sum((deal.get("units", Decimal(0)) for deal in deals), Decimal(0))
    rate = next(rate for start, rate in ((7, 800), (5, 700), (3, 600), (0, 500)) if units >= start)
    share = sum(
        (
            (max(deal.get("gross", Decimal(0)), Decimal(0)) * Decimal("0.1")).quantize(
                cent, ROUND_HALF_UP
            )
            for deal in deals
        ),
        Decimal(0),
    )
    return units * rate + share


def _operator() -> Viewer:
    return operator(date(2026, 1, 1), "bench")
