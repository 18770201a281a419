"""Catalogues are read of published versions, each version once for all of them."""

from datetime import date

import pytest

from cheji.reads import definitions
from cheji.records import models as m

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2026, 2, 1), date(2026, 3, 20)


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    """A process that ran for long keeps catalogues whose versions it let go of."""
    definitions.built.cache_clear()
    definitions._read.cache_clear()


def test_of_a_new_catalogue_only_the_new_version_is_read(cast, monkeypatch):
    old = definitions.catalogue(BEFORE).all
    new = m.DefinitionVersion.objects.get(kind="kpi", code=old.kpis[0].code)
    new.pk, new.valid_from, new.digest = None, AFTER, "another"
    new.body = {**new.body, "zh": "另一个"}
    new.save()
    read = []

    def counted(kind, body, reader=definitions.read_alone):
        read.append((kind, body["code"]))
        return reader(kind, body)

    monkeypatch.setattr(definitions, "read_alone", counted)
    changed = definitions.catalogue(AFTER)
    assert read == [("kpis", new.code)]
    assert changed.all.kpis[0].zh == "另一个"
    assert changed.digests["kpi", new.code] == "another"
    assert all(a is b for a, b in zip(changed.all.kpis[1:], old.kpis[1:], strict=True))
    assert definitions.catalogue(BEFORE).all.kpis[0].zh == old.kpis[0].zh != "另一个"
