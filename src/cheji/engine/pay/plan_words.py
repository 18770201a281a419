"""A pay plan in words, from components to the rounding, in the order of calculation."""

from collections.abc import Iterator, Mapping
from typing import Final

from cheji.engine.definitions import (
    Cap,
    CatchUp,
    Clawback,
    Draw,
    Factor,
    FactorPart,
    Gate,
    Holdback,
    PayPlan,
)
from cheji.engine.kpis import decimal_text
from cheji.engine.pay import order
from cheji.engine.pay.factors import COEFFICIENT
from cheji.engine.pay.figure_words import bounds_of, look_words, slope_words, spans
from cheji.engine.pay.saying import Names, both, named, percent
from cheji.engine.pay.settling import drawn_in_order
from cheji.engine.pay.why import GRAINS, RELEASES, Said
from cheji.engine.pay.words import component_words

Paragraph = tuple[int, Said, tuple[Said, ...]]
Coded = tuple[str, Paragraph]
POLICIES: Final[dict[str, Said]] = {
    "original_rate": ("按原费率追回", "taken back at the original rate"),
    "replay": ("去掉该单重算当期，追回差额", "the period is worked out again without the deal"),
    "prorated": ("按剩余天数比例追回", "taken back for the days left of the window"),
}
DRAWS: Final[dict[str, Said]] = {
    "recoverable": (
        "预支：所得不足 {0} 元时补足，以后扣回",
        "draw: filled up to {0} yuan, taken back later",
    ),
    "non_recoverable": (
        "预支：所得不足 {0} 元时补足，不扣回",
        "draw: filled up to {0} yuan, never taken back",
    ),
    "recoverable_guarantee": (
        "保底：应付不足 {0} 元时补足，以后扣回",
        "guarantee: pay is filled up to {0} yuan, taken back later",
    ),
    "guarantee": (
        "保底：应付不足 {0} 元时补足，不扣回",
        "guarantee: pay is filled up to {0} yuan, never taken back",
    ),
}
ROUNDED: Final[dict[str, Said]] = {
    "fen": (
        "应付为各行之和，精确到分，不再取整",
        "what is payable is the sum of the lines, to the fen, rounded no further",
    ),
    "jiao": ("应付四舍五入到角", "what is payable is rounded to the jiao"),
    "yuan": ("应付四舍五入到元", "what is payable is rounded to the yuan"),
}


def plan_words(plan: PayPlan, names: Names | None = None) -> tuple[Paragraph, ...]:
    """Step, heading and sentences of every part, in the order in which they are worked out.

    Args:
        plan: the pay plan.
        names: of measures, KPIs and pay plans by code, with `units_as_names` of KPIs; one without
            a name is called by its code.
    """
    return tuple(paragraph for _code, paragraph in part_words(plan, names))


def part_words(plan: PayPlan, names: Names | None = None) -> tuple[Coded, ...]:
    """The same, each paragraph with the code of its part, as its lines have it, where it is one.

    Two parts of a step may have the same name.
    """
    own = {part.code: (part.zh, part.en) for part in plan.components}
    known: Names = {**(names or {}), **own}
    return tuple(sorted(_paragraphs(plan, names or {}, known), key=lambda found: found[1][0]))


def _paragraphs(plan: PayPlan, names: Names, known: Names) -> Iterator[Coded]:
    yield "", (order.ELIGIBLE, ("适用人员", "For whom"), tuple(_whom(plan, names)))
    if plan.replaces or plan.beside:
        yield "", (order.ELIGIBLE, ("与其他方案", "Other pay plans"), tuple(_others(plan, names)))
    for part in plan.components:
        step = order.EXTRAS if part.is_extra else order.COMPONENT
        yield part.code, (step, (part.zh, part.en), component_words(part, names))
    if plan.scheme:
        told = tuple(_score(plan, names, known))
        yield COEFFICIENT, (order.COEFFICIENTS, ("考核系数", "Score coefficient"), told)
    for factor in plan.factors:
        step = order.TEAM if factor.team else order.COEFFICIENTS
        told = tuple(_factor(factor, known, _coded(plan)))
        yield factor.code, (step, (factor.zh, factor.en), told)
    for gate in plan.gates:
        yield gate.code, (order.GATES, (gate.zh, gate.en), tuple(_gate(gate, known)))
    for cap in plan.caps:
        yield cap.code, (order.CAPS, (cap.zh, cap.en), tuple(_cap(cap, known)))
    yield from _later(plan, known)


def _whom(plan: PayPlan, names: Names) -> Iterator[Said]:
    yield both(("岗位：{0}", "posts: {0}"), _listed(plan.posts or ("consultant",), names))
    for codes, words in ((plan.levels, ("职级：{0}", "levels: {0}")),
                         (plan.outlets, ("门店：{0}", "outlets: {0}"))):  # fmt: skip
        if codes:
            yield both(words, _listed(codes, {}))


