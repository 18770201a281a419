"""What the child process reads, what it refuses, and that it cannot hurt its parent."""

from decimal import Decimal

import pytest

from cheji.files import preflight, reader
from cheji.files.cells import BOOL, DATE, ENDLESS, ERROR, STALE, TIME
from cheji.files.limits import Limits
from cheji.files.problems import Unreadable
from files.workbooks import (
    DATE_STYLE,
    MAIN,
    MOMENT_STYLE,
    biff,
    cell,
    error,
    label,
    number,
    parts_of,
    row,
    sheet_xml,
    text,
    texts,
    xlsx,
    zipped,
)


def sheets(content, name="a.xlsx", **more):
    return reader.sheets(content, preflight.check(content, name), **more)


def rows(content, name="a.xlsx"):
    return sheets(content, name)[0].rows


def refusal(content, name="a.xlsx", **more):
    with pytest.raises(Unreadable) as refused:
        sheets(content, name, **more)
    return refused.value.problem.code


def test_plain_cells_come_with_their_types():
    content = xlsx(
        row(
            3,
            text("B3", "x &amp; y"),
            cell("C3", "13800138000"),
            cell("D3", "12.1"),
            cell("E3", "1", type="b"),
            cell("F3", "46000", style=DATE_STYLE),
            cell("G3", "46000.75", style=MOMENT_STYLE),
            cell("H3", "2026-11-21", type="d"),
        )
    )
    assert rows(content) == [
        (
            3,
            [
                None,
                "x & y",
                13800138000,
                Decimal("12.1"),
                BOOL + "1",
                DATE + "2025-12-09",
                DATE + "2025-12-09T18:00:00",
                DATE + "2026-11-21",
            ],
        )
    ]


def test_no_number_is_a_float():
    content = xlsx(row(1, cell("A1", "0.1"), cell("B1", "1e20"), cell("C1", "7")))
    assert [type(one) for one in rows(content)[0][1]] == [Decimal, Decimal, int]


@pytest.mark.parametrize(
    ("made", "token"),
    [
        (cell("B2", "#DIV/0!", type="e"), ERROR + "#DIV/0!"),
        (cell("B2", "#N/A", type="e", formula="A1/0"), ERROR + "#N/A"),
        ("<c r='B2' t='e'><v>#REF!</v></c>", ERROR + "#REF!"),
        ('<c r="B2" t="e"/>', None),
        (cell("B2", None, formula="A1+1"), STALE),
        (cell("B2", "", formula="A1+1"), STALE),
        ('<c r="B2"><f t="shared" si="0"/></c>', STALE),
        ('<c r="B2"><f>A1</f><v/></c>', STALE),
        (cell("B2", "NaN"), ENDLESS + "nan"),
        (cell("B2", "1e999"), ENDLESS + "inf"),
        (cell("B2", "-INF"), ENDLESS + "-inf"),
        (cell("B2", "5", formula="A1+1"), 5),
        (cell("B2", "", type="str", formula='IF(1,"","")'), None),
        (cell("B2", "0", formula="A1-A1"), 0),
    ],
)
def test_trapped_cell_is_told_from_a_value(made, token):
    content = xlsx(row(1, cell("A1", "1")) + row(2, cell("A2", "1"), made))
    found = dict(rows(content))[2]
    assert [*found, None][1] == token


def test_trapped_cell_beyond_the_last_value_is_kept():
    content = xlsx(row(1, cell("A1", "1")) + row(9, cell("D9", None, formula="A1")))
    assert rows(content) == [(1, [1]), (9, [None, None, None, STALE])]


def test_trapped_cells_without_reference_are_counted():
    content = xlsx("<row><c><v>1</v></c></row><row><c><v>2</v></c><c t='e'><v>#NUM!</v></c></row>")
    assert rows(content) == [(1, [1]), (2, [2, ERROR + "#NUM!"])]


def test_trapped_cells_behind_a_namespace_prefix():
    body = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        '<x:c r="B1"><x:f>A1</x:f></x:c><x:c r="C1" t="e"><x:v>#N/A</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    content = zipped({**parts_of({"S": ""}), "xl/worksheets/sheet1.xml": body})
    assert rows(content) == [(1, [1, STALE, ERROR + "#N/A"])]


def test_zero_of_a_workbook_that_was_never_calculated_is_no_value():
    body = row(1, cell("A1", "7"), cell("B1", "0", formula="A1*2"), cell("C1", "9", formula="A1"))
    content = xlsx(body, calculation='<calcPr fullCalcOnLoad="1"/>')
    assert rows(content) == [(1, [7, STALE, 9])]


