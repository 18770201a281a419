"""绩效合约: what is appraised, by which standards, and who agreed to it."""

from fractions import Fraction

from cheji.files.papers.appraisals.writing import Writing
from cheji.files.papers.setting import Column
from cheji.files.papers.words import said
from cheji.files.sheets import figure_text
from cheji.reads.appraisals.papers import TermSeen


def contract(writing: Writing) -> None:
    """The agreement: items, weights, aims, standards, and both signatures."""
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


def _term_row(writing: Writing, term: TermSeen) -> list[str]:
    rule = "；".join(one[0] for one in term.standard) if writing.language.startswith("zh") else (
        "; ".join(one[1] for one in term.standard)
    )  # fmt: skip
    aims = (term.base, term.target, term.stretch)
    texts = ["" if aim is None else figure_text(aim, term.unit, term.decimals) for aim in aims]
    texts[1] = writing.say("未设定", "not set") if term.aimless else texts[1]
    weight = figure_text(term.weight, "ratio" if term.goal and term.weight <= 1 else "point", 0)
    return [writing.name(term), weight, *texts, rule]


def _weights(writing: Writing) -> list[str]:
    whole = sum((term.weight for term in writing.seen.terms if not term.goal), Fraction(0))
    return [writing.say("合计", "Total"), figure_text(whole, "point", 0), "", "", "", ""]


def _grades(writing: Writing) -> None:
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
