"""提成单 of one person and month: as PDF to sign, and as a workbook that adds itself up."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import xlsxwriter

from cheji.engine.kpis import decimal_text
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import COEFFICIENT, EARNED, ENTRIES, RELEASES, STEPS, looked_words, plan_words
from cheji.files.guards import LIVE, guarded_xlsx
from cheji.files.papers.setting import Column, Paper
from cheji.files.papers.words import said
from cheji.files.printing import prints_wide
from cheji.files.sheets import based, counted, period_title, shared_words, state_title
from cheji.reads.pay import PayLineSeen, StatementSeen
from cheji.reads.seen import Link

TITLE: Final = ("提成单", "Pay statement")
NOUNS: Final = {
    "delivery": ("交车", "Delivery"),
    "order": ("订单", "Order"),
    "manual": ("手工项", "Typed line"),
}
BALANCES: Final = {
    "held": ("暂扣", "held"),
    "carried": ("结转，以后付", "carried, paid later"),
    "withheld": ("待补发", "withheld"),
    "drawn": ("预支待扣回", "advance to be taken back"),
    "due": ("待追回", "to be taken back"),
}
Value = str | int | Fraction | None
Names = Mapping[str, tuple[str, str]]


def _state(seen: StatementSeen, language: str) -> str:
    """The run's state on the paper of who is paid: what went to the books was paid."""
    return state_title("paid" if seen.state == "exported" else seen.state, language)


