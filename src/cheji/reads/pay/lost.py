"""What people lost of what a closed run held of their deals: it ran out, or was asked back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q

from cheji.engine.money import largest_remainder
from cheji.engine.pay import Posted, Reserve, part_gone
from cheji.engine.pay.given import Owed
from cheji.engine.pay.reserves import HELD_OF
from cheji.reads.pay.returns import whose_anew
from cheji.records.calculations import joined, split
from cheji.records.models import ManualLine, PayLine, Run
from cheji.records.pay_codes import BY_HAND, event_in, held_until
from cheji.records.pay_reserves import LOST_AGAIN, LOST_BACK, OF_HELD, components_of, reserve_of

#: A person's holdback of a deal.
Key = tuple[int, str, str]


class Lost(NamedTuple):
    """What was held of a deal by a holdback, and lost; of all components where it names none."""

    holdback: str
    source: str
    origin: str
    components: frozenset[str]
    reserve: Reserve


def lost(run: Run, until: int, people: Iterable[int], *, forfeited: bool) -> dict[int, list[Lost]]:
    """By person what he lost of what this run held, by closed runs before a month.

    What ran out counts where it is `forfeited`: rules before 3 took it with the deal once more.
    """
    who = list(people)
    later = _later(run, until, who)
    ended = {_key(one) for one in later if one.entry == "forfeit" or one.code in OF_HELD[1:]}
    sums = _typed(run, who)
    if not ended and not sums:
        return {}
    about = [key for keys in sums for key in keys]
    lines: dict[Key, list[PayLine]] = {key: [] for key in (*sorted(ended), *about)}
    for one in (*_own(run, lines), *later):
        lines.get(_key(one), []).append(one)
    typed = _shared(sums, lines)
    again = whose_anew(source for _, _, source in ended)
    found: dict[int, list[Lost]] = {}
    for key, rows in lines.items():
        if not any(one.entry == "reserve" for one in rows):
            continue
        stays = forfeited and key[0] not in again.get(key[2], ())
        found.setdefault(key[0], []).append(_lost(run, key, rows, typed.get(key, 0), stays=stays))
    return found


def _lost(run: Run, key: Key, rows: Sequence[PayLine], typed: int, *, stays: bool) -> Lost:
    _, holdback, source = key
    sums = reserve_of(rows)
    line = next((one.origin for one in rows if one.entry == "forfeit" and one.origin), "")
    gone = max((sums.lost if stays else 0) - typed, 0)
    reserve = sums._replace(released=sums.released + typed, lost=gone)
    return Lost(holdback, source, f"{run.pk}:{line}", components_of(rows), reserve)


def left_out(
    whole: Iterable[Lost], posted: Iterable[Posted], corrections: Iterable[Posted | Owed]
) -> list[Owed]:
    """What was lost of a deal is not taken with it, and stays lost where the deal comes back.

    Args:
        whole: what a person lost of a closed run.
        posted: its lines of him.
        corrections: all that there were and are of it.
    """
    found = []
    for own in whole:
        about = [one for one in posted if one.fen > 0 and _about(own, one)]
        earned = sum(one.fen for one in about if one.entry in HELD_OF)
        gone = part_gone(earned, [one for one in corrections if _about(own, one)])
        fen = own.reserve.to_leave_out(gone) - own.reserve.left_out
        if fen:
            code = LOST_BACK if fen > 0 else LOST_AGAIN
            found.append(Owed("adjustment", own.holdback, own.source, fen, own.origin, code))
    return found


def _about(own: Lost, line: Posted | Owed) -> bool:
    named = not own.components or line.component in own.components
    return named and line.source == own.source


def _key(line: PayLine) -> Key:
    return line.person_id, line.component, joined(line.source_kind, line.source) or ""


def _later(run: Run, until: int, people: Sequence[int]) -> list[PayLine]:
    """What closed runs before a month made of what this run held, but for what waits still."""
    lines = PayLine.objects.filter(
        origin_run=run.pk, person__in=people, run__state__in=Run.FIXED, run__period__lt=until
    ).filter(Q(entry__in=("release", "forfeit")) | Q(code__in=OF_HELD))
    return list(lines.order_by("id"))


def _own(run: Run, wanted: Mapping[Key, object]) -> list[PayLine]:
    """What the run itself held of these deals, or released at once."""
    lines = PayLine.objects.filter(
        run=run.pk, person__in={who for who, _, _ in wanted}, entry__in=("reserve", "release"),
        source__in={split(source)[1] for _, _, source in wanted}, origin_run=None,
    )  # fmt: skip
    return list(lines.order_by("id"))


def _typed(run: Run, people: Sequence[int]) -> dict[tuple[Key, ...], int]:
    """Fen of typed lines because of events of deals, by the holdbacks that wait for the event.

    Below 0 is what they took back.
    """
    rows = ManualLine.objects.filter(
        Q(reason__startswith="delivery:") | Q(reason__startswith="order:"),
        definition=run.definition, component=BY_HAND, state="approved", person__in=people,
    )  # fmt: skip
    codes: dict[str, tuple[str, ...]] = {}
    sums: dict[tuple[Key, ...], int] = {}
    for who, reason, fen in rows.order_by("pk").values_list("person", "reason", "fen"):
        source, event = event_in(reason) or ("", "")
        if event not in codes:
            codes[event] = held_until(run.outlet_id, event)
        keys = tuple((who, code, source) for code in codes[event])
        if keys:
            sums[keys] = sums.get(keys, 0) + fen
    return sums


def _shared(
    sums: Mapping[tuple[Key, ...], int], lines: Mapping[Key, Sequence[PayLine]]
) -> dict[Key, int]:
    """One line is about all that its event released: each holdback has its part of it."""
    found: dict[Key, int] = {}
    for keys, fen in sums.items():
        reserves = [reserve_of(lines[key]) for key in keys]
        weights = [max(one.released if fen < 0 else one.lost, 0) for one in reserves]
        if not any(weights):
            weights = [max(one.held, 0) for one in reserves]
        if any(weights):
            for key, part in zip(keys, largest_remainder(fen, weights), strict=True):
                found[key] = found.get(key, 0) + part
    return found
