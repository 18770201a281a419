"""What is held of deals that are somebody's no more, or worth less: it is given back with them."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from cheji.engine.pay import Held, Owed, Reserve, part_gone
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.engine.pay.reserves import HELD_OF
from cheji.reads.pay.returns import owners
from cheji.records.calculations import joined, origin_of, split
from cheji.records.models import PayLine, Run
from cheji.records.pay_reserves import GIVEN_BACK, OF_HELD, components_of

Owing = Mapping[int, Sequence[Owed]]
#: A person's sum that is held.
One = tuple[int, Held]


def given_back(held: Mapping[int, Iterable[Held]], owed: Owing) -> dict[int, tuple[Owed, ...]]:
    """By person what is held no more; `owed` are the corrections that the run brings itself.

    All that is held of a deal goes with it, and the part of it of which a part is taken.
    """
    every = [(who, one) for who, own in held.items() for one in own if one.source is not None]
    if not every:
        return {}
    whose = owners({one.source for _, one in every})
    parts = _parts([(who, one) for who, one in every if who in whose[str(one.source)]], owed)
    found: dict[int, tuple[Owed, ...]] = dict.fromkeys(held, ())
    for who, one in every:
        fen = parts.get((who, one), 0) if who in whose[str(one.source)] else one.fen
        if fen:
            line = Owed("adjustment", one.holdback, one.source, fen, one.origin, GIVEN_BACK)
            found[who] = (*found[who], line)
    return found


def _parts(held: Iterable[One], owed: Owing) -> dict[One, int]:
    """Fen of what is held of deals that these corrections lessen."""
    less = {(who, one.source) for who, own in owed.items() for one in own if one.fen < 0}
    wanted = [(who, one) for who, one in held if (who, one.source) in less and one.origin]
    rows = _lines(wanted)
    return {
        (who, one): _part(one, rows.get((who, str(one.source)), ()), owed[who])
        for who, one in wanted
    }


def _lines(wanted: Sequence[One]) -> dict[tuple[int, str], list[PayLine]]:
    """By person and deal what the runs that hold it said, and closed ones put right."""
    if not wanted:
        return {}
    runs = {origin_of(one.origin)[0] for _, one in wanted}
    lines = PayLine.objects.filter(
        Q(run__in=runs) | Q(origin_run__in=runs, run__state__in=Run.FIXED),
        person__in={who for who, _ in wanted},
        source__in={split(one.source)[1] for _, one in wanted},
    )
    found: dict[tuple[int, str], list[PayLine]] = {}
    for row in lines.order_by("id"):
        key = row.person_id, joined(row.source_kind, row.source) or ""
        found.setdefault(key, []).append(row)
    return found


def _part(one: Held, lines: Sequence[PayLine], owed: Iterable[Owed]) -> int:
    run, number = origin_of(one.origin)
    own = [line for line in lines if line.pk == number]
    of = components_of(own)
    earned = [
        line.fen
        for line in lines
        if line.run_id == run and line.entry in HELD_OF and (not of or line.component in of)
    ]
    later = [line for line in lines if line.origin_run == run and line.entry in CORRECTIONS]
    now = [line for line in owed if line.source == one.source and origin_of(line.origin)[0] == run]
    corrections: list[PayLine | Owed] = [*later, *now]
    gone = part_gone(
        sum(fen for fen in earned if fen > 0),
        [x for x in corrections if x.code not in OF_HELD and (not of or x.component in of)],
    )
    back = sum(line.fen for line in later if line.code == GIVEN_BACK and line.origin == number)
    reserve = Reserve(held=-sum(line.fen for line in own), back=back, lost=one.fen)
    return reserve.to_leave_out(gone)
