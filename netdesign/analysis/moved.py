"""An instance with another value of one figure: read again from its rows, not from its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from netdesign.analysis.network_searches import TIE, NetworkSearch, fixed_search, todays_network
from netdesign.analysis.problem import source_named
from netdesign.analysis.stating_model import stating_model
from netdesign.errors import InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.formulation.protocol import check_can_state
from netdesign.instance.figures import FigurePathError, with_value
from netdesign.instance.near import Near
from netdesign.instance.options import apply_hub_options
from netdesign.instance.read import read_source, validated
from netdesign.instance.resolve import resolve_instance
from netdesign.network import build_network
from netdesign.network.graph import has_ways_of
from netdesign.network.shortest_paths import find_truck_paths
from netdesign.network.staged import with_legs_of
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import PricedPlan, Question, SearchScope
from netdesign.solve.core.outcome import exactness

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named, Source
    from netdesign.network import Network
    from netdesign.network.shortest_paths import TruckPaths
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Engine
    from netdesign.solve.core.outcome import Solution


_MOST_FAULTS = 3
"""Of an instance that is not sound with a value; more are counted."""


class UnsoundError(UsageError):
    """An instance is not sound with some value of a figure, so that no network is permitted there."""


@dataclass(frozen=True)
class Priced:
    """A plan at one value of a figure, with its objective; None where it is not feasible there."""

    plan: Plan
    objective: float | None


class MovedProblem:
    """The problem of a call at other values of its figures.

    Parameters
    ----------
    name_or_path, call
        The instance and the options of the call.
    problem, question
        The problem at the present values, and what engines are asked there.
    """

    def __init__(self, name_or_path: Named, call: Call, problem: SolveProblem, question: Question) -> None:
        self._call, self._problem = call, problem
        # Overrides may state ranges and distributions too, which would be resolved at each value.
        self._now = without_ranges(source_named(name_or_path, call))
        self._document = validated(self._now)
        self.watch = question.watch
        self.present = ValueProblem(question)

    @property
    def has_users_model(self) -> bool:
        """Whether a file of the user's states the problem: what it makes of a figure is not known."""
        return self._problem.has_users_model

    def at(self, paths: Sequence[str], value: float) -> ValueProblem:
        """Return the problem in which a figure has a value.

        Raises
        ------
        UnsoundError
            The instance is not sound with it: most likely its policies contradict its data.
        """
        try:
            return self.with_values(dict.fromkeys(paths, value))
        except UnsoundError as error:
            message = f"at {paths[0]} = {value:g}: {error.message}"
            raise UnsoundError(message) from None

    def with_values(self, values: Mapping[str, float]) -> ValueProblem:
        """Return the problem in which figures have values, by path.

        Raises
        ------
        UnsoundError
            The instance is not sound with them.
        """
        try:
            read, solved = self._read(values), self._problem.base.problem
            if solved != self._problem.stated:
                read = read.replace(problem=solved)  # that of the model
            instance = apply_hub_options(read, self._call.hub_options)
            if self._call.model is not None:
                check_can_state(self._problem.formulation, instance)
        except (InstanceError, UsageError) as error:
            raise UnsoundError(fault_words(error)) from None
        return ValueProblem(self._question(instance))

    def _read(self, values: Mapping[str, float]) -> Instance:
        """Return the instance with some values, before the options on hubs.

        Raises
        ------
        InstanceError, UsageError
            It is not sound.
        """
        try:
            document = self._document
            for path, value in values.items():
                document = with_value(document, path, value)
            return resolve_instance(document, self._now.matrices, self._now.located, self._near)
        except (FigurePathError, ValidationError, InstanceError):
            # Read as the files would be: what has no value yet gets one, and a fault gets its words.
            source = read_source(self._now, overrides_of(values))
            return resolve_instance(validated(source), source.matrices, source.located)

    @cached_property
    def _near(self) -> Near:
        """The instance at present."""
        return Near(self._document, resolve_instance(self._document, self._now.matrices, self._now.located))

    def _question(self, instance: Instance) -> Question:
        present = self.present.question
        network = with_legs_of(instance, present.instance, present.network) or self._built(instance)
        call, problem = self._call, self._problem

        @cache
        def model() -> Formulation:
            return stating_model(instance) if call.model is None else problem.formulation

        return replace(present, instance=instance, network=network, model=model)

    def _built(self, instance: Instance) -> Network:
        """Return the network of an instance, with the ways of trucks at present where these are the same."""
        is_same = instance.legs is None and has_ways_of(instance, self.present.question.instance)
        return build_network(instance, self._paths if is_same else None)

    @cached_property
    def _paths(self) -> TruckPaths:
        """The ways of trucks at present."""
        return find_truck_paths(self.present.question.instance)


