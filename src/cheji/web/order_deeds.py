"""What may be done with an order: hand it over or share it, cancel it."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.actions import amending
from cheji.actions import orders as actions
from cheji.reads import orders as reads
from cheji.reads.orders import OrderDetail
from cheji.records.visibility import Viewer
from cheji.web import custom
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import day_field, limit_to_today, person_choice, sellers, words
from cheji.web.order_amending import AmendForm
from cheji.web.templatetags.figures import quantity

PARTS = (1, 2, 3)
WHOLE = 10_000


class PercentField(forms.CharField):
    """A share in percent as typed; its value is in 1/10,000."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().rstrip("%％")
        if not text:
            return None
        try:
            part = Fraction(text) * 100
        except ValueError:
            part = Fraction(-1)
        if part.denominator != 1 or not 0 < part <= WHOLE:
            raise forms.ValidationError(_("A share lies between 0.01 and 100 percent."))
        return int(part)


class ShareForm(DeedForm):
    """Up to three consultants with their parts, from a day on."""

    on = day_field(gettext_lazy("From this day on"))
    reason = words(pgettext_lazy("why", "Reason"))
    wide = ("reason",)

    def set_up(self) -> None:
        limit_to_today(self.fields["on"], self.who.on)
        people = [("", "—"), *sellers(self.who, self.record.row.outlet)]
        now = self.record.row.shares
        order = []
        for at in PARTS:
            held = now[at - 1] if at <= len(now) else None
            who = person_choice(_("Consultant {number}").format(number=at))
            who.choices = people
            who.required = at == 1
            who.initial = str(held.person.id) if held else ""
            part = PercentField(label=_("Part in percent"), required=at == 1)
            part.initial = quantity(held.part * 100, 2) if held else ""
            self.fields[f"person_{at}"], self.fields[f"part_{at}"] = who, part
            order += [f"person_{at}", f"part_{at}"]
        self.order_fields([*order, "on", "reason"])

    def shares(self) -> list[tuple[int, int]]:
        """Person and part of each line that names somebody."""
        given = self.cleaned_data
        return [
            (int(given[f"person_{at}"]), given[f"part_{at}"] or 0)
            for at in PARTS
            if given.get(f"person_{at}")
        ]

    def clean(self) -> dict[str, Any]:
        """Each consultant once, and each with a part."""
        given = super().clean() or {}
        named = [given[f"person_{at}"] for at in PARTS if given.get(f"person_{at}")]
        for at in PARTS:
            person, part = given.get(f"person_{at}"), given.get(f"part_{at}")
            if person and not part and f"part_{at}" not in self.errors:
                self.add_error(f"part_{at}", _("Enter the part of this consultant."))
            if person and named.count(person) > 1:
                self.add_error(f"person_{at}", _("Each consultant stands here once."))
                break
        return given


class CancelForm(DeedForm):
    """When and why, and whether the customer stays a prospect."""

    on = day_field(gettext_lazy("Cancelled on"))
    reason = words(pgettext_lazy("why", "Reason"), required=True)
    returns = forms.BooleanField(
        label=gettext_lazy("The customer still wants to buy: open his card again"),
        required=False,
        initial=True,
    )
    wide = ("returns",)

    def set_up(self) -> None:
        limit_to_today(self.fields["on"], self.who.on)


def _is_open(found: OrderDetail) -> bool:
    return found.row.state == "signed"


def _share(
    by: Viewer, at: datetime, found: OrderDetail, given: dict[str, Any], form: Any
) -> object:
    return actions.share_out(
        by=by,
        at=at,
        order=found.row.id,
        version=given["version"],
        on=given["on"],
        shares=form.shares(),
        reason=given["reason"],
    )


def _cancel(by: Viewer, at: datetime, found: OrderDetail, given: dict[str, Any], _f: Any) -> object:
    return actions.cancel(by=by, at=at, order=found.row.id, **given)


def _untouched(found: OrderDetail) -> bool:
    return _is_open(found) and not found.row.delivered


def _amend(
    by: Viewer, at: datetime, found: OrderDetail, given: dict[str, Any], form: Any
) -> object:
    act = amending.amend if _untouched(found) else amending.correct
    return act(
        by=by, at=at, order=found.row.id, version=given["version"], reason=given["reason"],
        terms=form.terms(), amounts=form.amounts(), own=custom.given(form),
    )  # fmt: skip


BOOK = Book(
    noun="order",
    read=reads.order,
    title=lambda found: found.row.number,
    deeds={
        "amend": Deed(
            gettext_lazy("Change"), "edit", "orders.amend", AmendForm, _amend,
            gettext_lazy("The order is changed."), _untouched,
        ),
        "correct": Deed(
            gettext_lazy("Correct"), "edit", "orders.correct", AmendForm, _amend,
            gettext_lazy("The order is corrected; the figures follow."),
            lambda found: not _untouched(found),
            intro=gettext_lazy("Figures and pay of the months concerned change with its money."),
        ),
        "share": Deed(
            gettext_lazy("Share or hand over"), "users", "prospects.assign", ShareForm, _share,
            gettext_lazy("The order is shared out anew from that day on."), _is_open,
            intro=gettext_lazy("What was before that day stays; the parts add up to 100 percent."),
        ),
        "cancel": Deed(
            gettext_lazy("Cancel the order"), "circle-x", "orders.cancel", CancelForm, _cancel,
            gettext_lazy("The order is cancelled."), _is_open, tone="danger",
        ),
        "fields": custom.deed("order", lambda found: found.row.id),
    },
)  # fmt: skip
