"""Registers on the screens: what opens to whom, entering, correcting, taking back, files."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import ON, Floor
from cheji.records import models as m
from cheji.records.registers import PLURALS, REGISTERS
from cheji.records.rights import DOES, SEES


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.fixture
def floor():
    return Floor()


ROLE = {
    "zhang": "consultant", "manager": "outlet_manager", "finance": "finance", "hr": "hr",
    "marketing": "marketing", "care": "care", "stock": "stock", "auditor": "auditor",
    "administrator": "administrator",
}  # fmt: skip


@pytest.mark.parametrize("name", ROLE)
def test_each_post_finds_the_registers_of_its_families(cast, faces, floor, name):
    for code in REGISTERS:
        floor.entry(code, cast.outlet, cast.people["zhang"])
    page = faces[name].get("/registers").content.decode()
    seen = SEES[ROLE[name]]
    for register in REGISTERS.values():
        sees = register.family in seen
        assert (f'href="/registers/{register.plural}"' in page) is sees, register.code
        answer = faces[name].get(f"/registers/{register.plural}")
        assert answer.status_code == (200 if sees else 404)
        entry = m.entries(register.code).get()
        opened = faces[name].get(f"/registers/{register.plural}/{entry.pk}").status_code
        assert opened == (200 if sees else 404)
        may = register.right in DOES[ROLE[name]]
        assert faces[name].get(f"/enter/{register.code}").status_code == (200 if may else 403)


def test_somebody_elses_entry_is_not_there(cast, faces, floor):
    entry = floor.entry("test_drive", cast.outlet, cast.people["li"])
    assert str(entry.number) in faces["li"].get("/registers/test_drives").content.decode()
    assert str(entry.number) not in faces["zhang"].get("/registers/test_drives").content.decode()
    for path in ("", "/amend", "/void"):
        address = f"/registers/test_drives/{entry.pk}{path}"
        assert faces["zhang"].get(address).status_code == 404
        assert faces["far_manager"].get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_form_opens_in_both_languages(cast, faces, floor, language):
    client = faces["manager"]
    client.cookies["language"] = language
    for code in REGISTERS:
        shows_its_form(cast, floor, client, code, language)


def shows_its_form(cast, floor, client, code, language):
    register = REGISTERS[code]
    words = [register.zh if language == "zh-hans" else register.en]
    words += [one.zh if language == "zh-hans" else one.en for one in register.fields]
    page = client.get(f"/enter/{code}").content.decode()
    assert [word for word in words if word not in page] == []
    entry = floor.entry(code, cast.outlet, cast.people["zhang"])
    page = client.get(f"/registers/{register.plural}/{entry.pk}/amend").content.decode()
    assert [word for word in words[1:] if word not in page] == []


def test_an_entry_is_made_corrected_and_taken_back(cast, faces):
    client = faces["zhang"]
    given = {
        "called_at": "2026-03-20T08:30", "direction": "in", "purpose": "buy", "answered": "1",
        "wait_seconds": "12", "name": "王五", "phone": "13800000001", "model": "", "note": "",
    }  # fmt: skip
    assert client.post("/enter/call", given).status_code == 302
    entry = m.entries("call").get()
    assert (entry.on_date, entry.answered, entry.wait_seconds) == (ON, True, 12)
    assert entry.person == cast.people["zhang"]
    address = f"/registers/calls/{entry.pk}"
    page = client.get(f"{address}/amend").content.decode()
    assert 'value="2026-03-20T08:30"' in page
    given |= {"wait_seconds": "30", "version": "1", "on_date": "2026-03-20"}
    assert client.post(f"{address}/amend", given).status_code == 422
    assert client.post(f"{address}/amend", {**given, "reason": "听错"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.wait_seconds, entry.version, entry.customer.name) == (30, 2, "王五")
    assert client.post(f"{address}/void", {"version": "2", "reason": "误录"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.void, entry.note) == (True, "误录")
    assert f"{address}/amend" not in client.get(address).content.decode()


def test_a_rule_says_no_at_its_field(cast, faces):
    given = {"answered_on": "2026-03-20", "survey": "ssi", "score": "92", "full": "0"}
    page = faces["care"].post("/enter/answer", given)
    assert page.status_code == 422
    assert "must lie between 1 and 1000" in page.content.decode()
    given = {"answered_on": "2026-03-20", "survey": "ssi", "score": "92.5", "full": "100"}
    assert faces["care"].post("/enter/answer", given).status_code == 302
    assert m.entries("answer").get().score == 925_000


def test_a_list_is_searched_filtered_added_up_and_downloaded(cast, faces, floor):
    zhang = cast.people["zhang"]
    floor.entry("payment", cast.outlet, zhang, amount=500_000, order_no="ORDER-1", kind="deposit")
    floor.entry("payment", cast.outlet, zhang, amount=200_000, order_no="ORDER-2", kind="refund")
    floor.entry("payment", cast.outlet, zhang, amount=900_000, order_no="D3", void=True)
    client = faces["manager"]
    page = client.get("/registers/payments").content.decode()
    assert "¥7,000.00" in page
    assert "ORDER-2" not in client.get("/registers/payments?kind=deposit").content.decode()
    found = client.get("/registers/payments?q=ORDER-2").content.decode()
    assert ("ORDER-2" in found, "ORDER-1" in found) == (True, False)
    body = client.get("/export/payments.csv?kind=deposit").content.decode("utf-8-sig")
    assert "5000" in body
    assert "ORDER-2" not in body
    assert client.get("/export/payments.xlsx").status_code == 200


def test_a_list_asks_the_same_for_one_entry_and_for_three(cast, faces, floor):
    customer = floor.customer(cast.outlet, cast.people["zhang"])
    for plural, register in PLURALS.items():
        counts = []
        for more in (1, 2):
            for _ in range(more):
                floor.entry(register.code, cast.outlet, cast.people["zhang"], customer=customer)
            faces["manager"].get(f"/registers/{plural}")
            with CaptureQueriesContext(connection) as asked:
                assert faces["manager"].get(f"/registers/{plural}").status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1], plural


def test_a_row_behind_a_number_opens_its_entry(cast, faces, floor):
    entry = floor.entry("quote", cast.outlet, cast.people["zhang"], price=100)
    from cheji.web.navigation import record_url

    assert record_url("quote", entry.pk) == f"/registers/quotes/{entry.pk}"
