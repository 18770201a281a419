"""The mapping step of the import wizard: our columns, where each comes from, words to translate."""

from collections import Counter
from collections.abc import Mapping as Given
from dataclasses import dataclass, replace

from cheji.files.cells import shown
from cheji.files.guesses import SURE, header_digest, source_for
from cheji.files.kinds import Column, Kind
from cheji.files.maps import Mapping, Source
from cheji.files.maps.shapes import Make
from cheji.files.names import is_added
from cheji.files.problems import column_number
from cheji.files.reading import Look, Reading
from cheji.files.uploads import mapping_in
from cheji.reads import imports as reads
from cheji.records.visibility import Viewer

FIXED = "="
BY_CONTENT = "=#"
SAMPLES = 3
MANY_WORDS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One of our columns in the mapping table: what is chosen, and how sure the guess is."""

    column: Column
    chosen: str
    fixed: str
    sure: int
    required: bool

    @property
    def missing(self) -> bool:
        """Whether a required column has no source yet."""
        return self.required and not self.chosen


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a choice column that are not known, each with how often it stands there."""

    column: Column
    texts: tuple[tuple[str, int], ...]


def best(looks: list[Look]) -> Look:
    """The sheet whose headers fit best: most sure guesses, then most headers."""
    return max(looks, key=lambda one: (_sure(one), len(one.headers)))


def _sure(look: Look) -> int:
    return sum(one.confidence >= SURE for one in look.guesses)


def lines(kind: Kind, look: Look, mapping: Mapping | None, mode: str) -> list[Line]:
    """The mapping table: as it was accepted, else as guessed; weak guesses are offered too."""
    needed = kind.needed(partial=mode == "update")
    guesses = {one.column: one for one in look.guesses}
    kept = dict(mapping.columns) if mapping else {}
    found = []
    for column in kind.columns:
        source, guess = kept.get(column.code), guesses.get(column.code)
        if source is not None and source.make.startswith("hash"):
            said = BY_CONTENT, "", 100
        elif source is not None and source.constant is not None:
            said = FIXED, source.constant, 100
        elif source is not None and source.headers:
            said = source.headers[0], "", 100
        elif mapping is None and guess is not None:
            said = guess.header, "", guess.confidence
        else:
            said = "", "", 0
        found.append(Line(column, *said, required=column in needed))
    return found


def options(look: Look) -> list[tuple[str, str]]:
    """Every header of the file with the first values below it, and its letter without a name."""
    found = []
    for at, header in enumerate(look.headers):
        if not header or is_added(header):
            continue
        cells = [shown(row[at]) for row in look.samples if at < len(row) and row[at] is not None]
        found.append((header, "、".join(text[:20] for text in cells[:SAMPLES])))
    return found


def settled(kind: Kind, look: Look) -> Mapping | None:
    """The map that needs no asking: every header surely ours, and nothing required missing."""
    sure = [one for one in look.guesses if one.confidence >= SURE]
    named = {one.header for one in sure}
    mapped = {one.column for one in sure}
    if any(one and one not in named and not is_added(one) for one in look.headers):
        return None
    if any(column.code not in mapped for column in kind.needed()):
        return None
    return chosen(kind, {one.column: one.header for one in sure}, {}, None)


def chosen(
    kind: Kind,
    headers: Given[str, str],
    fixed: Given[str, str],
    before: Mapping | None,
    date_order: str = "",
) -> Mapping:
    """The map of what a person chose; what a source already knew (words, units) stays with it."""
    known = dict(before.columns) if before else {}
    columns = []
    for column in kind.columns:
        header = headers.get(column.code, "")
        old = known.get(column.code)
        if header == BY_CONTENT and column.code == kind.numbering:
            columns += _by_content(kind, headers)
        elif header == FIXED:
            if fixed.get(column.code, "").strip():
                columns.append((column.code, Source(constant=fixed[column.code].strip())))
        elif header:
            same = old is not None and old.headers == (header,)
            columns.append((column.code, old if same and old else source_for(column, header)))
    return Mapping(kind.code, tuple(columns), date_order=date_order)  # type: ignore[arg-type]


def _by_content(kind: Kind, headers: Given[str, str]) -> list[tuple[str, Source]]:
    """A number made of what tells the rows apart; nothing where the file has none of it."""
    told = (headers.get(code, "") for code in kind.told_by)
    named = tuple(header for header in told if header not in ("", FIXED))
    make: Make = "hash_each" if kind.alike else "hash"
    return [(kind.numbering, Source(headers=named, make=make))] if named else []


def remembered(who: Viewer, kind: Kind, look: Look) -> Mapping | None:
    """The map that was accepted for these headers before, if it still fits them.

    Somebody else's may lack required columns, which he had fixed.
    """
    kept = reads.remembered(who, kind.code, header_digest(look.headers))
    mapping = mapping_in(kept) if kept else None
    if mapping is None or not set(mapping.own_headers()) <= set(look.headers):
        return None
    return mapping


def lacking(kind: Kind, mapping: Mapping, mode: str = "both") -> list[Column]:
    """The required columns that a map has no source for; to update, the natural key will do."""
    mapped = {code for code, _source in mapping.columns}
    needed = kind.needed(partial=mode == "update")
    return [column for column in needed if column.code not in mapped]


def digest_of(look: Look) -> str:
    return header_digest(look.headers)


def unknown_words(kind: Kind, reading: Reading) -> list[Words]:
    """Words in columns of choices that nothing is known to mean, the most frequent first."""
    headers = {sheet: list(names) for sheet, names in reading.headers}
    counts: dict[str, Counter[str]] = {}
    for row in reading.faulty:
        for one in row.problems:
            if one.code not in ("not_choice", "value_not_mapped") or not row.cells:
                continue
            at = column_number(one.cell.rstrip("0123456789"))
            if at < min(len(row.cells), len(headers.get(row.place.sheet, row.cells))):
                counts.setdefault(one.column, Counter())[shown(row.cells[at]).strip()] += 1
    return [
        Words(column, tuple(counts[column.code].most_common(MANY_WORDS)))
        for column in kind.columns
        if column.code in counts and column.choices
    ]


def with_words(mapping: Mapping, given: Given[str, Given[str, str]]) -> Mapping:
    """The map with translations added: by column, from the file's word to the code of a choice."""
    columns = []
    for code, source in mapping.columns:
        more = tuple((word, choice) for word, choice in given.get(code, {}).items() if choice)
        if not more:
            columns.append((code, source))
            continue
        old = tuple(pair for pair in source.values if pair[0] not in dict(more))
        otherwise = source.otherwise if source.otherwise is not None else "keep"
        columns.append((code, replace(source, values=(*old, *more), otherwise=otherwise)))
    return replace(mapping, columns=tuple(columns))
