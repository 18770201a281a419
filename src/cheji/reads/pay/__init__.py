"""Pay: statements live and kept, calculations to keep, replays, differences, settlement sheets."""

from cheji.reads.pay.calculating import calculation, calculations, version_of
from cheji.reads.pay.deals import deals_of
from cheji.reads.pay.shapes import PayLineSeen, RejectedSeen, StatementSeen
from cheji.reads.pay.statements import allowed, statement, statements

__all__ = [
    "PayLineSeen",
    "RejectedSeen",
    "StatementSeen",
    "allowed",
    "calculation",
    "calculations",
    "deals_of",
    "statement",
    "statements",
    "version_of",
]
