"""The form that corrects an order: its terms, and revenue and cost of its positions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.actions.amending import TERMS
from cheji.web import custom, labels
from cheji.web.deeds import DeedForm
from cheji.web.entry_forms import COST_HINT, PAIRS, SOURCES
from cheji.web.forms import MoneyField, choice, closed_notice, day_field, lines, why, words
from cheji.web.wording import TAGS

#: Columns of money: kind of line, and whether it is revenue or cost.
MONEY: dict[str, tuple[str, str]] = {
    "vehicle_price": ("vehicle", "revenue"),
    "vehicle_cost": ("vehicle", "cost"),
    **{f"{kind}_{side}": (kind, side) for kind in PAIRS for side in ("revenue", "cost")},
    "discount": ("discount", "revenue"),
    "gift_cost": ("gift", "cost"),
    "agent_fee": ("agent", "cost"),
}


class AmendForm(DeedForm):
    """What stands in the order, to be changed; only what differs is written."""

    reason = why()
    vehicle_price = MoneyField(label=gettext_lazy("Price of the vehicle (yuan)"))
    vehicle_cost = MoneyField(
        label=gettext_lazy("Cost of the vehicle (yuan)"),
        required=False,
        empty=None,
        help_text=COST_HINT,
    )
    model = words(gettext_lazy("Model"), 80)
    signed_on = day_field(gettext_lazy("Signed on"))
    promised_on = day_field(gettext_lazy("Delivery promised for"), required=False)
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, max_value=999)
    channel = choice(gettext_lazy("Channel"), SOURCES)
    deposit = MoneyField(label=gettext_lazy("First payment (yuan)"), required=False)
    deposit_kind = choice(gettext_lazy("Kind of payment"), labels.DEPOSITS)
    discount = MoneyField(label=gettext_lazy("Discount (yuan)"), required=False)
    gift_cost = MoneyField(label=gettext_lazy("Cost of gifts (yuan)"), required=False)
    agent_fee = MoneyField(label=gettext_lazy("Agent's fee (yuan)"), required=False)
    note = lines(gettext_lazy("Note"))
    segments = ("channel", "deposit_kind")
    wide = ("reason", "note")

    def set_up(self) -> None:
        row = self.record.row
        for kind in PAIRS:
            income = _("{position}: revenue (yuan)").format(position=TAGS[kind])
            expense = _("{position}: cost (yuan)").format(position=TAGS[kind])
            self.fields[f"{kind}_revenue"] = MoneyField(label=income, required=False)
            empty = None if kind == "accessory" else 0
            self.fields[f"{kind}_cost"] = MoneyField(label=expense, required=False, empty=empty)
        self.fields["signed_on"].widget.attrs["max"] = self.who.on.isoformat()
        for name, value in {**self._terms(), **self._amounts()}.items():
            self.fields[name].initial = value
        custom.ask_again(self, "order", row.id)
        self.order_fields([name for name in self.fields if name != "note"])
        if row.channel not in SOURCES:
            self.fields["channel"].choices += [(row.channel, row.channel)]  # type: ignore[attr-defined]

    @property
    def folded(self) -> list[str]:  # type: ignore[override]
        """Positions that the order does not have."""
        amounts = self._amounts()
        rare = [name for name in MONEY if not name.startswith("vehicle_") and not amounts[name]]
        return [*rare, "deposit", "deposit_kind"]

    def notice(self) -> str:
        handed = [one.on for one in self.record.deliveries if not one.void]
        return closed_notice(self.who, self.record.row.outlet, self.record.row.signed_on, *handed)

    def _terms(self) -> dict[str, Any]:
        row = self.record.row
        found = {name: getattr(row, name) for name in TERMS if name != "note"}
        return {**found, "note": self.record.note}

    def _amounts(self) -> dict[str, int | None]:
        """Fen by column as they stand; None where nothing is known or nothing stands."""
        return {name: self._sum(*place) for name, place in MONEY.items()}

    def _sum(self, kind: str, side: str) -> int | None:
        held = [getattr(one, side) for one in self.record.lines if one.kind == kind]
        if not held or None in held:
            return None
        return abs(sum(held)) if kind == "discount" else sum(held)

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in TERMS}

    def amounts(self) -> dict[str, int | None]:
        """The columns of money that differ from what stands."""
        stands, given = self._amounts(), self.cleaned_data
        changed = {name: given[name] for name in MONEY if given[name] != stands[name]}
        told = {name for name in MONEY if self.fields[name].empty is None}  # type: ignore[attr-defined]
        return {
            name: value
            for name, value in changed.items()
            if value or stands[name] is not None or name in told
        }
