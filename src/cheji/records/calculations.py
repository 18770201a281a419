"""A calculation of pay on its way into its tables and out again, exact to the last digit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q
from psycopg.types.json import Jsonb

from cheji.engine.pay import Held, Ledger, Part, PayLine, Rejected

from . import bulk
from .models import PayBalance, PayInput, RejectedRow
from .models import PayLine as LineRow

Key = Any
LINE = (
    "run_id", "person_id", "step", "component", "entry", "source_kind", "source", "amount", "scale",
    "rate", "factor", "band_from", "band_part", "band_rate", "fen", "origin_run", "origin", "code",
    "args",
)  # fmt: skip
REJECTED = ("run_id", "person_id", "component", "source_kind", "source", "code", "args")
INPUT = ("run_id", "person_id", "text", "payable", "outcome", "taken")
BALANCE = ("run_id", "person_id", "kind", "key", "source", "fen", "since", "origin")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that pay cannot rest on as it is; `kind` is one of `PayException.Kind`."""

    kind: str
    source_kind: str
    source: int
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What one person is paid in a period: the frozen input, and what the engine made of it.

    `taken` are the runs whose balances it begins with.
    """

    person: int
    text: str
    outcome: str
    payable: int
    lines: Sequence[PayLine]
    rejected: Sequence[Rejected] = ()
    after: Ledger | None = None
    taken: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything that a pay run of an outlet's period is kept with.

    Attributes:
        definition, digest: code and digest of the pay plan.
        mark: the highest fact id that was read.
        order: version of the order of operations.
        found: what waits for a decision.
        typed: ids of the manual lines that are paid.
        version: that of the run which stood when it was begun; 0 is none, None does not matter.
    """

    outlet: int
    period: int
    definition: str
    digest: str
    mark: int
    order: int
    people: Sequence[Paid]
    found: Sequence[Found] = ()
    typed: Sequence[int] = ()
    grain: str = "month"
    version: int | None = None

    @property
    def total(self) -> int:
        return sum(one.payable for one in self.people)


# -- in ----------------------------------------------------------------------------------------


def write(run: int, people: Sequence[Paid]) -> int:
    """COPY what a run says into its four tables; returns how many lines there are."""
    inputs = (
        (run, one.person, one.text, one.payable, one.outcome, list(one.taken)) for one in people
    )
    bulk.copy(bulk.table_of(PayInput), INPUT, inputs, streamed=True)
    rejected = (_rejected(run, one.person, row) for one in people for row in one.rejected)
    bulk.copy(bulk.table_of(RejectedRow), REJECTED, rejected, streamed=True)
    balances = (row for one in people if one.after for row in _balances(run, one.person, one.after))
    bulk.copy(bulk.table_of(PayBalance), BALANCE, balances, streamed=True)
    lines = (_line(run, one.person, line) for one in people for line in one.lines)
    return bulk.copy(bulk.table_of(LineRow), LINE, lines, streamed=True)


def _line(run: int, person: int, line: PayLine) -> tuple[Any, ...]:
    kind, record = split(line.source)
    origin_run, origin = origin_of(line.origin) if line.origin else (None, None)
    starts = parts = rates = None
    if line.parts:
        starts = [str(part.start) for part in line.parts]
        parts = [str(part.part) for part in line.parts]
        rates = [str(part.rate) for part in line.parts]
    return (
        run, person, line.step, line.component, line.entry, kind, record, _text(line.amount),
        line.scale, _text(line.rate), _text(line.factor), starts, parts, rates, line.fen,
        origin_run, origin, line.code, _args(line.args),
    )  # fmt: skip


def _rejected(run: int, person: int, row: Rejected) -> tuple[Any, ...]:
    kind, record = split(row.source)
    return run, person, row.component, kind, record, row.code, _args(row.args)


def _balances(run: int, person: int, after: Ledger) -> Iterator[tuple[Any, ...]]:
    sums: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("drawn", after.drawn), ("carried", after.carried), ("withheld", after.withheld),
        ("due", {"": after.due}),
    )  # fmt: skip
    for kind, by_key in sums:
        for key, fen in by_key.items():
            if fen:
                yield run, person, kind, key, "", fen, 0, ""
    for held in after.held:
        source = "" if held.source is None else str(held.source)
        yield run, person, "held", held.holdback, source, held.fen, held.since, held.origin


def split(source: Key) -> tuple[str, int | None]:
    """`delivery:12` as noun and id; a key without a number keeps its word."""
    if source is None:
        return "", None
    noun, _, record = str(source).partition(":")
    return noun, int(record) if record.isdecimal() else None


def any_of(keys: Iterable[tuple[str, int | None]]) -> Q:
    """The rows about one of these records."""
    by_noun: dict[str, list[int]] = {}
    for noun, record in keys:
        if record is not None:
            by_noun.setdefault(noun, []).append(record)
    wanted = Q(pk__in=[])
    for noun, records in by_noun.items():
        wanted |= Q(source_kind=noun, source__in=records)
    return wanted


def joined(kind: str, record: int | None) -> str | None:
    """Noun and id as the engine's key."""
    if not kind:
        return None
    return kind if record is None else f"{kind}:{record}"


def origin_of(text: str) -> tuple[int | None, int | None]:
    """`12:345` as run and line; a line that is new has only its run."""
    run, _, line = text.partition(":")
    return (int(run) if run else None), (int(line) if line else None)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _args(args: Sequence[Any]) -> Jsonb | None:
    """Values of a reason's words; a fraction stands in a list of its own."""
    if not args:
        return None
    return Jsonb([[str(one)] if isinstance(one, Fraction) else one for one in args])


# -- out ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as a run keeps it: its id and person beside what the engine said."""

    id: int
    run: int
    person: int
    line: PayLine


def lines_of(rows: Iterable[LineRow]) -> Iterator[Kept]:
    """Kept lines as the engine knows them, in the order given; their rules are not kept."""
    for row in rows:
        origin = "" if row.origin_run is None else f"{row.origin_run}:{row.origin or ''}"
        line = PayLine(
            row.step, row.component, row.entry, joined(row.source_kind, row.source),
            exact(row.amount), row.scale, _fraction(row.rate), parts_of(row), _fraction(row.factor),
            row.fen, origin, row.code, args_of(row.args), None,
        )  # fmt: skip
        yield Kept(row.pk, row.run_id, row.person_id, line)


def parts_of(row: LineRow) -> tuple[Part, ...]:
    if not row.band_from:
        return ()
    columns = zip(row.band_from, row.band_part or (), row.band_rate or (), strict=True)
    return tuple(
        Part(Fraction(start), exact(part) or 0, Fraction(rate)) for start, part, rate in columns
    )


def args_of(kept: Sequence[Any] | None) -> tuple[Any, ...]:
    return tuple(Fraction(one[0]) if isinstance(one, list) else one for one in kept or ())


def exact(text: str) -> int | Fraction | None:
    """A whole number or a fraction, as it was."""
    if not text:
        return None
    return Fraction(text) if "/" in text else int(text)


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def ledger_of(rows: Iterable[PayBalance]) -> Ledger:
    """What runs left, as the engine's ledger."""
    sums: dict[str, dict[str, int]] = {"drawn": {}, "carried": {}, "withheld": {}, "due": {}}
    held = []
    for row in rows:
        if row.kind == "held":
            held.append(Held(row.key, row.source or None, row.fen, row.since, row.origin))
        else:
            sums[row.kind][row.key] = sums[row.kind].get(row.key, 0) + row.fen
    return Ledger(
        sums["drawn"], sums["carried"], tuple(held), sums["withheld"], sums["due"].get("", 0)
    )
