"""Disputes of pay: raised from a line, in the queue, decided and taken back."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.files.papers.statements import statement_paper
from cheji.files.sheets import statement_csv, statement_json
from cheji.reads import pay
from cheji.records import models as m
from cheji.web.templatetags.figures import money
from paying import FEBRUARY, LATER, MARCH, planned
from web.test_pay_screens import words
from web.test_pay_statement import STATEMENT, TODAY, line_of, opened


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """February is over, March is running."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


@pytest.fixture
def sold(db):
    with begun(opened) as made:
        yield made


@pytest.fixture
def cast(sold):
    return sold.cast


def disputed(sold, **more):
    given = {
        "kind": "amount",
        "line": line_of(sold).pk,
        "order": "",
        "text": "少算",
        "evidence": "",
    }
    return {**given, "against": "", **more}


def test_a_dispute_is_raised_from_a_line_and_stands_in_the_queue(faces, sold):
    line = line_of(sold)
    form = faces["zhang"].get(f"/pay/dispute?line={line.pk}")
    assert f'<option value="{line.pk}" selected>' in form.text
    assert faces["li"].get(f"/pay/dispute?line={line.pk}").status_code == 404
    empty = faces["zhang"].post(f"/pay/dispute?line={line.pk}", disputed(sold, text=""))
    assert (empty.status_code, m.Dispute.objects.count()) == (422, 0)
    done = faces["zhang"].post(f"/pay/dispute?line={line.pk}", disputed(sold))
    row = m.Dispute.objects.get()
    assert (done.status_code, done.url, row.line) == (302, f"/pay/cases/{row.pk}", line.pk)
    seen = {
        role: f'data-href="/pay/cases/{row.pk}"' in faces[role].get("/pay/cases").text
        for role in ("zhang", "li", "manager", "finance", "auditor", "far_manager")
    }
    assert seen == {
        "zhang": True, "li": False, "manager": True, "finance": True, "auditor": True,
        "far_manager": False,
    }  # fmt: skip
    assert "The amount is wrong" in words(faces["zhang"].get(STATEMENT))
    told = words(faces["manager"].get(f"/pay/cases/{row.pk}"))
    assert f"Amount in the statement Units · {money(line.fen)}" in told
    assert "Who raised it was heard" in told
    assert "Both sides were heard" not in told
    assert faces["li"].get(f"/pay/cases/{row.pk}").status_code == 404
    assert faces["administrator"].get("/pay/cases").status_code == 404


def test_a_colleague_of_another_outlet_is_named_by_staff_number(faces, sold):
    about, cast = "/pay/dispute?outlet=N1&period=202602", sold.cast
    there = sold.floor.customer(cast.far, cast.people["far_consultant"])
    sold.floor.prospect(there)
    m.Order.objects.update(customer=there)
    order = sold.cars[0].order.number
    claim = disputed(sold, line="", kind="cross_outlet", order=order, colleague="NOBODY")
    refused = faces["zhang"].post(about, claim)
    assert (refused.status_code, 'value="NOBODY"' in refused.text) == (422, True)
    done = faces["zhang"].post(about, {**claim, "colleague": "FAR_CONSULTANT"})
    row = m.Dispute.objects.get()
    assert (done.url, row.against) == (f"/pay/cases/{row.pk}", sold.cast.people["far_consultant"])
    decides = 'name="decide"'
    shown = {who: decides in faces[who].get(done.url).text for who in ("manager", "group_manager")}
    assert shown == {"manager": False, "group_manager": True}


def test_what_was_typed_stays_when_a_rule_says_no(faces, sold):
    about = f"/pay/dispute?outlet=N1&period={FEBRUARY}"
    answer = faces["zhang"].post(
        about, disputed(sold, line="", kind="missing_car", order="NO-SUCH")
    )
    assert answer.status_code in (404, 422)
    claim = disputed(sold, line="", kind="missing_car", order="", text="漏了一台")
    assert faces["zhang"].post(about, claim).status_code == 302


def test_a_dispute_begins_with_the_kind_of_where_it_is_opened(faces, sold):
    """From a paid line its amount, from what is not paid a car that is missing, else no kind."""
    place, line = f"/pay/dispute?outlet=N1&period={FEBRUARY}", line_of(sold)
    order = sold.cars[1].order.number
    begun_with = {
        at: [faces["zhang"].get(at).context["form"][name].value() for name in ("kind", "order")]
        for at in (place, f"{place}&kind=missing_car&order={order}", f"{place}&kind=none",
                   f"/pay/dispute?line={line.pk}")
    }  # fmt: skip
    assert list(begun_with.values()) == [
        [None, ""], ["missing_car", order], [None, ""], ["amount", None],
    ]  # fmt: skip
    against = sold.cast.people["li"].pk
    typed = disputed(sold, against=against, colleague="NOBODY", order="NO-SUCH")
    assert faces["zhang"].post(place, {**typed, "kind": ""}).status_code == 422
    shown = faces["zhang"].post(place, {**typed, "choose": "1"})
    assert (shown.status_code, 'data-kind="amount"' in shown.text) == (200, True)
    assert (shown.context["form"]["text"].value(), m.Dispute.objects.count()) == ("少算", 0)
    assert faces["zhang"].post(place, typed).status_code == 302
    row = m.Dispute.objects.get()
    assert (row.kind, row.line, row.against) == ("amount", line.pk, None)


