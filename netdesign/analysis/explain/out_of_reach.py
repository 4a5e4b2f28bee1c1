"""Shares inside the deadline and caps on carbon that no permitted set of hubs keeps, whatever else is left out."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from netdesign.analysis.explain.amounts import amount_of
from netdesign.analysis.explain.freight_figures import carbon_figures, service_figures
from netdesign.analysis.stating_model import stating_model
from netdesign.errors import SizeError
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import FREIGHT
from netdesign.network.operated import by_fullest_vehicles, with_least_waits
from netdesign.network.services import LEGS
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.outcome import silent
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.priced_sets import PricedSets
from netdesign.solve.registry import AUTO
from netdesign.solve.set_prices import is_small

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.engine import Question

    Ranking = dict[object, list[tuple[float, tuple[str, ...]]]]

FEW_SETS = 2_000
"""Number of sets of hubs that engines may look through soon."""

ROUNDING = 1e-9
"""Share by which a bound may miss what is asked by rounding."""


def least_legs(instance: Instance, network: Network) -> Network:
    """Return legs on which a tonne emits its share of a full vehicle, and waits as if departures were most frequent."""
    full, fast = by_fullest_vehicles(instance, network), with_least_waits(network)
    return replace(full, **{name: replace(getattr(full, name), time_h=getattr(fast, name).time_h) for name in LEGS})


def without_coupling(question: Question) -> Question:
    """Return the question in which nothing is asked of freight, and each commodity takes its own routes.

    Every plan of a question answers it; without vehicles its legs have to be those of ``least_legs``.
    """
    instance = question.instance
    policies = instance.policies
    for policy in FREIGHT:
        policies = policy.without(policies)
    problem = instance.problem.model_copy(update={"allocation": Allocation.MULTIPLE})
    free = instance.replace(services=None, problem=problem, policies=policies)
    return replace(question, instance=free, asked=AUTO, model=cache(partial(stating_model, free)))


def sets_in_reach(
    question: Question, scope: SearchScope = EVERYTHING, known: Ranking | None = None
) -> list[tuple[str, ...]] | None:
    """Return the sets of hubs that keep each share and the cap by itself, if nothing else is asked of freight.

    No other set has a plan. None where there is no share and no cap, or sets or routes are too many to be
    priced at once, or hub links are chosen: a way over several may emit less than the leg straight.

    Parameters
    ----------
    question
        The problem, with legs that are no worse than those of any plan.
    scope
        The sets.
    known
        Prices of sets that are known, which takes up those that are found.
    """
    instance = question.instance
    limited = [*service_figures(instance), *carbon_figures(instance)]
    sets = (
        number_of_sets(instance, scope)
        if limited and not (instance.has_centres or instance.chooses_links)
        else math.inf
    )
    if sets > FEW_SETS or not is_small(instance, int(sets)):
        return None
    left: list[tuple[str, ...]] | None = None
    for figure in limited:
        amount, asked = amount_of(without_coupling(question), figure), figure.asked
        if amount is None or asked is None:
            continue
        try:
            ranked = _ranked(amount.question, SearchScope(scope.numbers), {} if known is None else known)
        except (TimeoutError, SizeError):
            return None
        slack = ROUNDING * max(1.0, abs(asked))
        values = [(amount.value(price), hubs) for price, hubs in ranked]
        kept = [hubs for value, hubs in values if (value <= asked + slack if figure.rises else value >= asked - slack)]
        left = kept if left is None else [hubs for hubs in left if hubs in set(kept)]
    return left


def _ranked(question: Question, scope: SearchScope, known: Ranking) -> list[tuple[float, tuple[str, ...]]]:
    """Return the sets of a scope with their prices, from those that are known where these are among them.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """
    key = scope.numbers_in(question.instance), key_of(question.instance)
    if key not in known:
        known[key] = PricedSets(question).ranking(scope, SearchState(question.watch, silent, scope.task))
    return known[key]


def with_sites_in_reach(question: Question) -> Question:
    """Return a question in which sites of which no set keeps each share and the cap may not open; itself where all do.

    It has the same plans, and an engine has to look at fewer sites. That there is no set at all is left to the searches
    for each number of hubs.
    """
    instance = question.instance
    sets = sets_in_reach(replace(question, network=least_legs(instance, question.network)))
    if not sets:
        return question
    closed = set(instance.allowed) - {name for hubs in sets for name in hubs} - set(instance.required)
    forbidden = tuple(name for name in instance.allowed if name in closed)
    policies = instance.policies.model_copy(update={"forbidden": (*instance.policies.forbidden, *forbidden)})
    fewer = question.with_instance(instance.replace(policies=policies))
    return fewer if forbidden and choose_engine(fewer).name == choose_engine(question).name else question


def key_of(instance: Instance) -> object:
    """Return all in which the instances of one problem under other policies differ, and what has a price in them."""
    policies, streams = instance.policies.model_dump_json(), instance.commodities.stream.tobytes()
    return policies, streams, instance.streams, instance.sites, instance.hub_links, str(instance.problem)
