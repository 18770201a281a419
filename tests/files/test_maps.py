"""The map language: every word does what the handbook says, and wrong maps are told at once."""

from datetime import date

import pytest

from cheji.files.maps import as_json, dumps, from_json, loads
from cheji.files.reading import read, read_book
from cheji.files.sources import digest, slug


def book(text):
    found, problems = loads(text)
    assert problems == []
    return found


def values(text, *files):
    """The values of the good rows of each map of a book; files are a.csv, b.csv …"""
    given = {f"{name}.csv": content.encode() for name, content in zip("abc", files, strict=False)}
    return [[one.values for one in reading.good] for reading in read_book(book(text), given)]


def spend(column, *amounts, head="x"):
    """The amounts that a source gives for the cells of one column x (or several)."""
    text = (
        "kind: ad_spend\ncolumns:\n  outlet_code: {constant: B}\n"
        "  on_date: {constant: 2026-11-01}\n"
        f"  note: {{from: {head.split(',')[0]}}}\n  amount: {column}\n"
    )
    lines = "\n".join(amounts)
    (reading,) = read_book(book(text), {"a.csv": f"{head}\n{lines}\n".encode()})
    return [
        one.values["amount"]
        if one.ok or one.problems[0].code == "row_twice"
        else one.problems[0].code
        for one in reading.rows
    ]


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("x", ["1.5"], [150]),
        ("{from: x}", ["1.5"], [150]),
        ("{from: x, multiply: 0.1}", ["1.5", "2万"], [15, 2_000_000]),
        ("{from: x, multiply: 10000}", ["1.5"], [1_500_000]),
        ("{from: x, decimal: comma}", ['"1.234,5"'], [123_450]),
        ("{from: x, round: true}", ["0.005", "-0.005"], [1, -1]),
        ("{from: x, blank: [NA, 0], default: 7}", ["na", "0", "1"], [700, 700, 100]),
        (
            "{from: x, values: {low: 1, high: 2}}",
            ["LOW", "high", "mid"],
            [100, 200, "value_not_mapped"],
        ),
        ("{from: x, values: {low: 1}, else: 9}", ["low", "other"], [100, 900]),
        ("{from: x, values: {low: 1}, else: keep}", ["low", "3"], [100, 300]),
        ("{from: x, values: {low: 1}, else: blank, default: 4}", ["low", "3"], [100, 400]),
        ("{from: x, split: {by: /, take: 2}}", ["1/2", "3"], [200, "part_missing"]),
        ("{from: x, split: {by: /, take: -1}}", ["1/2/3"], [300]),
        ("{constant: 5}", ["1"], [500]),
    ],
)
def test_words_for_one_column(column, cells, found):
    assert spend(column, *cells) == found


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("{product: [x, y]}", ["30,136.00", "3,"], [408_000, "required"]),
        ("{difference: [x, y]}", ["10,2.5"], [750]),
        ("{total: [x, y]}", ["1,2", "2,"], [300, 200]),
        ("{from: [x, y], join: ''}", ["1,2"], [1_200]),
    ],
)
def test_words_for_several_columns(column, cells, found):
    assert spend(column, *cells, head="x,y") == found


def test_error_cells_and_bad_numbers_stay_problems_in_arithmetic():
    assert spend("{product: [x, y]}", "a,2", "1,2", head="x,y") == ["not_number", 200]


@pytest.mark.parametrize(
    ("skip", "left"),
    [
        ("{column: s, is: Sold}", ["un sold", "", "Sold out"]),
        ("{column: s, not: Sold}", ["SOLD"]),
        ("{column: s, in: [Sold, un sold]}", ["", "Sold out"]),
        ("{column: s, not_in: [Sold, un sold]}", ["SOLD", "un sold"]),
        ("{column: s, blank: true}", ["SOLD", "un sold", "Sold out"]),
        ("{column: s, matches: 'sold*'}", ["un sold", ""]),
    ],
)
def test_rows_are_left_out(skip, left):
    text = f"kind: outlets\nskip: [{skip}]\ncolumns: {{outlet_code: c, outlet_name: c, city: s}}\n"
    content = "c,s\n1,SOLD\n2,un sold\n3,\n4,Sold out\n"
    (rows,) = values(text, content)
    assert [row["city"] or "" for row in rows] == left


def test_blank_cells_of_a_merged_column_are_filled_down():
    text = """
kind: outlets
columns: {region_code: {from: r, fill: down}, outlet_code: c, outlet_name: c}
"""
    (rows,) = values(text, "r,c\nN,1\n,2\nS,3\n,4\n")
    assert [row["region_code"] for row in rows] == ["N", "N", "S", "S"]


