"""Whether a measure filters on own fields that there are."""

from collections.abc import Iterator, Mapping
from typing import Any

from cheji.engine.definitions.choices import marks_of, plain
from cheji.engine.findings import Finding

from .models import CustomField
from .own import REACH


def own_faults(body: object) -> list[Finding]:
    """What is wrong with the choices of own fields in the body of a measure."""
    kinds, tags = _asked(body)
    marks = [(code, choice) for tag in tags for code, choice in marks_of(tag).items()]
    if not marks:
        return []
    rows = CustomField.objects.filter(in_kpis=True, retired=False, code__in={m[0] for m in marks})
    fields = {row.code: row for row in rows}
    place = f"measures.{body.get('code', '')}.where.tags"  # type: ignore[attr-defined]
    return list(dict.fromkeys(_faults(fields, kinds, marks, place)))


def _asked(body: object) -> tuple[list[str], list[str]]:
    """Kinds and tags of a body, as far as it has the form of a measure's."""
    known = body if isinstance(body, Mapping) else {}
    kinds, where = known.get("kinds"), known.get("where")
    tags = where.get("tags") if isinstance(where, Mapping) else None
    values = tags.get("in") if isinstance(tags, Mapping) else None
    listed = [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
    return [str(kind) for kind in kinds] if isinstance(kinds, Mapping) else [], listed


def _faults(
    fields: Mapping[str, Any], kinds: list[str], marks: list[tuple[str, str]], place: str
) -> Iterator[Finding]:
    for code, choice in marks:
        field = fields.get(code)
        if field is None:
            yield _no_field(code, place)
        elif choice not in {one[0] for one in field.choices}:
            yield _no_choice(field.code, choice, [one[0] for one in field.choices], place)
        else:
            reach = REACH[field.noun]
            for kind in kinds:
                if not plain(kind).startswith(reach):
                    yield _out_of_reach(field.code, kind, place)


def _no_field(code: str, place: str) -> Finding:
    return Finding(
        "no_own_field",
        place,
        f"没有用于指标的自定义字段 {code}",
        f"There is no own field {code} that is used in KPIs",
        "先在“自定义字段”中添加并勾选“用于指标”",
        "Add it under own fields and mark it as used in KPIs",
    )


def _no_choice(field: str, choice: str, known: list[str], place: str) -> Finding:
    listed = ", ".join(known)
    return Finding(
        "no_own_choice",
        place,
        f"自定义字段 {field} 没有选项 {choice}",
        f"The own field {field} has no choice {choice}",
        f"可选：{listed}",
        f"Use one of: {listed}",
    )


def _out_of_reach(field: str, kind: str, place: str) -> Finding:
    return Finding(
        "own_field_elsewhere",
        place,
        f"{kind} 没有自定义字段 {field}：它属于另一类记录",
        f"{kind} has no own field {field}: it stands in another kind of record",
        "去掉这个事件，或换一个字段",
        "Take this kind of event away, or filter on another field",
    )
