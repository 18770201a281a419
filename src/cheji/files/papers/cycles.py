"""The summary of a cycle: as PDF to sign, and as a workbook of everything with live sums."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, cast

import xlsxwriter

from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_CODE
from cheji.files.guards import LIVE, guarded_xlsx
from cheji.files.papers.cycle_lists import ITEMS, Share, Value, lists
from cheji.files.papers.setting import Column, Paper
from cheji.files.papers.words import said, word
from cheji.files.printing import prints_wide
from cheji.files.sheets import figure_text, period_title
from cheji.reads.appraisals.summaries import PartSeen, Summary
from cheji.records.standing import Standing
from cheji.records.words import ROLES

Rows = Sequence[Sequence[Value]]
NOTHING: Final = "—"


def summary_pdf(summary: Summary, language: str) -> bytes:
    return summary_paper(summary, language).pdf()


def summary_paper(summary: Summary, language: str) -> Paper:
    """Grades by outlet, everybody's result, calibration and appeals, wide on A4."""

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    step = BY_CODE[summary.state]
    paper = Paper(say("考核周期汇总", "Summary of the cycle"), summary.group, language, wide=True)
    paper.subtitle = f"{summary.name} · {_period(summary)} · {say(step.zh, step.en)}"
    counted = [part for part in summary.parts if not part.left_out]
    people = {part.person.id for part in counted}
    totals = [one.total for one in summary.results.values() if one.total is not None]
    mean = sum(totals, Fraction(0)) / len(totals) if totals else None
    paper.big([
        (say("参加考核", "Appraised"), str(len(people))),
        (say("不参加", "Left out"), str(sum(bool(part.left_out) for part in summary.parts))),
        (say("平均分", "Average"), figure_text(mean, "point", 2)),
        (say("申诉", "Appeals"), str(len(summary.appeals))),
    ])  # fmt: skip
    if summary.results:
        paper.heading(say("各店等级分布", "Grades by outlet"))
        columns, rows, total = _spread(summary, language)
        paper.rows(columns, rows, total)
    paper.heading(say("人员结果", "Results"))
    columns = [
        Column(say("工号", "No.")), Column(say("姓名", "Name"), "1fr"),
        Column(say("门店", "Outlet"), "1.5fr"), Column(say("岗位", "Post"), "1fr"),
        Column(say("上级", "Manager"), "1fr"), Column(say("天数", "Days"), right=True),
        Column(say("总分", "Total"), right=True), Column(say("等级", "Grade")),
        Column(say("系数", "Coefficient"), right=True), Column(say("说明", "Note"), "3fr"),
    ]  # fmt: skip
    paper.rows(columns, [_person(summary, part, language) for part in summary.parts])
    paper.signed([
        (say("制表", "Prepared by"), "", say("签名 / 日期", "Signature / date")),
        (say("审核", "Checked by"), "", say("签名 / 日期", "Signature / date")),
        (say("批准", "Approved by"), "", say("签名 / 日期", "Signature / date")),
    ])  # fmt: skip
    return paper


def _period(summary: Summary) -> str:
    return period_title(cast("Grain", summary.grain), summary.period)


def _last(summary: Summary) -> dict[int, PartSeen]:
    """Of each person the part at the end of the period: there his result is shown."""
    return {part.person.id: part for part in summary.parts if not part.left_out}


def _spread(
    summary: Summary, language: str
) -> tuple[list[Column], list[list[str]], list[str] | None]:
    grades = list(summary.grades)
    outlets: dict[str, list[Standing]] = {}
    for person, part in _last(summary).items():
        if person in summary.results:
            name = f"{part.outlet.code} {part.outlet.name}"
            outlets.setdefault(name, []).append(summary.results[person])
    heads = [said(("门店", "Outlet"), language), said(("人数", "People"), language), *grades]
    heads.append(said(("平均分", "Average"), language))
    columns = [Column(heads[0], "2fr"), *(Column(head, "1fr", right=True) for head in heads[1:])]
    rows = [_counts(name, grades, held) for name, held in outlets.items()]
    everybody = [one for held in outlets.values() for one in held]
    return columns, rows, _counts(said(("合计", "Total"), language), grades, everybody)


def _counts(name: str, grades: Sequence[str], held: Sequence[Standing]) -> list[str]:
    totals = [one.total for one in held if one.total is not None]
    mean = sum(totals, Fraction(0)) / len(totals) if totals else None
    counts = [str(sum(one.grade == grade for one in held)) for grade in grades]
    return [name, str(len(held)), *counts, figure_text(mean, "point", 2)]