def test_order_lines_of_a_second_file_are_summed_per_order():
    text = """
date_order: dmy
maps:
  - kind: orders
    file: b.csv
    join:
      - {file: a.csv, on: {no: number}, as: order}
      - {file: c.csv, on: {order.rep: id}, as: rep, missing: blank}
    group_by: [no]
    columns:
      outlet_code: {from: rep.office, default: none}
      order_no: no
      signed_on: order.day
      consultant: order.rep
      model: {from: item, take: list}
      vehicle_price: {product: [qty, price], take: sum}
      units: {from: qty, take: sum}
  - kind: cancellations
    file: a.csv
    skip: [{column: state, not: cancelled}]
    columns: {outlet_code: {constant: none}, order_no: number, on_date: day}
"""
    orders, cancelled = values(
        text,
        "number,day,rep,state\n1,01/02/2026,r1,open\n2,03/02/2026,r9,cancelled\n",
        "no,item,qty,price\n1,x,2,10.10\n2,y,1,5\n1,z,1,0.05\n",
        "id,office\nr1,O1\n",
    )
    assert orders == [
        {
            "outlet_code": "O1",
            "order_no": "1",
            "signed_on": date(2026, 2, 1),
            "consultant": (("r1", 10_000),),
            "model": "x、z",
            "vehicle_price": 2_025,
            "units": 3,
        },
        {
            "outlet_code": "none",
            "order_no": "2",
            "signed_on": date(2026, 2, 3),
            "consultant": (("r9", 10_000),),
            "model": "y",
            "vehicle_price": 500,
            "units": 1,
        },
    ]
    assert cancelled == [{"outlet_code": "none", "order_no": "2", "on_date": date(2026, 2, 3)}]


@pytest.mark.parametrize(
    ("take", "found"),
    [("first", 100), ("last", 300), ("min", 100), ("max", 500), ("sum", 900)],
)
def test_how_a_group_is_taken(take, found):
    text = (
        f"kind: ad_spend\ngroup_by: '*'\ncolumns: {{outlet_code: {{constant: B}}, "
        f"on_date: {{constant: 2026-11-01}}, amount: {{from: x, take: {take}}}}}"
    )
    assert values(text, "x\n1\n5\n3\n")[0][0]["amount"] == found


def test_a_group_whose_rows_differ_or_have_a_problem_is_told():
    text = "kind: outlets\ngroup_by: [c]\ncolumns: {outlet_code: c, outlet_name: n, closing_day: d}"
    content = b"c,n,d\n1,x,0\n1,y,0\n2,z,99\n2,z,1\n3,w,0\n"
    (reading,) = read_book(book(text), {"a.csv": content})
    assert {one.values["outlet_code"]: [p.code for p in one.problems] for one in reading.rows} == {
        "1": ["group_differs"],
        "2": ["out_of_range"],
        "3": [],
    }


def test_join_troubles_are_told_at_their_rows():
    text = """
kind: outlets
file: a.csv
join: [{file: b.csv, on: {r: id}, as: region}]
columns: {outlet_code: c, outlet_name: c, region_name: region.name}
"""
    given = {"a.csv": b"c,r\n1,x\n2,y\n3,z\n4,\n", "b.csv": b"id,name\nx,X\ny,Y1\ny,Y2\n"}
    (reading,) = read_book(book(text), given)
    assert [
        (one.values["region_name"], [p.code for p in one.problems]) for one in reading.rows
    ] == [
        ("X", []),
        (None, ["join_key_twice"]),
        (None, ["join_missing"]),
        (None, ["join_missing"]),
    ]


def test_a_missing_file_or_column_refuses_that_map_alone():
    text = """
maps:
  - {kind: outlets, file: a.csv, columns: {outlet_code: c, outlet_name: nope}}
  - {kind: outlets, file: z.csv, columns: {outlet_code: c, outlet_name: c}}
  - {kind: outlets, file: a.csv, columns: {outlet_code: c, outlet_name: c}}
"""
    found = read_book(book(text), {"A.csv": b"c\n1\n"})
    assert [[one.code for one in reading.problems] for reading in found] == [
        ["source_missing"],
        ["join_file_missing"],
        [],
    ]
    assert dict(found[0].problems[0].params) == {"header": "nope", "file": "A.csv"}


