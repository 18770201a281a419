"""Papers of the appraisal cycle: what they say, in both languages, and that they set as PDF."""

import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.files.papers import (
    TITLES,
    NotAwarded,
    NotPublished,
    paper_pdf,
    papers_of,
    summary_pdf,
    summary_xlsx,
)
from cheji.files.papers.appraisals import written
from cheji.files.papers.cycles import summary_paper
from cheji.files.papers.setting import Paper
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.summaries import summary_of
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db
NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


def blocks(paper, kind):
    return [block for block in paper.blocks if block["kind"] == kind]


def test_a_contract_says_items_aims_and_standards_and_who_agreed(cast, cycled) -> None:
    cycled.advance()
    zhang = cycled.of("zhang").pk
    terms = [
        act.Term("sales_units", target=60_000),
        act.Term("work_goals", "trainee", weight=5_000, text="带教新人 #[x] $y$"),
    ]
    act.propose(by=cast["lead"], at=AT, appraisal=zhang, terms=terms)
    act.agree(
        by=cast["zhang"], at=AT, appraisal=zhang, digest=paper_of(cast["zhang"], zhang).digest,
        aimless=True,
    )  # fmt: skip
    paper = written(paper_of(cast["zhang"], zhang), "contract", "zh")
    rows = blocks(paper, "rows")[0]["rows"]
    told = ("销售额", "销售数量", "· 带教新人 #[x] $y$")
    assert [row[:4] for row in rows if row[0] in told] == [
        ["销售额", "20", "", "未设定"], ["销售数量", "20", "", "6"],
        ["· 带教新人 #[x] $y$", "50%", "", ""],
    ]  # fmt: skip
    assert blocks(paper, "rows")[0]["total"][:2] == ["合计", "100"]
    stamps = [stamp for _as, _who, stamp in blocks(paper, "signed")[0]["parties"]]
    assert stamps == ["已于 2026-03-20 17:00 屏幕确认", "签名 / 日期"]
    english = written(paper_of(cast["zhang"], zhang), "contract", "en")
    assert (english.title, blocks(english, "rows")[0]["total"][0]) == (
        "Performance agreement", "Total",
    )  # fmt: skip
    assert paper.pdf()[:5] == b"%PDF-"


def test_the_same_paper_is_the_same_bytes(cast, cycled) -> None:
    seen = paper_of(cast["zhang"], cycled.of("zhang").pk)
    assert paper_pdf(seen, "contract", "zh") == paper_pdf(seen, "contract", "zh")


def test_every_block_sets_whatever_people_typed() -> None:
    paper = Paper("#set page() 题", "*集团*", "zh")
    paper.facts([("a", "$x$"), ("b", ""), ("c", "`raw`")])
    paper.big([("分", '#eval("1")')])
    paper.lines(["<label> @ref", ""])
    paper.signed([("本人", "堃喆镕", "")])
    assert paper.pdf()[:5] == b"%PDF-"


def test_letters_come_with_publication(cast, cycled) -> None:
    zhang = cycled.of("zhang").pk
    for paper in ("feedback", "letter"):
        with pytest.raises(NotPublished):
            written(paper_of(cast["zhang"], zhang), paper, "zh")
    with pytest.raises(NotFound):
        written(paper_of(cast["zhang"], zhang), "poster", "zh")
    cycled.published()
    seen = paper_of(cast["zhang"], zhang)
    letter = written(seen, "letter", "zh")
    assert blocks(letter, "big")[0]["pairs"] == [
        ("总分", "53.33"),
        ("等级", "D"),
        ("绩效系数", "0.00"),
    ]
    table = blocks(letter, "rows")[0]
    assert table["total"][4] == "53.33"
    assert len(table["rows"]) == 7
    assert "2026-03-26" in blocks(letter, "lines")[-1]["lines"][0]
    for paper in ("feedback", "letter", "evaluation"):
        assert paper_pdf(seen, paper, "en")[:5] == b"%PDF-"


def test_a_certificate_is_there_once_its_award_is_accepted(cast, cycled) -> None:
    cycled.published()
    zhang = cast.people["zhang"]
    award = m.Outcome.objects.create(
        cycle=cycled.row, person=zhang, kind="certificate", rule="top_grade", zh="表彰",
        en="award", value={"grade": "A"}, made_at=AT,
    )  # fmt: skip
    seen = paper_of(cast["zhang"], cycled.of("zhang").pk)
    with pytest.raises(NotAwarded):
        written(seen, "certificate", "zh")
    m.Outcome.objects.filter(pk=award.pk).update(state="accepted")
    seen = paper_of(cast["zhang"], cycled.of("zhang").pk)
    assert papers_of(seen) == tuple(TITLES)
    (told,) = blocks(written(seen, "certificate", "en"), "praise")
    assert told["lines"] == [
        "for outstanding work in 二月: 53.33 points, grade D.",
        "With thanks and congratulations.",
    ]
    assert paper_pdf(seen, "certificate", "zh")[:5] == b"%PDF-"