def test_a_date_cell_that_is_no_day_is_not_a_date():
    content = xlsx(row(1, cell("A1", "-5", style=DATE_STYLE), cell("B1", "0.5", style=DATE_STYLE)))
    assert rows(content) == [(1, [TIME + "00:00:00", TIME + "12:00:00"])]


def test_the_1904_date_system_shifts_date_cells_and_is_told():
    content = xlsx(
        row(1, cell("A1", "44538", style=DATE_STYLE)), settings='<workbookPr date1904="1"/>'
    )
    sheet = sheets(content)[0]
    assert (sheet.date1904, sheet.rows) == (True, [(1, [DATE + "2025-12-09"])])


def test_hidden_sheets_are_told_and_read_only_when_wanted():
    content = xlsx({"A": texts(1, "x"), "B": texts(1, "y")}, hidden=("B",))
    assert [(one.name, one.hidden, len(one.rows)) for one in sheets(content)] == [
        ("A", False, 1),
        ("B", True, 0),
    ]
    assert len(sheets(content, wanted=("B",))[1].rows) == 1


def test_an_index_out_of_the_shared_strings_is_a_refusal_and_not_a_crash():
    assert refusal(xlsx(row(1, cell("A1", "99", type="s")))) == "file_damaged"


def test_a_number_cell_that_holds_letters_is_a_text():
    assert rows(xlsx(row(1, '<c r="A1"><v>abc</v></c>'))) == [(1, ["abc"])]


def test_a_child_that_needs_too_much_memory_is_a_refusal():
    content = xlsx(row(1, cell("A1", 1)) + row(24_000, cell("GR24000", 1)))
    assert refusal(content, limits=Limits(memory_bytes=150 * 1024 * 1024)) == "reader_stopped"


def test_a_child_that_takes_too_long_is_a_refusal():
    content = ("a;b\n" + "1;2\n" * 190_000).encode()
    assert refusal(content, "a.csv", limits=Limits(wall_seconds=0)) == "reader_stopped"


def test_the_child_inherits_no_secret(monkeypatch):
    monkeypatch.setenv("CHEJI_SECRET_KEY", "s3cret")
    assert "s3cret" not in str(reader._bare_environment())


def test_old_workbooks_are_read_with_their_errors():
    content = biff(
        [
            label(0, 0, "门店"),
            label(0, 1, "金额"),
            label(1, 0, "BJ01"),
            number(1, 1, 12.5),
            label(2, 0, "BJ02"),
            error(2, 1),
        ]
    )
    assert rows(content, "a.xls") == [
        (1, ["门店", "金额"]),
        (2, ["BJ01", Decimal("12.5")]),
        (3, ["BJ02", ERROR + "#DIV/0!"]),
    ]


TABLE = [(1, ["门店", "备注"]), (2, ["BJ01", "第一行\n第二行"]), (4, ["BJ02", '他说"好"'])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_of_every_encoding_and_delimiter(encoding, delimiter):
    lines = ["门店,备注", 'BJ01,"第一行\n第二行"', ",", 'BJ02,"他说""好"""']
    content = "\r\n".join(lines).replace(",", delimiter).encode(encoding)
    assert rows(content, "a.csv") == TABLE


def test_delimiter_that_the_first_line_states():
    assert rows(b"sep=;\na;b,c\n1;2,3\n", "a.csv") == [(2, ["a", "b,c"]), (3, ["1", "2,3"])]


def test_commas_inside_amounts_do_not_beat_the_semicolon():
    content = b"a;b;c\n1,5;2,5;x\n3,5;4,5;y\n"
    assert rows(content, "a.csv")[1] == (2, ["1,5", "2,5", "x"])


def test_a_quote_that_is_never_closed_is_refused():
    assert refusal(b'a,b\n1,"2\n3,4\n5,6\n', "a.csv") == "text_quotes"


def test_too_many_rows_or_columns_of_text_are_refused():
    assert refusal(b"a,b\n" * 11, "a.csv", limits=Limits(rows=10)) == "far_cell"
    assert refusal(b"a,b,c\n", "a.csv", limits=Limits(columns=2)) == "far_cell"


def test_text_cannot_forge_a_marked_cell():
    assert rows(b"a,b\n\x01d2026-01-01,\x01e\n", "a.csv")[1] == (2, ["d2026-01-01", "e"])
    content = zipped({**parts_of({"S": ""}), "xl/worksheets/sheet1.xml": sheet_xml("")})
    assert rows(content) == []
