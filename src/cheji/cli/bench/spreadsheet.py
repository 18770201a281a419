"""The same sums in a spreadsheet: SUMIFS and COUNTIFS over an outlet's facts, by LibreOffice."""

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter
from django.db import connection

from cheji.facts import mirror
from cheji.facts.mirror.reading import EVERY

from .measuring import Row, Timed, measure, row

ROW, MOST = "outlet24_spreadsheet", 1_000_000  # a sheet ends at 1,048,576 rows
PATIENCE = 600  # seconds
Fact = tuple[int, str, int]
Sums = dict[tuple[int, str], tuple[int, int]]


def rows(outlet: int, *, table: bool) -> Iterator[Row]:
    """Quantity and number of an outlet's facts by month and kind: mirror, database, spreadsheet."""
    sums = by_mirror(outlet)
    done = measure(lambda: by_mirror(outlet), runs=5)
    yield row("outlet24_mirror", f"{len(sums):,} sums and counts", done)
    against = {"against": done.seconds, "baseline": "outlet24_mirror"}
    if table:
        assert by_table(outlet) == sums
        plain = measure(lambda: by_table(outlet), runs=5)
        yield row("outlet24_sql", "PostgreSQL", plain, **against)  # type: ignore[arg-type]
    program, found = shutil.which("soffice"), facts(outlet)
    if program is None or len(found) > MOST:
        reason = "too many facts for a sheet" if program else "not on this machine"
        yield row(ROW, reason, Timed(0, 0.0, 0.0))
        return
    with tempfile.TemporaryDirectory(prefix="cheji-bench-sheet-") as place:
        book = written(Path(place), found, sums)
        recalculated = measure(lambda: recalculate(program, book), runs=1)
        assert read(book.with_suffix(".csv")) == sums
    yield row(ROW, f"{len(found):,} facts", recalculated, **against)  # type: ignore[arg-type]


def _grouped(outlet: int) -> str:
    return (
        "SELECT month, kind, CAST(SUM(quantity) AS BIGINT), COUNT(*) "  # noqa: S608
        f"FROM records_fact WHERE outlet = {int(outlet)} GROUP BY month, kind"
    )


def by_mirror(outlet: int) -> Sums:
    [found] = mirror.rows(mirror.folder(), [(_grouped(outlet), EVERY)])
    return {(month, kind): (quantity, count) for month, kind, quantity, count in found}


def by_table(outlet: int) -> Sums:
    with connection.cursor() as cursor:
        cursor.execute(_grouped(outlet))
        return {(month, kind): (quantity, count) for month, kind, quantity, count in cursor}


def facts(outlet: int) -> list[Fact]:
    text = f"SELECT month, kind, quantity FROM records_fact WHERE outlet = {int(outlet)}"  # noqa: S608
    [found] = mirror.rows(mirror.folder(), [(text, EVERY)])
    return found


def written(place: Path, found: Sequence[Fact], sums: Sums) -> Path:
    """A workbook that opens on a sheet of formulas over a sheet of facts, without any result."""
    path, last = place / "facts.xlsx", len(found)
    book = xlsxwriter.Workbook(str(path))
    asked, told = book.add_worksheet("sums"), book.add_worksheet("facts")
    for place_, fact in enumerate(found):
        told.write_row(place_, 0, fact)
    for place_, (month, kind) in enumerate(sums):
        asked.write_row(place_, 0, (month, kind))
        where = f"facts!$A$1:$A${last},$A{place_ + 1},facts!$B$1:$B${last},$B{place_ + 1}"
        asked.write_formula(place_, 2, f"=SUMIFS(facts!$C$1:$C${last},{where})", value="")
        asked.write_formula(place_, 3, f"=COUNTIFS({where})", value="")
    book.close()
    return path


def recalculate(program: str, book: Path) -> None:
    """Open, work out every formula, and write the first sheet as CSV."""
    subprocess.run(  # noqa: S603  our own file, by the program that the machine has
        [program, "--headless", f"-env:UserInstallation=file://{book.parent}/profile",
         "--convert-to", "csv", "--outdir", str(book.parent), str(book)],
        check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip


def read(path: Path) -> Sums:
    """The sums that the spreadsheet found."""
    with path.open(encoding="utf-8") as file:
        return {(int(m), kind): (int(q), int(n)) for m, kind, q, n in csv.reader(file)}
