"""The documents are complete, in both languages, and what they name exists."""

import re
from pathlib import Path

import pytest
import run
import typer
from typer.core import TyperCommand as Command
from typer.core import TyperGroup

from cheji.cli import LISTED, app
from cheji.files import kinds
from repository.tree import LANGUAGES, ROOT, SOURCE, documents, handbook, tracked

PAIRS = [("README.md", "README.zh.md")]
SETTING = re.compile(r"CHEJI_[A-Z_]+[A-Z]")
LINK = re.compile(r"\]\(([^)#\s]+)")
NOT_SETTINGS = {"CHEJI_KEYS", "CHEJI_ORIGIN"}


def _commands() -> dict[str, Command]:
    """Every command by its words: `sheet kpi`, `serve`."""
    import cheji.config.commands  # noqa: F401

    return _leaves(typer.main.get_command(app), ())


def _leaves(command: Command, words: tuple[str, ...]) -> dict[str, Command]:
    if not isinstance(command, TyperGroup):
        return {" ".join(words): command}
    found: dict[str, Command] = {}
    for name in command.list_commands(None):
        found |= _leaves(command.get_command(None, name), (*words, name))
    return found


def test_the_list_of_commands_says_of_each_what_it_says_of_itself() -> None:
    program = typer.main.get_command(app)
    own = {name: program.get_command(None, name).help.partition("\n")[0] for name in LISTED}
    assert {name: listed.help for name, listed in LISTED.items()} == own


def test_every_page_exists_in_both_languages() -> None:
    assert set(documents("zh")) == set(documents("en"))
    assert documents("zh") != {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_its_options_are_documented(language: str) -> None:
    text = handbook(language)
    missing = []
    for words, command in _commands().items():
        if not re.search(rf"cheji {words}\b", text):
            missing.append(words)
        for parameter in command.params:
            names = [name for name in parameter.opts if name.startswith("--")]
            missing += [f"{words} {name}" for name in names if f"{name}" not in text]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_import_kind_and_column_is_documented(language: str) -> None:
    text = handbook(language)
    assert kinds.KINDS
    missing = [
        f"{code}.{column.code}"
        for code, kind in kinds.KINDS.items()
        for column in kind.columns
        if f"`{code}`" not in text or f"`{column.code}`" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_documented(language: str) -> None:
    used = {
        name
        for path in [*SOURCE.rglob("*.py"), ROOT / "run.py"]
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
    }
    keys = {f"CHEJI_KEY_{name}" for name in ("DJANGO", "FIELD", "INDEX")}
    wanted = (used | keys) - NOT_SETTINGS - {"CHEJI_KEY"}
    assert sorted(name for name in wanted if f"`{name}`" not in handbook(language)) == []


@pytest.mark.parametrize("page", [*PAIRS[0], "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_commands_that_the_front_pages_name_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    first_words = {words.split(" ")[0] for words in _commands()}
    assert set(re.findall(r"run\.py ([a-z]+)", text)) <= set(run.COMMANDS)
    named = re.findall(r"(?:`|run\.py )cheji ([a-z]+)", text)
    assert set(named) - first_words == set()


def test_run_py_passes_on_to_commands_that_exist() -> None:
    assert {"demo", "bench"} - {words.split(" ")[0] for words in _commands()} == set()


def test_the_readme_shows_the_two_commands_first() -> None:
    for page in PAIRS[0]:
        screen = (ROOT / page).read_text(encoding="utf-8")[:1500]
        assert "python3 run.py demo" in screen
        assert "python3 run.py test" in screen
        assert ".svg" in screen


def test_links_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md"]
    dead = [
        f"{page}: {target}"
        for page in pages
        for target in LINK.findall((ROOT / page).read_text(encoding="utf-8"))
        if "://" not in target and not (ROOT / page.parent / target).exists()
    ]
    assert dead == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    silent = [page.name for page in pages if "## What it costs" not in page.read_text("utf-8")]
    assert silent == []


@pytest.mark.parametrize("term", ["outlet", "consultant", "lead", "visit", "prospect", "fact"])
def test_the_glossary_has_the_words_of_the_house(term: str) -> None:
    assert _glossary()[term] != ""


def test_every_term_has_a_chinese_and_a_meaning() -> None:
    assert [
        term for term, chinese in _glossary().items() if not re.search("[一-鿿]", chinese)
    ] == []


def _glossary() -> dict[str, str]:
    rows = Path(ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row[:1] == "|"]
    return {row[0]: row[1] for row in cells if row[0] not in {"term", "---"}}