def _person(summary: Summary, part: PartSeen, language: str) -> list[str]:
    """A person's row; his result stands beside his last part alone."""
    mine = _last(summary).get(part.person.id)
    result = summary.results.get(part.person.id) if mine and mine.id == part.id else None
    return [
        part.person.number, part.person.name, f"{part.outlet.code} {part.outlet.name}",
        word(ROLES, part.role, language), part.manager, str(part.days),
        figure_text(result.total, "point", 2) if result else "",
        (result.grade or NOTHING) if result else "",
        figure_text(result.coefficient, "point", 2) if result else "",
        _note(part, result, language),
    ]  # fmt: skip


def _note(part: PartSeen, result: Standing | None, language: str) -> str:
    if part.left_out:
        return part.left_out
    told = []
    if result and result.reason["detail"].get("calibrated"):
        detail = result.reason["detail"]
        before = detail["grade_scored"]
        move = said((f"校准 {before}→{result.grade}", f"{before}→{result.grade}"), language)
        told.append(f"{move}：{detail['calibrated']}")
    if result and result.adjusted:
        told.append(said(("公布后已调整", "adjusted after publication"), language))
    return "；".join(told)


# -- the workbook ----------------------------------------------------------------------------------


def summary_xlsx(summary: Summary, language: str) -> bytes:
    """Everything of a cycle, a sheet for each thing; totals are sums of the items' sheet."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    written = _Book(book, language)
    _results(written, summary, written.say(*ITEMS))
    for title, heads, rows in lists(summary, language):
        written.leaf(title, heads, rows)
    book.close()
    return target.getvalue()


class _Book:
    """The workbook being written."""

    def __init__(self, book: Any, language: str) -> None:
        self.book, self.language = book, language
        self.head = book.add_format({"bold": True, "bg_color": "#EDEDED", "text_wrap": True})
        self.text = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.number = book.add_format({"num_format": "#,##0.00##"})
        self.share = book.add_format({"num_format": "0.00%"})
        self.bold = book.add_format({"bold": True, "num_format": "#,##0.00##"})

    def say(self, zh: str, en: str) -> str:
        return said((zh, en), self.language)

    def leaf(self, title: str, heads: Sequence[str], rows: Rows) -> Any:
        """A worksheet of a list; its headings stay in sight and on every printed page."""
        page = self.book.add_worksheet(title[:31])
        page.freeze_panes(1, 0)
        prints_wide(page, head=0)
        for column, head in enumerate(heads):
            page.write_string(0, column, head, self.head)
        page.set_column(0, len(heads) - 1, 14)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self.cell(page, at, column, value)
        return page

    def cell(self, page: Any, row: int, column: int, value: Value) -> None:
        """Numbers as numbers; text of people never as a formula."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            style = self.quoted if value.startswith(LIVE) else self.text
            page.write_string(row, column, guarded_xlsx(value), style)
        elif isinstance(value, Share):
            page.write_number(row, column, float(value.value), self.share)
        else:
            page.write_number(row, column, float(value), self.number)


def _results(written: _Book, summary: Summary, items: str) -> None:
    say = written.say
    heads = [
        say("工号", "Number"), say("姓名", "Name"), say("门店", "Outlet"), say("岗位", "Post"),
        say("上级", "Manager"), say("开始", "From"), say("结束（不含）", "Until"),
        say("天数", "Days"), say("总分", "Total"), say("等级", "Grade"),
        say("系数", "Coefficient"), say("潜力", "Potential"), say("说明", "Note"),
    ]  # fmt: skip
    last = _last(summary)
    rows = [_row(summary, part, written.language) for part in summary.parts]
    page = written.leaf(say("汇总", "Results"), heads, rows)
    several = {row.person.id for row in summary.parts if last.get(row.person.id) not in (row, None)}
    for at, part in enumerate(summary.parts, start=1):
        result = summary.results.get(part.person.id)
        if last.get(part.person.id) != part or result is None or result.total is None:
            continue
        if part.person.id in several:  # weighted by days: no plain sum
            written.cell(page, at, 8, result.total)
            continue
        text = f"=SUMIFS('{items}'!H:H,'{items}'!A:A,A{at + 1})"
        page.write_formula(at, 8, text, written.number, float(result.total))
    end = len(rows) + 1
    totals = [one.total for one in summary.results.values() if one.total is not None]
    if totals:
        page.write_string(end, 0, say("平均", "Average"), written.bold)
        mean = float(sum(totals, Fraction(0)) / len(totals))
        page.write_formula(end, 8, f"=AVERAGE(I2:I{end})", written.bold, mean)
    page.autofilter(0, 0, max(end - 1, 1), len(heads) - 1)


def _row(summary: Summary, part: PartSeen, language: str) -> list[Value]:
    person = _person(summary, part, language)
    mine = _last(summary).get(part.person.id) == part
    result = summary.results.get(part.person.id) if mine else None
    return [
        *person[:5], str(part.since), str(part.until), part.days, None, person[7],
        result.coefficient if result else None,
        summary.potentials.get(part.person.id) if mine else None, person[9],
    ]  # fmt: skip
