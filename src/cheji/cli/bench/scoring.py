"""8,000 people with twelve items each: a cycle opened, its scores published, and replayed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from django.db import connection

from cheji.actions import accounts, appraisals, definition_bundles, definitions, imports
from cheji.actions.imports import Entry
from cheji.facts import mark
from cheji.packs import read_yaml
from cheji.reads.appraisals.replays import replayed
from cheji.records.appraised import Figures
from cheji.records.visibility import Viewer, of, operator

from .measuring import Row, measure, row
from .pages import PASSWORD, opened, signed_in

OUTLETS, SELLERS = 400, 20
REGION: Final = "ZS"
LIMIT: Final = 20.0  # seconds for all of them, reasons stored
KPIS: Final = (
    "visits", "document_rate", "new_conversion", "open_conversion", "orders", "deliveries",
    "delivery_rate", "sales_amount", "sales_units", "new_customers", "sat_rate",
)  # fmt: skip
NAMES: Final = (
    "cycle_open", "cycle_advance", "cycle_page", "calibration_page", "score_publish",
    "score_replay",
)  # fmt: skip
#: Those of them that add up over time.
ADDING: Final = frozenset(
    ("visits", "orders", "deliveries", "sales_amount", "sales_units", "new_customers")
)
SCHEME: Final = """
code: bench
zh: 测速方案
en: Bench
posts: [consultant]
grains: [month]
items:
  - {kpi: visits, weight: 10, cap: 120%, target: 100}
  - {kpi: document_rate, weight: 10, method: points, base: 50%, target: 65%, stretch: 80%}
  - {kpi: new_conversion, weight: 10, cap: 120%, target: 20%}
  - {kpi: open_conversion, weight: 5, method: bands, target: 10%,
     bands: [{from: 0, rate: 0}, {from: 80%, rate: 60%}, {from: 90%, rate: 80%}, {from: 100%, rate: 1}]}
  - {kpi: orders, weight: 10, gate: 60%, cap: 120%, target: 8}
  - {kpi: deliveries, weight: 20, method: points, base: 4, target: 6, stretch: 9}
  - {kpi: delivery_rate, weight: 5, method: either, target: 60%}
  - {kpi: sales_amount, weight: 10, gate: 60%, cap: 120%, target: 900000}
  - {kpi: sales_units, weight: 5, cap: 120%, target: 6}
  - {kpi: new_customers, weight: 5, cap: 120%, target: 10}
  - {kpi: sat_rate, weight: 5, method: steps, of: value, step: 1%, up: 0.5, down: 1, cap: 120%, target: 90%}
  - {code: discipline, zh: 纪律, en: Discipline, source: deductions, method: deduct, weight: 5,
     deductions: [{code: late_record, zh: 未当日录入, en: Entered late, points: 1}]}