class ValueProblem:
    """The problem at one value of a figure. What its engine learns in one search it may keep for the next."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._engine: Engine | None = None

    def best(self, task: str, start: Plan | None = None) -> Solution:
        """Return the best network, never dearer than a plan to begin with where that is feasible."""
        begun = self._start(start)
        solution = self._search(SearchScope(task=task)).solve(begun)
        if begun is None or solution.objective is None:
            return solution
        # Of two that are as good, the one that is known: then nothing seems to change.
        is_tied = begun.objective <= solution.objective + TIE * exactness(solution.objective)
        if not is_tied:
            return solution
        bound = min(solution.bound, begun.objective)
        return replace(solution, plan=begun.plan, objective=begun.objective, bound=bound)

    def others(self, hubs: Collection[str], task: str) -> Solution:
        """Return the best network with other hubs than these."""
        return self._search(SearchScope(excluded=(tuple(hubs),), task=task)).solve()

    def of_hubs(self, hubs: Collection[str], task: str) -> Solution:
        """Return the best plan with exactly these hubs."""
        return fixed_search(self.question, hubs, task).solve()

    def today(self) -> Solution | None:
        """Return the network of existing hubs; None where there are none."""
        if not self.question.instance.existing:
            return None
        return todays_network(self.question, permitted=True).solve()

    @property
    def todays_instance(self) -> Instance:
        """The instance in which today's network is permitted."""
        return todays_network(self.question, permitted=True).question.instance

    def price(self, plan: Plan) -> Priced:
        """Return a plan with the referee's price of it."""
        if np.max(plan.commodity, initial=-1) >= len(self.question.instance.commodities):
            return Priced(plan, None)  # of another number of commodities, as where a volume is 0
        plan = with_volumes_of(self.question.instance, plan)
        evaluation = evaluate(self.question.instance, self.question.network, plan)
        return Priced(plan, None if evaluation.violations else evaluation.objective)

    def _start(self, plan: Plan | None) -> PricedPlan | None:
        priced = None if plan is None else self.price(plan)
        return None if priced is None or priced.objective is None else PricedPlan(priced.plan, priced.objective)

    def _search(self, scope: SearchScope) -> NetworkSearch:
        return NetworkSearch(self.question, self.question.instance.hub_range[1], self._made, scope)

    def _made(self) -> Engine:
        if self._engine is None:
            self._engine = make_engine(self.question)
        return self._engine


def without_ranges(source: Source) -> Source:
    """Return a source without ranges and distributions: what other figures may be is no matter of the value of one."""
    found = source.copy()
    tables = found.located.data.get("tables")
    if isinstance(tables, dict):
        for name in ("ranges", "distributions", "correlations"):
            tables.pop(name, None)
    return found


def fault_words(error: InstanceError | UsageError) -> str:
    """Return what is wrong in one line: the value is not in a file, so no place is told."""
    if not isinstance(error, InstanceError):
        return error.message
    told = [f"{fault.field}: {fault.message}" if fault.field else fault.message for fault in error.faults]
    more = f"; and {len(told) - _MOST_FAULTS} more faults" if len(told) > _MOST_FAULTS else ""
    return "; ".join(told[:_MOST_FAULTS]) + more


def with_volumes_of(instance: Instance, plan: Plan) -> Plan:
    """Return a plan that carries the volumes of an instance, each commodity in the same shares over its routes."""
    carried = np.bincount(plan.commodity, plan.volume, len(instance.commodities))
    if np.array_equal(carried, instance.commodities.volume):
        return plan
    growth = np.divide(instance.commodities.volume, carried, out=np.ones_like(carried), where=carried > 0)
    return replace(plan, volume=plan.volume * growth[plan.commodity])


def overrides_of(values: Mapping[str, float]) -> tuple[str, ...]:
    """Return values of figures by path as they stand behind ``--set``."""
    return tuple(f"{path}={written(value)}" for path, value in values.items())


def written(value: float) -> str:
    """Return a value as it stands behind ``--set``: all of its digits, and a whole number without a point."""
    return str(int(value)) if value == int(value) else repr(float(value))
