"""Names that nobody has to type: by kind, and in the language that was left blank."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cheji.web.editors import Body, Row, Typed
from cheji.web.wording import chinese

#: What a part is called while it has no name of its own: by its kind, else by its list.
USUAL: Final[Mapping[str, tuple[str, str]]] = {
    "units": ("台数提成", "Units"),
    "share": ("金额提成", "Share of money"),
    "fixed": ("定额奖", "Fixed bonus"),
    "pool": ("团队奖金池", "Team pool"),
    "prize": ("冠军奖", "Prize"),
    "fine": ("扣罚", "Fine"),
    "manual": ("手工项", "Typed lines"),
    "base": ("底薪", "Base pay"),
    "factors": ("系数", "Factor"),
    "gates": ("门槛", "Gate"),
    "caps": ("本期封顶", "Cap"),
    "holdbacks": ("暂扣", "Holdback"),
    "catch_ups": ("打通补发", "Catch-up"),
    "draws": ("保底与预支", "Guarantee"),
}
LISTS: Final = ("components", "factors", "gates", "caps", "holdbacks", "catch_ups", "draws")


def called(given: Typed) -> dict[str, str]:
    """The usual name of each part by its code, in the reader's language."""
    at = 0 if chinese() else 1
    return {row["code"]: _usual(key, row)[at] for key, row in _parts(given) if row.get("code")}


def _usual(key: str, row: Row) -> tuple[str, str]:
    kind = str(row.get("kind")) if key == "components" else key
    return USUAL.get(kind, USUAL["units"])


def _parts(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, row) for key in LISTS for row in body.get(key, ()))


def once(body: dict[str, Any]) -> dict[str, Any]:
    """A name that is the same in both languages is shown in one field."""
    if body.get("zh") and body.get("zh") == body.get("en"):
        body["en"] = ""
    return body


def named(body: Body) -> Body:
    """The pay plan and its parts with a name in both languages; the plan's own is asked for."""
    _in_both(body)
    taken: dict[tuple[str, str], int] = {}
    for key, row in _parts(body):
        if not (row.get("zh") or row.get("en")):
            zh, en = _usual(key, row)
            number = taken[zh, en] = taken.get((zh, en), 0) + 1
            mark = f" {number}" if number > 1 else ""
            row["zh"], row["en"] = zh + mark, en + mark
        _in_both(row)
    return body


def _in_both(row: Body) -> None:
    for own, other in (("zh", "en"), ("en", "zh")):
        if row.get(other) and not row.get(own):
            row[own] = row[other]
