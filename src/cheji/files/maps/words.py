"""The words of the map language: from plain values to mappings and back, with findings."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from cheji.files.cells import plain
from cheji.files.kinds import Kind
from cheji.files.maps.shapes import Join, Mapping, Skip, Source
from cheji.files.problems import Problem, problem

_MAP_WORDS = (
    *("kind", "file", "sheet", "header_row", "date_order", "skip", "join", "group_by", "columns"),
    "title",
)
_SOURCE_WORDS = (
    *("from", "constant", "product", "difference", "total", "slug", "hash", "hash_each"),
    *("join", "prefix", "blank", "split", "values", "else", "default", "date_order"),
    *("decimal", "multiply", "round", "fill", "take"),
)
_MAKES = ("product", "difference", "total", "slug", "hash", "hash_each")
_TAKES = ("same", "first", "last", "min", "max", "sum", "count", "list")
_TESTS = ("is", "not", "in", "not_in", "blank", "matches")
_ORDERS = ("ymd", "mdy", "dmy")


class Findings:
    """What is wrong with a map, gathered so that all of it is said at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def word(self, where: str, word: str, known: tuple[str, ...]) -> None:
        self.found.append(problem("map_word", where=where, word=word, known=", ".join(known)))

    def words(self, body: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        for word in body:
            if word not in known:
                self.word(where, str(word), known)

    def value(self, where: str, zh: str, en: str) -> None:
        self.found.append(problem("map_value", where=where, what_zh=zh, what=en))

    def one_of(self, body: dict[str, Any], word: str, known: tuple[str, ...], where: str) -> str:
        found = text_of(body.get(word, ""))
        if found and found not in known:
            self.word(f"{where}.{word}", found, known)
        return found


def text_of(value: Any) -> str:
    """Return a scalar of a map as the text that a cell is compared with."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    if isinstance(value, int | Decimal):
        return plain(value)
    return "" if value is None else str(value)


def texts_of(value: Any) -> tuple[str, ...]:
    """Return a scalar or a list of a map as texts."""
    if isinstance(value, list | tuple):
        return tuple(text_of(one) for one in value)
    return () if value is None else (text_of(value),)


def mapping_of(body: dict[str, Any], kind: Kind, where: str, findings: Findings) -> Mapping:
    """Return the mapping of one plain table; what is wrong goes into the findings."""
    findings.words(body, _MAP_WORDS, where)
    columns = body.get("columns")
    if not isinstance(columns, dict) or not columns:
        findings.value(f"{where}.columns", "至少要有一列", "at least one column is needed")
        columns = {}
    known = tuple(column.code for column in kind.columns)
    sources = []
    for code, given in columns.items():
        if code not in known:
            findings.word(f"{where}.columns", str(code), known)
            continue
        sources.append((str(code), _source(given, f"{where}.columns.{code}", findings)))
    return Mapping(
        kind=kind.code,
        columns=tuple(sources),
        file=text_of(body.get("file", "")),
        sheet=text_of(body.get("sheet", "")),
        header_row=_number(body.get("header_row", 0), f"{where}.header_row", findings),
        date_order=findings.one_of(body, "date_order", _ORDERS, where),  # type: ignore[arg-type]
        skip=_skips(body.get("skip"), where, findings),
        joins=_joins(body.get("join"), where, findings),
        group_by=texts_of(body.get("group_by")),
    )


def _source(given: Any, where: str, findings: Findings) -> Source:
    if not isinstance(given, dict):
        return Source(headers=texts_of(given))
    findings.words(given, _SOURCE_WORDS, where)
    make = next((word for word in _MAKES if word in given), "")
    headers = texts_of(given.get(make or "from"))
    if not headers and "constant" not in given and "default" not in given:
        findings.value(where, "需要 from 或 constant", "`from` or `constant` is needed")
    if make == "difference" and len(headers) != 2:
        findings.value(where, "difference 需要两列", "`difference` needs two columns")
    if len(headers) > 1 and not make and "join" not in given:
        findings.value(where, "多列需要 join", "several columns need `join`")
    values = given.get("values") or {}
    if not isinstance(values, dict):
        findings.value(f"{where}.values", "应是键值表", "a table is expected")
        values = {}
    return Source(
        headers=headers,
        constant=text_of(given["constant"]) if "constant" in given else None,
        make=make,  # type: ignore[arg-type]
        join=text_of(given["join"]) if "join" in given else None,
        prefix=text_of(given.get("prefix", "")),
        blank=texts_of(given.get("blank")),
        split=_split(given.get("split"), where, findings),
        values=tuple((text_of(key), text_of(value)) for key, value in values.items()),
        otherwise=text_of(given["else"]) if "else" in given else None,
        default=text_of(given["default"]) if "default" in given else None,
        date_order=findings.one_of(given, "date_order", _ORDERS, where),  # type: ignore[arg-type]
        decimal_comma=findings.one_of(given, "decimal", ("comma", "point"), where) == "comma",
        multiply=_factor(given.get("multiply", 1), f"{where}.multiply", findings),
        round=text_of(given.get("round", "")) == "true",
        fill_down=findings.one_of(given, "fill", ("down",), where) == "down",
        take=findings.one_of(given, "take", _TAKES, where) or "same",  # type: ignore[arg-type]
    )


def _split(given: Any, where: str, findings: Findings) -> tuple[str, int] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) - {"by", "take"} or not text_of(given.get("by")):
        findings.value(f"{where}.split", "应为 {by, take}", "`by` and `take` are expected")
        return None
    take = _number(given.get("take", 1), f"{where}.split.take", findings)
    return text_of(given["by"]), take


def _skips(given: Any, where: str, findings: Findings) -> tuple[Skip, ...]:
    skips = []
    for place, item in enumerate(given if isinstance(given, list) else [given] if given else []):
        here = f"{where}.skip[{place + 1}]"
        tests = [word for word in _TESTS if isinstance(item, dict) and word in item]
        if len(tests) != 1 or "column" not in item:
            findings.value(here, "需要 column 和一个条件", "`column` and one test are needed")
            continue
        findings.words(item, ("column", *_TESTS), here)
        texts = () if tests[0] == "blank" else texts_of(item[tests[0]])
        skips.append(Skip(text_of(item["column"]), tests[0], texts))  # type: ignore[arg-type]
    return tuple(skips)


def _joins(given: Any, where: str, findings: Findings) -> tuple[Join, ...]:
    joins = []
    for place, item in enumerate(given if isinstance(given, list) else [given] if given else []):
        here = f"{where}.join[{place + 1}]"
        on = item.get("on") if isinstance(item, dict) else None
        if not isinstance(on, dict) or not on or "file" not in item:
            findings.value(here, "需要 file 和 on", "`file` and `on` are needed")
            continue
        findings.words(item, ("file", "sheet", "on", "as", "missing"), here)
        file = text_of(item["file"])
        missing = findings.one_of(item, "missing", ("problem", "blank"), here) or "problem"
        pairs = tuple((text_of(ours), text_of(theirs)) for ours, theirs in on.items())
        name = text_of(item.get("as", "")) or file.rsplit(".", 1)[0]
        joins.append(Join(file, pairs, name, missing, text_of(item.get("sheet", ""))))  # type: ignore[arg-type]
    return tuple(joins)


def _number(given: Any, where: str, findings: Findings) -> int:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    findings.value(where, "应是整数", "a whole number is expected")
    return 0


def _factor(given: Any, where: str, findings: Findings) -> Decimal:
    try:
        found = Decimal(text_of(given))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found == 0 or abs(found.adjusted()) > 12:
        findings.value(where, "应是不为零的数", "a number other than zero is expected")
        return Decimal(1)
    return found


def plain_mapping(one: Mapping) -> dict[str, Any]:
    """Return a mapping as the plain table it is written as."""
    found: dict[str, Any] = {"kind": one.kind}
    for word in ("file", "sheet", "header_row", "date_order"):
        if getattr(one, word):
            found[word] = getattr(one, word)
    if one.skip:
        found["skip"] = [_plain_skip(skip) for skip in one.skip]
    if one.joins:
        found["join"] = [_plain_join(join) for join in one.joins]
    if one.group_by:
        found["group_by"] = list(one.group_by)
    found["columns"] = {code: _plain_source(source) for code, source in one.columns}
    return found


def _plain_skip(skip: Skip) -> dict[str, Any]:
    texts: Any = "true" if skip.test == "blank" else list(skip.texts)
    return {"column": skip.column, skip.test: texts}


def _plain_join(join: Join) -> dict[str, Any]:
    found = {"file": join.file, "on": dict(join.on), "as": join.name, "missing": join.missing}
    return {**found, "sheet": join.sheet} if join.sheet else found


def _plain_source(source: Source) -> Any:
    if source == Source(headers=source.headers) and len(source.headers) == 1:
        return source.headers[0]
    found: dict[str, Any] = {}
    if source.headers:
        found[source.make or "from"] = list(source.headers)
    if source.multiply != 1:
        found["multiply"] = plain(source.multiply)
    if source.split:
        found["split"] = {"by": source.split[0], "take": source.split[1]}
    if source.values:
        found["values"] = dict(source.values)
    if source.blank:
        found["blank"] = list(source.blank)
    optional = {"constant": source.constant, "join": source.join, "else": source.otherwise}
    optional |= {"default": source.default, "prefix": source.prefix or None}
    optional |= {"date_order": source.date_order or None}
    optional |= {"decimal": "comma" if source.decimal_comma else None}
    optional |= {"round": "true" if source.round else None}
    optional |= {"fill": "down" if source.fill_down else None}
    optional |= {"take": source.take if source.take != "same" else None}
    return found | {word: value for word, value in optional.items() if value is not None}