def test_a_single_map_reads_a_file_of_any_name():
    found = book("kind: outlets\ncolumns: {outlet_code: c, outlet_name: c}")
    reading = read(b"c\n1\n", "whatever.csv", "outlets", found.maps[0])
    assert [one.values for one in reading.good] == [{"outlet_code": "1", "outlet_name": "1"}]


def test_generated_codes_are_stable():
    assert slug("Buddy Storbeck's Diesel") == "buddy-storbeck-s-diesel"
    assert slug("Café Zürich") == "cafe-zurich"
    assert slug("北京朝阳店") == digest("北京朝阳店") == "dec7c6d8e3"
    assert slug("a" * 50) == f"{'a' * 25}-{digest('a' * 50)[:6]}"
    assert slug("C & M") != slug("北 & M")


def test_hashed_keys_tell_cells_apart():
    text = "kind: outlets\ncolumns: {outlet_code: {hash: [a, b], prefix: V}, outlet_name: a}"
    (rows,) = values(text, "a,b\nx,yz\nxy,z\n")
    assert len({row["outlet_code"] for row in rows}) == 2
    assert all(row["outlet_code"].startswith("V") for row in rows)


def test_equal_rows_are_counted_where_each_is_one_of_its_own():
    text = "kind: outlets\ncolumns: {outlet_code: {hash_each: [a, b]}, outlet_name: a}"
    (rows,) = values(text, "a,b\nx,y\nx,z\nx,y\nx,y\n")
    first, other = digest("x\x1fy"), digest("x\x1fz")
    codes = [row["outlet_code"] for row in rows]
    assert codes == [first, other, f"{first}-2", f"{first}-3"]


def test_yaml_comes_back_as_it_was():
    text = """
title: T
maps:
  - kind: orders
    file: a.csv
    sheet: S
    header_row: 3
    date_order: dmy
    skip: [{column: s, not: [x, y]}, {column: s, blank: true}]
    join: [{file: b.csv, on: {k: l}, as: j, missing: blank, sheet: T}]
    group_by: [k]
    columns:
      outlet_code: {slug: [a, b], prefix: P}
      order_no: {from: c, split: {by: "-", take: -1}, default: z}
      signed_on: {from: d, date_order: mdy, take: min}
      vehicle_price: {product: [e, f], multiply: 0.01, round: true, decimal: comma, take: sum}
      channel: {from: g, values: {Yes: walk_in, No: other}, else: other, blank: [NA], fill: down}
      note: {constant: ""}
      model: {from: [h, i], join: " "}
"""
    first = book(text)
    assert loads(dumps(first)) == (first, [])
    assert from_json(as_json(first)) == (first, [])
    assert dict(first.maps[0].columns)["channel"].values == (("Yes", "walk_in"), ("No", "other"))


FAULTY = """
kind: outlets
date_order: ymdd
header_row: x
skip: [{column: a}]
join: [{file: b}]
columns:
  nope: a
  city: {}
  brand: {from: [a, b]}
  outlet_code: {from: a, take: best, multiply: 0, split: 3, values: 1, bar: 2}
  outlet_name: {difference: [a]}
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [", [("map_yaml", None)]),
        ("- 1", [("map_value", "map")]),
        ("kind: nope", [("map_word", "maps[1].kind")]),
        ("kind: outlets\nfoo: 1", [("map_word", "maps[1]"), ("map_value", "maps[1].columns")]),
        ("a: &x [1]\nb: *x", [("map_yaml", None)]),
        ("maps: []", [("map_value", "maps")]),
        (
            FAULTY,
            [
                ("map_word", "maps[1].columns"),
                ("map_value", "maps[1].columns.city"),
                ("map_value", "maps[1].columns.brand"),
                ("map_word", "maps[1].columns.outlet_code"),
                ("map_value", "maps[1].columns.outlet_code.values"),
                ("map_value", "maps[1].columns.outlet_code.split"),
                ("map_value", "maps[1].columns.outlet_code.multiply"),
                ("map_word", "maps[1].columns.outlet_code.take"),
                ("map_value", "maps[1].columns.outlet_name"),
                ("map_value", "maps[1].header_row"),
                ("map_word", "maps[1].date_order"),
                ("map_value", "maps[1].skip[1]"),
                ("map_value", "maps[1].join[1]"),
            ],
        ),
    ],
)
def test_wrong_maps_are_told_all_at_once(text, found):
    made, problems = loads(text)
    assert made is None
    assert [(one.code, dict(one.params).get("where")) for one in problems] == found
