"""The only door to rows, held against an oracle that knows posts and rows and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Model

from cast import AT, LONG_AGO, ON, ROLES, Cast, Floor, R, account, person
from cheji.records import audit
from cheji.records import models as m
from cheji.records.refusals import NotFound, NotYours
from cheji.records.registers import REGISTERS
from cheji.records.right_words import RIGHTS
from cheji.records.rights import DOES, SEES
from cheji.records.visibility import Viewer, of, one, viewer_of

pytestmark = pytest.mark.django_db
SALES = ("customers", "prospects", "leads", "visits", "orders", "deliveries", "vehicles")
FAMILIES = {register.family: code for code, register in REGISTERS.items()}
BOOKS = tuple(FAMILIES.values())
CYCLE = ("appraisals", "talks", "violations", "developments")
OTHERS = ("spend", "totals", "targets", "facts", "audit", "kpi", "score", "pay")
NOUNS = (*SALES, *BOOKS, *CYCLE, *OTHERS)


@dataclass(frozen=True)
class Made:
    """A row, where it stands, whose it is, and in which team that person stood."""

    noun: str
    pk: int
    outlet: m.Unit
    person: m.Person | None


class World:
    """Every noun for everybody at every outlet, and for nobody."""

    def __init__(self) -> None:
        self.cast, self.floor = Cast(), Floor()
        self.made: list[Made] = []
        cast, people = self.cast, self.cast.people
        self.odd()
        owners = {
            cast.outlet: ["zhang", "li", "wang", "manager", "moved", "twofold", None],
            cast.sister: ["sister_consultant", "twofold", "zhang", None],
            cast.far: ["far_consultant", "moved", None],
        }
        for outlet, names in owners.items():
            for name in names:
                self.add(outlet, people[name] if name else None)

    def odd(self) -> None:
        """People whom a careless rule lets see too much or too little."""
        cast = self.cast
        two = person("TWO", "双岗", (R.CONSULTANT, cast.team), (R.MARKETING, cast.sister))
        moved = person("MOVED", "调店")
        m.Post.objects.create(
            person=moved, unit=cast.outlet, role=R.CONSULTANT, since=LONG_AGO, until=ON
        )
        m.Post.objects.create(person=moved, unit=cast.team, role=R.CONSULTANT, since=ON)
        ended = person("ENDED", "离任")
        m.Post.objects.create(
            person=ended, unit=cast.group, role=R.GROUP_MANAGER, since=LONG_AGO, until=ON
        )
        later = person("LATER", "未到任")
        m.Post.objects.create(
            person=later, unit=cast.group, role=R.GROUP_MANAGER, since=ON + timedelta(days=1)
        )
        idle = person("IDLE", "停用", (R.GROUP_MANAGER, cast.group))
        cast.people |= {"twofold": two, "moved": moved}
        for key, who in {"twofold": two, "moved": moved, "ended": ended, "later": later}.items():
            cast.viewers[key] = viewer_of(account(who), ON)
        closed = account(idle)
        closed.is_active = False
        closed.save()
        cast.viewers["inactive"] = viewer_of(closed, ON)
        nobody = m.User.objects.create(username="nobody", password="!")
        cast.viewers["without_person"] = viewer_of(nobody, ON)
        cast.viewers["no_account"] = Viewer(user=None, person=None, name="?", on=ON)

    def add(self, outlet: m.Unit, who: m.Person | None) -> None:
        floor, when = self.floor, date(2026, 3, 2)
        customer = floor.customer(outlet, who)
        card = floor.prospect(customer, on=when)
        shared = [who] if who else []
        order = floor.order(outlet, *shared, customer=customer, on=when)
        rows: dict[str, m.models.Model] = {
            "customers": customer,
            "prospects": card,
            "leads": floor.lead(outlet, who, when),
            "visits": floor.visit(outlet, who, when),
            "orders": order,
            "deliveries": floor.delivery(order, on=when),
        }
        for code in BOOKS:
            if who is not None or REGISTERS[code].person != "required":
                days = [f.code for f in REGISTERS[code].fields if f.required and f.type == "date"]
                rows[code] = floor.entry(code, outlet, who, **dict.fromkeys(days, when))
        if who is None:
            rows |= {
                "vehicles": floor.vehicle(outlet, when),
                "spend": floor.spend(outlet, 100, when),
                "totals": m.DailyTotal.objects.create(outlet=outlet, on_date=when),
                "targets": self.target(unit=outlet),
                "audit": audit.write(by=self.cast["operator"], at=AT, verb="a.b", outlet=outlet.pk),
            }
        else:
            rows["targets"] = self.target(person=who, outlet=outlet)
            rows |= self.appraised(outlet, who)
        self.made += [Made(noun, row.pk, outlet, who) for noun, row in rows.items()]
        for kind in ("kpi", "score", "pay"):
            run, _ = m.Run.objects.get_or_create(
                kind=kind, outlet=outlet, period=202603, definition="d", digest="d", mark=1,
                defaults={"made_at": AT},
            )  # fmt: skip
            line = run.lines.create(
                position=run.lines.count() + 1, person=who, code="x", fen=1, reason={}
            )
            self.made.append(Made(kind, line.pk, outlet, who))

    def appraised(self, outlet: m.Unit, who: m.Person) -> dict[str, Model]:
        """An appraisal of the person and what hangs on him."""
        cycle, _ = m.Cycle.objects.get_or_create(
            unit=self.cast.group, grain="month", period=202603, name="c", state="running",
            defaults={"since": LONG_AGO, "until": ON, "schemes": {}, "opened_at": AT,
                      "moved_at": AT},
        )  # fmt: skip
        scheme, _ = m.DefinitionVersion.objects.get_or_create(
            kind="scheme", code="s", valid_from=LONG_AGO, body={}, digest="d"
        )
        made = m.Appraisal.objects.create(
            cycle=cycle, person=who, role=R.CONSULTANT, outlet=outlet, since=LONG_AGO, until=ON,
            scheme=scheme,
        )  # fmt: skip
        where = {"outlet": outlet, "person": who, "on_date": ON, "made_at": AT}
        return {
            "appraisals": made,
            "talks": m.Talk.objects.create(kind="coaching", text="x", **where),
            "violations": m.Violation.objects.create(code="x", text="x", **where),
            "developments": m.Development.objects.create(
                appraisal=made, outlet=outlet, person=who, text="x", until=ON, made_at=AT
            ),
        }

    def target(self, **scope: object) -> m.Target:
        return m.Target.objects.create(kpi="orders", grain="month", period=202603, value=1, **scope)

    # -- the oracle ------------------------------------------------------------

    def allowed(self, viewer: Viewer, noun: str) -> set[int]:
        posts = list(m.Post.objects.filter(person=viewer.person or 0).select_related("unit"))
        live = [p for p in posts if p.since <= ON and (p.until is None or p.until > ON)]
        if viewer.user and not m.User.objects.get(pk=viewer.user).is_active:
            live = []
        return {
            row.pk
            for row in self.made
            if row.noun == noun and (viewer.operator or any(self.lets(post, row) for post in live))
        }

    def lets(self, post: m.Post, row: Made) -> bool:
        word = f"{row.noun}_runs" if row.noun in ("kpi", "score", "pay") else row.noun
        word = REGISTERS[word].family if word in REGISTERS else word
        mine = row.person is not None and row.person.pk == post.person_id
        if mine and row.noun in ("pay", *CYCLE):
            return True
        word = "appraisals" if word in CYCLE else word
        if word not in SEES[post.role]:
            return False
        if row.noun == "vehicles":
            return row.outlet.path.startswith(post.unit.path) or post.unit.parent == row.outlet
        if post.role == R.CONSULTANT:
            return mine
        if post.role == R.TEAM_LEAD:
            return mine or (row.outlet == post.unit.parent and self.member(row.person, post.unit))
        return row.outlet.path.startswith(post.unit.path)

    def member(self, who: m.Person | None, team: m.Unit) -> bool:
        posts = m.Post.objects.filter(person=who, unit=team) if who else []
        return any(p.since <= ON and (p.until is None or p.until > ON) for p in posts)

    def seen(self, viewer: Viewer, noun: str) -> set[int]:
        scope = of(viewer)
        if noun in REGISTERS:
            return set(scope.register(REGISTERS[noun]).values_list("pk", flat=True))
        runs = noun in ("kpi", "score", "pay")
        rows = scope.run_lines(noun) if runs else getattr(scope, noun)()
        return set(rows.values_list("pk", flat=True))


ODD = ("twofold", "moved", "ended", "later", "inactive", "without_person", "no_account")
NOTHING = ("ended", "later", "inactive", "without_person", "no_account", "administrator")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """Made once for the module and taken back after it: the tests only look."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield World()
        transaction.set_rollback(True)


