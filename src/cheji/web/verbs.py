"""The verbs of the audit log in words, and which of their nouns are records with a page."""

from typing import Any

from django.utils.translation import pgettext_lazy

RECORDS = {
    "customers": "customer",
    "prospects": "prospect",
    "orders": "order",
    "deliveries": "delivery",
    "visits": "visit",
    "leads": "lead",
    "vehicles": "vehicle",
}
NOUNS_OF_VERBS: dict[str, Any] = {
    "people": pgettext_lazy("audit", "People and units"),
    "users": pgettext_lazy("audit", "Accounts"),
    "customers": pgettext_lazy("audit", "Customers"),
    "leads": pgettext_lazy("audit", "Leads"),
    "visits": pgettext_lazy("audit", "Visits"),
    "prospects": pgettext_lazy("audit", "Prospects"),
    "orders": pgettext_lazy("audit", "Orders"),
    "deliveries": pgettext_lazy("audit", "Deliveries"),
    "vehicles": pgettext_lazy("audit", "Stock"),
    "spend": pgettext_lazy("audit", "Advertising"),
    "targets": pgettext_lazy("audit", "Targets"),
    "definitions": pgettext_lazy("audit", "Definitions"),
    "runs": pgettext_lazy("audit", "Runs"),
    "imports": pgettext_lazy("audit", "Imports"),
}
VERBS: dict[str, Any] = {
    "customers.amend": pgettext_lazy("audit", "Customer amended"),
    "customers.reveal_phone": pgettext_lazy("audit", "Phone number revealed"),
    "definitions.decline": pgettext_lazy("audit", "Draft declined"),
    "definitions.draft": pgettext_lazy("audit", "Definition drafted"),
    "definitions.install": pgettext_lazy("audit", "Definitions installed"),
    "definitions.redraft": pgettext_lazy("audit", "Draft edited"),
    "definitions.withdraw": pgettext_lazy("audit", "Draft withdrawn"),
    "definitions.publish": pgettext_lazy("audit", "Definition published"),
    "deliveries.amend": pgettext_lazy("audit", "Delivery corrected"),
    "deliveries.deliver": pgettext_lazy("audit", "Vehicle delivered"),
    "deliveries.void": pgettext_lazy("audit", "Delivery taken back"),
    "imports.accept": pgettext_lazy("audit", "Import columns settled"),
    "imports.commit": pgettext_lazy("audit", "Import committed"),
    "imports.forget": pgettext_lazy("audit", "Upload dropped"),
    "imports.mend": pgettext_lazy("audit", "Import cells mended"),
    "imports.queue": pgettext_lazy("audit", "Import asked for"),
    "imports.start": pgettext_lazy("audit", "File uploaded"),
    "imports.undo": pgettext_lazy("audit", "Import undone"),
    "leads.receive": pgettext_lazy("audit", "Lead received"),
    "leads.settle": pgettext_lazy("audit", "Lead settled"),
    "orders.amend": pgettext_lazy("audit", "Order changed"),
    "orders.cancel": pgettext_lazy("audit", "Order cancelled"),
    "orders.correct": pgettext_lazy("audit", "Order corrected"),
    "orders.share_out": pgettext_lazy("audit", "Order shared out anew"),
    "orders.sign": pgettext_lazy("audit", "Order signed"),
    "people.appoint": pgettext_lazy("audit", "Post given"),
    "people.end_post": pgettext_lazy("audit", "Post ended"),
    "people.hire": pgettext_lazy("audit", "Person hired"),
    "people.leave": pgettext_lazy("audit", "Person left"),
    "people.move": pgettext_lazy("audit", "Person moved"),
    "people.open_unit": pgettext_lazy("audit", "Unit opened"),
    "people.rename_unit": pgettext_lazy("audit", "Unit renamed"),
    "prospects.assign": pgettext_lazy("audit", "Prospect handed over"),
    "prospects.change_level": pgettext_lazy("audit", "Level changed"),
    "prospects.follow_up": pgettext_lazy("audit", "Prospect followed up"),
    "prospects.lose": pgettext_lazy("audit", "Prospect lost"),
    "prospects.open_card": pgettext_lazy("audit", "Prospect card opened"),
    "prospects.reactivate": pgettext_lazy("audit", "Prospect reactivated"),
    "runs.close": pgettext_lazy("audit", "Run closed"),
    "runs.keep": pgettext_lazy("audit", "Run kept"),
    "spend.amend": pgettext_lazy("audit", "Advertising spend corrected"),
    "spend.enter": pgettext_lazy("audit", "Advertising spend entered"),
    "spend.void": pgettext_lazy("audit", "Advertising spend taken back"),
    "targets.set_cells": pgettext_lazy("audit", "Targets set"),
    "users.close_account": pgettext_lazy("audit", "Account closed"),
    "users.open_account": pgettext_lazy("audit", "Account opened"),
    "users.set_password": pgettext_lazy("audit", "Password set"),
    "vehicles.stock": pgettext_lazy("audit", "Vehicle taken into stock"),
    "visits.count_day": pgettext_lazy("audit", "Daily total entered"),
    "visits.receive": pgettext_lazy("audit", "Visit received"),
    "visits.void": pgettext_lazy("audit", "Visit taken back"),
}


def verb_text(verb: str) -> str:
    """A verb in words; one without words as its code."""
    return str(VERBS.get(verb, verb))
