"""The calibration board and the cycle's files: what of oneself they leave out, and the pools."""

from datetime import date

import pytest

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.reads.appraisals.boards import calibration
from cheji.reads.appraisals.summaries import summary_of
from cheji.records import models as m

pytestmark = pytest.mark.django_db
LEFT_OUT = ("reviewing", "peers")
ANY_NUMBER = {"least": 1}
HEADS = {"consultant": "everybody", "outlet_manager": "everybody"}


def everybody(quota: dict[str, object] | None = ANY_NUMBER) -> None:
    """A scheme for every post, with a quota, by itself of any number of heads."""
    scheme = m.DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    body = {**scheme.body, "code": "everybody", "posts": []}
    own = body.pop("quota")
    if quota is not None:
        body["quota"] = {**own, "ties": ["hired"], **quota}
    scheme.pk, scheme.code, scheme.body = None, "everybody", body
    scheme.save()


def test_nobody_reads_his_own_move_before_publication_nor_his_potential(cast) -> None:
    """The outlet manager, who is appraised beside his people and sees theirs."""
    everybody()
    cycled = Cycled(cast, unit="north", schemes=HEADS, left_out=LEFT_OUT)
    cycled.go("calibrating")
    for key in ("manager", "zhang"):
        whom = cast.people[key].pk
        above = cast["region_head"] if key == "manager" else cast["lead"]
        act.place(by=above, at=AT, appraisal=cycled.of(key).pk, potential=3, why="可接任区域")
        act.calibrate(
            by=cast["region_head"], at=AT, cycle=cycled.id, person=whom, from_grade="D",
            to_grade="A", why=f"{key} 表现突出",
        )  # fmt: skip
    assert told(cast["region_head"], cycled) == {
        "MANAGER": ("A", "manager 表现突出", 3), "ZHANG": ("A", "zhang 表现突出", 3)
    }  # fmt: skip
    assert told(cast["manager"], cycled) == {
        "MANAGER": ("D", "", 0), "ZHANG": ("A", "zhang 表现突出", 3)
    }  # fmt: skip
    cycled.publish()
    assert told(cast["manager"], cycled)["MANAGER"] == ("A", "manager 表现突出", 0)


def told(viewer, cycled) -> dict[str, tuple[str, str, int]]:
    """By number the grade, why it was moved, and the potential: as the board and the files say."""
    board = calibration(viewer, cycled.id)
    summary = summary_of(viewer, cycled.id)
    reasons = {move.person.number: move.reason for move in board.moves}
    if viewer.can("appraisals.calibrate") or board.final:
        assert {move.person.number: move.reason for move in summary.moves} == reasons
    cards = [card for one in board.boards for card in one.cards]
    assert all(card.potential == summary.potentials.get(card.person.id, 0) for card in cards)
    return {
        card.person.number: (card.grade, reasons.get(card.person.number, ""), card.potential)
        for card in cards
        if card.person.number in ("MANAGER", "ZHANG")
    }


def test_outlets_of_one_name_are_pools_of_their_own(cast) -> None:
    everybody()
    m.Unit.objects.filter(pk__in=(cast.outlet.pk, cast.sister.pk)).update(name="同名店")
    cycled = Cycled(cast, unit="north", schemes={"consultant": "everybody"}, left_out=LEFT_OUT)
    cycled.go("calibrating")
    pools = calibration(cast["region_head"], cycled.id).boards[0].pools
    assert sorted((pool.name, pool.heads) for pool in pools) == [("同名店", 1), ("同名店", 3)]


@pytest.mark.parametrize(
    ("quota", "scored"),
    [
        (None, {"N1": 3, "N2": 1}),
        ({"pool": "outlet", "least": 2}, {"N1": 3, "N2": 4}),
        ({"pool": "region", "least": 2}, {"N1": 4, "N2": 4}),
    ],
)
def test_a_large_board_scores_those_with_whom_an_outlet_is_graded(cast, quota, scored) -> None:
    """Of three at one outlet and one at the other; who is shown stands as on the whole board."""
    everybody(quota)
    cycled = Cycled(cast, unit="north", schemes={"consultant": "everybody"}, left_out=LEFT_OUT)
    cycled.go("calibrating")
    head = cast["region_head"]
    (whole,) = calibration(head, cycled.id, most=3, outlet="").boards
    found = {}
    for code in scored:
        (board,) = calibration(head, cycled.id, most=3, outlet=code).boards
        found[code] = len(board.cards)
        own = [card for card in board.cards if card.outlet.code == code]
        assert own == [card for card in whole.cards if card.outlet.code == code] != []
        assert (board.people, [one.code for one in board.outlets]) == (4, ["N1", "N2"])
    assert found == scored
    shown = [calibration(head, cycled.id, most=most).boards[0].outlet for most in (3, 4)]
    assert shown == ["N1", ""]


def test_who_began_on_an_unknown_day_does_not_win_a_tie(cast) -> None:
    everybody()
    m.Person.objects.filter(number="ZHANG").update(hired_on=None)
    m.Person.objects.filter(number="LI").update(hired_on=date(2026, 1, 1))
    cycled = Cycled(cast, schemes={"consultant": "everybody"}, left_out=LEFT_OUT)
    cycled.go("calibrating")
    cards = calibration(cast["region_head"], cycled.id).boards[0].cards
    assert len({card.total for card in cards}) == 1
    places = {card.person.number: card.place for card in cards}
    assert sorted(places, key=lambda number: places[number]) == ["WANG", "LI", "ZHANG"]


@pytest.mark.parametrize("proven", [False, True])
def test_only_a_proven_violation_keeps_a_card_where_it_is(cast, proven: bool) -> None:
    """Reported or dismissed, it neither marks the card nor takes it out of the quota."""
    cycled = Cycled(cast, left_out=LEFT_OUT)
    cycled.go("calibrating")
    head, lead = cast["region_head"], cast["lead"]
    zhang = cast.people["zhang"].pk
    violation = act.report_violation(
        by=lead, at=AT, outlet=cast.outlet.pk, person=zhang, on_date=date(2026, 2, 10),
        code="private_deal", text="私下收取客户定金",
    ).id  # fmt: skip
    act.hear_violation(by=head, at=AT, violation=violation, says="已当日补交")
    assert vetoed(head, cycled) == set()
    act.decide_violation(by=head, at=AT, violation=violation, proven=proven, decision="已查明")
    expected = {"ZHANG"} if proven else set()
    assert vetoed(head, cycled) == expected
    cycled.publish()
    assert vetoed(head, cycled) == expected


def vetoed(viewer, cycled) -> set[str]:
    cards = calibration(viewer, cycled.id).boards[0].cards
    return {card.person.number for card in cards if card.veto}
