"""What is wrong with a formula or a definition: where, why, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in both languages; `code` is stable, `place` is a path: `kpis.visits.unit`.

    `key` is what is missing at that place, where the fault is that.
    """

    code: str
    place: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    key: str = ""


class Refused(ValueError):  # noqa: N818 - reads as what happened
    """Not accepted: every fault found is in `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{found.place}: {found.en}" for found in findings))
