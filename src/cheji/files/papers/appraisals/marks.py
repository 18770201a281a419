"""绩效评分表: who marked what, and the result once there is one."""

from fractions import Fraction

from cheji.files.papers.appraisals.results import result_of
from cheji.files.papers.appraisals.writing import NOTHING, Writing
from cheji.files.papers.setting import Column
from cheji.files.papers.words import PARTS, word
from cheji.files.sheets import figure_text
from cheji.reads.appraisals.papers import TermSeen


def evaluation(writing: Writing) -> None:
    """The marks of everybody who evaluates, item by item."""
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
        result_of(writing)
    writing.signatures()


def _mark_of(writing: Writing, term: TermSeen, part: str) -> str:
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


def _comments(writing: Writing, term: TermSeen) -> str:
    texts = [
        f"{word(PARTS, mark.part, writing.language)}：{mark.comment}"
        + (f" [{mark.evidence}]" if mark.evidence else "")
        for mark in writing.seen.marks
        if (mark.item, mark.goal) == (term.item, term.goal) and (mark.comment or mark.evidence)
    ]
    return "；".join(texts)
