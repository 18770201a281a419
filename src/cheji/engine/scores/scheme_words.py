"""What holds for a whole scheme in words: limits, vetoes, the coefficient."""

from collections.abc import Iterator
from typing import Final

from cheji.engine.definitions import Scheme, Veto
from cheji.engine.kpis import Value, decimal_text
from cheji.engine.scores.counted import en_points
from cheji.engine.scores.words import Said

EFFECTS: Final[dict[str, Said]] = {
    "zero": ("总分为 0", "the total is 0"),
    "grade": ("等级不高于 {grade}", "no grade above {grade}"),
    "coefficient": ("绩效系数为 0", "the coefficient is 0"),
}


def veto_words(veto: Veto) -> Said:
    """What a violation does."""
    zh, en = (text.format(grade=veto.grade) for text in EFFECTS[veto.effect])
    if veto.most is not None:
        most = decimal_text(veto.most)
        zh, en = f"{zh}，总分不超过 {most}", f"{en}, no total above {most}"
    return f"{veto.zh}：{zh}", f"{veto.en}: {en}"


def scheme_words(scheme: Scheme) -> tuple[Said, ...]:
    """What holds for the whole scheme besides its items."""
    found: list[Said] = []
    if scheme.combine == "product":
        found.append(("各项系数连乘", "the shares of the items are multiplied"))
    for group in scheme.groups:
        found += _bounded(group.zh, group.en, group.cap, group.floor)
    found += _bounded("总分", "the total", scheme.cap, scheme.floor)
    found += map(veto_words, scheme.vetoes)
    found += _COEFFICIENT.get(scheme.coefficient, ())
    if scheme.least_days:
        days = scheme.least_days
        found.append(
            (f"在岗不满 {days} 天不考核", f"not appraised with fewer than {days} days in post")
        )
    return tuple(found)


_COEFFICIENT: Final[dict[str, tuple[Said, ...]]] = {
    "linear": (("绩效系数 = 总分 ÷ 100", "coefficient = total ÷ 100"),),
    "interpolated": (
        ("绩效系数在各档之间按比例", "the coefficient runs straight between the bands"),
    ),
}


def _bounded(zh: str, en: str, cap: Value, floor: Value) -> Iterator[Said]:
    if cap is not None:
        yield f"{zh}最多 {decimal_text(cap)} 分", f"{en}: at most {en_points(decimal_text(cap))}"
    if floor is not None:
        least = decimal_text(floor)
        yield f"{zh}最少 {least} 分", f"{en}: at least {en_points(least)}"
