"""Who is told what, in the same transaction as it happens."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator

from cast import AT, ON, Cast, Floor, load_pack
from cheji.actions import accounts, definitions, imports, leads, messages, orders, prospects, runs
from cheji.actions import targets as target_actions
from cheji.actions.dates import TooEarly
from cheji.records import models as m
from cheji.records.models import DefinitionVersion as Version


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


@pytest.fixture
def floor() -> Floor:
    return Floor()


def told(cast: Cast) -> list[tuple[str, str]]:
    """Kind and person of every message, in order."""
    names = {person.pk: name for name, person in cast.people.items()}
    rows = m.Message.objects.order_by("id").values_list("kind", "person")
    return [(kind, names[person]) for kind, person in rows]


def test_a_card_handed_over_is_told_to_who_gets_it_and_not_to_who_takes_it_himself(
    cast, floor
) -> None:
    card = floor.prospect(floor.customer(cast.outlet, cast.people["zhang"], "钱多多"))
    for version, (by, owner) in enumerate([("manager", "li"), ("lead", "lead")], start=1):
        prospects.assign(
            by=cast[by], at=AT, prospect=card.pk, version=version, owner=cast.people[owner].pk,
            on=ON,
        )  # fmt: skip
    assert told(cast) == [("prospects.assigned", "li")]
    body = m.Message.objects.get().body
    assert body == {"noun": "prospect", "id": card.pk, "number": card.number}


def test_an_order_shared_anew_is_told_to_those_who_join_it(cast, floor) -> None:
    order = floor.order(cast.outlet, cast.people["zhang"])
    parts = [(cast.people[name].pk, 5_000) for name in ("zhang", "li")]
    orders.share_out(by=cast["manager"], at=AT, order=order.pk, version=1, on=ON, shares=parts)
    assert told(cast) == [("orders.shared", "li")]


def test_a_lead_for_somebody_is_told_to_him(cast) -> None:
    leads.receive(
        by=cast["marketing"], at=AT, outlet=cast.outlet.pk, received_on=ON,
        person=cast.people["wang"].pk,
    )  # fmt: skip
    assert told(cast) == [("leads.received", "wang")]


def test_what_fails_tells_nobody(cast, floor) -> None:
    card = floor.prospect(floor.customer(cast.outlet, cast.people["zhang"]))
    with pytest.raises(TooEarly):
        prospects.assign(
            by=cast["manager"], at=AT, prospect=card.pk, version=1, owner=cast.people["li"].pk,
            on=date(2020, 1, 1),
        )  # fmt: skip
    assert told(cast) == []


def test_who_has_no_account_is_not_told(cast, floor) -> None:
    card = floor.prospect(floor.customer(cast.outlet, cast.people["zhang"]))
    m.User.objects.filter(person=cast.people["li"]).update(is_active=False)
    prospects.assign(
        by=cast["manager"], at=AT, prospect=card.pk, version=1, owner=cast.people["li"].pk, on=ON
    )
    assert told(cast) == []


def test_a_closed_run_is_told_to_everybody_in_it_once(cast) -> None:
    run = m.Run.objects.create(
        kind="score", outlet=cast.outlet, period=202602, definition="p", digest="d", mark=0,
        made_at=AT,
    )  # fmt: skip
    for position, name in enumerate(("zhang", "zhang", "li"), start=1):
        run.lines.create(position=position, person=cast.people[name], code="x", reason={})
    runs.close(by=cast["finance"], at=AT, run=run.pk)
    assert sorted(told(cast)) == [("runs.score", "li"), ("runs.score", "zhang")]


def test_targets_changed_for_somebody_are_told_to_him_once(cast) -> None:
    where = {"person": cast.people["zhang"].pk, "outlet": cast.outlet.pk}
    cells = [
        target_actions.Cell("orders", "month", month, 9, **where) for month in (202603, 202604)
    ]
    target_actions.set_cells(by=cast["manager"], at=AT, cells=cells)
    target_actions.set_cells(by=cast["manager"], at=AT, cells=cells)
    assert told(cast) == [("targets.set", "zhang")]


def test_a_password_set_by_an_administrator_is_told_to_the_person(cast) -> None:
    accounts.set_password(
        by=cast["administrator"], at=AT, username="zhang", password="a long Phrase 8"
    )
    assert told(cast) == [("users.set_password", "zhang")]


def test_a_lost_second_factor_is_taken_off_and_told(cast) -> None:
    users = {name: m.User.objects.get(username=name) for name in ("zhang", "li")}
    for user in users.values():
        Authenticator.objects.create(user=user, type="totp", data={})
    accounts.reset_second_factor(by=cast["administrator"], at=AT, username="zhang")
    assert [row.user for row in Authenticator.objects.all()] == [users["li"]]
    assert told(cast) == [("users.reset_second_factor", "zhang")]


def test_an_import_in_the_background_tells_who_queued_it_how_it_ended(cast) -> None:
    by = cast["manager"]
    for fails in (False, True):
        batch = imports.start(by=by, at=AT, kind="ad_spend", name="a.csv", content=bytes(fails))
        imports.queue(by=by, at=AT, batch=batch.pk, skip=False)
        row = imports.begin(by=by, batch=batch.pk)
        if fails:
            imports.outcome(batch=batch.pk, state="failed", report={"fault": {}}, at=AT)
        else:
            report = imports.commit(by=by, at=AT, batch=row, entries=[])
            imports.outcome(batch=batch.pk, state="done", report=report.as_json(), at=AT)
    assert told(cast) == [("imports.done", "manager"), ("imports.failed", "manager")]
    first = m.Message.objects.earliest("id").body
    assert {name: first[name] for name in ("file", "create", "update", "skipped")} == {
        "file": "a.csv", "create": 0, "update": 0, "skipped": 0,
    }  # fmt: skip


@pytest.fixture
def draft(cast) -> int:
    """Another default of a switch, drafted by somebody of HR."""
    load_pack()
    done = definitions.set_switch(
        by=cast["hr"], at=AT, code="phone_counts", on=True, valid_from=date(2026, 4, 1)
    )
    return done.id


def test_a_draft_is_told_to_those_who_may_publish_it(cast, draft) -> None:
    assert sorted(told(cast)) == [("definitions.waiting", "group_manager")]


def test_the_author_hears_what_became_of_his_draft_and_mends_it(cast, draft) -> None:
    row = Version.objects.get(pk=draft)
    definitions.decline(by=cast["group_manager"], at=AT, version=draft, reason="先讨论")
    with pytest.raises(definitions.IsDeclined):
        definitions.publish(by=cast["group_manager"], at=AT, version=draft)
    edited = {"valid_from": date(2026, 5, 1), "body": row.body, "note": "已讨论"}
    with pytest.raises(definitions.NotTheAuthor):
        definitions.redraft(
            by=cast["group_manager"], at=AT, version=draft, seen=row.digest, **edited
        )
    definitions.redraft(by=cast["hr"], at=AT, version=draft, seen=row.digest, **edited)
    definitions.publish(by=cast["group_manager"], at=AT, version=draft)
    row.refresh_from_db()
    assert (row.state, row.valid_from, row.note) == ("published", date(2026, 5, 1), "已讨论")
    assert told(cast)[1:] == [
        ("definitions.declined", "hr"),
        ("definitions.waiting", "group_manager"),
        ("definitions.published", "hr"),
    ]


def test_a_draft_is_withdrawn_by_its_author_alone_and_a_published_one_by_nobody(
    cast, draft
) -> None:
    with pytest.raises(definitions.NotTheAuthor):
        definitions.withdraw(by=cast["group_manager"], at=AT, version=draft)
    definitions.withdraw(by=cast["hr"], at=AT, version=draft)
    assert Version.objects.filter(pk=draft).exists() is False
    published = Version.objects.filter(state="published").latest("id")
    with pytest.raises(definitions.AlreadyPublished):
        definitions.withdraw(by=cast["hr"], at=AT, version=published.pk)


def test_everybody_reads_his_own_messages_alone(cast) -> None:
    messages.tell([cast.people["zhang"].pk, cast.people["li"].pk], "x", {}, AT)
    messages.tell([cast.people["zhang"].pk], "y", {}, AT)
    assert messages.mark_all_read(by=cast["zhang"], at=AT) == 2
    (left,) = m.Message.objects.filter(read_at=None)
    messages.mark_read(by=cast["zhang"], at=AT, message=left.pk)
    left.refresh_from_db()
    assert (left.person_id, left.read_at) == (cast.people["li"].pk, None)
