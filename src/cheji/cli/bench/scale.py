"""A made-up group of 400 outlets and 8,000 people, with as many facts as wished."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

import typer
from django.db import connection, transaction
from django.test import Client

from cheji.actions import accounts, definitions, deliveries, imports, orders, people
from cheji.actions.imports import Entry
from cheji.actions.orders import Line
from cheji.facts import Narrow, kept, mark, mirror
from cheji.facts.mirror.duck import COLUMNS, connect, from_parquet, quoted
from cheji.facts.mirror.folder import Held, Part
from cheji.facts.mirror.identity import database
from cheji.facts.mirror.writing import append, write
from cheji.facts.tallies import statement, within
from cheji.reads.kpis.everyone import everyone
from cheji.reads.kpis.ground import Ground
from cheji.records.collecting import leave_what_is_loaded
from cheji.records.visibility import Reach, Viewer, of, operator

from . import closing, spreadsheet
from .making import Maker, Member, months
from .measuring import Row, Timed, measure, row
from .pages import PASSWORD, opened, signed_in

OUTLETS, SELLERS, TEAMS, REGIONS = 400, 20, 3, 20
EVERYTHING: Final = Narrow(Reach(everything=True))
KEPT: Final = "records_fact"
WHOLE: Final = 10_000


@dataclass
class Bench:
    """The group, and `count` facts of two years: in the mirror and, when asked, in the table."""

    at: datetime
    count: int
    outlets: int = OUTLETS
    table: bool = True
    members: list[Member] = field(default_factory=list)

    @property
    def by(self) -> Viewer:
        return operator(self.at.date(), "bench")

    @cached_property
    def months(self) -> list[int]:
        return months(self.at.year * 100 + self.at.month)

    def prepare(self) -> None:
        """Units, people, definitions, accounts and facts; not measured."""
        with transaction.atomic():
            self._found()
        scope = of(self.by)
        units = dict(scope.units().values_list("id", "parent"))
        posts = scope.people().filter(posts__role="consultant").order_by("id")
        self.members = [
            Member(person, team, units[team] or team)
            for person, team in posts.values_list("id", "posts__unit")
        ]
        append(mirror.folder())
        self._make()

    def _found(self) -> None:
        first = date(self.months[0] // 100, 1, 1)
        people.open_unit(by=self.by, at=self.at, kind="group", code="Z", name="测速集团")
        definitions.install(by=self.by, at=self.at, pack="dealership", valid_from=first)
        self._bring("outlets", [
            {"outlet_code": f"Z{n:03d}", "outlet_name": f"门店 {n}",
             "region_code": f"R{n % REGIONS}", "region_name": f"大区 {n % REGIONS}"}
            for n in range(self.outlets)
        ])  # fmt: skip
        staff = [
            ("Z", "group", "group_manager"), ("Z000", "manager", "outlet_manager"),
            ("Z", "hr", "hr"), ("Z", "finance", "finance"), ("Z", "approver", "finance"),
        ]  # fmt: skip
        self._bring("people", [
            {"number": name, "name": name, "role": role, "unit_code": unit, "from": first}
            for unit, name, role in staff
        ] + [
            {"number": f"{n:03d}{place:02d}", "name": f"顾问 {n}-{place}", "role": "consultant",
             "unit_code": f"Z{n:03d}", "team": f"{place % TEAMS + 1} 组", "from": first}
            for n in range(self.outlets)
            for place in range(SELLERS)
        ])  # fmt: skip
        named = of(self.by).people().filter(number__in=[name for _, name, _ in staff])
        ids = dict(named.values_list("number", "id"))
        accounts.open_accounts(by=self.by, at=self.at, people=ids, password=PASSWORD)

    def _bring(self, kind: str, rows: Sequence[dict[str, object]]) -> None:
        batch = imports.start(by=self.by, at=self.at, kind=kind, name=kind, content=kind.encode())
        entries = (Entry(place, values) for place, values in enumerate(rows, start=2))
        imports.commit(by=self.by, at=self.at, batch=batch, entries=entries)

    def _make(self) -> None:
        """Month by month into the mirror's files, and into the table where it is wanted."""
        folder, low = mirror.folder(), mark()
        maker = Maker(self.members, self.count, above=low)
        parts: list[Part] = list(folder.held().parts)
        for place, key in enumerate(self.months):
            parts.append(write(maker.duck, folder, key, f"({maker.month(key, place)})"))
            if self.table:
                _copy_in(folder.path(parts[-1]), self.at)
            typer.echo(f"{key}: {sum(part.rows for part in parts):,} facts", err=True)
        if self.table:
            _settle()
        top = low + self.count
        folder.keep(Held(top, database(top), tuple(parts)))


