"""Simulations on the screen: asked for, shown beside each other, changed, kept, drafted."""

import re
from datetime import date
from io import BytesIO

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from beginnings import begun
from cast import Floor
from cheji.actions import pay as verbs
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.jobs import pay as jobs
from cheji.reads.pay import knobs
from cheji.reads.pay.loading import Cell as PersonMonth
from cheji.reads.pay.simulating import Simulation, Tried
from cheji.reads.seen import Who
from cheji.records import models as m
from cheji.web import simulation_tables as tables
from cheji.web.simulation_words import shown
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell
from doors import signed_in
from paying import FEBRUARY, LATER, PLAN, Sold, planned

RATE = "knob:components.0.tiers.0.rate"


def sold_floor():
    made = Sold()
    planned()
    part = {**PLAN["components"][0], "mode": "marginal", "tiers": [{"from": 0, "rate": 1000}]}
    plan = pay_plan_of({**PLAN, "zh": "新提成", "en": "New pay", "components": [part]})
    m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, valid_from="2026-04-01", body=as_json(body_of(plan)),
        digest=digest(plan),
    )  # fmt: skip
    return made


def tried():
    """The same after hr has tried the draft."""
    made = sold_floor()
    work(ask(signed_in("hr"), made.cast))
    return made


@pytest.fixture
def cast(request, db):
    with begun(tried if "done" in request.fixturenames else sold_floor) as made:
        yield made.cast


def words(answer):
    return " ".join(
        re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL).split()
    )


def keys():
    rows = m.DefinitionVersion.objects.filter(kind="pay_plan").order_by("-state", "id")
    return [f"version:{row.pk}" for row in rows]


def ask(face, cast, **more):
    """Ask for the plan in force beside the draft; the number of what was asked for."""
    first, *others = keys()
    given = {
        "against": first, "plans": others[:1], "outlets": [cast.outlet.pk], "first": FEBRUARY,
        "last": FEBRUARY, "people": "", "ceiling": "", "amount": "",
    }  # fmt: skip
    answer = face.post("/pay/simulations/new", {**given, **more})
    assert answer.status_code == 302, words(answer)
    return m.PaySimulation.objects.latest("id")


def work(row):
    jobs.simulate.func(simulation=row.pk, user=row.made_by_id)
    row.refresh_from_db()
    assert row.state == "done", row.fault
    return row


@pytest.fixture
def done(cast):
    return m.PaySimulation.objects.get()


def page(face, row, query=""):
    return face.get(f"/pay/simulations/{row.pk}{query}")


# -- asked for ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["zhang", "lead", "marketing", "administrator", "far_consultant"])
def test_it_is_not_there_for_whom_no_pay_of_others_is_shown(faces, role):
    assert faces[role].get("/pay/simulations").status_code == 404


def test_an_auditor_looks_but_asks_for_none(faces, done):
    m.PaySimulation.objects.update(name="二月")
    assert page(faces["auditor"], done).status_code == 200
    assert "Other numbers" not in words(page(faces["auditor"], done))
    assert faces["auditor"].get("/pay/simulations/new").status_code == 403


