"""Which engine answers a question, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.instance.blocks import Allocation, Objective
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EngineName
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.enumeration import MOST_SETS, Enumeration
from netdesign.solve.set_prices import is_small

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Engine, Question

_FEW_SETS, _FEW_PRICES = 500_000, 4e10
"""Sets that are priced one by one rather than searched, and commodities of all of them: some ten seconds of work."""

_FEW_NEW, _FEW_SLOW_SETS = 2, 20_000
"""New hubs for which so many sets are priced; and sets where more are new, or where there are no compiled loops."""

_FEW_OPERATED = 1_000
"""Sets of which all might have to be operated, a fraction of a second each."""

_FEW_PAIRS = 150
"""Pairs of node and site under which the model is solved before compiled loops are loaded."""


@dataclass(frozen=True)
class Choice:
    """An engine and the reason for it.

    Parameters
    ----------
    name
        Of the engine.
    reason
        In words.
    needs_model
        Whether it solves models from formulations.
    """

    name: EngineName
    reason: str
    needs_model: bool


def choose_engine(question: Question) -> Choice:
    """Return the engine that was asked for, or the one that suits.

    Raises
    ------
    UsageError
        The engine that was asked for cannot state the problem or a policy in force; names them.
    """
    instance = question.instance
    is_coupled = couples_commodities(instance)
    if question.asked is not EngineName.AUTO:
        _check_can_state(question)
        name = question.asked
        operates = is_coupled and name is EngineName.ENUMERATION
        return Choice(name, "as asked for", needs_model=operates or name is EngineName.MONOLITHIC)
    if question.has_users_model:
        return Choice(EngineName.MONOLITHIC, "only it runs a model file of one's own", needs_model=True)
    sets = Enumeration(question).sets()
    if is_coupled:
        return _for_coupled(instance, sets)
    if _are_few(instance, sets):
        reason = f"{sets:,} sets of hubs are few, and nothing couples the commodities: each set is priced"
        return Choice(EngineName.ENUMERATION, reason, needs_model=False)
    refused = Decomposition.refusal(instance)
    if refused is None:
        reason = f"{sets:,} sets of hubs are many, and nothing couples the commodities"
        return Choice(EngineName.DECOMPOSITION, reason, needs_model=False)
    reason = f"decomposition cannot state {refused}, and {sets:,} sets of hubs are too many to price each"
    return Choice(EngineName.MONOLITHIC, reason, needs_model=True)


def _are_few(instance: Instance, sets: int) -> bool:
    """Tell whether all sets are priced in some seconds; for other objectives than cost there are no compiled loops."""
    if sets <= _FEW_SLOW_SETS:
        return sets * len(instance.commodities) <= _FEW_PRICES
    # Where several hubs are new, decomposition proves with fewer prices.
    has_few_new = instance.hub_range[1] - len(instance.required) <= _FEW_NEW
    is_cost = instance.problem.objective is Objective.COST
    return is_cost and has_few_new and sets <= _FEW_SETS and sets * len(instance.commodities) <= _FEW_PRICES


def _for_coupled(instance: Instance, sets: int) -> Choice:
    """Return the engine where the best route of one commodity depends on the others."""
    pairs = len(instance.nodes) * len(instance.allowed)
    is_single = instance.problem.allocation is Allocation.SINGLE
    refused = Decomposition.refusal(instance)
    if refused is None and (pairs > _FEW_PAIRS or instance.problem.route_hubs == 1):
        why = "each city has one hub" if is_single else "only capacities couple the commodities"
        reason = f"{pairs:,} pairs of node and site are many, and {why}"
        return Choice(EngineName.DECOMPOSITION, reason, needs_model=False)
    if refused is None:
        reason = f"{pairs:,} pairs of node and site are few for the model"
        return Choice(EngineName.MONOLITHIC, reason, needs_model=True)
    if not is_single and is_small(instance, sets) and sets <= _FEW_OPERATED:
        reason = f"{sets:,} sets of hubs are few: each is bounded, and what the bounds leave is operated"
        return Choice(EngineName.ENUMERATION, reason, needs_model=True)
    return Choice(EngineName.MONOLITHIC, f"decomposition cannot state {refused}", needs_model=True)


def _check_can_state(question: Question) -> None:
    if question.has_users_model and question.asked is not EngineName.MONOLITHIC:
        message = f"--engine {question.asked} does not run a model file of one's own; take --engine monolithic"
        raise UsageError(message)
    refused = Decomposition.refusal(question.instance) if question.asked is EngineName.DECOMPOSITION else None
    if refused is not None:
        message = f"--engine {question.asked} cannot state {refused}; take --engine auto, which takes one that can"
        raise UsageError(message)


def make_engine(question: Question) -> Engine:
    """Return the engine that ``choose_engine`` names."""
    match choose_engine(question).name:
        case EngineName.DECOMPOSITION:
            return Decomposition(question)
        case EngineName.ENUMERATION:
            return Enumeration(question)
        case _:
            # Pyomo takes a second to load; the other engines do without.
            from netdesign.solve.monolithic import Monolithic

            return Monolithic(question)


def another_engine(question: Question, name: str) -> Engine:
    """Return an engine other than the named one, to prove its answer again.

    Enumeration, unless it was that or has too many sets to price or to operate; then decomposition where it can and the
    instance is not small, else the model.
    """
    from netdesign.solve.monolithic import Monolithic

    engine = Enumeration(question)
    most = _FEW_OPERATED if couples_commodities(question.instance) else MOST_SETS
    if name != EngineName.ENUMERATION and engine.sets() <= most:
        return engine
    can_decompose = Decomposition.refusal(question.instance) is None and not is_small(question.instance, engine.sets())
    if name != EngineName.DECOMPOSITION and can_decompose:
        return Decomposition(question)
    return Monolithic(question)
