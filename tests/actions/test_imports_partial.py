"""Files with some of the columns: what they do not have stays, what they lack is told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from actions.test_imports import KINDS, MARCH, Desk, Values, counts, rows, trouble
from beginnings import begun
from cast import AT, ON
from cheji.actions import imports
from cheji.actions.imports.given import CLEAR
from cheji.facts import rebuilding
from cheji.files.kinds import KINDS as COLUMNS
from cheji.records import models as m

#: Kind → rows with many columns, rows of the key and one changed column, and what that changes.
FULL: dict[str, tuple[Values, Values, dict[str, Any]]] = {
    "outlets": (
        {"outlet_code": "X1", "outlet_name": "新店", "closing_day": 25, "city": "京", "brand": "",
         "timezone": "Asia/Urumqi"},
        {"outlet_code": "X1", "city": "津"},
        {"city": "津"},
    ),
    "customers": (
        {"number": "K1", "name": "丁", "channel": "owner", "owner": "ZHANG", "note": "老"},
        {"number": "K1", "owner": "LI"},
        {"owner_id": "LI"},
    ),
    "leads": (
        {"number": "L1", "received_on": MARCH, "source": "之家", "owner": "ZHANG", "name": "戊",
         "model": "星越", "state": "invalid", "contacted_on": MARCH,
         "received_at": datetime(2026, 3, 2, 10, 5),  # noqa: DTZ001  as a cell says it
         "first_attempt_at": datetime(2026, 3, 2, 10, 17)},  # noqa: DTZ001
        {"number": "L1", "model": "缤越"},
        {"model": "缤越"},
    ),
    "visits": (
        {"number": "V1", "on_date": MARCH, "consultant": "ZHANG", "customer_name": "己",
         "first": False, "channel": "phone", "counts": False, "model": "星越", "people_count": 3,
         "arrived_at": datetime(2026, 3, 2, 10, 5),  # noqa: DTZ001
         "left_at": datetime(2026, 3, 2, 11, 0)},  # noqa: DTZ001
        {"number": "V1", "model": "缤越"},
        {"model": "缤越"},
    ),
    "prospects": (
        {"number": "C1", "opened_on": MARCH, "level": "A", "customer_name": "庚", "owner": "ZHANG",
         "channel": "owner", "model": "星越", "note": "急"},
        {"number": "C1", "level": "H"},
        {"level": "H"},
    ),
    "orders": (
        {"order_no": "O1", "signed_on": MARCH, "vehicle_price": 100, "vehicle_cost": 90,
         "accessory_revenue": 9, "accessory_cost": 4, "discount": 5, "gift_cost": 2, "units": 3,
         "channel": "owner", "model": "星越", "promised_on": ON, "note": "急",
         "consultant": (("ZHANG", 10_000),), "customer_name": "壬"},
        {"order_no": "O1", "model": "缤越"},
        {"model": "缤越"},
    ),
    "cancellations": (
        {"order_no": "SIGNED", "on_date": MARCH, "reason": "价格"},
        {"order_no": "SIGNED", "on_date": ON},
        {"cancelled_on": ON},
    ),
    "deliveries": (
        {"order_no": "SIGNED", "number": "D1", "on_date": MARCH, "units": 2, "trade_in": True},
        {"order_no": "SIGNED", "number": "D1", "units": 1},
        {"units": 1},
    ),
    "ad_spend": (
        {"number": "S1", "on_date": MARCH, "amount": 900, "subsidy": 300, "channel": "抖音",
         "note": "春"},
        {"number": "S1", "subsidy": 200},
        {"subsidy": 200},
    ),
    "daily_totals": (
        {"on_date": ON, "visits": 9, "deliveries_owner": 2},
        {"on_date": ON, "visits": 8},
        {"counts": {"visits": 8, "deliveries_owner": 2}},
    ),
    "models": (
        {"name": "星越", "displacement": "upto_150", "segment": "SUV", "key": True},
        {"name": "星越", "segment": "MPV"},
        {"segment": "MPV"},
    ),
}  # fmt: skip
TABLE = {
    "outlets": m.Unit, "customers": m.Customer, "leads": m.Lead, "visits": m.Visit,
    "prospects": m.Prospect, "orders": m.Order, "cancellations": m.Order,
    "deliveries": m.Delivery, "ad_spend": m.AdSpend, "daily_totals": m.DailyTotal,
    "models": m.VehicleModel,
}  # fmt: skip


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with begun(Desk) as made:
        yield made


def held(kind: str, row: Values) -> Values:
    """The columns of the record that a row is about."""
    name = {"outlets": "outlet_code", "orders": "order_no", "cancellations": "order_no",
            "models": "name"}  # fmt: skip
    key = row.get(name.get(kind, "number"))
    field = {"outlets": "code", "models": "name"}.get(kind, "number")
    found = TABLE[kind].objects.filter(**({field: key} if key else {})).values().get()  # type: ignore[attr-defined]
    found.pop("version")
    if kind == "outlets":
        found["parent_id"] = m.Unit.objects.get(children=found["id"]).code
        found.pop("path")
    return dict(found)


def order_parts() -> list[Any]:
    lines = m.OrderLine.objects.order_by("order", "id")
    shares = m.OrderShare.objects.order_by("order", "id")
    return [
        *lines.values_list("order", "kind", "title", "revenue", "cost"),
        *shares.values_list("order", "since", "person", "share"),
    ]


@pytest.mark.parametrize("kind", FULL)
def test_a_column_that_the_file_does_not_have_stays(desk: Desk, kind: str) -> None:
    full, part, differs = FULL[kind]
    desk.bring(kind, [full])
    before, parts, all_rows = held(kind, full), order_parts(), rows()
    if "owner_id" in differs:
        differs = {"owner_id": desk.cast.people["li"].pk}
    batch, report = desk.bring(kind, [part], mode="update")
    assert (counts(report), report.troubles) == ((0, 1, 0, 0), [])
    assert held(kind, full) == {**before, **differs}
    assert order_parts() == parts
    assert counts(desk.bring(kind, [part], mode="update")[1]) == (0, 0, 1, 0)
    rebuilding.rebuild()
    assert rebuilding.differences() == []
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == all_rows


def test_a_post_keeps_its_team_end_and_name_when_the_file_has_no_such_column(desk: Desk) -> None:
    key = {"number": "P2", "unit_code": "N1", "role": "consultant", "from": MARCH}
    desk.bring("people", [{**key, "name": "江山", "team": "新组", "until": ON}])
    assert counts(desk.bring("people", [key], mode="update")[1]) == (0, 0, 1, 0)
    assert counts(desk.bring("people", [{**key, "name": "江川"}])[1]) == (0, 1, 0, 0)
    post = m.Post.objects.get(person__number="P2")
    assert (post.unit.name, post.until, post.person.name) == ("新组", ON, "江川")
    assert counts(desk.bring("people", [{**key, "team": CLEAR, "until": CLEAR}])[1]) == (0, 1, 0, 0)
    post.refresh_from_db()
    assert (post.unit.code, post.until) == ("N1", None)


def test_a_file_of_changes_leaves_rows_without_a_record_to_its_mode(desk: Desk) -> None:
    rows_: dict[str, Values] = {
        "outlets": {"outlet_code": "X9", "city": "京"},
        "people": {"number": "P9", "unit_code": "N1", "role": "consultant", "from": MARCH},
        "customers": {"number": "K9", "note": "新"},
        "leads": {"number": "L9", "model": "星越"},
        "visits": {"number": "V9", "model": "星越"},
        "prospects": {"number": "C9", "model": "星越"},
        "orders": {"order_no": "O9", "model": "星越"},
        "cancellations": {"order_no": "SIGNED", "reason": "价格"},
        "deliveries": {"order_no": "SIGNED", "number": "D9", "units": 1},
        "ad_spend": {"number": "S9", "note": "春"},
        "targets": {"kpi": "PLACE", "scope": "N1", "period": ("month", 202603), "value": 3},
        "daily_totals": {"on_date": ON, "visits": 9},
    }
    before = rows()
    for kind, row in rows_.items():
        _, report = desk.bring(kind, [row], mode="update")
        assert (counts(report), report.troubles) == ((0, 0, 0, 1), []), kind
    assert rows() == before


def test_an_order_line_keeps_the_amount_that_is_not_in_the_file(desk: Desk) -> None:
    full = FULL["orders"][0]
    desk.bring("orders", [full])
    order = m.Order.objects.get(number="O1")
    m.OrderLine.objects.create(order=order, kind="insurance", title="交强", revenue=3, cost=1)
    m.OrderLine.objects.create(order=order, kind="insurance", title="商业", revenue=7, cost=1)
    desk.bring("orders", [{"order_no": "O1", "signed_on": MARCH, "vehicle_price": 110}])
    desk.bring("orders", [{"order_no": "O1", "accessory_cost": 6, "discount": CLEAR}])
    lines = order.lines.order_by("id").values_list("kind", "title", "revenue", "cost")
    assert list(lines) == [
        ("vehicle", "", 110, 90),
        ("accessory", "", 9, 6),
        ("insurance", "交强", 3, 1),
        ("insurance", "商业", 7, 1),
        ("gift", "", 0, 2),
    ]


REFUSED = "ValueMissing"
#: Kind → column → what a cell that clears it makes of the record, or how it is refused.
CLEARED: dict[str, dict[str, dict[str, Any] | str]] = {
    "outlets": {"outlet_name": REFUSED, "closing_day": {"closing_day": 0}, "city": {"city": ""},
                "brand": {"brand": ""}, "timezone": {"timezone": "Asia/Shanghai"},
                "region_code": {"parent_id": "R0"}},
    "people": {"name": REFUSED, "role": REFUSED, "team": {"unit": "N1"}, "until": {"until": None},
               "last_day": {}, "level": {"level": ""}, "phone": {"phone_index": None}},
    "customers": {"name": REFUSED, "channel": {"channel": "walk_in"}, "owner": {"owner_id": None},
                  "note": {"note": ""}, "id_no": {"identity_cipher": None, "identity_index": None},
                  "phone": {"phone_cipher": None, "phone_index": None, "phone_tail_index": None}},
    "leads": {"received_on": REFUSED, "name": REFUSED, "phone": REFUSED, "source": {"provider": ""},
              "owner": {"person_id": None}, "model": {"model": ""}, "state": {"state": "new"},
              "received_at": {"received_at": None}, "contacted_on": {"contacted_on": None},
              "first_attempt_at": {"first_attempt_at": None},
              "channel": {"channel": "online"}},
    "visits": {"on_date": REFUSED, "customer_name": REFUSED, "phone": REFUSED,
               "first": {"first": True}, "purpose": {"purpose": "buy"}, "model": {"model": ""},
               "channel": {"channel": "walk_in"}, "consultant": {"person_id": None},
               "arrived_at": {"arrived_at": None}, "left_at": {"left_at": None},
               "people_count": {"people": 1}, "counts": {"counted": None, "excluded": ""}},
    "prospects": {"opened_on": REFUSED, "level": REFUSED, "customer_name": REFUSED,
                  "phone": REFUSED, "channel": {"channel": "walk_in"}, "owner": {"owner_id": None},
                  "model": {"model": ""}, "note": {"note": ""}},
    "losses": {"kind": REFUSED, "reason": {"reason": ""}, "rival": {"rival": ""}},
    "orders": {"signed_on": REFUSED, "customer_name": REFUSED, "phone": REFUSED,
               "channel": {"channel": "walk_in"}, "model": {"model": ""}, "units": {"units": 1},
               "promised_on": {"promised_on": None}, "note": {"note": ""}, "consultant": {},
               "vehicle_price": REFUSED},
    "cancellations": {"on_date": REFUSED, "reason": {"cancel_reason": ""}},
    "deliveries": {"on_date": REFUSED, "vin": REFUSED, "units": {"units": 3},
                   "trade_in": {"trade_in": False}},
    "ad_spend": {"on_date": REFUSED, "amount": REFUSED, "subsidy": {"subsidy": 0},
                 "channel": {"channel": ""}, "note": {"note": ""}},
    "targets": {"value": REFUSED, "base": {"base": None}, "stretch": {"stretch": None}},
    "daily_totals": {"visits": {"counts": {"deliveries_owner": 2}},
                     "deliveries_owner": {"counts": {}}},
    "benchmarks": {"value": REFUSED, "source": "NoSource"},
    "models": {"displacement": {"displacement": ""}, "segment": {"segment": ""},
               "key": {"key": False}},
}  # fmt: skip
MONEY = {
    "vehicle_cost",
    "discount",
    "gift_cost",
    "agent_fee",
    "accessory_revenue",
    "accessory_cost",
}
#: Columns that name a new region, or are only checked.
MAKING = {"region_name", "username"}
KEYS = {
    "people": ("number", "unit_code", "role", "from"), "losses": ("number", "on_date", "kind"),
    "targets": ("kpi", "scope", "model", "period", "within", "reserve"),
    "daily_totals": ("on_date",), "models": ("name",),
    "benchmarks": ("series", "scope", "period", "kpi", "value", "source"),
}  # fmt: skip


def row_of(kind: str) -> tuple[Values, Values]:
    """A row with all its columns, and its key."""
    more: dict[str, Values] = {
        "people": {"number": "P2", "unit_code": "N1", "role": "consultant", "from": MARCH,
                   "name": "江山", "team": "新组", "until": ON, "level": "senior",
                   "phone": "13900002222"},
        "losses": {"number": "OPEN", "on_date": ON, "kind": "lost", "reason": "价格", "rival": "A"},
        "targets": {"kpi": "PLACE", "scope": "N1", "model": "星越", "period": ("week", 202614),
                    "within": ("month", 202603), "reserve": True,
                    "value": 4, "base": 3, "stretch": 5},
        "benchmarks": {"series": "通报", "scope": "G", "period": ("month", 202602),
                       "kpi": "visits", "value": 210, "source": "二月通报"},
    }  # fmt: skip
    full = more.get(kind) or FULL[kind][0]
    if kind == "customers":
        full = {**full, "phone": "13900001111", "id_no": "11010519491231002X"}
    keys = KEYS.get(kind) or ("outlet_code", "number", "order_no")
    return full, {name: full[name] for name in keys if name in full}


def record(kind: str, full: Values) -> Values:
    if kind == "people":
        post = m.Post.objects.get(person__number="P2")
        names = {"name": post.person.name, "phone_index": post.person.phone_index}
        return {"unit": post.unit.code, "until": post.until, "level": post.level, **names}
    if kind in ("targets", "benchmarks"):
        table = m.Target if kind == "targets" else m.TypedBenchmark
        goal: Values = table.objects.values().get()  # type: ignore[attr-defined]
        goal.pop("version")
        return goal
    if kind == "losses":
        found = m.Prospect.objects.values().get(number="OPEN")
        found.pop("version")
        return found
    return held(kind, full)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_cell_keeps_what_is_there(desk: Desk, kind: str) -> None:
    full, key = row_of(kind)
    desk.bring(kind, [full])
    before, parts = record(kind, full), order_parts()
    blanks = {column.code: None for column in COLUMNS[kind].columns if column.code not in key}
    blanks.pop("outlet_code", None)
    report = desk.bring(kind, [{**blanks, **key}])[1]
    assert (counts(report), report.troubles) == ((0, 0, 1, 0), [])
    assert (record(kind, full), order_parts()) == (before, parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_that_says_so_clears(desk: Desk, kind: str) -> None:
    full, key = row_of(kind)
    desk.bring(kind, [full])
    was = record(kind, full)
    for column, makes in CLEARED[kind].items():
        row = {**key, column: CLEAR}
        if isinstance(makes, str):
            assert trouble(desk, kind, row) == [(2, makes)], column
        else:
            report = desk.bring(kind, [row])[1]
            assert report.troubles == [], column
            was |= makes
        assert record(kind, full) == was, column
    rebuilding.rebuild()
    assert rebuilding.differences() == []


def test_every_column_that_can_be_cleared_is_tried() -> None:
    for kind in KINDS:
        codes = {one.code for one in COLUMNS[kind].columns} - MAKING - set(row_of(kind)[1])
        money = ("_revenue", "_cost", "_fee")
        amounts = {code for code in codes if code.endswith(money)} | {"discount"}
        left = codes - amounts - {"outlet_code"} - set(CLEARED[kind])
        assert left <= {"person", "phone", "number", *daily(kind)}, kind


def daily(kind: str) -> set[str]:
    """Counts of a day are all of one column of the record."""
    return {one.code for one in COLUMNS[kind].columns} if kind == "daily_totals" else set()


def test_clearing_the_money_and_the_people_of_an_order(desk: Desk) -> None:
    full, key = row_of("orders")
    desk.bring("orders", [full])
    order = m.Order.objects.get(number="O1")
    desk.bring("orders", [{**key, "consultant": CLEAR, **dict.fromkeys(MONEY, CLEAR)}])
    assert list(order.lines.values_list("kind", "revenue", "cost")) == [("vehicle", 100, None)]
    assert list(order.shares.all()) == []


@pytest.mark.parametrize("kind", sorted({*FULL, "people", "losses"}))
def test_a_new_record_without_a_required_value_is_a_trouble_of_its_row(
    desk: Desk, kind: str
) -> None:
    bare: dict[str, Values] = {
        "outlets": {"outlet_code": "X9"},
        "people": {"number": "P9", "unit_code": "N1", "from": MARCH, "role": "consultant"},
        "daily_totals": {"on_date": ON, "person": "ZHANG"},
        "losses": {"number": "OPEN", "on_date": ON},
        "models": {"name": "星越"},
    }
    number = "order_no" if kind in ("orders", "cancellations", "deliveries") else "number"
    value = "SIGNED" if kind in ("cancellations", "deliveries") else "NEW"
    found = trouble(desk, kind, bare.get(kind, {number: value}))
    assert found == ([] if kind in ("daily_totals", "models") else [(2, "ValueMissing")])


def test_a_required_value_cannot_be_cleared(desk: Desk) -> None:
    desk.bring("orders", [FULL["orders"][0]])
    report = imports.check(
        by=desk.by, kind="orders", entries=desk.entries([{"order_no": "O1", "signed_on": CLEAR}])
    )
    (told,) = report.troubles
    assert (told.column, told.refusal.say(), told.refusal.say("en")) == (
        "signed_on",
        "必须填写“签单日期”：新增记录不可缺少，已有记录不可清空。",
        "“Signed on” must be given: a new record needs it, and a record that is there keeps it.",
    )


def test_a_target_names_its_kpi_by_alias_or_without_the_unit(desk: Desk) -> None:
    target = {"scope": "N1", "period": ("month", 202603), "value": 4}
    for name in ("毛利(元)", "毛利"):
        desk.bring("targets", [{**target, "kpi": name}])
    desk.bring("targets", [{**target, "kpi": "客流"}])
    assert sorted(m.Target.objects.values_list("kpi", flat=True)) == ["gross", "visits"]
    assert trouble(desk, "targets", {**target, "kpi": "没有"}) == [(2, "UnknownKpi")]


def test_a_reserve_and_the_parts_of_a_week_are_targets_of_their_own(desk: Desk) -> None:
    week = {"kpi": "PLACE", "scope": "N1", "period": ("week", 202614), "value": 4}
    rows = [
        week, {**week, "within": ("month", 202603)}, {**week, "within": ("month", 202604)},
        {**week, "reserve": True},
    ]  # fmt: skip
    desk.bring("targets", rows)
    desk.bring("targets", [{**rows[1], "value": 5}])
    kept = m.Target.objects.values_list("within", "reserve", "value").order_by("within", "reserve")
    assert list(kept) == [
        (0, False, 40_000), (0, True, 40_000), (202603, False, 50_000), (202604, False, 40_000),
    ]  # fmt: skip
    for more, refusal in (
        ({"within": ("month", 202605)}, "NoPartOfMonth"),
        ({"within": ("month", 202603), "period": ("month", 202603)}, "NoPartOfMonth"),
        ({"reserve": True, "scope": "LI"}, "ReserveOfUnit"),
    ):
        assert trouble(desk, "targets", {**week, **more}) == [(2, refusal)]


def test_every_kind_with_more_than_a_key_is_tried() -> None:
    assert set(KINDS) - set(FULL) == {"people", "losses", "targets", "benchmarks"}
