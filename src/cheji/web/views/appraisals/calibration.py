"""The calibration board: grades against the quota, moved with a reason, and what is published."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.engine.periods import DAY
from cheji.reads.appraisals import boards as reads
from cheji.reads.appraisals.boards import BoardSeen, Calibration, CardSeen, MoveSeen, PoolSeen
from cheji.records.refusals import ChangedMeanwhile, NotFound
from cheji.web.cycle_words import cycle_tabs, overseer, step_text
from cheji.web.entering import with_query
from cheji.web.forms import ActionForm, words
from cheji.web.templatetags.cells import badge_html
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Tab, Table
from cheji.web.viewers import now
from cheji.web.wording import named

DECIDED: dict[str, Any] = {
    "hired": gettext_lazy("tie broken by the earlier hire"),
    "undecided": gettext_lazy("tie that no key breaks: people decide"),
}
BARRED: dict[str, Any] = {
    "own": gettext_lazy(
        "You moved it last, calibrated, or are appraised in it: another publishes."
    ),
    "other": gettext_lazy("Another publishes."),
    "step": gettext_lazy("It is published already."),
}
PERFORMANCE: dict[int, Any] = {
    3: gettext_lazy("Top grade"),
    2: gettext_lazy("Grades between"),
    1: gettext_lazy("Lowest grade"),
}
POTENTIAL: dict[int, Any] = {
    1: pgettext_lazy("potential", "Settled in the post"),
    2: pgettext_lazy("potential", "May grow within it"),
    3: pgettext_lazy("potential", "Ready for more"),
}


@require_GET
def calibration(request: HttpRequest, number: int) -> HttpResponse:
    """A cycle's boards: one for each scheme, by grade or as the nine-box."""
    who = overseer(request)
    scheme, outlet = request.GET.get("scheme", ""), request.GET.get("outlet")
    found = reads.calibration(who, number, scheme=scheme, outlet=outlet)
    board = _chosen(found, scheme)
    view = "box" if request.GET.get("view") == "box" else "grades"
    context: dict[str, Any] = {
        "cycle": found,
        "name": found.name,
        "step": step_text(found.state),
        "tabs": cycle_tabs(number, "calibration"),
        "board": board,
        "view": view,
        "views": _views(found, board, view),
        "moves": _moves(found),
        "calibrates": "calibrate" in found.duties,
        "publish": _publish(found, who.on),
    }
    if board:
        cards = _at(board.cards, board.outlet)
        context |= {
            "columns": _columns(found, board),
            "pools": _pools(board),
            "outlets": _outlets(board),
            "boxes": _boxes(cards) if view == "box" else (),
            "unplaced": [card for card in cards if not (card.potential and card.performance)],
        }
    return render(request, "appraisals/calibration/board.html", context)


def _chosen(found: Calibration, code: str) -> BoardSeen | None:
    own = [board for board in found.boards if board.scheme == code]
    return next(iter([*own, *found.boards]), None)


def _at(cards: Sequence[CardSeen], outlet: str) -> list[CardSeen]:
    """The cards of one outlet, or all."""
    return [one for one in cards if outlet in ("", one.outlet.code)]


def _outlets(board: BoardSeen) -> list[tuple[str, str, bool]]:
    """The outlets of a board that can be looked at alone, where there are several."""
    found = [(one.code, one.name, one.code == board.outlet) for one in board.outlets]
    return found if len(found) > 1 else []


def _views(found: Calibration, board: BoardSeen | None, view: str) -> list[Tab]:
    """Boards by scheme where there are several, and the two views of one."""
    if board is None:
        return []
    here = reverse("calibration", args=[found.cycle])
    several = [
        Tab(named(one), f"{here}?scheme={one.scheme}", one is board and view == "grades")
        for one in found.boards
    ]
    by_grade = several if len(several) > 1 else [Tab(_("By grade"), here, view == "grades")]
    box = f"{here}?scheme={board.scheme}&view=box"
    return [*by_grade, Tab(_("Nine-box"), box, view == "box")]


