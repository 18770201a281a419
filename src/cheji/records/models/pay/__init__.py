"""Tables of pay: what a run keeps, what waits for a decision, and what leaves with somebody."""

from .accounts import VoucherAccounts
from .accruals import PayAccrual
from .batches import PayBatch, PayBatchItem
from .cases import Dispute, ManualLine, PayEvent, PayException, PaySplit
from .ceilings import PayCeiling
from .leaving import Acknowledgement, SettledRun, Settlement
from .lines import PayBalance, PayInput, PayLine, RejectedRow, RunStep
from .simulations import PaySimulation

__all__ = [
    "Acknowledgement",
    "Dispute",
    "ManualLine",
    "PayAccrual",
    "PayBalance",
    "PayBatch",
    "PayBatchItem",
    "PayCeiling",
    "PayEvent",
    "PayException",
    "PayInput",
    "PayLine",
    "PaySimulation",
    "PaySplit",
    "RejectedRow",
    "RunStep",
    "SettledRun",
    "Settlement",
    "VoucherAccounts",
]
