"""The worked figures of pay as the handbook shows them: what is worked, and what it pays."""

from collections.abc import Iterator, Mapping
from typing import Any

from cheji.packs.loading import codes, load


def worked_pay(language: str) -> str:
    """A row for every worked case of pay of every pack, in Markdown."""
    head = {"zh": "| 算例 | 元 |", "en": "| what | yuan |"}[language]
    rows = [
        f"| {case[language]} | {paid} |"
        for code in codes()
        for case in load(code).cases
        if case["kind"] == "pay"
        for paid in [", ".join(_paid(case))]
    ]
    return "\n".join([head, "|---|---|", *rows]) + "\n"


def _paid(case: Mapping[str, Any]) -> Iterator[str]:
    """What the case expects: of each period, or of what is taken back."""
    if "periods" in case:
        for period in case["periods"]:
            yield str(period["expect"]["payable"])
        return
    expected = case["expect"]
    yield str(expected["taken"] if "taken" in expected else expected["payable"])