def test_a_letter_says_what_follows_by_names_and_figures(cast, cycled) -> None:
    cycled.published()
    told = (
        ("target", "target_lower", "目标", "next target",
         {"targets": {"sales_units": ["6", "5", "11/2"]}}),
        ("training", "weakest_item", "sales_units 失分最多", "sales_units lost most",
         {"item": "sales_units"}),
    )  # fmt: skip
    m.Outcome.objects.bulk_create(
        m.Outcome(
            cycle=cycled.row, person=cast.people["zhang"], kind=kind, rule=rule, zh=zh, en=en,
            value=value, state="declined", reason="换岗", made_at=AT,
        )
        for kind, rule, zh, en, value in told
    )  # fmt: skip
    seen = paper_of(cast["zhang"], cycled.of("zhang").pk)
    lines = [
        line for block in blocks(written(seen, "letter", "en"), "lines") for line in block["lines"]
    ]
    assert "Target　next target: Units sold 6 → 5.50 (Declined: 换岗)" in lines
    assert "Training　Units sold lost most (Declined: 换岗)" in lines


def test_marks_of_others_are_hidden_from_the_person_until_published(cast, cycled) -> None:
    cycled.go("manager")
    cycled.do_all()
    zhang = cycled.of("zhang").pk
    marked = {who: {m.part for m in paper_of(cast[who], zhang).marks} for who in ("zhang", "lead")}
    assert marked == {"zhang": {"self"}, "lead": {"self", "manager"}}
    cycled.publish()
    assert {m.part for m in paper_of(cast["zhang"], zhang).marks} == {"self", "manager"}


@pytest.mark.parametrize("who", ["li", "far_manager", "finance", "stock"])
def test_papers_out_of_reach_are_not_there(cast, cycled, who) -> None:
    seen = {"finance": True}.get(who, False)
    if seen:
        assert paper_of(cast[who], cycled.of("zhang").pk).person.number == "ZHANG"
        return
    with pytest.raises(NotFound):
        paper_of(cast[who], cycled.of("zhang").pk)


def cells(content, place):
    """The cells of a worksheet: text by place, or the formula with its kept value."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        page = ET.fromstring(archive.read(f"xl/worksheets/sheet{place}.xml"))
        texts = [
            "".join(part.itertext())
            for part in ET.fromstring(archive.read("xl/sharedStrings.xml")).iterfind("m:si", NAMES)
        ]
    found = {}
    for cell in page.iterfind(".//m:c", NAMES):
        value, formula = cell.findtext("m:v", "", NAMES), cell.findtext("m:f", "", NAMES)
        text = texts[int(value)] if cell.get("t") == "s" else value
        found[cell.get("r")] = (formula, float(value)) if formula else text
    return found


def test_a_summary_adds_up_in_both_forms(cast, cycled) -> None:
    cycled.published()
    found = summary_of(cast["hr"], cycled.id)
    content = summary_xlsx(found, "zh")
    results, items = cells(content, 1), cells(content, 2)
    assert results["I2"] == ("SUMIFS('考核项得分'!H:H,'考核项得分'!A:A,A2)", 53.33)
    mine = [float(items[f"H{row}"]) for row in range(2, 23) if items[f"A{row}"] == results["A2"]]
    assert round(sum(mine), 2) == 53.33
    assert results["I5"] == ("AVERAGE(I2:I4)", 53.33)
    spread = blocks(summary_paper(found, "zh"), "rows")[0]
    assert (spread["rows"], spread["total"]) == (
        [["N1 北一店", "3", "0", "0", "0", "3", "53.33"]],
        ["合计", "3", "0", "0", "0", "3", "53.33"],
    )  # fmt: skip
    assert summary_pdf(found, "en")[:5] == b"%PDF-"


def test_a_summary_names_rules_and_holds_the_targets_of_the_scheme(cast, cycled) -> None:
    act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk,
        on_date=date(2026, 2, 10), code="phone", text="响铃",
    )  # fmt: skip
    found = summary_of(cast["hr"], cycled.id)
    assert [(one.zh, one.en) for one in found.violations] == [
        ("会议未将电话静音", "Phone not silent in a meeting")
    ]
    targets = {one.item: one.target for one in found.terms if one.person.number == "ZHANG"}
    told = ("sales_units", "sat_rate", "new_customers")
    assert [targets[item] for item in told] == [None, Fraction(9, 10), 10]


def test_a_summary_holds_what_its_reader_sees(cast, cycled) -> None:
    cycled.published()
    held = {
        who: sorted(part.person.number for part in summary_of(cast[who], cycled.id).parts)
        for who in ("zhang", "lead", "manager", "auditor")
    }
    everybody = ["LI", "WANG", "ZHANG"]
    assert held == {
        "zhang": ["ZHANG"], "lead": ["LI", "ZHANG"], "manager": everybody, "auditor": everybody,
    }  # fmt: skip
    assert set(summary_of(cast["zhang"], cycled.id).results) == {cast.people["zhang"].pk}
    with pytest.raises(NotFound):
        summary_of(cast["far_manager"], cycled.id)
