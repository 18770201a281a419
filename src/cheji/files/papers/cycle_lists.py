"""The lists of a cycle for its workbook: from items and agreements to violations and talks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cheji.files.papers.words import (
    ANSWERS,
    APPEALS,
    OUTCOMES,
    PARTS,
    TALKS,
    VIOLATIONS,
    said,
    word,
)
from cheji.reads.appraisals.summaries import Summary
from cheji.reads.seen import Who


@dataclass(frozen=True, slots=True)
class Share:
    """A part of 1, shown as percent."""

    value: Fraction


Value = str | int | Fraction | Share | None
Row = tuple[Who, Sequence[Value]]
"""Whose it is, and what stands behind his number and name."""
Words = tuple[str, str]

ITEMS: Final = ("考核项得分", "Items")
PERSON: Final = (("工号", "Number"), ("姓名", "Name"))


class Told:
    """A summary in one language."""

    def __init__(self, summary: Summary, language: str) -> None:
        self.summary, self.language = summary, language
        self._items = {row.code: self.say(row.zh, row.en) for row in summary.items}
        self._items |= {row.item: self.say(row.zh, row.en) for row in summary.terms}

    def say(self, zh: str, en: str) -> str:
        return said((zh, en), self.language)

    def word(self, words: dict[str, Words], code: str) -> str:
        return word(words, code, self.language)

    def item(self, code: str) -> str:
        return self._items.get(code, code)


@dataclass(frozen=True, slots=True)
class List:
    """A sheet of the workbook; `heads` are those behind the person's."""

    title: Words
    heads: tuple[Words, ...]
    rows: Callable[[Told], Iterable[Row]]


def lists(summary: Summary, language: str) -> Iterator[tuple[str, list[str], list[list[Value]]]]:
    """Title, headings and rows of each sheet behind the results."""
    told = Told(summary, language)
    for one in LISTS:
        heads = [told.say(*head) for head in (*PERSON, *one.heads)]
        yield (
            told.say(*one.title),
            heads,
            [[who.number, who.name, *values] for who, values in one.rows(told)],
        )


def _figure(value: Fraction | None, unit: str) -> Value:
    return Share(value) if value is not None and unit == "ratio" else value


def _items(told: Told) -> Iterator[Row]:
    for r in told.summary.items:
        aims = _figure(r.actual, r.unit), _figure(r.target, r.unit)
        yield r.person, [r.code, told.say(r.zh, r.en), r.weight, *aims, r.points]


def _terms(told: Told) -> Iterator[Row]:
    for r in told.summary.terms:
        aims = (_figure(aim, r.unit) for aim in (r.base, r.target, r.stretch))
        yield r.person, [told.say(r.zh, r.en), r.goal, r.weight, *aims, r.text]


def _marks(told: Told) -> Iterator[Row]:
    for r in told.summary.marks:
        mark = _figure(r.mark, "ratio" if r.goal else "")
        yield r.person, [
            told.item(r.item), r.goal, told.word(PARTS, r.part), r.by, mark, r.comment,
        ]  # fmt: skip


def _moves(told: Told) -> Iterator[Row]:
    for r in told.summary.moves:
        yield r.person, [r.before, r.after, r.reason, r.by]


def _appeals(told: Told) -> Iterator[Row]:
    for person, r in told.summary.appeals:
        state = told.word(APPEALS, r.state)
        yield person, [str(r.on), told.item(r.item), r.text, state, r.decision]


def _outcomes(told: Told) -> Iterator[Row]:
    for person, r in told.summary.outcomes:
        answer = told.word(ANSWERS, r.state)
        yield person, [told.word(OUTCOMES, r.kind), told.say(r.zh, r.en), answer, r.reason]


def _violations(told: Told) -> Iterator[Row]:
    for r in told.summary.violations:
        state = told.word(VIOLATIONS, r.state)
        yield r.person, [str(r.on), told.say(r.zh, r.en), r.text, state, r.decision]


def _talks(told: Told) -> Iterator[Row]:
    for r in told.summary.talks:
        yield r.person, [str(r.on), told.word(TALKS, r.kind), r.text, r.agreed]


DAY: Final = ("日期", "Day")
ITEM: Final = ("考核项", "Item")
GOAL: Final = ("目标编号", "Goal")
WEIGHT: Final = ("权重", "Weight")
TARGET: Final = ("目标", "Target")
KIND: Final = ("类型", "Kind")
STATE: Final = ("状态", "State")
REASON: Final = ("原因", "Reason")
BY: Final = ("经办", "By")

LISTS: Final = (
    List(
        ITEMS,
        (("代码", "Code"), ITEM, WEIGHT, ("实际", "Actual"), TARGET, ("得分", "Points")),
        _items,
    ),
    List(
        ("绩效合约", "Agreements"),
        (ITEM, GOAL, WEIGHT, ("保底值", "Base"), TARGET, ("挑战值", "Stretch"), ("内容", "Text")),
        _terms,
    ),
    List(
        ("评分", "Marks"),
        (ITEM, GOAL, ("评分方", "Part"), ("评分人", "By"), ("评分", "Mark"), ("说明", "Comment")),
        _marks,
    ),
    List(
        ("校准", "Calibration"),
        (("原等级", "From"), ("调整为", "To"), REASON, BY),
        _moves,
    ),
    List(
        ("申诉", "Appeals"),
        (DAY, ITEM, ("理由", "Why"), STATE, ("裁决", "Decision")),
        _appeals,
    ),
    List(
        ("结果应用", "Outcomes"),
        (KIND, ("依据", "Rule"), ("答复", "Answer"), REASON),
        _outcomes,
    ),
    List(
        ("违规", "Violations"),
        (DAY, ("行为", "Rule"), ("事实", "What"), STATE, ("处理", "Decision")),
        _violations,
    ),
    List(("面谈", "Talks"), (DAY, KIND, ("内容", "Said"), ("约定", "Agreed")), _talks),
)
