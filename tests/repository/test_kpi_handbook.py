"""The page of KPIs says what the pack defines, with cases worked by the engine."""

import pytest

from cheji.files.sheets.handbook import kpi_chapter
from cheji.packs import codes, load
from repository.tree import LANGUAGES, documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_the_packs(language: str) -> None:
    assert documents(language)["kpis.md"].endswith(kpi_chapter(language) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kpi_has_a_worked_case(language: str) -> None:
    word = {"zh": "算例", "en": "Worked case"}[language]
    sections = kpi_chapter(language).split("### ")[1:]
    without = [text.split("`")[1] for text in sections if word not in text]
    packs = [load(code) for code in codes()]
    assert len(sections) == len({kpi.code for pack in packs for kpi in pack.definitions.kpis})
    assert without == []
