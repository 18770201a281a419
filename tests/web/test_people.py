"""People and organisation: seen by scope, changed by HR and the administrator, out of reach 404."""

import re
from datetime import date

import pytest

from cast import ON, ROLES
from cheji.records.models import AuditEntry, Person, Post, Unit, User


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def names(answer):
    return set(re.findall(r'<tr[^>]*data-href="/people/at/([^"]+)"', answer.text))


def posts(who):
    rows = Post.objects.filter(person=who).values_list("unit__code", "role", "since", "until")
    return list(rows)


@pytest.mark.parametrize(
    "address", ["/people", "/people/organisation", "/inbox", "/search?q=zhang"]
)
def test_pages_open_for_the_whole_cast(faces, address):
    assert {faces[role].get(address).status_code for role in ROLES if role != "operator"} == {200}


def test_a_team_is_told_with_its_outlet(faces, cast):
    page = faces["hr"].get("/people")
    outlet, team = cast.outlet.name, cast.team.name
    row = re.search(r'<tr[^>]*data-href="/people/at/ZHANG".*?</tr>', page.text, re.DOTALL)
    assert row is not None
    assert f"{outlet} · {team}" in row[0]


def test_a_manager_sees_his_outlets_people_and_not_another_regions(faces):
    seen = names(faces["manager"].get("/people"))
    assert {"ZHANG", "LI", "WANG", "LEAD", "MANAGER"} <= seen
    assert seen & {"FAR_CONSULTANT", "SISTER_CONSULTANT", "FAR_MANAGER"} == set()
    assert faces["manager"].get("/people/at/FAR_CONSULTANT").status_code == 404
    assert faces["hr"].get("/people/at/FAR_CONSULTANT").status_code == 200


def test_hr_hires_and_the_person_stands_in_the_list(faces, cast):
    form = {
        "number": "NEW1", "name": "高飞", "hired_on": "2026-03-01", "phone": "13800001111",
        "unit": cast.team.pk, "role": "consultant",
    }  # fmt: skip
    answer = faces["hr"].post("/people/new", form)
    assert (answer.status_code, answer.url) == (302, "/people/at/NEW1")
    assert posts(Person.objects.get(number="NEW1")) == [
        ("T1", "consultant", date(2026, 3, 1), None)
    ]
    assert AuditEntry.objects.filter(verb="people.hire").count() == 1


def test_a_taken_number_is_said_and_the_input_is_kept(faces, cast):
    form = {
        "number": "ZHANG", "name": "高飞", "hired_on": "2026-03-01",
        "unit": cast.team.pk, "role": "consultant",
    }  # fmt: skip
    answer = faces["hr"].post("/people/new", form)
    assert answer.status_code == 422
    assert "already used by “张伟”" in answer.text
    assert 'value="高飞"' in answer.text
    assert Person.objects.filter(name="高飞").count() == 0


def test_a_move_ends_the_old_post_and_starts_the_new_one(faces, cast):
    form = {"unit": cast.other_team.pk, "role": "consultant", "since": "2026-03-10"}
    answer = faces["hr"].post("/people/at/ZHANG/move", form)
    assert answer.status_code == 302
    assert posts(cast.people["zhang"]) == [
        ("T1", "consultant", date(2020, 1, 1), date(2026, 3, 10)),
        ("T2", "consultant", date(2026, 3, 10), None),
    ]


def test_nobody_gives_himself_a_post(faces, cast):
    form = {"unit": cast.group.pk, "role": "group_manager", "since": "2026-03-10"}
    answer = faces["hr"].post("/people/at/HR/appoint", form)
    assert answer.status_code == 422
    assert "Nobody gives himself a post" in answer.text
    assert len(posts(cast.people["hr"])) == 1


def test_forms_that_end_a_post_say_which_day_is_meant(faces):
    for slug, day in (("end", "The day after the last day worked in this post."),
                      ("leave", "The day after the last day worked.")):  # fmt: skip
        assert day in faces["hr"].get(f"/people/at/LI/{slug}").text


