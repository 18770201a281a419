"""Fields of the house's own in files: in the template, guessed, typed, written, refused, undone."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from cast import AT, Cast, Floor
from cheji.actions import fields, imports
from cheji.actions.imports.undoing import undo
from cheji.facts import rebuilding
from cheji.files import maps, reading
from cheji.files.own_columns import own_columns
from cheji.files.templates import template
from cheji.files.uploads import Upload, prepare
from cheji.records import models as m

pytestmark = pytest.mark.django_db
FUEL = (("ev", "纯电", "Electric"), ("ice", "燃油", "Petrol"))
FILES = {
    "customers": ("门店代码,客户编号,姓名", "N1,K1,钱"),
    "prospects": ("门店代码,意向卡号,建卡日期,意向级别,客户姓名", "N1,P1,2026-03-01,A,钱"),
    "orders": ("门店代码,订单号,签单日期,车价", "N1,O1,2026-03-01,100000"),
    "visits": ("门店代码,批次编号,来店日期", "N1,V1,2026-03-01"),
}
NOUNS = {"customers": m.Customer, "prospects": m.Prospect, "orders": m.Order, "visits": m.Visit}


@pytest.fixture
def cast():
    return Cast()


def field(cast, noun, code, kind, **more):
    terms = fields.Terms(f"{code}栏", code.title(), **more)
    fields.define(by=cast["hr"], at=AT, noun=noun, code=code, kind=kind, terms=terms)


def house(cast, kind):
    """One field of each type for the records of a kind; the choice is required and in KPIs."""
    noun = kind.removesuffix("s")
    field(cast, noun, "fuel", "choice", choices=FUEL, required=True, in_kpis=True)
    field(cast, noun, "size", "number")
    field(cast, noun, "since", "date")
    field(cast, noun, "words", "text")


def taken(cast, kind, *rows, head=""):
    """A file with the kind's columns and the own ones, taken in; what became of its rows."""
    plain, values = FILES[kind]
    lines = [head or f"{plain},fuel栏,Size,since,own_words", *(f"{values},{row}" for row in rows)]
    content = "\n".join(lines).encode()
    with own_columns():
        prepared = prepare(Upload(kind, "a.csv", content, {}, {}))
        assert prepared.reading.problems == ()
        batch = imports.start(
            by=cast["manager"],
            at=AT,
            kind=kind,
            name="a.csv",
            content=content + str(len(rows)).encode(),
        )
        batch.mode = "both"
        report = imports.commit(
            by=cast["manager"], at=AT, batch=batch, entries=prepared.entries(), skip=True
        )
    told = [(t.column, t.refusal.code) for t in report.troubles]
    told += [(p.column, p.code) for row in prepared.reading.faulty for p in row.problems]
    return batch, (report.create, report.update, report.same), told


def as_rebuilt():
    rebuilding.rebuild()
    return list(rebuilding.differences())


@pytest.mark.parametrize("kind", FILES)
def test_a_file_fills_own_fields_and_the_batch_takes_them_back(cast, kind):
    house(cast, kind)
    kept = {"fuel": "ev", "size": "12.5", "since": "2026-03-02", "words": "常来"}
    row = "纯电,12.5,2026/3/2,常来"
    _, counts, told = taken(cast, kind, row)
    record = NOUNS[kind].objects.latest("id")
    assert (counts, told, record.custom) == ((1, 0, 0), [], kept)
    assert taken(cast, kind, row)[1:] == ((0, 0, 1), [])
    change, counts, told = taken(cast, kind, "Petrol,,,")
    record.refresh_from_db()
    assert (counts, told, record.custom) == ((0, 1, 0), [], {**kept, "fuel": "ice"})
    assert as_rebuilt() == []
    undo(by=cast["manager"], at=AT, batch=change.pk)
    record.refresh_from_db()
    assert record.custom == kept
    assert as_rebuilt() == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",1,,", ("own_fuel", "ValueMissing")),
        ("蒸汽,1,,", ("own_fuel", "not_choice")),
        ("纯电,viel,,", ("own_size", "not_number")),
        ("纯电,,,13812345678", ("own_words", "NotInTheClear")),
    ],
)
def test_a_faulty_cell_is_told_at_its_column_and_nothing_is_written(cast, row, told):
    house(cast, "visits")
    assert taken(cast, "visits", row)[1:] == ((0, 0, 0), [told])
    assert m.Visit.objects.count() == 0


def test_a_required_value_is_not_cleared_and_a_file_without_the_column_leaves_it(cast):
    house(cast, "visits")
    visit = Floor().visit(cast.outlet, cast.people["zhang"])
    m.Visit.objects.filter(pk=visit.pk).update(number="V1", custom={"fuel": "ev"})
    assert taken(cast, "visits", "清空,,,")[2] == [("own_fuel", "ValueMissing")]
    head = FILES["visits"][0] + ",备忘"
    assert taken(cast, "visits", "x", head=head)[2] == []
    visit.refresh_from_db()
    assert visit.custom == {"fuel": "ev"}


def test_the_template_and_maps_have_the_columns_while_the_field_is_in_use(cast):
    house(cast, "orders")
    with own_columns():
        sheet = CalamineWorkbook.from_filelike(
            io.BytesIO(template("orders", "zh"))
        ).get_sheet_by_index(0)
        book, findings = maps.loads("kind: orders\ncolumns: {order_no: A, own_fuel: B}\n")
    assert sheet.to_python()[0][-4:] == ["fuel栏", "size栏", "since栏", "words栏"]
    assert (findings, [code for code, _ in book.maps[0].columns]) == ([], ["order_no", "own_fuel"])
    m.CustomField.objects.update(retired=True)
    with own_columns():
        _, findings = maps.loads("kind: orders\ncolumns: {order_no: A, own_fuel: B}\n")
    assert [one.code for one in findings] == ["map_word"]


def test_without_own_fields_an_import_asks_once_whether_there_are_any(cast):
    plain, values = FILES["orders"]
    content = f"{plain}\n{values}".encode()
    found = reading.read(content, "a.csv", "orders")
    entries = [imports.Entry(1, found.rows[0].values)]
    with CaptureQueriesContext(connection) as asked:
        imports.check(by=cast["manager"], kind="orders", entries=entries)
    assert sum("customfield" in query["sql"] for query in asked) == 1
