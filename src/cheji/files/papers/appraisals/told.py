"""What is told of a published result: 面谈反馈表, 结果通知书, 荣誉证书."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.engine.money import rounded
from cheji.files.papers.appraisals.results import result_of
from cheji.files.papers.appraisals.writing import Writing
from cheji.files.papers.setting import Column
from cheji.files.papers.words import ANSWERS, APPEALS, OUTCOMES, TALKS, word
from cheji.files.sheets import figure_text


def feedback(writing: Writing) -> None:
    """The talk about a result: what was lost most, what was said and is agreed."""
    seen, say, paper = writing.seen, writing.say, writing.paper
    writing.head()
    result_of(writing)
    lost = _weakest(writing)
    if lost:
        paper.heading(say("失分最多的项目", "Where most was lost"))
        paper.lines(lost)
    paper.heading(say("期间辅导与面谈", "Coaching and talks in the period"))
    columns = [
        Column(say("日期", "Day")), Column(say("类型", "Kind")),
        Column(say("内容", "What was said"), "3fr"), Column(say("约定", "Agreed"), "2fr"),
    ]  # fmt: skip
    paper.rows(columns, [
        [str(talk.on), word(TALKS, talk.kind, writing.language), talk.text, talk.agreed]
        for talk in seen.talks
    ])  # fmt: skip
    paper.heading(say("改进计划与下期约定", "Improvement and what is agreed for the next period"))
    columns = [
        Column(say("改进事项", "What to improve"), "3fr"), Column(say("衡量", "Measure"), "2fr"),
        Column(say("完成日期", "Until"), "1fr"),
    ]  # fmt: skip
    planned = [[one.text, one.measure, str(one.until)] for one in seen.developments]
    paper.rows(columns, planned or [["　", "", ""]] * 3)
    writing.signatures()


def _weakest(writing: Writing) -> list[str]:
    """The three items that lost most against their weights."""
    lost: list[tuple[Fraction, str]] = []
    for _days, parts in writing.seen.parts:
        for part in parts:
            if part["kind"] == "score_item" and part["value"] is not None:
                gap = Fraction(part["detail"].get("weight") or 0) - Fraction(part["value"])
                lost += [(gap, writing.item_name(part))] if rounded(gap, 2) > 0 else []
    lost.sort(key=lambda one: -one[0])
    return [f"{name}　−{figure_text(gap, 'point', 2)}" for gap, name in lost[:3]]


def letter(writing: Writing) -> None:
    """The letter of a result: appeals, what follows, and until when one may appeal."""
    seen, say, paper = writing.seen, writing.say, writing.paper
    assert seen.result is not None
    writing.head()
    result_of(writing)
    if seen.appeals:
        paper.heading(say("申诉", "Appeals"))
        columns = [
            Column(say("日期", "Day")), Column(say("考核项", "Item"), "1.5fr"),
            Column(say("理由", "Why"), "2fr"), Column(say("裁决", "Decision")),
            Column(say("说明", "Reason"), "2fr"),
        ]  # fmt: skip
        names = writing.item_names()
        paper.rows(columns, [
            [str(one.on), names.get(one.item, one.item), one.text,
             word(APPEALS, one.state, writing.language), one.decision]
            for one in seen.appeals
        ])  # fmt: skip
    told = [one for one in seen.outcomes if one.rule != "published"]
    if told:
        paper.heading(say("结果应用", "What follows"))
        paper.lines([_outcome(writing, one) for one in told])
    if seen.state == "published" and seen.appeal_until:
        last = date.fromordinal(seen.appeal_until.toordinal() - 1)
        paper.lines([say(
            f"如有异议，请于 {last} 前（含当日）按考核项提出申诉。",
            f"You may appeal against single items until {last} inclusive.",
        )])  # fmt: skip
    paper.signed([
        (say("人力资源", "Human resources"), "", say("盖章 / 日期", "Seal / date")),
        (say("本人签收", "Received by"), seen.person.name, say("签名 / 日期", "Signature / date")),
    ])  # fmt: skip


def certificate(writing: Writing) -> None:
    """The certificate of an award that was accepted."""
    seen, say, paper = writing.seen, writing.say, writing.paper
    assert seen.result is not None
    total, grade = figure_text(seen.result.total, "point", 2), seen.result.grade
    paper.wide = paper.framed = True
    lines = [
        say(f"在“{seen.name}”中得 {total} 分，考核等级 {grade}，表现优秀。",
            f"for outstanding work in {seen.name}: {total} points, grade {grade}."),
        say("特发此证，以资鼓励。", "With thanks and congratulations."),
    ]  # fmt: skip
    paper.praise(seen.person.name, lines, seen.outlet.name, say("盖章 / 日期", "Seal / date"))


def _outcome(writing: Writing, one: Any) -> str:
    kind = word(OUTCOMES, one.kind, writing.language)
    answer = word(ANSWERS, one.state, writing.language)
    why = f"{writing.say('：', ': ')}{one.reason}" if one.reason else ""
    aims = writing.say("；", "; ").join(_aims(writing, one.value.get("targets", {})))
    told = f"{writing.say('：', ': ')}{aims}" if aims else ""
    item = str(one.value.get("item", ""))
    rule = writing.say(one.zh, one.en)
    rule = rule.replace(item, writing.item_names().get(item, item)) if item else rule
    return f"{kind}　{rule}{told}{writing.aside(answer + why)}"


def _aims(writing: Writing, targets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """By item its target and the next one."""
    for term in writing.seen.terms:
        if term.item in targets and not term.goal:
            now, _actual, following = targets[term.item]
            texts = [
                figure_text(Fraction(one), term.unit, term.decimals) for one in (now, following)
            ]
            yield f"{writing.name(term)} {' → '.join(texts)}"
