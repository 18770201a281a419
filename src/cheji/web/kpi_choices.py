"""KPIs to choose from: by section of the catalogue, for a select that can be searched."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from cheji.packs import load, sections
from cheji.web.wording import named

PACK = "dealership"
Options = list[tuple[str, str]]


class Named(Protocol):
    """A KPI, or what is seen of one."""

    @property
    def code(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def kpi_choices(kpis: Iterable[Named]) -> list[tuple[str, Options]]:
    """The lines of the sheets, the house's own ones, then section by section of the catalogue."""
    left = {kpi.code: (kpi.code, named(kpi)) for kpi in kpis}
    found = []
    for section in sections():
        options = [left.pop(code) for code in list(left) if code in section.kpis]
        found.append((named(section), options))
    packed = load(PACK).definitions.kpi
    lines = [option for code, option in left.items() if code in packed]
    own = [option for code, option in left.items() if code not in packed]
    groups = [(_("KPI sheets"), lines), (_("The house's own"), own), *found]
    return [(label, options) for label, options in groups if options]
