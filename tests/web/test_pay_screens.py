"""Pay on the screen: who sees whose, the read's own figures, keeping and closing by four eyes."""

import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.reads import pay
from cheji.records import models as m
from cheji.records.models import AuditEntry
from cheji.web.templatetags.figures import coefficient, money
from paying import DOES, decide_all, planned
from reads.world import packed_world

TODAY = date(2026, 4, 10)
MARCH = 202603
LIST = "/pay/runs?outlet=N1&period=202603"
ALL = {"ZHANG", "LI", "WANG"}
SEES = {
    "zhang": {"ZHANG"}, "li": {"LI"}, "wang": {"WANG"}, "manager": ALL, "region_head": ALL,
    "group_manager": ALL, "finance": ALL, "hr": ALL, "auditor": ALL, "lead": set(),
    "marketing": set(), "care": set(), "stock": set(), "administrator": set(),
    "far_manager": set(),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _april(monkeypatch):
    """March is over; the cast looks back at it."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


@pytest.fixture
def cast(world):
    return world.cast


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


def door(answer, address):
    """The text of the number that opens this address."""
    found = re.search(rf'href="{re.escape(address)}" data-drawer>([^<]*)<', answer.text)
    return found.group(1) if found else None


def keep(face):
    return face.post("/pay/runs/new", {"outlet": "N1", "period": MARCH})


def onward(faces, run, *verbs):
    """The run brought on by whom the table lets."""
    for verb in verbs:
        answer = step(faces[DOES[verb]], run, verb)
        assert answer.status_code == 302, words(answer)
    run.refresh_from_db()
    return run


def step(face, run, verb):
    return face.post(f"/pay/runs/{run.pk}/do/{verb}")


# -- who sees whose ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", SEES)
def test_a_statement_is_there_only_for_whom_may_see_that_pay(faces, role):
    answers = {
        (number, tail): faces[role].get(f"/pay/of/{number}/202603{tail}").status_code
        for number in ALL
        for tail in ("", "/payable", "/unit_bonus:1")
    }
    expected = {(number, tail): 200 if number in SEES[role] else 404 for number, tail in answers}
    assert answers == expected


@pytest.mark.parametrize("role", [role for role in SEES if len(SEES[role]) != 1])
def test_the_list_names_those_whose_pay_one_sees(faces, role):
    answer = faces[role].get(LIST)
    assert answer.status_code == (200 if SEES[role] else 404)
    linked = set(re.findall(r'data-href="/pay/of/([A-Z]+)/202603\?outlet=N1"', answer.text))
    assert linked == SEES[role]


def test_each_plan_of_an_outlet_has_its_people_and_its_run(faces):
    planned(code="a_lead_pay", posts=["team_lead"])
    answer = faces["finance"].get(LIST)
    linked = re.findall(r'data-href="/pay/of/([A-Z]+)/202603\?outlet=N1"', answer.text)
    assert (set(linked), len(linked)) == (ALL | {"LEAD"}, 4)
    assert (
        re.findall(r'<th scope="col"[^>]*>\s*(Person|Consultant)\b', answer.text) == ["Person"] * 2
    )
    for plan in ("a_lead_pay", "consultant_pay"):
        posted = {"outlet": "N1", "period": MARCH, "plan": plan}
        assert faces["finance"].post("/pay/runs/new", posted).status_code == 302
    assert set(m.Run.objects.filter(kind="pay").values_list("definition", flat=True)) == {
        "a_lead_pay", "consultant_pay",
    }  # fmt: skip


def test_one_door_leads_each_to_the_pay_that_is_his_to_see(faces):
    asked = "/pay?outlet=N1&period=202603"
    found = {role: faces[role].get(asked) for role in ("zhang", "lead", "manager", "marketing")}
    assert {role: answer.get("location") for role, answer in found.items()} == {
        "zhang": "/pay/of/ZHANG/202603?outlet=N1", "lead": "/pay/of/LEAD/202603?outlet=N1",
        "manager": "/pay/runs?outlet=N1&period=202603", "marketing":
        "/pay/of/MARKETING/202603?outlet=N1",
    }  # fmt: skip
    assert faces["administrator"].get(asked).status_code == 404


def test_a_region_lists_its_outlets_first(faces):
    answer = faces["finance"].get("/pay/runs?period=202603")
    linked = set(re.findall(r'data-href="/pay/runs\?outlet=(\w+)&amp;', answer.text))
    assert linked == {"N1", "N2"}


# -- the figures -------------------------------------------------------------------------------


def test_the_list_shows_the_reads_amounts_and_their_sums(faces, cast):
    found = pay.statements(cast["finance"], "N1", MARCH)
    answer = faces["finance"].get(LIST)
    shown = {
        one.person.number: door(answer, f"/pay/of/{one.person.number}/202603/payable?outlet=N1")
        for one in found
    }
    assert shown == {one.person.number: money(one.payable) for one in found}
    bonus = door(answer, "/pay/of/ZHANG/202603/unit_bonus?outlet=N1")
    assert bonus == money(50_000)
    foot = re.search(r"<tfoot>.*?</tfoot>", answer.text, re.DOTALL).group()
    assert money(sum(one.payable for one in found)) in foot


def test_each_line_opens_its_reason_and_the_delivery_that_earned_it(faces, cast, world):
    found = pay.statement(cast["zhang"], "ZHANG", MARCH)
    answer = faces["zhang"].get("/pay/of/ZHANG/202603")
    places: dict[str, int] = {}
    for line in found.lines:
        places[line.component] = places.get(line.component, 0) + 1
        part = line.component
        if part != "coefficient":
            part = f"{part}:{places[part]}"
            assert f'href="/deliveries/{line.deal.id}"' in answer.text
        address = f"/pay/of/ZHANG/202603/{part.replace(':', '%3A')}?outlet=N1"
        shown = door(answer, address) or door(answer, address.replace("%3A", ":"))
        assert shown == money(line.fen)
        why = faces["zhang"].get(address)
        assert (why.status_code, money(line.fen) in why.text) == (200, True)
    [score] = [line for line in found.lines if line.component == "coefficient"]
    changed = f" × ({coefficient(score.rate)} − 1) = {money(score.fen)}"
    assert words(answer).count(changed) == 2  # in the summary as in its step


def test_a_line_is_told_in_words(faces, cast, world):
    delivery = world.made["deliveries"][0][2]
    why = faces["zhang"].get("/pay/of/ZHANG/202603/gross_share:1")
    assert "5000 × 10% = 500 yuan" in words(why).replace(",", "")
    assert f'href="/deliveries/{delivery}"' in why.text
    assert faces["zhang"].get("/pay/of/ZHANG/202603/gross_share:9").status_code == 404
    assert faces["zhang"].get("/pay/of/ZHANG/202603/nothing").status_code == 404


# -- keeping and closing -----------------------------------------------------------------------


def test_who_keeps_does_not_approve_or_close(faces, cast):
    assert keep(faces["finance"]).status_code == 302
    run = m.Run.objects.get(kind="pay")
    assert run.state == "calculated"
    onward(faces, run, "review")
    waits = step(faces["region_head"], run, "approve")
    assert "1 records of this period wait for a decision" in words(waits)
    decide_all(cast)
    refused = step(faces["finance"], run, "approve")
    assert refused.status_code == 422
    assert "Nobody approves or closes what he worked out or reviewed" in words(refused)
    onward(faces, run, "approve")
    assert step(faces["finance"], run, "close").status_code == 422
    run.refresh_from_db()
    assert run.state == "approved"


def test_a_second_person_closes_and_the_seal_is_shown(faces, cast):
    found = pay.statements(cast["finance"], "N1", MARCH)
    assert keep(faces["hr"]).status_code == 302
    run = m.Run.objects.get(kind="pay")
    assert run.total == sum(one.payable for one in found)
    decide_all(cast)
    onward(faces, run, "review", "approve")
    assert step(faces["hr"], run, "close").status_code == 403
    onward(faces, run, "close")
    assert (run.state, run.closed_by.username) == ("closed", "finance")
    for address in (LIST, "/pay/of/ZHANG/202603"):
        answer = faces["finance"].get(address)
        assert run.sealed in answer.text
        assert run.digest in answer.text
        assert f"{run.mark:,}" in answer.text
        assert "/pay/runs/new" not in answer.text
    again = keep(faces["finance"])
    assert again.status_code == 422
    assert "This pay run is closed; that is not done with it now." in words(again)
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.refused, entry.outlet) == ("pay.calculate", True, cast.outlet.pk)


def test_buttons_stand_where_the_right_is(faces):
    asked = {
        role: "/pay/runs/new" in faces[role].get(LIST).text
        for role in ("manager", "finance", "hr", "auditor", "region_head")
    }
    assert asked == {
        "manager": True, "finance": True, "hr": True, "auditor": False, "region_head": True,
    }  # fmt: skip
    keep(faces["hr"])
    run = m.Run.objects.get(kind="pay")
    page = faces["finance"].get(LIST).text
    assert ("/pay/runs/new" in page, f'href="/pay/runs/{run.pk}"' in page) == (False, True)


def test_a_step_is_that_of_the_figures_that_were_seen(faces):
    keep(faces["hr"])
    seen = m.Run.objects.get(kind="pay")
    page = f"/pay/runs/{seen.pk}"
    assert f'name="version" value="{seen.version}"' in faces["manager"].get(page).text
    keep(faces["hr"])
    answer = faces["manager"].post(f"{page}/do/review", {"version": seen.version})
    assert (answer.status_code, m.Run.objects.get(kind="pay").state) == (422, "calculated")
    assert "Somebody changed this run after you opened it" in words(answer)


def test_only_who_may_keep_keeps(faces):
    answers = {role: keep(faces[role]).status_code for role in ("zhang", "lead", "auditor")}
    assert answers == {"zhang": 404, "lead": 404, "auditor": 403}
    assert keep(faces["far_manager"]).status_code == 404
    assert not m.Run.objects.exists()


def test_the_month_as_a_workbook_holds_every_person_and_line_to_the_fen(faces, cast):
    found = pay.statements(cast["finance"], "N1", MARCH)
    answer = faces["finance"].get("/export/pay.xlsx?outlet=N1&period=202603")
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    people, lines = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    payable = people[0].index("payable")
    assert [(row[2], round(row[payable] * 100)) for row in people[1:]] == [
        (one.person.number, one.payable) for one in found
    ]
    assert [round(row[11] * 100) for row in lines[1:]] == [
        line.fen for one in found for line in one.lines
    ]
    assert AuditEntry.objects.filter(verb="export.pay").count() == 1


@pytest.mark.parametrize(("role", "status"), [("zhang", 403), ("marketing", 404), ("hr", 200)])
def test_who_sees_pay_and_may_export_gets_the_file(faces, role, status):
    assert faces[role].get("/export/pay.csv?period=202603").status_code == status
    assert ("/export/pay.xlsx" in faces[role].get(LIST).text) is (status == 200)
