"""Posts: who may give and take which role where, and at which units a role is held."""

from datetime import date, timedelta
from typing import Any

import pytest

from cast import AT, ON, ROLES, Cast, R, account, person
from cheji.actions import accounts, imports, people, posts
from cheji.actions.imports import Entry
from cheji.records import models as m
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.visibility import Viewer, viewer_of

pytestmark = pytest.mark.django_db
CONTROL = {"finance", "auditor", "administrator"}
PLACES = ("group", "north", "outlet", "team")
FLOOR = {"outlet", "team"}
OFFICES = {"group", "north", "outlet"}
HELD_AT = {
    "consultant": FLOOR, "internet_sales": FLOOR, "second_tier": FLOOR, "aftersales": FLOOR,
    "team_lead": {"team"}, "outlet_manager": {"outlet"},
    "region_head": {"north"}, "group_manager": {"group"}, "finance": OFFICES, "hr": OFFICES,
    "marketing": OFFICES, "care": OFFICES, "stock": OFFICES, "auditor": OFFICES,
    "administrator": OFFICES,
}  # fmt: skip


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def at_outlet(cast: Cast, role: str) -> Viewer:
    return viewer_of(account(person(f"X-{role}", "门店的", (role, cast.outlet))), ON)


def outcome(verb: Any, **told: Any) -> str:
    """`done`, or the name of the refusal."""
    try:
        verb(at=AT, **told)
    except (NotFound, NotYours, posts.NotYoursToGive, posts.RoleNeedsUnit) as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize("role", m.Post.Role.values)
def test_a_role_is_held_at_its_kinds_of_units(cast: Cast, role: str) -> None:
    new = person("NEW", "新人")
    for place in PLACES:
        found = outcome(
            people.appoint, by=cast["operator"], person=new.pk, unit=getattr(cast, place).pk,
            role=role, since=ON,
        )  # fmt: skip
        assert found == ("done" if place in HELD_AT[role] else "RoleNeedsUnit")
    units = {getattr(cast, place).pk: place for place in PLACES}
    assert {units[post.unit_id] for post in new.posts.all()} == HELD_AT[role]


@pytest.mark.parametrize("by", ROLES)
def test_who_gives_which_role(cast: Cast, by: str) -> None:
    given = {
        "administrator": set(R), "operator": set(R), "hr": set(R) - CONTROL,
    }.get(by, set())  # fmt: skip
    for role in m.Post.Role.values:
        place = next(place for place in ("outlet", *PLACES) if place in HELD_AT[role])
        told = {"by": cast[by], "unit": getattr(cast, place).pk, "role": role}
        expected = "done" if role in given else "NotYoursToGive" if by == "hr" else "NotYours"
        who = person(f"P-{role}", "新人").pk
        hired = outcome(people.hire, number=f"N-{role}", name="郝", hired_on=ON, **told)
        assert (role, hired) == (role, expected)
        assert outcome(people.appoint, person=who, since=ON, **told) == expected
    found = m.Post.objects.filter(since=ON).values_list("role", flat=True)
    assert sorted(found) == sorted([*given, *given])
    assert posts.gives(cast[by]) == given


def test_an_outlets_hr_makes_no_administrator_by_any_verb(cast: Cast) -> None:
    by = at_outlet(cast, "hr")
    li, unit = cast.people["li"], cast.outlet.pk
    told = {"by": by, "unit": unit, "role": "administrator"}
    assert outcome(people.hire, number="N9", name="郝", hired_on=ON, **told) == "NotYoursToGive"
    assert outcome(people.appoint, person=li.pk, since=ON, **told) == "NotYoursToGive"
    assert outcome(people.move, person=li.pk, on=ON, **told) == "NotYoursToGive"
    assert not m.Person.objects.filter(number="N9").exists()
    assert list(li.posts.values_list("role", "until")) == [("consultant", None)]


