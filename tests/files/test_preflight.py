"""Every dangerous or false file is refused by its own code, in under a second."""

import struct
import time

import pytest

from cheji.files import preflight
from cheji.files.limits import Limits
from cheji.files.preflight import ole
from cheji.files.problems import Unreadable
from files.workbooks import MAIN, cell, compound, parts_of, row, sheet_xml, text, xlsx, zipped

GOOD = row(1, text("A1", "x")) + row(2, cell("A2", "1"))


def refusal(content, name="a.xlsx", limits=None):
    """The code with which a file is refused; the second is part of the promise."""
    started = time.process_time()
    with pytest.raises(Unreadable) as refused:
        preflight.check(content, name, *([limits] if limits else []))
    assert time.process_time() - started < 1
    return refused.value.problem.code


def with_part(name, body, **more):
    return zipped({**parts_of({"S": GOOD}), name: body}, **more)


def patched(content, part, size):
    """The same zip whose directory lies about the unpacked size of a part."""
    at = content.rindex(part.encode(), 0, content.rindex(b"PK\x05\x06")) - 46 + 24
    return content[:at] + struct.pack("<I", size) + content[at + 4 :]


DANGEROUS = {
    "50 million cells from 2 MB": lambda: (
        with_part("xl/worksheets/sheet1.xml", sheet_xml("<c/>" * 20_000_000)),
        "zip_ratio",
    ),
    "a shared string of 1 GB": lambda: (
        with_part("xl/sharedStrings.xml", b"<sst>" + b"a" * 200_000_000),
        "zip_ratio",
    ),
    "billion laughs": lambda: (
        with_part(
            "xl/sharedStrings.xml",
            '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>',
        ),
        "xml_dtd",
    ),
    "outside entity": lambda: (
        with_part(
            "xl/sharedStrings.xml",
            '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>',
        ),
        "xml_dtd",
    ),
    "a DTD behind a long comment": lambda: (
        with_part("xl/styles.xml", "<!--" + "é1" * 150_000 + "--><!DOCTYPE s><s/>"),
        "xml_dtd",
    ),
    "UTF-16 that would hide a DTD": lambda: (
        with_part("xl/styles.xml", "<!DOCTYPE s><s/>".encode("utf-16")),
        "xml_encoding",
    ),
    "a declared encoding other than UTF-8": lambda: (
        with_part("xl/styles.xml", '<?xml version="1.0" encoding="UTF-7"?><s/>'),
        "xml_encoding",
    ),
    "far cell": lambda: (
        xlsx(row(1, cell("A1", "1")) + row(1048576, cell("XFD1048576", "1"))),
        "far_cell",
    ),
    "far row alone": lambda: (xlsx(row(1, cell("A1", "1")) + row(200001)), "far_cell"),
    "far column alone": lambda: (xlsx(row(1, cell("GS1", "1"))), "far_cell"),
    "far column in small letters": lambda: (xlsx(row(1, cell("gs1", "1"))), "far_cell"),
    "far column with single quotes": lambda: (xlsx("<row r='1'><c r='XFD1'/></row>"), "far_cell"),
    "endless reference": lambda: (xlsx(row(1, cell("ZZZZZ9999999999", "1"))), "far_cell"),
    "a wide and tall box of few cells": lambda: (
        xlsx(row(1, cell("GR1", "1")) + row(200000, cell("A200000", "1"))),
        "too_many_cells",
    ),
    "truncated": lambda: (xlsx(GOOD)[:-60], "file_damaged"),
    "cut in the middle": lambda: (xlsx(GOOD)[:900], "file_damaged"),
    "not a zip": lambda: (b"PK\x03\x04 and nothing else", "file_damaged"),
    "empty": lambda: (b"", "file_empty"),
    "only blanks": lambda: (b" \r\n \r\n", "file_empty"),
    "old workbook called xlsx": lambda: (compound({"Workbook": bytes(4096)}), "file_not_as_named"),
    "password": lambda: (compound({"EncryptedPackage": bytes(4096)}), "file_password"),
    "no workbook part": lambda: (zipped({"word/document.xml": "<d/>"}), "no_workbook"),
    "path that climbs": lambda: (with_part("../../evil.xml", "<x/>"), "zip_name"),
    "path from the root": lambda: (with_part("/etc/evil.xml", "<x/>"), "zip_name"),
    "60,000 parts": lambda: (
        zipped({f"p{at}": "" for at in range(60_000)}, stored={f"p{at}" for at in range(60_000)}),
        "zip_parts",
    ),
    "size in the directory too small": lambda: (
        patched(xlsx(GOOD), "xl/worksheets/sheet1.xml", 10),
        "zip_lies",
    ),
    "size in the directory too large": lambda: (
        patched(xlsx(GOOD), "xl/worksheets/sheet1.xml", 100_000),
        "zip_lies",
    ),
    "a picture called xlsx": lambda: (b"\x89PNG\r\n\x1a\n....", "file_not_as_named"),
    "text called xlsx": lambda: (b"a,b\n1,2\n", "file_not_as_named"),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_workbook_is_refused(name):
    content, code = DANGEROUS[name]()
    assert refusal(content) == code


def test_two_parts_of_one_name_are_refused():
    content = with_part("xl/worksheets/SHEET1.xml", sheet_xml(GOOD))
    assert refusal(content) == "zip_name"


def test_encrypted_part_is_refused_as_password():
    content = bytearray(xlsx(GOOD))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refusal(bytes(content)) == "file_password"


def test_deep_xml_passes():
    deep = "<a>" * 50_000 + "</a>" * 50_000
    content = with_part("xl/custom.xml", deep)
    assert preflight.check(content, "a.xlsx").format == "xlsx"


def test_cells_exactly_at_the_limit_pass():
    content = xlsx(row(1, cell("GR1", "1")) + row(25000, cell("A25000", "1")))
    assert preflight.check(content, "a.xlsx").format == "xlsx"


def test_limits_can_be_set():
    content = xlsx(row(1, cell("A1", "1"), cell("K1", "1")))
    assert refusal(content, limits=Limits(columns=10)) == "far_cell"
    assert preflight.check(content, "a.xlsx", Limits(columns=11)).format == "xlsx"


def test_reference_in_a_text_is_no_far_cell():
    content = xlsx(row(1, text("A1", 'see r="XFD1048576"')))
    assert preflight.check(content, "a.xlsx").format == "xlsx"


def test_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(Unreadable) as refused:
        preflight.load(path)
    assert refused.value.problem.say("zh") == ("文件 21 MB，超过上限 20 MB；请拆成几个文件分别导入")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"a,b\n1,\0\n", "a.csv", "text_binary"),
        (b"a,b\n" + b"x" * 200_000, "a.csv", "text_line_long"),
        (b"PK\x03\x04....", "a.csv", "file_not_as_named"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "file_not_as_named"),
        ("﻿<html><table>".encode(), "a.csv", "file_not_as_named"),
        (b"a\tb\n1\t2\n", "a.xls", "file_not_as_named"),
        (b"%PDF-1.7", "a.csv", "file_not_as_named"),
        (b"a,b", "a.exe", "file_type"),
        (b"a,b", "a", "file_type"),
        ("Citroën,Škoda\né,û\n".encode("cp1252"), "a.csv", "text_encoding"),
        (compound({"Other": bytes(4096)}), "a.xls", "no_workbook"),
        (compound({"EncryptedPackage": bytes(4096)}), "a.xls", "file_password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.xls", "file_damaged"),
    ],
)
def test_other_files_are_refused(content, name, code):
    assert refusal(content, name) == code


def test_a_circle_of_sectors_is_refused():
    content = bytearray(compound({"Workbook": bytes(4096)}))
    content[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    with pytest.raises(Unreadable) as refused:
        ole.workbook(bytes(content))
    assert refused.value.problem.code == "file_damaged"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encoding_is_found(encoding, found):
    content = "门店代码,订单号\nBJ01,D1\nBJ02,D2\n".encode(encoding)
    assert preflight.check(content, "a.csv").encoding == found


def test_namespace_prefix_does_not_hide_a_far_cell():
    body = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="XFD1"/></x:row>'
    content = with_part("xl/worksheets/sheet1.xml", body + "</x:sheetData></x:worksheet>")
    assert refusal(content) == "far_cell"
