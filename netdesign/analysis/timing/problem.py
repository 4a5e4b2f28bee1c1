"""Read the instance of a call of timing and prepare the staged problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.analysis.problem import place_of, problem_record, warnings_of
from netdesign.errors import UsageError, as_usage
from netdesign.instance.document import Located
from netdesign.instance.faults import FaultList
from netdesign.instance.options import OPTIONS_PLACE, HubOptions, apply_hub_options, replaced_policy
from netdesign.instance.read import read_staged
from netdesign.instance.resolve_stages import TREE
from netdesign.instance.stage_checks import check_resolved_stages
from netdesign.instance.staged import certain
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network import check_routes
from netdesign.network.staged import build_networks
from netdesign.solve.core.outcome import silent
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.call import TimingCall
    from netdesign.errors import Fault
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


@dataclass(frozen=True)
class TimingProblem:
    """A staged instance with the options of a call, and its legs.

    Parameters
    ----------
    staged, networks
        The staged instance, and the network of each node.
    warnings
        Warnings about the instance.
    replaced
        A note on the policy that an option replaces; None where all stay in force.
    """

    staged: StagedInstance
    networks: tuple[Network, ...]
    warnings: tuple[str, ...]
    replaced: str | None

    @property
    def instance(self) -> Instance:
        """The instance of one year from which all years are made."""
        return self.staged.base

    @property
    def record(self) -> dict[str, object]:
        """The problem as a result records it."""
        return staged_record(self.staged, self.replaced)

    def question(self, watch: Watch, listen: Callable[[Progress], None] = silent, asked: str = AUTO) -> StagedQuestion:
        """Return the question that engines answer."""
        return StagedQuestion(self.staged, self.networks, watch, listen, asked=asked)


def load_timing(name_or_path: Named, call: TimingCall) -> TimingProblem:
    """Read an instance with years and apply the options.

    Raises
    ------
    InstanceError, UsageError
        Reading, options or routes fail.
    """
    return prepared(read_staged(place_of(name_or_path, call), call.overrides, scenario=call.scenario), call)


def prepared(staged: StagedInstance, call: TimingCall, *, may_be_infeasible: bool = False) -> TimingProblem:
    """Return the problem of a call over the years of its scenario, with the options.

    Parameters
    ----------
    staged, call
        The years, and the call.
    may_be_infeasible
        As ``resolve_stages`` takes it.

    Raises
    ------
    InstanceError, UsageError
        Options or routes fail.
    """
    _check_links(staged.base, call)
    replaced = replaced_policy(staged.base, call.hub_options)
    staged = _with_risk(with_hub_options(staged, call.hub_options, may_be_infeasible=may_be_infeasible), call)
    networks = build_networks(staged)
    warnings = warnings_of(staged.base, check_years(staged, networks), is_strict=call.is_strict)
    return TimingProblem(staged, networks, warnings, replaced)


def _check_links(instance: Instance, call: TimingCall) -> None:
    """Check that a question is asked of all hubs joined, or is one that knows chosen hub links.

    Raises
    ------
    UsageError
        It does not.
    """
    if instance.chooses_links and not call.ASKS_ABOUT_LINKS:
        command = call.COMMAND.removeprefix("call of ")
        message = (
            f"netdesign {command} does not know chosen hub links yet; timing and alternatives do. With --set "
            "problem.network=complete --set policies.hub_links=null --set hub_links=null it takes all hubs for joined"
        )
        raise UsageError(message)


def check_years(staged: StagedInstance, networks: tuple[Network, ...]) -> tuple[Fault, ...]:
    """Check that every commodity has a route in every year; return warnings, each once.

    Raises
    ------
    InstanceError
        No permitted site serves some commodity, or not in time.
    """
    found: dict[Fault, None] = {}
    seen: set[int] = set()
    for node, network in zip(staged.nodes, networks, strict=True):
        if id(network) not in seen:
            seen.add(id(network))
            found |= dict.fromkeys(check_routes(node.instance.replace(policies=staged.base.policies), network))
    return tuple(found)


def with_hub_options(staged: StagedInstance, options: HubOptions, *, may_be_infeasible: bool = False) -> StagedInstance:
    """Return the staged instance with the options in its policies.

    Engines and referee read the policies on hubs from the base: they hold in every year.

    Raises
    ------
    UsageError
        An option is wrong, or a budget forbids a hub that must open.
    """
    if options == HubOptions():
        return staged
    changed = replace(staged, base=apply_hub_options(staged.base, options))
    if may_be_infeasible:
        return changed
    faults = FaultList(Located({}, {(): OPTIONS_PLACE}))
    check_resolved_stages(changed, faults)
    if faults:
        raise as_usage(faults.found)
    return changed


def _with_risk(staged: StagedInstance, call: TimingCall) -> StagedInstance:
    if call.scenario != TREE:
        if call.measure is not None or call.level is not None:
            message = "--risk and --level are for --tree: on a path nothing is uncertain"
            raise UsageError(message)
        return certain(staged, call.scenario)
    own = staged.stages.risk
    measure = own.measure if call.measure is None else call.measure
    if call.level is not None and measure is not RiskMeasure.CVAR:
        message = f"--level {call.level:g}: is the level of cvar, and {measure} is minimised; add --risk cvar"
        raise UsageError(message)
    risk = Risk(measure=measure, level=own.level if call.level is None else call.level)
    return replace(staged, stages=staged.stages.model_copy(update={"risk": risk}))


def staged_record(staged: StagedInstance, replaced: str | None) -> dict[str, object]:
    """Return the problem as a result records it; for ``replaced`` see ``problem_record``."""
    stages = staged.stages
    stated = {
        "capacity": True,
        "capital_budget": stages.capital_budget is not None,
        "closing": stages.closing,
        "contract": stages.contract is not None,
        "peak": bool(stages.peaks),
    }
    one_year = problem_record(staged.base, replaced)
    policies = {*one_year.pop("policies"), *(name for name, is_stated in stated.items() if is_stated)}  # type: ignore[misc]
    return {
        **one_year,
        "first_year": stages.first_year,
        "last_year": stages.last_year,
        "discount_rate": stages.discount_rate,
        "policies": sorted(policies),
    }