def test_who_may_not_give_a_post_does_not_take_it(cast: Cast) -> None:
    by = at_outlet(cast, "hr")
    watcher = person("WATCH", "稽核", (R.AUDITOR, cast.outlet))
    post = watcher.posts.get()
    until = ON + timedelta(days=1)
    assert outcome(people.end_post, by=by, post=post.pk, until=until) == "NotYoursToGive"
    away = {"by": by, "person": watcher.pk, "unit": cast.team.pk, "on": ON, "role": "consultant"}
    assert outcome(people.move, **away) == "NotYoursToGive"
    assert outcome(people.leave, by=by, person=watcher.pk, on=ON) == "NotYoursToGive"
    watcher.refresh_from_db()
    assert watcher.left_on is None
    assert list(watcher.posts.values_list("role", "until")) == [("auditor", None)]
    assert outcome(people.end_post, by=cast["administrator"], post=post.pk, until=until) == "done"


def test_an_outlets_administrator_takes_over_no_account_of_the_group(cast: Cast) -> None:
    """He stood at the outlet once; what he is now allows more than the outlet's own posts."""
    by = at_outlet(cast, "administrator")
    head = cast.people["group_manager"]
    m.Post.objects.create(
        person=head, unit=cast.outlet, role="consultant", since=date(2019, 1, 1),
        until=date(2020, 1, 1),
    )  # fmt: skip
    login = {"by": by, "username": "group_manager"}
    assert outcome(accounts.set_password, password="a long Phrase 9", **login) == "NotFound"
    assert outcome(accounts.close_account, **login) == "NotFound"
    m.User.objects.filter(person=head).delete()
    opened = {"username": "fresh", "password": "a long Phrase 9", "person": head.pk}
    assert outcome(accounts.open_account, by=by, **opened) == "NotFound"
    assert outcome(accounts.open_account, by=cast["administrator"], **opened) == "done"
    m.Post.objects.filter(person=head, until=None).update(until=ON)  # now he is nobody anywhere
    assert outcome(accounts.close_account, by=by, username="fresh") == "NotFound"
    own = {"by": by, "username": "zhang"}
    assert outcome(accounts.set_password, password="a long Phrase 9", **own) == "done"


def test_nobody_takes_his_own_second_factor_off_without_his_password(cast: Cast) -> None:
    by = cast["administrator"]
    login = {"by": by, "at": AT, "username": "administrator"}
    with pytest.raises(accounts.OwnAccount):
        accounts.reset_second_factor(**login)
    with pytest.raises(accounts.OwnAccount):
        accounts.set_password(password="a long Phrase 9", **login)


