"""The result on a paper: total, grade, coefficient, and the points that add up to it."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cheji.files.papers.appraisals.writing import NOTHING, Writing
from cheji.files.papers.setting import Column
from cheji.files.sheets import figure_text
from cheji.reads.appraisals.papers import limits_of


def result_of(writing: Writing) -> None:
    """Total, grade and coefficient, and the points that add up to it."""
    result, say, paper = writing.seen.result, writing.say, writing.paper
    assert result is not None
    paper.heading(say("结果", "Result"))
    paper.big([
        (say("总分", "Total"), figure_text(result.total, "point", 2)),
        (say("等级", "Grade"), result.grade or NOTHING),
        (say("绩效系数", "Coefficient"), figure_text(result.coefficient, "point", 2)),
    ])  # fmt: skip
    for days, parts in writing.seen.parts:
        if days is not None:
            paper.lines([say(f"{days} 天：", f"{days} days:")])
        _points(writing, parts)
    away = writing.seen.elsewhere
    if away:
        paper.lines([say(f"另有 {away} 天在其他岗位考核。", f"{away} days at another post.")])
    paper.lines(list(_notes(writing)))


def _points(writing: Writing, parts: Sequence[Mapping[str, Any]]) -> None:
    say = writing.say
    columns = [
        Column(say("考核项", "Item"), "2fr"), Column(say("权重", "Weight"), right=True),
        Column(say("实际", "Actual"), right=True), Column(say("目标", "Target"), right=True),
        Column(say("得分", "Points"), right=True), Column(say("计分", "How"), "3fr"),
    ]  # fmt: skip
    units = {t.item: (t.unit, t.decimals) for t in writing.seen.terms if not t.goal}
    rows = []
    for part in parts:
        detail = part["detail"]
        unit = units.get(part["code"], ("point", 2))
        figures = [_figure(detail.get(name), *unit) for name in ("actual", "target")]
        rows.append([
            writing.item_name(part), _figure(detail.get("weight"), "point", 0), *figures,
            _figure(part["value"], "point", 2), say(str(detail["zh"]), str(detail["en"])),
        ])  # fmt: skip
    whole = sum((Fraction(part["value"] or 0) for part in parts), Fraction(0))
    total = [say("合计", "Total"), "", "", "", figure_text(whole, "point", 2), ""]
    writing.paper.rows(columns, rows, total)


def _figure(value: Any, unit: str, decimals: int) -> str:
    return "" if value is None else figure_text(Fraction(value), unit, decimals)


def _notes(writing: Writing) -> Iterator[str]:
    result, say = writing.seen.result, writing.say
    assert result is not None
    detail = result.reason["detail"]
    for line in limits_of(result.reason):
        told = line["detail"]
        yield say(told["zh"], told["en"]) + f"　{figure_text(Fraction(line['value']), 'point', 2)}"
    if detail.get("calibrated"):
        before, why = detail["grade_scored"], detail["calibrated"]
        yield say(
            f"等级经校准由 {before} 调整为 {result.grade}：{why}",
            f"Calibrated from {before} to {result.grade}: {why}",
        )
    if result.adjusted:
        yield say(
            "公布后已调整（申诉成立或违规认定）。",
            "Adjusted after publication (appeal or violation).",
        )
