"""Pages of the appraisal cycle for the person and his manager: who sees what, what is kept."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal_floor import Cycled
from beginnings import begun
from cast import AT
from cheji.actions import appraisals as act
from cheji.facts.kept import SHELF
from cheji.records import models as m
from reads.world import packed_world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 25)
ROW = re.compile(r'data-href="/appraisals/(\d+)"')


def march():
    """The cast's March as a cycle of the group, with peers."""
    world = packed_world()
    world.cycled = Cycled(
        world.cast, unit="group", name="三月", period=202603, left_out=("reviewing", "calibrating")
    )
    return world


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


@pytest.fixture
def world(db):
    with begun(march) as made:
        yield made


@pytest.fixture
def cast(world):
    return world.cast


@pytest.fixture
def cycled(world):
    return world.cycled


def url(cycled, who, part=""):
    return f"/appraisals/{cycled.of(who).pk}{part}"


def on_page(answer, name):
    """The value of a named field as the page shows it."""
    tag = re.search(rf'<(?:input|textarea)[^>]*name="{re.escape(name)}"[^>]*>([^<]*)', answer.text)
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag.group(0))
    return value.group(1) if value else tag.group(1)


# -- who sees what ---------------------------------------------------------------------------------

WHOLE = {
    "zhang": {"zhang"}, "lead": {"zhang", "li"}, "manager": {"zhang", "li", "wang"},
    "far_manager": {"far_consultant"}, "region_head": {"zhang", "li", "wang"},
    "hr": {"zhang", "li", "wang", "far_consultant"}, "care": set(), "stock": set(),
    "marketing": set(), "administrator": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", WHOLE)
def test_an_appraisal_out_of_scope_is_as_if_it_were_not_there(faces, cycled, role):
    people = ("zhang", "li", "wang", "far_consultant")
    for part in ("", "/item/total", "/item/sales_units", "/terms"):
        found = {
            who for who in people if faces[role].get(url(cycled, who, part)).status_code == 200
        }
        assert found == WHOLE[role], part


def test_everybody_comes_to_his_own_and_to_his_people(faces, cycled):
    assert faces["zhang"].get("/appraisals/mine").url == url(cycled, "zhang")
    assert faces["hr"].get("/appraisals/mine").status_code == 200
    people = {
        role: set(ROW.findall(faces[role].get("/appraisals/team").text))
        for role in ("lead", "manager", "far_manager")
    }
    ids = {who: str(cycled.of(who).pk) for who in ("zhang", "li", "wang", "far_consultant")}
    assert people == {
        "lead": {ids["zhang"], ids["li"]}, "manager": {ids["zhang"], ids["li"], ids["wang"]},
        "far_manager": {ids["far_consultant"]},
    }  # fmt: skip
    assert faces["far_manager"].get("/appraisals/team?outlet=N1").status_code == 404


def test_of_several_cycles_that_opens_in_which_something_is_to_be_done(faces, cycled):
    later = Cycled(cycled.cast, unit="group", name="四月", period=202604)

    def opened():
        team = faces["lead"].get("/appraisals/team").context["cycle_url"]
        return faces["zhang"].get("/appraisals/mine").url, team

    assert opened() == (url(later, "zhang"), f"/appraisals/cycles/{later.id}")
    cycled.advance()
    assert opened() == (url(cycled, "zhang"), f"/appraisals/cycles/{cycled.id}")


def test_the_board_takes_as_many_queries_for_one_as_for_all(faces, cycled):
    def asked():
        SHELF.clear()
        with CaptureQueriesContext(connection) as seen:
            assert faces["manager"].get("/appraisals/team").status_code == 200
        return len(seen)

    cycled.go("self")
    asked()  # definitions are built once
    three = asked()
    m.Appraisal.objects.exclude(pk=cycled.of("zhang").pk).update(
        outlet=cycled.cast.far, manager=None
    )
    assert asked() == three


# -- terms -----------------------------------------------------------------------------------------


def test_terms_are_set_with_goals_that_weigh_100_and_agreed_over_what_was_shown(faces, cycled):
    page = url(cycled, "zhang", "/terms")
    cycled.advance()
    wrong = {
        "target-sales_units": "abc", "text-work_goals.g1": "整理展厅", "weight-work_goals.g1": "60",
        "text-work_goals.g2": "带教新人",
    }  # fmt: skip
    answer = faces["lead"].post(page, wrong)
    assert answer.status_code == 422
    assert [on_page(answer, name) for name in wrong] == list(wrong.values())
    assert answer.text.count("<li>") >= 2
    assert "add up to 60" in answer.text
    assert "“带教新人” has no weight." in answer.text
    right = {
        **wrong, "target-sales_units": "6", "text-work_goals.g2": "带教新人",
        "weight-work_goals.g2": "40",
    }  # fmt: skip
    assert faces["lead"].post(page, right).url == url(cycled, "zhang")
    held = m.AppraisalItem.objects.filter(appraisal=cycled.of("zhang"))
    assert held.get(item="sales_units").target == 60_000
    assert set(held.exclude(goal="").values_list("text", "weight")) == {
        ("整理展厅", 600_000), ("带教新人", 400_000),
    }  # fmt: skip
    digest = on_page(faces["zhang"].get(url(cycled, "zhang")), "digest")
    faces["lead"].post(page, {**right, "target-sales_units": "7", "version": "2"})
    stale = faces["zhang"].post(url(cycled, "zhang", "/agree"), {"digest": digest})
    assert stale.status_code == 422
    assert not cycled.of("zhang").person_agreed_at
    digest = on_page(stale, "digest")
    unknowing = faces["zhang"].post(url(cycled, "zhang", "/agree"), {"digest": digest})
    assert (unknowing.status_code, unknowing.context["aimless"]) == (422, "Sales")
    knowing = {"digest": digest, "aimless": "1"}
    done = faces["zhang"].post(url(cycled, "zhang", "/agree"), knowing)
    assert done.status_code == 302
    assert cycled.of("zhang").person_agreed_at


def test_a_stale_page_of_terms_is_refused_and_keeps_what_was_typed(faces, cycled):
    cycled.advance()
    page = url(cycled, "zhang", "/terms")
    version = on_page(faces["lead"].get(page), "version")
    faces["lead"].post(page, {"target-sales_units": "5", "version": version})
    answer = faces["lead"].post(page, {"target-sales_units": "8", "version": version})
    assert answer.status_code == 409
    assert on_page(answer, "target-sales_units") == "8"
    again = {"target-sales_units": "8", "version": on_page(answer, "version")}
    assert faces["lead"].post(page, again).status_code == 302
    held = m.AppraisalItem.objects.get(appraisal=cycled.of("zhang"), item="sales_units")
    assert held.target == 80_000


def test_a_revision_at_mid_term_needs_a_reason_and_keeps_what_was(faces, cast):
    cycled = Cycled(cast, name="三月回顾", period=202603, left_out=("peers", "calibrating"))
    cycled.advance()
    page = url(cycled, "zhang", "/terms")
    faces["lead"].post(page, {"target-sales_units": "6"})
    cycled.go("reviewing")
    wanted = {"target-sales_units": "5"}
    silent = faces["lead"].post(page, wanted)
    assert (silent.status_code, on_page(silent, "target-sales_units")) == (422, "5")
    assert faces["lead"].post(page, {**wanted, "why": "门店装修两周"}).status_code == 302
    shown = faces["zhang"].get(url(cycled, "zhang")).text
    assert "— / 6 / — → — / 5 / —" in shown
    assert "门店装修两周" in shown
    assert "Agree to the terms" in shown
    goal = {"text-work_goals.g1": "整理展厅", "weight-work_goals.g1": "100", "why": "补充"}
    faces["lead"].post(page, goal)
    faces["lead"].post(page, {**goal, "drop-work_goals.g1": "1", "why": "项目取消"})
    told = faces["zhang"].get(url(cycled, "zhang")).context["revisions"]
    assert [(change, why) for _item, change, why, _at in told[-2:]] == [
        ("— → 整理展厅 (100)", "补充"), ("整理展厅 (100) → —", "项目取消"),
    ]  # fmt: skip


def test_open_improvements_are_offered_for_the_terms(faces, cycled):
    what = act.Improvement("邀约话术每周演练", date(2026, 5, 1))
    made = act.plan_development(
        by=cycled.cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, what=what
    )
    cycled.advance()
    code = f"work_goals.d{made.id}"
    answer = faces["lead"].get(url(cycled, "zhang", "/terms"))
    assert on_page(answer, f"text-{code}") == "邀约话术每周演练"
    faces["lead"].post(
        url(cycled, "zhang", "/terms"), {f"text-{code}": what.text, f"weight-{code}": "100"}
    )
    again = faces["lead"].get(url(cycled, "zhang", "/terms"))
    assert again.text.count(what.text) == 1
    assert faces["zhang"].get(url(cycled, "zhang")).text.count(what.text) == 2


# -- marks -----------------------------------------------------------------------------------------


def sent(client, page, **given):
    return client.post(page, json.dumps(given), content_type="application/json")


def test_a_mark_is_saved_as_it_is_typed_and_refused_out_of_range(faces, cycled):
    cycled.go("self")
    key = f"{cycled.of('zhang').pk}.teamwork"
    page = url(cycled, "zhang", "/mark")
    done = sent(faces["zhang"], page, key=key, mark="85.5", comment="好", version="0")
    assert done.json() == {
        "ok": True,
        "version": 1,
        "message": "Saved",
        "meanwhile": "",
        "files": "",
    }
    kept = m.Evaluation.objects.get()
    assert (kept.mark, kept.comment) == (855_000, "好")
    wrong = sent(faces["zhang"], page, key=key, mark="120", version="1").json()
    assert (wrong["ok"], wrong["version"]) == (False, 1)
    stale = sent(faces["zhang"], page, key=key, mark="70", version="0").json()
    assert (stale["ok"], stale["version"], stale["meanwhile"]) == (False, 1, "85.5 · 好")
    assert sent(faces["zhang"], page, key="1.x", mark="70").status_code == 404
    assert faces["zhang"].post(page, "[", content_type="application/json").status_code == 404
    assert m.Evaluation.objects.get().mark == 855_000


def test_a_form_keeps_what_was_typed_when_refused_and_says_where(faces, cycled):
    cycled.go("self")
    key = f"{cycled.of('zhang').pk}.teamwork"
    form = url(cycled, "zhang", "/marks")
    given = {f"mark-{key}": "九十", f"comment-{key}": "协作", "submit": "1"}
    answer = faces["zhang"].post(form, given)
    assert answer.status_code == 422
    assert (on_page(answer, f"mark-{key}"), on_page(answer, f"comment-{key}")) == ("九十", "协作")
    assert not m.Evaluation.objects.exists()
    faces["zhang"].post(form, {f"mark-{key}": "80"})
    stale = faces["zhang"].post(form, {f"mark-{key}": "81", f"version-{key}": "0"})
    assert stale.status_code == 409
    assert on_page(stale, f"mark-{key}") == "81"
    assert on_page(stale, f"version-{key}") == "1"
    missing = faces["li"].post(url(cycled, "li", "/marks"), {"submit": "1"})
    assert missing.status_code == 422
    done = faces["zhang"].post(form, {"submit": "1"})
    assert done.status_code == 302
    late = faces["zhang"].post(form, {f"mark-{key}": "99", f"version-{key}": "1"})
    assert late.status_code == 422
    assert on_page(late, f"mark-{key}") == "99"
    assert m.Evaluation.objects.get().mark == 800_000


def test_what_does_not_fit_is_refused_at_its_line_and_kept(faces, cycled):
    """A browser counts the end of a line as one character and sends two."""
    cycled.go("self")
    key = f"{cycled.of('zhang').pk}.teamwork"
    form = url(cycled, "zhang", "/marks")
    fits = "\r\n".join(["好" * 1000, "好" * 999])
    assert faces["zhang"].post(form, {f"comment-{key}": fits}).status_code == 302
    assert m.Evaluation.objects.get().comment == fits.replace("\r\n", "\n")
    for name, text in (("comment", "长" * 2001), ("comment", "a\0b")):
        given = {f"{name}-{key}": text, f"version-{key}": "1"}
        answer = faces["zhang"].post(form, given)
        assert answer.status_code == 422, name
        assert on_page(answer, f"{name}-{key}") == text, name
    assert "Comment: the text has 2001 characters, at most 2000 are kept" in faces["zhang"].post(
        form, {f"comment-{key}": "长" * 2001, f"version-{key}": "1"}
    ).text  # fmt: skip
    page = url(cycled, "zhang", "/mark")
    for text in ("\ud800", "\0", "长" * 2001):
        said = sent(faces["zhang"], page, key=key, comment=text, version="1").json()
        assert (said["ok"], said["version"]) == (False, 1)
    assert m.Evaluation.objects.get().version == 1


def test_a_target_of_twenty_digits_is_refused_and_kept(faces, cycled):
    cycled.advance()
    wanted = {"target-sales_units": "9" * 20}
    answer = faces["lead"].post(url(cycled, "zhang", "/terms"), wanted)
    assert answer.status_code == 422
    assert on_page(answer, "target-sales_units") == "9" * 20
    assert "Target: this number is too large" in answer.text


def test_nobody_marks_in_anothers_place(faces, cycled):
    cycled.go("self")
    key = f"{cycled.of('zhang').pk}.teamwork"
    for role, status in (("lead", 404), ("li", 404), ("hr", 404), ("far_manager", 404)):
        assert faces[role].get(url(cycled, "zhang", "/marks")).status_code == status
        answer = sent(faces[role], url(cycled, "zhang", "/mark"), key=key, mark="1", version="0")
        assert answer.status_code == status
    assert not m.Evaluation.objects.exists()


def test_a_manager_marks_all_by_item_and_sees_what_they_gave_themselves(faces, cycled):
    cycled.go("manager")
    form = f"/appraisals/cycles/{cycled.id}/marks"
    answer = faces["lead"].get(form)
    keys = [f"{cycled.of(who).pk}.teamwork" for who in ("zhang", "li")]
    assert [on_page(answer, f"mark-{key}") for key in keys] == ["", ""]
    assert answer.text.count("Self-evaluation: 80") == 2
    faces["lead"].post(f"{form}?item=teamwork", {f"mark-{key}": "90" for key in keys})
    assert list(m.Evaluation.objects.filter(mark=900_000).values_list("item", flat=True)) == [
        "teamwork", "teamwork",
    ]  # fmt: skip
    assert faces["care"].get(form).status_code == 404
    assert faces["lead"].post(form, {"submit": "1"}).url == f"/appraisals/team?cycle={cycled.id}"
    done = m.StepTask.objects.filter(step="manager", way="done")
    assert set(done.values_list("appraisal__person__number", flat=True)) == {"ZHANG", "LI"}


def test_a_peer_sees_his_form_and_nothing_else(faces, cycled):
    act.name_raters(
        by=cycled.cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, part="peer",
        people=[cycled.cast.people["li"].pk],
    )  # fmt: skip
    cycled.go("peers")
    assert faces["li"].get(url(cycled, "zhang")).url == url(cycled, "zhang", "/marks")
    answer = faces["li"].get(url(cycled, "zhang", "/marks"))
    names = re.findall(r'name="mark-\d+\.(\w+)"', answer.text)
    assert (names, "sales_units" in answer.text) == (["teamwork"], False)
    for part in ("/item/total", "/terms"):
        assert faces["li"].get(url(cycled, "zhang", part)).status_code == 404


def test_what_others_gave_is_shown_to_the_person_once_it_is_published(faces, cycled):
    cycled.go("peers")
    before = faces["zhang"].get(url(cycled, "zhang"))
    assert before.status_code == 200
    assert "Marks that others give you" in before.text
    boss = faces["lead"].get(url(cycled, "zhang"))
    parts = [re.findall(r">(Manager|Oneself)<", page.text) for page in (before, boss)]
    assert ("Manager" in parts[0], "Manager" in parts[1]) == (False, True)
