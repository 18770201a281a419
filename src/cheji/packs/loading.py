"""Packs from their folders, and definitions back into YAML text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

import yaml

from cheji.engine.definitions import Definition, Definitions, body_of, build
from cheji.engine.findings import Finding, Refused
from cheji.engine.money import rounded

BUNDLE_KEYS: Final = ("switches", "measures", "kpis", "sheets", "schemes", "pay_plans")
SINGLE: Final = ("schemes.yaml", "pay.yaml")
MAX_CHARACTERS: Final = 300_000
MAX_BODY: Final = 10_000  # characters of one definition: read and checked within 0.1 s
MAX_DEPTH: Final = 30
DENSEST: Final = 5  # characters for each part, at least: what is denser is no definition


@dataclass(frozen=True)
class Pack:
    """A bundle of definitions with the worked cases that prove them.

    A pack that extends another has all of its definitions too; `own` are the codes it adds.
    """

    code: str
    definitions: Definitions
    zh: str = ""
    en: str = ""
    extends: str = ""
    own: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def cases(self) -> tuple[Mapping[str, Any], ...]:
        """Read when asked for: only tests and the handbook need them."""
        return tuple(_together(self.code, "cases").get("cases", ()))

    @cached_property
    def exercises(self) -> tuple[Mapping[str, str], ...]:
        """What to practise by step: code, kpi, zh, en; of the pack below where it has none."""
        place = files("cheji.packs") / self.code / "exercises.yaml"
        if not place.is_file():
            return load(self.extends).exercises if self.extends else ()
        return tuple(read_yaml(place.read_text("utf-8"), "exercises.yaml")["exercises"])


def codes() -> list[str]:
    """The packs that come with the product."""
    folder = files("cheji.packs")
    return sorted(entry.name for entry in folder.iterdir() if (entry / "pack.yaml").is_file())


@cache
def load(code: str) -> Pack:
    """A pack, read once.

    Raises:
        KeyError: no such pack.
        Refused: its definitions have faults.
    """
    if code not in codes():
        raise KeyError(code)
    about = _about(code)
    about.pop("sections", None)
    bodies = _bodies(code)
    own = frozenset((key, body["code"]) for key, listed in bodies.items() for body in listed)
    if "extends" in about:
        bodies = _over(_bodies(about["extends"]), bodies)
    return Pack(code, build(bodies), own=own, **about)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the catalogue: one file of KPIs of a pack."""

    code: str
    zh: str
    en: str
    kpis: frozenset[str]


@cache
def sections() -> tuple[Section, ...]:
    """The parts of the catalogue of all packs, in their order."""
    found = []
    for pack in codes():
        for one in _about(pack).get("sections", ()):
            kpis = _file(pack, f"kpis/{one['code']}.yaml").get("kpis", ())
            found.append(Section(**one, kpis=frozenset(body["code"] for body in kpis)))
    return tuple(found)


def _about(code: str) -> dict[str, Any]:
    return dict(read_yaml(_text(code, "pack.yaml"), "pack.yaml"))


def _bodies(code: str) -> dict[str, list[Any]]:
    """What a pack's own files define, by the keys of a bundle."""
    found = _together(code, "kpis")
    for name in SINGLE:
        if (files("cheji.packs") / code / name).is_file():
            found |= read_yaml(_text(code, name), name)
    return found


def _together(code: str, name: str) -> dict[str, list[Any]]:
    """The lists of all files of a folder, the sheets first and then by name."""
    found: dict[str, list[Any]] = {}
    folder = files("cheji.packs") / code / name
    if not folder.is_dir():
        return found
    for entry in sorted(folder.iterdir(), key=lambda one: (one.name != "sheets.yaml", one.name)):
        for key, bodies in _file(code, f"{name}/{entry.name}").items():
            found.setdefault(key, []).extend(bodies)
    return found


