"""What runs took up of the balances that earlier ones left: all of it, the debts alone, the rest.

`PayInput.taken` names the runs. A number below zero, or the run of another plan, is one of which
the debts alone were taken; a run of the plan itself may have left the debts to the plan that
replaced it for the person, as what it began with tells.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from cheji.engine.pay import reopened

from .models import PayInput

#: Kinds of balances that are to be taken from pay, whichever plan pays it.
DEBTS: Final = frozenset({"due", "drawn"})


class Taking(NamedTuple):
    """A person's input of a run under a plan, and the runs whose balances it begins with."""

    person: int
    run: int
    plan: str
    taken: Sequence[int]


class Part(NamedTuple):
    """The debts that a run left a person, or the rest."""

    person: int
    run: int
    debts: bool


def parts_of(
    one: Taking, plans: Mapping[int, str], unsure: Container[tuple[int, int]]
) -> Iterator[Part]:
    """What an input took up.

    Args:
        one: the input.
        plans: of the runs that it names.
        unsure: (person, run) whose debts its plan may have left to another one.
    """
    for number in one.taken:
        run = abs(number)
        own = number > 0 and plans.get(run) == one.plan
        if own:
            yield Part(one.person, run, debts=False)
        if not own or (one.person, run) not in unsure or _begins_with_debts(one):
            yield Part(one.person, run, debts=True)


def _begins_with_debts(one: Taking) -> bool:
    text = PayInput.objects.values_list("text", flat=True).get(run=one.run, person=one.person)
    ledger = reopened(text)[1].ledger
    return bool(ledger.due or ledger.drawn)