def _copy_in(path: str, at: datetime) -> None:
    """The facts of a file into the table."""
    place = Path(tempfile.mkdtemp(prefix="cheji-bench-csv-"))
    text = (
        f"COPY (SELECT {', '.join(COLUMNS)}, {quoted(at.isoformat())} FROM {from_parquet([path])} "  # noqa: S608
        f"ORDER BY id) TO {quoted(str(place / 'facts.csv'))} (FORMAT csv, HEADER false)"
    )
    with connect() as duck:
        duck.execute(text)
    into = (
        f"COPY {KEPT} ({', '.join(COLUMNS)}, recorded_at) FROM STDIN "
        "(FORMAT csv, FORCE_NOT_NULL (model, channel, level, tags))"
    )
    with (
        (place / "facts.csv").open("rb") as file,
        connection.cursor() as cursor,
        cursor.copy(into) as copying,
    ):
        while block := file.read(1 << 20):
            copying.write(block)
    shutil.rmtree(place)


def _settle() -> None:
    """Draw the ids that were given; the program's role may not set a sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(nextval(drawn.from_)) FROM "  # noqa: S608
            f"(SELECT pg_get_serial_sequence('{KEPT}', 'id')::regclass AS from_ OFFSET 0) drawn, "
            "generate_series(coalesce(pg_sequence_last_value(drawn.from_), 0) + 1, "
            f"(SELECT MAX(id) FROM {KEPT}))"
        )
        cursor.execute(f"ANALYZE {KEPT}")


# -- what is asked -----------------------------------------------------------------------------


def grouped(scope: Sequence[str], keys: Sequence[int]) -> list[tuple[str, tuple[int, int]]]:
    """The one GROUP BY by kind and cohort, a text for each month, its groups counted and summed."""
    texts = []
    for key in keys:
        when, _ = within("month", key, key)
        inner = statement(EVERYTHING, scope, "month", when, {"kind": "kind"})
        sums = "COUNT(*), SUM(q), SUM(f), SUM(v), SUM(n)"
        texts.append((f"SELECT {sums} FROM ({inner}) AS grouped", (key, key)))  # noqa: S608
    return texts


def by_mirror(scope: Sequence[str], keys: Sequence[int]) -> list[int]:
    """Groups, and the sums over them all."""
    rows = chain(*mirror.rows(mirror.folder(), grouped(scope, keys)))
    return [sum(int(value) for value in column) for column in zip(*rows, strict=True)]


def by_table(scope: Sequence[str], keys: Sequence[int]) -> list[int]:
    """The same by PostgreSQL, in one text for all the months."""
    when, _ = within("month", keys[0], keys[-1])
    inner = statement(EVERYTHING, scope, "month", when, {"kind": "kind"})
    text = f"SELECT COUNT(*), SUM(q), SUM(f), SUM(v), SUM(n) FROM ({inner}) AS grouped"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text)
        return [int(value) for value in cursor.fetchone()]


def scan(keys: Sequence[int]) -> Callable[[], object]:
    """A reading of the columns touched that lie ready in memory: no engine can be quicker."""
    held = mirror.folder().held()
    files = mirror.folder().paths(part for part in held.parts if part.month in keys)
    duck = connect()
    columns = "person, kind, month, since_month, quantity, fen, value, reverses"
    duck.execute(f"CREATE TEMP TABLE scanned AS SELECT {columns} FROM {from_parquet(files)}")  # noqa: S608
    text = """SELECT MAX(person), MAX(kind), MAX(month), MAX(since_month), SUM(quantity), SUM(fen),
      SUM(value), COUNT(reverses) FROM scanned"""
    return lambda: duck.execute(text).fetchall()


def rows(at: datetime, count: int, *, outlets: int = OUTLETS, table: bool = True) -> Iterator[Row]:
    """The figures of the group; `table` says that its facts are in the database as well."""
    bench = Bench(at, count, outlets=outlets, table=table)
    bench.prepare()
    for name, scope, keys in (
        ("month_all_people", ("person",), bench.months[-2:-1]),
        ("months24_by_outlet", ("outlet",), bench.months),
        ("months24_by_person", ("person",), bench.months),
    ):
        yield from _grouping(name, scope, keys, table=table)
    yield _catalogue(bench)
    yield from spreadsheet.rows(bench.members[0].outlet, table=table)
    if table:
        yield from _pages(bench)


def _grouping(
    name: str, scope: Sequence[str], keys: Sequence[int], *, table: bool
) -> Iterator[Row]:
    scanning = scan(keys)
    alone = measure(scanning, runs=5).seconds
    groups = by_mirror(scope, keys)
    asked = measure(lambda: by_mirror(scope, keys), runs=5)
    unit = f"{groups[0]:,} groups"
    yield row(name, unit, asked, against=alone, baseline="scan in memory")
    if table:
        assert by_table(scope, keys) == groups
        plain = measure(lambda: by_table(scope, keys), runs=1)
        yield row(f"{name}_sql", "PostgreSQL", plain, against=asked.seconds, baseline=name)


def _catalogue(bench: Bench) -> Row:
    """Every KPI of a month for each person, team, outlet and region, and for the nation."""

    def all_levels() -> int:
        kept.SHELF.clear()
        found = everyone(Ground(bench.by), bench.months[-2])
        return sum(len(one.rounded(4)) for level in found for one in level.columns.values())

    kpis = len(Ground(bench.by).ruling("month", bench.months[-2]).ruling.kpis)
    unit = f"{all_levels():,} values of {kpis} KPIs"
    return row("catalogue_month", unit, measure(all_levels, runs=3))


# -- pages -------------------------------------------------------------------------------------


def _pages(bench: Bench) -> Iterator[Row]:
    leave_what_is_loaded()  # as the web server does
    manager, group = (signed_in(name) for name in ("manager", "group"))
    first = measure(lambda: opened(manager, "/sheets/kpi"), runs=1)
    yield row("sheet_year_first", "page", first)
    yield row("sheet_year_page", "page", measure(lambda: opened(manager, "/sheets/kpi"), runs=7))
    first = measure(lambda: opened(group, "/cockpit"), runs=1)
    yield row("group_page_first", "page", first)
    yield row("group_page", "page", measure(lambda: opened(group, "/cockpit"), runs=7))
    yield row("new_delivery_fresh", "delivery and page", _fresh(bench, manager, "/cockpit"))
    yield from _pay_pages(bench, manager)
    yield from closing.rows(bench.by, bench.at, bench.months[-2])


def _pay_pages(bench: Bench, client: Client) -> Iterator[Row]:
    """A consultant's statement of the running month, its payable explained, and one more car."""
    month = bench.at.year * 100 + bench.at.month
    page = f"/pay/of/00000/{month}?outlet=Z000"
    why = f"/pay/of/00000/{month}/payable?outlet=Z000"
    yield row("pay_statement_page", "page", measure(lambda: opened(client, page), runs=7))
    yield row("pay_reason_page", "page", measure(lambda: opened(client, why), runs=7))
    yield row("pay_estimate_fresh", "delivery and page", _fresh(bench, client, page, "00000"))


def _fresh(bench: Bench, client: Client, path: str, seller: str = "") -> Timed:
    """From the verb to a page, on which the delivery must count."""
    outlet = of(bench.by).outlets().order_by("code").values_list("id", flat=True)[0]
    person = of(bench.by).people().get(number=seller).pk if seller else 0
    shares = ((person, WHOLE),) if person else ()
    signed = [
        orders.sign(
            by=bench.by,
            at=bench.at,
            outlet=outlet,
            on=bench.at.date(),
            lines=[Line("vehicle", 12_880_000, 12_000_000)],
            name="测速",
            phone=f"139{seller or 0:0>5}{place:03d}",
            shares=shares,
        ).id
        for place in range(8)
    ]
    seen = {opened(client, path)}

    def deliver() -> None:
        on = bench.at.date()
        deliveries.deliver(by=bench.by, at=bench.at, order=signed.pop(), on=on)
        page = opened(client, path)
        assert page not in seen
        seen.add(page)

    return measure(deliver, runs=7)
