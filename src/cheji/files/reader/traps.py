"""The cells of an xlsx that calamine reads as empty or as zero although they hold no value.

One pass of byte patterns over the sheet XML: error cells and formulas without a kept result.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree as ET

from cheji.files.cells import ERROR, STALE
from cheji.files.problems import column_number, shortened

Traps = dict[tuple[int, int], str]
"""Row and column, both counted from 0 → the marked cell."""

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_C = rb"<(?:\w+:)?c\b([^>]*)>\s*"
_V = rb"<(?:\w+:)?v\b[^>]*>"
_END = rb"</(?:\w+:)?"
_ERROR = re.compile(
    _C.replace(rb"([^>]*)", rb"([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)") + rb"(.*?)" + _END + rb"c>",
    re.DOTALL,
)
_FORMULA = rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*" + _END + rb"f>)\s*"
_BARE = re.compile(_C + _FORMULA + _END + rb"c>")
_EMPTY = re.compile(_C + _FORMULA + rb"(?:<(?:\w+:)?v\s*/>|" + _V + rb"\s*" + _END + rb"v>)")
_ZERO = re.compile(_C + _FORMULA + _V + rb"0" + _END + rb"v>")
_ERROR_SPELLINGS = (b't="e"', b"t='e'", b't ="e"', b't= "e"', b't = "e"')
_REF = re.compile(rb"\br\s*=\s*[\"']\$?([A-Za-z]+)\$?(\d+)")
_TEXT_TYPE = re.compile(rb"\bt\s*=\s*[\"'](?:s|str|inlineStr)[\"']")
_INNER = re.compile(rb"<[^>]*>")
_TAGS = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)")


class Archive:
    """The parts of one xlsx: which XML belongs to which sheet, and its date system."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self._book = self._root_part()
        tree = self._tree(self._book)
        settings = _first(tree, "workbookPr")
        self.date1904 = settings is not None and settings.get("date1904") in ("1", "true")
        calculation = _first(tree, "calcPr")
        self._uncalculated = calculation is not None and calculation.get("fullCalcOnLoad") in (
            "1",
            "true",
        )
        self._paths = self._sheet_paths(tree)

    def traps(self, sheet: str) -> Traps:
        """Return the trapped cells of a sheet, found in one pass over its XML."""
        path = self._names.get(self._paths.get(sheet, "").lower())
        return find(self._zip.read(path), uncalculated=self._uncalculated) if path else {}

    def _root_part(self) -> str:
        rels = self._names.get("_rels/.rels")
        for relation in self._tree(rels) if rels else ():
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
        return "xl/workbook.xml"

    def _sheet_paths(self, tree: ET.Element) -> dict[str, str]:
        folder, file = posixpath.split(self._book)
        rels = self._names.get(f"{folder}/_rels/{file}.rels".lower().lstrip("/"))
        targets = {
            relation.get("Id", ""): _joined(folder, relation.get("Target", ""))
            for relation in (self._tree(rels) if rels else ())
        }
        paths = {}
        for sheet in tree.iter():
            if sheet.tag.endswith("}sheet"):
                key = sheet.get(_REL) or sheet.get(_STRICT) or ""
                paths[sheet.get("name", "")] = targets.get(key, "")
        return paths

    def _tree(self, path: str) -> ET.Element:
        return ET.fromstring(self._zip.read(self._names.get(path.lower(), path)))  # noqa: S314  the check refused every DTD


def find(xml: bytes, *, uncalculated: bool = False) -> Traps:
    """Return the cells of a sheet that hold no usable value.

    Args:
        xml: the part of the sheet.
        uncalculated: the workbook asks to be calculated when opened, so that a zero kept next to
            a formula is what the writing program put there, not a result.
    """
    found: dict[int, str] = {}
    if any(spelling in xml for spelling in _ERROR_SPELLINGS):
        for match in _ERROR.finditer(xml):
            found[match.start()] = ERROR + _text(match.group(2))
    if b"<f" in xml or b":f" in xml:
        found |= _formulas(xml, uncalculated=uncalculated)
    return _placed(xml, found)


def _formulas(xml: bytes, *, uncalculated: bool) -> dict[int, str]:
    found = {match.start(): STALE for match in _BARE.finditer(xml)}
    for match in _EMPTY.finditer(xml):
        if not _TEXT_TYPE.search(match.group(1)):
            found[match.start()] = STALE
    if uncalculated:
        for match in _ZERO.finditer(xml):
            if not _TEXT_TYPE.search(match.group(1)):
                found[match.start()] = STALE
    return found


def _text(inner: bytes) -> str:
    """Return the shown text of an error cell, without its formula."""
    value = re.search(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<", inner)
    raw = value.group(1) if value else _INNER.sub(b"", inner)
    return shortened(raw.decode("utf-8", "replace"), 40) or "#ERROR"


def _placed(xml: bytes, found: dict[int, str]) -> Traps:
    traps: Traps = {}
    unplaced = False
    for start, token in found.items():
        reference = _REF.search(xml[start : xml.find(b">", start)])
        if reference is None:
            unplaced = True
            break
        column = column_number(reference.group(1).decode())
        traps[int(reference.group(2)) - 1, column] = token
    return _counted(xml, found) if unplaced else traps


def _counted(xml: bytes, found: dict[int, str]) -> Traps:
    """Place cells that carry no reference by counting the rows and cells before them."""
    traps: Traps = {}
    row = column = -1
    for tag in _TAGS.finditer(xml):
        if tag.group(1) == b"row":
            stated = _ROW_NUMBER.search(tag.group(2))
            row, column = (int(stated.group(1)) - 1 if stated else row + 1), -1
            continue
        reference = _REF.search(tag.group(2))
        column = column_number(reference.group(1).decode()) if reference else column + 1
        if tag.start() in found:
            traps[row, column] = found[tag.start()]
    return traps


def _joined(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)


def _first(tree: ET.Element, name: str) -> ET.Element | None:
    return next((item for item in tree.iter() if item.tag.endswith("}" + name)), None)
