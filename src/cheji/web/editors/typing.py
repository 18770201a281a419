"""Between what was typed into an editor and the body that YAML would give."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from django.http import QueryDict

from cheji.engine.definitions import as_json
from cheji.engine.definitions.fields import number_of
from cheji.engine.findings import Refused

from .entries import SEVERAL, WORDS, Editor, Entry, Part, Ratios, Row

Typed = dict[str, Any]
"""Texts by the name of their entry; lists of the same for parts."""
Body = dict[str, Any]
DIGITS: Final = 9
MOST_ROWS: Final = 60


# -- from a body -------------------------------------------------------------------------------


def typed(editor: Editor, body: Row, ratios: Ratios) -> Typed:
    """A body as it stands in the fields; what is at its default shows the default."""
    return _typed(editor, editor.root, body, {}, ratios)


def _typed(editor: Editor, part: Part, body: Row, subject: Row, ratios: Ratios) -> Typed:
    own = _with_usual(part, body) if part.subject else subject
    found: Typed = {
        entry.name: text_of(
            entry, body.get(entry.name), in_percent=editor.percent(entry, own, ratios)
        )
        for entry in part.entries
    }
    for inner in part.parts:
        rows = body.get(inner.code) or ()
        found[inner.code] = [_typed(editor, inner, row, own, ratios) for row in rows]
    return found


def _with_usual(part: Part, body: Row) -> dict[str, Any]:
    return {**{entry.name: entry.usual for entry in part.entries if entry.usual}, **body}


def text_of(entry: Entry, value: Any, *, in_percent: bool = False) -> Any:
    """A value of a body as its input holds it."""
    if entry.kind == "flag":
        return bool(value)
    if entry.kind in SEVERAL:
        return [str(one) for one in value or ()]
    if entry.kind == "list":
        return ", ".join(value or ())
    if value is None:
        return entry.usual
    number = None if entry.kind in WORDS else number_of(value)
    if number is None:
        return str(value)
    return exact(number * 100 if in_percent else number)


def exact(value: Fraction) -> str:
    """A number as text that reads back as the same: decimals where they end, else a fraction."""
    scaled = value * 10**DIGITS
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    sign, whole = "-" if value < 0 else "", abs(scaled.numerator)
    text = f"{whole // 10**DIGITS}.{whole % 10**DIGITS:0{DIGITS}d}".rstrip("0").rstrip(".")
    return sign + text


# -- from a form -------------------------------------------------------------------------------


def read(editor: Editor, post: QueryDict) -> Typed:
    """What the fields of the editor sent."""
    return _read(editor.root, post, "")


def _read(part: Part, post: QueryDict, at: str) -> Typed:
    found: Typed = {entry.name: _sent(entry, post, at + entry.name) for entry in part.entries}
    for inner in part.parts:
        place = f"{at}{inner.code}."
        found[inner.code] = [_read(inner, post, f"{place}{row}.") for row in _rows(post, place)]
    return found


def _sent(entry: Entry, post: QueryDict, name: str) -> Any:
    if entry.kind == "flag":
        return name in post
    if entry.kind == "many":
        return [one[:64] for one in post.getlist(name)]
    if entry.kind == "picks":
        sent = (post.get(f"{name}.{number}", "").strip() for number in _rows(post, f"{name}."))
        return [one[:64] for one in sent if one]
    if entry.kind == "list":
        return ", ".join(one.strip() for one in post.getlist(name) if one.strip())
    return post.get(name, "").strip()


def _rows(post: QueryDict, place: str) -> list[int]:
    found = {name[len(place) :].partition(".")[0] for name in post if name.startswith(place)}
    rows = sorted(
        int(text) for text in found if text.isascii() and text.isdecimal() and len(text) < 4
    )
    return rows[:MOST_ROWS]


def changed(editor: Editor, given: Typed, deed: str) -> Typed:
    """What was typed after a button: `add:items`, `drop:items.2`, `up:items.2.bands.1`.

    `show:items.2.method` is no button: it was chosen there, and what does not fit it is dropped.
    """
    verb, _colon, place = deed.partition(":")
    path = place.split(".")
    if verb == "show":
        _fitted(editor.root, given, path)
        return given
    row: int | None = None
    if path[-1].isdecimal():
        row = int(path.pop())
    rows = rows_at(given, path)
    if rows is None:
        return given
    if verb == "add" and path[-1] in editor.parts and len(rows) < MOST_ROWS:
        rows.append(_blank(editor, path[-1]))
    elif row is not None and row < len(rows):
        _moved(rows, verb, row)
    return given


def rows_at(given: Typed, path: list[str]) -> list[Typed] | None:
    """The list of rows at a place; None where there is none."""
    place: Any = given
    for step in path:
        if isinstance(place, list):
            place = place[int(step)] if step.isdecimal() and int(step) < len(place) else None
        else:
            place = place.get(step) if isinstance(place, dict) else None
    return place if isinstance(place, list) else None


def _fitted(part: Part, row: Typed, path: list[str]) -> None:
    """Drops what a choice left over in its row: what would not be asked for if it were empty."""
    inner = next((one for one in part.parts if one.code == path[0]), None)
    if inner is not None and len(path) > 2:
        rows, number = row[inner.code], path[1]
        if number.isdecimal() and int(number) < len(rows):
            _fitted(inner, rows[int(number)], path[2:])
    elif part.subject:
        for name, empty in _empty(part).items():
            if not _asked(part, name, {**row, name: empty}):
                row[name] = empty


def _asked(part: Part, name: str, row: Row) -> bool:
    every = [(entry.name, entry.fits) for entry in part.entries]
    every += [(inner.code, inner.fits) for inner in part.parts]
    return any(fits is None or fits(row) for one, fits in every if one == name)


def _empty(part: Part) -> Typed:
    return {
        **{entry.name: text_of(entry, None) for entry in part.entries},
        **{inner.code: [] for inner in part.parts},
    }


def _blank(editor: Editor, code: str) -> Typed:
    return {**_empty(editor.parts[code]), **editor.new.get(code, {})}


def _moved(rows: list[Typed], verb: str, row: int) -> None:
    if verb == "drop":
        del rows[row]
    elif verb == "up" and row:
        rows[row - 1 : row + 1] = [rows[row], rows[row - 1]]
    elif verb == "copy" and len(rows) < MOST_ROWS:
        rows.insert(row + 1, {**rows[row], "code": ""})


# -- to a body ---------------------------------------------------------------------------------


def said(editor: Editor, given: Typed, code: str, ratios: Ratios) -> Body:
    """The body that the fields say: as a pack would write it, where it can be read.

    A number that is none stays as typed, and the check finds it.
    """
    body = editor.shaped({"code": code, **_said(editor, editor.root, given, given, ratios)})
    try:
        return editor.made(body)
    except Refused:
        return body


def _said(editor: Editor, part: Part, given: Typed, subject: Row, ratios: Ratios) -> Body:
    own = given if part.subject else subject
    pairs = (
        (entry.name, _value(entry, given.get(entry.name), editor.percent(entry, own, ratios)))
        for entry in part.entries
        if entry.fits is None or entry.fits(own)
    )
    body: Body = {
        name: value for name, value in pairs if value is not False and value not in ("", [])
    }
    for inner in part.parts:
        if inner.fits is None or inner.fits(given):
            rows = [_said(editor, inner, row, own, ratios) for row in given.get(inner.code, ())]
            if rows:
                sort = inner.code in editor.ascending
                body[inner.code] = list(_ascending(rows)) if sort else rows
    return body


def _value(entry: Entry, text: Any, in_percent: bool) -> Any:
    if entry.kind in ("flag", *SEVERAL):
        return text
    if entry.kind == "list":
        return listed(str(text or ""))
    if entry.kind in WORDS or not text:
        return text
    number = number_of(text)
    if number is None:
        return text
    typed_so = in_percent and not str(text).rstrip().endswith(("%", "％"))
    return as_json(number / 100 if typed_so else number)


def listed(text: str) -> list[str]:
    """What a list names: parted by commas, Chinese ones too."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def _ascending(rows: list[Body]) -> Iterator[Body]:
    """Bands in order, as far as they are numbers: order of typing means nothing."""
    numbers = [number_of(row.get("from")) for row in rows]
    if None in numbers:
        yield from rows
        return
    yield from sorted(rows, key=lambda row: number_of(row["from"]) or Fraction(0))