def refused(verb: Any, **told: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        verb(at=AT, **told)
    return refusal.value


def test_a_post_at_the_wrong_level_is_told_in_words_with_the_way_out(cast: Cast) -> None:
    by, outlet, team = cast["administrator"], cast.outlet, cast.team
    told = {"by": by, "person": person("NEW", "新人").pk, "since": ON}
    lead = refused(people.appoint, unit=outlet.pk, role="team_lead", **told)
    assert lead.say() == (
        f"“销售主管”设在小组，不能设在“{outlet.name}”（门店）。"
        "请选择其下的小组；导入文件请填“小组”一列。"
    )
    assert lead.say("en") == (
        f"“Team lead” is a post of this level: team; “{outlet.name}” is of the level outlet."
        " Choose a team of it; in a file fill the column “Team”."
    )
    manager = refused(people.appoint, unit=team.pk, role="outlet_manager", **told)
    assert "请选择小组之上的门店；导入文件请将“小组”一列留空。" in manager.say()
    head = refused(people.appoint, unit=outlet.pk, role="region_head", **told)
    assert "设在区域" in head.say()
    assert "correct the column “Unit code”" in head.say("en")
    hr = refused(people.appoint, unit=team.pk, role="hr", **told)
    assert "“HR” is a post of this level: group or region or outlet;" in hr.say("en")


@pytest.mark.parametrize("role", m.Post.Role.values)
def test_no_refusal_of_a_post_shows_a_code(cast: Cast, role: str) -> None:
    new, by = person("NEW", "新人"), cast["operator"]
    told = {"person": new.pk, "role": role, "since": ON}
    wrong, right = (
        next(getattr(cast, one).pk for one in PLACES if (one in HELD_AT[role]) == held)
        for held in (False, True)
    )
    people.appoint(at=AT, by=by, unit=right, **told)
    found = [refused(people.appoint, by=by, unit=unit, **told) for unit in (wrong, right)]
    if role in CONTROL:
        found.append(refused(people.appoint, by=cast["hr"], unit=cast.group.pk, **told))
    codes = {*m.Post.Role.values, *m.Unit.Kind.values}
    said = " ".join(one.say() for one in found)
    assert [code for code in codes if code in said] == []
    assert "_" not in " ".join(one.say("en") for one in found)


def file_of(cast: Cast, by: Viewer, **values: Any) -> list[str]:
    """What a file with one person's post is refused for."""
    row = {"name": "张伟", "unit_code": "N1", "role": "consultant", "from": ON, **values}
    found = imports.check(by=by, kind="people", entries=[Entry(2, row)])
    return [trouble.refusal.code for trouble in found.troubles]


def test_a_file_follows_the_same_rules(cast: Cast) -> None:
    by = at_outlet(cast, "administrator")
    sister = cast.people["sister_consultant"].number
    assert file_of(cast, by, number="NEW") == []
    assert file_of(cast, by, number="NEW", role="administrator") == []
    assert file_of(cast, by, number="NEW", role="hr", team="T1") == ["RoleNeedsUnit"]
    assert file_of(cast, by, number="NEW", unit_code="N2") == ["UnknownUnit"]
    assert file_of(cast, by, number=sister) == ["NotFound"]
    assert file_of(cast, by, number=sister, **{"from": date(2020, 1, 1)}) == ["NotFound"]
    assert file_of(cast, cast["administrator"], number=sister) == []
    moved = file_of(cast, cast["administrator"], number=sister, **{"from": date(2020, 1, 1)})
    assert moved == []


def test_a_post_elsewhere_is_not_moved_here_by_a_file(cast: Cast) -> None:
    """He once stood here, so he is known here; his post at the sister outlet is not ours."""
    by = at_outlet(cast, "administrator")
    who = cast.people["sister_consultant"]
    m.Post.objects.create(
        person=who, unit=cast.outlet, role="consultant", since=date(2019, 1, 1),
        until=date(2020, 1, 1),
    )  # fmt: skip
    assert file_of(cast, by, number=who.number, **{"from": date(2020, 1, 1)}) == ["NotFound"]
    assert file_of(cast, by, number=who.number, **{"from": ON}) == []


def test_hr_imports_people_as_it_gives_posts(cast: Cast) -> None:
    by = at_outlet(cast, "hr")
    assert file_of(cast, by, number="NEW", team="T1") == []
    assert file_of(cast, by, number="NEW", role="outlet_manager") == []
    for role in CONTROL:
        assert file_of(cast, by, number="NEW", role=role) == ["NotYoursToGive"]
    assert file_of(cast, by, number="NEW", unit_code="N2") == ["UnknownUnit"]
    assert file_of(cast, by, number="X-hr") == ["OwnRights"]


def test_a_team_that_is_not_there_is_opened_by_an_administrator_alone(cast: Cast) -> None:
    assert file_of(cast, at_outlet(cast, "hr"), number="NEW", team="新组") == ["NoSuchTeam"]
    assert file_of(cast, at_outlet(cast, "administrator"), number="NEW", team="新组") == []
    both = person("BOTH", "两职", (R.HR, cast.outlet), (R.ADMINISTRATOR, cast.sister))
    by = viewer_of(account(both), ON)
    assert file_of(cast, by, number="NEW", team="新组") == ["NoSuchTeam"]
    assert file_of(cast, by, number="NEW", team="新组", unit_code="N2") == []
