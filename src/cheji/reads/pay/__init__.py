"""Pay: statements live and kept, calculations to keep, replays, differences, settlement sheets."""

from cheji.reads.pay.around import Around, Disputed, Unsigned, around, place_of, unsigned
from cheji.reads.pay.calculating import calculation, calculations, shares_budget, version_of
from cheji.reads.pay.case_details import CaseDetail, EffectSeen, RuleSeen, case
from cheji.reads.pay.cases import CasePage, CaseSeen, ExceptionSeen, cases, exceptions, waiting
from cheji.reads.pay.deals import deals_of
from cheji.reads.pay.leaving import LeaverSheet, leaver_sheet, settled
from cheji.reads.pay.made_of import Made, made_of
from cheji.reads.pay.shapes import (
    LUMPS,
    BalanceSeen,
    GroundSeen,
    LookedDeal,
    LookedSeen,
    PayLineSeen,
    RejectedSeen,
    StatementSeen,
)
from cheji.reads.pay.simulated import (
    SimulationRow,
    SimulationSeen,
    as_result,
    simulation_kept,
    simulations,
)
from cheji.reads.pay.simulating import Simulation, Trial, Tried, simulation
from cheji.reads.pay.statements import allowed, by_plan, component_names, statement, statements
from cheji.reads.pay.what_if import Further, Unpaid, WhatIf, what_if

__all__ = [
    "LUMPS",
    "Around",
    "BalanceSeen",
    "CaseDetail",
    "CasePage",
    "CaseSeen",
    "Disputed",
    "EffectSeen",
    "ExceptionSeen",
    "Further",
    "GroundSeen",
    "LeaverSheet",
    "LookedDeal",
    "LookedSeen",
    "Made",
    "PayLineSeen",
    "RejectedSeen",
    "RuleSeen",
    "Simulation",
    "SimulationRow",
    "SimulationSeen",
    "StatementSeen",
    "Trial",
    "Tried",
    "Unpaid",
    "Unsigned",
    "WhatIf",
    "allowed",
    "around",
    "as_result",
    "by_plan",
    "calculation",
    "calculations",
    "case",
    "cases",
    "component_names",
    "deals_of",
    "exceptions",
    "leaver_sheet",
    "made_of",
    "place_of",
    "settled",
    "shares_budget",
    "simulation",
    "simulation_kept",
    "simulations",
    "statement",
    "statements",
    "unsigned",
    "version_of",
    "waiting",
    "what_if",
]
