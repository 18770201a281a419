"""Both catalogues hold every text of the source, with the same placeholders."""

import re

import pytest

from cheji.config import translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_complete(language: str) -> None:
    assert translations.findings(language) == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    wrong = []
    for message in translations.read(language):
        wanted = _placeholders(message.id)
        if message.id and message.string and _placeholders(message.string) != wanted:
            wrong.append((message.id, message.string))
    assert wrong == []


def _placeholders(text: str | tuple[str, ...] | list[str]) -> set[str]:
    joined = text if isinstance(text, str) else " ".join(text)
    return set(PLACEHOLDER.findall(joined))
