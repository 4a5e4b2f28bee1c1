"""The monolithic engine: the model of all sites, or where it would be too large, one of each few groups of sites."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from netdesign.errors import SizeError
from netdesign.formulation.protocol import (
    LINK_POLICIES,
    MOST_VARIABLES,
    ROUTE_POLICIES,
    SERVICE_POLICIES,
    check_can_state,
)
from netdesign.instance.policies import Policy
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.outcome import Phases, Progress, Solution, Termination, certain_termination
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.engine_record import (
    LINK_PROBLEMS,
    MODEL_PROBLEMS,
    ONE_LINK_PROBLEMS,
    SERVICE_PROBLEMS,
    EngineRecord,
    States,
)
from netdesign.solve.straight_model import StraightModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Question

    Sites = tuple[str, ...]

FEW_ROUTES = 30_000
"""Routes of a model with services that is built and solved in ten seconds: of more, sites are taken group by group."""

MOST_PARTS = 1_000
"""Most parts of the sites; beyond, the model has all sites however long it takes."""

MOST_ROUTES = 600_000
"""Most routes of a model with services that is built: about five gigabytes."""


class Monolithic:
    """Solves one formulation of one instance.

    With services no route is filtered, so that a model of all sites may take longer to build than others to solve. If
    at most n sites are open beside those that are certain, every set of them lies within the union of n groups. So the
    best of all sets is the best of all choices of n groups, each a model in which no other site may open.

    Raises
    ------
    UsageError
        The formulation cannot state the problem or a policy in force.
    """

    def __init__(self, question: Question) -> None:
        check_can_state(question.formulation, question.instance)
        self._question, self._instance = question, question.instance
        self._solved: dict[tuple[range, Sites], Solution] = {}
        self._model: StraightModel | None = None
        if not self._is_large:
            self._model = StraightModel(question)

    @property
    def _is_large(self) -> bool:
        # A user's model may state what holds for all sites together.
        may_part = self._instance.services is not None and not self._question.has_users_model
        return may_part and _routes(self._instance, len(self._instance.allowed)) > FEW_ROUTES

    def solve(self, search: SearchScope = EVERYTHING) -> Solution:
        """Return the best plan within a scope, with its bound.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        SizeError
            The model would have too many routes, and the sites would fall into too many parts.
        UsageError
            HiGHS cannot solve a model of the user's.
        """
        parts = parts_of_sites(self._instance, search) if self._is_large else []
        if parts not in ([], [self._instance.allowed]):
            return self._best_of(parts, search)
        return self.whole().solve(search)

    def whole(self) -> StraightModel:
        """Return the model of all sites, which is built once.

        Raises
        ------
        SizeError
            It would have too many routes.
        """
        if self._model is None:
            self._check_size()
            self._model = StraightModel(self._question)
        return self._model

    def _check_size(self) -> None:
        routes = _routes(self._instance, len(self._instance.allowed))
        if routes > MOST_ROUTES:
            message = (
                f"the model with services would have {routes:,} routes; at most {MOST_ROUTES:,} are built, and parts "
                f"of the sites with fewer are more than {MOST_PARTS:,}: let fewer of them open (--max-new, --close)"
            )
            raise SizeError(message, (MOST_ROUTES / routes) ** (1 / self._instance.problem.route_hubs))

    def _best_of(self, parts: list[Sites], search: SearchScope) -> Solution:
        watch = self._question.watch
        state = SearchState(watch, self._question.listen, search.task)
        best = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        bound, phases, is_begun = math.inf, Phases(), not watch.is_over
        for number, part in enumerate(parts, 1):
            # What is not looked at may cost anything.
            one = Solution(watch.ending, None, None, -math.inf, Phases())
            if not watch.is_over:
                task = f"{search.task}, sites {number} of {len(parts)}"
                one = self._of_part(part, SearchScope(search.numbers, search.excluded, task), state)
            bound, phases = min(bound, one.bound), phases + one.phases
            if one.plan is not None and one.objective is not None and state.found(one.objective):
                best = one
                search.keep(one.plan, one.objective, -math.inf)
            if one.termination.is_limit:
                bound = bound if number == len(parts) else -math.inf
                if is_begun:
                    done = f"{number - 1} of {len(parts)} parts of the sites were solved"
                    state.notify(f"{search.task}: stopped when {done}")
                return replace(best, termination=one.termination, bound=bound, phases=phases, trace=tuple(state.trace))
        state.proved(bound)
        if best.objective is None:
            return replace(best, phases=phases, trace=tuple(state.trace))
        bound = min(bound, best.objective)
        ending = certain_termination(Termination.OPTIMAL, best.objective, bound, state.gap)
        return replace(best, termination=ending, bound=bound, phases=phases, trace=tuple(state.trace))

    def _of_part(self, part: Sites, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a part of the sites; from an earlier search if none of its sets is left out."""
        key = search.numbers_in(self._instance), part
        is_less = any(set(excluded) <= set(part) for excluded in search.excluded)
        if is_less or key not in self._solved:
            closed = [name for name in self._instance.allowed if name not in part]
            policies = self._instance.policies
            forbidden = tuple(dict.fromkeys((*policies.forbidden, *closed)))
            fewer = self._instance.replace(policies=policies.model_copy(update={"forbidden": forbidden}))
            asked = replace(self._question, instance=fewer, listen=state.listener_of_part(self._question.listen))
            asked.listen(Progress(asked.watch.elapsed_s, None, None, search.task))
            solution = StraightModel(asked).solve(search, relax_first=True)
            if is_less or solution.termination.is_limit:
                return solution
            self._solved[key] = solution
        return replace(self._solved[key], phases=Phases())


