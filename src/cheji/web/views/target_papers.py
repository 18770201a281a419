"""Target letters: issued, printed, signed."""

from fractions import Fraction
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import target_letters
from cheji.engine.periods import GRAINS
from cheji.reads import targets as reads
from cheji.reads.targets import LetterLine, LetterSeen, Wanted, papers
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.target_proposing import AIMS
from cheji.web.target_question import USUAL, tried, ways, widest, year_of
from cheji.web.templatetags.parts import Cell, Column, Empty, PeriodChoice, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import aimed_text, kpi_cell, named, of_text, period_text, unit_text


def _sees(who: Viewer) -> None:
    if not who.sees("targets"):
        raise NotFound(noun="target", key="")


# -- letters -----------------------------------------------------------------------------------


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The letters of a year, and for whom one can be issued."""
    who = viewer(request)
    _sees(who)
    year = year_of(request, who)
    found = papers.letters(who, year=year)
    unit = request.GET.get("unit") or widest(Tree(who))
    if "file" in request.GET:
        title = f"{_('Target letters')} {year}"
        return sent(request, "target-letters", title, _letters(found))
    context = {
        "downloads": downloads(request),
        "name": _("Target letters"),
        "ways": ways("target-letters", unit, who),
        "choice": _years(year, who.on.year),
        "table": _letters(found),
        "year": year,
        "unit": unit,
        "issue": _scopes(who, unit, year) if unit and who.can("targets.write") else [],
    }
    return render(request, "targets/letters.html", context)


def _years(year: int, this: int) -> PeriodChoice:
    years = sorted({this - 1, this, this + 1, year}, reverse=True)
    at = years.index(year)
    return PeriodChoice(
        str(year),
        [(str(one), period_text("year", one)) for one in years],
        previous=str(years[at + 1]) if at + 1 < len(years) else None,
        next=str(years[at - 1]) if at else None,
        param="year",
    )


def _scopes(who: Viewer, unit: str, year: int) -> list[tuple[str, str]]:
    """The unit itself and those right below it, as a form names them."""
    found = reads.grid_of(who, Wanted(USUAL, unit, year))
    named_ = [(f"u{found.parent.of.id}", found.parent.of.name)]
    for row in found.rows:
        own = row.of.kind == "person"
        key = f"p{row.of.id}.{row.of.outlet}" if own else f"u{row.of.id}"
        named_.append((key, of_text(row.of)))
    return named_


def _letters(found: tuple[LetterSeen, ...]) -> Table:
    return Table(
        columns=[
            Column("of", _("Whose")),
            Column("unit", _("Unit")),
            Column("number", _("No."), kind="number"),
            Column("issuer", _("Issued by")),
            Column("issued", _("Issued on"), kind="date", phone=False),
            Column("signer", _("Signed by")),
            Column("signed", _("Signed on"), kind="date"),
        ],
        rows=[
            Row(
                [
                    Cell(of_text(one.of)), one.unit, Cell(one.number), one.issuer or None,
                    one.issued_at, one.signer or None, one.signed_at,
                ],
                href=reverse("target-letter", args=[one.id]),
            )
            for one in found
        ],
        caption=_("Target letters"),
        free=True,
        empty=Empty(
            _("No letters are issued for this year"),
            _("Set the year's targets first; then issue the letters, and each signs his own."),
        ),
    )  # fmt: skip


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the letter of a year to a person or a unit's head."""
    scope, year = request.POST.get("scope", ""), year_of(request, viewer(request))
    back = f"{reverse('target-letters')}?{urlencode({'year': year})}"
    whose = _whose(scope)
    done: list[int] = []
    tried(
        request,
        lambda who: done.append(target_letters.issue(by=who, at=now(), year=year, **whose)),
        _("The letter is issued. It waits for the other signature."),
    )
    return redirect("target-letter", done[0]) if done else redirect(back)