def _columns(found: Calibration, board: BoardSeen) -> list[dict[str, Any]]:
    """The outlet's cards under each grade, best first; of all how many there are and should be."""
    wanted = dict.fromkeys(board.grades, 0)
    for pool in board.pools:
        for grade, _is, asked in pool.counts:
            wanted[grade] += asked
    columns = []
    for grade in board.grades:
        there = [one for one in board.cards if one.grade == grade]
        cards = [_card(found, board, one) for one in _at(there, board.outlet)]
        told, tone = f"{len(there)} / {wanted[grade]}", _tone(len(there), wanted[grade])
        if not board.quota:
            told, tone = str(len(cards)), ""
        columns.append({"grade": grade, "cards": cards, "told": told, "tone": tone})
    return columns


def _tone(there: int, asked: int) -> str:
    return "good" if there == asked else "warn"


def _card(found: Calibration, board: BoardSeen, one: CardSeen) -> dict[str, Any]:
    url = reverse("calibration-move", args=[found.cycle, one.person.number])
    url = with_query(url, outlet=board.outlet)
    movable = "calibrate" in found.duties and not (one.own or one.veto)
    return {
        "seen": one,
        "url": url if movable else "",
        "open": reverse("appraisal", args=[one.appraisal]),
        "moved": one.moves[-1] if one.moves and one.grade != one.scored else None,
        "quota": one.quota if board.quota and one.quota != one.grade else "",
        "decided": str(DECIDED.get(one.decided, "")),
    }


def _pools(board: BoardSeen) -> Table | None:
    """Heads against the quota, pool by pool."""
    if not board.pools:
        return None
    columns = [
        Column("pool", _("Graded together")),
        Column("heads", _("Heads"), kind="number", decimals=0),
    ]
    columns += [Column(grade, grade) for grade in board.grades]
    rows = [_pool_row(pool) for pool in board.pools]
    return Table(
        columns, rows, caption=_("Distribution against the quota"), free=True, compact=True,
        phone="cards",
    )  # fmt: skip


def _pool_row(pool: PoolSeen) -> Row:
    note = _("too small, and nobody left to pool with") if pool.small else ""
    return Row(
        [
            Cell(pool.name, note=note),
            pool.heads,
            *(
                Cell(f"{there} / {asked}", kind="badge", state=_tone(there, asked))
                for _grade, there, asked in pool.counts
            ),
        ]
    )


def _boxes(cards: Sequence[CardSeen]) -> list[list[dict[str, Any]]]:
    """Three rows by potential, the highest above, of three columns by performance."""
    return [
        [
            {
                "potential": POTENTIAL[potential],
                "performance": PERFORMANCE[performance],
                "cards": [
                    one
                    for one in cards
                    if (one.performance, one.potential) == (performance, potential)
                ],
                "level": performance + potential,
            }
            for performance in (1, 2, 3)
        ]
        for potential in (3, 2, 1)
    ]


def _moves(found: Calibration) -> Table:
    columns = [
        Column("person", _("Person")),
        Column("move", _("Moved")),
        Column("why", _("Why")),
        Column("by", _("By")),
        Column("at", _("When"), kind="date"),
    ]
    rows = [_move_row(found, one) for one in found.moves]
    if "calibrate" in found.duties:
        columns.append(Column("undo", ""))
    empty = Empty(_("Nothing was moved"), _("Grades are those of the scores."))
    return Table(columns, rows, caption=_("Moves"), free=True, phone="cards", empty=empty)


def _move_row(found: Calibration, one: MoveSeen) -> Row:
    cells: list[Cell | object] = [
        one.person.name,
        f"{one.from_grade} → {one.to_grade}",
        one.reason,
        one.by or None,
        Cell(one.at, kind="date"),
    ]
    if "calibrate" in found.duties:
        url = reverse("calibration-move", args=[found.cycle, one.person.number])
        cells.append(Cell(_("Move back"), reason=f"{url}?to={one.from_grade}"))
    return Row(cells)


