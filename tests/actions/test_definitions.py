"""Publishing among other versions: later ones, an outlet's own, and bodies under another code."""

from datetime import date

import pytest

from cast import AT, Cast, load_pack
from cheji.actions import definitions
from cheji.records import models as m
from cheji.records.refusals import BadValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    load_pack(valid_from=date(2026, 1, 1))
    return Cast()


def draft(cast: Cast, code: str, outlet: m.Unit | None = None, inner: str = "") -> int:
    body = m.DefinitionVersion.objects.get(kind="kpi", code="orders").body
    return definitions.draft(
        by=cast["hr"], at=AT, kind="kpi", code=code, valid_from=date(2026, 3, 1),
        body={**body, "code": inner or code}, outlet=outlet.pk if outlet else None,
    ).id  # fmt: skip


def publish(cast: Cast, version: int) -> None:
    definitions.publish(by=cast["group_manager"], at=AT, version=version)


def test_a_definition_of_one_outlet_does_not_stand_in_the_groups_way(cast: Cast) -> None:
    publish(cast, draft(cast, "orders_local", cast.outlet))
    publish(cast, draft(cast, "orders"))
    march = m.DefinitionVersion.objects.get(kind="kpi", code="orders", valid_from=date(2026, 3, 1))
    assert march.state == "published"


def test_a_body_bears_the_code_of_its_version(cast: Cast) -> None:
    with pytest.raises(BadValue):
        draft(cast, "orders_new", inner="orders_other")
