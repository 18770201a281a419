"""The templates: they are read as they are, in both languages, and hold no formula."""

import io
import re
import zipfile

import pytest

from cheji.files.kinds import KINDS
from cheji.files.reading import read
from cheji.files.templates import template


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_serves_every_column_and_its_example_is_no_row(kind, language):
    found = read(template(kind, language), "t.xlsx", kind)
    assert [one.code for one in found.problems] == ["no_rows"]
    assert [one.code for one in found.notes] == ["sheet_skipped", "example_left_out"]
    assert [code for code, _ in found.mapping.columns] == [one.code for one in KINDS[kind].columns]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_template_is_a_good_row(kind, language):
    parts = unzipped(template(kind, language))
    mark = "示例：" if language.startswith("zh") else "Example: "
    body = parts["xl/sharedStrings.xml"].decode().replace(mark, "")
    parts["xl/sharedStrings.xml"] = body.encode()
    found = read(zipped(parts), "t.xlsx", kind)
    assert [one.say("en") for one in found.all_problems()] == []
    assert len(found.good) == 1


def test_choices_are_drop_downs_and_nothing_is_a_formula():
    sheet = unzipped(template("prospects", "zh-hans"))["xl/worksheets/sheet1.xml"].decode()
    lists = re.findall(r"<formula1>\"([^\"]*)\"</formula1>", sheet)
    assert lists == ["H,A,B,C", "来店,行业开拓,保有客户,户外展示,其他,二级网点"]
    assert "<f>" not in sheet


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()