def test_every_viewer_sees_what_the_oracle_lets_him(world: World) -> None:
    wrong = {}
    for name in (*ROLES, *ODD):
        viewer = world.cast[name]
        for noun in NOUNS:
            if noun == "facts":
                continue
            seen, allowed = world.seen(viewer, noun), world.allowed(viewer, noun)
            if seen != allowed:
                wrong[name, noun] = (seen - allowed, allowed - seen)
    assert wrong == {}


def test_the_oracle_is_no_empty_cup(world: World) -> None:
    for noun in SALES:
        assert world.allowed(world.cast["zhang"], noun), noun
        everything = {row.pk for row in world.made if row.noun == noun}
        assert world.allowed(world.cast["manager"], noun) < everything
    for code in BOOKS:
        everything = {row.pk for row in world.made if row.noun == code}
        assert set() < world.allowed(world.cast["manager"], code) < everything


@pytest.mark.parametrize("name", NOTHING)
def test_who_has_no_post_sees_nothing(world: World, name: str) -> None:
    viewer = world.cast[name]
    assert {noun: world.seen(viewer, noun) for noun in NOUNS if world.seen(viewer, noun)} == {}
    m.ImportBatch.objects.create(kind="orders", name="x", digest="", made_at=AT)
    assert list(of(viewer).imports()) == []
    if name != "administrator":
        assert list(of(viewer).outlets()) == []
        assert list(of(viewer).units()) == []
        assert list(of(viewer).units_below()) == []
        assert {p.pk for p in of(viewer).people()} <= {viewer.person}


