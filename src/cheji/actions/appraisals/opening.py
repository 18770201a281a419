"""Opening a cycle: whom it is for, under which scheme and manager, with which terms."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from cheji.actions.appraisals.ground import Done, appraisal_for, cycle_for, duty, tell
from cheji.actions.appraisals.planning import Plan, check
from cheji.actions.appraisals.tasks import give_tasks, void
from cheji.actions.deeds import SayWhy
from cheji.actions.locking import changed
from cheji.actions.target_letters import HEADS
from cheji.actions.targets import grain_of
from cheji.engine.definitions import Scheme, scheme_of
from cheji.engine.periods import from_key
from cheji.engine.scores.cycles import BY_CODE, MARKED, ORDER, PLANNED
from cheji.records.appraised import SCALE, scheme_for
from cheji.records.collecting import without_collecting
from cheji.records.models import (
    Appraisal,
    AppraisalItem,
    Cycle,
    CycleStep,
    DefinitionVersion,
    Post,
    StepTask,
    Unit,
)
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import (
    GRAINS,
    ROLES,
    Words,
    between,
)

#: Why somebody is left out by himself: too few days, or there when others were marked already.
SHORT: Final = "在岗不足"
LATE: Final = "加入时评分已开始 · marking had begun"


class NobodyToAppraise(Refused):
    """Nobody at {unit} held such a post in the period. Check roles, levels, period and posts."""

    zh = "{unit} 在该期间没有这些岗位、级别的人员。请核对岗位、级别、期间与任职记录。"


class SchemeDoesNotFit(Refused):
    """The scheme “{scheme}” is not for {what}. Choose another, or publish a version that is."""

    zh = "考核方案“{scheme}”不适用于{what}。请另选方案，或发布适用的版本。"


class MarkingHasBegun(Refused):
    """The cycle is past “{en}”, where {name} was not marked. Go back to it, then take in."""

    zh = "周期已过“{zh}”阶段，{name} 未在该阶段评分。请先退回该阶段，再纳入考核。"


class AbsenceCounts(Refused):
    """The scheme counts days of absence as days of the period; nothing is to be taken off."""

    zh = "该考核方案将缺勤日计入期间，无需扣除。"


def open_cycle(*, by: Viewer, at: datetime, plan: Plan) -> Done:
    """Open a cycle in draft, with an appraisal for each part of a person's period."""
    with without_collecting(), duty("open_cycle", by=by, at=at) as doing:
        unit = one(doing.scope.units_below(), "unit", plan.unit, pk=plan.unit)
        check(plan)
        period = from_key(grain_of(plan.grain), plan.period, unit.closing_day)
        settings = {
            "left_out": sorted(plan.left_out),
            "appeal_days": plan.appeal_days,
            "decide_days": plan.decide_days,
        }
        cycle = Cycle.objects.create(
            unit=unit, name=plan.name.strip(), grain=plan.grain, period=plan.period,
            since=period.start, until=period.until, state=ORDER[0], schemes=dict(plan.schemes),
            settings=settings, opened_by_id=by.user, opened_at=at, moved_by_id=by.user, moved_at=at,
        )  # fmt: skip
        CycleStep.objects.bulk_create(
            CycleStep(cycle=cycle, step=step, due_on=on) for step, on in plan.due.items()
        )
        if not _renew(cycle):
            raise NobodyToAppraise(unit=unit.name)
        doing.tell(subject=cycle.pk, cycle=cycle.name, unit=unit.pk, period=plan.period)
        return Done(cycle.pk, cycle.version)


def renew(*, by: Viewer, at: datetime, cycle: int) -> int:
    """Follow joins, leaves and moves since the opening; returns how many appraisals changed."""
    with duty("renew", by=by, at=at) as doing:
        row = cycle_for(doing, "renew", cycle)
        count = _renew(row)
        doing.tell(changed=count)
        return count


# -- people ----------------------------------------------------------------------------------------


def _renew(cycle: Cycle) -> int:
    """Make appraisals of the posts as they are now.

    Those whose post is gone, or has a level that the scheme is not for, are left out.
    """
    there = {part_key(row): row for row in cycle.appraisals.all()}
    versions = _Versions(cycle)
    posts, new = {}, []
    count = 0
    for post in _posts(cycle):
        days = max(post.since, cycle.since), min(post.until or cycle.until, cycle.until)
        key = post_key(post, cycle)
        row = there.get(key)
        scheme = versions.held(row.scheme_id) if row else versions.of(cycle, post)[1]
        if scheme.levels and post.level not in scheme.levels:
            continue
        posts[key] = post
        if row is None:
            new.append((post, days))
        elif row.until != days[1]:
            _until(row, days[1])
            count += 1
    _begin(cycle, new, versions)
    for key, row in there.items():
        if key not in posts and not row.left_out:
            changed(row, left_out="岗位已撤销或级别已变 · the post is gone or of another level")
            count += 1
    return count + len(new)


