"""What a batch did to each record, kept so that it can be undone; creations as runs of ids."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import F

from cheji.records.bulk import copy, table_of
from cheji.records.models import ImportBatch, ImportTouch

COLUMNS = ("batch_id", "noun", "record", "last", "before", "version")
Kept = tuple[int, str, int, int, dict[str, Any] | None, int]

#: Of records touched alone; a run is taught in Python.
TEACH = """
UPDATE {table} AS touch SET version = raised.new
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS raised(id, found, new)
 WHERE noun = %s AND record = raised.id AND last = raised.id AND version = raised.found
   AND batch_id <> %s
"""


@dataclass(slots=True)
class Change:
    """What a batch did to a record that was there: columns before, versions found and left."""

    before: dict[str, Any]
    found: int
    left: int


@dataclass(slots=True)
class Touched:
    """The records of one noun: created ones with the version they were left in, changed ones."""

    created: dict[int, int] = field(default_factory=dict)
    changed: dict[int, Change] = field(default_factory=dict)

    @property
    def left(self) -> dict[int, int]:
        """The version in which the batch left each record."""
        return self.created | {pk: change.left for pk, change in self.changed.items()}


def runs(batch: int, noun: str, versions: Mapping[int, int]) -> Iterator[Kept]:
    """Creations as rows: one for each run of ids of the same version."""
    pairs = enumerate(sorted(versions.items()))
    for (_, version), group in groupby(pairs, key=lambda p: (p[1][0] - p[0], p[1][1])):
        ids = [pk for _, (pk, _) in group]
        yield batch, noun, ids[0], ids[-1], None, version


def touched(batch: ImportBatch) -> dict[str, Touched]:
    """Everything that a batch touched, by noun; of several changes the first `before` counts."""
    found: dict[str, Touched] = defaultdict(Touched)
    touches = list(batch.touches.order_by("id"))
    for touch in touches:
        if touch.before is None:
            ids = range(touch.record, touch.last + 1)
            found[touch.noun].created.update(dict.fromkeys(ids, touch.version))
    for touch in touches:
        if touch.before is not None:
            _add_change(found[touch.noun], touch)
    return found


def _add_change(of_noun: Touched, touch: ImportTouch) -> None:
    if touch.record in of_noun.created:
        of_noun.created[touch.record] = touch.version
        return
    before = touch.before or {}
    found = before.get("version", touch.version - 1)
    change = of_noun.changed.setdefault(touch.record, Change({}, found, 0))
    change.before = {**before, **change.before}
    change.left = touch.version


def teach(batch: int, noun: str, raised: Mapping[int, tuple[int, int]]) -> None:
    """Tell other batches the new versions of records that this one gives back to them.

    So they can be undone next. `raised` is the version found and the new one, by record.
    """
    found = [versions[0] for versions in raised.values()]
    new = [versions[1] for versions in raised.values()]
    with connection.cursor() as cursor:
        text = TEACH.format(table=table_of(ImportTouch))
        cursor.execute(text, [list(raised), found, new, noun, batch])
    of_others = ImportTouch.objects.filter(noun=noun, record__lt=F("last")).exclude(batch=batch)
    for run in of_others:
        _teach_run(run, raised)


def _teach_run(run: ImportTouch, raised: Mapping[int, tuple[int, int]]) -> None:
    """Part a run whose records are no longer of one version."""
    versions = dict.fromkeys(range(run.record, run.last + 1), run.version)
    known = {pk: raised[pk] for pk in versions.keys() & raised.keys()}
    new = {pk: version for pk, (found, version) in known.items() if found == run.version}
    if new:
        copy(table_of(ImportTouch), COLUMNS, runs(run.batch_id, run.noun, versions | new))
        run.delete()