def _score(plan: PayPlan, names: Names, known: Names) -> Iterator[Said]:
    """Of which scheme scores and the coefficient are, and what the coefficient multiplies."""
    yield both(("得分与系数取自{0}", "scores are those of {0}"), named(names, plan.scheme))
    flagged = [part.code for part in plan.components if part.coefficient and not part.is_extra]
    if flagged:
        yield from _of(tuple(flagged), known)
        yield "没有得分时系数为 1", "without a score the coefficient is 1"


def _others(plan: PayPlan, names: Names) -> Iterator[Said]:
    if plan.replaces:
        words = (
            "自生效月起替代：{0}，适用人员此后只按本方案计发",
            "replaces from its first month on: {0}; these people are paid by this plan alone",
        )
        yield both(words, _listed(plan.replaces, names))
    if plan.beside:
        words = ("在以下方案之外另发：{0}", "paid openly besides: {0}")
        yield both(words, _listed(plan.beside, names))


def _listed(codes: tuple[str, ...], names: Names) -> Said:
    told = [named(names, code) for code in codes]
    return "、".join(zh for zh, _ in told), ", ".join(en for _, en in told)


def _later(plan: PayPlan, known: Names) -> Iterator[Coded]:
    """From step 14 on."""
    for held in plan.holdbacks:
        yield held.code, (order.HOLDBACKS, (held.zh, held.en), tuple(_holdback(held, known)))
    if plan.earned_at:
        yield "", (order.HOLDBACKS, ("分阶段计提", "Earned in stages"), tuple(_stages(plan)))
    for caught in plan.catch_ups:
        told = tuple(_catch_up(caught, known, _coded(plan)))
        yield caught.code, (order.HOLDBACKS, (caught.zh, caught.en), told)
    if plan.clawback is not None:
        yield "", (order.ADJUSTMENTS, ("追回", "Clawback"), tuple(_clawback(plan.clawback)))
    for draw in drawn_in_order(plan.draws):
        yield draw.code, (order.DRAWS, (draw.zh, draw.en), tuple(_draw(draw)))
    yield "rounding", (order.ROUNDING, ("尾差", "Rounding"), (ROUNDED[plan.round_to],))


def _coded(plan: PayPlan) -> Mapping[str, Said]:
    """Names of the parts of the plan itself."""
    parts: tuple[Factor | Gate | Cap, ...] = (*plan.factors, *plan.gates, *plan.caps)
    own = {part.code: (part.zh, part.en) for part in parts}
    return own | {part.code: (part.zh, part.en) for part in plan.components}


def _of(components: tuple[str, ...], known: Names) -> Iterator[Said]:
    if components:
        yield both(("只对：{0}", "on: {0}"), _listed(components, known))


def _factor(factor: Factor, known: Names, coded: Names) -> Iterator[Said]:
    if factor.kind == "look" and factor.look is not None:
        yield look_words(factor.look, known)
        told = bounds_of(factor.look, known)
        starts = [band.start for band in factor.tiers]
        found = spans(starts, told, upper=factor.bound == "upper")
        for span, band in zip(found, factor.tiers, strict=True):
            zh = en = decimal_text(band.rate)
            if band.slope:
                more = slope_words(told, band.slope)
                zh, en = f"{zh}，{more[0]}", f"{en}, {more[1]}"
            yield f"{span[0]}：{zh}", f"{span[1]}: {en}"
    elif factor.kind == "product":
        yield "各项之比连乘", "the product of the ratios"
    else:
        yield "各项之比加权合计", "the weighted sum of the ratios"
    for part in factor.parts:
        yield _part(part, known, weighted=factor.kind == "weighted")
    if factor.floor is not None:
        yield f"不低于 {decimal_text(factor.floor)}", f"not under {decimal_text(factor.floor)}"
    if factor.cap is not None:
        yield f"不高于 {decimal_text(factor.cap)}", f"not over {decimal_text(factor.cap)}"
    yield from _of(factor.components, known)
    if factor.only_below:
        words = ("只在{0}不满 1 时适用", "only where {0} is under 1")
        yield both(words, named(coded, factor.only_below))
    none = 0 if factor.missing == "zero" else 1
    yield f"没有数值时为 {none}", f"{none} without a value"


