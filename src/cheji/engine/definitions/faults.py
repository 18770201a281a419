"""The faults that a definition can have, each said once in both languages."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from cheji.engine.findings import Finding


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def unknown_key(key: str, place: str, known: Sequence[str]) -> Finding:
    return Finding(
        "unknown_key",
        place,
        f"不认识的键 {key}",
        f"Unknown key {key}",
        f"可用的键：{_listed(known)}",
        f"Known keys: {_listed(known)}",
    )


def missing_key(key: str, place: str) -> Finding:
    return Finding(
        "missing_key",
        place,
        f"缺少 {key}",
        f"{key} is missing",
        f"补上 {key}",
        f"Add {key}",
        key,
    )


def wrong_form(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "wrong_form",
        place,
        f"这里应当是{zh}",
        f"This must be {en}",
        f"改为{zh}",
        f"Write {en}",
    )


def not_one_of(value: str, allowed: Sequence[str], place: str) -> Finding:
    return Finding(
        "not_one_of",
        place,
        f"{value} 不在可选值中",
        f"{value} is not one of the choices",
        f"可选值：{_listed(allowed)}",
        f"Choose one of: {_listed(allowed)}",
    )


def unknown_name(what: tuple[str, str], name: str, place: str) -> Finding:
    """`what` says the thing in both languages, such as ("指标", "measure or KPI")."""
    zh, en = what
    return Finding(
        "unknown_name",
        place,
        f"没有名为 {name} 的{zh}",
        f"There is no {en} called {name}",
        f"检查拼写，或先定义这个{zh}",
        f"Check the spelling, or define the {en} first",
    )


def duplicate_code(code: str, place: str) -> Finding:
    return Finding(
        "duplicate_code",
        place,
        f"代码 {code} 重复",
        f"The code {code} is used twice",
        "每个代码只定义一次",
        "Define each code once",
    )


def name_clash(code: str, place: str) -> Finding:
    return Finding(
        "name_clash",
        place,
        f"{code} 既是基础量又是公式不同的 KPI",
        f"{code} is a measure and a KPI with a formula of its own",
        "给 KPI 换一个代码，或把公式写成这个基础量本身",
        "Give the KPI another code, or let its formula be the measure alone",
    )


def circular(codes: Sequence[str], place: str) -> Finding:
    way = " → ".join(codes)
    return Finding(
        "circular",
        place,
        f"循环引用：{way}",
        f"The KPIs refer to each other in a circle: {way}",
        "去掉其中一次引用",
        "Take out one of the references",
    )


def too_deep(limit: int, place: str) -> Finding:
    return Finding(
        "too_deep",
        place,
        f"KPI 嵌套超过 {limit} 层",
        f"KPIs refer to each other over more than {limit} levels",
        "直接引用基础量",
        "Refer to the measures directly",
    )


def unknown_unit(unit: str, known: Iterable[str], place: str) -> Finding:
    return Finding(
        "unknown_unit",
        place,
        f"不认识的单位 {unit}",
        f"Unknown unit {unit}",
        f"可用：{_listed(known)}，或写作 yuan/batch",
        f"Known: {_listed(known)}, or a quotient such as yuan/batch",
    )


def wrong_unit(declared: str, found: str, place: str) -> Finding:
    return Finding(
        "wrong_unit",
        place,
        f"写明的单位是 {declared}，实际得出 {found}",
        f"The unit is given as {declared}, but it comes out as {found}",
        "改单位或改公式",
        "Change the unit or the formula",
    )


def wrong_sign(kind: str, place: str) -> Finding:
    return Finding(
        "wrong_sign",
        place,
        f"{kind} 的符号只能是 1 或 -1",
        f"The sign of {kind} must be 1 or -1",
        "写 1（增加）或 -1（减少）",
        "Write 1 (adds) or -1 (takes away)",
    )


def cannot_extend(dimension: str, place: str) -> Finding:
    return Finding(
        "cannot_extend",
        place,
        f"also 只能扩展 where 中已有的 {dimension} in 列表",
        f"`also` extends a list `in` of {dimension}, and `where` has none",
        f"在 where 中写 {dimension}: {{in: […]}}",
        f"Write {dimension}: {{in: […]}} under where",
    )


def weights(total: Fraction, place: str) -> Finding:
    return Finding(
        "weights_not_100",
        place,
        f"权重合计为 {total}，应为 100",
        f"The weights add up to {total}, not 100",
        "调整权重，使合计为 100",
        "Change the weights so that they add up to 100",
    )


def not_positive(place: str) -> Finding:
    return Finding(
        "not_positive",
        place,
        "这里必须大于 0",
        "This must be more than 0",
        "填写正数",
        "Write a positive number",
    )


def cap_below_gate(place: str) -> Finding:
    return Finding(
        "cap_below_gate",
        place,
        "封顶低于门槛，永远拿不到分",
        "The cap is below the gate: nothing can ever be earned",
        "提高封顶或降低门槛",
        "Raise the cap or lower the gate",
    )


def bands_order(place: str) -> Finding:
    return Finding(
        "bands_not_ascending",
        place,
        "各档起点必须从 0 开始并逐档增大",
        "Bands must start at 0 and ascend",
        "第一档写 from: 0，其后每档的 from 更大",
        "Give the first band from: 0 and each next one a larger from",
    )


def wrong_method(method: str, direction: str, place: str) -> Finding:
    return Finding(
        "wrong_method",
        place,
        f"计分方法 {method} 与 KPI 方向 {direction} 相反",
        f"The method {method} runs against the KPI's direction {direction}",
        "越高越好用 ratio；越低越好用 inverse（目标÷实际）或 mirror（2−实际÷目标）",
        "Use ratio where more is better; inverse (T/A) or mirror (2 − A/T) where less is",
    )


def not_payable(of: tuple[str, str], needed: str, place: str) -> Finding:
    """`of` names the measure in Chinese and English."""
    return Finding(
        "not_payable",
        place,
        f"“{of[0]}”的单位不是{'元' if needed == 'yuan' else '台（件）等件数'}",
        f"“{of[1]}” is not counted in {needed}",
        "“按台数”（units）用于台数等件数，“按金额比例”（share）用于金额（元）",
        "Use units for counts of pieces, share for money (yuan)",
    )


def needs_value(place: str) -> Finding:
    return Finding(
        "needs_value",
        place,
        "中位数、P90、均值只能取自 value 列",
        "A median, P90 or mean is taken of the column value",
        "写 column: value",
        "Write column: value",
    )


def no_money(place: str) -> Finding:
    return Finding(
        "no_money",
        place,
        "spread、window、begun 不用于金额列",
        "spread, window and begun do not go with the column of money",
        "把 column 改为 quantity、count 或 value",
        "Write column: quantity, count or value",
    )


def not_of_stock(place: str) -> Finding:
    return Finding(
        "not_of_stock",
        place,
        "存量没有 spread、window 或 begun",
        "A stock has no spread, window or begun",
        "把 over_time 改为 sum",
        "Write over_time: sum",
    )


def not_of_targets(place: str) -> Finding:
    return Finding(
        "not_of_targets",
        place,
        "读取目标的基础量不数事实",
        "A measure that reads targets counts no facts",
        "删去这个键，或删去 target",
        "Take this key away, or take target away",
    )


def target_unit(kpi: str, unit: str, place: str) -> Finding:
    return Finding(
        "target_unit",
        place,
        f"{kpi} 的目标以 {unit} 计",
        f"Targets of {kpi} are in {unit}",
        f"把 unit 改为 {unit}",
        f"Write unit: {unit}",
    )


def target_of_rate(kpi: str, place: str) -> Finding:
    return Finding(
        "target_of_rate",
        place,
        f"{kpi} 是比率，各门店、各月的目标不能相加",
        f"{kpi} is a rate: targets of outlets and months do not add up",
        "改用可以相加的指标",
        "Name a KPI whose figures add up",
    )


def no_limits(place: str) -> Finding:
    return Finding(
        "no_limits",
        place,
        "参考值没有任何界限",
        "The benchmark has no limit at all",
        "至少填写 low、good、high 之一",
        "Give at least one of low, good and high",
    )


def limits_order(place: str) -> Finding:
    return Finding(
        "limits_order",
        place,
        "参考值须满足 low ≤ good ≤ high",
        "The limits must be low ≤ good ≤ high",
        "按从小到大填写",
        "Write them in ascending order",
    )


def no_funnel(steps: int, place: str) -> Finding:
    return Finding(
        "no_funnel",
        place,
        f"漏斗只能由至多 {steps} 个 KPI 相加、相乘而成",
        f"A funnel adds and multiplies KPIs, at most {steps} of them",
        "改用加号和乘号，把比率定义为 KPI",
        "Write it with + and ×, and define the rates as KPIs",
    )