grades: [{from: 0, label: D}, {from: 60, label: C}, {from: 75, label: B}, {from: 90, label: A}]
coefficients: [{from: 0, rate: 0}, {from: 60, rate: 0.8}, {from: 75, rate: 1}, {from: 90, rate: 1.2}]
"""  # noqa: E501  a scheme as it is written


@dataclass
class Bench:
    """A region of outlets with their people, and a cycle of last month for all of them."""

    at: datetime
    outlets: int = OUTLETS
    cycle: int = 0

    @property
    def by(self) -> Viewer:
        return operator(self.at.date(), "bench")

    @property
    def month(self) -> int:
        """Last month: it is over."""
        first = self.at.date().replace(day=1)
        return first.year * 100 + first.month - 1 if first.month > 1 else first.year * 100 - 88

    def prepare(self) -> None:
        """Outlets, people and the scheme; not measured."""
        first = date(self.at.year - 1, 1, 1)
        definitions.install(by=self.by, at=self.at, pack="dealership", valid_from=first)
        place = definitions.Place(None, first, "")
        bodies = [("scheme", read_yaml(SCHEME))]
        done = definition_bundles.draft_all(by=self.by, at=self.at, bodies=bodies, place=place)
        for _code, made in done.drafts:
            definitions.publish(by=self.by, at=self.at, version=made.id)
        self._bring("outlets", [
            {"outlet_code": f"ZS{n:03d}", "outlet_name": f"门店 {n}", "region_code": REGION,
             "region_name": "测速大区"}
            for n in range(self.outlets)
        ])  # fmt: skip
        self._bring("people", [
            {"number": f"ZS{n:03d}{place:02d}", "name": f"顾问 {n}-{place}",
             "role": "consultant" if place else "outlet_manager", "unit_code": f"ZS{n:03d}",
             "from": first}
            for n in range(self.outlets)
            for place in range(SELLERS + 1)
        ])  # fmt: skip
        self._bring("people", [
            {"number": "head", "name": "大区负责人", "role": "region_head", "unit_code": REGION,
             "from": first}
        ])  # fmt: skip
        head = of(self.by).people().get(number="head").pk
        accounts.open_accounts(by=self.by, at=self.at, people={"head": head}, password=PASSWORD)

    def _bring(self, kind: str, rows: list[dict[str, object]]) -> None:
        batch = imports.start(by=self.by, at=self.at, kind=kind, name=kind, content=kind.encode())
        entries = (Entry(place, values) for place, values in enumerate(rows, start=2))
        imports.commit(by=self.by, at=self.at, batch=batch, entries=entries)

    def open(self) -> None:
        """The cycle with an appraisal and its terms for each person."""
        unit = of(self.by).units().values_list("id", flat=True).get(code=REGION, kind="region")
        plan = appraisals.Plan(
            unit, "bench", "month", self.month, {"consultant": "bench"},
            left_out=("reviewing", "self", "peers", "calibrating"),
        )  # fmt: skip
        self.cycle = appraisals.open_cycle(by=self.by, at=self.at, plan=plan).id

    def walk(self) -> None:
        """To the step before publication; what people would do is marked as done."""
        for _step in ("agreeing", "running", "manager"):
            appraisals.advance(by=self.by, at=self.at, cycle=self.cycle)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE records_steptask SET way = 'skipped', why = 'bench', done_at = %s "
                    "WHERE way = ''",
                    [self.at],
                )
                cursor.execute("ANALYZE")

    def figures(self) -> Mapping[int, Figures]:
        """Made-up KPI values, different for everybody; not measured."""
        rows = of(self.by).appraisals().filter(cycle=self.cycle).values_list("id", flat=True)
        return {
            key: Figures({kpi: _value(key, at) for at, kpi in enumerate(KPIS)}, ADDING)
            for key in rows
        }

    def publish(self, figures: Mapping[int, Figures]) -> None:
        appraisals.publish(by=self.by, at=self.at, cycle=self.cycle, figures=figures, mark=mark())

    def replay(self) -> None:
        assert not any(one.broken for one in replayed(self.by))


def _value(key: int, at: int) -> Fraction:
    """About 0.6 to 1.3 of what the scheme asks for."""
    aims = (100, "0.65", "0.2", "0.1", 8, 6, "0.6", 900_000, 6, 10, "0.9")
    return Fraction(aims[at]) * Fraction(60 + (key * 7 + at * 13) % 71, 100)


def rows(at: datetime) -> Iterator[Row]:
    """Opening, moving, publishing and replaying a cycle of the largest group's month."""
    bench = Bench(at)
    bench.prepare()
    people = bench.outlets * SELLERS
    unit = f"{people:,} people, 12 items"
    opened = measure(bench.open, runs=1)
    yield row("cycle_open", unit, opened, count=people)
    moved = measure(bench.walk, runs=1)
    yield row("cycle_advance", "three steps of them", moved, count=people)
    yield from _pages(bench.cycle)
    figures = bench.figures()
    done = measure(lambda: bench.publish(figures), runs=1)
    yield row("score_publish", unit, done, count=people, against=LIMIT, baseline="20 s")
    yield row("score_replay", unit, measure(bench.replay, runs=1), count=people)


def _pages(cycle: int) -> Iterator[Row]:
    """What a head of the region sees of it: how far it is, and everybody's grade as of now."""
    client, page = signed_in("head"), f"/appraisals/cycles/{cycle}"
    yield row("cycle_page", "page", measure(lambda: opened(client, page), runs=7))
    board = measure(lambda: opened(client, f"{page}/calibration"), runs=1)
    yield row("calibration_page", "page of an outlet, scored anew", board)
