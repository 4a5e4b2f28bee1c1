"""The interface of a model file, with the problems and policies that it states."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, cast

from netdesign.errors import SizeError, UsageError
from netdesign.instance.policies import FREIGHT, LEG_LIMITS, ROUTE_LIMITS, SEVERAL_LINKS, Policy, stated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.blocks import Problem
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import Plan, StagedPlan


ROUTE_POLICIES = ROUTE_LIMITS | frozenset(
    {
        Policy.HUB_COUNT,
        Policy.REQUIRED,
        Policy.FORBIDDEN,
        Policy.EXCLUSIVE,
        Policy.CAPACITY,
        Policy.MINIMUM_THROUGHPUT,
        Policy.AIR_LANE,
        Policy.DEADLINE,
        Policy.FIXED_COST_CAP,
    }
)
"""Policies that path forms state: limits over routes, and those that they add by name."""

SERVICE_POLICIES = ROUTE_POLICIES - ROUTE_LIMITS | {Policy.SERVICE, Policy.CARBON, Policy.SERVICES}
"""Those that the path form with departures states: what is registered does not know what vehicles take and emit."""


FLOW_POLICIES = LEG_LIMITS | frozenset(
    {Policy.HUB_COUNT, Policy.REQUIRED, Policy.FORBIDDEN, Policy.EXCLUSIVE, Policy.CAPACITY, Policy.FIXED_COST_CAP}
)
"""Policies that flow forms state; these have no routes, hence neither their times nor the first hub of a commodity."""

LINK_POLICIES = FLOW_POLICIES | {Policy.HUB_LINKS, SEVERAL_LINKS}
"""Those that flow forms with chosen hub links state."""


class Declaration(Protocol):
    """Declarations of every model file.

    ``PROBLEMS`` are what it can state, the first being what ``--model`` alone means.
    """

    __name__: str
    TITLE: str
    PROBLEMS: tuple[Problem, ...]
    POLICIES: frozenset[str]


class Formulation(Declaration, Protocol):
    """Interface of a model file of one year.

    ``build`` makes a Pyomo model without solving, printing or drawing numbers; the model has ``hub_open`` over the ids
    of sites that may open, a constraint ``hub_count`` on their sum, and an objective. ``read_plan`` reads the plan
    from a model whose variables hold a solution.
    """

    @staticmethod
    def build(instance: Instance, network: Network) -> Any:
        """Return a ``pyomo.environ.ConcreteModel``."""

    @staticmethod
    def read_plan(model: Any) -> Plan:
        """Return the plan that the values of the model's variables state."""


class StagedFormulation(Declaration, Protocol):
    """Interface of a model file over years and scenarios, which the parameters of ``build`` show."""

    @staticmethod
    def build(staged: StagedInstance, networks: tuple[Network, ...], known: NDArray[np.float64] | None) -> Any:
        """Return a ``pyomo.environ.ConcreteModel``; ``known`` is the least cost of each path, for regret."""

    @staticmethod
    def read_plan(model: Any) -> StagedPlan:
        """Return the plan that the values of the model's variables state."""


AnyFormulation = Formulation | StagedFormulation

_OF_YEARS = ("staged", "networks", "known")
_FUNCTIONS = {"build": ("instance", "network"), "read_plan": ("model",)}


def states_years(formulation: AnyFormulation) -> TypeGuard[StagedFormulation]:
    """Return whether a formulation states several years."""
    return tuple(signature(formulation.build).parameters) == _OF_YEARS


def check_formulation(module: ModuleType, path: Path) -> AnyFormulation:
    """Return a loaded model file as a formulation, of one year or of several.

    A file without ``PROBLEMS`` or ``POLICIES`` counts as stating the default problem and the policies of bundled path
    forms; the referee checks its plans in any case.

    Raises
    ------
    UsageError
        A function is missing or takes other arguments; names the file and the signature wanted.
    """
    from netdesign.instance.blocks import Problem

    for name, arguments in _FUNCTIONS.items():
        wanted = f"{name}({', '.join(arguments)})"
        function = getattr(module, name, None)
        if not callable(function):
            message = f"{path}: a model file needs a function `{wanted}`; see models/multiple_allocation_path.py"
            raise UsageError(message)
        found = tuple(signature(function).parameters)
        if found != arguments and not (name == "build" and found == _OF_YEARS):
            message = f"{path}: `{name}` takes ({', '.join(found)}); it should be `{wanted}`"
            raise UsageError(message)
    module.__dict__.setdefault("TITLE", path.stem)
    module.__dict__.setdefault("PROBLEMS", (Problem(),))
    module.__dict__.setdefault("POLICIES", ROUTE_POLICIES)
    return cast("AnyFormulation", module)


MOST_VARIABLES = 3_000_000
"""Variables of a model that is built: about two gigabytes with their rows."""


def check_size(variables: int, about: str = "") -> None:
    """Raise an error for a model too large for the memory.

    Parameters
    ----------
    variables
        Its variables.
    about
        What stands before their number in the message.

    Raises
    ------
    SizeError
        More variables than ``MOST_VARIABLES``.
    """
    if variables > MOST_VARIABLES:
        message = f"the model would have {about}{variables:,} variables; at most {MOST_VARIABLES:,} are built"
        # Pairs of sites have most of them: fewer sites have a smaller part of these than of the sites.
        raise SizeError(message, MOST_VARIABLES / variables)


