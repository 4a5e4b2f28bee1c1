"""What becomes of networks when a hub, a lane or a leg between hubs is out for some days."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.analysis.stress.failure_parts import failures_part
from netdesign.analysis.stress.network_failures import all_operated, failures_of
from netdesign.analysis.workers import helpers
from netdesign.errors import UsageError
from netdesign.instance.blocks import Objective
from netdesign.instance.failures import Failures
from netdesign.solve.core.outcome import Progress, Termination

if TYPE_CHECKING:
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.networks import Listed
    from netdesign.instance import Instance
    from netdesign.results.stress_failures import FailuresPart
    from netdesign.solve.core.engine import Question

USUAL = Failures()
"""What is assumed of failures where the instance states nothing."""


def terms_of(instance: Instance, days: int | None) -> Failures:
    """Return what is assumed of failures: what the instance states, with the days of the call where it gives some."""
    stated = instance.failures or USUAL
    return stated if days is None else stated.model_copy(update={"days": days})


def check_objective(instance: Instance) -> None:
    """Check that an instance minimises cost.

    Raises
    ------
    UsageError
        It does not.
    """
    objective = instance.problem.objective
    if objective is not Objective.COST:
        message = f"--failures: is priced in EUR/year; this problem minimises {objective}, so state objective: cost"
        raise UsageError(message)


def look_at_failures(question: Question, listed: Listed, call: StressCall) -> FailuresPart:
    """Return what becomes of networks when parts of them fail.

    Parameters
    ----------
    question
        The problem.
    listed
        The networks, each with its plan on other days.
    call
        Options of the call.

    Raises
    ------
    UsageError
        By the rates something is out for more than the whole year.
    """
    instance, network = question.instance, question.network
    terms = terms_of(instance, call.days)
    looks = [failures_of(instance, network, one, terms) for one in listed.networks]
    for look in looks:
        look.check_rates()

    def notify(notice: str) -> None:
        question.listen(Progress(question.watch.elapsed_s, None, None, "", notice=notice))

    with helpers(question.watch.limits.threads, None, notify, "failures are looked at") as shared:
        operated = all_operated(looks, question, shared)
    every = [one for found in operated for one in (found.whole, *found.failed)]
    ending = next((one.termination for one in every if one.termination.is_limit), Termination.OPTIMAL)
    is_cut_short = ending.is_limit or listed.ending.is_limit
    others = least_of_others(call, len(listed.networks), listed.others_bound, is_cut_short=is_cut_short)
    return failures_part(instance, network, operated, terms, others, ending)


def least_of_others(call: StressCall, listed: int, others_bound: float | None, *, is_cut_short: bool) -> float | None:
    """Return what no permitted network that is not listed goes below; infinite where there is none.

    Parameters
    ----------
    call
        Which networks are asked for.
    listed
        How many are listed.
    others_bound
        As the result states it, EUR/year; None where nothing is proven, or no other network is left.
    is_cut_short
        Whether a limit ended a search.
    """
    if others_bound is not None:
        return others_bound
    is_complete = not call.networks and call.within is None and listed < call.most and not is_cut_short
    return math.inf if is_complete else None
