"""What became of the kinds of files that were imported, for a person and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cheji.actions import imports
from cheji.cli import language
from cheji.cli.output import echo, print_lines, said
from cheji.files import reading
from cheji.files.kinds import kind_of
from cheji.files.problems import letters

SHOWN = 50  # problems printed; the report has them all


@dataclass
class Outcome:
    """What became of one kind of one file."""

    read: reading.Reading
    batch: int | None = None
    report: imports.Report | None = None

    @property
    def faulty(self) -> int:
        """Rows that were refused, by reading or by the rules."""
        places = {trouble.place for trouble in self.report.troubles} if self.report else set()
        return len(self.read.faulty) + len(places)

    @property
    def ok(self) -> bool:
        return not (self.faulty or self.read.blocked)

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Stable keys; every problem with sheet and cell in both languages."""
        report = self.report or imports.Report()
        names = ("create", "update", "same", "skipped", "unpriced", "late", "leavers")
        return {
            "kind": self.read.kind,
            "file": self.read.file,
            "batch": self.batch,
            "dry_run": dry_run,
            "rows": len(self.read.rows),
            **{name: getattr(report, name) for name in names},
            "posts_ended": report.ended,
            "closed_months": sorted(report.closed),
            "refused": self.faulty,
            "problems": [*(one.as_json() for one in self.read.all_problems()), *self._troubles()],
        }

    def _troubles(self) -> list[dict[str, Any]]:
        found = []
        for trouble in self.report.troubles if self.report else []:
            row = self.read.rows[trouble.place]
            column = trouble.column or imports.column_at_fault(row.values, trouble.refusal)
            found.append({
                "code": trouble.refusal.code, "level": "error", "sheet": row.place.sheet,
                "cell": f"{self._letters(row.place.sheet, column)}{row.place.row}",
                "column": column, "zh": trouble.refusal.say("zh-hans"),
                "en": trouble.refusal.say("en"), "mend_zh": "", "mend_en": "",
            })  # fmt: skip
        return found

    def _letters(self, sheet: str, column: str) -> str:
        """The spreadsheet column from which a value came; the first where it is not from one."""
        headers = dict(self.read.headers).get(sheet, ())
        source = dict(self.read.mapping.columns).get(column) if self.read.mapping else None
        named = [name for name in (source.headers if source else ()) if name in headers]
        return letters(headers.index(named[0])) if named else "A"


def report_of(outcomes: Sequence[Outcome], *, dry_run: bool) -> dict[str, Any]:
    """All outcomes as JSON values; see docs/en/json.md."""
    return {
        "ok": all(outcome.ok for outcome in outcomes),
        "imports": [outcome.as_json(dry_run=dry_run) for outcome in outcomes],
    }


def tell(outcome: Outcome, *, dry_run: bool) -> None:
    """Print the counts of one kind of one file, what follows from them, and its first problems."""
    told = outcome.as_json(dry_run=dry_run)
    counts = {
        said("新增", "new"): told["create"],
        said("更新", "updated"): told["update"],
        said("未变", "unchanged"): told["same"],
        said("略过", "left out"): told["skipped"],
        said("拒绝", "refused"): told["refused"],
    }
    if told["unpriced"]:
        counts[said("成本未知", "of unknown cost")] = told["unpriced"]
    words = said("，", ", ").join(f"{name} {count:,}" for name, count in counts.items())
    kind = kind_of(outcome.read.kind).title(language())
    end = _ending(outcome, dry_run=dry_run)
    echo(
        f"{kind}（{told['file']}）：{told['rows']:,} 行，{words}{end}",
        f"{kind} ({told['file']}): {told['rows']:,} rows: {words}{end}",
    )
    tell_late(told["late"], told["closed_months"])
    _tell_leaving(told["leavers"], told["posts_ended"])
    print_lines((_problem(one) for one in told["problems"][:SHOWN]), err=True)
    left = len(told["problems"]) - SHOWN
    if left > 0:
        echo(f"……另有 {left} 处，见 --report。", f"… and {left} more, see --report.", err=True)
    print_lines((_problem(one.as_json()) for one in outcome.read.notes), err=True)


def tell_late(rows: int, closed: Sequence[int]) -> None:
    """What becomes of rows of closed months."""
    months = said("、", ", ").join(f"{month // 100}-{month % 100:02}" for month in closed)
    if rows:
        echo(
            f"其中 {rows:,} 行属于已关账的 {months}：已关账的不变，差额由下一次计算补发或扣回。",
            f"{rows:,} rows belong to {months}, which is closed: what was closed stays, any"
            " difference in pay comes as adjustment lines in the next open run.",
        )


def _tell_leaving(left: int, ended: int) -> None:
    """Who leaves with a file of people, and who only holds no post any more."""
    if left:
        echo(
            f"其中 {left:,} 人最后工作日已过、不再任职：办理离职，账号停用。",
            f"{left:,} people leave: the last day worked is over and no post goes on. The leaving"
            " is entered and the account is closed.",
        )
    if ended:
        echo(
            f"其中 {ended:,} 人的任职全部结束，但未办理离职：未填最后工作日，或该日未过。",
            f"All posts of {ended:,} people end, but no leaving is entered: no last day worked is"
            " given, or it is not over yet.",
        )


def _ending(outcome: Outcome, *, dry_run: bool) -> str:
    if outcome.batch is not None:
        return said(f"。批次 {outcome.batch}", f". Batch {outcome.batch}")
    if dry_run:
        return said("（试运行，未写入）", " (dry run, nothing written)")
    return said("。未写入", ". Nothing written")


def _problem(one: dict[str, Any]) -> str:
    place = "!".join(part for part in (one["sheet"], one["cell"]) if part)
    text, mend = said(one["zh"], one["en"]), said(one["mend_zh"], one["mend_en"])
    level = "" if one["level"] == "error" else said("提示：", "Note: ")
    return f"  {place or '—'}  {level}{text}{'; ' if mend else ''}{mend}"