def policies_in_force(instance: Instance) -> frozenset[str]:
    """Return the policies that an instance switches on."""
    from netdesign.instance.blocks import DeadlineKind

    policies = instance.policies
    values = {
        **{str(policy.NAME): getattr(policies, policy.NAME) for policy in FREIGHT},
        Policy.HUB_COUNT: policies.hub_count or policies.new_hubs,
        Policy.REQUIRED: policies.required,
        Policy.FORBIDDEN: policies.forbidden,
        Policy.EXCLUSIVE: policies.exclusive,
        Policy.DEADLINE: any(s.deadline is DeadlineKind.HARD or s.late_penalty for s in instance.streams),
        Policy.FIXED_COST_CAP: policies.fixed_cost_cap_eur_per_year is not None,
        Policy.SERVICES: instance.services is not None,
        # In force by the sites themselves, however many of them may open.
        Policy.SORTING_CENTRES: instance.has_centres,
        Policy.HUB_LINKS: policies.hub_links,
    }
    return frozenset(policy for policy, value in values.items() if value)


def to_be_stated(instance: Instance) -> frozenset[str]:
    """Return what a form has to state: the policies in force, and routes over several hub links where these may be."""
    has_more = instance.chooses_links and not instance.passes_one_link
    return policies_in_force(instance) | ({SEVERAL_LINKS} if has_more else set())


def forbidding_policies(instance: Instance) -> list[str]:
    """Return, in order, the policies in force that can make the problem infeasible; those with a price cannot.

    That on the number of hubs has its key, ``hub_count`` or ``new_hubs``, and is one where it forbids a number.
    """
    from netdesign.network.routes import hard_deadline

    priced = {policy.NAME for policy in FREIGHT if not policy.can_forbid(instance.policies)}
    if not (instance.deadline_h[hard_deadline(instance)] < float("inf")).any():
        priced.add(Policy.DEADLINE)
    if instance.policies.sorting_centres is None:
        priced.add(Policy.SORTING_CENTRES)
    stated = policies_in_force(instance) - priced - {Policy.HUB_COUNT}
    if any(link.capacity < float("inf") for link in instance.permitted_links):
        stated |= {Policy.HUB_LINKS}
    number = instance.policies.hub_number
    return sorted(stated | {number} if number is not None and _limits_numbers(instance) else stated)


def _limits_numbers(instance: Instance) -> bool:
    """Return whether the policies forbid numbers of hubs that the sites have."""
    free = instance.policies.model_copy(update={"hub_count": None, "new_hubs": None})
    return instance.hub_range != instance.replace(policies=free).hub_range


def check_can_state(formulation: Declaration, instance: Instance) -> None:
    """Raise an error that names what the formulation does not state.

    Raises
    ------
    UsageError
        Another problem, or a policy in force that the file does not list.
    """
    name = formulation.__name__.rsplit(".", 1)[-1]
    if instance.problem not in formulation.PROBLEMS:
        solves = " or ".join(map(str, formulation.PROBLEMS))
        message = f"model {name} solves {solves}; the instance states {instance.problem}; choose another --model"
        raise UsageError(message)
    missing = sorted(to_be_stated(instance) - stated(formulation.POLICIES))
    if missing:
        message = (
            f"model {name} cannot state {', '.join(missing)}; choose another --model or {remedy(missing, instance)}"
        )
        raise UsageError(message)


_MOST_STREAMS = _MOST_CENTRES = 3
_BY_OPTION: dict[str, str] = {
    Policy.HUB_COUNT: " (or --hubs)",
    Policy.REQUIRED: " (or --open)",
    Policy.FORBIDDEN: " (or --close)",
}


def remedy(policies: Iterable[str], instance: Instance) -> str:
    """Return advice on removing policies in force, by the keys that state them."""
    listed = list(policies)
    by_key = [policy for policy in listed if policy not in (Policy.SORTING_CENTRES, SEVERAL_LINKS)]
    keys = [key for policy in by_key for key in _keys(policy, instance)]
    advice = [f"take out {', '.join(keys)}: --set KEY=null does so for one call"] if keys else []
    if SEVERAL_LINKS in listed:
        advice.append("write policies.hub_links.most_on_a_route: 1")
    if Policy.SORTING_CENTRES in listed:
        # The sites themselves put it in force.
        centres = [name for name in instance.allowed if name in instance.centres]
        more = f" and {len(centres) - _MOST_CENTRES} more" if len(centres) > _MOST_CENTRES else ""
        named = ",".join(centres[:_MOST_CENTRES])
        advice.append(f"close the sorting centres (status: closed, or --close {named}){more}")
    return ", and ".join(advice)


def _keys(policy: str, instance: Instance) -> list[str]:
    """Return the keys of an instance's file that put a policy in force, with the options that do so too."""
    from netdesign.instance.blocks import DeadlineKind

    if policy == Policy.DEADLINE:
        found = []
        for stream in instance.streams:
            if stream.deadline is DeadlineKind.HARD or stream.late_penalty:
                kind = "deadline" if stream.deadline is DeadlineKind.HARD else "late_penalty_eur_per_parcel"
                found.append(f"streams.{stream.name}.deadline_h with its {kind}")
        more = [f"and those of {len(found) - _MOST_STREAMS} more streams"] if len(found) > _MOST_STREAMS else []
        return [*found[:_MOST_STREAMS], *more]
    if policy == Policy.SERVICES:
        return ["services"]
    if policy == Policy.HUB_COUNT and instance.policies.new_hubs is not None:
        return ["policies.new_hubs (or --max-new)"]
    key = "fixed_cost_cap_eur_per_year" if policy == Policy.FIXED_COST_CAP else policy
    return [f"policies.{key}{_BY_OPTION.get(policy, '')}"]