def _until(row: Appraisal, until: date) -> None:
    """Another last day: what was agreed over the old days is void, and they may be too few."""
    changed(row, until=until)
    if row.digest and row.cycle.state in PLANNED:
        void(row)
    short = too_short(row, scheme_for(row))
    if short and not row.left_out:
        changed(row, left_out=short)
    elif not short and row.left_out.startswith(SHORT) and not missed(row):
        changed(row, left_out="")
        give_tasks(row.cycle, [row])


def too_short(row: Appraisal, scheme: Scheme) -> str:
    """Why somebody with so few days is left out; empty with enough of them."""
    least = scheme.least_days
    return f"{SHORT} {least} 天 · fewer than {least} days" if row.days < least else ""


def missed(row: Appraisal) -> str:
    """The first step in which the person would have been marked, that the cycle is past."""
    cycle = row.cycle
    past = ORDER[: ORDER.index(cycle.state)]
    done = set(row.tasks.exclude(way="").values_list("step", flat=True))
    for step in MARKED:
        asked = step in past and step not in cycle.settings["left_out"] and BY_CODE[step].tasks
        if asked and step not in done:
            return step
    return ""


def post_key(post: Post, cycle: Cycle) -> tuple[int, str, int, date]:
    """Whose part of a cycle's period a post is; `part_key` names the appraisal of it so."""
    return post.person_id, post.role, post.unit_id, max(post.since, cycle.since)


def part_key(row: Appraisal) -> tuple[int, str, int, date]:
    return row.person_id, row.role, row.team_id or row.outlet_id, row.since


def _posts(cycle: Cycle) -> Iterable[Post]:
    """Posts of the roles appraised that lay in the period, at the unit and all below it."""
    rows = Post.objects.filter(
        Q(until=None) | Q(until__gt=cycle.since),
        unit__path__startswith=cycle.unit.path,
        role__in=list(cycle.schemes),
        since__lt=cycle.until,
    )
    return rows.select_related("unit__parent", "person").order_by("person__number", "since", "id")


def _begin(
    cycle: Cycle, posts: Sequence[tuple[Post, tuple[date, date]]], versions: "_Versions"
) -> None:
    """An appraisal with its terms and tasks for each post and the days of it."""
    if not posts:
        return
    heads = Heads()
    late = LATE if ORDER.index(cycle.state) > ORDER.index(_first_marked(cycle)) else ""
    rows, schemes = [], []
    for post, days in posts:
        outlet, team = _place(post)
        version, scheme = versions.of(cycle, post)
        _fit(cycle, post, outlet, scheme)
        schemes.append(scheme)
        row = Appraisal(
            cycle=cycle, person=post.person, role=post.role, outlet=outlet, team=team,
            since=days[0], until=days[1], scheme=version,
            manager_id=heads.above(post, days[1] - timedelta(days=1)),
        )  # fmt: skip
        row.left_out = too_short(row, scheme) or late
        rows.append(row)
    Appraisal.objects.bulk_create(rows, batch_size=2000)
    AppraisalItem.objects.bulk_create(
        [
            AppraisalItem(
                appraisal=row, position=position, item=item.key, kind=item.source,
                weight=int(item.weight * SCALE),
            )
            for row, scheme in zip(rows, schemes, strict=True)
            for position, item in enumerate(scheme.items, start=1)
        ],
        batch_size=2000,
    )  # fmt: skip
    give_tasks(cycle, [row for row in rows if not row.left_out])


def _place(post: Post) -> tuple[Unit, Unit | None]:
    """The outlet, or the unit above outlets, and the team of a post."""
    if post.unit.kind == Unit.Kind.TEAM and post.unit.parent:
        return post.unit.parent, post.unit
    return post.unit, None


def _first_marked(cycle: Cycle) -> str:
    """The step in which people are marked first."""
    return next(step for step in MARKED if step not in cycle.settings["left_out"])


class _Versions:
    """Schemes in force when the period begins, by code and outlet, each read once."""

    def __init__(self, cycle: Cycle) -> None:
        self.rows: dict[tuple[str, int | None], DefinitionVersion] = {}
        self.schemes: dict[int, Scheme] = {}
        found = DefinitionVersion.objects.filter(
            kind="scheme", code__in=cycle.schemes.values(),
            state=DefinitionVersion.State.PUBLISHED, valid_from__lte=cycle.since,
        )  # fmt: skip
        for row in found.order_by("valid_from", "id"):
            self.rows[row.code, row.outlet_id] = row

    def of(self, cycle: Cycle, post: Post) -> tuple[DefinitionVersion, Scheme]:
        """The scheme of a post's role: the outlet's own before the group's.

        Raises:
            NotFound: there is none in force.
        """
        code, outlet = cycle.schemes[post.role], _place(post)[0]
        row = self.rows.get((code, outlet.pk)) or self.rows.get((code, None))
        if row is None:
            raise NotFound(noun="scheme", key=code)
        if row.pk not in self.schemes:
            self.schemes[row.pk] = scheme_of(row.body)
        return row, self.schemes[row.pk]

    def held(self, version: int) -> Scheme:
        """The scheme that an appraisal began with, which stays."""
        if version not in self.schemes:
            self.schemes[version] = scheme_of(DefinitionVersion.objects.get(pk=version).body)
        return self.schemes[version]


