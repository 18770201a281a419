"""What is asked of the demo group: sheets, the first screen, rebuilt facts, the audit chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.test import Client

from cheji.cli.demo import loading
from cheji.cli.demo.accounts import PASSWORD
from cheji.engine.periods import period_of
from cheji.facts import post, rebuilding, tallies
from cheji.facts.book import Book
from cheji.facts.rows import COLUMNS
from cheji.facts.said import SAID
from cheji.facts.tallies import Narrow
from cheji.reads.kpis import sheet
from cheji.records import audit
from cheji.records.bulk import copy
from cheji.records.visibility import Viewer, of, operator

from .measuring import Row, measure, row

SEED = 20


@dataclass
class Bench:
    """The demo group, and who asks."""

    at: datetime

    @property
    def by(self) -> Viewer:
        return operator(self.at.date(), "bench")

    def load(self) -> None:
        loading.load("group", SEED, self.at, lambda _title, _done, _total: None)

    def outlet(self) -> str:
        return of(self.by).outlets().order_by("code").values_list("code", flat=True)[0]

    def sheet(self) -> None:
        """The KPI sheet of this year, month by month, of one outlet."""
        sheet(self.by, code="kpi", year=self.at.year, outlet=self.outlet())

    def group_by(self) -> None:
        """The one GROUP BY that the sheet's months need, alone."""
        reach = of(self.by).reach("facts")
        month = period_of(self.at.date(), "month").key
        narrow = Narrow(reach, outlets=frozenset(of(self.by).outlets().values_list("id")[0]))
        tallies(narrow, first=self.at.year * 100 + 1, last=month)

    def post(self) -> None:
        """Post all orders as if they were new; what that wrote is rolled back."""
        with transaction.atomic():
            post("order", self.orders(), at=self.at, fresh=True)
            transaction.set_rollback(True)

    def orders(self) -> list[int]:
        return list(of(self.by).orders().order_by("id").values_list("id", flat=True))

    def rebuild(self) -> int:
        return rebuilding.rebuild()

    def chain(self) -> None:
        assert list(audit.breaks()) == []


def rows(at: datetime) -> Iterator[Row]:
    """Everything about the demo group; it is loaded first, which is measured too."""
    bench = Bench(at)
    loaded = measure(bench.load, runs=1)
    yield row("demo_load", "12 outlets, 24 months", loaded, against=60.0, baseline="60 s")
    alone = measure(bench.group_by, runs=7).seconds
    asked = measure(bench.sheet, runs=7)
    yield row("sheet_by_outlet", "sheet", asked, against=alone, baseline="its GROUP BY alone")
    yield _cockpit()
    yield _posting(bench)
    facts = bench.rebuild()
    rebuilt = measure(bench.rebuild, runs=3)
    raw = _raw_copy(bench)
    yield row(
        "rebuild",
        f"{facts:,} facts",
        rebuilt,
        count=facts,
        against=raw,
        baseline="COPY of the same rows",
    )
    entries = of(bench.by).audit().count()
    walked = measure(bench.chain, runs=3)
    yield row("verify_chain", f"{entries:,} entries", walked, count=entries)


def _cockpit() -> Row:
    """The first screen of an outlet manager, against the lightest page that there is."""
    client = Client(headers={"host": "localhost"})
    assert client.login(username="manager", password=PASSWORD)
    light = measure(lambda: client.get("/healthz"), runs=7).seconds
    page = measure(lambda: _opened(client), runs=7)
    return row("cockpit_page", "page", page, against=light, baseline="/healthz")


def _opened(client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.status_code == 200, answer.status_code


def _posting(bench: Bench) -> Row:
    count = sum(1 for _ in SAID["order"](bench.orders(), Book()))
    done = measure(bench.post, runs=3)
    return row("posting", f"{count:,} facts of orders", done, count=count)


def _raw_copy(bench: Bench) -> float:
    """Seconds to COPY rows that lie ready in memory into a table without indexes."""
    bench.rebuild()
    book = Book()
    ready = [tuple(one) for said in SAID.values() for one in said(None, book)]
    return measure(lambda: copy(rebuilding.REBUILT, COLUMNS, ready), runs=3).seconds
