"""`cheji score`: the score cards of an outlet's month, shown or kept as a run."""

from typing import Annotated

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting
from cheji.cli.explaining import told
from cheji.cli.keeping import keep, standing
from cheji.cli.output import print_lines, print_table, said, write_bytes, write_json
from cheji.files import sheets
from cheji.reads import appraisals
from cheji.records.refusals import BadValue

group = typer.Typer(
    help="Score cards, appraisal cycles, replays. 考核得分、考核周期与复算。",
    invoke_without_command=True,
)
app.add_typer(group, name="score")

Scheme = Annotated[str, typer.Option(metavar="CODE", help="Scheme; else the first. 考核方案。")]


@group.callback()
def score(
    ctx: typer.Context,
    *,
    outlet: options.OutletCode = "",
    month: options.MonthWord = "",
    person: options.Person = "",
    scheme: Scheme = "",
    keep_run: options.Keep = False,
    form: options.TableFormat = "table",
    output: options.Output = None,
    explain: options.Explain = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Score cards of a month, best first. 某月考核得分，高分在前。"""
    del lang
    if ctx.invoked_subcommand:
        return
    for name, value in (("--outlet", outlet), ("--month", month)):
        if not value:
            raise BadValue(field=name, value="", why=said("必须写明", "is needed"))
    viewer, key = asker(username), options.month_of(month)
    if keep_run:
        keep(viewer, appraisals.to_keep(viewer, outlet, key, scheme=scheme))
    if person:
        card = appraisals.score_card(viewer, person, key, scheme=scheme, outlet=outlet)
        cards: tuple[appraisals.ScoreSeen, ...] = (card,)
    else:
        cards = appraisals.score_cards(viewer, outlet, key, scheme=scheme)
    exporting(viewer, "score", form, month=key, outlet=outlet, rows=len(cards))
    if form == "json":
        write_json([sheets.score_json(card, explain=explain) for card in cards], output)
    elif form == "csv":
        write_bytes(sheets.score_csv(cards, language()), output)
    else:
        _print(cards, explain=explain)
        print_lines(standing(viewer, "score", cards))


def _print(cards: tuple[appraisals.ScoreSeen, ...], *, explain: bool) -> None:
    if not cards:
        print_lines([said("没有可显示的得分。", "There is no score to show.")])
        return
    first = cards[0]
    period = sheets.period_title("month", first.month)
    heads = [said("工号", "Number"), said("姓名", "Name"), said("得分", "Total")]
    heads += [said("等级", "Grade"), said("系数", "Coefficient"), said("状态", "State")]
    heads += [said(item.kpi.zh, item.kpi.en) for item in first.items]
    rows = [
        [
            card.person.number,
            card.person.name,
            sheets.figure_text(card.total, "point", 2),
            card.grade,
            sheets.figure_text(card.coefficient, "point", 2),
            sheets.state_title(card.state, language()),
            *(_item(item) for item in card.items),
        ]
        for card in cards
    ]
    title = f"{said(first.zh, first.en)} · {first.outlet.code} {first.outlet.name} · {period}"
    print_table(title, heads, rows, words=2)
    for card in cards if explain else ():
        names = {item.code: said(item.kpi.zh, item.kpi.en) for item in card.items}
        names[card.scheme] = said(card.zh, card.en)
        print_lines([f"{card.person.number} {card.person.name}", *told(card.reason, 1, names)])


def _item(item: appraisals.ItemSeen) -> str:
    """`5 / 6 → 41.67`: value, target, points."""
    kpi = item.kpi
    value = sheets.figure_text(item.value, kpi.unit, kpi.decimals)
    target = sheets.figure_text(item.target, kpi.unit, kpi.decimals)
    return f"{value} / {target} → {sheets.figure_text(item.points, 'point', 2)}"