def _fit(cycle: Cycle, post: Post, outlet: Unit, scheme: Scheme) -> None:
    """Refuse a scheme that is for other periods, posts or outlets."""
    for what, allowed, words in (
        (cycle.grain, scheme.grains, GRAINS[cycle.grain]),
        (post.role, scheme.posts, ROLES[post.role]),
        (outlet.code, scheme.outlets, Words(outlet.name, outlet.name)),
    ):
        if allowed and what not in allowed:
            raise SchemeDoesNotFit(scheme=Words(scheme.zh, scheme.en), what=words)


class Heads:
    """Who stands above whom, from all posts of heads, read once."""

    def __init__(self) -> None:
        rows = Post.objects.filter(role__in=HEADS.values()).order_by("since", "id")
        self.posts: dict[tuple[int, str], list[Post]] = {}
        for row in rows:
            self.posts.setdefault((row.unit_id, row.role), []).append(row)
        self.kinds: dict[int, str] = dict(Unit.objects.values_list("id", "kind"))

    def above(self, post: Post, on: date) -> int | None:
        """The next head above a post on a day who is somebody else; None without one."""
        for unit in reversed([int(part) for part in post.unit.path.strip("/").split("/")]):
            role = HEADS[Unit.Kind(self.kinds[unit])]
            if role == post.role:
                continue
            for row in self.posts.get((unit, role), []):
                in_force = row.since <= on and (row.until is None or row.until > on)
                if in_force and row.person_id != post.person_id:
                    return row.person_id
        return None


# -- one appraisal ---------------------------------------------------------------------------------


def leave_out(*, by: Viewer, at: datetime, appraisal: int, why: str) -> Done:
    """Leave somebody out of the cycle with a reason, or take him in again with a blank one."""
    with duty("leave_out", by=by, at=at) as doing:
        row = appraisal_for(doing, "leave_out", appraisal)
        if not why.strip() and (step := missed(row)):
            place = BY_CODE[step]
            raise MarkingHasBegun(name=row.person.name, zh=place.zh, en=place.en)
        changed(row, left_out=why.strip())
        if not row.left_out:
            give_tasks(row.cycle, [row])
        doing.tell(why=why)
        tell(by, [row.person_id], "left_out" if row.left_out else "taken_in", row, at)
        return Done(row.pk, row.version)


def set_absence(*, by: Viewer, at: datetime, appraisal: int, days: int, why: str) -> Done:
    """Take days of absence off, where the scheme excludes them; with too few left, leave out."""
    with duty("set_absence", by=by, at=at) as doing:
        row = appraisal_for(doing, "set_absence", appraisal)
        scheme = scheme_for(row)
        if scheme.absence != "exclude":
            raise AbsenceCounts
        whole = (row.until - row.since).days
        if not 0 <= days <= whole:
            raise BadValue(field="days", value=days, why=between(0, whole))
        _say(why)
        before = row.absent
        changed(row, absent=days)
        if short := too_short(row, scheme):
            changed(row, left_out=short)
            tell(by, [row.person_id], "left_out", row, at)
        doing.tell(why=why, days=[before, days])
        return Done(row.pk, row.version)


def set_manager(*, by: Viewer, at: datetime, appraisal: int, manager: int, why: str) -> Done:
    """Put another manager in charge of an appraisal and of what is still to be done in it."""
    with duty("set_manager", by=by, at=at) as doing:
        row = appraisal_for(doing, "set_manager", appraisal)
        _say(why)
        who = one(doing.scope.people(), "person", manager, pk=manager)
        if who.pk == row.person_id:
            own = Words("不能由本人负责", "nobody is in charge of his own appraisal")
            raise BadValue(field="manager", value=who.name, why=own)
        before = row.manager_id
        changed(row, manager=who)
        open_ = row.tasks.filter(part="manager", way=StepTask.Way.OPEN)
        open_.update(owner=who, delegate=None, delegated_by=None, delegated_why="")
        give_tasks(row.cycle, [row])
        doing.tell(why=why, manager=[before, manager])
        tell(by, [manager, before, row.person_id], "manager", row, at)
        return Done(row.pk, row.version)


def _say(why: Any) -> None:
    if not str(why).strip():
        raise SayWhy(field="reason")