def test_a_third_person_decides_and_another_approves(faces, sold):
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    at = f"/pay/cases/{row.pk}"
    assert "Decide" not in words(faces["zhang"].get(at)).split("Made")[1]
    faces["manager"].post(f"{at}/hear", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "heard"
    decision = {"decide": "1", "how": "upheld", "mine": "1,200", "decision": "核实少算",
                "version": row.version}  # fmt: skip
    late = faces["manager"].post(at, {**decision, "version": row.version - 1})
    assert late.status_code == 409
    assert "核实少算" in late.text
    assert faces["manager"].post(at, decision).status_code == 302
    effect = m.ManualLine.objects.get()
    assert (effect.fen, effect.state) == (120_000, "asked")
    approve = {"kind": "line", "effect": effect.pk, "version": effect.version}
    faces["manager"].post(f"{at}/approve", approve)
    effect.refresh_from_db()
    assert effect.state == "asked"
    assert "¥1,200.00 in the next open run" in words(faces["finance"].get(at))
    faces["finance"].post(f"{at}/approve", approve)
    effect.refresh_from_db()
    assert effect.state == "approved"
    text = words(faces["zhang"].get("/pay/of/ZHANG/202603?outlet=N1"))
    assert "12 Spiffs, prizes, fines, typed lines ¥1,200.00" in text
    assert "manual 核实少算 of Feb 2026 ¥1,200.00" in text
    linked = {
        month: f'href="{at}"' in faces["zhang"].get(f"/pay/of/ZHANG/{month}?outlet=N1").text
        for month in (202601, FEBRUARY, MARCH)
    }
    assert linked == {202601: False, FEBRUARY: True, MARCH: True}
    assert "another person approves it" not in words(faces["finance"].get(at))


@pytest.mark.parametrize(("beyond", "told"), [("forfeit", "forfeited"), ("carry", "carried on")])
def test_an_amount_of_a_capped_plan_is_not_promised_beyond_its_cap(faces, sold, beyond, told):
    cap = {"code": "top", "zh": "封顶", "en": "Top", "amount": 3000, "beyond": beyond}
    part = {**cap, "code": "part", "en": "Part", "components": ["unit_bonus"]}
    planned(since=date(2026, 3, 1), caps=[cap, part])
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    said = f"The month’s cap “Top” of ¥3,000.00 applies: what is above it is {told}."
    decides = words(faces["manager"].get(f"/pay/cases/{row.pk}"))
    assert (said in decides, "“Part”" in decides) == (True, False)
    decision = {"decide": "1", "how": "upheld", "mine": "1,200", "decision": "核实",
                "version": row.version}  # fmt: skip
    assert faces["manager"].post(f"/pay/cases/{row.pk}", decision).status_code == 302
    assert said in words(faces["zhang"].get(f"/pay/cases/{row.pk}"))


def test_the_other_side_answers_and_timelines_show_once_heard(faces, sold):
    people = sold.cast.people
    customer = sold.floor.customer(sold.cast.outlet, people["li"])
    sold.floor.prospect(customer, on=date(2026, 1, 20))
    m.Order.objects.filter(pk=sold.cars[2].order_id).update(customer=customer)
    claim = {"kind": "collision", "line": "", "order": sold.cars[2].order.number,
             "against": people["zhang"].pk, "text": "我先建卡", "evidence": ""}  # fmt: skip
    stranger = {**claim, "relative": "13999990000"}
    refused = faces["li"].post("/pay/dispute?period=202602&outlet=N1", stranger)
    assert (refused.status_code, "13999990000" in refused.content.decode()) == (422, True)
    wife = sold.floor.customer(sold.cast.outlet, people["li"], phone="13812340000")
    sold.floor.prospect(wife, on=date(2026, 1, 19))
    claim["relative"] = "13812340000"
    faces["li"].post("/pay/dispute?period=202602&outlet=N1", claim)
    row = m.Dispute.objects.get()
    at = f"/pay/cases/{row.pk}"
    assert "Card opened" not in words(faces["zhang"].get(at))
    assert faces["li"].post(at, {"answer": "1", "text": "也是我", "version": 1}).status_code == 422
    faces["zhang"].post(at, {"answer": "1", "text": "客户认我", "version": row.version})
    row.refresh_from_db()
    assert (row.answer, row.state) == ("客户认我", "heard")
    for role in ("li", "zhang", "manager"):
        assert "served a relative of the buyer" in words(faces[role].get(at))
        assert "Card opened" in words(faces[role].get(at))
        assert "Card opened · A 2026-01-20 entered on 2026-03-20" in words(faces[role].get(at))
    text = words(faces["manager"].get(at))
    assert "Half each" in text
    decision = {"decide": "1", "how": "upheld", "rule": "half", "decision": "各半",
                "version": row.version}  # fmt: skip
    wrong = {"share": {**decision, "share": "60"}, "mine": {**decision, "rule": ""}}
    for field, given in wrong.items():
        answer = faces["manager"].post(at, given)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert faces["manager"].post(at, decision).status_code == 302
    assert m.PaySplit.objects.get().approved is None
    assert "pay is split: 李娜 50% · 张伟 50%" in words(faces["finance"].get(at))
    split = f"/pay/splits/{m.PaySplit.objects.get().pk}"
    assert f"Dispute {row.pk}" in words(faces["finance"].get(split))


def test_lines_of_a_split_name_the_dispute_that_asked_for_it(faces, sold):
    """Whoever may open the dispute gets there from the explanation; how it counts is said once."""
    people, car = sold.cast.people, sold.car("zhang", date(2026, 3, 2))
    asked, decided = (m.User.objects.get(username=key) for key in ("manager", "finance"))
    case = m.Dispute.objects.create(
        kind="collision",
        outlet=sold.cast.outlet,
        period=MARCH,
        person=people["li"],
        against=people["zhang"],
        against_outlet=sold.cast.outlet,
        order=car.order,
        text="我先建卡",
        due_on=TODAY,
        frozen={},
        made_at=LATER,
    )
    row = m.PaySplit.objects.create(
        order=car.order,
        parts=[[people["zhang"].pk, 4_000], [people["li"].pk, 6_000]],
        reason="各半",
        dispute=case,
        asked_by=asked,
        asked_at=LATER,
    )
    m.PaySplit.objects.filter(pk=row.pk).update(approved=True, decided_by=decided, decided_at=LATER)
    at = "/pay/of/LI/202603"
    page = words(faces["li"].get(f"{at}?outlet=N1"))
    assert f"shared with 张伟 · by dispute {case.pk}" in page
    assert page.count("for the band the deal still counts for whom its order belongs to") == 1
    why = faces["li"].get(f"{at}/unit_bonus:1?outlet=N1")
    assert f"by dispute {case.pk}" in words(why)
    assert f'href="/pay/cases/{case.pk}"' in why.text
    assert "for the band the deal still counts" in words(why)
    in_files(faces["li"], pay.statement(sold.cast["li"], "LI", MARCH), case)


def in_files(face, seen, case):
    """PDF, workbook, CSV and JSON say of each shared line what the screen says."""
    paper = str(statement_paper(seen, "zh-hans").blocks)
    assert f"（与张伟共享 · 按争议 {case.pk} 的裁决）" in paper
    book = face.get("/pay/file/LI/202603.xlsx?outlet=N1").content
    head, *rows = CalamineWorkbook.from_object(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    told = f"shared with 张伟 · by dispute {case.pk}"
    assert {row[head.index("Shared")] for row in rows if row[0] == 6} == {told}
    listed = csv.DictReader(io.StringIO(statement_csv([seen], "en").decode("utf-8-sig")))
    assert {row["shared"] for row in listed if row["base"]} == {told}
    asked = {"dispute": {"noun": "dispute", "id": case.pk, "text": str(case.pk)}}
    lines = [line for line in statement_json(seen)["lines"] if line["deal"]]
    assert lines
    assert all((line["shared"], line["split"]) == (["张伟"], asked) for line in lines)


def test_a_dispute_is_taken_back_by_its_owner_alone(faces, sold):
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    faces["manager"].post(f"/pay/cases/{row.pk}/withdraw", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "open"
    faces["zhang"].post(f"/pay/cases/{row.pk}/withdraw", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert f"/pay/cases/{row.pk}" not in faces["manager"].get("/pay/cases").text
    assert f"/pay/cases/{row.pk}" in faces["manager"].get("/pay/cases?state=withdrawn").text


def test_the_queue_comes_in_pages(faces, sold):
    for number in range(21):
        m.Dispute.objects.create(
            outlet=sold.cast.outlet, period=202501 + number % 12, kind="amount",
            person=sold.cast.people["zhang"], text=f"T{number}", frozen={},
            made_at="2026-03-01T00:00Z", due_on=date(2026, 3, 1 + number), line=number + 1,
        )  # fmt: skip
    first, second = (faces["manager"].get(f"/pay/cases?page={page}").text for page in (1, 2))
    assert (first.count('data-href="/pay/cases/'), second.count('data-href="/pay/cases/')) == (
        20, 1,
    )  # fmt: skip