def test_asking_queues_its_work_and_says_so(faces, cast):
    row = ask(faces["hr"], cast)
    job = ProcrastinateJob.objects.get(task_name="pay.simulate")
    assert job.args == {"simulation": row.pk, "user": cast["hr"].user}
    assert "No background worker is running" in words(page(faces["hr"], row))
    asked = faces["hr"].get(f"/pay/simulations/{row.pk}", headers={"HX-Request": "true"})
    assert asked.headers.get("HX-Refresh") is None
    work(row)
    asked = faces["hr"].get(f"/pay/simulations/{row.pk}", headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(faces, cast):
    first, second = keys()
    given = {
        "against": first, "plans": [second], "first": "202603", "last": "202602",
        "outlets": [cast.outlet.pk], "people": "LI", "ceiling": "month", "amount": "x",
    }  # fmt: skip
    answer = faces["hr"].post("/pay/simulations/new", given)
    assert (answer.status_code, 'value="LI"' in answer.text) == (422, True)
    answer = faces["hr"].post("/pay/simulations/new", {**given, "amount": "900"})
    told = "Last month: “2026-02” is not valid: it is before the first month, 2026-03."
    assert (answer.status_code, told in words(answer)) == (422, True)


def test_the_editors_door_has_its_plan_ticked(faces, cast):
    _first, second = keys()
    answer = faces["hr"].get(f"/pay/simulations?plan={second.partition(':')[2]}", follow=True)
    assert re.search(rf'value="{second}"[^>]*checked', answer.text)


@pytest.mark.parametrize(
    ("draft", "usual"), [({}, "consultant_pay"), ({"replaces": ["heads"]}, "heads")]
)
def test_held_against_is_the_plan_of_most_people_or_what_the_draft_replaces(
    faces, cast, draft, usual
):
    """A plan for one lead that is listed first is not what others are held against."""
    heads = {**PLAN, "code": "heads", "posts": ["team_lead"], "zh": "主管", "en": "Heads"}
    rows = [("heads", {}, "published"), ("tried", draft, "draft")]
    for code, more, state in rows:
        m.DefinitionVersion.objects.create(
            kind="pay_plan", code=code, valid_from="2020-01-01", state=state, digest=code,
            body=as_json(body_of(pay_plan_of({**heads, **more, "code": code}))),
        )  # fmt: skip
    number = m.DefinitionVersion.objects.get(code="tried").pk
    form = faces["hr"].get(f"/pay/simulations/new?plan={number}").context["form"]
    first = form.fields["against"].initial.removeprefix("version:")
    assert m.DefinitionVersion.objects.get(pk=first).code == usual
    assert form.fields["plans"].initial == [f"version:{number}"]


# -- what came of it ---------------------------------------------------------------------------


def test_plans_people_and_months_stand_beside_each_other(faces, done):
    text = words(page(faces["hr"], done))
    assert "Pay held against ¥4,300" in text
    assert "New pay ¥4,000 -300 -7.0%" in text
    assert "张伟 ZHANG ¥3,300 ¥3,000 -300 -9.1%" in text
    assert "李娜" not in text  # he has as much under both
    assert "Feb 2026 ¥4,300 ¥4,000 -7.0%" in text


def test_a_ceiling_is_red_where_it_is_passed(faces, cast):
    row = work(ask(faces["hr"], cast, ceiling="month", amount="4200"))
    text = words(page(faces["hr"], row, "?plan=0"))
    assert "Under Pay 1 outlet's month passes the ceiling." in text
    assert "passes the ceiling" not in words(page(faces["hr"], row, "?plan=1"))
    share = work(ask(faces["hr"], cast, ceiling="share", amount="21"))
    text = words(page(faces["hr"], share, "?plan=0"))
    assert ("21.0% of the gross" in text, "Under Pay 1 outlet" in text) == (True, True)


def test_everybody_as_a_file_only_for_whom_may_have_files(faces, done):
    answer = page(faces["hr"], done, "?plan=1&file=csv")
    assert "ZHANG,张伟,3300,3000,-300,-0.09" in answer.content.decode("utf-8-sig")
    assert m.AuditEntry.objects.filter(verb="export.table").count() == 1


def test_a_persons_months_open_down_to_their_parts(faces, cast, done):
    assert f"/pay/simulations/{done.pk}/people/ZHANG?plan=1" in page(faces["hr"], done).text
    url = f"/pay/simulations/{done.pk}/people/ZHANG"
    text = words(faces["hr"].get(url))
    assert "Feb 2026 ¥3,300.00 ¥3,000.00" in text
    assert "Units ¥1,800.00 ¥3,000.00 Gross ¥1,500.00 — Total ¥3,300.00 ¥3,000.00" in text
    assert f'/pay/of/ZHANG/{FEBRUARY}?outlet=N1"' in faces["hr"].get(url).text
    assert faces["hr"].get(f"/pay/simulations/{done.pk}/people/NOBODY").status_code == 404
    assert faces["manager"].get(url).status_code == 404


# -- going on ----------------------------------------------------------------------------------


def test_a_rate_is_changed_and_stands_beside_the_others(faces, cast, done):
    url = f"/pay/simulations/{done.pk}/turn"
    answer = faces["hr"].post(url, {"plan": 1, RATE: "1200"})
    row = work(m.PaySimulation.objects.latest("id"))
    assert answer.url == f"/pay/simulations/{row.pk}?plan=2"
    text = words(page(faces["hr"], row, "?plan=2"))
    assert "New pay, changed ¥4,800 +500" in text
    assert "Units · rate: 1000 → 1200" in text
    faces["hr"].post(f"/pay/simulations/{row.pk}/turn", {"plan": 2, RATE: "1300"})
    again = m.PaySimulation.objects.latest("id")
    assert [plan["changes"] for plan in again.asked["plans"]] == [
        {}, {}, {"components.0.tiers.0.rate": "1300"},
    ]  # fmt: skip


def test_without_another_number_nothing_is_tried(faces, done):
    answer = faces["hr"].post(f"/pay/simulations/{done.pk}/turn", {"plan": 1, RATE: "1000"})
    assert (answer.status_code, "No number was changed" in words(answer)) == (422, True)
    assert m.PaySimulation.objects.count() == 1


def test_a_number_that_is_none_is_told_and_kept(faces, done):
    answer = faces["hr"].post(f"/pay/simulations/{done.pk}/turn", {"plan": 1, RATE: "lots"})
    assert (answer.status_code, 'value="lots"' in answer.text) == (422, True)
    assert m.PaySimulation.objects.count() == 1


def test_kept_under_a_name_it_is_shared_within_scope(faces, cast, done):
    assert page(faces["manager"], done).status_code == 404
    faces["hr"].post(f"/pay/simulations/{done.pk}/keep", {"name": "春季方案", "version": 1})
    assert "春季方案" in words(page(faces["manager"], done))
    assert "春季方案" in words(faces["manager"].get("/pay/simulations"))
    assert page(faces["far_manager"], done).status_code == 404
    assert "春季方案" not in words(faces["far_manager"].get("/pay/simulations"))
    drop = f"/pay/simulations/{done.pk}/drop"
    assert faces["manager"].post(drop).status_code != 302
    assert faces["hr"].post(drop).status_code == 302
    assert m.PaySimulation.objects.count() == 0


@pytest.fixture
def shared(faces, cast):
    """Of two outlets, made and named by HR; the sister's seller sold four cars there."""
    floor, seller = Floor(), cast.people["sister_consultant"]
    for on in (date(2026, 2, day) for day in (3, 9, 10, 17)):
        floor.delivery(floor.order(cast.sister, seller, on=on), on)
    row = work(ask(faces["hr"], cast, outlets=[cast.outlet.pk, cast.sister.pk]))
    faces["hr"].post(f"/pay/simulations/{row.pk}/keep", {"name": "北区", "version": 1})
    return row


#: The sister outlet, its seller, his pay and sums with it, as yuan or fen.
OTHERS = r"北二店|\bN2\b|孙莉|SISTER_CONSULTANT|\b(?:4,?400|8,?700|8,?000)(?:00)?\b"


def told(answer):
    """Everything that an answer says, a workbook's cells included."""
    if not answer.content.startswith(b"PK"):
        return answer.content.decode()
    sheets = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return str([sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names])


def test_of_a_shared_one_a_manager_sees_his_outlet_and_nothing_that_tells_of_another(
    faces, cast, shared
):
    queries = ("", "?plan=0", "?plan=1&file=csv", "?plan=1&file=xlsx")
    addresses = [f"/pay/simulations/{shared.pk}{query}" for query in queries]
    addresses += ["/pay/simulations", f"/pay/simulations/{shared.pk}/people/ZHANG"]
    addresses.append(f"/pay/simulations/compare?first={shared.pk}&second={shared.pk}")
    seen = {who: [told(faces[who].get(url)) for url in addresses] for who in ("hr", "manager")}
    assert {"北二店", "孙莉", "4,400", "8,700", "8,000"} <= {*re.findall(OTHERS, str(seen["hr"]))}
    assert re.findall(OTHERS, str(seen["manager"])) == []
    assert "You see 1 of its 2 outlets" in seen["manager"][0]
    assert "You see" not in seen["hr"][0]
    assert ("¥4,300" in seen["manager"][0], "1 of 2 outlets" in seen["manager"][4]) == (True, True)
    for who in ("manager", "zhang", "lead", "marketing", "far_manager"):
        url = f"/pay/simulations/{shared.pk}/people/SISTER_CONSULTANT"
        assert faces[who].get(url).status_code == 404
    for who in ("zhang", "lead", "marketing", "administrator", "far_manager"):
        assert page(faces[who], shared).status_code == 404, who


def test_from_a_part_one_goes_on_with_his_own_outlets(faces, cast, shared):
    faces["manager"].post(f"/pay/simulations/{shared.pk}/turn", {"plan": 1, RATE: "1200"})
    row = m.PaySimulation.objects.latest("id")
    assert row.outlets == [cast.outlet.pk]


def test_no_number_of_another_outlets_own_plan_is_shown(faces, cast):
    m.DefinitionVersion.objects.filter(valid_from="2026-04-01").update(outlet=cast.sister)
    row = work(ask(faces["hr"], cast, outlets=[cast.outlet.pk, cast.sister.pk]))
    m.PaySimulation.objects.update(name="北区")
    shown = {who: words(page(faces[who], row, "?plan=1")) for who in ("hr", "manager")}
    assert {who: "Other numbers" in text for who, text in shown.items()} == {
        "hr": True, "manager": False,
    }  # fmt: skip
    turned = faces["manager"].post(f"/pay/simulations/{row.pk}/turn", {"plan": 1, RATE: "1200"})
    assert (turned.status_code, m.PaySimulation.objects.count()) == (404, 1)


def test_one_that_died_says_why_and_is_tried_again(faces, cast):
    row = ask(faces["hr"], cast)
    again = f"/pay/simulations/{row.pk}/again"
    assert "Try again" not in words(page(faces["hr"], row))
    verbs.fail_simulation(simulation=row.pk, at=LATER, fault={"zh": "停", "en": "It stopped."})
    text = words(page(faces["hr"], row))
    assert ("It stopped." in text, "Failed" in text, "Try again" in text) == (True, True, True)
    assert "Pay · New pay" in text
    assert faces["manager"].post(again).status_code == 404
    for _ in range(2):
        assert faces["hr"].post(again).url == f"/pay/simulations/{row.pk}"
    work(row)
    assert "Pay held against ¥4,300" in words(page(faces["hr"], row))


def test_drafts_of_one_name_are_told_apart(faces, cast):
    draft = m.DefinitionVersion.objects.get(valid_from="2026-04-01")
    draft.pk = None
    draft.save()
    _first, *others = keys()
    row = work(ask(faces["hr"], cast, plans=others))
    numbers = [key.partition(":")[2] for key in others]
    names = [f"New pay · from 2026-04-01 · no. {number}" for number in numbers]
    for url in (f"/pay/simulations/{row.pk}", "/pay/simulations", "/pay/simulations/new"):
        text = words(faces["hr"].get(url))
        assert [name in text for name in names] == [True, True], url


def test_a_name_given_meanwhile_is_told(faces, done):
    keep = f"/pay/simulations/{done.pk}/keep"
    faces["hr"].post(keep, {"name": "春季", "version": 1})
    assert faces["hr"].post(keep, {"name": "夏季", "version": 1}).status_code == 422
    assert m.PaySimulation.objects.get().name == "春季"
    blank = faces["hr"].post(keep, {"name": " ", "version": 2})
    assert (blank.status_code, "it must not be blank" in words(blank)) == (422, True)


def test_the_chosen_plan_is_drafted_and_waits_for_a_second_person(faces, done):
    faces["hr"].post(f"/pay/simulations/{done.pk}/turn", {"plan": 1, RATE: "1200"})
    row = work(m.PaySimulation.objects.latest("id"))
    answer = faces["hr"].post(f"/pay/simulations/{row.pk}/draft", {"plan": 2})
    made = m.DefinitionVersion.objects.latest("id")
    assert answer.url == f"/definitions/versions/{made.pk}"
    assert (made.state, made.body["components"][0]["tiers"][0]["rate"]) == ("draft", 1200)
    assert faces["manager"].post(f"/pay/simulations/{row.pk}/draft").status_code == 404


def test_a_preset_is_drafted_in_the_place_of_the_plan_that_it_was_held_against(faces, cast):
    row = ask(faces["hr"], cast, plans=["preset:preset_consultant", "preset:preset_manager"])
    for at, replaces in ((1, ["consultant_pay"]), (2, None)):
        faces["hr"].post(f"/pay/simulations/{row.pk}/draft", {"plan": at})
        made = m.DefinitionVersion.objects.latest("id")
        assert (made.state, made.body.get("replaces")) == ("draft", replaces)


def test_an_outlets_own_plan_is_drafted_for_that_outlet(faces, cast):
    m.DefinitionVersion.objects.filter(valid_from="2026-04-01").update(outlet=cast.outlet)
    row = ask(faces["hr"], cast)
    faces["hr"].post(f"/pay/simulations/{row.pk}/draft", {"plan": 1})
    made = m.DefinitionVersion.objects.latest("id")
    assert (made.state, made.outlet) == ("draft", cast.outlet)


def test_two_simulations_under_each_other(faces, cast, done):
    other = work(ask(faces["hr"], cast, people="LI"))
    address = f"/pay/simulations/compare?first={done.pk}&second={other.pk}"
    text = words(faces["hr"].get(address))
    assert ("¥4,300" in text, "¥1,000" in text) == (True, True)
    assert faces["finance"].get(address).status_code == 404


def test_numbers_are_said_as_people_write_them():
    tiers = [("0", "0"), ("3/4", "3"), ("1", "11/2")]
    parts = [
        {"zh": "分", "en": "Points", "tiers": [{"from": a, "rate": b} for a, b in tiers]},
        {"zh": "比", "en": "Share", "tiers": [{"rate": "4/5"}, {"rate": "1"}, {"rate": "1/3"}]},
        {"zh": "系", "en": "Factor", "rate": "11/10", "amount": "1/20"},
    ]
    found = knobs.knobs({"components": parts})
    assert [(knob.band, knob.key, shown(knob.text, percent=knob.percent)) for knob in found] == [
        (1, "rate", "0"), (2, "from", "75%"), (2, "rate", "3"), (3, "from", "100%"),
        (3, "rate", "5.5"), (1, "rate", "0.8"), (2, "rate", "1"), (3, "rate", "1/3"),
        (0, "rate", "1.1"), (0, "amount", "5%"),
    ]  # fmt: skip


@pytest.mark.parametrize(("everybody", "expected"), [(False, ["¥1", "¥3", "+2"]),
                                                  (True, ["¥1.49", "¥2.50", "+1.01"])])  # fmt: skip
def test_a_difference_is_that_of_the_figures_beside_it(everybody, expected):
    """1.49 and 2.50 yuan stand there as 1 and 3; a file has the fen."""
    plan = pay_plan_of(PLAN)
    tried = [Tried(plan, {PersonMonth(1, "N1", 202602): fen}, {}, {}, {}) for fen in (149, 250)]
    found = Simulation(tuple(tried), {1: Who(1, "ZHANG", "张伟")}, {"N1": "北一店"})
    table = tables.movers(found, 1, str, everybody=everybody)
    cells = [one if isinstance(one, Cell) else Cell(one) for one in table.rows[0].cells[-4:-1]]
    columns = table.columns[-4:-1]
    assert [
        figures.figure(cell.value, cell.kind or column.kind, column.decimals)
        for cell, column in zip(cells, columns, strict=True)
    ] == expected
