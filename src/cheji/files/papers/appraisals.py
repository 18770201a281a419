"""Papers of one appraisal: 绩效合约, 评分表, 面谈反馈表, 结果通知书, 荣誉证书."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, cast

from django.utils import timezone

from cheji.engine.money import rounded
from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_CODE
from cheji.files.papers.setting import Column, Paper
from cheji.files.papers.words import ANSWERS, APPEALS, OUTCOMES, PARTS, ROLES, TALKS, said, word
from cheji.files.sheets import figure_text, period_title
from cheji.reads.appraisals.papers import PaperSeen, TermSeen, limits_of
from cheji.records.refusals import NotFound, Refused

TITLES: Final = {
    "contract": ("绩效合约", "Performance agreement"),
    "evaluation": ("绩效评分表", "Evaluation sheet"),
    "feedback": ("绩效面谈反馈表", "Feedback sheet"),
    "letter": ("考核结果通知书", "Letter of result"),
    "certificate": ("荣誉证书", "Certificate"),
}
NOTHING: Final = "—"


class NotPublished(Refused):
    """This paper is there once the cycle “{name}” is published."""

    zh = "考核周期“{name}”公布后才有此文件。"


class NotAwarded(Refused):
    """There is a certificate once the suggestion to award one is accepted."""

    zh = "表彰建议被采纳后才有荣誉证书。"


def papers_of(seen: PaperSeen) -> tuple[str, ...]:
    """The papers that there are of an appraisal now."""
    return tuple(paper for paper in TITLES if _missing(seen, paper) is None)


def _missing(seen: PaperSeen, paper: str) -> Refused | None:
    """Why there is no such paper yet."""
    if paper in ("feedback", "letter") and seen.result is None:
        return NotPublished(name=seen.name)
    awarded = any(one.kind == "certificate" and one.state == "accepted" for one in seen.outcomes)
    return NotAwarded() if paper == "certificate" and not awarded else None


def paper_pdf(seen: PaperSeen, paper: str, language: str) -> bytes:
    """One of the papers of an appraisal as PDF; it refuses what `written` refuses."""
    return written(seen, paper, language).pdf()


def written(seen: PaperSeen, paper: str, language: str) -> Paper:
    """One of the papers of an appraisal.

    Raises:
        NotFound: there is no such paper.
        NotPublished: the paper tells a result that is not published.
        NotAwarded: nobody accepted that a certificate is awarded.
    """
    if paper not in TITLES:
        raise NotFound(noun="paper", key=paper)
    if missing := _missing(seen, paper):
        raise missing
    writing = _Writing(seen, paper, language)
    WRITERS[paper](writing)
    return writing.paper


class _Writing:
    """A paper of an appraisal in one language."""

    def __init__(self, seen: PaperSeen, paper: str, language: str) -> None:
        self.seen, self.language = seen, language
        grain = cast("Grain", seen.grain)
        subtitle = f"{seen.name} · {period_title(grain, seen.period)}"
        self.paper = Paper(said(TITLES[paper], language), seen.group, language, subtitle)
        self.paper.foot = self.say("合约摘要", "Terms") + f" {seen.digest[:16]}"

    def say(self, zh: str, en: str) -> str:
        return said((zh, en), self.language)

    def aside(self, text: str) -> str:
        """In brackets, as the language writes them."""
        return self.say(f"（{text}）", f" ({text})")

    def head(self) -> None:
        """Who is appraised, where, by whom, and for which days."""
        seen, step = self.seen, BY_CODE[self.seen.state]
        days = (seen.until - seen.since).days - seen.absent
        self.paper.facts([
            (self.say("姓名", "Name"), f"{seen.person.name}{self.aside(seen.person.number)}"),
            (self.say("岗位", "Post"), word(ROLES, seen.role, self.language)),
            (self.say("门店", "Outlet"), f"{seen.outlet.code} {seen.outlet.name}"),
            (self.say("小组", "Team"), seen.team),
            (self.say("上级", "Manager"), seen.manager),
            (self.say("考核方案", "Scheme"), said(seen.scheme, self.language)),
            (self.say("考核时段", "Days"), self.span(days)),
            (self.say("阶段", "Step"), said((step.zh, step.en), self.language)),
        ])  # fmt: skip

    def span(self, days: int) -> str:
        first, last = self.seen.since, date.fromordinal(self.seen.until.toordinal() - 1)
        return f"{first} – {last}{self.aside(self.say(f'{days} 天', f'{days} days'))}"

    def name(self, term: TermSeen) -> str:
        return f"· {term.text}" if term.goal else self.say(term.zh, term.en)

    def item_names(self) -> dict[str, str]:
        return {t.item: self.say(t.zh, t.en) for t in self.seen.terms if not t.goal}

    def item_name(self, part: Mapping[str, Any]) -> str:
        """An item by its name; an adjustment by its words."""
        known = self.item_names().get(part["code"])
        return known or self.say(str(part["detail"]["zh"]), str(part["detail"]["en"]))

    def signatures(self, *, terms: bool = False) -> None:
        """Both sides; under the terms, when each agreed to them on screen."""
        seen, agreed = self.seen, terms and self.seen.agreed == self.seen.digest
        self.paper.signed([
            (self.say("本人", "The person"), seen.person.name,
             self.stamp(seen.person_agreed_at if agreed else None)),
            (self.say("上级", "The manager"), seen.manager,
             self.stamp(seen.manager_agreed_at if agreed else None)),
        ])  # fmt: skip

    def stamp(self, at: datetime | None) -> str:
        if at is None:
            return self.say("签名 / 日期", "Signature / date")
        when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
        return self.say(f"已于 {when} 屏幕确认", f"Agreed on screen at {when}")


# -- what is agreed --------------------------------------------------------------------------------


def _contract(writing: _Writing) -> None:
    seen, say, paper = writing.seen, writing.say, writing.paper
    writing.head()
    paper.heading(say("考核内容", "What is appraised"))
    columns = [
        Column(say("考核项", "Item"), "2fr"), Column(say("权重", "Weight"), right=True),
        Column(say("保底值", "Base"), right=True), Column(say("目标", "Target"), right=True),
        Column(say("挑战值", "Stretch"), right=True), Column(say("评分标准", "Standard"), "4fr"),
    ]  # fmt: skip
    paper.rows(columns, [_term_row(writing, term) for term in seen.terms], _weights(writing))
    if seen.words:
        paper.heading(say("总则", "For the whole"))
        paper.lines(
            [f"{n}. {said(words, writing.language)}" for n, words in enumerate(seen.words, 1)]
        )
    _grades(writing)
    paper.lines([say(
        "双方确认以上内容；任何改动须双方重新确认，中期调整须写明原因。",
        "Both agree to the above; a change needs both again, at mid-term with a reason.",
    )])  # fmt: skip
    writing.signatures(terms=True)


def _term_row(writing: _Writing, term: TermSeen) -> list[str]:
    rule = "；".join(one[0] for one in term.standard) if writing.language.startswith("zh") else (
        "; ".join(one[1] for one in term.standard)
    )  # fmt: skip
    aims = (term.base, term.target, term.stretch)
    texts = ["" if aim is None else figure_text(aim, term.unit, term.decimals) for aim in aims]
    texts[1] = writing.say("未设定", "not set") if term.aimless else texts[1]
    weight = figure_text(term.weight, "ratio" if term.goal and term.weight <= 1 else "point", 0)
    return [writing.name(term), weight, *texts, rule]


def _weights(writing: _Writing) -> list[str]:
    whole = sum((term.weight for term in writing.seen.terms if not term.goal), Fraction(0))
    return [writing.say("合计", "Total"), figure_text(whole, "point", 0), "", "", "", ""]


def _grades(writing: _Writing) -> None:
    grades = writing.seen.grades
    if len(grades) < 2:
        return
    colon = writing.say("：", ": ")
    high = [*(start for start, _label in grades[1:]), None]
    texts = [
        f"{label}{colon}{figure_text(start, 'point', 0)}"
        + (f"–{figure_text(until, 'point', 0)}" if until is not None else "+")
        for (start, label), until in zip(grades, high, strict=True)
    ]
    note = writing.say("含下限、不含上限", "the lower bound is included, the upper is not")
    heading = writing.say("等级", "Grades")
    writing.paper.lines([f"{heading}　{'　'.join(reversed(texts))}{writing.aside(note)}"])


# -- marks -----------------------------------------------------------------------------------------


def _evaluation(writing: _Writing) -> None:
    seen, say, paper = writing.seen, writing.say, writing.paper
    writing.head()
    parts = [part for part in PARTS if any(mark.part == part for mark in seen.marks)]
    marked = {(m.item, m.goal) for m in seen.marks}
    paper.heading(say("评分", "Marks"))
    columns = [Column(say("考核项", "Item"), "2fr")]
    columns += [Column(word(PARTS, part, writing.language), right=True) for part in parts]
    columns += [Column(say("说明与依据", "Comments and evidence"), "4fr")]
    paper.rows(columns, [
        [writing.name(term), *(_mark_of(writing, term, part) for part in parts),
         _comments(writing, term)]
        for term in seen.terms
        if (term.item, term.goal) in marked or term.source in ("rating", "goal")
    ])  # fmt: skip
    if seen.result is not None:
        _result(writing)
    writing.signatures()


def _mark_of(writing: _Writing, term: TermSeen, part: str) -> str:
    """The mark of a part; of several raters the mean."""
    marks = [
        mark.mark
        for mark in writing.seen.marks
        if (mark.item, mark.goal, mark.part) == (term.item, term.goal, part)
        and mark.mark is not None
    ]
    if not marks:
        return NOTHING
    mean = sum(marks, Fraction(0)) / len(marks)
    text = figure_text(mean, "ratio" if term.goal else "point", 0 if term.goal else 1)
    return f"{text} (n={len(marks)})" if len(marks) > 1 else text


def _comments(writing: _Writing, term: TermSeen) -> str:
    texts = [
        f"{word(PARTS, mark.part, writing.language)}：{mark.comment}"
        + (f" [{mark.evidence}]" if mark.evidence else "")
        for mark in writing.seen.marks
        if (mark.item, mark.goal) == (term.item, term.goal) and (mark.comment or mark.evidence)
    ]
    return "；".join(texts)


# -- what came of it -------------------------------------------------------------------------------


def _result(writing: _Writing) -> None:
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


def _points(writing: _Writing, parts: Sequence[Mapping[str, Any]]) -> None:
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


def _notes(writing: _Writing) -> Iterator[str]:
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


def _feedback(writing: _Writing) -> None:
    seen, say, paper = writing.seen, writing.say, writing.paper
    writing.head()
    _result(writing)
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


def _weakest(writing: _Writing) -> list[str]:
    """The three items that lost most against their weights."""
    lost: list[tuple[Fraction, str]] = []
    for _days, parts in writing.seen.parts:
        for part in parts:
            if part["kind"] == "score_item" and part["value"] is not None:
                gap = Fraction(part["detail"].get("weight") or 0) - Fraction(part["value"])
                lost += [(gap, writing.item_name(part))] if rounded(gap, 2) > 0 else []
    lost.sort(key=lambda one: -one[0])
    return [f"{name}　−{figure_text(gap, 'point', 2)}" for gap, name in lost[:3]]


def _letter(writing: _Writing) -> None:
    seen, say, paper = writing.seen, writing.say, writing.paper
    assert seen.result is not None
    writing.head()
    _result(writing)
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


def _certificate(writing: _Writing) -> None:
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


def _outcome(writing: _Writing, one: Any) -> str:
    kind = word(OUTCOMES, one.kind, writing.language)
    answer = word(ANSWERS, one.state, writing.language)
    why = f"{writing.say('：', ': ')}{one.reason}" if one.reason else ""
    aims = writing.say("；", "; ").join(_aims(writing, one.value.get("targets", {})))
    told = f"{writing.say('：', ': ')}{aims}" if aims else ""
    item = str(one.value.get("item", ""))
    rule = writing.say(one.zh, one.en)
    rule = rule.replace(item, writing.item_names().get(item, item)) if item else rule
    return f"{kind}　{rule}{told}{writing.aside(answer + why)}"


def _aims(writing: _Writing, targets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """By item its target and the next one."""
    for term in writing.seen.terms:
        if term.item in targets and not term.goal:
            now, _actual, following = targets[term.item]
            texts = [
                figure_text(Fraction(one), term.unit, term.decimals) for one in (now, following)
            ]
            yield f"{writing.name(term)} {' → '.join(texts)}"


WRITERS: Final[dict[str, Callable[[_Writing], None]]] = {
    "contract": _contract,
    "evaluation": _evaluation,
    "feedback": _feedback,
    "letter": _letter,
    "certificate": _certificate,
}