def test_who_leaves_loses_posts_and_account(faces, cast):
    assert faces["hr"].post("/people/at/LI/leave", {"on": "2026-03-15"}).status_code == 302
    assert [row[3] for row in posts(cast.people["li"])] == [date(2026, 3, 15)]
    assert User.objects.get(username="li").is_active is False
    page = faces["hr"].get("/people/at/LI")
    assert page.context["timeline"][0].at.endswith(" – 2026-03-14")
    told = " ".join(re.sub("<[^>]+>", " ", page.text).split())
    assert "First day away 2026-03-15" in told
    faces["hr"].cookies["language"] = "zh-hans"
    assert "离职首日" in faces["hr"].get("/people/at/LI").text


def said_of(page):
    return " ".join(re.sub("<[^>]+>", " ", page.text).split())


def test_a_leaver_is_told_with_his_last_day(faces, cast):
    hr = faces["hr"]
    hr.post("/people/at/LI/leave", {"on": "2026-03-05"})
    Post.objects.filter(person=cast.people["wang"]).update(until=date(2026, 3, 3))
    left = "Left, last day worked 2026-03-04"
    out = "Out of post, last day worked 2026-03-02; leaving not entered"
    assert left in said_of(hr.get("/people/at/LI"))
    assert "/people/at/LI/leave" not in hr.get("/people/at/LI").text
    assert out in said_of(hr.get("/people/at/WANG"))
    assert 'value="2026-03-03"' in hr.get("/people/at/WANG/leave").text
    gone, stay = hr.get("/people?working=0"), hr.get("/people?working=1")
    assert left in said_of(gone)
    assert out in said_of(gone)
    assert "/people/at/WANG" not in stay.text
    assert "/people/at/HR" in stay.text
    assert "/people/at/HR" not in gone.text


def test_a_weak_first_password_is_explained_at_its_field(faces, cast):
    User.objects.filter(username="wang").delete()
    address = "/people/at/WANG/open-account"
    weak = faces["administrator"].post(address, {"username": "wang", "password": "password12"})
    assert weak.status_code == 422
    assert 'id="id_password_faults"' in weak.text
    right = {"username": "wang", "password": "Right-password-1"}
    assert faces["administrator"].post(address, right).status_code == 302
    assert User.objects.get(username="wang").person == cast.people["wang"]


MANAGERS = ("manager", "far_manager", "region_head", "group_manager")


def next_step(answer):
    """The link of the next step that a page names, with its text."""
    found = re.search(r'role="note">.*?<a href="([^"]+)">([^<]+)</a>', answer.text, re.DOTALL)
    return found.groups() if found else None


def test_an_administrator_is_led_to_the_first_managers_account(faces, cast):
    admin = faces["administrator"]
    assert next_step(admin.get("/people")) is None
    User.objects.filter(username__in=MANAGERS).delete()
    url = "/people/at/FAR_MANAGER/open-account"
    assert next_step(admin.get("/people")) == (url, "Open an account for 杨帆")
    assert admin.get(url).status_code == 200
    assert next_step(faces["hr"].get("/people")) is None
    given = {"username": "yangfan", "password": "Right-password-1"}
    assert admin.post(url, given).status_code == 302
    assert next_step(admin.get("/people")) is None


def test_an_administrator_is_led_to_people_and_before_them_to_outlets(faces, cast):
    admin = faces["administrator"]
    Post.objects.filter(person__in=[cast.people[role] for role in MANAGERS]).delete()
    assert next_step(admin.get("/people")) == ("/imports/new/people", "Import people")
    Post.objects.exclude(person=cast.people["administrator"]).delete()
    Unit.objects.filter(kind="team").delete()
    Unit.objects.filter(kind="outlet").delete()
    assert next_step(admin.get("/people")) == ("/imports/new/outlets", "Import outlets")


@pytest.mark.parametrize("role", ["zhang", "manager", "finance", "auditor"])
def test_others_may_neither_open_nor_send_the_forms(faces, cast, role):
    for address in ("/people/new", "/people/new-unit", "/people/at/LI/leave"):
        if faces[role].get("/people/at/LI").status_code == 404 and "LI" in address:
            continue
        assert faces[role].get(address).status_code == 403
        assert faces[role].post(address, {"on": "2026-03-15"}).status_code == 403
    assert User.objects.get(username="li").is_active is True