def parts_of_sites(instance: Instance, search: SearchScope = EVERYTHING) -> list[Sites]:
    """Return parts of the sites that may open, so that each set of hubs in a scope lies within one of them.

    They are as large as ``FEW_ROUTES`` allows, with one site a group larger; it is one part of all sites where there
    would be too many, or with too many routes.
    """
    certain = [name for name in instance.allowed if name in instance.certain]
    free = [name for name in instance.allowed if name not in instance.certain]
    most = search.numbers_in(instance).stop - 1 + instance.centre_range[1]
    new = max(0, most - len(certain))
    size = 1
    while size < len(free) and _routes(instance, len(certain) + new * (size + 1)) <= FEW_ROUTES:
        size += 1
    # Neighbours in the table, which are often neighbours on the map, come into different groups.
    number = math.ceil(len(free) / size)
    groups = [free[first::number] for first in range(number)]
    is_built = _routes(instance, len(certain) + new * size) <= MOST_ROUTES
    if number < new or not is_built or math.comb(number, new) > MOST_PARTS:
        return [instance.allowed]
    chosen = [{*certain, *(name for group in own for name in group)} for own in combinations(groups, new)]
    return [tuple(name for name in instance.allowed if name in part) for part in chosen]


def _takes(instance: Instance, search: SearchScope) -> bool | None:
    """Return whether the size of a search is taken; None where that depends on how many routes are filtered."""
    routes = _routes(instance, len(instance.allowed))
    if instance.services is not None:
        return routes <= MOST_ROUTES or parts_of_sites(instance, search) != [instance.allowed]
    return True if routes <= MOST_VARIABLES else None


def _routes(instance: Instance, sites: int) -> int:
    """Return the number of routes over so many sites."""
    return len(instance.commodities) * int(sites**instance.problem.route_hubs)


def _suits(instance: Instance, passed_over: Mapping[str, str]) -> str:
    refused = passed_over.get("decomposition")
    if refused is None:
        pairs = len(instance.nodes) * len(instance.allowed)
        return f"{pairs:,} pairs of node and site are few for the model"
    if couples_commodities(instance):
        return f"decomposition cannot state {refused}"
    sets = number_of_sets(instance, EVERYTHING)
    return f"decomposition cannot state {refused}, and {sets:,} sets of hubs are too many to price each"


RECORD = EngineRecord(
    "monolithic",
    "the model of all sites, by HiGHS; of many sites with services, group by group",
    Monolithic,
    (
        States(MODEL_PROBLEMS, ROUTE_POLICIES | {Policy.SORTING_CENTRES}),
        States(SERVICE_PROBLEMS, SERVICE_POLICIES | {Policy.SORTING_CENTRES}),
        States(LINK_PROBLEMS, LINK_POLICIES | {Policy.SORTING_CENTRES}),
        States(ONE_LINK_PROBLEMS[:1], ROUTE_POLICIES | {Policy.HUB_LINKS, Policy.SORTING_CENTRES}),
        States(ONE_LINK_PROBLEMS, SERVICE_POLICIES | {Policy.HUB_LINKS, Policy.SORTING_CENTRES}),
    ),
    _suits,
    takes=_takes,
    needs_model=lambda instance: True,
    runs_users_models=True,
)
