"""Maps as YAML: read strictly, all findings at once, and written back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml

from cheji.files.kinds import KINDS, kind_of
from cheji.files.maps.shapes import MapBook, Mapping
from cheji.files.maps.words import Findings, mapping_of, plain_mapping, text_of
from cheji.files.problems import Problem, problem, shortened

_LONGEST = 256 * 1024


class _Loader(yaml.SafeLoader):
    """YAML without surprises: no anchors, dates and yes/no stay text, numbers stay exact."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("anchors and aliases are not allowed")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | str:
    return _whole(str(loader.construct_scalar(node)))


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def _whole(text: str) -> int | str:
    return int(text) if text.lstrip("+-").isdecimal() and not text.startswith("0") else text


def loads(text: str) -> tuple[MapBook | None, list[Problem]]:
    """Return the map book of a YAML text, or None with everything that is wrong with it."""
    if len(text) > _LONGEST:
        return None, [problem("map_yaml", what=f"more than {_LONGEST // 1024} KiB")]
    try:
        body = yaml.load(text, _Loader)  # noqa: S506  a SafeLoader with fewer types
    except (yaml.YAMLError, ArithmeticError, RecursionError) as error:
        return None, [problem("map_yaml", what=shortened(error, 200))]
    return from_json(body)


def from_json(body: Any) -> tuple[MapBook | None, list[Problem]]:
    """Return the map book of a plain value (parsed YAML or JSON), or None with the findings."""
    findings = Findings()
    if not isinstance(body, dict):
        findings.value("map", "应是键值表", "a table of keys and values is expected")
        return None, findings.found
    bodies = body.get("maps", [body])
    if "maps" in body:
        findings.words(body, ("title", "maps", "date_order"), "map")
    if not isinstance(bodies, list) or not bodies:
        findings.value("maps", "应是列表", "a list is expected")
        return None, findings.found
    maps = [_one(item, body, f"maps[{place + 1}]", findings) for place, item in enumerate(bodies)]
    if findings.found:
        return None, findings.found
    return MapBook(tuple(one for one in maps if one), text_of(body.get("title", ""))), []


def _one(item: Any, body: dict[str, Any], where: str, findings: Findings) -> Mapping | None:
    if not isinstance(item, dict):
        findings.value(where, "应是键值表", "a table of keys and values is expected")
        return None
    kind = text_of(item.get("kind", ""))
    if kind not in KINDS:
        findings.word(f"{where}.kind", kind, tuple(KINDS))
        return None
    if item is not body and "date_order" in body:
        item = {"date_order": body["date_order"], **item}
    return mapping_of(item, kind_of(kind), where, findings)


def as_json(book: MapBook) -> dict[str, Any]:
    """Return a map book as plain values that `from_json` reads back to an equal one."""
    found: dict[str, Any] = {"title": book.title} if book.title else {}
    return {**found, "maps": [plain_mapping(one) for one in book.maps]}


def dumps(book: MapBook) -> str:
    """Return a map book as YAML that `loads` reads back to an equal one."""
    return yaml.safe_dump(as_json(book), allow_unicode=True, sort_keys=False, width=100)
