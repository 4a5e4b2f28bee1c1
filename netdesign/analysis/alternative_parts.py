"""The parts of a list of alternatives, which follow from its networks; ``verify`` derives them again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from netdesign.analysis.diverse import most_different
from netdesign.analysis.hub_changes import hub_changes, hub_of_cities
from netdesign.results.alternatives_document import (
    AgainstBestPart,
    AlternativePart,
    AlternativesDocument,
    ChoiceMethod,
    ConditionPart,
    DiversePart,
    MovePart,
)
from netdesign.results.document import CostsPart
from netdesign.results.part import finite, proven
from netdesign.solve.core.outcome import relative_gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.analysis.call import AlternativesCall
    from netdesign.instance import Instance
    from netdesign.results.document import NetworkPart


def satisfies(hubs: Iterable[str], opened: Iterable[str], closed: Iterable[str]) -> bool:
    """Return whether a network has all sites that have to be open, and none of those that may not be."""
    hubs = set(hubs)
    return hubs.issuperset(opened) and hubs.isdisjoint(closed)


def others_bound(document: AlternativesDocument) -> float:
    """Return what no permitted network that is not listed is under; infinite where there is none."""
    if document.others_bound is not None:
        return document.others_bound
    return math.inf if document.is_complete else -math.inf


def top_level(
    networks: Sequence[NetworkPart], call: AlternativesCall, others: float, *, is_complete: bool
) -> dict[str, Any]:
    """Return the top-level fields of a result that follow from its list.

    Parameters
    ----------
    networks
        The list, the best first.
    call
        Options of the call.
    others
        No permitted network that is not listed has less.
    is_complete
        Whether no other network can be within the margin.
    """
    objective = networks[0].objective if networks else None
    bound = min([others, *(proven(network) for network in networks)])
    return {
        "objective": objective,
        "bound": finite(bound),
        "gap": finite(relative_gap(objective, bound)),
        "limit": None if objective is None else finite(call.within.limit(objective)),
        "is_complete": is_complete,
        "others_bound": finite(others),
    }


def alternative_part(best: NetworkPart, network: NetworkPart) -> AlternativePart:
    """Return an entry of the list."""
    difference = (network.objective or 0.0) - (best.objective or 0.0)
    return AlternativePart(difference=difference, against_best=against_best(best, network), network=network)


def against_best(best: NetworkPart, network: NetworkPart) -> AgainstBestPart:
    """Return how a network with a plan differs from the best."""
    return AgainstBestPart(
        costs=_costs_against(best.costs, network.costs),
        opened=[hub for hub in network.open_hubs if hub not in best.open_hubs],
        closed=[hub for hub in best.open_hubs if hub not in network.open_hubs],
    )


def _costs_against(of_best: CostsPart | None, costs: CostsPart | None) -> CostsPart:
    if of_best is None or costs is None:
        raise AssertionError
    before, after = of_best.model_dump(), costs.model_dump()
    charged = {*before.pop("charges", {}), *after.pop("charges", {})}
    charges = {name: costs.charges.get(name, 0.0) - of_best.charges.get(name, 0.0) for name in sorted(charged)}
    return CostsPart(charges=charges, **{name: value - before[name] for name, value in after.items()})


def condition_part(
    instance: Instance, best: NetworkPart, network: NetworkPart, opened: Iterable[str], closed: Iterable[str]
) -> ConditionPart:
    """Return the best network under a condition, against the best of all.

    Parameters
    ----------
    instance
        Its cities and sites.
    best, network
        The best of all, and the best under the condition.
    opened, closed
        Ids of the sites that have to be, and may not be, open.
    """
    objective, of_best = network.objective, best.objective or 0.0
    at_most = math.inf if objective is None else objective - proven(best)
    changes = hub_changes(hub_of_cities(instance, best.plan), hub_of_cities(instance, network.plan))
    return ConditionPart(
        opened=list(opened),
        closed=list(closed),
        network=network,
        difference=None if objective is None else objective - of_best,
        difference_at_least=finite(proven(network) - of_best),
        difference_at_most=finite(at_most),
        against_best=None if network.plan is None else against_best(best, network),
        moves=[
            MovePart(city=move.city, from_hub=move.from_hub, to_hub=move.to_hub, volume_t_per_year=move.volume)
            for move in changes
        ],
    )


def diverse_part(instance: Instance, networks: Sequence[NetworkPart], number: int) -> DiversePart:
    """Return the networks of a list that differ most; sites that must open are in all of them and do not count."""
    free = [[hub for hub in network.open_hubs if hub not in instance.required] for network in networks]
    places, in_common, is_exact = most_different(free, number)
    method = ChoiceMethod.EXACT if is_exact else ChoiceMethod.GREEDY
    return DiversePart(places=[place + 1 for place in places], sites_in_common=in_common, method=method)
