"""Rows of targets, appraisals and pay: what people are measured by, and what comes of it."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cheji.engine.scores.cycles import BEFORE
from cheji.records import models as m
from cheji.records.rights import ONES_OWN, SEES

from .organisation import Organisation
from .reach import R, Row, whose

#: Units above outlets, and who stands at their head.
ABOVE = (m.Unit.Kind.REGION, m.Unit.Kind.GROUP)
HEADS_ABOVE = (R.REGION_HEAD, R.GROUP_MANAGER)


class Results(Organisation):
    """Targets, cycles, runs, and all that follows from them."""

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
            if "targets" in SEES[grant.role] and grant.role not in (*ONES_OWN, R.TEAM_LEAD):
                below |= Q(unit__path__startswith=grant.path)
        return rows.filter(below | Q(outlet__in=reach.outlets) | whose(reach, "outlet", "person"))

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
            if "appraisals" in SEES[grant.role] and grant.role not in (*ONES_OWN, R.TEAM_LEAD):
                allowed |= Q(unit__path__startswith=grant.path)
        return rows.filter(allowed)

    def appraisals(self) -> "QuerySet[m.Appraisal]":
        """Appraisals in reach, one's own, and until they are published those with a task of his."""
        rows = m.Appraisal.objects.all()
        if self.reach("appraisals").everything:
            return rows
        seen = self._appraised(rows)
        if not self.viewer.grants or self.viewer.person is None:
            return seen
        who = self.viewer.person
        tasks = m.StepTask.objects.filter(
            Q(owner=who, delegate=None) | Q(delegate=who), appraisal__cycle__state__in=BEFORE
        )
        return rows.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=tasks.values("appraisal")))

    def _appraised(self, rows: "QuerySet[Row]") -> "QuerySet[Row]":
        """Rows about people in reach: of outlets, and of those in post at a region or the group."""
        seen = self._narrow(rows, "appraisals", outlet="outlet", person="person")
        return self._with_above(rows, seen, "appraisals")

    def _with_above(
        self, rows: "QuerySet[Row]", seen: "QuerySet[Row]", noun: str
    ) -> "QuerySet[Row]":
        """The rows seen, and those of regions and the group for who stands above them."""
        if self.reach(noun).everything:
            return seen
        units = self._units_above(noun)
        if not units:
            return seen
        above = m.Unit.objects.filter(units).values("pk")
        return rows.filter(Q(pk__in=seen.values("pk")) | Q(outlet__in=above))

    def _units_above(self, noun: str) -> Q:
        """Regions and the group whose own people the viewer looks at; empty for none."""
        above = Q()
        for grant in self.viewer.grants:
            if noun in SEES[grant.role] and grant.kind in ABOVE:
                here = Q(kind__in=ABOVE, path__startswith=grant.path)
                # A head does not look at who stands beside him.
                above |= here & ~Q(pk=grant.unit) if grant.role in HEADS_ABOVE else here
        return above

    def units_appraised(self) -> "QuerySet[m.Unit]":
        """Outlets of the viewer, and the units above them whose own people he looks at."""
        rows = m.Unit.objects.all()
        if self.viewer.operator:
            return rows.exclude(kind=m.Unit.Kind.TEAM)
        own = Q(pk__in=self.outlets().values("pk"))
        return rows.filter(own | self._units_above("appraisals"))

    def appraisals_in_reach(self) -> "QuerySet[m.Appraisal]":
        """Appraisals that are shown as a whole: in reach, as the manager, or as his delegate.

        A delegate sees it while the cycle is at his step; another task alone shows no more than it
        asks for.
        """
        rows, who = m.Appraisal.objects.all(), self.viewer.person
        seen = self._appraised(rows)
        if self.reach("appraisals").everything or not self.viewer.grants or who is None:
            return seen
        tasks = m.StepTask.objects.filter(
            delegate=who, part="manager", step=F("appraisal__cycle__state")
        )
        led = Q(manager=who) | Q(pk__in=tasks.values("appraisal"))
        return rows.filter(Q(pk__in=seen.values("pk")) | led)

    def appeals(self) -> "QuerySet[m.Appeal]":
        return m.Appeal.objects.filter(appraisal__in=self.appraisals_in_reach())

    def outcomes(self) -> "QuerySet[m.Outcome]":
        """What follows from appraisals in reach and one's own."""
        rows = m.Outcome.objects.all()
        if self.viewer.operator:
            return rows
        own = m.Appraisal.objects.filter(cycle=OuterRef("cycle"), person=OuterRef("person"))
        return rows.filter(Exists(self._appraised(own)))

    def violations(self) -> "QuerySet[m.Violation]":
        return self._appraised(m.Violation.objects.all())

    def talks(self) -> "QuerySet[m.Talk]":
        return self._appraised(m.Talk.objects.all())

    def developments(self) -> "QuerySet[m.Development]":
        return self._appraised(m.Development.objects.all())

    def runs(self, kind: str) -> "QuerySet[m.Run]":
        rows = m.Run.objects.filter(kind=kind)
        seen = self._narrow(rows, f"{kind}_runs", outlet="outlet")
        return self._with_above(rows, seen, f"{kind}_runs")

    def run_lines(self, kind: str) -> "QuerySet[m.RunLine]":
        rows = m.RunLine.objects.filter(run__kind=kind)
        return self._narrow(rows, f"{kind}_runs", outlet="run__outlet", person="person")

    def pay_rows(self, model: type[Row]) -> "QuerySet[Row]":
        """What pay runs say of people in reach, and of oneself: lines, rejected rows, inputs."""
        rows: QuerySet[Row] = model._default_manager.all()  # noqa: SLF001  Django's own door
        return self._narrow(rows, "pay_runs", outlet="run__outlet", person="person")

    def own_rows(self, model: type[Row]) -> "QuerySet[Row]":
        """What runs say of the viewer himself; `sees_own` tells at which outlets he sees it."""
        return model._default_manager.filter(person=self.viewer.person or 0)  # noqa: SLF001

    def sees_own(self, noun: str, outlet: int) -> bool:
        """Whether a post lets the viewer see what runs of an outlet say of himself."""
        reach, me = self.reach(noun), self.viewer.person
        return me in reach.people or reach.over(outlet) or (outlet, me) in reach.members

    def pay_steps(self) -> "QuerySet[m.RunStep]":
        return m.RunStep.objects.filter(run__in=self.runs("pay"))

    def pay_batches(self) -> "QuerySet[m.PayBatch]":
        """What one asked for of many runs; whose reach ended does not see its results."""
        if self.viewer.operator:
            return m.PayBatch.objects.all()
        rows = m.PayBatch.objects.filter(made_by=self.viewer.user)
        return rows if self.reach("pay_runs").outlets else rows.none()

    def pay_accruals(self) -> "QuerySet[m.PayAccrual]":
        """What months are expected to cost at the outlets whose pay one sees whole."""
        rows = m.PayAccrual.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet")

    def pay_exceptions(self) -> "QuerySet[m.PayException]":
        """What waits for a decision in the outlets whose pay one sees."""
        rows = m.PayException.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet")

    def disputes(self) -> "QuerySet[m.Dispute]":
        """Disputes of people whose pay one sees, one's own, and those against oneself."""
        rows, paths = m.Dispute.objects.all(), {"outlet": "outlet", "person": "person"}
        if self.viewer.operator or self.viewer.person is None or not self.viewer.grants:
            return self._narrow(rows, "pay_runs", **paths)
        against = Q(against=self.viewer.person)
        return rows.filter(self._inside("pay_runs", **paths) | against)

    def manual_lines(self) -> "QuerySet[m.ManualLine]":
        rows = m.ManualLine.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet", person="person")

    def pay_splits(self) -> "QuerySet[m.PaySplit]":
        """Who is paid how much of the orders of outlets whose pay one sees."""
        return self._narrow(m.PaySplit.objects.all(), "pay_runs", outlet="order__outlet")

    def pay_events(self) -> "QuerySet[m.PayEvent]":
        return self._narrow(m.PayEvent.objects.all(), "pay_runs", outlet="outlet")

    def pay_simulations(self) -> "QuerySet[m.PaySimulation]":
        """One's own, and kept ones, of an outlet whose pay one sees; he sees them cut to those."""
        rows, reach = m.PaySimulation.objects.all(), self.reach("pay_runs")
        if reach.everything:
            return rows
        mine = Q(made_by=self.viewer.user) if self.viewer.user else Q(pk__in=[])
        inside = Q(outlets__overlap=list(reach.outlets))
        return rows.filter(inside & (mine | ~Q(name="")))

    def acknowledgements(self) -> "QuerySet[m.Acknowledgement]":
        rows = m.Acknowledgement.objects.all()
        return self._narrow(rows, "pay_runs", outlet="run__outlet", person="person")

    def settlements(self) -> "QuerySet[m.Settlement]":
        rows = m.Settlement.objects.all()
        return self._narrow(rows, "pay_runs", outlet="outlet", person="person")
