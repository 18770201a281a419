"""100,000 orders with lines and phones: written as a workbook, read, committed and posted."""

import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import xlsxwriter
from python_calamine import CalamineWorkbook

from cheji.actions import imports, orders
from cheji.actions.imports import Entry
from cheji.actions.orders import Line
from cheji.files.reading import Reading, read
from cheji.records.visibility import Viewer, of, operator

from .measuring import Row, Timed, measure, readers_peak_mib, row

ORDERS, OUTLETS, SELLERS, SIGNED = 100_000, 12, 8, 200
HEADS = (
    "门店代码", "订单号", "签单日期", "客户姓名", "客户电话", "销售顾问", "来源渠道", "车型",
    "台数", "车价", "车辆成本", "精品收入", "精品成本", "保险收入", "优惠",
)  # fmt: skip
FIRST = date(2024, 1, 1)
Rows = Sequence[Mapping[str, object]]


@dataclass
class Bench:
    """An empty group with outlets and sellers, and the workbook of its orders."""

    at: datetime
    count: int = ORDERS
    content: bytes = b""
    reading: Reading | None = None
    batch: int = 0
    by: Viewer = field(init=False)

    def __post_init__(self) -> None:
        self.by = operator(self.at.date(), "bench")

    def prepare(self) -> None:
        """Outlets, people and the workbook; not measured."""
        outlets = [{"outlet_code": code, "outlet_name": code} for code in _outlets()]
        self._bring("outlets", outlets)
        people = [
            {
                "number": f"{code}{place}",
                "name": f"{code}{place}",
                "role": "consultant",
                "unit_code": code,
                "team": "一组",
                "from": date(2020, 1, 1),
            }
            for code in _outlets()
            for place in range(SELLERS)
        ]
        self._bring("people", people)
        self.content = _workbook(self.count)

    def _bring(self, kind: str, rows: Rows) -> None:
        batch = imports.start(by=self.by, at=self.at, kind=kind, name=kind, content=kind.encode())
        entries = (Entry(place, values) for place, values in enumerate(rows))
        imports.commit(by=self.by, at=self.at, batch=batch, entries=entries)

    def read(self) -> None:
        self.reading = read(self.content, "orders.xlsx", "orders")
        assert len(self.reading.good) == self.count

    def bare(self) -> None:
        """The reading library alone, without any check or type."""
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.content))
        book.get_sheet_by_index(0).to_python()

    def commit(self) -> None:
        """Write all orders that were read, and post them, in one transaction."""
        assert self.reading is not None
        batch = imports.start(
            by=self.by, at=self.at, kind="orders", name="orders.xlsx", content=self.content
        )
        entries = (Entry(one.place.row, one.values) for one in self.reading.good)
        report = imports.commit(by=self.by, at=self.at, batch=batch, entries=entries)
        assert report.create == self.count
        self.batch = batch.pk

    def undo(self) -> None:
        """Take the orders back: records deleted, facts reversed, in one transaction."""
        imports.undo(by=self.by, at=self.at, batch=self.batch)

    def sign(self) -> None:
        """The plain way: one order after the other by the verb of a screen."""
        outlet = of(self.by).outlets().values_list("id", flat=True)[0]
        lines = [Line("vehicle", 12_880_000, 12_000_000), Line("accessory", 300_000, 150_000)]
        for place in range(SIGNED):
            orders.sign(
                by=self.by,
                at=self.at,
                outlet=outlet,
                on=FIRST,
                lines=[*lines, Line("insurance", 80_000), Line("discount", -200_000)],
                name="张伟",
                phone=f"139{place:08d}",
            )


def rows(at: datetime) -> Iterator[Row]:
    """Reading, committing, both together, and undoing."""
    bench = Bench(at)
    bench.prepare()
    bare = measure(bench.bare, runs=3)
    done = measure(bench.read, runs=3)
    done = replace(done, peak_mib=max(done.peak_mib, readers_peak_mib()))
    unit, count = f"{bench.count:,} orders xlsx", bench.count
    base = "python-calamine alone"
    yield row("import_read", unit, done, count=count, against=bare.seconds, baseline=base)
    one_by_one = measure(bench.sign, runs=1).seconds / SIGNED * bench.count
    began = time.perf_counter()
    kept = measure(bench.commit, runs=1)
    base = "orders.sign one by one"
    yield row("import_commit", unit, kept, count=count, against=one_by_one, baseline=base)
    took = done.seconds + time.perf_counter() - began
    both = Timed(1, took, max(done.peak_mib, kept.peak_mib), done.cpu_s + kept.cpu_s)
    yield row("import", unit, both, count=count, against=30.0, baseline="30 s, 1024 MiB")
    undone = measure(bench.undo, runs=1)
    base = "committing them"
    yield row("import_undo", unit, undone, count=count, against=kept.seconds, baseline=base)


def _outlets() -> list[str]:
    return [f"Z{place:02d}" for place in range(OUTLETS)]


def _workbook(count: int) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("订单")
    shape = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADS)
    for place in range(count):
        outlet = f"Z{place % OUTLETS:02d}"
        seller = f"{outlet}{place // OUTLETS % SELLERS}"
        name = "张王李赵刘陈杨黄"[place % 8] + "伟明强磊芳娜敏静"[place // 8 % 8]
        sheet.write_row(place + 1, 0, [outlet, f"D-{place:06d}"])
        sheet.write_datetime(place + 1, 2, FIRST + timedelta(days=place * 7 % 700), shape)
        values = [name, f"13{place:09d}", seller, "来店", "远岚 山海 1.5T", 1]
        values += [128_800 + place % 100 * 100, 120_000, 3_000, 1_500, 800, 2_000]
        sheet.write_row(place + 1, 3, values)
    book.close()
    return target.getvalue()