def test_the_audit_is_for_auditors_and_says_who_did_what(faces, cast):
    faces["hr"].post("/people/at/LI/leave", {"on": "2026-03-15"})
    answers = {r: faces[r].get("/audit").status_code for r in ROLES if r not in ("operator", "li")}
    assert answers == {r: 200 if r == "auditor" else 404 for r in answers}
    listed = faces["auditor"].get("/audit").text
    assert "Person left" in listed
    assert "冯雪" in listed
    entry = AuditEntry.objects.get(verb="people.leave")
    told = faces["auditor"].get(f"/audit/{entry.pk}").text
    assert "2026-03-15" in told
    assert faces["manager"].get(f"/audit/{entry.pk}").status_code == 404


def test_a_list_asks_as_much_of_the_database_for_one_as_for_all(faces, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(address):
        with CaptureQueriesContext(connection) as seen:
            faces["hr"].get(address)
        return len(seen)

    asked("/people")
    assert asked("/people?q=zhang") == asked("/people")


def test_an_administrator_sets_the_zone_of_an_outlet(faces, cast):
    url = f"/people/units/{cast.outlet.pk}/edit"
    assert url in faces["administrator"].get("/people/organisation").text
    assert url not in faces["manager"].get("/people/organisation").text
    assert faces["administrator"].get(url).context["form"]["timezone"].value() == "Asia/Shanghai"
    body = {"name": "北一店", "city": "伊宁", "timezone": "Asia/Urumqi", "version": "1"}
    assert faces["manager"].post(url, body).status_code == 403
    assert faces["administrator"].post(url, {**body, "timezone": "Mars"}).status_code == 422
    assert faces["administrator"].post(url, body).status_code == 302
    assert faces["administrator"].post(url, {**body, "city": "x"}).status_code == 409
    cast.outlet.refresh_from_db()
    assert (cast.outlet.timezone, cast.outlet.city) == ("Asia/Urumqi", "伊宁")


def test_a_leaving_entered_by_mistake_is_taken_back_with_the_posts_that_are_ticked(faces, cast):
    hr, li = faces["hr"], cast.people["li"]
    assert "/people/at/LI/stay" not in hr.get("/people/at/LI").text
    hr.post("/people/at/LI/leave", {"on": "2026-03-15"})
    page = hr.get("/people/at/LI")
    assert "/people/at/LI/stay" in page.text
    assert "/people/at/LI/appoint" in page.text
    settle = page.context["settle_url"]
    assert settle == "/pay/settlements/new?outlet=N1&person=LI"
    assert hr.get(settle).context["form"]["person"].value() == "LI"
    assert faces["administrator"].get("/people/at/LI").context["settle_url"] == ""
    form = hr.get("/people/at/LI/stay").text
    assert "北一店 · 一组" in form
    [post] = li.posts.all()
    assert re.search(rf'name="posts"[^>]*value="{post.pk}"[^>]*checked', form)
    assert hr.post("/people/at/LI/stay", {"posts": [post.pk]}).status_code == 302
    assert [row[3] for row in posts(li)] == [None]
    assert User.objects.get(username="li").is_active is True


def test_a_post_that_is_to_end_is_named_with_the_outlet_of_its_team(faces):
    form = faces["hr"].get("/people/at/LI/end").context["form"]
    [(_id, label)] = form.fields["post"].choices
    assert label.endswith(" 北一店 · 一组")


def test_an_administrator_opens_an_account_again(faces):
    admin, url = faces["administrator"], "/people/at/LI/reopen-account"
    assert url not in admin.get("/people/at/LI").text
    assert admin.post("/people/at/LI/close-account", {"version": 1}).status_code == 302
    assert User.objects.get(username="li").is_active is False
    assert url in admin.get("/people/at/LI").text
    assert url not in faces["hr"].get("/people/at/LI").text
    assert admin.post(url, {"version": 1}).status_code == 302
    assert User.objects.get(username="li").is_active is True
