"""The operations of a network while a hub, a lane or a leg between hubs is out."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netdesign.analysis.stating_model import stating_model
from netdesign.analysis.stress.failure_parts import Operated, Operation
from netdesign.analysis.stress.survivors import Survivors, room_of_sites, survivors
from netdesign.analysis.within_limits import solved_in_time
from netdesign.errors import DisagreementError, UsageError
from netdesign.evaluate import evaluate
from netdesign.evaluate.loads import measure_loads
from netdesign.instance.failures import DAYS_PER_YEAR, Failures, Outage, OutKind
from netdesign.results.named_plan import plan_from_document
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import Question, SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.evaluate import Evaluation
    from netdesign.formulation.departure_cuts import DepartureCuts
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.results.document import NetworkPart
    from netdesign.solve.core.shared_jobs import SharedJobs
    from netdesign.solve.straight_model import StraightModel

MOST_GAP = 2e-4
"""Largest relative gap of an operation while something is out."""


class NetworkFailures:
    """The operations of one network while each of its parts is out.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    plan, objective
        How the network is operated on other days, and what that costs, EUR/year.
    terms
        What is assumed of failures.

    Attributes
    ----------
    outages
        All that may be out: open sites, then lanes and legs between sites, or hub links, that carry freight on other
        days.
    """

    def __init__(self, instance: Instance, network: Network, plan: Plan, objective: float, terms: Failures) -> None:
        self._instance, self._network, self.terms, self.objective = instance, network, terms, objective
        self.open_hubs = plan.open_hubs
        self.links = plan.links
        self._model: tuple[StraightModel, DepartureCuts | None] | None = None
        loads = measure_loads(instance, plan)
        room = room_of_sites(instance, loads, terms.surge_share)
        self._room = {hub: room[hub] for hub in plan.open_hubs}
        self.fixed = sum(site.fixed_cost for site in instance.sites if site.id in self._room)
        self.fixed += sum(link.fixed_cost for link in instance.hub_links if link.ends in self.links)
        self.outages = (
            *(Outage(OutKind.HUB, (hub,)) for hub in plan.open_hubs),
            *(Outage(OutKind.LANE, lane) for lane in loads.lanes),
            *_legs_between(instance, plan),
        )

    @property
    def out_share(self) -> float:
        """Part of the year in which something is out."""
        return sum(map(self.terms.per_year, self.outages)) * self.terms.days / DAYS_PER_YEAR

    def left(self, outage: Outage | None) -> Survivors:
        """Return the problem of what is left."""
        penalty = self.terms.unserved_penalty_eur_per_t
        return survivors(self._instance, self._network, self._room, penalty, outage, self.links)

    def operated(self, question: Question, outage: Outage | None, engine: str = AUTO) -> Operation:
        """Return the best operation of what is left.

        Parameters
        ----------
        question
            Has limits and listener.
        outage
            What is out.
        engine
            Name of the engine.

        Raises
        ------
        DisagreementError
            The referee contradicts it: a defect.
        """
        left, name = self.left(outage), "nothing" if outage is None else outage
        scope = SearchScope(task=f"{'+'.join(self.open_hubs)}: {name} out")
        if outage is not None and engine == AUTO and self._has_few_routes:
            left = self.left(None)
            model, cuts = self._model_of(question, left)
            solution = model.without_routes(partial(left.is_gone, outage)).solve(scope, cuts=cuts)
        else:
            asked = replace(_asked(question, left), asked=engine)
            solution = solved_in_time(asked, partial(make_engine, asked), scope)
        bound = self.fixed + max(solution.bound, 0.0)
        if solution.plan is None:
            return Operation(outage, None, None, bound, solution.termination)
        carried = left.carried(solution.plan, outage)
        evaluation = self.priced(outage, carried)
        if evaluation.violations:
            message = f"the referee finds in the operation with {name} out: {evaluation.violations[0]}"
            raise DisagreementError(message)
        objective = evaluation.objective + self.fixed
        return Operation(outage, carried, objective, min(bound, objective), solution.termination)

    @property
    def _has_few_routes(self) -> bool:
        """Whether one model of the whole network is built once, and solved for all that may be out.

        With vehicles building takes as long as solving; without them other engines are faster.
        """
        from netdesign.solve.monolithic import FEW_ROUTES  # with Pyomo, which pricing plans again does without

        routes = len(self._instance.commodities) * (len(self._room) + 1) ** 2
        # Over hub links what is out may lie between the first and the last hub of a route.
        is_by_ends = not self._instance.chooses_links
        return self._instance.services is not None and is_by_ends and routes <= FEW_ROUTES

    def _model_of(self, question: Question, whole: Survivors) -> tuple[StraightModel, DepartureCuts | None]:
        """Return the model of the network with nothing out, and its cuts; it is built once."""
        from netdesign.solve.straight_model import StraightModel

        if self._model is None:
            model = StraightModel(_asked(question, whole))
            self._model = model, model.departure_cuts()
        return self._model

    def __getstate__(self) -> dict[str, Any]:
        """Leave the model out of what a helper gets: it builds its own."""
        return self.__dict__ | {"_model": None}

    def together(self, whole: Operation, failed: Sequence[Operation]) -> Operated:
        """Return the network with its operations.

        A plan with something out is one with nothing out too, so that no failure seems to save anything.
        """
        cheapest = min((whole, *failed), key=lambda one: math.inf if one.objective is None else one.objective)
        if cheapest is not whole:
            left = self.left(None)
            carried = cheapest.carried and replace(cheapest.carried, open_hubs=left.open_hubs, links=left.links)
            whole = whole._replace(carried=carried, objective=cheapest.objective)
            whole = whole._replace(bound=min(whole.bound, cheapest.objective or 0.0))
        return Operated(self.open_hubs, self.links, self.objective, whole, tuple(failed))

    def priced(self, outage: Outage | None, carried: Plan) -> Evaluation:
        """Return what the referee finds of an operation, without the fixed cost of sites."""
        left = self.left(outage)
        return evaluate(left.instance, left.network, left.with_unserved(carried))

    def loosened(self, question: Question) -> Question:
        """Return a question for one operation of many.

        Its gap is that with which a year has that of the call, as something is out on few days; and it has one thread,
        as operations are found side by side.
        """
        watch = question.watch
        gap = watch.limits.relative_gap
        wider = max(gap, min(MOST_GAP, gap / self.out_share)) if self.out_share else max(gap, MOST_GAP)
        limits = replace(watch.limits, relative_gap=wider, threads=1)
        return replace(question, watch=Watch(limits, watch.stopped, watch.started))

    def question(self, watch: Watch) -> Question:
        """Return the question about the whole network, for limits alone."""
        return Question(self._instance, self._network, partial(stating_model, self._instance), watch)

    def check_rates(self) -> None:
        """Check that what fails leaves time for other days.

        Raises
        ------
        UsageError
            It does not.
        """
        if self.out_share > 1:
            message = (
                f"failures: by its rates something of {'+'.join(self.open_hubs)} is out on "
                f"{self.out_share * DAYS_PER_YEAR:,.0f} days of a year of {DAYS_PER_YEAR}; "
                "give fewer days or lower rates"
            )
            raise UsageError(message)


def _asked(question: Question, left: Survivors) -> Question:
    """Return the question about what is left, with the limits and the listener of another."""
    return replace(
        question,
        instance=left.instance,
        network=left.network,
        model=partial(stating_model, left.instance),
        has_users_model=False,
    )


def _legs_between(instance: Instance, plan: Plan) -> list[Outage]:
    """Return the pairs of sites between which a plan carries freight, in the order of the sites."""
    steps = plan.steps
    used = plan.volume[steps.route] > 0
    ends = np.sort(np.stack([steps.start[used], steps.end[used]], axis=1), axis=1)
    sites = instance.sites
    return [Outage(OutKind.INTER_HUB, (sites[a].id, sites[b].id)) for a, b in np.unique(ends, axis=0).tolist()]


class OperatingJob(NamedTuple):
    """An operation for a helper: the network, what is out, and the limits."""

    look: NetworkFailures
    outage: Outage | None
    limits: SolveLimits


def _limits_left(watch: Watch) -> SolveLimits:
    """Return the limits with what is left of the time."""
    left = watch.remaining_s
    return replace(watch.limits, time_limit_s=None if math.isinf(left) else left)


class _Latest:
    """The network that a helper looked at last, with its model."""

    look: NetworkFailures | None = None


def operate(job: OperatingJob) -> Operation:
    """Operate what is left, in a helper."""
    if _Latest.look is None or _Latest.look.open_hubs != job.look.open_hubs:
        _Latest.look = job.look
    look = _Latest.look
    return look.operated(look.question(Watch(job.limits)), job.outage)


def all_operated(
    looks: Sequence[NetworkFailures], question: Question, shared: SharedJobs | None = None
) -> list[Operated]:
    """Return the operations of networks with nothing out and with each part out.

    Parameters
    ----------
    looks
        The networks.
    question
        Has limits and listener.
    shared
        Shares the operations of all networks with helpers; None where this process does all.
    """

    def not_looked_at(job: OperatingJob) -> Operation:
        return Operation(job.outage, None, None, job.look.fixed, question.watch.ending)

    def here(job: OperatingJob) -> Operation:
        if question.watch.is_over:
            return not_looked_at(job)
        return job.look.operated(job.look.loosened(question), job.outage)

    jobs = [
        OperatingJob(look, outage, _limits_left(look.loosened(question).watch))
        for look in looks
        for outage in (None, *look.outages)
    ]
    if shared is None:
        found = [here(job) for job in jobs]
    else:
        done = shared.done(operate, jobs, here, lambda: question.watch.is_over)
        found = [not_looked_at(job) if one is None else one for job, one in zip(jobs, done, strict=True)]
    rest = iter(found)
    return [look.together(next(rest), [next(rest) for _ in look.outages]) for look in looks]


def failures_of(instance: Instance, network: Network, part: NetworkPart, terms: Failures) -> NetworkFailures:
    """Return what may become of a network of a result, which has a plan."""
    if part.plan is None or part.objective is None:
        message = "a network without a plan has no failures"
        raise ValueError(message)
    return NetworkFailures(instance, network, plan_from_document(part.plan, instance), part.objective, terms)
