"""Words of the appraisal cycle on its pages: steps, parts, tasks, periods, figures as typed."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cheji.engine.kpis import decimal_text
from cheji.engine.periods import DAY, Grain
from cheji.engine.scores.cycles import ORDER
from cheji.files.kinds import Column as FileColumn
from cheji.files.values import numbers
from cheji.files.values.faults import Fault, Spelling
from cheji.reads.appraisals.appeals import Result
from cheji.reads.appraisals.developments import DevelopmentRow
from cheji.reads.appraisals.heads import AppraisalSeen, CycleHead, TaskSeen
from cheji.reads.appraisals.papers import PaperSeen, TermSeen
from cheji.records.refusals import BadValue
from cheji.web.cycle_words import step_text
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Stage
from cheji.web.wording import named, period_text, shaped

SCALE = 10_000
PARTS: Mapping[str, Any] = {
    "self": pgettext_lazy("rater", "Oneself"),
    "manager": pgettext_lazy("rater", "Manager"),
    "peer": pgettext_lazy("rater", "Peer"),
    "report": pgettext_lazy("rater", "Report"),
    "customer": pgettext_lazy("rater", "Customer"),
}
TALKS: Mapping[str, Any] = {
    "coaching": pgettext_lazy("talk", "Coaching talk"),
    "observation": pgettext_lazy("talk", "Observation"),
    "exercise": pgettext_lazy("talk", "Exercise"),
    "midterm": pgettext_lazy("talk", "Mid-term talk"),
    "feedback": pgettext_lazy("talk", "Feedback on the result"),
    "appeal": pgettext_lazy("talk", "Talk about an appeal"),
}
VIOLATIONS: Mapping[str, tuple[Any, str]] = {
    "reported": (pgettext_lazy("violation", "Reported"), "warn"),
    "heard": (pgettext_lazy("violation", "Heard"), "warn"),
    "decided": (pgettext_lazy("violation", "Proven"), "bad"),
    "dismissed": (pgettext_lazy("violation", "Dismissed"), ""),
}
APPEALS: Mapping[str, tuple[Any, str]] = {
    "open": (pgettext_lazy("appeal", "Open"), "warn"),
    "heard": (pgettext_lazy("appeal", "Heard"), "warn"),
    "upheld": (pgettext_lazy("appeal", "Upheld"), "good"),
    "partly": (pgettext_lazy("appeal", "Partly upheld"), "good"),
    "rejected": (pgettext_lazy("appeal", "Rejected"), "bad"),
    "withdrawn": (pgettext_lazy("appeal", "Withdrawn"), ""),
}
#: What may be done about a task: icon and words, by the slug of its form.
TASK_DEEDS: Mapping[str, tuple[str, Any]] = {
    "delegate": ("user-check", pgettext_lazy("task", "Delegate")),
    "skip": ("chevron-right", pgettext_lazy("task", "Skip")),
    "reopen": ("arrow-back-up", pgettext_lazy("task", "Open again")),
}
RATING = FileColumn("mark", "评分", "Mark", "number")


def part_text(part: str) -> str:
    return str(PARTS[part])


def stages(cycle: CycleHead) -> list[Stage]:
    """The steps of a cycle, done, current and to come; without those it does without."""
    at = ORDER.index(cycle.state)
    there = [code for code in ORDER if code not in cycle.left_out]
    return [
        Stage(step_text(code), "done" if place < at else "current" if place == at else "todo")
        for code in there
        for place in [ORDER.index(code)]
    ]


def cycle_text(cycle: CycleHead) -> str:
    """The cycle's name with its period, where the name does not say it."""
    period = period_text(cast("Grain", cycle.grain), cycle.period)
    said = period.replace(" ", "") in cycle.name.replace(" ", "")
    return cycle.name if said else f"{cycle.name} · {period}"


def days_text(head: AppraisalSeen) -> str:
    """The days of a part that is not the whole period."""
    cycle = head.cycle
    if head.since <= cycle.since and head.until >= cycle.until:
        return ""
    return f"{head.since.isoformat()} – {(head.until - DAY).isoformat()}"


