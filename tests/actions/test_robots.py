"""Who may declare, change, test and open a robot, and that its secrets are seen nowhere."""

import json

import pytest

from cast import AT, ROLES, Cast
from cheji.actions import accounts, messages, robots
from cheji.actions.deeds import NothingDiffers, TakenMeanwhile
from cheji.reads import robots as reads
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours

KEY, SECRET = "0123456789abcdef-key", "SEC0123456789abcdef"
ADDRESS = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
TERMS = robots.Terms("销售群", ["leads"], ADDRESS, SECRET)
#: Who may declare a robot for the outlet N1, its team, the region and the group.
MAY = {
    "manager": {"outlet", "team"},
    "region_head": {"outlet", "team", "north"},
    "group_manager": {"outlet", "team", "north", "group"},
    "administrator": {"outlet", "team", "north", "group"},
    "operator": {"outlet", "team", "north", "group"},
}


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def declared(cast: Cast, by: str = "manager", unit: str = "outlet", key: str = "") -> int:
    terms = robots.Terms("销售群", ["leads"], ADDRESS + key, SECRET)
    return robots.declare(
        by=cast[by], at=AT, unit=getattr(cast, unit).pk, provider="dingtalk", terms=terms
    ).id


@pytest.mark.parametrize("name", ROLES)
def test_a_robot_is_declared_by_who_manages_the_unit(cast, name) -> None:
    done = set()
    for unit in ("outlet", "team", "north", "group", "far"):
        try:
            declared(cast, name, unit, unit)
            done.add(unit)
        except (NotYours, NotFound):
            continue
    everywhere = {"group_manager", "administrator", "operator"}
    far = {"far"} if name in {*everywhere, "far_manager"} else set()
    assert done == MAY.get(name, set()) | far


@pytest.mark.parametrize("name", ROLES)
def test_a_robot_is_seen_changed_and_tested_by_the_same_people(cast, name) -> None:
    robot, by = declared(cast), cast[name]
    new = robots.Terms("新名", ["leads"])
    may = name in MAY
    assert [one.id for one in reads.robots(by)] == ([robot] if may else [])
    deeds = (
        lambda: robots.amend(by=by, at=AT, robot=robot, version=1, terms=new),
        lambda: robots.test(by=by, at=AT, robot=robot),
    )
    for deed in deeds:
        if may:
            deed()
        else:
            with pytest.raises((NotYours, NotFound)):
                deed()
    assert m.Robot.objects.get().name == ("新名" if may else "销售群")
    assert m.Sending.objects.count() == int(may)


@pytest.mark.parametrize("name", ROLES)
def test_scores_and_pay_are_opened_to_a_group_by_an_administrator_alone(cast, name) -> None:
    robot = declared(cast)
    try:
        robots.allow_private(by=cast[name], at=AT, robot=robot, version=1, allowed=True)
    except NotYours:
        assert name not in {"administrator", "operator"}
    allowed = m.Robot.objects.get().private_allowed
    assert allowed == (name in {"administrator", "operator"})


@pytest.mark.parametrize("types", [["scores"], ["pay"], ["users"], ["other"], ["nothing"]])
def test_what_is_not_for_groups_is_refused(cast, types) -> None:
    terms = robots.Terms("群", types, ADDRESS, SECRET)
    with pytest.raises(robots.NotForGroups):
        robots.declare(
            by=cast["manager"], at=AT, unit=cast.outlet.pk, provider="dingtalk", terms=terms
        )


def test_account_messages_stay_out_of_groups_even_where_pay_is_allowed(cast) -> None:
    robot = declared(cast)
    robots.allow_private(by=cast["administrator"], at=AT, robot=robot, version=1, allowed=True)
    terms = robots.Terms("群", ["pay", "users"])
    with pytest.raises(robots.NotForGroups):
        robots.amend(by=cast["administrator"], at=AT, robot=robot, version=2, terms=terms)


