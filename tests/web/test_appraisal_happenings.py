"""Talks, violations, improvements, appeals and delegation on their pages."""

import re
from datetime import date

import pytest
from django.urls import reverse

from appraisal_floor import Cycled
from beginnings import begun
from cast import AT, packed_cast
from cheji.actions import appraisals as act
from cheji.records import models as m

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 25)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


def february():
    cast = packed_cast()
    cast.cycled = Cycled(cast)
    return cast


@pytest.fixture
def cast(db):
    with begun(february) as made:
        yield made


@pytest.fixture
def cycled(cast):
    return cast.cycled


def page_of(cycled, who, part=""):
    return f"/appraisals/{cycled.of(who).pk}{part}"


def shown(faces, address):
    """Who of the cast finds a page there."""
    cast = ("zhang", "li", "lead", "manager", "far_manager", "region_head", "hr", "care", "stock")
    return {role for role in cast if faces[role].get(address).status_code == 200}


def test_a_talk_is_written_down_read_and_confirmed(faces, cycled):
    about = f"outlet=N1&person=ZHANG&appraisal={cycled.of('zhang').pk}"
    given = {
        "kind": "coaching",
        "on_date": "2026-03-20",
        "text": "开场白过长",
        "agreed": "每天复盘",
    }
    empty = faces["lead"].post(f"/talks/new?{about}", {**given, "text": ""})
    assert (empty.status_code, "每天复盘" in empty.text) == (422, True)
    late = faces["lead"].post(f"/talks/new?{about}", {**given, "on_date": "2026-03-29"})
    assert (late.status_code, "开场白过长" in late.text) == (422, True)
    from_drawer = {"headers": {"Cheji-Part": "drawer"}}
    kept = faces["lead"].post(f"/talks/new?{about}", {**given, "text": ""}, **from_drawer)
    assert (kept.status_code, "每天复盘" in kept.text, "<html" in kept.text) == (422, True, False)
    done = faces["lead"].post(f"/talks/new?{about}", {**given, "kpi": "sales_units"}, **from_drawer)
    assert (done.status_code, done.has_header("Location")) == (200, False)
    assert done.headers["Cheji-Next"] == page_of(cycled, "zhang")
    talk = m.Talk.objects.get()
    address = f"/talks/{talk.pk}"
    assert shown(faces, address) == {"zhang", "lead", "manager", "region_head", "hr"}
    assert "I have read it" not in faces["lead"].get(address).text
    assert "I have read it" in faces["zhang"].get(address).text
    assert faces["zhang"].post(f"{address}/seen").url == address
    assert m.Talk.objects.get().seen_at is not None
    for role in ("zhang", "care", "stock"):
        assert faces[role].get(f"/talks/new?{about}").status_code in (403, 404)
    assert faces["far_manager"].get(f"/talks/new?{about}").status_code == 404
    assert faces["lead"].get("/talks/new?outlet=N1&person=NOBODY").status_code == 404
    told = m.Message.objects.get(kind="talks.logged")
    assert faces["zhang"].post(reverse("inbox-read", args=[told.pk]), {"open": "1"}).url == address


