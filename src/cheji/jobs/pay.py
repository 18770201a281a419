"""Simulations of pay worked out in the background, as the person who asked for them."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from cheji.actions import pay as actions
from cheji.actions.pay import SimulationBegun
from cheji.engine.definitions import pay_plan_of
from cheji.jobs.imports import Unexpected, viewer
from cheji.jobs.queueing import once
from cheji.reads import pay as reads
from cheji.records import progress
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer

LOG = logging.getLogger("cheji.jobs")


class TrialStopped(Refused):
    """The worker stopped before the simulation was finished. Start it again."""

    zh = "后台任务在试算完成前中断。请重新试算。"


@app.task(name="pay.simulate", queue="pay")
def simulate(simulation: int, user: int) -> None:
    """Work out a simulation that waits; scope and rights are those that the account has now."""
    by = viewer(user, timezone.now())
    try:
        _tell(simulation, 0, 0)
        actions.begin_simulation(simulation=simulation)
        _work(by, simulation)
    except SimulationBegun:
        return
    except Exception as fault:  # noqa: BLE001  the simulation must say that it ended
        _failed(simulation, fault)
    finally:
        progress.hush()


def _work(by: Viewer, simulation: int) -> None:
    by.must("runs.make")
    seen = reads.simulation_kept(by, simulation)
    if not seen.row.whole:
        raise NotFound(noun="simulation", key=simulation)
    trial = reads.Trial(
        [outlet.code for outlet in seen.row.outlets],
        seen.months,
        [pay_plan_of(plan.body) for plan in seen.row.plans],
        seen.people,
        deep=True,
    )
    found = reads.simulation(by, trial, lambda done, total: _tell(simulation, done, total))
    actions.end_simulation(
        simulation=simulation, at=timezone.now(), mark=found.mark, result=reads.as_result(found)
    )


def _tell(simulation: int, done: int, total: int) -> None:
    progress.tell(simulation, "reading", done, total, of="simulation")


def _failed(simulation: int, fault: Exception) -> None:
    """Keep why it ended; what nobody expected also goes to the log."""
    if not isinstance(fault, Refused):
        LOG.error("simulation %s failed", simulation, exc_info=fault)
        fault = Unexpected()
    actions.fail_simulation(simulation=simulation, at=timezone.now(), fault=_said(fault))


def _said(fault: Refused) -> dict[str, str]:
    return {"zh": fault.say("zh-hans"), "en": fault.say("en")}


@app.periodic(cron="* * * * *")
@app.task(name="pay.release", queue="pay", queueing_lock="pay.release")
def release(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Every minute: fail the simulations whose worker died, and take up those whose job is lost."""
    actions.release_simulations(fault=_said(TrialStopped()), at=timezone.now())
    for simulation, user in actions.waiting_simulations():
        once(simulate, f"pay.simulate {simulation}", simulation=simulation, user=user)
