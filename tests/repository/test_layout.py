"""The house stays in order: floors, names, sizes, and nothing in it that is not ours."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from repository.tree import ROOT, SOURCE, tracked

LONGEST = 500
DRAWERS = {"common", "utils", "util", "helpers", "helper", "core", "base", "misc", "manager"}
OTHER_WORDS = {"store", "stores", "shop", "shops", "salesman", "salesperson", "dealership_id"}
NOT_OURS = re.compile(r"\.min\.(js|css)$|\.(woff2?|ttf|otf|eot|map|jar|exe|dll|so)$|node_modules/")
# Written by a program, or as long as what it lists.
ANY_LENGTH = re.compile(
    r"^requirements/|package-lock\.json$|^LICENSE$|\.po$|/migrations/|\.svg$|/packs/.*\.yaml$|/(cli|kpis)\.md$"
)
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
    )
]


def _texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path, (ROOT / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_imports_run_one_way() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_drawers() -> None:
    names = {path: {*path.parts[:-1], path.stem} for path in tracked() if path.suffix == ".py"}
    assert {str(path) for path, parts in names.items() if parts & DRAWERS} == set()


def test_no_file_is_too_long() -> None:
    lengths = {str(path): text.count("\n") for path, text in _texts()}
    long = {path: n for path, n in lengths.items() if n > LONGEST and not ANY_LENGTH.search(path)}
    assert long == {}


def test_nothing_of_others_is_committed() -> None:
    assert [str(path) for path in tracked() if NOT_OURS.search(str(path))] == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_registry_is_named(host: str) -> None:
    assert [str(path) for path, text in _texts() if host in text] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_an_outlet_is_never_called_a_store() -> None:
    """One word for one thing: the glossary's word, in every name of the source."""
    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in SOURCE.rglob("*.py")
        for name in _names(ast.parse(path.read_text(encoding="utf-8")))
        if set(name.lower().split("_")) & OTHER_WORDS
    }
    assert wrong == set()


def _names(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


GO = '{% include "components/go.html" %}'
PRESSED = re.compile(r'<button class="btn btn-(?:plain|primary)" type="submit"')


def test_what_sends_itself_has_a_button_for_who_runs_no_scripts() -> None:
    """Every form with a choice that is sent as soon as it is changed."""
    sent = {
        f"{path}:{text[: one.start()].count(chr(10)) + 1}": one[0]
        for path, text in _texts()
        if "templates" in path.parts
        for one in re.finditer(r"<form\b.*?</form>", text, re.DOTALL)
        if "data-autosubmit" in one[0]
    }
    assert len(sent) > 10
    assert [at for at, form in sent.items() if GO not in form and not PRESSED.search(form)] == []
