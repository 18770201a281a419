"""The inbox: every kind of message in words, with its address; read one by one or at once."""

import re

import pytest

from cast import AT
from cheji.actions import messages
from cheji.engine.scores.cycles import BY_CODE
from cheji.records import models as m
from cheji.web import appraisal_notices
from cheji.web.notices import NOTICES

KEY = "7a0c3c1e-0000-4000-8000-000000000001"
DEFINITION = {"noun": "definition-version", "id": 7, "zh": "开关", "en": "Switch"}
RUN = {"outlet": "N1", "name": "北一店", "period": 202602}
BODIES = {
    "imports.done": ({"key": KEY, "file": "a.csv", "create": 3, "update": 2, "skipped": 1},
                     "a.csv: 3 added, 2 updated, 1 left out", f"/imports/{KEY}"),
    "imports.failed": ({"key": KEY, "file": "a.csv", "fault": {"zh": "坏", "en": "Bad."}},
                       "a.csv · Bad.", f"/imports/{KEY}"),
    "definitions.waiting": (DEFINITION, "Switch", "/definitions/versions/7"),
    "definitions.published": (DEFINITION, "Switch", "/definitions/versions/7"),
    "definitions.declined": ({**DEFINITION, "reason": "Later"}, "Switch · Later",
                             "/definitions/versions/7"),
    "prospects.assigned": ({"noun": "prospect", "id": 5, "number": "P5"}, "P5", "/prospects/5"),
    "orders.shared": ({"noun": "order", "id": 5, "number": "O5"}, "O5", "/orders/5"),
    "leads.received": ({"noun": "lead", "id": 5, "number": "L5"}, "L5", "/leads/5"),
    "runs.score": (RUN, "北一店 · Feb 2026", "/scores/ZHANG/202602?outlet=N1"),
    "runs.pay": (RUN, "北一店 · Feb 2026", "/pay/of/ZHANG/202602?outlet=N1"),
    **dict.fromkeys(
        ("pay.reviewed", "pay.approved", "pay.sent_back", "pay.disputed", "pay.withdrawn",
         "pay.decided"),
        (RUN, "北一店 · Feb 2026", "/pay?outlet=N1&period=202602"),
    ),
    "targets.set": ({"year": 2026, "kpis": ["orders"]}, "Year 2026", "/targets?year=2026"),
    "targets.to_sign": ({"year": 2026, "letter": 7}, "Year 2026", "/targets/letters/7"),
    "targets.signed": ({"year": 2026, "letter": 7, "name": "张伟"}, "Year 2026 · 张伟",
                       "/targets/letters/7"),
    "targets.proposed": ({"count": 2, "unit": "北一店"}, "北一店: 2 proposed",
                         "/targets/proposals"),
    "targets.accepted": ({"kpi": "orders", "period": 202603, "grain": "month", "answer": ""},
                         "Mar 2026", "/targets/proposals"),
    "targets.declined": ({"kpi": "orders", "period": 20261, "grain": "quarter", "answer": "低"},
                         "Q1 2026 · 低", "/targets/proposals"),
    "targets.behind": ({"kpi": "orders", "zh": "新订单", "en": "New orders", "period": 202603,
                        "points": 1250, "name": "张伟", "person": "ZHANG"},
                       "张伟, Mar 2026: 12.5 points behind time (New orders)",
                       "/targets/progress?person=ZHANG&period=202603"),
    "coaching.assigned": (
        {"noun": "coaching-task", "id": 4, "exercise": "Ring back", "due_on": "2026-03-09"},
        "Ring back, until 2026-03-09", "/coaching/4"),
    "coaching.done": ({"noun": "coaching-task", "id": 4, "exercise": "Ring back"}, "Ring back",
                      "/coaching/4"),
    "coaching.dropped": ({"noun": "coaching-task", "id": 4, "exercise": "Ring back"}, "Ring back",
                         "/coaching/4"),
    "users.set_password": ({}, "If you did not ask for it, tell your administrator.",
                           "/accounts/password/change/"),
    "users.reset_second_factor": ({}, "If you did not ask for it, tell your administrator.",
                                  "/accounts/2fa/"),
}  # fmt: skip


def told(cast, kind):
    messages.tell([cast.people["zhang"].pk], kind, BODIES[kind][0], AT)
    return m.Message.objects.latest("id")


def test_every_kind_of_message_has_words():
    assert set(BODIES) | set(appraisal_notices.TITLES) == set(NOTICES)


@pytest.mark.parametrize("kind", appraisal_notices.TITLES)
def test_a_message_of_the_cycle_names_it_and_its_step(faces, cast, kind):
    body = {"name": "Spring", "step": "self"}
    messages.tell([cast.people["zhang"].pk], kind, body, AT)
    (shown,) = faces["zhang"].get("/inbox").context["rows"]
    assert shown["text"] == f"Spring · {BY_CODE['self'].en}"
    assert str(shown["title"]) == appraisal_notices.TITLES[kind][2]


@pytest.mark.parametrize("kind", BODIES)
def test_a_message_says_what_happened_and_opens_it(faces, cast, kind):
    _, text, url = BODIES[kind]
    row = told(cast, kind)
    (shown,) = faces["zhang"].get("/inbox").context["rows"]
    assert (shown["text"], shown["url"]) == (text, url)
    answer = faces["zhang"].post(f"/inbox/{row.pk}/read", {"open": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    row.refresh_from_db()
    assert row.read_at is not None


def test_the_count_of_unread_stands_on_every_page_until_all_are_read(faces, cast):
    for kind in ("runs.pay", "runs.score"):
        told(cast, kind)
    tally = r'<span class="tally" aria-hidden="true">(\d+)</span>'
    assert re.findall(tally, faces["zhang"].get("/orders").text) == ["2"]
    faces["zhang"].post("/inbox/read")
    assert re.findall(tally, faces["zhang"].get("/orders").text) == []


def test_nobody_reads_the_message_of_another(faces, cast):
    row = told(cast, "runs.pay")
    assert faces["li"].post(f"/inbox/{row.pk}/read").status_code == 404
    assert faces["li"].get("/inbox").context["rows"] == []
    row.refresh_from_db()
    assert row.read_at is None


def test_who_is_in_a_kept_run_comes_to_his_own_page_by_the_navigation(faces, cast):
    run = m.Run.objects.create(
        kind="pay", outlet=cast.outlet, period=202602, definition="p", digest="d", mark=0,
        made_at=AT,
    )  # fmt: skip
    run.lines.create(position=1, person=cast.people["lead"], code="x", reason={})
    own = "/pay/of/LEAD/202602?outlet=N1"
    assert own in faces["lead"].get("/orders").text.replace("&amp;", "&")
    assert "/pay/" not in faces["stock"].get("/orders").text


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"against": "use", "model": "X1"},
         "张伟, Q1 2026: used up 12.5 points faster than time, less is better (orders X1)"),
        ({"against": "goal"}, "张伟, Q1 2026: 12.5 % of the goal off it (orders)"),
    ],
)  # fmt: skip
def test_being_behind_is_said_by_what_it_is_held_against(faces, cast, more, text):
    body = {"kpi": "orders", "period": 20261, "grain": "quarter", "points": 1250, "name": "张伟"}
    messages.tell([cast.people["zhang"].pk], "targets.behind", {**body, **more}, AT)
    (shown,) = faces["zhang"].get("/inbox").context["rows"]
    assert (shown["text"], shown["url"]) == (text, "/targets/progress?by=quarter&period=20261")
