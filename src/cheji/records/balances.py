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
    takings: Sequence[Taking], plans: Mapping[int, str], unsure: Container[tuple[int, int]]
) -> Iterator[tuple[Taking, Part]]:
    """What inputs took up, each with its parts.

    Args:
        takings: the inputs.
        plans: of the runs that they name.
        unsure: (person, run) whose debts its plan may have left to another one.
    """
    doubtful = [
        one for one in takings
        if any(_is_own(one, number, plans) and (one.person, number) in unsure
               for number in one.taken)
    ]  # fmt: skip
    owing = _beginning_with_debts(doubtful)
    for one in takings:
        for number in one.taken:
            run, own = abs(number), _is_own(one, number, plans)
            if own:
                yield one, Part(one.person, run, debts=False)
            if not own or (one.person, run) not in unsure or (one.person, one.run) in owing:
                yield one, Part(one.person, run, debts=True)


def _is_own(one: Taking, number: int, plans: Mapping[int, str]) -> bool:
    """Whether a number of `taken` names a run of the same plan, and not of its debts alone."""
    return number > 0 and plans.get(number) == one.plan


def _beginning_with_debts(takings: Sequence[Taking]) -> set[tuple[int, int]]:
    """(person, run) of the inputs that begin with a debt."""
    rows = PayInput.objects.filter(
        run__in={one.run for one in takings}, person__in={one.person for one in takings}
    )
    texts = rows.values_list("person", "run", "text") if takings else ()
    ledgers = ((who, run, reopened(text)[1].ledger) for who, run, text in texts)
    return {(who, run) for who, run, ledger in ledgers if ledger.due or ledger.drawn}
