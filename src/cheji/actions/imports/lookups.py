"""Names and codes of a file resolved to records within the viewer's scope."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from cheji.records.models import Post, Unit
from cheji.records.refusals import Refused
from cheji.records.visibility import Scope

if TYPE_CHECKING:
    from .plan import Trouble

Row = TypeVar("Row", bound=Model)


class UnknownOutlet(Refused):
    """There is no one outlet “{code}” that you may write to. Check its code or its whole name."""

    zh = "没有您可以写入的门店“{code}”，或有几家同名。请核对门店代码或全名。"


class UnknownPerson(Refused):
    """Nobody called “{who}” works or worked at {outlet}. Use the staff number or import people."""

    zh = "{outlet} 没有名为“{who}”的人员。请使用工号，或先导入人员。"


class AmbiguousPerson(Refused):
    """Several people at {outlet} are called “{who}”. Use the staff number."""

    zh = "{outlet} 有多位“{who}”。请使用工号。"


class InFuture(Refused):
    """{on} lies in the future. Enter the day on which it happened."""

    zh = "{on} 在未来。请填写实际发生的日期。"


#: Refusals of what one column names, whatever else the row says.
BY_ITSELF: Final = (UnknownOutlet, UnknownPerson, AmbiguousPerson, InFuture)


def held(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Rows that a commit read stay so until it has written; a check only looks."""
    if not connection.in_atomic_block:
        return rows
    return rows.select_for_update(of=("self",)).order_by("pk")


def folded(name: str) -> str:
    """A name without blanks, width and case, as it is compared."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


class Units:
    """Units by what a file calls them: the code, or a name that only one of them has."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._codes = {unit.code: unit for unit in units}
        counts = Counter(folded(unit.name) for unit in self._codes.values())
        named = ((folded(unit.name), unit) for unit in self._codes.values())
        self._names = {name: unit for name, unit in named if counts[name] == 1}

    def find(self, called: str) -> Unit | None:
        return self._codes.get(called) or self._names.get(folded(called))


class Lookups:
    """Outlets and people by the words of a file; collects troubles as rows are planned."""

    def __init__(self, scope: Scope, *, updates_only: bool = False) -> None:
        self.scope = scope
        self.updates_only = updates_only
        self.today: date = scope.viewer.on
        self.troubles: list[Trouble] = []
        self.outlets: list[Unit] = list(scope.outlets())
        self._called = Units(self.outlets)
        self._numbers: dict[str, int] = dict(scope.people().values_list("number", "id"))
        self._names: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._read_posts()

    def _read_posts(self) -> None:
        posts = Post.objects.values_list(
            "unit__kind", "unit", "unit__parent", "person", "person__name"
        )
        for kind, unit, parent, person, name in posts:
            outlet = parent if kind == Unit.Kind.TEAM else unit
            if outlet is None:
                continue
            self._names[outlet, name].add(person)

    def refuse(self, place: int, column: str, refusal: Refused) -> None:
        from .plan import Trouble  # noqa: PLC0415  the plan's types name this class

        self.troubles.append(Trouble(place, column, refusal))

    def outlet(self, code: str) -> Unit:
        """The outlet of a code or of a name that is unique; raises UnknownOutlet."""
        found = self._called.find(code)
        if found is None:
            raise UnknownOutlet(code=code, column="outlet_code")
        return found

    def person(self, outlet: Unit, who: str | None) -> int | None:
        """A person by staff number, or by a name unique at the outlet; None for a blank.

        A number may be anybody's whom the viewer sees: people sell for sister outlets (跨店).
        """
        if not who:
            return None
        if who in self._numbers:
            return self._numbers[who]
        named = self._names.get((outlet.pk, who), set())
        if len(named) > 1:
            raise AmbiguousPerson(who=who, outlet=outlet.name)
        if not named:
            raise UnknownPerson(who=who, outlet=outlet.name)
        return next(iter(named))

    def shares(
        self, outlet: Unit, parts: Iterable[tuple[str, int]] | None
    ) -> tuple[tuple[int, int], ...]:
        found = ((self.person(outlet, who), part) for who, part in parts or ())
        return tuple((person, part) for person, part in found if person is not None)

    def happened(self, on: date | None) -> Any:
        """The date, refused when it lies after today; None where the row has none."""
        if on is not None and on > self.today:
            raise InFuture(on=on)
        return on
