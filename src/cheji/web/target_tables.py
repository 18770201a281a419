"""Targets as plain tables: the teams of an outlet under its grid, and the grid as a file."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cheji.reads.targets import TargetGrid, TargetRow, TeamRow
from cheji.web.target_cells import column_of, column_text
from cheji.web.target_question import Question
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import kpi_cell, named, of_text, unit_text


def _columns(found: TargetGrid, first: str) -> list[Column]:
    keys = found.columns.keys
    periods = [Column(column_of(key), column_text(found, key), kind="number") for key in keys]
    return [Column("of", first), *periods]


def _figures(found: TargetGrid, values: Sequence[Fraction | None], state: str = "") -> list[Cell]:
    return [kpi_cell(found.kpi, value, state=state if value else "") for value in values]


def team_table(found: TargetGrid, links: Sequence[tuple[TeamRow, str]]) -> Table:
    """Each team's own targets, and under them what its people have been given and what not."""
    rows = []
    for team, url in links:
        own = [cell.value for cell in team.cells]
        rows.append(Row([Cell(of_text(team.of), href=url), *_figures(found, own)]))
        if found.additive:
            rows.append(Row([_("Its people"), *_figures(found, team.sums)], level=1))
        if any(team.gaps):
            rows.append(
                Row(
                    [pgettext("target", "Unassigned"), *_figures(found, team.gaps, "warn")], level=1
                )
            )
    return Table(_columns(found, _("Teams")), rows, caption=_("Teams"), free=True, compact=True)


def written(question: Question, found: TargetGrid) -> Table:
    """The grid with what stands above it, its sums and what is unassigned."""
    rows = question.rows(found)
    listed = rows if question.own else [found.parent, *rows]
    table = [_row(found, row) for row in listed]
    if found.additive and not question.own:
        table.append(Row([_("Sum"), *_figures(found, found.sums)]))
        table.append(Row([pgettext("target", "Unassigned"), *_figures(found, found.gaps)]))
    title = " ".join(filter(None, (named(found.kpi), unit_text(found.kpi.unit), found.model)))
    return Table(_columns(found, title), table)


def _row(found: TargetGrid, row: TargetRow) -> Row:
    name = _("Reserve") if row.reserve else of_text(row.of)
    return Row([name, *_figures(found, [cell.value for cell in row.cells])])