def test_a_violation_is_reported_answered_and_decided_by_three(faces, cycled):
    form = "/violations/new?outlet=N1&person=ZHANG"
    who = str(cycled.cast.people["zhang"].pk)
    given = {
        "person": who, "on_date": "2026-02-10", "code": "late_record", "text": "次日才录入",
        "evidence": "录入时间",
    }  # fmt: skip
    wrong = faces["lead"].post(form, {**given, "code": "nothing"})
    assert (wrong.status_code, "次日才录入" in wrong.text) == (422, True)
    made = faces["lead"].post(form, given)
    address = f"/violations/{m.Violation.objects.get().pk}"
    assert made.url == address
    assert shown(faces, address) == {"zhang", "lead", "manager", "region_head", "hr"}
    deeds = {
        role: set(re.findall(rf'href="{address}/(\w+)"', faces[role].get(address).text))
        for role in ("zhang", "lead", "manager", "hr")
    }
    assert deeds == {
        "zhang": {"answer"}, "lead": set(), "manager": {"hear", "decide"}, "hr": {"hear", "decide"},
    }  # fmt: skip
    assert "刘洋" not in faces["zhang"].get(address).text
    assert "刘洋" in faces["manager"].get(address).text
    item = faces["zhang"].get(page_of(cycled, "zhang", "/item/discipline")).text
    assert "Not counted: nobody has decided on it yet" in item
    assert f'href="{address}"' in item
    early = faces["manager"].post(f"{address}/decide", {"proven": "1", "decision": "属实"})
    assert (early.status_code, "属实" in early.text) == (422, True)
    assert faces["zhang"].post(f"{address}/answer", {"says": "系统故障"}).url == address
    alone = faces["lead"].post(f"{address}/decide", {"proven": "1", "decision": "x"})
    assert alone.status_code == 403
    done = faces["manager"].post(f"{address}/decide", {"proven": "1", "decision": "属实"})
    assert done.url == address
    assert m.Violation.objects.get().state == "decided"
    assert "late_record" not in faces["zhang"].get(address).text
    why = faces["zhang"].get(page_of(cycled, "zhang", "/item/discipline")).text
    assert "-1.00" in why.replace("−", "-")
    assert f'href="{address}"' in why
    for role in ("zhang", "stock"):
        assert faces[role].get("/violations/new").status_code == 403
    assert faces["care"].get(form).status_code == 200


def test_somebody_at_a_region_is_reported_from_above(faces, cast):
    form = "/violations/new?outlet=N&person=REGION_HEAD"
    page = faces["hr"].get(form)
    assert [name for name, _label, here in page.context["outlets"] if here] == ["N"]
    assert page.context["form"]["person"].value() == str(cast.people["region_head"].pk)
    for role in ("manager", "lead", "region_head"):
        assert faces[role].get(form).status_code == 404
    given = {
        "person": str(cast.people["region_head"].pk), "on_date": "2026-02-10", "code": "kickback",
        "text": "收受回扣",
    }  # fmt: skip
    address = faces["hr"].post(form, given).url
    assert shown(faces, address) == {"region_head", "hr"}
    deeds = re.findall(rf'href="{address}/(\w+)"', faces["group_manager"].get(address).text)
    assert set(deeds) == {"hear", "decide"}


def test_improvements_are_agreed_and_ended(faces, cycled):
    form = page_of(cycled, "zhang", "/improve")
    past = faces["lead"].post(form, {"text": "话术演练", "until": "2026-03-01"})
    assert (past.status_code, "话术演练" in past.text) == (422, True)
    assert faces["lead"].post(form, {"text": "话术演练", "until": "2026-05-01"}).status_code == 302
    address = f"/developments/{m.Development.objects.get().pk}"
    assert shown(faces, address) == {"zhang", "lead", "manager", "region_head", "hr"}
    assert faces["zhang"].post(f"{address}/done", {"note": "x"}).status_code == 403
    assert faces["lead"].post(f"{address}/done", {"note": "已达成"}).url == address
    assert m.Development.objects.get().state == "done"
    assert faces["zhang"].get(form).status_code == 403
    assert faces["far_manager"].get(form).status_code == 404


def test_an_appeal_is_made_against_an_item_and_taken_back(faces, cycled):
    cycled.published()
    form = page_of(cycled, "zhang", "/do/appeal")
    page = faces["zhang"].get(page_of(cycled, "zhang"))
    assert "Appeals are open for" in page.text
    assert faces["lead"].get(page_of(cycled, "zhang")).text.count("/do/appeal") == 0
    assert faces["lead"].post(form, {"item": "sales_units", "text": "x"}).status_code == 422
    blank = faces["zhang"].post(form, {"item": "sales_units", "text": "", "evidence": "合同"})
    assert (blank.status_code, "合同" in blank.text) == (422, True)
    faces["zhang"].post(form, {"item": "sales_units", "text": "漏计一台"})
    appeal = m.Appeal.objects.get()
    assert (appeal.item, appeal.state, appeal.text) == ("sales_units", "open", "漏计一台")
    page = faces["zhang"].get(page_of(cycled, "zhang"))
    assert "漏计一台" in page.text
    back = page_of(cycled, "zhang", f"/appeals/{appeal.pk}/withdraw")
    assert faces["li"].post(back).status_code == 404
    assert faces["zhang"].post(back).status_code == 302
    assert m.Appeal.objects.get().state == "withdrawn"


