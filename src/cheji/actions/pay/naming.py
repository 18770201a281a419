"""What refusals of pay call the records that stand in the way, as people know them."""

from cheji.engine.money import yuan_text
from cheji.engine.pay.why import RELEASES
from cheji.records.models import Delivery, ManualLine, Order, Person
from cheji.records.refusals import NOUNS
from cheji.records.words import Words


def order_of(noun: str, record: int | None) -> str:
    """The number of the order of a deal."""
    if noun == "delivery":
        return Delivery.objects.values_list("order__number", flat=True).get(pk=record or 0)
    return Order.objects.values_list("number", flat=True).get(pk=record or 0)


def called(noun: str, record: int | None) -> Words:
    """A person, or the order of a deal; another record by its number."""
    if noun == "person":
        name = Person.objects.values_list("name", flat=True).get(pk=record or 0)
        return Words(name, name)
    if noun in ("delivery", "order"):
        number = order_of(noun, record)
        return Words(f"订单 {number}", f"order {number}")
    return Words(f"{NOUNS.get(noun, noun)} {record}", f"{noun} {record}")


def event_called(noun: str, record: int | None, kind: str) -> Words:
    """An event of a deal; one of a house's own by its code."""
    deal, event = called(noun, record), Words(*RELEASES.get(kind, (kind, kind)))
    return Words(f"{deal.zh}的“{event.zh}”", f"“{event.en}” of {deal.en}")


def line_called(line: ManualLine) -> Words:
    """A typed line by whom it pays and what."""
    yuan = yuan_text(line.fen)
    name = line.person.name
    return Words(f"{name}的手工项（{yuan} 元）", f"typed line of {name} ({yuan} yuan)")
