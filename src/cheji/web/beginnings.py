"""What a place says before there are figures: who is missing, or how the first ones come in."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads import people
from cheji.reads.cockpit import Cockpit
from cheji.records.visibility import Viewer
from cheji.web.templatetags.parts import Empty


def nothing_below(who: Viewer, found: Cockpit) -> Empty | None:
    """Nobody there at all, or people without a figure yet, and what to do about it."""
    if found.under:
        return None
    if found.under_by != "person" or _deserted(who, found):
        return Empty(_("Nobody below yet"), _("Appoint people or open units first."))
    return first_step(who)


def first_step(who: Viewer) -> Empty:
    """There are no figures yet: how the first ones come in, by what the viewer may do."""
    title = _("No figures yet")
    text = _("Import the records that there are, or enter the first one.")
    if who.can("imports.write"):
        return Empty(title, text, reverse("import-new"), _("Imports"))
    if who.can("visits.write"):
        return Empty(title, text, reverse("enter"), _("Quick entry"))
    return Empty(title)


def set_up_step(who: Viewer) -> Empty | None:
    """What an administrator does next until somebody can bring figures in."""
    if not (who.can("imports.setup") and who.can("users.write")):
        return None
    there = people.set_up(who)
    if not there.outlets:
        url = reverse("import-upload", args=["outlets"])
        return Empty(_("Next: import the outlets."), "", url, _("Import outlets"))
    if not there.managers:
        text = _("Next: import the people, among them the manager of an outlet.")
        return Empty(text, "", reverse("import-upload", args=["people"]), _("Import people"))
    if there.waiting is None:
        return None
    number, name = there.waiting
    return Empty(
        _("Next: open an account for a manager."),
        _("Customers, orders and figures are brought in and seen by such accounts."),
        reverse("person-deed", args=[number, "open-account"]),
        _("Open an account for {name}").format(name=name),
    )


def _deserted(who: Viewer, found: Cockpit) -> bool:
    """Whether an outlet has no consultant; a team has at least its lead."""
    return found.of.kind == "outlet" and not people.consultants(who, found.of.code)
