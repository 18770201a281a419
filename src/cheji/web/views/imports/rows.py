"""The preview of the import wizard: rows with every problem at its cell, to be mended in place."""

from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from cheji.actions.imports import Report
from cheji.files.cells import shown
from cheji.files.kinds import Column, kind_of
from cheji.files.problems import Problem
from cheji.files.reading import Reading
from cheji.files.rows import Row
from cheji.files.spelled import spelled
from cheji.files.uploads import LEFT_OUT, Prepared, Upload, checked, spot
from cheji.reads.imports import BatchDetail
from cheji.records.visibility import Viewer
from cheji.web.views.imports.frame import title_of
from cheji.web.wording import chinese

SIZE = 50


@dataclass(frozen=True, slots=True)
class Why:
    """A problem as it is shown at a cell: what is wrong, and how to mend it."""

    level: str
    text: str
    mend: str


@dataclass(frozen=True, slots=True)
class CellSeen:
    """A cell of a previewed row: its text, and what is wrong with it; `open` ones can be typed."""

    column: Column
    text: str
    whys: tuple[Why, ...]
    open: bool

    @property
    def title(self) -> str:
        return title_of(self.column)

    @property
    def css(self) -> str:
        """Wrong cells are marked; numbers that are only shown stand right."""
        numeric = self.column.type in ("money", "int", "quantity", "number", "percent")
        return " ".join(
            name for name, on in (("faulty", self.wrong), ("num", numeric and not self.open)) if on
        )

    @property
    def wrong(self) -> bool:
        return any(why.level == "error" for why in self.whys)


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A previewed row; `whys` concern the row as a whole."""

    spot: str
    sheet: str
    number: int
    cells: tuple[CellSeen, ...]
    whys: tuple[Why, ...]
    out: bool
    mended: bool

    @property
    def first(self) -> tuple[str, Why] | None:
        """The first fault at a cell, else the first warning, with its column's name."""
        found = [(cell.title, why) for cell in self.cells for why in cell.whys]
        return min(found, key=lambda one: one[1].level != "error", default=None)


@dataclass(frozen=True)
class Preview:
    """What an import would do, and the rows that stand in its way.

    `faulty` counts rows with errors of reading or refused by the records.
    """

    prepared: Prepared
    reading: Reading
    report: Report
    faulty: int
    left_out: int
    columns: tuple[Column, ...]

    @property
    def good(self) -> int:
        """Rows that would be imported or are there already."""
        return self.report.create + self.report.update + self.report.same

    @property
    def nothing_new(self) -> bool:
        """Whether everything in the file is in the records as it stands."""
        changes = self.report.create + self.report.update + self.faulty
        return not changes and self.report.same > 0


def upload_of(found: BatchDetail) -> Upload:
    return Upload(
        found.row.kind,
        found.row.name,
        found.content,
        found.mapping,
        found.mended,
        found.row.mode,  # type: ignore[arg-type]
    )


def preview(who: Viewer, found: BatchDetail) -> Preview:
    """Read the upload, mend it as was typed, and ask the records what they would say."""
    said = checked(upload_of(found), who)
    prepared, reading = said.prepared, said.reading
    kind = kind_of(found.row.kind)
    mapped = [code for code, _ in reading.mapping.columns] if reading.mapping else []
    columns = tuple(column for column in kind.columns if column.code in mapped)
    faulty, left_out = len(reading.faulty), len(prepared.left_out)
    return Preview(prepared, reading, said.report, faulty, left_out, columns)


def wanted_rows(preview: Preview, which: str) -> Sequence[Row]:
    """The rows of a tab: those with problems, those left out, or all."""
    if which == "out":
        return preview.prepared.left_out
    if which == "all":
        return preview.reading.rows
    return [row for row in preview.reading.rows if row.problems]


def seen(
    preview: Preview, rows: Sequence[Row], mended: Given[str, Given[str, str]], edit: str = ""
) -> list[RowSeen]:
    """Rows as the preview shows them; the row `edit` can be typed in every cell."""
    headers = {sheet: list(names) for sheet, names in preview.reading.headers}
    return [_row(preview, row, headers, mended.get(spot(row), {}), edit) for row in rows]


def _row(
    preview: Preview,
    row: Row,
    headers: Given[str, list[str]],
    typed: Given[str, str],
    edit: str,
) -> RowSeen:
    by_column: dict[str, list[Problem]] = {}
    for one in row.problems:
        by_column.setdefault(one.column, []).append(one)
    whole = edit == spot(row)
    cells = tuple(
        _cell(
            row,
            column,
            by_column.pop(column.code, []),
            _raw(preview, row, column, headers, typed),
            whole=whole,
        )
        for column in preview.columns
    )
    rest = tuple(_why(one) for found in by_column.values() for one in found)
    out = bool(typed.get(LEFT_OUT))
    return RowSeen(spot(row), row.place.sheet, row.place.row, cells, rest, out, bool(typed))


def _cell(
    row: Row, column: Column, problems: Sequence[Problem], raw: str | None, *, whole: bool
) -> CellSeen:
    value = row.values.get(column.code)
    language = get_language() or "zh"
    text = raw if raw is not None and value is None else spelled(value, column, language)
    wrong = any(one.level == "error" for one in problems)
    return CellSeen(column, text, tuple(_why(one) for one in problems), whole or wrong)


def _raw(
    preview: Preview,
    row: Row,
    column: Column,
    headers: Given[str, list[str]],
    typed: Given[str, str],
) -> str | None:
    """What stands in the file, or what was typed in its place."""
    if column.code in typed:
        return typed[column.code]
    sources = dict(preview.reading.mapping.columns) if preview.reading.mapping else {}
    source, names = sources.get(column.code), headers.get(row.place.sheet, [])
    if source is None or not source.headers or source.headers[0] not in names:
        return None
    at = names.index(source.headers[0])
    return shown(row.cells[at]) if at < len(row.cells) else None


def _why(one: Problem) -> Why:
    if chinese():
        return Why(one.level, one.zh, one.mend_zh)
    return Why(one.level, one.en, one.mend_en)


def findings(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Problems of the file or of whole columns: level and sentence."""
    return [(one.level, one.say(get_language() or "zh")) for one in problems]
