"""Which values of a dimension a definition keeps or leaves out."""

from dataclasses import dataclass

from cheji.engine.findings import Finding


@dataclass(frozen=True, slots=True)
class Filter:
    """Values of one dimension to keep (`inside`) or, when not inside, to leave out."""

    dimension: str
    inside: bool
    values: tuple[str, ...]


def no_values(called: tuple[str, str], place: str, *, inside: bool) -> Finding:
    """A condition without a value, as people call it: nothing fits it, or nothing is left out."""
    zh, en = called
    effect = (
        ("一条也不会符合", "nothing fits it")
        if inside
        else ("什么也不排除", "it leaves nothing out")
    )
    return Finding(
        "no_values",
        place,
        f"条件“{zh}”没有写取值：{effect[0]}",
        f"The condition “{en}” has no values: {effect[1]}",
        "填写取值，或删去这个条件",
        "Write its values, or take the condition away",
    )
