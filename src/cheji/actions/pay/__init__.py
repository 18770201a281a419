"""Verbs of pay; the way of a run, and who may bring it on, stand in `records.pay_states`."""

from cheji.actions.pay.calculating import calculate
from cheji.actions.pay.disputes import (
    About,
    Effect,
    Ruling,
    answer,
    decide,
    dispute,
    hear,
    withdraw,
)
from cheji.actions.pay.exceptions import ExceptionsWait, decide_exception
from cheji.actions.pay.ground import Done, NoReason, OwnPay, WrongPayState, parties_of
from cheji.actions.pay.leaving import (
    Sheet,
    acknowledge,
    approve_settlement,
    pay_settlement,
    settle_leaver,
)
from cheji.actions.pay.moving import approve, close, export, pay, review, send_back
from cheji.actions.pay.splits import (
    Asked,
    approve_manual,
    ask_manual,
    decide_split,
    release_event,
    share_deal,
    void_event,
)
from cheji.records.calculations import Calculation, Found, Paid

__all__ = [
    "About",
    "Asked",
    "Calculation",
    "Done",
    "Effect",
    "ExceptionsWait",
    "Found",
    "NoReason",
    "OwnPay",
    "Paid",
    "Ruling",
    "Sheet",
    "WrongPayState",
    "acknowledge",
    "answer",
    "approve",
    "approve_manual",
    "approve_settlement",
    "ask_manual",
    "calculate",
    "close",
    "decide",
    "decide_exception",
    "decide_split",
    "dispute",
    "export",
    "hear",
    "parties_of",
    "pay",
    "pay_settlement",
    "release_event",
    "review",
    "send_back",
    "settle_leaver",
    "share_deal",
    "void_event",
    "withdraw",
]
