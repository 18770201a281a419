"""The translation catalogues: found in the source, checked complete, compiled, without gettext.

`python -m cheji.config.translations check | update | compile`. English texts are the message ids,
so English is complete by itself and every other language needs a catalogue.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent
LOCALE = SOURCE / "locale"
LANGUAGES = ("zh_Hans",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Entry = tuple[str | tuple[str, ...], str | None]


def template() -> Catalog:
    """Every text of the source, with the files that use it."""
    catalog = Catalog(project="cheji", charset="utf-8")
    for path in sorted(_sources()):
        place = (str(path.relative_to(SOURCE.parent)), 0)
        for text, context in _texts(path):
            catalog.add(text, locations=[place], context=context)
    return catalog


def findings(language: str) -> list[str]:
    """What is wrong with one catalogue: texts without a translation, and texts no longer used."""
    wanted, kept = template(), read(language)
    missing = [
        f"{language}: no translation of {message.id!r} ({message.locations[0][0]})"
        for message in wanted
        if message.id and not _translated(kept.get(_first(message.id), message.context))
    ]
    unused = [
        f"{language}: {message.id!r} is not used any more"
        for message in kept
        if message.id and wanted.get(_first(message.id), message.context) is None
    ]
    return missing + unused


def update(language: str) -> None:
    """Bring a catalogue up to date: new texts empty, unused ones removed."""
    kept, fresh = read(language), template()
    for message in fresh:
        old = kept.get(_first(message.id), message.context) if message.id else None
        if old is not None and _translated(old):
            message.string = old.string
    fresh.locale = language
    fresh.fuzzy = False
    target = _place(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, fresh, width=100, sort_output=True, omit_header=False, include_lineno=False)


def compile_all() -> None:
    for language in LANGUAGES:
        if _place(language).exists():
            with _place(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, read(language))


def _sources() -> Iterator[Path]:
    for folder in ("web", "api", "jobs", "records", "actions", "reads", "files", "config"):
        yield from (SOURCE / folder).rglob("*.py")
    yield from (SOURCE / "web").rglob("*.html")


def _texts(path: Path) -> Iterator[Entry]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        from django.utils.translation.template import templatize  # noqa: PLC0415  only here

        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)  # Babel's tokenizer minds indentation
    calls: Iterator[tuple[int, str, Any, list[str]]] = extract_python(  # type: ignore[assignment]
        io.BytesIO(text.encode()), KEYWORDS, [], {}
    )
    for _, function, found, _ in calls:
        entry = _entry(function, found)
        if entry:
            yield entry


def _entry(function: str, found: str | tuple[str | None, ...]) -> Entry | None:
    parts = [part for part in ([found] if isinstance(found, str) else found) if part is not None]
    if not parts:
        return None
    context = parts.pop(0) if "pgettext" in function else None
    if not parts:
        return None
    plural = function.startswith("n") and len(parts) > 1
    return (tuple(parts[:2]) if plural else parts[0]), context


def _first(identity: str | list[str] | tuple[str, ...]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
    return bool(strings) and all(strings)


def _place(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of a language; empty when there is no file yet."""
    if not _place(language).exists():
        return Catalog(locale=language)
    with _place(language).open("rb") as file:
        return read_po(file, locale=language)


def main(words: list[str]) -> int:
    verb = words[0] if words else "check"
    if verb == "compile":
        compile_all()
    elif verb == "update":
        for language in LANGUAGES:
            update(language)
    problems = [problem for language in LANGUAGES for problem in findings(language)]
    if verb != "compile":
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems and verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