def yuan(fen: int) -> str:
    """Yuan with thousands separated: -123456 is -1,234.56."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def pay_statement_pdf(seen: StatementSeen, language: str, names: Names | None = None) -> bytes:
    return statement_paper(seen, language, names).pdf()


def statement_paper(seen: StatementSeen, language: str, names: Names | None = None) -> Paper:
    """Sums by step, every line with its deal, what was not paid and why, what is left, digests.

    Args:
        seen: the statement.
        language: of the paper.
        names: of measures and KPIs by code, for the rules of the plan.
    """

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    subtitle = f"{seen.person.name} {seen.person.number} · {period_title('month', seen.month)}"
    paper = Paper(said(TITLE, language), seen.outlet.name, language, subtitle)
    paper.facts([
        (say("门店", "Outlet"), f"{seen.outlet.code} {seen.outlet.name}"),
        (say("提成方案", "Pay plan"), said((seen.zh, seen.en), language)),
        (say("状态", "State"), _state(seen, language)),
        *_versions(seen, language),
    ])  # fmt: skip
    score = "—" if seen.score is None else decimal_text(seen.score)
    coefficient = "—" if seen.coefficient is None else decimal_text(seen.coefficient)
    paper.big([
        (say("应发", "Payable"), f"¥{yuan(seen.payable)}"),
        (say("得分", "Score"), score),
        (say("系数", "Coefficient"), coefficient),
    ])  # fmt: skip
    paper.heading(say("逐步计算", "Step by step"))
    columns = [Column(say("步骤与事由", "Step and what for"), "1fr"),
               Column(say("日期", "Date")), Column(say("计算", "How"), "1fr"),
               Column(say("金额（元）", "Amount, yuan"), right=True)]  # fmt: skip
    total = [say("应发", "Payable"), "", "", yuan(seen.payable)]
    paper.rows(columns, list(_lines(seen, language, _looked(seen, language, names))), total)
    _rest(paper, seen, language, names)
    paper.foot = f"{say('方案摘要', 'Plan')} {seen.digest[:16]}" + (
        f" · {say('提成单摘要', 'Seal')} {seen.outcome[:16]}" if seen.outcome else ""
    )
    paper.lines([f"{say('提成单摘要', 'Seal')} {seen.outcome or say('未关账', 'not closed')}"])
    sign = say("签名 / 日期", "Signature / date")
    paper.signed([
        (say("本人", "The person"), seen.person.name, sign), (say("主管", "Manager"), "", sign),
        (say("财务", "Finance"), "", sign),
    ])  # fmt: skip
    return paper


def _versions(seen: StatementSeen, language: str) -> list[tuple[str, str]]:
    """By which order of steps and which rules of pay it was worked out, where that is known."""
    known = (
        (("计算顺序", "Order of steps"), seen.order),
        (("计算规则", "Rules of pay"), seen.by_rules),
    )
    return [
        (said(label, language), said((f"第 {number} 版", f"version {number}"), language))
        for label, number in known
        if number
    ]


def _looked(seen: StatementSeen, language: str, names: Names | None) -> Mapping[str, str]:
    """By component what found its band, where that is not its own base."""
    parts = seen.rules.components if seen.rules else ()
    return {
        part.code: said(looked_words(part.look, found.found, names or {}, part.of), language)
        for part in parts
        if part.look is not None and (found := seen.looked.get(part.code)) is not None
    }


def _lines(seen: StatementSeen, language: str, looked: Mapping[str, str]) -> Iterator[list[str]]:
    """A heading with the sum of each step and component, and its lines under it."""
    names = {step.number: (step.zh, step.en) for step in STEPS}
    for (number, component), lines in _grouped(seen).items():
        step = said(names.get(number, ("", "")), language)
        whole = sum(line.fen for line in lines)
        name = said((lines[0].zh, lines[0].en), language)
        alone = len(lines) == 1 and lines[0].deal is None
        how = _why(lines[0], language) if alone else looked.get(component, "")
        yield [f"{number} {_told(step, [name], language)}", "", how, yuan(whole)]
        if not alone:
            for line in lines:
                yield [_record(line, language), _day(line), _why(line, language),
                       yuan(line.fen)]  # fmt: skip


def _told(head: str, parts: Iterable[str], language: str) -> str:
    """A head and what is said of it, as the language writes it."""
    after, between = ("：", "；") if language.startswith("zh") else (": ", "; ")
    return head + after + between.join(parts)


def _grouped(seen: StatementSeen) -> dict[tuple[int, str], list[PayLineSeen]]:
    found: dict[tuple[int, str], list[PayLineSeen]] = {}
    for line in sorted(seen.lines, key=lambda one: one.step):
        found.setdefault((line.step, line.component), []).append(line)
    return found


def _record(line: PayLineSeen, language: str) -> str:
    text = _for(line, language) or said(("本月合计", "total of the month"), language)
    return f"　{text} {line.model} {_shared(line, language)}".rstrip()


def _shared(line: PayLineSeen, language: str) -> str:
    text = said(shared_words(line), language)
    return text and said((f"（{text}）", f"({text})"), language)


def _for(line: PayLineSeen, language: str) -> str:
    """The deal of a line, or the dispute that it pays with what that was about."""
    paid = line.dispute
    if paid is None:
        return deal(line.deal, language)
    number = said((f"争议 {paid.dispute.text}", f"Dispute {paid.dispute.text}"), language)
    month = period_title("month", paid.month) if paid.month else ""
    component = said(paid.names, language) if paid.names else ""
    about = " · ".join(text for text in (component, deal(paid.deal, language), month) if text)
    return said((f"{number}（{about}）", f"{number} ({about})"), language) if about else number


def deal(link: Link | None, language: str) -> str:
    """What a deal is called on a paper; nothing without one."""
    if link is None:
        return ""
    return f"{said(NOUNS.get(link.noun, (link.noun, link.noun)), language)} {link.full}".strip()


def _day(line: PayLineSeen) -> str:
    return line.on.isoformat() if line.on else ""


def _why(line: PayLineSeen, language: str) -> str:
    """The calculation or the reason, as the calculation wrote it down."""
    detail = line.reason.get("detail") or {}
    entry = said(ENTRIES.get(line.entry, (line.entry, line.entry)), language)
    if line.component == COEFFICIENT and line.base is not None and line.rate is not None:
        before = yuan(int(line.base * FEN_PER_YUAN))
        return f"{before} × ({decimal_text(line.rate)} − 1)"
    return said((str(detail.get("zh") or entry), str(detail.get("en") or entry)), language)


def _rest(paper: Paper, seen: StatementSeen, language: str, names: Names | None) -> None:
    """Why not, what is left for later, and the rules of the plan."""

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    if seen.rejected:
        paper.heading(say("看过但未计提", "Looked at and not paid"))
        columns = [Column(say("单据", "Record"), "1fr"), Column(say("提成项", "Component"), "1fr"),
                   Column(say("原因", "Why"), "2fr")]  # fmt: skip
        paper.rows(columns, list(_rejected(seen, language)))
    if seen.balances:
        paper.heading(say("留待以后", "Left for later"))
        columns = [Column(say("事项", "What"), "2fr"), Column(say("所属", "Of"), "1fr"),
                   Column(say("余额（元）", "Balance, yuan"), right=True)]  # fmt: skip
        paper.rows(columns, list(_balances(seen, language)))
    if seen.rules is not None:
        paper.heading(say("方案规则", "What the plan says"))
        paper.lines([
            _told(said(heading, language), (said(one, language) for one in sentences), language)
            for _step, heading, sentences in plan_words(seen.rules, names)
        ])  # fmt: skip


def _rejected(seen: StatementSeen, language: str) -> Iterator[list[str]]:
    rules = seen.rules
    own: list[Any] = [*rules.components, *rules.factors] if rules else []
    parts = {part.code: (part.zh, part.en) for part in own}
    for row in seen.rejected:
        name = parts.get(row.component, (row.component, row.component))
        yield [deal(row.deal, language), said(name, language), said((row.zh, row.en), language)]


def _balances(seen: StatementSeen, language: str) -> Iterator[list[str]]:
    for one in seen.balances:
        kind = said(BALANCES[one.kind], language)
        zh, en = RELEASES.get(one.release, (one.release, one.release))
        until = said((f"，待{zh}", f", until {en}"), language)
        told = kind + until if one.release else kind
        name = said((f"{one.zh}（{told}）", f"{one.en} ({told})"), language)
        yield [name, deal(one.deal, language), yuan(one.fen)]


# -- the workbook ------------------------------------------------------------------------------


def pay_statement_xlsx(seen: StatementSeen, language: str, names: Names | None = None) -> bytes:
    """Lines with a live sum, why not, and what is left, each on a sheet."""
    looked = _looked(seen, language, names)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    heads = [say("步骤", "Step"), say("步骤名称", "Name of step"), say("项目", "Component"),
             say("类型", "Entry"), say("单据", "Record"), say("车型", "Model"),
             say("共享", "Shared"), say("日期", "Date"), say("基数", "Base"),
             say("基数单位", "Unit of base"), say("本人计入", "Of it counted"), say("标准", "Rate"),
             say("说明", "How"), say("金额（元）", "Amount (yuan)")]  # fmt: skip
    rows = [_row(line, language, looked) for line in sorted(seen.lines, key=lambda one: one.step)]
    page = _leaf(book, say("提成单", "Statement"), heads, rows)
    end, bold = len(rows) + 1, book.add_format({"bold": True, "num_format": "#,##0.00"})
    page.write_string(end, 0, say("应发", "Payable"), bold)
    payable = float(Fraction(seen.payable, FEN_PER_YUAN))
    if rows:  # a sum of nothing would be of its own cell
        page.write_formula(end, len(heads) - 1, f"=SUM(N2:N{end})", bold, payable)
    else:
        page.write_number(end, len(heads) - 1, payable, bold)
    told = [(say("人员", "Person"), f"{seen.person.name} {seen.person.number}"),
            (say("月份", "Month"), str(seen.month)), (say("状态", "State"),
            _state(seen, language)), *_versions(seen, language),
            (say("方案摘要", "Plan"), seen.digest),
            (say("提成单摘要", "Seal"), seen.outcome)]  # fmt: skip
    for at, (label, text) in enumerate(told, start=end + 2):
        page.write_string(at, 0, label)
        page.write_string(at, 2, guarded_xlsx(text))
    heads = [say("单据", "Record"), say("提成项", "Component"), say("原因", "Why")]
    _leaf(book, say("未计提", "Why not"), heads, list(_rejected(seen, language)))
    heads = [say("事项", "What"), say("所属", "Of"), say("余额（元）", "Balance (yuan)")]
    left: list[list[Value]] = [[*row[:2], Fraction(one.fen, FEN_PER_YUAN)]
            for row, one in zip(_balances(seen, language), seen.balances, strict=True)]  # fmt: skip
    _leaf(book, say("留待以后", "Left for later"), heads, left)
    book.close()
    return target.getvalue()


def _row(line: PayLineSeen, language: str, looked: Mapping[str, str]) -> list[Value]:
    names = {step.number: (step.zh, step.en) for step in STEPS}
    found = looked.get(line.component, "") if line.entry in EARNED else ""
    how = "；".join(text for text in (_why(line, language), found) if text)
    return [
        line.step, said(names.get(line.step, ("", "")), language),
        said((line.zh, line.en), language),
        said(ENTRIES.get(line.entry, (line.entry, line.entry)), language),
        _for(line, language), line.model, said(shared_words(line), language), _day(line),
        *based(line, language), counted(line), line.rate, how, Fraction(line.fen, FEN_PER_YUAN),
    ]  # fmt: skip


def _leaf(book: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> Any:
    """A worksheet of a list; text of people never as a formula."""
    page = book.add_worksheet(title[:31])
    page.freeze_panes(1, 0)
    prints_wide(page, head=0)
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
    text = book.add_format({"num_format": "@"})
    quoted = book.add_format({"num_format": "@", "quote_prefix": True})
    number = book.add_format({"num_format": "#,##0.00##"})
    for column, head in enumerate(heads):
        page.write_string(0, column, head, bold)
    page.set_column(0, len(heads) - 1, 16)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str) and value:
                style = quoted if value.startswith(LIVE) else text
                page.write_string(at, column, guarded_xlsx(value), style)
            elif value is not None and value != "":
                page.write_number(at, column, float(value), number)
    return page
