"""The API: who may ask what, writing once, cursors, one shape of errors, and limits."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from cast import AT, ON, Floor
from cheji.actions import fields, tokens
from cheji.api import callers
from cheji.api.addresses import api
from cheji.records.models import ApiAnswer, ApiToken, AuditEntry, Customer, Order, User, Visit
from cheji.records.visibility import viewer_of

ORDERS = "orders_unclassified"
NOUNS = ("customers", "prospects", "orders", "visits")
VISIT = {"outlet": "N1", "on": "2026-03-20", "name": "周游"}
ORDER = {
    "outlet": "N1", "on": "2026-03-20", "name": "周游",
    "lines": [{"kind": "vehicle", "revenue": 10_000_000}],
}  # fmt: skip


def codes(answer):
    return [one["code"] for one in answer.json()["errors"]]


@pytest.fixture
def records(cast):
    """One of each of 张伟's, at the cast's outlet."""
    floor, zhang = Floor(), cast.people["zhang"]
    customer = floor.customer(cast.outlet, zhang, phone="13812345678")
    return {
        "customers": customer,
        "prospects": floor.prospect(customer),
        "orders": floor.order(cast.outlet, zhang, customer=customer, on=ON),
        "visits": floor.visit(cast.outlet, zhang, customer=customer),
    }


SEES = {
    "zhang": set(NOUNS), "lead": set(NOUNS), "manager": set(NOUNS), "region_head": set(NOUNS),
    "group_manager": set(NOUNS), "auditor": set(NOUNS), "finance": {"orders"}, "hr": set(),
    "administrator": set(),
    "wang": (), "far_manager": (), "sister_consultant": (),
}  # fmt: skip


@pytest.mark.parametrize("who", SEES)
def test_everybody_reads_what_his_screens_show_and_no_more(programs, records, who):
    """A tuple: the nouns are his, the records are not; they answer as if they were not there."""
    his = set(NOUNS) if SEES[who] == () else SEES[who]
    for noun, record in records.items():
        found = programs.get(who, noun) if tokens_of(who) else None
        if found is None or noun not in his:
            continue
        shown = [item["id"] for item in found.json()["items"]]
        one = programs.get(who, f"{noun}/{record.pk}")
        expected = ([], 404) if SEES[who] == () else ([record.pk], 200)
        assert (shown, one.status_code) == expected, (who, noun)
        missing = programs.get(who, f"{noun}/999999")
        assert missing.status_code == 404
        if expected[1] == 404:
            assert codes(one) == codes(missing) == ["NotFound"]


def tokens_of(who):
    by = viewer_of(User.objects.get(username=who), ON)
    return tokens.allowed(by) != []


@pytest.mark.parametrize("who", SEES)
def test_a_token_is_for_nothing_that_the_posts_do_not_allow(cast, who):
    by = viewer_of(User.objects.get(username=who), ON)
    allowed = {code for code in tokens.allowed(by) if code.split(":")[0] in NOUNS}
    his = set(NOUNS) if SEES[who] == () else SEES[who]
    assert {code.split(":")[0] for code in allowed} == set(his)
    writes = {code for code in allowed if code.endswith("write")}
    silent = {"auditor", "hr", "administrator"}
    assert bool(writes) == (who not in silent)


def test_a_scope_that_is_lacking_is_refused(programs, records):
    row = ApiToken.objects.get(digest=tokens._digest(programs.secret("zhang")))
    row.scopes = ["orders:read"]
    row.save()
    assert programs.get("zhang", "orders").status_code == 200
    for path in ("customers", "values?kpi=orders&first=202603&last=202603", "registers"):
        refused = programs.get("zhang", path)
        assert (refused.status_code, codes(refused)) == (403, ["ScopeLacking"])
    assert programs.post("zhang", "orders", ORDER).status_code == 403
    assert Order.objects.count() == 1


@pytest.mark.parametrize("spoil", ["none", "unknown", "revoked", "ended", "closed", "session"])
def test_without_a_token_that_holds_nothing_opens(programs, cast, records, spoil):
    secret = programs.secret("zhang")
    client, row = Client(headers={"Authorization": f"Bearer {secret}"}), ApiToken.objects.get()
    if spoil in ("none", "session"):
        client = Client()
    if spoil == "session":
        client.force_login(User.objects.get(username="zhang"))
    if spoil == "unknown":
        client = Client(headers={"Authorization": f"Bearer {secret}x"})
    if spoil == "revoked":
        tokens.revoke(by=cast["zhang"], at=AT, token=row.pk)
    if spoil == "ended":
        past = callers.now() - timedelta(seconds=1)
        ApiToken.objects.update(made_at=past - timedelta(days=1), expires_at=past)
    if spoil == "closed":
        User.objects.filter(username="zhang").update(is_active=False)
    for path in ("orders", "me", "openapi.json"):
        found = client.get(f"/api/v1/{path}")
        assert (found.status_code, codes(found)) == (401, ["NoSuchToken"])
    posted = client.post("/api/v1/visits", VISIT, content_type="application/json")
    assert (posted.status_code, Visit.objects.count()) == (401, 1)


def test_the_secret_is_kept_nowhere(programs):
    secret = programs.secret("zhang")
    row = ApiToken.objects.values().get()
    assert secret not in str(row)
    assert row["prefix"] == secret[:12]
    assert secret not in str(list(AuditEntry.objects.values()))


def test_one_key_writes_once_and_another_body_under_it_is_refused(programs):
    first = programs.post("zhang", "visits", VISIT, key="k1")
    again = programs.post("zhang", "visits", VISIT, key="k1")
    assert (first.status_code, again.json()) == (200, first.json())
    other = programs.post("zhang", "visits", {**VISIT, "name": "别人"}, key="k1")
    assert (other.status_code, codes(other)) == (409, ["KeyReused"])
    assert Visit.objects.count() == 1
    assert programs.post("zhang", "visits", VISIT, key="k2").json()["id"] != first.json()["id"]


def test_a_refused_write_uses_no_key_up_and_stays_in_the_audit_log(programs, cast):
    refused = programs.post("zhang", "visits", {**VISIT, "customer": 999_999}, key="k")
    assert (refused.status_code, ApiAnswer.objects.count()) == (404, 0)
    assert AuditEntry.objects.filter(verb="visits.receive", refused=True).count() == 1
    assert programs.post("zhang", "visits", VISIT, key="k").status_code == 200


def test_a_cursor_walks_every_row_once(programs, cast):
    floor, zhang = Floor(), cast.people["zhang"]
    made = [floor.visit(cast.outlet, zhang).pk for _ in range(5)]
    seen, after = [], ""
    for _ in range(9):
        page = programs.get("zhang", "visits", {"size": "2", "after": after}).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(made)
    assert codes(programs.get("zhang", "visits", {"after": "x"})) == ["BadValue"]
    assert codes(programs.get("zhang", "visits", {"nonsense": "x"})) == ["UnknownField"]


def test_records_are_entered_and_changed_with_their_own_fields(programs, cast):
    for noun, code in (("order", "plated"), ("customer", "hobby"), ("visit", "words")):
        terms = fields.Terms(code, code, required=noun == "visit")
        fields.define(by=cast["hr"], at=AT, noun=noun, code=code, kind="text", terms=terms)
    order = {**ORDER, "own": {"plated": "是"}, "customer_own": {"hobby": "钓鱼"}}
    made = programs.post("zhang", "orders", order).json()["id"]
    row = programs.get("zhang", f"orders/{made}").json()["row"]
    assert (row["own"], row["customer"]["name"]) == ({"plated": "是"}, "周游")
    change = {"version": row["version"], "reason": "x", "model": "星越", "own": {"plated": "否"}}
    assert programs.patch("zhang", f"orders/{made}", change).status_code == 200
    assert codes(programs.patch("zhang", f"orders/{made}", change)) == ["ChangedMeanwhile"]
    found = programs.get("zhang", "orders", {"own_plated": "否"}).json()["items"]
    assert [(one["id"], one["model"]) for one in found] == [(made, "星越")]
    customer = Customer.objects.get()
    assert customer.custom == {"hobby": "钓鱼"}
    whom = {"version": 1, "name": "周大", "own": {"hobby": ""}}
    assert programs.patch("zhang", f"customers/{customer.pk}", whom).status_code == 200
    customer.refresh_from_db()
    assert (customer.name, customer.custom) == ("周大", {})
    missing = programs.post("zhang", "visits", VISIT).json()["errors"][0]
    assert (missing["code"], missing["where"]) == ("FieldMissing", "own_words")
    hers = {"outlet": "N1", "name": "新客", "phone": "13912345678"}
    assert programs.post("zhang", "customers", hers).status_code == 200
    assert codes(programs.post("wang", "customers", hers)) == ["KnownAlready"]
    card = {**VISIT, "name": "周大", "level": "A"}
    opened = programs.post("zhang", "prospects", card).json()["id"]
    moved = {"version": 1, "level": "H"}
    assert programs.patch("zhang", f"prospects/{opened}", moved).status_code == 200
    assert programs.get("zhang", f"prospects/{opened}").json()["row"]["level"] == "H"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({**VISIT, "nonsense": 1}, "nonsense"),
        ({**VISIT, "on": "soon"}, "on"),
        ({"on": "2026-03-20"}, "outlet"),
        ({**VISIT, "people": 10**30}, "people"),
        ({**VISIT, "name": "x" * 500}, "name"),
        ({**VISIT, "phone": "138123"}, "phone"),
        ({**VISIT, "note": "\0"}, "body"),
        ({**VISIT, "own": {"x": "y"}}, "own_x"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_in_both_languages(programs, body, where):
    found = programs.post("zhang", "visits", body)
    errors = found.json()["errors"]
    assert (found.status_code, [one["where"] for one in errors]) == (422, [where])
    assert set(errors[0]) == {"code", "zh", "en", "where", "mend_zh", "mend_en"}
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"model": None, "deposit": None, "channel": None, "units": None}, 422),
        ({"amounts": {"vehicle_prise": 1}}, 422),
        ({"amounts": {"vehicle_price": 9_000_000}}, 200),
        ({"promised_on": None, "model": "星越"}, 200),
    ],
)
def test_what_a_change_of_an_order_does_not_name_stays(programs, records, change, status):
    row = records["orders"]
    body = {"version": row.version, "reason": "x", **change}
    assert programs.patch("zhang", f"orders/{row.pk}", body).status_code == status
    after = Order.objects.get(pk=row.pk)
    named = {"model", "version"} if status == 200 else set()
    kept = [f.attname for f in Order._meta.concrete_fields if f.attname not in named]
    assert [getattr(after, name) for name in kept] == [getattr(row, name) for name in kept]


@pytest.mark.parametrize(
    ("path", "status"),
    [("nowhere", 404), ("orders/99999999999999999999", 422), ("orders/x", 422), ("kpis/no", 404)],
)
def test_an_odd_address_answers_in_the_same_shape(programs, path, status):
    found = programs.get("zhang", path)
    assert (found.status_code, len(found.json()["errors"])) == (status, 1)


def test_a_body_that_is_too_large_answers_in_the_same_shape(programs):
    found = programs.post("zhang", "visits", {"note": "x" * 2_700_000}, key="large")
    [told] = found.json()["errors"]
    assert (found.status_code, "2.5 MB" in told["zh"], "2.5 MB" in told["en"]) == (413, True, True)
    assert all(told[mend] for mend in ("mend_zh", "mend_en"))
    assert "larger" in told["en"]


def test_too_many_requests_are_held_back_and_counted_by_token(programs, monkeypatch):
    monkeypatch.setattr(tokens, "PER_MINUTE", 2)
    assert [programs.get("zhang", "me").status_code for _ in range(3)] == [200, 200, 429]
    assert programs.get("wang", "me").status_code == 200
    later = callers.now() + timedelta(minutes=1)
    monkeypatch.setattr(callers, "now", lambda: later)
    assert programs.get("zhang", "me").status_code == 200


def test_figures_open_down_to_their_rows(programs, cast, records):
    found = programs.get(
        "manager", "values", {"kpi": ORDERS, "first": "202603", "last": "202603"}
    ).json()
    row = next(one for one in found["rows"] if one["of"]["code"] == "N1")
    kpi = programs.get("manager", f"kpis/{ORDERS}").json()
    assert (row["values"][ORDERS], kpi["code"]) == (1, ORDERS)
    measure = kpi["formula"]
    facts = programs.get(
        "manager", "facts", {"key": row["keys"][ORDERS], "measure": measure}
    ).json()
    assert [one["id"] for one in facts["counted"]] == [records["orders"].pk]
    sheet = programs.get("manager", "sheets/kpi", {"year": "2026", "outlet": "N1"}).json()
    assert (sheet["sheet"], sheet["of"]["code"]) == ("kpi", "N1")
    assert programs.get("zhang", "sheets/kpi", {"year": "2026", "outlet": "N1"}).status_code == 404


def test_registers_are_read_by_who_sees_them(programs, cast):
    listed = {
        who: [r["code"] for r in programs.get(who, "registers").json()] for who in ("zhang", "hr")
    }
    assert ("test_drive" in listed["zhang"], "test_drive" in listed["hr"]) == (True, False)
    assert programs.get("zhang", "registers/test_drive").json() == {"items": [], "next": None}
    assert programs.get("hr", "registers/test_drive").json()["items"] == []
    assert programs.get("zhang", "registers/nonsense").status_code == 404


def test_the_document_names_every_address_and_opens_no_other_host(programs):
    document = programs.get("zhang", "openapi.json").json()
    assert sorted(document["paths"]) == sorted(
        f"/api/v1{path}" for path in api.get_openapi_schema(path_prefix="")["paths"]
    )
    assert "http" not in str({**document, "paths": {}, "components": {}})


def test_no_program_writes_runs_or_pay(programs):
    paths = programs.get("zhang", "openapi.json").json()["paths"]
    writes = [path for path, does in paths.items() if set(does) - {"get"}]
    assert len(writes) > 0
    assert [path for path in writes if "run" in path or "pay" in path] == []


@pytest.mark.parametrize("path", ["customers", "registers/test_drive", "nowhere", "kpis/\0"])
def test_a_sign_that_no_text_can_hold_answers_in_the_same_shape(programs, path):
    found = programs.get("zhang", path, {"q": "a\0"})
    assert found.headers["Content-Type"] == "application/json"
    assert found.status_code in {404, 422}
    assert len(found.json()["errors"]) == 1


def reads_told():
    rows = AuditEntry.objects.filter(verb="tokens.read").order_by("id")
    told = [json.loads(row.body) for row in rows]
    return [(body["records"], body["of"]) for body in told]


def test_records_that_leave_are_told_once_a_day_and_when_they_are_many(
    programs, records, monkeypatch
):
    monkeypatch.setattr(tokens, "TOLD", (1, 3))
    for path in ("orders", f"orders/{records['orders'].pk}", "customers", "customers", "me"):
        assert programs.get("zhang", path).status_code == 200
    assert reads_told() == [(1, "orders"), (3, "customers")]
    tomorrow = callers.now() + timedelta(days=1)
    monkeypatch.setattr(callers, "now", lambda: tomorrow - timedelta(minutes=1))
    programs.get("zhang", "visits")
    assert reads_told() == [(1, "orders"), (3, "customers"), (1, "visits")]


@pytest.mark.parametrize(
    ("who", "limit"), [("zhang", "WITHOUT_EXPORT"), ("manager", "WITH_EXPORT")]
)
def test_a_day_has_so_many_records_over_all_tokens_of_a_person(
    programs, records, monkeypatch, who, limit
):
    """Figures are not counted, and what was refused does not count."""
    monkeypatch.setattr(tokens, "WITHOUT_EXPORT", 0)
    monkeypatch.setattr(tokens, "WITH_EXPORT", 0)
    monkeypatch.setattr(tokens, limit, 2)
    asked = [programs.get(who, noun) for noun in ("orders", "visits", "customers")]
    assert [one.status_code for one in asked] == [200, 200, 403]
    assert codes(asked[2]) == ["TooManyRows"]
    assert ApiToken.objects.get(user__username=who).taken == 2
    del programs._secrets[who]
    assert programs.get(who, "customers").status_code == 403
    assert programs.get(who, "kpis").status_code == 200


DRIVE = {"outlet": "N1", "name": "周游", "phone": "13812345678"}


def test_an_entry_of_a_register_is_written_once_by_who_may(programs, cast):
    body = {**DRIVE, "values": {"on_date": "2026-03-20", "drive_minutes": 25}}
    first, again = (programs.post("zhang", "registers/test_drive", body, "k1") for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    [row] = programs.get("zhang", "registers/test_drive").json()["items"]
    assert (row["id"], row["values"]["drive_minutes"]) == (first.json()["id"], 25)
    assert row["person"]["name"] == "张伟"
    assert programs.post("hr", "registers/test_drive", body).status_code in {403, 404}


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"on_date": "2026-03-20", "drive_minutes": "x"}, "drive_minutes"),
        ({"on_date": "gestern"}, "on_date"),
        ({"on_date": "2026-03-20", "speed": 1}, "speed"),
        ({"on_date": "2026-03-20", "drive_minutes": True}, "drive_minutes"),
        ({"on_date": "2027-03-20"}, "on_date"),
        ({}, "on_date"),
    ],
)
def test_a_wrong_field_of_an_entry_is_named(programs, values, where):
    found = programs.post("zhang", "registers/test_drive", {**DRIVE, "values": values})
    assert (found.status_code, [one["where"] for one in found.json()["errors"]]) == (422, [where])
