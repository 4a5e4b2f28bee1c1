"""What an engine says of itself: the problems and policies that it states, and when it is taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netdesign.solve.core.engine import SearchScope

MODEL_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=objective, route_hubs=route_hubs)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE)
    for objective in (Objective.COST, Objective.LONGEST_TIME, Objective.HUB_NUMBER)
    for route_hubs in (2, 1)
)
"""Problems that a model may state; each model declares which of them it states."""

SERVICE_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE_EACH_WAY, Allocation.SINGLE)
    for route_hubs in (2, 1)
)
"""Those that a model may state with services; without them too, as far as its policies go."""

LINK_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, network=HubNetwork.CHOSEN)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE)
)
"""Those with chosen hub links that a model may state."""

ONE_LINK_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, network=HubNetwork.CHOSEN)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE_EACH_WAY, Allocation.SINGLE)
)
"""Those that a path form may state, where a route passes one of the chosen hub links at most."""

S = TypeVar("S")
"""Type of the problem: ``Instance`` or ``StagedInstance``."""
E = TypeVar("E")
"""Type of the engine: ``Engine`` or ``StagedEngine``."""


@dataclass(frozen=True)
class States:
    """Problems that an engine states, and the policies that it states with them.

    Parameters
    ----------
    problems, policies
        Listed one by one, as a set of all members would include later ones.
    """

    problems: tuple[Problem, ...]
    policies: frozenset[str]

    @property
    def allocations(self) -> str:
        """The allocations of the problems, in words."""
        return " or ".join(dict.fromkeys(problem.allocation.value for problem in self.problems))

    def with_objective(self, objective: Objective) -> States:
        """Return the part about problems with an objective."""
        return replace(self, problems=tuple(one for one in self.problems if one.objective is objective))


def nothing(problem: object) -> None:
    """Return None: no refusal beyond the list."""
    del problem


def unknown(problem: object, search: SearchScope) -> None:
    """Return None: only a search itself tells whether its size is taken."""
    del problem, search


def never(problem: object) -> bool:
    """Return False."""
    del problem
    return False


def wherever_it_states(problem: object, passed_over: Mapping[str, str]) -> str:
    """Return the reason for an engine that suits every problem that it states."""
    del problem
    refused = "; ".join(f"{name} cannot: {refusal}" for name, refusal in passed_over.items())
    return refused or "it states the problem, and proves soonest"


def only_if_asked(problem: object, passed_over: Mapping[str, str]) -> None:
    """Return None: ``auto`` never takes the engine."""
    del problem, passed_over


@dataclass(frozen=True)
class EngineRecord(Generic[S, E]):
    """The description of an engine.

    Parameters
    ----------
    name
        Name for ``--engine``: small letters, digits and hyphens.
    title
        One line that describes it.
    engine
        The class: made from a question, with a method ``solve``.
    states
        The problems and policies that it can state.
    suits
        Returns the reason why ``auto`` takes the engine for a problem that it states, or None to pass the problem on;
        the second argument gives the refusals of the engines before it.
    refusal
        Returns what else in a problem the engine cannot state, or why it is too large; else None.
    takes
        Returns whether the size of a search is taken; None where only the search itself can tell.
    needs_model
        Returns whether the engine needs a model from the formulations for a problem.
    runs_users_models
        Whether it solves a model file of the user's.
    is_staged
        Whether it solves problems over several years.
    """

    name: str
    title: str
    engine: type[E]
    states: tuple[States, ...]
    suits: Callable[[S, Mapping[str, str]], str | None]
    refusal: Callable[[S], str | None] = nothing
    takes: Callable[[S, SearchScope], bool | None] = unknown
    needs_model: Callable[[S], bool] = never
    runs_users_models: bool = False
    is_staged: bool = False
