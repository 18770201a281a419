"""What leaves the house: of a unit or a person how many messages of which type, never a value."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cheji.actions.sending import Counts

NAME = "车绩 Cheji"
"""Stands in every post, for robots that only take messages with a keyword."""


def heading(unit: str) -> str:
    return f"{NAME} · {unit}"


def lines(counts: Counts, language: str) -> list[str]:
    """A line for each type; of none the words of a test."""
    if not counts:
        return [_("This is a test: the robot works.")]
    chinese = language.startswith("zh")
    return [
        ngettext("{type}: {count} new message", "{type}: {count} new messages", count).format(
            type=type_.zh if chinese else type_.en, count=count
        )
        for type_, count in counts
    ]


def foot() -> list[str]:
    """Where to read them, when the installation has a public address."""
    found: Sequence[str] = settings.CHEJI_ORIGINS
    address = next((one for one in found if "://" in one), "")
    return [_("Open: {address}").format(address=f"{address.rstrip('/')}/inbox")] if address else []
