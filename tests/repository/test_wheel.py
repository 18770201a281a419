"""What a wheel would hold: every file that the program reads, and the command."""

import tomllib
from importlib import import_module
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PACKAGE = REPO / "src" / "cheji"
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_file_that_is_no_code_goes_into_the_wheel():
    globs = PROJECT["tool"]["setuptools"]["package-data"]["cheji"]
    taken = {path for glob in globs for path in PACKAGE.glob(glob) if path.is_file()}
    files = {path for path in PACKAGE.rglob("*") if path.is_file()}
    code = {path for path in files if path.suffix == ".py" or "__pycache__" in path.parts}
    assert files - code - taken == set()


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_the_command_is_there():
    module, name = PROJECT["project"]["scripts"]["cheji"].split(":")
    assert callable(getattr(import_module(module), name))