def test_facts_are_seen_by_whose_they_were_on_their_day(world: World) -> None:
    """What somebody did before he joined a team is not that team lead's to see."""
    cast = world.cast
    for name in ("zhang", "moved", "lead", "manager", "marketing", "finance", "care"):
        viewer = cast[name]
        expected = set()
        for fact in m.Fact.objects.all():
            mine = fact.person is not None and fact.person == viewer.person
            at = fact.outlet == cast.outlet.pk
            expected |= (
                {fact.pk}
                if {
                    "zhang": mine,
                    "moved": mine,
                    "lead": mine or fact.team == cast.team.pk,
                    "manager": at,
                    "marketing": at,
                    "finance": at or fact.outlet == cast.sister.pk,
                    "care": False,
                }[name]
                else set()
            )
        assert set(of(viewer).facts().values_list("pk", flat=True)) == expected, name
    before = m.Fact.objects.filter(
        person=cast.people["moved"].pk, outlet=cast.outlet.pk, on_date__lt=ON
    )
    assert before.exists()
    assert not of(cast["lead"]).facts().filter(pk__in=before).exists()


def test_units_and_people_of_a_viewer(world: World) -> None:
    cast = world.cast
    below = {
        "manager": {cast.outlet, cast.team, cast.other_team},
        "lead": {cast.team},
        "region_head": {
            cast.north, cast.outlet, cast.sister, cast.team, cast.other_team,
        },
        "hr": set(m.Unit.objects.all()),
        "operator": set(m.Unit.objects.all()),
    }  # fmt: skip
    for name, units in below.items():
        assert set(of(cast[name]).units_below()) == units, name
    way = {cast.group, cast.north, cast.outlet, cast.team, cast.other_team}
    assert set(of(cast["manager"]).units()) == way
    assert cast.people["far_consultant"] not in of(cast["manager"]).people()
    assert cast.people["group_manager"] in of(cast["manager"]).people()


VERBS = frozenset().union(*DOES.values())


@pytest.mark.parametrize("name", [*ROLES, *ODD])
def test_a_verb_is_allowed_as_the_table_says(world: World, name: str) -> None:
    viewer = world.cast[name]
    roles = {grant.role for grant in viewer.grants}
    for verb in VERBS:
        allowed = viewer.operator or any(verb in DOES[role] for role in roles)
        assert viewer.can(verb) is allowed
        if not allowed:
            with pytest.raises(NotYours) as refusal:
                viewer.must(verb)
            assert refusal.value.place == {"verb": RIGHTS[verb]}


def test_roles_and_nouns_are_all_known() -> None:
    assert set(SEES) == set(DOES) == set(R.values)


def test_one_post_lends_nothing_to_another(world: World) -> None:
    """He sells at one outlet and advertises for another: spend is his at the second alone."""
    viewer = world.cast["twofold"]
    assert {unit.code for unit in of(viewer).outlets()} == {"N1", "N2"}
    assert {unit.code for unit in of(viewer.doing("spend.write")).outlets()} == {"N2"}
    assert {unit.code for unit in of(viewer.doing("visits.write")).outlets()} == {"N1"}
    assert viewer.doing("runs.close").grants == ()


def test_out_of_scope_answers_as_missing(world: World) -> None:
    hidden = next(r for r in world.made if r.noun == "customers" and r.outlet == world.cast.far)
    rows = of(world.cast["zhang"]).customers()
    told = []
    for pk in (hidden.pk, 10**9):
        with pytest.raises(NotFound) as refusal:
            one(rows, "customer", "K", pk=pk)
        told.append((refusal.value.say("en"), refusal.value.say("zh-hans")))
    assert told[0] == told[1]


def test_names_are_shown_to_those_who_meet_customers(world: World) -> None:
    shown = {name for name in ROLES if of(world.cast[name]).names_shown()}
    assert shown == {
        "zhang", "li", "wang", "lead", "manager", "far_manager", "region_head", "group_manager",
        "care", "operator",
    }  # fmt: skip


def test_a_scope_is_of_its_day(world: World) -> None:
    """The same account a day earlier and a year later."""
    user = m.User.objects.get(person=world.cast.people["moved"])

    def roles(on: date) -> set[int]:
        return {grant.unit for grant in viewer_of(user, on).grants}

    assert roles(ON - timedelta(days=1)) == {world.cast.outlet.pk}
    assert roles(ON) == {world.cast.team.pk}
    assert replace(world.cast["operator"], operator=False).grants == ()
