"""Two appraisal cycles of the first outlet: last quarter's from end to end, this month's open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q

from cheji.actions import appraisals as act
from cheji.engine.periods import Period, period_of, preceding
from cheji.engine.scores import prepared
from cheji.reads.appraisals.figures import cycle_figures
from cheji.records.appraised import givens_of, rateable, scheme_for, terms_digest
from cheji.records.visibility import Viewer, of, viewer_of

from .accounts import open_team

DAY: Final = timedelta(days=1)
SCHEMES: Final = {"consultant": "consultant_manual"}
GOALS: Final = (
    "整理留存意向客户并逐一回访",
    "带教一名新顾问独立接待",
    "建立 30 位老客户转介绍名单",
)
MARKS: Final = (92, 85, 78, 88, 70, 95, 82, 75)
"""Managers' marks of teamwork, person by person; the person himself thinks a little better."""


@dataclass
class Cycle:
    """A cycle being lived through; every deed is done by who would do it, on its day."""

    outlet: int
    on: date
    at: datetime
    id: int = 0
    viewers: dict[tuple[object, date], Viewer] = field(default_factory=dict)

    def when(self, on: date) -> dict[str, Any]:
        return {"at": datetime.combine(on, time(9), tzinfo=self.at.tzinfo)}

    def user(self, username: str, on: date) -> Viewer:
        """An account of the demo as it was on a day."""
        key = (username, on)
        if key not in self.viewers:
            self.viewers[key] = viewer_of(get_user_model().objects.get(username=username), on)
        return self.viewers[key]

    def person(self, person: int, on: date) -> Viewer:
        """Somebody of the outlet, by his account, as it was on a day."""
        key = (person, on)
        if key not in self.viewers:
            self.viewers[key] = viewer_of(get_user_model().objects.get(person=person), on)
        return self.viewers[key]

    def open(
        self, name: str, period: Period, due: dict[str, date], left_out: Iterable[str]
    ) -> None:
        plan = act.Plan(self.outlet, name, period.grain, period.key, SCHEMES, due, tuple(left_out))
        hr = self.user("hr", period.start)
        self.id = act.open_cycle(by=hr, plan=plan, **self.when(period.start)).id

    def advance(self, on: date, to: str = "") -> None:
        act.advance(by=self.user("hr", on), cycle=self.id, to=to, **self.when(on))

    def appraisals(self) -> list[Any]:
        """Those that count, in the order of staff numbers."""
        rows = of(self.user("hr", self.on)).appraisals().filter(cycle=self.id, left_out="")
        rows = rows.select_related("scheme", "person", "cycle")
        return list(rows.order_by("person__number", "since"))

    def agree(self, start: date) -> None:
        """The manager proposes aims and a goal, both agree; who comes later does so then."""
        for place, row in enumerate(self.appraisals()):
            on = max(start, row.since)
            months = 3 if row.cycle.grain == "quarter" else 1
            share = max((row.until - row.since).days * 10 // (months * 30), 1)
            aim = (4 + place % 3) * months * share // 10
            terms = [
                act.Term("sales_units", target=aim * 10_000),
                act.Term("sales_amount", target=aim * 13 * 10_000 * 10_000),
                act.Term("work_goals", "g1", weight=1_000_000, text=GOALS[place % len(GOALS)]),
            ]
            boss, when = self.person(row.manager_id, on), self.when(on)
            act.propose(by=boss, appraisal=row.pk, terms=terms, **when)
            digest = terms_digest(row)
            for by in (self.person(row.person_id, on), boss):
                act.agree(by=by, appraisal=row.pk, digest=digest, **when)

    def mark(self, row: Any, part: str, on: date, mark: int, done: int) -> None:
        """One's marks of an appraisal, with a word on each, handed in."""
        by = self.person(row.person_id if part == "self" else row.manager_id, on)
        words = {"self": "配合同事完成展厅接待", "manager": "主动分享客户经验，响应及时"}
        give: dict[str, Any] = {"by": by, "appraisal": row.pk, **self.when(on)}
        for item in scheme_for(row).items:
            if not rateable(item, part):
                continue
            if item.source == "goal":
                comment = "按计划完成" if done >= 10_000 else "完成大部分"
                act.save_mark(
                    item=item.key, goal="g1", mark=done, comment=comment, evidence="回访记录表",
                    **give,
                )  # fmt: skip
            else:
                act.save_mark(item=item.key, mark=mark * 10_000, comment=words[part], **give)
        act.submit(**give)


def appraise(by: Viewer, at: datetime, first: date) -> None:
    """Last quarter's cycle, where the story goes back that far, and this month's."""
    on = at.date()
    outlet = of(by).outlets().order_by("code").values_list("id", flat=True)[0]
    quarter = preceding(period_of(on, "quarter"))
    sells = of(by).people().filter(
        Q(posts__unit=outlet) | Q(posts__unit__parent=outlet),
        posts__role__in=("consultant", "team_lead"), user=None,
    )  # fmt: skip
    open_team(by, at, sells.order_by("number").distinct().values_list("id", "number"))
    if quarter.start >= first:
        _past(Cycle(outlet, on, at), quarter)
    month = period_of(on, "month")
    if month.start >= first:
        _running(Cycle(outlet, on, at), month)


def _past(cycle: Cycle, quarter: Period) -> None:
    """From the agreement to what follows: violation, delegation, calibration, appeal."""
    start, end = quarter.start, quarter.until
    due = {
        "agreeing": start + 6 * DAY, "self": end + 3 * DAY, "manager": end + 6 * DAY,
        "calibrating": end + 8 * DAY,
    }  # fmt: skip
    name = f"{start.year} 年第{'一二三四'[quarter.key % 10 - 1]}季度考核"
    cycle.open(name, quarter, due, ("reviewing", "peers"))
    cycle.advance(start + DAY)
    cycle.agree(start + 3 * DAY)
    cycle.advance(start + 4 * DAY)
    rows = cycle.appraisals()
    _coached(cycle, rows, start)
    _violated(cycle, rows, start + 40 * DAY)
    cycle.advance(end + DAY)
    _marked(cycle, rows, end)
    last = min(end + 9 * DAY, cycle.on)
    _calibrated(cycle, rows, last)
    group = cycle.user("group", last)
    found = cycle_figures(group, cycle.id)
    act.publish(
        by=group, cycle=cycle.id, figures=found.figures, mark=found.mark, **cycle.when(last)
    )
    _appealed(cycle, rows, last)
    over = last + 8 * DAY
    if over <= cycle.on:
        cycle.advance(over, to="archived")
        act.apply(by=cycle.user("finance", over), cycle=cycle.id, **cycle.when(over))
        _answered(cycle, over)


def _coached(cycle: Cycle, rows: list[Any], start: date) -> None:
    for place, row in enumerate(rows[:4]):
        on = start + (20 + 9 * place) * DAY
        if not row.since <= on < row.until:
            continue
        said = act.Said(
            ("coaching", "observation", "exercise", "coaching")[place],
            "需求分析停留在价格，未问清用车场景；已现场示范六问法",
            kpi="new_conversion", agreed="每天演练一次，两周后复盘", next_on=on + 14 * DAY,
            appraisal=row.pk,
        )  # fmt: skip
        boss = cycle.person(row.manager_id, on)
        talk = act.log_talk(
            by=boss, outlet=cycle.outlet, person=row.person_id, on_date=on, said=said,
            **cycle.when(on),
        )  # fmt: skip
        if place % 2 == 0:
            act.see_talk(by=cycle.person(row.person_id, on), talk=talk.id, **cycle.when(on + DAY))


def _violated(cycle: Cycle, rows: list[Any], on: date) -> None:
    """One violation that counts, and one report that was dismissed."""
    there = [row for row in rows if row.since <= on < row.until]
    for row, code, text, proven in (
        (there[1], "late_record", "三位客户资料次日才录入", True),
        (there[2], "private_deal", "同行举报私下成交，查无实据", False),
    ):
        lead = cycle.person(row.manager_id, on)
        made = act.report_violation(
            by=lead, outlet=cycle.outlet, person=row.person_id, on_date=on, code=code, text=text,
            **cycle.when(on),
        )  # fmt: skip
        give: dict[str, Any] = {
            "by": cycle.user("region", on),
            "violation": made.id,
            **cycle.when(on + 2 * DAY),
        }
        says = "当天交车较多，已补录" if proven else "没有此事，可查合同与收款"
        act.hear_violation(says=says, **give)
        decision = "属实，按制度扣分" if proven else "证据不足，不予认定"
        act.decide_violation(proven=proven, decision=decision, **give)


def _marked(cycle: Cycle, rows: list[Any], end: date) -> None:
    """Who has left does not mark himself; one lead is away and delegates."""
    on = end + 2 * DAY
    hr = cycle.user("hr", on)
    for place, row in enumerate(rows):
        if not cycle.person(row.person_id, on).grants:
            task = row.tasks.get(step="self")
            act.skip(by=hr, task=task.pk, why="已离职，无法自评", **cycle.when(on))
            continue
        mark = min(MARKS[place % len(MARKS)] + 4, 100)
        cycle.mark(row, "self", on, mark, 10_000)
    cycle.advance(end + 3 * DAY)
    on = end + 5 * DAY
    manager = cycle.user("manager", on)
    away = next((row for row in rows[3:] if row.manager_id != manager.person), None)
    for place, row in enumerate(rows):
        if away is not None and row is away and row.person_id != manager.person:
            task = row.tasks.get(step="manager")
            act.delegate(
                by=cycle.person(row.manager_id, on), task=task.pk, to=manager.person or 0,
                why="外出培训，请店总代评", **cycle.when(on),
            )  # fmt: skip
            row.manager_id = manager.person
        cycle.mark(row, "manager", on, MARKS[place % len(MARKS)], 9_000 if place % 3 else 10_000)
    cycle.advance(end + 6 * DAY)


def _calibrated(cycle: Cycle, rows: list[Any], on: date) -> None:
    """The head of the region moves two grades; leads place their best in the nine-box."""
    figures = cycle_figures(cycle.user("region", on), cycle.id).figures
    givens = givens_of(rows, figures)
    found = {row.person_id: prepared(scheme_for(row)).score(givens[row.pk]).grade for row in rows}
    scored = [row for row in rows if found[row.person_id]]
    region, when = cycle.user("region", on), cycle.when(on)
    moved: set[int] = set()
    for step, why, candidates in (
        (1, "承担展厅搬迁期间的值班，带教两名新人", scored),
        (-1, "超额部分来自他人移交订单", scored[::-1]),
    ):
        for row in candidates:
            grades = [grade.label for grade in scheme_for(row).grades]
            was = grades.index(found[row.person_id])
            if 0 < was < len(grades) - 1 and row.person_id not in moved:
                moved.add(row.person_id)
                act.calibrate(
                    by=region, cycle=cycle.id, person=row.person_id, from_grade=grades[was],
                    to_grade=grades[was + step], why=why, **when,
                )  # fmt: skip
                break
    for place, row in enumerate(scored[:3]):
        boss = cycle.person(row.manager_id, on)
        why = ("学习快，可独立带组", "稳定，适合本岗", "潜力待观察")[place]
        act.place(by=boss, appraisal=row.pk, potential=3 - place, why=why, **when)


def _appealed(cycle: Cycle, rows: list[Any], on: date) -> None:
    """Somebody thinks his teamwork is marked too low; the region's head finds for him in part."""
    row = next(r for r in rows if cycle.person(r.person_id, on).grants)
    mine = cycle.person(row.person_id, on + DAY)
    made = act.appeal(
        by=mine, appraisal=row.pk, item="teamwork", text="季度内两次代班接待未计入评价",
        evidence="值班表", **cycle.when(on + DAY),
    )  # fmt: skip
    boss = cycle.user("region", on + 4 * DAY)
    give: dict[str, Any] = {"by": boss, "appeal": made.id, **cycle.when(on + 4 * DAY)}
    act.hear(**give)
    right = act.Correction(ratings={"manager": [960_000]})
    act.decide(how="partly", decision="代班属实，团队合作评分上调", correction=right, **give)


def _answered(cycle: Cycle, on: date) -> None:
    """HR accepts what the rules suggest, but one training."""
    hr = cycle.user("hr", on)
    rows = of(hr).outcomes().filter(cycle=cycle.id, state="suggested").order_by("id")
    trainings = [row.pk for row in rows if row.kind == "training"]
    for row in rows:
        why = "本季度已安排同类培训" if row.pk in trainings[-1:] else ""
        act.answer_outcome(
            by=hr, outcome=row.pk, accept=not why, reason=why, **cycle.when(on + DAY)
        )


def _running(cycle: Cycle, month: Period) -> None:
    """This month's cycle: agreed, and open for what people think of themselves."""
    on = cycle.on
    due = {"agreeing": month.start + 5 * DAY, "self": month.until + 2 * DAY}
    name = f"{month.start.year} 年 {month.start.month} 月考核"
    cycle.open(name, month, due, ("reviewing", "peers", "calibrating"))
    cycle.advance(month.start)
    cycle.agree(month.start)
    cycle.advance(month.start)
    cycle.advance(on)
    for place, row in enumerate(cycle.appraisals()):
        if place % 3 == 1 and cycle.person(row.person_id, on).grants:
            cycle.mark(row, "self", on, MARKS[place % len(MARKS)], 10_000)
