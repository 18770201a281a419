"""Pay: statements live and kept, calculations to keep, replays, differences, settlement sheets."""

from cheji.reads.pay.calculating import calculation, calculations, version_of
from cheji.reads.pay.cases import CaseSeen, ExceptionSeen, cases, exceptions
from cheji.reads.pay.deals import deals_of
from cheji.reads.pay.leaving import LeaverSheet, leaver_sheet, settled
from cheji.reads.pay.shapes import PayLineSeen, RejectedSeen, StatementSeen
from cheji.reads.pay.simulated import (
    SimulationRow,
    SimulationSeen,
    as_result,
    simulation_kept,
    simulations,
)
from cheji.reads.pay.simulating import Simulation, Trial, Tried, simulation
from cheji.reads.pay.statements import allowed, statement, statements

__all__ = [
    "CaseSeen",
    "ExceptionSeen",
    "LeaverSheet",
    "PayLineSeen",
    "RejectedSeen",
    "Simulation",
    "SimulationRow",
    "SimulationSeen",
    "StatementSeen",
    "Trial",
    "Tried",
    "allowed",
    "as_result",
    "calculation",
    "calculations",
    "cases",
    "deals_of",
    "exceptions",
    "leaver_sheet",
    "settled",
    "simulation",
    "simulation_kept",
    "simulations",
    "statement",
    "statements",
    "version_of",
]
