"""What every page of pay statements stands in: address, path of units, how fresh it is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads.kpis import Of
from cheji.reads.pay import Around, StatementSeen
from cheji.reads.runs import RunSeen, of_month
from cheji.reads.seen import Where
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.pay_case_words import CASES, DISPUTES
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
        return runs.address("pay-runs", outlet=code if code in outlets else "", period=month)

    return tree.path(of, to)


def as_of(found: StatementSeen) -> AsOf:
    return AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}"))


def kept_run(who: Viewer, found: StatementSeen) -> RunSeen | None:
    """The run that the statement stands in, where it is kept."""
    kept = of_month(who, "pay", found.outlet.id, found.month) if found.run else ()
    return next((one for one in kept if one.id == found.run), None)


FORMS = ("pdf", "xlsx")


def files(who: Viewer, found: StatementSeen, plan: str = "") -> list[tuple[str, str]]:
    """The statement as files: one's own always, another's for whom a post allows files."""
    if not may_save(who, found):
        return []
    number, month, outlet = found.person.number, found.month, found.outlet.code
    return [
        (form, runs.address("pay-file", number, month, form, outlet=outlet, plan=plan))
        for form in FORMS
    ]


def may_save(who: Viewer, found: StatementSeen) -> bool:
    return who.person == found.person.id or who.can("export")


def disputes_of(about: Around) -> list[tuple[str, str, str, str]]:
    """What the person disputed of the month: number and kind, address, state, tone."""
    found = []
    for one in about.disputes:
        label, tone = CASES[one.state]
        url = reverse("pay-case", args=[one.id])
        number = _("Dispute {number}").format(number=one.id)
        found.append((f"{number} · {DISPUTES[one.kind]}", url, str(label), tone))
    return found
