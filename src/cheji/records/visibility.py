"""The only door to rows: what a viewer may see, and which verbs his posts allow. Fails closed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from . import models as m
from .refusals import NotFound, NotYours
from .registers import Register
from .rights import DOES, OWN, SEES

R = m.Post.Role
Row = TypeVar("Row", bound=Model)
#: Units above outlets, and who stands at their head.
ABOVE = (m.Unit.Kind.REGION, m.Unit.Kind.GROUP)
HEADS_ABOVE = (R.REGION_HEAD, R.GROUP_MANAGER)


@dataclass(frozen=True)
class Grant:
    """One post in force: a role at a unit."""

    role: str
    unit: int
    path: str
    kind: str


@dataclass(frozen=True)
class Viewer:
    """Who asks: an account, its person, and the posts in force on the day `on`."""

    user: int | None
    person: int | None
    name: str
    on: date
    grants: tuple[Grant, ...] = ()
    operator: bool = False
    language: str = "zh-hans"

    def can(self, verb: str) -> bool:
        return self.operator or any(verb in DOES[grant.role] for grant in self.grants)

    def sees(self, noun: str) -> bool:
        return self.operator or any(noun in SEES[grant.role] for grant in self.grants)

    def must(self, verb: str) -> None:
        """Raise NotYours when no post of the viewer allows the verb."""
        if not self.can(verb):
            raise NotYours(verb=verb)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def only(self, *roles: str) -> "Viewer":
        """The same viewer with just the posts of these roles."""
        return replace(self, grants=tuple(g for g in self.grants if g.role in roles))

    def doing(self, verb: str) -> "Viewer":
        """With just the posts that allow a verb: another post elsewhere does not."""
        return self.only(*(role for role, verbs in DOES.items() if verb in verbs))

    def over(self, path: str) -> bool:
        """Whether one of the posts stands at or above the unit with this path."""
        return self.operator or any(path.startswith(grant.path) for grant in self.grants)


def viewer_of(user: m.User, on: date) -> Viewer:
    """The viewer of a signed-in account on a day; without a person in post he sees nothing."""
    grants: tuple[Grant, ...] = ()
    if user.is_active and user.person_id:
        posts = (
            m.Post.objects.filter(person=user.person_id, since__lte=on)
            .filter(Q(until__isnull=True) | Q(until__gt=on))
            .select_related("unit")
        )
        grants = tuple(Grant(p.role, p.unit_id, p.unit.path, p.unit.kind) for p in posts)
    return Viewer(
        user=user.pk,
        person=user.person_id,
        name=user.get_full_name(),
        on=on,
        grants=grants,
        language=user.language,
    )


def operator(on: date, name: str = "operator") -> Viewer:
    """The person at the server's own command line: everything, audited under this name."""
    return Viewer(user=None, person=None, name=name, on=on, operator=True)


@dataclass(frozen=True)
class Reach:
    """Where a viewer's rows of one noun lie. `everything` makes the sets irrelevant.

    `members` are (outlet, person): what a team's member does at the team's own outlet.
    """

    everything: bool = False
    outlets: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    members: frozenset[tuple[int, int]] = frozenset()

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.outlets or self.teams or self.people or self.members)


def of(viewer: Viewer) -> "Scope":
    """The viewer's scope; every query of reads and actions begins here."""
    return Scope(viewer)