def _over(below: Mapping[str, list[Any]], above: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """A pack on top of another: the same code above stands in place of the one below."""
    found: dict[str, list[Any]] = {}
    for key in dict.fromkeys((*below, *above)):
        codes = {body["code"]: body for body in (*below.get(key, ()), *above.get(key, ()))}
        found[key] = list(codes.values())
    return found


@cache
def _file(code: str, name: str) -> Mapping[str, Any]:
    """A file of a pack, read once."""
    found: Mapping[str, Any] = read_yaml(_text(code, name), name)
    return found


def _text(code: str, name: str) -> str:
    return (files("cheji.packs") / code / name).read_text("utf-8")


def read_yaml(text: str, place: str = "yaml", *, limit: int = MAX_CHARACTERS) -> Any:
    """YAML with exact numbers: whole ones are int, others Fraction; dates are dates.

    Anchors, tags, repeated keys and other writings of numbers and truth are not read.

    Raises:
        Refused: the text is not such YAML, is too long or too deep.
    """
    if len(text) > limit:
        raise Refused([_unreadable(place, f"more than {limit} characters")])
    try:
        loader = _Exact(text)
        loader.parts_left = limit // DENSEST
        return loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused([_unreadable(place, " ".join(str(error).split()))]) from None


def dump(definition: Definition) -> str:
    """A definition as YAML text that reads back to an equal definition."""
    return _written(body_of(definition))


def dump_all(definitions: Definitions) -> str:
    """Many definitions as one YAML text with the keys of a pack; kinds without any are left out."""
    found = {key: [body_of(item) for item in getattr(definitions, key)] for key in BUNDLE_KEYS}
    return _written({key: bodies for key, bodies in found.items() if bodies})


def _written(body: Mapping[str, Any]) -> str:
    return yaml.dump(body, Dumper=_ExactDumper, allow_unicode=True, sort_keys=False, width=100)


def _unreadable(place: str, why: str) -> Finding:
    return Finding(
        "yaml",
        place,
        f"读不懂这个 YAML：{why}",
        f"This YAML cannot be read: {why}",
        "按行列检查缩进、冒号和引号；不要使用锚点、标签和重复的键",
        "Check indents, colons and quotes at that line; use no anchors, tags or repeated keys",
    )


class _InPython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """What a text says, event by event, where libyaml is not built in."""

    def __init__(self, text: str) -> None:
        """Read from a text."""
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


_Events: Any = vars(yaml.cyaml)["CParser"] if yaml.__with_libyaml__ else _InPython


class _Exact(
    yaml.composer.Composer, _Events, yaml.constructor.SafeConstructor, yaml.resolver.Resolver
):
    """Only null, true, false, decimal numbers, dates and texts.

    The events come from libyaml, three times as fast; nodes are composed here, where they count.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0
    parts_left = MAX_CHARACTERS

    def __init__(self, text: str) -> None:
        """Read from a text."""
        _Events.__init__(self, text)
        yaml.composer.Composer.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.YAMLError(f"anchor or alias {event.start_mark}")
        self.depth += 1
        self.parts_left -= 1
        if self.depth > MAX_DEPTH:
            raise yaml.YAMLError(f"more than {MAX_DEPTH} levels {event.start_mark}")
        if self.parts_left < 0:
            raise yaml.YAMLError(f"too many parts {event.start_mark}")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int) or key in mapping:
                raise yaml.YAMLError(f"a repeated or odd key {key_node.start_mark}")
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


class _ExactDumper(yaml.SafeDumper):
    """Fractions as decimals where they end, otherwise as "1/3"; short lists on one line."""


def _resolve(tag: str, pattern: str, first: Sequence[str]) -> None:
    _Exact.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_SIGNED: Final = "-+0123456789"
_DECIMAL: Final = r"[-+]?[0-9]{1,30}\.[0-9]{1,30}"
_resolve("null", r"^(?:null|~|)$", ("n", "~", ""))
_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("int", r"^[-+]?(?:0|[1-9][0-9]{0,30})$", _SIGNED)
_resolve("float", f"^{_DECIMAL}$", _SIGNED)
_resolve("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789")


def _exact_number(loader: Any, node: Any) -> Fraction:
    text = loader.construct_scalar(node)
    if not re.fullmatch(_DECIMAL, text):
        raise yaml.YAMLError(f"{text[:40]} is not a decimal number {node.start_mark}")
    return Fraction(text)


def _exact_date(loader: Any, node: Any) -> date:
    return date.fromisoformat(loader.construct_scalar(node))


def _written_fraction(dumper: Any, value: Fraction) -> Any:
    for decimals in range(1, 10):
        if rounded(value, decimals) == value:
            digits = f"{abs(int(value * 10**decimals)):0{decimals + 1}d}"
            text = f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
            return dumper.represent_scalar("tag:yaml.org,2002:float", text)
    return dumper.represent_str(f"{value.numerator}/{value.denominator}")


_Exact.add_constructor("tag:yaml.org,2002:float", _exact_number)
_Exact.add_constructor("tag:yaml.org,2002:timestamp", _exact_date)
_ExactDumper.add_representer(Fraction, _written_fraction)
