"""The column lists are whole, unambiguous, documented, and every problem can be said."""

import re
from pathlib import Path

import pytest

import cheji.files
from cheji.files import handbook
from cheji.files.guesses import SURE, guess
from cheji.files.kinds import KINDS
from cheji.files.maps import words
from cheji.files.names import simple, word
from cheji.files.problems import column_number, letters, problem, shortened
from cheji.files.sayings import SAYINGS
from cheji.files.templates import TYPES
from cheji.files.values import Fault, Spelling, convert
from cheji.records.registers import REGISTERS

REPO = Path(__file__).resolve().parents[2]
ALL = [(kind, column) for kind in KINDS.values() for column in kind.columns]


def test_the_kinds_are_those_that_can_be_imported():
    assert list(KINDS) == [
        *("outlets", "people", "customers", "leads", "visits", "prospects", "losses"),
        *("orders", "cancellations", "deliveries", "ad_spend", "targets", "daily_totals"),
        "benchmarks",
        "models",
        *(register.plural for register in REGISTERS.values()),
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_titles_and_keys_of_a_kind_are_unambiguous(kind):
    for said in (
        [column.code for column in kind.columns],
        [simple(column.zh) for column in kind.columns],
        [simple(column.en) for column in kind.columns],
    ):
        assert len(set(said)) == len(said)
    for key in kind.keys:
        assert {kind.column(code).code for code in key} == set(key)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_every_title_is_guessed_as_its_own_column(kind, language):
    titles = [column.title(language) for column in kind.columns]
    found = {one.header: one.column for one in guess(kind, titles) if one.confidence >= SURE}
    assert found == {column.title(language): column.code for column in kind.columns}


def test_choices_are_unambiguous_and_columns_complete():
    for _, column in ALL:
        said = [
            word(text)
            for one in column.choices
            for text in {one.code, one.zh, one.en, *one.aliases}
        ]
        assert len(set(said)) == len(
            {
                (one, w)
                for one in column.choices
                for w in {word(t) for t in (one.code, one.zh, one.en, *one.aliases)}
            }
        )
        assert (column.type == "choice") == bool(column.choices)
        assert bool(column.note_zh) == bool(column.note_en)
        assert column.type in TYPES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_handbook_lists_every_column_of_every_kind(language):
    folder = REPO / "docs" / language
    pages = [(folder / name).read_text(encoding="utf-8") for name in ("import.md", "registers.md")]
    page = "\n".join(pages)
    for kind in KINDS.values():
        assert handbook.section(kind, language) in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_handbook_explains_every_word_of_the_map_language(language):
    page = (REPO / "docs" / language / "import.md").read_text(encoding="utf-8")
    known = {*words._MAP_WORDS, *words._SOURCE_WORDS, *words._TAKES, *words._TESTS, *words._ORDERS}
    known |= {"maps", "on", "as", "missing", "by"}
    assert {one for one in known if f"`{one}`" not in page} == set()


def test_every_problem_that_the_code_raises_can_be_said_and_no_other():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(cheji.files.__file__).parent.rglob("*.py")
        if path.parent.name != "sayings"
    )
    named = {one for one in re.findall(r"\"([a-z0-9_]+)\"", code) if one in SAYINGS}
    assert set(SAYINGS) - named == set()
    for pattern in (
        r"refuse\(\s*\"([a-z_]+)\"",
        r"Fault\(\s*\"([a-z_]+)\"",
        r"problem\(\s*\"([a-z_]+)\"",
    ):
        assert set(re.findall(pattern, code)) <= set(SAYINGS)


def test_both_languages_of_a_saying_fill_in_what_the_other_does():
    for code, saying in SAYINGS.items():
        assert bool(saying.mend_zh) == bool(saying.mend_en) == (saying.level != "note"), code
        zh, en = (
            set(re.findall(r"{(\w+)}", text))
            for text in (saying.zh + saying.mend_zh, saying.en + saying.mend_en)
        )
        pairs = {
            "zh_name": "name",
            "zh_names": "names",
            "zh_first": "first",
            "zh_last": "last",
            "found_zh": "found",
            "what_zh": "what",
            "choices_zh": "choices",
            "kind_zh": "kind",
        }
        assert {pairs.get(one, one) for one in zh} == {pairs.get(one, one) for one in en}, code


def test_an_unknown_problem_cannot_be_made():
    with pytest.raises(KeyError):
        problem("nonsense")


def test_letters_of_columns():
    assert [letters(one) for one in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [column_number(one) for one in ("A", "Z", "aa", "ZZ", "AAA")] == [0, 25, 26, 701, 702]
    assert shortened("a\nb" + "c" * 100, 10) == "a bcccccc…"


WORDS = [
    *(("prospects", "channel", word, "owner") for word in ("转介绍", "老客户介绍", "增换购")),
    *(("prospects", "channel", word, "off_site") for word in ("车展", "定展", "外展")),
    *(("prospects", "channel", word, "not_choice") for word in ("朋友介绍", "抖音", "懂车帝")),
    *(("visits", "channel", word, "online") for word in ("抖音", "汽车之家", "百度", "小红书")),
    *(("visits", "channel", word, "phone") for word in ("400电话", "来电")),
    *(("people", "role", word, "outlet_manager") for word in ("销售经理", "展厅经理", "总经理")),
    *(("people", "role", word, "team_lead") for word in ("DCC 主管", "展厅主管", "组长")),
    *(("people", "role", word, "consultant") for word in ("业务员", "高级销售顾问")),
    *(("people", "role", word, "internet_sales") for word in ("网销", "dcc专员")),
    *(("people", "role", word, "second_tier") for word in ("二网销售", "渠道专员")),
    *(("people", "role", word, "aftersales") for word in ("服务顾问", "SA")),
    *(("people", "role", word, "not_choice") for word in ("网销经理", "信息员", "董事长")),
]


@pytest.mark.parametrize(("kind", "column", "text", "means"), WORDS)
def test_words_of_dealers_are_known_and_doubtful_ones_asked(kind, column, text, means):
    try:
        found = convert(text, KINDS[kind].column(column), Spelling())
    except Fault as fault:
        found = fault.code
    assert found == means
