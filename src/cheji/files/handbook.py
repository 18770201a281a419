"""The column lists as they stand in the handbook, so that a test can hold the two together."""

from __future__ import annotations

from cheji.files.kinds import KINDS
from cheji.files.kinds.columns import Column, Kind
from cheji.files.templates import choice_names, type_name

_HEADS = {
    "zh": ("列", "代码", "必填", "类型", "可选值（代码）", "也认得的表头", "示例", "说明"),
    "en": (
        "column",
        "code",
        "required",
        "type",
        "choices (code)",
        "other headers",
        "example",
        "note",
    ),
}


def chapter(language: str) -> str:
    """Return the chapter of all kinds in Markdown."""
    return "\n\n".join(section(kind, language) for kind in KINDS.values())


def section(kind: Kind, language: str) -> str:
    """Return one kind in Markdown: what it is, its natural keys, and a table of its columns."""
    zh = language.startswith("zh")
    titles = {column.code: column.title(language) for column in kind.columns}
    between, also = ("、", "；没有时 ") if zh else (", ", "; else ")
    keys = also.join(between.join(f"`{code}` {titles[code]}" for code in key) for key in kind.keys)
    lines = [f"### `{kind.code}` {kind.title(language)}", ""]
    lines += [kind.about(language), ""] if kind.about(language) else []
    lines += [("自然键：" if zh else "Natural key: ") + keys, ""]
    heads = _HEADS["zh" if zh else "en"]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cells(column, language)) + " |" for column in kind.columns]
    return "\n".join(lines)


def _cells(column: Column, language: str) -> tuple[str, ...]:
    zh = language.startswith("zh")
    names = choice_names(column, language) if column.choices else []
    codes = [one.code for one in column.choices]
    choices = [
        name if name == code else f"{name} (`{code}`)"
        for name, code in zip(names, codes, strict=True)
    ]
    return (
        column.title(language),
        f"`{column.code}`",
        ("是" if zh else "yes") if column.required else "",
        type_name(column, language),
        "、".join(choices) if zh else ", ".join(choices),
        "、".join(column.aliases_zh) if zh else ", ".join(column.aliases_en),
        column.sample(language),
        column.note(language),
    )
