"""What was coached in the last weeks: a task for each of some consultants, most of them done."""

from dataclasses import replace
from datetime import datetime, timedelta

from cheji.actions import coaching
from cheji.actions.coaching import Evidence
from cheji.engine.periods import month_key
from cheji.records.visibility import Viewer, of

from .history import History

TASKS = (
    (40, 26, "new_conversion", "每天演练一次需求分析六问"),
    (33, 12, "document_rate", "接待三分钟内请客户留下联系方式"),
    (20, None, "open_conversion", "整理留存意向客户，逐一约再次到店"),
)
"""Days ago on which it was given and done; the weak step, and what to practise."""


def coach(by: Viewer, at: datetime, history: History) -> None:
    """A task of two weeks for each of the first consultants who are still there."""
    scope = of(by)
    outlet = scope.outlets().values_list("id", flat=True).get(code=history.outlet.code)
    there = [s.number for s in history.sellers if s.until is None and s.there(history.first)]
    ids = dict(scope.people().filter(number__in=there).values_list("number", "id"))
    for (given, done, kpi, exercise), number in zip(TASKS, there, strict=False):
        on = by.on - timedelta(days=given)
        month = month_key(on.replace(day=1) - timedelta(days=1))
        task = coaching.assign(
            by=replace(by, on=on), at=at, outlet=outlet, person=ids[number], exercise=exercise,
            evidence=Evidence(kpi, "deliveries", month), due_on=on + timedelta(days=14),
        )  # fmt: skip
        if done is not None:
            ended = replace(by, on=by.on - timedelta(days=done))
            note = "已完成演练，转化有改善"
            coaching.end(by=ended, at=at, task=task.id, version=1, done=True, note=note)
