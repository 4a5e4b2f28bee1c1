"""The engines by name: the module of each, and the choice of an engine.

An engine states only what its record lists, so engines refuse new policies and problems until they list them. The
names are here and the records in the modules of the engines, so that the command line lists names without loading them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Generic

from netdesign.errors import UsageError, did_you_mean
from netdesign.solve.engine_record import E, S, wherever_it_states

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.instance import Instance
    from netdesign.instance.blocks import Problem
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.engine import Engine
    from netdesign.solve.engine_record import EngineRecord, States
    from netdesign.solve.multistage.question import StagedEngine

AUTO = "auto"
"""The name that leaves the choice of the engine to the registry."""


@dataclass(frozen=True)
class Choice(Generic[S, E]):
    """A chosen engine, the reason for the choice, and whether it needs a model from the formulations."""

    record: EngineRecord[S, E]
    reason: str
    needs_model: bool

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self.record.name

    @property
    def engine(self) -> type[E]:
        """The class of the engine."""
        return self.record.engine


class Registry(Generic[S, E]):
    """The engines for one kind of problem.

    Parameters
    ----------
    bundled
        Module with the ``RECORD`` of each engine, in the order in which ``auto`` tries them.
    base_of
        Returns the one-year instance that holds problem and policies.
    cannot
        Message if the requested engine cannot state ``{refusal}``.
    """

    def __init__(self, bundled: dict[str, str], base_of: Callable[[S], Instance], cannot: str) -> None:
        self._modules = bundled
        self._base_of = base_of
        self._cannot = cannot
        self._records: dict[str, EngineRecord[S, E]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The engines in the order in which ``auto`` tries them; registered ones come first."""
        return (*(name for name in self._records if name not in self._modules), *self._modules)

    def __getitem__(self, name: str) -> EngineRecord[S, E]:
        """Load and return the record of an engine.

        Raises
        ------
        UsageError
            No engine has that name.
        """
        if name not in self._records:
            self.check_name(name)
            self._records[name] = import_module(self._modules[name]).RECORD
        return self._records[name]

    def check_name(self, name: str) -> None:
        """Check that a name is that of an engine or ``auto``.

        Raises
        ------
        UsageError
            It is not; names the engines.
        """
        known = (AUTO, *self.names)
        if name not in known:
            message = f"engine {name!r}: allowed: {', '.join(known)}{did_you_mean(str(name), known)}"
            raise UsageError(message)

    def add(self, record: EngineRecord[S, E]) -> None:
        """Add a record that was checked."""
        self._records[record.name] = record

    def refusal(self, name: str, problem: S) -> str | None:
        """Return the parts of a problem and its policies that an engine cannot state, by name, or None."""
        # The command line imports this module for the names only, and must not load pydantic.
        from netdesign.formulation.protocol import to_be_stated
        from netdesign.instance.policies import SEVERAL_LINKS, policy_names, stated

        record, base = self[name], self._base_of(problem)
        objective, in_force = base.problem.objective, to_be_stated(base)
        of_objective = [states for one in record.states if (states := one.with_objective(objective)).problems]
        found = [] if of_objective else [f"objective {objective.value}"]
        states, unstated = _nearest(of_objective or record.states, base.problem, in_force)
        missing = in_force - stated(states.policies)
        found += [policy for policy in (*policy_names(), SEVERAL_LINKS) if policy in missing]
        found += filter(None, (record.refusal(problem), unstated))
        return ", ".join(found) or None

    def choose(self, asked: str, problem: S, *, has_users_model: bool = False) -> Choice[S, E]:
        """Return the requested engine, or for ``auto`` the first that suits.

        Raises
        ------
        UsageError
            The requested engine, or every engine, cannot state the problem or a policy in force; names them.
        """
        if asked != AUTO:
            return self._requested(asked, problem, has_users_model)
        passed_over: dict[str, str] = {}
        for name in self.names:
            record = self[name]
            if has_users_model:
                if record.runs_users_models:
                    return Choice(record, "only it runs a model file of one's own", needs_model=True)
                continue
            refused = self.refusal(name, problem)
            if refused is not None:
                passed_over[name] = refused
                continue
            reason = record.suits(problem, passed_over)
            if reason is not None:
                return Choice(record, reason, record.needs_model(problem))
        message = f"no engine can state the problem: {wherever_it_states(problem, passed_over)}"
        raise UsageError(message + self._remedy(problem))

    def _remedy(self, problem: S, asked: str = AUTO) -> str:
        """Return what to change where no engine states a problem, to go on with a message; for the requested engine."""
        from netdesign.solve.remedies import remedies

        base = self._base_of(problem)
        own = [] if asked == AUTO else remedies([self[asked]], problem, base)
        found = own or remedies([self[name] for name in self.names], problem, base)
        return "".join(f"; {'or ' if number else ''}{change}" for number, change in enumerate(found))

    def _requested(self, name: str, problem: S, has_users_model: bool) -> Choice[S, E]:
        record = self[name]
        if has_users_model and not record.runs_users_models:
            able = " or ".join(f"--engine {other}" for other in self.names if self[other].runs_users_models)
            message = f"--engine {name} does not run a model file of one's own; take {able}"
            raise UsageError(message)
        refused = self.refusal(name, problem)
        if refused is not None:
            is_able = any(self.refusal(other, problem) is None for other in self.names)
            instead = "; take --engine auto, which takes one that can" if is_able else self._remedy(problem, name)
            message = f"--engine {name} {self._cannot.format(refusal=refused)}{instead}"
            raise UsageError(message)
        return Choice(record, "as asked for", record.needs_model(problem))


def _nearest(states: Sequence[States], problem: Problem, policies: frozenset[str]) -> tuple[States, str | None]:
    """Return the statement nearest to a problem with policies; in words what it does not cover, but for the objective.

    Of several about the same problem it is the one that lacks fewest of the policies.
    """
    from netdesign.instance.policies import stated

    by_lack = sorted(states, key=lambda one: len(policies - stated(one.policies)))
    asked = problem.allocation, problem.route_hubs, problem.network
    for one in by_lack:
        if any((p.allocation, p.route_hubs, p.network) == asked for p in one.problems):
            return one, None
    if not any(p.network is problem.network for one in by_lack for p in one.problems):
        return by_lack[0], f"a {problem.network.value} network"
    alike = [one for one in by_lack if any(p.allocation is problem.allocation for p in one.problems)]
    hubs = {1: "one hub", 2: "two hubs"}[problem.route_hubs]
    return (alike or by_lack)[0], f"{problem.allocation.value} allocation over {hubs} a route"


ONE_YEAR: Registry[Instance, Engine] = Registry(
    {
        "enumeration": "netdesign.solve.enumeration",
        "decomposition": "netdesign.solve.decomposition",
        "monolithic": "netdesign.solve.monolithic",
    },
    lambda instance: instance,
    "cannot state {refusal}",
)
STAGED: Registry[StagedInstance, StagedEngine] = Registry(
    {
        "dynamic": "netdesign.solve.multistage.dynamic",
        "configurations": "netdesign.solve.multistage.configurations",
        "decomposition": "netdesign.solve.multistage.decomposition",
        "monolithic": "netdesign.solve.multistage.straight",
    },
    lambda staged: staged.base,
    "cannot state the problem: {refusal}",
)
