"""A cycle of the cast's February, driven through the verbs as its people would."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from cast import AT, Cast
from cheji.actions import appraisals as act
from cheji.records import models as m
from cheji.records.appraised import Figures, rateable, scheme_for, terms_digest
from cheji.records.visibility import Viewer

SCHEMES = {"consultant": "consultant_manual"}
FIGURES = {
    "sales_amount": Fraction(90_000), "sales_units": Fraction(5), "sat_rate": Fraction(9, 10),
    "new_customers": Fraction(10),
}  # fmt: skip


class Cycled:
    """One cycle; `hr` runs it, `group_manager` publishes, leads and people do their parts."""

    def __init__(self, cast: Cast, unit: str = "outlet", **plan: Any) -> None:
        self.cast = cast
        given = {
            "name": "二月", "grain": "month", "period": 202602, "schemes": SCHEMES,
            "left_out": ("reviewing", "peers", "calibrating"), **plan,
        }  # fmt: skip
        given["unit"] = getattr(cast, unit).pk
        self.id = act.open_cycle(by=cast["hr"], at=AT, plan=act.Plan(**given)).id

    @property
    def row(self) -> m.Cycle:
        return m.Cycle.objects.get(pk=self.id)

    def of(self, who: str) -> m.Appraisal:
        return m.Appraisal.objects.get(cycle=self.id, person=self.cast.people[who])

    def viewer(self, person: int | None) -> Viewer:
        return next(v for v in self.cast.viewers.values() if v.person == person)

    def advance(self, by: str = "hr", to: str = "") -> None:
        act.advance(by=self.cast[by], at=AT, cycle=self.id, to=to)

    def do_all(self) -> None:
        """Everybody does what the cycle's step asks of him."""
        open_ = m.StepTask.objects.filter(
            appraisal__cycle=self.id, appraisal__left_out="", step=self.row.state, way=""
        )
        for task in open_.select_related("appraisal"):
            self.do(task)

    def do(self, task: m.StepTask) -> None:
        by = self.viewer(task.delegate_id or task.owner_id)
        if task.step in ("agreeing", "reviewing"):
            row = m.Appraisal.objects.get(pk=task.appraisal_id)
            act.agree(by=by, at=AT, appraisal=row.pk, digest=terms_digest(row), aimless=True)
            return
        self.mark(task, by)
        act.submit(by=by, at=AT, appraisal=task.appraisal_id)

    def mark(self, task: m.StepTask, by: Viewer, mark: int = 800_000) -> None:
        for item in scheme_for(task.appraisal).items:
            if item.source == "rating" and rateable(item, task.part):
                act.save_mark(by=by, at=AT, appraisal=task.appraisal_id, item=item.key, mark=mark)

    def go(self, to: str) -> None:
        """On to a step before publication, everybody doing his part."""
        while self.row.state != to:
            self.do_all()
            self.advance()

    def publish(self, by: str = "group_manager", **figures: Any) -> None:
        values = {**FIGURES, **figures}
        found = {row.pk: Figures(values) for row in m.Appraisal.objects.all()}
        act.publish(by=self.cast[by], at=AT, cycle=self.id, figures=found, mark=0)

    def published(self) -> "Cycled":
        self.go("manager" if "peers" in self.row.settings["left_out"] else "peers")
        self.do_all()
        self.publish()
        return self

    def over(self) -> Viewer:
        """HR once the window for appeals is over."""
        return self.later("hr")

    def later(self, who: str, on: date = date(2026, 4, 20)) -> Viewer:
        return replace(self.cast[who], on=on)

    def result(self) -> list[Any]:
        """Everything that was published, as bytes would be compared."""
        runs = m.Run.objects.filter(definition=f"cycle:{self.id}").order_by("id")
        return [
            list(runs.values()),
            list(m.RunLine.objects.filter(run__in=runs).order_by("id").values()),
            list(m.RunInput.objects.filter(run__in=runs).order_by("id").values()),
        ]
