"""Findings of a check at the fields of a form."""

from collections.abc import Mapping

from django import forms

from cheji.engine.findings import Finding
from cheji.web.wording import chinese


def placed(
    form: forms.Form, kind: str, code: str, findings: list[Finding], names: Mapping[str, str]
) -> list[Finding]:
    """Put findings at their fields, by `names` where a field is called otherwise.

    Returns those that have none in the form.
    """
    left = []
    for finding in findings:
        field = _field(kind, code, finding)
        field = names.get(field, field)
        if field in form.fields:
            form.add_error(field, sentence(finding))
        else:
            left.append(finding)
    return left


def _field(kind: str, code: str, finding: Finding) -> str:
    head, _dot, rest = finding.place.partition(".")
    own, _dot, name = rest.partition(".")
    if head != kind or own.partition("[")[0] not in ("", code):
        return ""
    if finding.code == "missing_key":
        name = finding.en.partition(" ")[0]
    return name.partition(".")[0].partition("[")[0]


def sentence(finding: Finding) -> str:
    """A finding with its mend, in the reader's language."""
    if chinese():
        return f"{finding.zh}。{finding.mend_zh}。"
    return f"{finding.en}. {finding.mend_en}."