def _part(part: FactorPart, known: Names, *, weighted: bool) -> Said:
    marks = {"target": ("目标", "target"), "average": ("团队平均", "team average")}
    than = [marks[name] for name in part.than]
    if part.standard is not None:
        text = decimal_text(part.standard)
        than.append((f"标准 {text}", f"standard {text}"))
    words = ("{0} ÷ {1}", "{0} ÷ {1}")
    if len(than) > 1:
        words = ("{0} ÷（{1}的平均）", "{0} ÷ the mean of {1}")
    listed = "、".join(zh for zh, _ in than), ", ".join(en for _, en in than)
    zh, en = both(words, named(known, part.kpi), listed)
    if weighted:
        weight = percent(part.weight)
        return f"{weight} × {zh}", f"{weight} × {en}"
    return zh, en


def _gate(gate: Gate, known: Names) -> Iterator[Said]:
    if gate.look is None:
        yield "一票否决：有已认定的违规时", "a veto: where a violation is proven"
    else:
        words, number = ("{0}达到 {1} 时", "where {0} reaches {1}"), gate.start
        if gate.below is not None:
            words, number = ("{0}不满 {1} 时", "where {0} is under {1}"), gate.below
        bound = ("", "") if number is None else bounds_of(gate.look, known)(number)
        yield both(words, look_words(gate.look, known), bound)
    rate, amount = percent(gate.rate), decimal_text(gate.amount)
    yield {
        "zero": ("不发", "nothing is paid"),
        "reduce": (f"按 {rate} 发", f"{rate} is paid"),
        "lower": (f"降为每项不超过 {amount} 元", f"each is {amount} yuan at most"),
    }[gate.effect]
    yield from _of(gate.components, known)
    if gate.look is not None:
        yield (
            ("没有数值时视为未过门槛", "without a value the gate acts")
            if gate.missing == "act"
            else ("没有数值时视为已过门槛", "without a value the gate is passed")
        )


def _cap(cap: Cap, known: Names) -> Iterator[Said]:
    text = decimal_text(cap.amount)
    yield f"本期最高 {text} 元", f"{text} yuan at most in the period"
    yield (
        ("超出部分作废", "the rest is forfeited")
        if cap.beyond == "forfeit"
        else ("超出部分结转以后付", "the rest is paid later, within the cap")
    )
    yield from _of(cap.components, known)


def _holdback(held: Holdback, known: Names) -> Iterator[Said]:
    part = percent(held.share)
    zh, en = RELEASES.get(held.release, (f" {held.release} ", held.release))
    yield (
        f"逐单暂扣 {part}，待{zh}后释放",
        f"{part} of each deal is held until {en}",
    )
    if held.expires:
        zh, en = ("作废", "forfeited") if held.at_expiry == "forfeit" else ("释放", "released")
        yield f"{held.expires} 期后仍未满足则{zh}", f"{en} after {held.expires} periods without it"
    yield from _of(held.components, known)


def _stages(plan: PayPlan) -> Iterator[Said]:
    for stage in plan.earned_at:
        part, (zh, en) = percent(stage.share), named(RELEASES, stage.event)
        yield f"{zh}：{part}", f"{en}: {part}"


def _catch_up(caught: CatchUp, known: Names, coded: Names) -> Iterator[Said]:
    grain, start = GRAINS[caught.grain], bounds_of(caught.look, known)(caught.bound)
    words = ("{0}内{1}达到 {2} 时补发", "paid where over the {0} {1} reaches {2}")
    if caught.most is not None:
        words = ("{0}内{1}不超过 {2} 时补发", "paid where over the {0} {1} is {2} at most")
    yield both(words, grain, look_words(caught.look, known), start)
    listed = _listed(caught.returns, coded)
    yield both(("补发所扣：{0}", "what was withheld by: {0}"), listed)


def _draw(draw: Draw) -> Iterator[Said]:
    amount = decimal_text(draw.amount)
    yield both(DRAWS[draw.kind], (amount, amount))
    if draw.first > 1 or draw.until:
        until = draw.until or "…"
        yield f"第 {draw.first}–{until} 期", f"periods {draw.first} to {until}"
    if not draw.recoverable:
        return
    keep = decimal_text(draw.amount if draw.keep is None else draw.keep)
    part = percent(draw.share)
    yield (
        f"自第 {draw.recover_first} 期起，扣回超过 {keep} 元部分的 {part}",
        f"from period {draw.recover_first} on {part} of what is over {keep} yuan is taken back",
    )
    if draw.limit is not None:
        limit = decimal_text(draw.limit)
        yield f"每期最多扣回 {limit} 元", f"{limit} yuan of a period at most"


def _clawback(clawback: Clawback) -> Iterator[Said]:
    yield POLICIES[clawback.policy]
    if clawback.window:
        yield f"{clawback.window} 天内退订或退车", f"returned within {clawback.window} days"
    most = percent(clawback.most)
    yield (
        f"每期最多扣回应付的 {most}，余额结转",
        f"{most} of a period's pay at most, the rest later",
    )