def task_text(task: TaskSeen) -> str:
    """A task as its step and in whose name it is."""
    return f"{step_text(task.step)} · {part_text(task.part)}"


def task_state(task: TaskSeen) -> tuple[str, str]:
    """How a task stands, with the tone of its badge."""
    if task.way == "done":
        return pgettext("task", "Done"), "good"
    if task.way == "skipped":
        return pgettext("task", "Skipped"), ""
    return (pgettext("task", "Late"), "bad") if task.late else (pgettext("task", "To do"), "warn")


def improvement_state(row: DevelopmentRow) -> tuple[str, str]:
    """How an improvement item stands, with the tone of its badge."""
    if row.late:
        return pgettext("task", "Late"), "bad"
    return {
        "open": (pgettext("task", "To do"), "warn"),
        "done": (pgettext("task", "Reached"), "good"),
        "dropped": (pgettext("task", "Dropped"), ""),
    }[row.state]


# -- terms -----------------------------------------------------------------------------------------


def term_text(term: TermSeen) -> str:
    """A work goal by its text, an item by its name."""
    return term.text if term.goal else named(term)


def term_name(paper: PaperSeen, item: str, goal: str = "") -> str:
    """What an item or goal of an appraisal is called; one that is dropped by its code."""
    for term in paper.terms:
        if (term.item, term.goal) == (item, goal):
            return term_text(term)
    return goal or item


def aim_text(term: TermSeen, aim: str) -> str:
    """Base, target or stretch with its unit's sign; grouped digits for large figures."""
    value = getattr(term, aim)
    if value is None:
        return ""
    shown, kind, decimals = shaped(term.unit, term.decimals, value)
    return figures.figure(shown, kind, decimals)


def mark_shown(source: str, mark: Fraction | None) -> str:
    """A rating out of 100, a goal as percent."""
    if mark is None:
        return ""
    return f"{decimal_text(mark * 100)}%" if source == "goal" else decimal_text(mark)


# -- figures as typed ------------------------------------------------------------------------------


def typed(unit: str, kept: int | Fraction | None) -> str:
    """What is kept in 1/10,000 of its unit as a person types it; a rate as percent."""
    if kept is None:
        return ""
    value = Fraction(kept, SCALE) if isinstance(kept, int) else kept
    return f"{decimal_text(value * 100)}%" if unit == "ratio" else decimal_text(value)


def kept(unit: str, text: str, field: str) -> int | None:
    """A typed figure in 1/10,000 of its unit; a rate with or without its sign; empty is none.

    Raises:
        BadValue: it is no number.
    """
    if not text.strip():
        return None
    try:
        value = Fraction(numbers.number(text, RATING, Spelling()))
    except Fault:
        raise BadValue(field=field, value=text[:40], why=_("it must be a number")) from None
    share = unit == "ratio" and not text.rstrip().endswith(("%", "％")) and value > 1
    return int(value * SCALE / (100 if share else 1))


def mark_text(source: str, mark: int | None) -> str:
    """A mark as it is typed: a rating of 100, a work goal as percent of what was agreed."""
    if mark is None:
        return ""
    return decimal_text(Fraction(mark, SCALE) * (100 if source == "goal" else 1))


def mark_kept(source: str, text: str, field: str) -> int | None:
    """A typed mark in 1/10,000.

    Raises:
        BadValue: it is no number.
    """
    if not text.strip():
        return None
    plain = text.strip().rstrip("%％")
    value = kept("number", plain, field)
    return None if value is None else value // 100 if source == "goal" else value


def changed(
    points: tuple[Fraction, Fraction] | None, before: Result | None, after: Result | None
) -> dict[str, str]:
    """What an upheld appeal changed: `points` of the item, and the `change` of the result."""
    if points is None or before is None or after is None:
        return {"points": "", "change": ""}
    sides = (
        f"{'—' if total is None else figures.digits(total, 2)} {grade}".strip()
        for total, grade in (before, after)
    )
    return {
        "points": " → ".join(figures.digits(one, 2) for one in points),
        "change": " → ".join(sides),
    }