def test_a_task_is_delegated_skipped_and_opened_again_with_a_reason(faces, cycled):
    cycled.go("manager")
    task = m.StepTask.objects.get(appraisal=cycled.of("zhang"), step="manager", part="manager")
    address = f"/appraisals/tasks/{task.pk}"
    form = faces["lead"].get(f"{address}/delegate")
    boss = str(cycled.cast.people["manager"].pk)
    assert f'value="{boss}"' in form.text
    assert f'value="{cycled.cast.people["zhang"].pk}"' not in form.text
    assert faces["lead"].post(f"{address}/delegate", {"to": boss, "why": ""}).status_code == 422
    faces["lead"].post(f"{address}/delegate", {"to": boss, "why": "休假"})
    assert m.StepTask.objects.get(pk=task.pk).delegate_id == int(boss)
    assert faces["manager"].get(page_of(cycled, "zhang", "/marks")).status_code == 200
    assert faces["lead"].post(f"{address}/skip", {"why": "x"}).status_code == 403
    assert faces["hr"].post(f"{address}/skip", {"why": "离职"}).status_code == 302
    assert m.StepTask.objects.get(pk=task.pk).way == "skipped"
    assert faces["hr"].post(f"{address}/reopen", {"why": "返岗"}).status_code == 302
    assert m.StepTask.objects.get(pk=task.pk).way == ""
    assert faces["far_manager"].get(f"{address}/skip").status_code == 404


def test_raters_and_potential_are_named_by_the_manager(faces, cast):
    cycled = Cycled(cast, name="二月再评", left_out=("reviewing", "calibrating"))
    cycled.go("manager")
    raters, place = (page_of(cycled, "zhang", f"/do/{slug}") for slug in ("raters", "place"))
    who = str(cast.people["li"].pk)
    manager = str(cast.people["lead"].pk)
    assert faces["lead"].post(raters, {"peer": [manager]}).status_code == 422
    offered = [
        number for number, _name in faces["lead"].get(raters).context["form"]["peer"].field.choices
    ]
    assert offered == [str(cast.people[one].pk) for one in ("li", "wang")]
    assert faces["lead"].post(raters, {"peer": [who]}).status_code == 302
    assert faces["lead"].get(raters).context["form"]["peer"].initial == [who]
    named = m.StepTask.objects.get(appraisal=cycled.of("zhang"), part="peer")
    assert (named.owner_id, named.step) == (int(who), "peers")
    assert faces["lead"].post(place, {"potential": "3", "why": "可带队"}).status_code == 302
    assert m.Placement.objects.get().potential == 3
    for slug in (raters, place):
        assert faces["zhang"].get(slug).status_code == 403
        assert faces["far_manager"].get(slug).status_code == 404


def test_the_queue_of_cases_names_the_item_and_the_quarter_of_an_appeal(faces, cast):
    cycled = Cycled(cast, name="四季", grain="quarter", period=20254).published()
    who = cycled.of("zhang").pk
    act.appeal(
        by=cast["zhang"], at=AT, appraisal=who, item="teamwork", text="漏记", evidence="照片"
    )
    page = faces["zhang"].get("/pay/cases?state=all")
    assert (page.status_code, re.findall(r"Teamwork|Q4 2025", page.text)) == (
        200, ["Teamwork", "Q4 2025"],
    )  # fmt: skip
