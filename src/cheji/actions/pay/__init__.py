"""Verbs of pay; the way of a run, and who may bring it on, stand in `records.pay_states`."""

from cheji.actions.pay.accruals import accrue, book_accruals
from cheji.actions.pay.calculating import calculate
from cheji.actions.pay.ceilings import set_ceiling
from cheji.actions.pay.disputes import About, answer, dispute, withdraw
from cheji.actions.pay.exceptions import ExceptionsWait, decide_exception
from cheji.actions.pay.ground import Done, NeedsAccount, NoReason, OwnPay, WrongPayState, parties_of
from cheji.actions.pay.leaving import (
    Sheet,
    acknowledge,
    approve_settlement,
    pay_settlement,
    settle_leaver,
)
from cheji.actions.pay.moving import (
    EarlierIsOpen,
    MonthIsMissing,
    OutOfDate,
    approve,
    close,
    export,
    pay,
    review,
    send_back,
)
from cheji.actions.pay.releases import release_event, void_event
from cheji.actions.pay.rulings import Effect, Ruling, decide, hear
from cheji.actions.pay.simulating import (
    Question,
    SimulationBegun,
    begin_simulation,
    drop_simulation,
    end_simulation,
    fail_simulation,
    forget_simulations,
    keep_simulation,
    release_simulations,
    simulate,
    simulate_again,
    simulate_soon,
    waiting_simulations,
)
from cheji.actions.pay.splits import (
    Asked,
    approve_manual,
    ask_manual,
    decide_split,
    share_deal,
)
from cheji.records.calculations import Calculation, Found, Paid

__all__ = [
    "About",
    "Asked",
    "Calculation",
    "Done",
    "EarlierIsOpen",
    "Effect",
    "ExceptionsWait",
    "Found",
    "MonthIsMissing",
    "NeedsAccount",
    "NoReason",
    "OutOfDate",
    "OwnPay",
    "Paid",
    "Question",
    "Ruling",
    "Sheet",
    "SimulationBegun",
    "WrongPayState",
    "accrue",
    "acknowledge",
    "answer",
    "approve",
    "approve_manual",
    "approve_settlement",
    "ask_manual",
    "begin_simulation",
    "book_accruals",
    "calculate",
    "close",
    "decide",
    "decide_exception",
    "decide_split",
    "dispute",
    "drop_simulation",
    "end_simulation",
    "export",
    "fail_simulation",
    "forget_simulations",
    "hear",
    "keep_simulation",
    "parties_of",
    "pay",
    "pay_settlement",
    "release_event",
    "release_simulations",
    "review",
    "send_back",
    "set_ceiling",
    "settle_leaver",
    "share_deal",
    "simulate",
    "simulate_again",
    "simulate_soon",
    "void_event",
    "waiting_simulations",
    "withdraw",
]