def _whose(scope: str) -> dict[str, int | None]:
    """`u3`, or `p12.3`: a person in an outlet."""
    kind, rest = scope[:1], scope[1:]
    parts = [int(p) for p in rest.split(".") if p.isascii() and p.isdecimal() and len(p) < 18]
    if kind == "p" and len(parts) == 2:
        return {"person": parts[0], "outlet": parts[1]}
    if kind == "u" and len(parts) == 1:
        return {"unit": parts[0]}
    raise NotFound(noun="unit", key=scope[:40])


@require_GET
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """One letter, as it is printed on A4 and signed."""
    who = viewer(request)
    _sees(who)
    found = papers.letter(who, number)
    name = _("Target letter {year}").format(year=found.year)
    if "file" in request.GET:
        return sent(request, "target-letter", f"{name} · {of_text(found.of)}", _lines(found))
    context = {
        "name": name,
        "downloads": downloads(request),
        "found": found,
        "whose": of_text(found.of),
        "table": _lines(found),
        "moved": any(line.moved for line in found.lines),
    }
    return render(request, "targets/letter.html", context)


def _lines(found: LetterSeen) -> Table:
    """The letter's targets: each KPI named once, and no columns that hold nothing."""
    aims = [aim for aim in ("base", "value", "stretch") if _has(found, aim)]
    moved = any(line.moved for line in found.lines)
    columns = [Column("kpi", _("KPI")), Column("period", _("Period"))]
    columns += [Column(aim, str(AIMS[aim]), kind="number") for aim in aims]
    columns += [Column("now", _("Holds now"), kind="number")] if moved else []
    rows = []
    for name, same in groupby(found.lines, key=lambda line: f"{named(line.kpi)} {line.model}"):
        lines = sorted(same, key=lambda line: (-GRAINS.index(line.grain), line.period, line.within))
        first = Cell(name.strip(), note=unit_text(lines[0].kpi.unit))
        for line in lines:
            now_ = [_now(line)] if moved else []
            figures = [kpi_cell(line.kpi, getattr(line, aim)) for aim in aims]
            period = aimed_text(line.grain, line.period, line.within)
            rows.append(Row([first, period, *figures, *now_]))
            first = Cell("")
        rows += _year_of(lines, aims, moved=moved)
    return Table(columns, rows, caption=_("Targets of the year"), free=True, compact=True)


def _year_of(lines: list[LetterLine], aims: list[str], *, moved: bool) -> list[Row]:
    """The sum of the months of a KPI, where no target of the year stands there itself."""
    months = [line for line in lines if line.grain == "month"]
    if len(months) < 2 or not months[0].adds or any(line.grain == "year" for line in lines):
        return []
    sums = [kpi_cell(months[0].kpi, _added(months, aim)) for aim in aims]
    title = _("Sum of {count} months").format(count=len(months))
    return [Row([Cell(""), Cell(title), *sums, *([Cell(None)] if moved else [])])]


def _added(lines: list[LetterLine], aim: str) -> Fraction | None:
    """None where one of them says nothing."""
    amounts = [getattr(line, aim) for line in lines]
    return None if None in amounts else sum(amounts, Fraction(0))


def _has(found: LetterSeen, aim: str) -> bool:
    return any(getattr(line, aim) is not None for line in found.lines)


def _now(line: LetterLine) -> Cell:
    return kpi_cell(line.kpi, line.now, state="bad") if line.moved else Cell(None)


@require_POST
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign one's own letter."""
    tried(
        request,
        lambda who: target_letters.sign(by=who, at=now(), letter=number),
        _("Signed. From now on its targets change only by two persons."),
    )
    return redirect("target-letter", number)


urlpatterns = [
    path("targets/letters", letters, name="target-letters"),
    path("targets/letters/issue", issue, name="target-issue"),
    path("targets/letters/<int:number>", letter, name="target-letter"),
    path("targets/letters/<int:number>/sign", sign, name="target-sign"),
]