class Scope:
    """Querysets narrowed to one viewer; a noun that no post of his sees gives no rows."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._reaches: dict[str, Reach] = {}

    # -- reach -----------------------------------------------------------------

    def reach(self, noun: str) -> Reach:
        """The reach for a noun, joined over the posts that see it."""
        if noun not in self._reaches:
            self._reaches[noun] = self._find_reach(noun)
        return self._reaches[noun]

    def _find_reach(self, noun: str) -> Reach:
        if self.viewer.operator:
            return Reach(everything=True)
        grants = [g for g in self.viewer.grants if noun in SEES[g.role]]
        outlets = self._outlets_under(
            g for g in grants if g.role not in (R.CONSULTANT, R.TEAM_LEAD)
        )
        teams = {g.unit for g in grants if g.role == R.TEAM_LEAD}
        # A member's facts from before he joined belong to his former team.
        members = frozenset() if noun == "facts" else self._members(teams)
        sells = any(g.role in (R.CONSULTANT, R.TEAM_LEAD) for g in grants)
        his = sells or (noun in OWN and self.viewer.grants)
        own = {self.viewer.person} if his and self.viewer.person else set()
        return Reach(
            outlets=outlets, teams=frozenset(teams), people=frozenset(own), members=members
        )

    def _outlets_under(self, grants: Iterable[Grant]) -> frozenset[int]:
        found: set[int] = set()
        for grant in grants:
            found |= self._outlets_by_path(grant)
        return frozenset(found)

    def _outlets_by_path(self, grant: Grant) -> set[int]:
        if grant.kind == m.Unit.Kind.OUTLET:
            return {grant.unit}
        if grant.kind == m.Unit.Kind.TEAM:
            return set()
        return {unit for unit, path in self._all_outlets.items() if path.startswith(grant.path)}

    @cached_property
    def _all_outlets(self) -> dict[int, str]:
        return dict(m.Unit.objects.filter(kind=m.Unit.Kind.OUTLET).values_list("id", "path"))

    def _members(self, teams: set[int]) -> frozenset[tuple[int, int]]:
        if not teams:
            return frozenset()
        day = self.viewer.on
        posts = m.Post.objects.filter(unit__in=teams, since__lte=day)
        in_force = posts.filter(Q(until__isnull=True) | Q(until__gt=day))
        pairs = in_force.values_list("unit__parent_id", "person_id")
        return frozenset((outlet, person) for outlet, person in pairs if outlet is not None)

    def _narrow(self, rows: "QuerySet[Row]", noun: str, **paths: str) -> "QuerySet[Row]":
        reach = self.reach(noun)
        if reach.everything:
            return rows
        if reach.nothing:
            return rows.none()
        allowed = Q(**{f"{paths['outlet']}__in": reach.outlets})
        if "person" in paths:
            allowed |= _whose(reach, paths["outlet"], paths["person"])
        return rows.filter(allowed)

    # -- rows ------------------------------------------------------------------

    def customers(self) -> "QuerySet[m.Customer]":
        return self._narrow(m.Customer.objects.all(), "customers", outlet="outlet", person="owner")

    def prospects(self) -> "QuerySet[m.Prospect]":
        return self._narrow(m.Prospect.objects.all(), "prospects", outlet="outlet", person="owner")

    def leads(self) -> "QuerySet[m.Lead]":
        return self._narrow(m.Lead.objects.all(), "leads", outlet="outlet", person="person")

    def visits(self) -> "QuerySet[m.Visit]":
        return self._narrow(m.Visit.objects.all(), "visits", outlet="outlet", person="person")

    def orders(self) -> "QuerySet[m.Order]":
        rows = m.Order.objects.all()
        reach = self.reach("orders")
        if reach.everything:
            return rows
        mine = m.OrderShare.objects.filter(_whose(reach, "order__outlet", "person"))
        return rows.filter(Q(outlet__in=reach.outlets) | Q(id__in=mine.values("order")))

    def deliveries(self) -> "QuerySet[m.Delivery]":
        rows = m.Delivery.objects.all()
        reach = self.reach("deliveries")
        if reach.everything:
            return rows
        mine = m.OrderShare.objects.filter(_whose(reach, "order__outlet", "person"))
        return rows.filter(Q(order__outlet__in=reach.outlets) | Q(order__in=mine.values("order")))

    def vehicles(self) -> "QuerySet[m.Vehicle]":
        rows = m.Vehicle.objects.all()
        reach = self.reach("vehicles")
        if reach.everything:
            return rows
        if reach.nothing:
            return rows.none()
        return rows.filter(outlet__in=self._outlets_of("vehicles"))

    def spend(self) -> "QuerySet[m.AdSpend]":
        return self._narrow(m.AdSpend.objects.all(), "spend", outlet="outlet")

    def register(self, register: Register) -> "QuerySet[m.RegisterRow]":
        """The entries of a register: its family is the noun, its person's are his own."""
        return self._narrow(
            m.entries(register.code), register.family, outlet="outlet", person="person"
        )

    def totals(self) -> "QuerySet[m.DailyTotal]":
        return self._narrow(m.DailyTotal.objects.all(), "totals", outlet="outlet")

    def targets(self) -> "QuerySet[m.Target]":
        return self._whose_targets(m.Target.objects.all())

    def target_proposals(self) -> "QuerySet[m.TargetProposal]":
        return self._whose_targets(m.TargetProposal.objects.all())

    def target_letters(self) -> "QuerySet[m.TargetLetter]":
        return self._whose_targets(m.TargetLetter.objects.all())

    def _whose_targets(self, rows: "QuerySet[Row]") -> "QuerySet[Row]":
        """Rows of units and people whose targets the viewer sees: his own and those below."""
        reach = self.reach("targets")
        if reach.everything:
            return rows
        below = Q(unit__in=reach.outlets | reach.teams)
        for grant in self.viewer.grants:
            if "targets" in SEES[grant.role] and grant.role not in (R.CONSULTANT, R.TEAM_LEAD):
                below |= Q(unit__path__startswith=grant.path)
        return rows.filter(below | Q(outlet__in=reach.outlets) | _whose(reach, "outlet", "person"))

    def typed_benchmarks(self) -> "QuerySet[m.TypedBenchmark]":
        """Benchmarks from outside of the units above and below the viewer's outlets."""
        rows = m.TypedBenchmark.objects.all()
        if self.reach("facts").nothing:
            return rows.none()
        return rows.filter(unit__in=self.units())

    def coaching(self) -> "QuerySet[m.CoachingTask]":
        rows = m.CoachingTask.objects.all()
        return self._narrow(rows, "coaching", outlet="outlet", person="person")

    def cycles(self) -> "QuerySet[m.Cycle]":
        """Cycles of units at or below a post that sees appraisals, and those one has a part in."""
        rows = m.Cycle.objects.all()
        if self.viewer.operator:
            return rows
        allowed = Q(pk__in=self.appraisals().values("cycle"))
        for grant in self.viewer.grants:
            if "appraisals" in SEES[grant.role] and grant.role not in (R.CONSULTANT, R.TEAM_LEAD):
                allowed |= Q(unit__path__startswith=grant.path)
        return rows.filter(allowed)

    def appraisals(self) -> "QuerySet[m.Appraisal]":
        """Appraisals in reach, one's own, and those in which one has a task."""
        rows = m.Appraisal.objects.all()
        if self.reach("appraisals").everything:
            return rows
        seen = self._appraised(rows)
        if not self.viewer.grants or self.viewer.person is None:
            return seen
        who = self.viewer.person
        tasks = m.StepTask.objects.filter(Q(owner=who, delegate=None) | Q(delegate=who))
        return rows.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=tasks.values("appraisal")))

    def _appraised(self, rows: "QuerySet[m.Appraisal]") -> "QuerySet[m.Appraisal]":
        """Appraisals in reach: of outlets, and of those in post at a region or the group."""
        seen = self._narrow(rows, "appraisals", outlet="outlet", person="person")
        above = Q()
        for grant in self.viewer.grants:
            if "appraisals" in SEES[grant.role] and grant.kind in ABOVE:
                here = Q(outlet__kind__in=ABOVE, outlet__path__startswith=grant.path)
                # A head does not look at who stands beside him.
                above |= here & ~Q(outlet=grant.unit) if grant.role in HEADS_ABOVE else here
        return rows.filter(Q(pk__in=seen.values("pk")) | above) if above else seen

    def appraisals_in_reach(self) -> "QuerySet[m.Appraisal]":
        """Appraisals that are shown as a whole: in reach, or as the manager or his delegate.

        Another task alone shows no more than it asks for.
        """
        rows, who = m.Appraisal.objects.all(), self.viewer.person
        seen = self._appraised(rows)
        if self.reach("appraisals").everything or not self.viewer.grants or who is None:
            return seen
        tasks = m.StepTask.objects.filter(delegate=who, part="manager")
        led = Q(manager=who) | Q(pk__in=tasks.values("appraisal"))
        return rows.filter(Q(pk__in=seen.values("pk")) | led)

    def appeals(self) -> "QuerySet[m.Appeal]":
        return m.Appeal.objects.filter(appraisal__in=self.appraisals())

    def outcomes(self) -> "QuerySet[m.Outcome]":
        """What follows from appraisals in reach and one's own."""
        rows = m.Outcome.objects.all()
        if self.viewer.operator:
            return rows
        own = m.Appraisal.objects.filter(cycle=OuterRef("cycle"), person=OuterRef("person"))
        return rows.filter(Exists(self._appraised(own)))

    def violations(self) -> "QuerySet[m.Violation]":
        rows = m.Violation.objects.all()
        return self._narrow(rows, "appraisals", outlet="outlet", person="person")

    def talks(self) -> "QuerySet[m.Talk]":
        rows = m.Talk.objects.all()
        return self._narrow(rows, "appraisals", outlet="outlet", person="person")

    def developments(self) -> "QuerySet[m.Development]":
        rows = m.Development.objects.all()
        return self._narrow(rows, "appraisals", outlet="outlet", person="person")

    def runs(self, kind: str) -> "QuerySet[m.Run]":
        return self._narrow(m.Run.objects.filter(kind=kind), f"{kind}_runs", outlet="outlet")

    def run_lines(self, kind: str) -> "QuerySet[m.RunLine]":
        rows = m.RunLine.objects.filter(run__kind=kind)
        return self._narrow(rows, f"{kind}_runs", outlet="run__outlet", person="person")

    def pay_rows(self, model: type[Row]) -> "QuerySet[Row]":
        """What pay runs say of people in reach, and of oneself: lines, rejected rows, inputs."""
        rows: QuerySet[Row] = model._default_manager.all()  # noqa: SLF001  Django's own door
        return self._narrow(rows, "pay_runs", outlet="run__outlet", person="person")

    def pay_steps(self) -> "QuerySet[m.RunStep]":
        return m.RunStep.objects.filter(run__in=self.runs("pay"))

    def pay_exceptions(self) -> "QuerySet[m.PayException]":
        """What waits for a decision in the outlets whose pay one sees."""
        rows = m.PayException.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet")

    def disputes(self) -> "QuerySet[m.Dispute]":
        """Disputes of people whose pay one sees, one's own, and those against oneself."""
        rows = m.Dispute.objects.all()
        seen = self._narrow(rows, "pay_runs", outlet="outlet", person="person")
        if self.viewer.operator or self.viewer.person is None or not self.viewer.grants:
            return seen
        return rows.filter(Q(pk__in=seen.values("pk")) | Q(against=self.viewer.person))

    def manual_lines(self) -> "QuerySet[m.ManualLine]":
        rows = m.ManualLine.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet", person="person")

    def pay_splits(self) -> "QuerySet[m.PaySplit]":
        """Who is paid how much of the orders of outlets whose pay one sees."""
        return self._narrow(m.PaySplit.objects.all(), "pay_runs", outlet="order__outlet")

    def pay_events(self) -> "QuerySet[m.PayEvent]":
        return self._narrow(m.PayEvent.objects.all(), "pay_runs", outlet="outlet")

    def acknowledgements(self) -> "QuerySet[m.Acknowledgement]":
        rows = m.Acknowledgement.objects.all()
        return self._narrow(rows, "pay_runs", outlet="run__outlet", person="person")

    def settlements(self) -> "QuerySet[m.Settlement]":
        rows = m.Settlement.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet", person="person")

    def facts(self) -> "QuerySet[m.Fact]":
        """Facts by whose they were on their day: outlet, team, or person."""
        rows = m.Fact.objects.all()
        reach = self.reach("facts")
        if reach.everything:
            return rows
        return rows.filter(
            Q(outlet__in=reach.outlets) | Q(team__in=reach.teams) | Q(person__in=reach.people)
        )

    def audit(self) -> "QuerySet[m.AuditEntry]":
        rows = m.AuditEntry.objects.all()
        reach = self.reach("audit")
        if reach.everything:
            return rows
        if any(g.role == R.AUDITOR and g.kind == m.Unit.Kind.GROUP for g in self.viewer.grants):
            return rows
        return rows.filter(outlet__in=reach.outlets)

    def imports(self) -> "QuerySet[m.ImportBatch]":
        rows = m.ImportBatch.objects.all()
        if self.viewer.operator:
            return rows
        return rows.filter(made_by=self.viewer.user) if self.viewer.user else rows.none()

    # -- organisation ----------------------------------------------------------

    @cached_property
    def _own_outlets(self) -> frozenset[int]:
        """Outlets at or above which the viewer holds any post."""
        return self._outlets_of(None)

    def _outlets_of(self, noun: str | None) -> frozenset[int]:
        """Outlets at, above or below a post that sees the noun, or of any post."""
        posts = [g for g in self.viewer.grants if noun is None or noun in SEES[g.role]]
        return frozenset(
            unit
            for unit, path in self._all_outlets.items()
            if any(path.startswith(g.path) or g.path.startswith(path) for g in posts)
        )

    def outlets(self) -> "QuerySet[m.Unit]":
        """Outlets in which the viewer holds a post, at, above or below them."""
        rows = m.Unit.objects.filter(kind=m.Unit.Kind.OUTLET)
        return rows if self.viewer.operator else rows.filter(id__in=self._own_outlets)

    def units(self) -> "QuerySet[m.Unit]":
        """The units on the way to, and below, the viewer's outlets."""
        rows = m.Unit.objects.all()
        if self.viewer.operator:
            return rows
        ids: set[int] = set()
        for grant in self.viewer.grants:
            ids |= {int(part) for part in grant.path.strip("/").split("/")}
        for outlet in self._own_outlets:
            ids |= {int(part) for part in self._all_outlets[outlet].strip("/").split("/")}
        return rows.filter(Q(id__in=ids) | Q(parent__in=self._own_outlets))

    def units_below(self) -> "QuerySet[m.Unit]":
        """The units at and below the viewer's posts: those that he may change."""
        rows = m.Unit.objects.all()
        if self.viewer.operator:
            return rows
        below = Q(pk__in=[])
        for grant in self.viewer.grants:
            below |= Q(path__startswith=grant.path)
        return rows.filter(below)

    def people(self) -> "QuerySet[m.Person]":
        """People who hold or held a post in the viewer's outlets or above them."""
        rows = m.Person.objects.all()
        if self.viewer.operator:
            return rows
        units = self.units().values("id")
        posted = m.Post.objects.filter(unit__in=units).values("person")
        return rows.filter(Q(id=self.viewer.person) | Q(id__in=posted))

    def tokens(self) -> "QuerySet[m.ApiToken]":
        """The viewer's own, and those of people whose accounts he looks after."""
        rows = m.ApiToken.objects.all()
        if self.viewer.operator:
            return rows
        theirs = of(self.viewer.doing("users.write")).people().values("id")
        keeper = self.viewer.can("users.write")
        mine = Q(user=self.viewer.user)
        return rows.filter(mine | Q(user__person__in=theirs) if keeper else mine)

    def robots(self) -> "QuerySet[m.Robot]":
        """Robots of the units at and below the viewer's posts that may declare them."""
        theirs = of(self.viewer.doing("robots.write")).units_below()
        rows = m.Robot.objects.all()
        return rows if self.viewer.operator else rows.filter(unit__in=theirs.values("id"))

    def names_shown(self) -> bool:
        """Whether customers' names are shown in full to this viewer."""
        return self.viewer.can("see.names")

    @cached_property
    def hidden_fields(self) -> frozenset[str]:
        """Own fields that this viewer may not read: a text may name a person."""
        if self.names_shown():
            return frozenset()
        texts = m.CustomField.objects.filter(type=m.CustomField.Type.TEXT)
        return frozenset(texts.values_list("code", flat=True))


def _whose(reach: Reach, outlet: str, person: str) -> Q:
    """Rows of the viewer himself anywhere, and of his teams' members at the teams' outlets."""
    allowed = Q(**{f"{person}__in": reach.people})
    for place in {place for place, _ in reach.members}:
        members = [who for where, who in reach.members if where == place]
        allowed |= Q(**{outlet: place, f"{person}__in": members})
    return allowed


def one(rows: "QuerySet[Row]", noun: str, key: object, **where: object) -> Row:
    """The one row that fits, or NotFound: out of scope answers as if it were not there."""
    found = rows.filter(**where).first()
    if found is None:
        raise NotFound(noun=noun, key=key)
    return found
