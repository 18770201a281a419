"""What every page of pay statements stands in: address, path of units, how fresh it is."""

from django.utils.translation import gettext as _

from cheji.reads.kpis import Of
from cheji.reads.pay import StatementSeen
from cheji.reads.seen import Where
from cheji.web import runs
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import AsOf, Step
from cheji.web.viewers import now


def statement_url(found: StatementSeen) -> str:
    return runs.address("pay-statement", found.person.number, found.month, outlet=found.outlet.code)


def steps(tree: Tree, of: Of, month: int, outlet: Where) -> list[Step]:
    """Down to an outlet or a person; above outlets stands the overview."""
    outlets = {tree.code(unit) for unit in tree.units.values() if unit.kind == "outlet"}

    def to(code: str, person: str) -> str:
        if person:
            return runs.address("pay-statement", person, month, outlet=outlet.code)
        return runs.address("pay", outlet=code if code in outlets else "", period=month)

    return tree.path(of, to)


def as_of(found: StatementSeen) -> AsOf:
    return AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}"))


def closing_day(tree: Tree, found: StatementSeen) -> int:
    unit = tree.units.get(found.outlet.id)
    return unit.closing_day if unit else 0
