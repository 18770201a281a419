"""What is in the repository: its files as git knows them, and its documents by language."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "cheji"
LANGUAGES = ("zh", "en")


def tracked() -> list[Path]:
    """Files of the repository, relative to its root: committed ones and those about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def documents(language: str) -> dict[str, str]:
    """Pages of the handbook in one language, by path below docs/<language>."""
    folder = ROOT / "docs" / language
    return {
        str(page.relative_to(folder)): page.read_text(encoding="utf-8")
        for page in folder.rglob("*.md")
    }


def handbook(language: str) -> str:
    return "\n".join(documents(language).values())
