"""Two connections at one time: the second is refused in words, and nothing is half done."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from appraisal_floor import Cycled
from cast import AT, ON, packed_cast
from cheji.actions import (
    appraisals,
    deliveries,
    orders,
    prospects,
)
from cheji.facts import rebuilding
from cheji.records import audit
from cheji.records import models as m
from cheji.records.refusals import Refused
from stage import LINES, Stage


def together(*verbs: Callable[[], object]) -> list[str]:
    """Run the verbs at the same time on connections of their own; the names of the outcomes."""
    barrier, outcomes = Barrier(len(verbs)), [""] * len(verbs)

    def run(place: int, verb: Callable[[], object]) -> None:
        barrier.wait()
        try:
            verb()
            outcomes[place] = "done"
        except Refused as refusal:
            outcomes[place] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Two connections; whoever comes second is refused in words, and nothing is half done."""

    def test_a_vin_is_delivered_once(self) -> None:
        stage = Stage()
        second = stage.floor.order(stage.cast.outlet, stage.cast.people["li"])
        by = stage.cast["manager"]
        outcomes = together(*(
            lambda pk=pk: deliveries.deliver(by=by, at=AT, order=pk, on=ON, vin="LVIN5")
            for pk in (stage.order.pk, second.pk)
        ))  # fmt: skip
        assert outcomes == ["VinIsDelivered", "done"]
        assert m.Delivery.objects.filter(vin="LVIN5").count() == 1
        self.proven()

    def test_one_unit_is_handed_over_once(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        deliver = lambda: deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON)  # noqa: E731
        assert together(deliver, deliver, deliver) == ["TooManyUnits", "TooManyUnits", "done"]
        self.proven()

    def test_an_order_number_is_used_once(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        sign = lambda: orders.sign(  # noqa: E731
            by=by, at=AT, outlet=stage.outlet.pk, on=ON, lines=LINES, number="SAME"
        )
        outcomes = together(sign, sign)
        assert outcomes[1] == "done"
        assert outcomes[0] in ("NumberTaken", "TakenMeanwhile")
        with pytest.raises(orders.NumberTaken):
            sign()
        self.proven()

    def test_one_card_and_one_customer_for_a_phone(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        open_card = lambda: prospects.open_card(  # noqa: E731
            by=by, at=AT, outlet=stage.outlet.pk, on=ON, name="郑", phone="13800000005"
        )
        outcomes = together(open_card, open_card)
        assert outcomes[1] == "done"
        assert outcomes[0] in ("CardIsOpen", "TakenMeanwhile")
        assert m.Customer.objects.filter(name="郑").count() == 1
        self.proven()

    def test_the_second_editor_is_told(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        verbs = [
            lambda level=level: prospects.change_level(
                by=by, at=AT, prospect=stage.card.pk, version=1, level=level, on=ON
            )
            for level in "HB"
        ]
        assert together(*verbs) == ["ChangedMeanwhile", "done"]
        self.proven()

    def test_cancelled_or_delivered_but_not_both(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        outcomes = together(
            lambda: deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON),
            lambda: orders.cancel(
                by=by, at=AT, order=stage.order.pk, version=1, on=ON, reason="退订"
            ),
        )
        assert outcomes in (["ChangedMeanwhile", "done"], ["OrderIsCancelled", "done"])
        self.proven()

    def test_two_corrections_of_one_person_both_hold(self) -> None:
        """The second decision is made on what the first left."""
        cycled = Cycled(packed_cast()).published()
        row = cycled.of("zhang")
        corrections = {
            "teamwork": appraisals.Correction(ratings={"manager": [1_000_000]}),
            "sat_rate": appraisals.Correction(value=9_900),
        }
        told = {"by": cycled.cast["zhang"], "at": AT, "appraisal": row.pk, "text": "漏记"}
        asked = {item: appraisals.appeal(item=item, **told).id for item in corrections}
        verbs = [
            lambda item=item: appraisals.decide(
                by=cycled.cast["manager"], at=AT, appeal=asked[item], how="upheld",
                decision="属实", correction=corrections[item],
            )
            for item in asked
        ]  # fmt: skip
        assert together(*verbs) == ["done", "done"]
        first, second = m.Adjustment.objects.order_by("id")
        assert (second.before, second.reason_before) == (first.after, first.reason_after)
        assert first.before < first.after < second.after
        self.proven()

    def proven(self) -> None:
        rebuilding.rebuild()
        assert rebuilding.differences() == []
        assert list(audit.breaks()) == []