def test_one_address_is_declared_once_so_that_one_bucket_holds_its_limit(cast) -> None:
    declared(cast)
    with pytest.raises(TakenMeanwhile):
        declared(cast, "group_manager", "group")
    assert m.Robot.objects.count() == 1


def test_a_signing_messenger_needs_its_key(cast) -> None:
    terms = robots.Terms("群", ["leads"], ADDRESS)
    with pytest.raises(robots.SecretMissing):
        robots.declare(
            by=cast["manager"], at=AT, unit=cast.outlet.pk, provider="dingtalk", terms=terms
        )


def test_address_and_secret_are_encrypted_and_in_no_audit_entry(cast) -> None:
    robot = declared(cast)
    changed = robots.Terms("销售群", ["leads"], ADDRESS + "-new", SECRET + "-new")
    robots.amend(by=cast["manager"], at=AT, robot=robot, version=1, terms=changed)
    row = m.Robot.objects.get()
    kept = bytes(row.address_cipher) + bytes(row.secret_cipher) + bytes(row.address_index)
    said = "".join(m.AuditEntry.objects.order_by("id").values_list("body", flat=True))
    seen = repr(reads.robots(cast["manager"])) + repr(TERMS)
    for hidden in (KEY, SECRET):
        assert hidden.encode() not in kept
        assert hidden not in said + seen
    body = json.loads(m.AuditEntry.objects.get(verb="robots.amend").body)
    assert body == {"changes": {"address_cipher": "…", "address_index": "…", "secret_cipher": "…"}}
    assert reads.robots(cast["manager"])[0].host == "https://oapi.dingtalk.com"


def test_a_change_names_its_version_and_changes_something(cast) -> None:
    robot = declared(cast)
    with pytest.raises(ChangedMeanwhile):
        robots.amend(by=cast["manager"], at=AT, robot=robot, version=9, terms=TERMS)
    same = robots.Terms("销售群", ["leads"])
    with pytest.raises(NothingDiffers):
        robots.amend(by=cast["manager"], at=AT, robot=robot, version=1, terms=same)


def test_choices_of_e_mail_are_ones_own_and_audited_once(cast) -> None:
    for _twice in range(2):
        messages.choose_mail(by=cast["zhang"], at=AT, wanted={"leads": "now", "pay": "off"})
    rows = m.MailChoice.objects.values_list("person", "type", "mail")
    assert list(rows) == [(cast.people["zhang"].pk, "leads", "now")]
    assert m.AuditEntry.objects.filter(verb="messages.choose_mail").count() == 1
    mine = {one.type: one.mail for one in reads.mail_choices(cast["zhang"])}
    theirs = {one.type: one.mail for one in reads.mail_choices(cast["li"])}
    assert (mine["leads"], theirs["leads"], theirs["users"]) == ("now", "off", "now")


@pytest.mark.parametrize("wanted", [{"leads": "hourly"}, {"nothing": "now"}])
def test_a_choice_that_there_is_not_is_refused(cast, wanted) -> None:
    with pytest.raises(BadValue):
        messages.choose_mail(by=cast["zhang"], at=AT, wanted=wanted)


def test_an_address_is_written_in_by_who_keeps_the_account(cast) -> None:
    told = {"at": AT, "username": "zhang"}
    accounts.set_email(by=cast["administrator"], email="z@example.cn", **told)
    assert reads.own_address(cast["zhang"]) == "z@example.cn"
    with pytest.raises(BadValue):
        accounts.set_email(by=cast["administrator"], email="nobody at home", **told)
    with pytest.raises(NotYours):
        accounts.set_email(by=cast["manager"], email="m@example.cn", **told)
    accounts.set_email(by=cast["administrator"], email="", **told)
    assert reads.own_address(cast["zhang"]) == ""
    said = m.AuditEntry.objects.filter(verb="users.set_email").values_list("body", flat=True)
    assert [one for one in said if "example.cn" in one] == []
