"""Screens of message settings and group robots: who opens them, and what they never show."""

import pytest

from cast import AT
from cheji.actions import messages, sending
from cheji.records import models as m
from cheji.records.message_types import TYPES

KEY, SECRET = "0123456789abcdef-key", "SEC0123456789abcdef"
ADDRESS = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"


def given(cast, **more):
    return {
        "unit": cast.outlet.pk, "provider": "dingtalk", "name": "销售群", "address": ADDRESS,
        "secret": SECRET, "types": ["leads"], "active": "on", **more,
    }  # fmt: skip


def declared(faces, cast):
    answer = faces["manager"].post("/robots/new", given(cast))
    return m.Robot.objects.get(), answer


def test_a_manager_declares_a_robot_tests_it_and_sees_why_it_failed(faces, cast):
    row, answer = declared(faces, cast)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/robots/{row.pk}")
    assert faces["manager"].post(f"/robots/{row.pk}/test").status_code == 302
    post = sending.claim_post(robot=row.pk, at=AT.replace(year=2100))
    wrong = sending.Outcome("failed", "310000 sign not match")
    sending.ended_post(post=post, outcome=wrong, at=AT)
    for page in ("/robots", f"/robots/{row.pk}"):
        text = faces["manager"].get(page).text
        assert ("310000 sign not match" in text, KEY in text, SECRET in text) == (
            True,
            False,
            False,
        )
    listed = faces["manager"].get("/robots").context["table"].rows
    assert [row.cells[4:6] for row in listed] == [[0, 1]]


def test_what_cannot_be_declared_is_said_at_its_field_and_no_secret_comes_back(faces, cast):
    page = faces["manager"].post("/robots/new", given(cast, address="https://evil.example/x"))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["address"])
    assert SECRET not in page.text
    assert m.Robot.objects.count() == 0


def test_scores_and_pay_are_offered_once_an_administrator_allowed_them(faces, cast):
    row, _ = declared(faces, cast)
    offered = lambda: [  # noqa: E731
        code for code, _label in
        faces["manager"].get(f"/robots/{row.pk}").context["form"].fields["types"].choices
    ]  # fmt: skip
    assert {"scores", "pay"} & set(offered()) == set()
    private = f"/robots/{row.pk}/private"
    assert faces["manager"].post(private, {"allowed": "1", "seen": "1"}).status_code == 403
    assert faces["administrator"].post(private, {"allowed": "1", "seen": "1"}).status_code == 302
    assert {"scores", "pay"} <= set(offered())


@pytest.mark.parametrize("who", ["zhang", "lead", "finance", "hr", "auditor", "far_manager"])
def test_robots_are_closed_to_others(faces, cast, who):
    row, _ = declared(faces, cast)
    wanted = 404 if who == "far_manager" else 403
    assert faces[who].get(f"/robots/{row.pk}").status_code == wanted
    assert faces[who].post(f"/robots/{row.pk}/test").status_code == wanted
    assert m.Sending.objects.count() == 0
    listed = faces[who].get("/robots")
    assert "销售群" not in listed.text


def test_the_list_asks_as_often_for_one_robot_as_for_three(
    faces, cast, django_assert_max_num_queries
):
    declared(faces, cast)
    faces["manager"].get("/robots")
    counts = []
    for more in range(2):
        with django_assert_max_num_queries(60) as asked:
            faces["manager"].get("/robots")
        counts.append(len(asked))
        for name in ("二群", "三群") if not more else ():
            faces["manager"].post("/robots/new", given(cast, name=name, address=ADDRESS + name))
    assert (m.Robot.objects.count(), counts[0]) == (3, counts[1])


def test_a_person_chooses_what_comes_by_e_mail(faces, cast, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    m.User.objects.filter(username="zhang").update(email="zhang@example.cn")
    assert "zhang@example.cn" in faces["zhang"].get("/inbox/settings").text
    wanted = dict.fromkeys(TYPES, "off") | {"leads": "now", "users": "now"}
    assert faces["zhang"].post("/inbox/settings", wanted).status_code == 302
    messages.tell([cast.people["zhang"].pk], "leads.received", {"number": "L5"}, AT)
    sending.route(at=AT)
    (row,) = faces["zhang"].get("/inbox/settings").context["table"].rows
    assert (row.cells[0], row.cells[1].value) == ("Leads", "Waiting")
    assert faces["li"].get("/inbox/settings").context["table"].rows == []


def test_a_choice_that_there_is_not_is_refused_at_its_type(faces, cast):
    wanted = dict.fromkeys(TYPES, "off") | {"leads": "hourly"}
    page = faces["zhang"].post("/inbox/settings", wanted)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["leads"])