def _publish(found: Calibration, on: date) -> dict[str, Any]:
    """What would be frozen, and whether the viewer may do it, or when."""
    mine = "publish" in found.duties
    ready = mine and not found.before and on >= found.until
    why = ""
    if not found.over:
        why = _("Publishing is for heads and HR of the whole unit.")
    elif found.before:
        steps = _(", ").join(step_text(code) for code in found.before)
        why = _("Before that: {steps}.").format(steps=steps)
    elif on < found.until:
        why = _("The period runs until the end of {last}.").format(last=found.until - DAY)
    elif not mine and not found.final:
        why = str(BARRED["own" if {"maker", "appraised"} & found.parties else "other"])
    return {
        "may": ready,
        "why": why,
        "people": sum(board.people for board in found.boards),
        "moves": len({move.person.id for move in found.moves}),
        "mark": found.mark,
        "seen": signing.dumps({"mark": found.mark, "stamp": found.stamp}, salt=_salt(found.cycle)),
        "undecided": found.undecided,
        "digests": [(named(board), board.digest[:16]) for board in found.boards],
    }


def shown_on_board(cycle: int, seen: str) -> dict[str, Any]:
    """The facts' number and the stamp that the board of a cycle was shown with.

    Raises:
        ChangedMeanwhile: it is not what a board of this cycle says.
    """
    try:
        found: dict[str, Any] = signing.loads(seen, salt=_salt(cycle))
    except signing.BadSignature:
        raise ChangedMeanwhile(noun="cycle") from None
    return found


def _salt(cycle: int) -> str:
    return f"publish {cycle}"


# -- moving ------------------------------------------------------------------------------------


class MoveForm(ActionForm):
    """To which grade, and why."""

    to_grade = forms.ChoiceField(label=gettext_lazy("Grade"), widget=forms.RadioSelect)
    why = words(pgettext_lazy("why", "Reason"), 400, required=True)
    segments = ("to_grade",)
    wide = ("why",)

    def __init__(self, *args: Any, grades: list[str], **kwargs: Any) -> None:
        self.grades = grades
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        choices = [(grade, grade) for grade in self.grades]
        self.fields["to_grade"].choices = choices  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, number: int, person: str) -> HttpResponse:
    """Another grade for somebody, with the reason; the last move holds."""
    who = overseer(request)
    who.must("appraisals.calibrate")
    found = reads.calibration(who, number, person)
    board, card = _find(found, person)
    others = [grade for grade in board.grades if grade != card.grade]
    to = request.GET.get("to", "")
    form = MoveForm(request.POST or None, who=who, grades=others, initial={"to_grade": to})
    if request.method == "POST":
        done = form.submit(
            lambda given: _moved(
                card, by=who, at=now(), cycle=number, seen=request.POST.get("from", ""), **given
            )
        )
        if done:
            messages.success(request, _("{name} is moved.").format(name=card.person.name))
            return redirect(_back(request, number, board))
    context = {
        "form": form,
        "name": _("Move {name}").format(name=card.person.name),
        "card": card,
        "now": badge_html(card.grade),
        "cycle": found,
        "back": _back(request, number, board),
    }
    return render(request, "appraisals/calibration/move.html", context, status=form.status)


def _back(request: HttpRequest, number: int, board: BoardSeen) -> str:
    """The board from which one comes, with its outlet where it was narrowed to one."""
    outlet = request.GET.get("outlet", "")
    return with_query(reverse("calibration", args=[number]), scheme=board.scheme, outlet=outlet)


def _moved(card: CardSeen, *, seen: str, **given: Any) -> act.Done:
    """Move a card from the grade that its mover saw it under.

    Raises:
        ChangedMeanwhile: it has another by now.
    """
    if seen != card.grade:
        raise ChangedMeanwhile(noun="appraisal")
    return act.calibrate(person=card.person.id, from_grade=card.grade, **given)


def _find(found: Calibration, person: str) -> tuple[BoardSeen, CardSeen]:
    for board in found.boards:
        for card in board.cards:
            if card.person.number == person:
                return board, card
    raise NotFound(noun="appraisal", key=person)


urlpatterns = [
    path("appraisals/cycles/<int:number>/calibration", calibration, name="calibration"),
    path("appraisals/cycles/<int:number>/calibration/<str:person>", move, name="calibration-move"),
]
