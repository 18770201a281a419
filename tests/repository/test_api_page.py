"""The page of the API names every address, every scope, and none that is not there."""

import re

import pytest

from cheji.api.addresses import api
from cheji.records.scopes import SCOPES
from repository.tree import LANGUAGES, ROOT

ADDRESS = re.compile(r"`((?:GET|POST|PATCH|PUT|DELETE) /[^`]*)`")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_api_is_complete(language: str) -> None:
    text = (ROOT / "docs" / language / "api.md").read_text(encoding="utf-8")
    there = {
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method in methods
    }
    named = set(ADDRESS.findall(text)) - {"GET /api/v1/openapi.json"}
    assert named == there
    assert [code for code in SCOPES if f"`{code}`" not in text] == []
