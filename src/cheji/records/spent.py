"""What the lines of a month take of a budget that everybody shares."""

from typing import Final

from django.db.models import BigIntegerField, Case, F, Sum, When

from cheji.engine.pay.correcting import EARNED

#: Entries of the month itself; what comes late to it posts corrections.
SPENDING: Final = EARNED
#: Fen taken: a fine takes of its budget what it takes off.
SPENT: Final = Sum(
    Case(When(entry="fine", then=-F("fen")), default=F("fen"), output_field=BigIntegerField())
)
