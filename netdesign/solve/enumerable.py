"""When sets of hubs are few enough to be enumerated: how many are bounded, and what the bounds leave to be operated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import SizeError
from netdesign.formulation.protocol import policies_in_force
from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import Policy, limits_on_routes
from netdesign.network import couples_commodities
from netdesign.solve import set_prices
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import HUB_POLICIES, number_of_hub_sets, number_of_sets
from netdesign.solve.coupled.freight import (
    is_coupled_by_minima,
    is_coupled_by_policies,
    is_coupled_by_prices,
    is_coupled_in_parts,
)
from netdesign.solve.linked.choices import has_few_hubs, has_link_choices, refused_capacities
from netdesign.solve.linked.limits import has_limited_links
from netdesign.solve.registry import ONE_YEAR
from netdesign.solve.scheduled.choice_bounds import has_room
from netdesign.solve.scheduled.division import may_divide
from netdesign.solve.scheduled.freight import goes_overseas, has_city_choices, has_loops
from netdesign.solve.scheduled.hub_links import refused_beside_links
from netdesign.solve.set_prices import is_small
from netdesign.solve.single.coupling import is_coupled_by_cities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import SearchScope

MOST_SETS = 2_000_000
"""Largest number of sets of hubs that are enumerated."""

FEW_OPERATED = 1_000
"""Largest number of sets that may all have to be operated, a fraction of a second each."""

FEW_WITH_CITIES = 150_000
"""Largest number of sets that are bounded by choices of cities: some ten seconds of work."""

MOST_HUBS_COUPLED = 10
"""Most hubs of a set where policies couple the freight: lanes to more have too many patterns to be looked at."""

LINKED_POLICIES = HUB_POLICIES | {Policy.HUB_LINKS, Policy.CARBON, Policy.SORTING_CENTRES}
"""Policies that are stated beside chosen hub links where no vehicles leave."""

LIMITED_POLICIES = LINKED_POLICIES | {Policy.CAPACITY}
"""The same where a city may have several hubs, over which its freight may be divided."""

ALLOCATED_POLICIES = LIMITED_POLICIES - {Policy.SORTING_CENTRES}
"""The same where each city has one hub."""

_FEW_COUPLED = 4e9
"""Largest number of sets times commodities where prices of lanes and hubs bound sets: some minutes of work."""

_FEW_PRICED = 1e8
"""The same where capacities, shares in time or carbon have prices too."""

_FEW_EXCHANGED = 6e8
"""Largest number of sets times commodities where prices between cities bound sets: half a minute of work."""

_FEW_COMMODITIES, _FEW_COUPLED_SETS = 300, 20_000
"""With fewer commodities the model takes less time than so many sets."""

_FEW_SETS, _FEW_PRICES = 500_000, 4e10
"""Largest number of sets to price one by one, and of sets times commodities: some ten seconds of work."""

_FEW_NEW, _FEW_SLOW_SETS = 2, 20_000
"""Largest number of new hubs for that; and of sets if more hubs are new or no compiled loops exist."""


def most_operated(instance: Instance) -> int:
    """Return the largest number of sets that are bounded, of which what the bounds leave is operated."""
    if not has_few_patterns(instance, instance.hub_range[1]):
        return 0
    if is_coupled_by_cities(instance):
        return min(MOST_SETS, int(_FEW_EXCHANGED / len(instance.commodities)))
    if is_coupled_by_prices(instance):
        commodities, few = len(instance.commodities), _FEW_COUPLED if is_coupled_by_minima(instance) else _FEW_PRICED
        return _FEW_COUPLED_SETS if commodities < _FEW_COMMODITIES else min(MOST_SETS, int(few / commodities))
    return FEW_WITH_CITIES if _is_by_city(instance) or may_divide(instance) else FEW_OPERATED


def has_few_patterns(instance: Instance, hubs: int) -> bool:
    """Return whether sets of so many hubs are small enough where policies couple the freight: by airport and lanes."""
    return hubs <= MOST_HUBS_COUPLED or not (is_coupled_by_policies(instance) and instance.is_overseas.any())


def sets_bounded(instance: Instance, search: SearchScope = EVERYTHING) -> int:
    """Return the number of sets that are bounded one by one, regardless of exclusive groups and caps.

    Where each city chooses its hub, the sorting centres beside a set of hubs are bounded together.
    """
    return (number_of_hub_sets if _is_by_city(instance) else number_of_sets)(instance, search)


def check_number(instance: Instance, search: SearchScope, sets: int) -> None:
    """Check that the sets of a search are few enough to be enumerated.

    Raises
    ------
    SizeError
        They are not.
    """
    if sets > MOST_SETS:
        numbers = search.numbers_in(instance)
        hubs = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
        message = f"enumeration takes {MOST_SETS:,} sets of hubs at most; there are {sets:,} of {hubs} hubs"
        raise SizeError(message)


def check_hubs(instance: Instance, most: int) -> None:
    """Check that sets of so many hubs have few enough patterns of lanes where policies couple the freight.

    Raises
    ------
    SizeError
        They have not.
    """
    if not has_few_patterns(instance, most):
        message = (
            f"enumeration takes sets of {MOST_HUBS_COUPLED} hubs at most where policies couple the freight; "
            f"there are sets of {most}"
        )
        raise SizeError(message)


def takes(instance: Instance, search: SearchScope) -> bool:
    """Return whether the sets of a search, and what is held of them, are few enough to be enumerated."""
    if has_linked_flows(instance):
        return True
    most_hubs = search.numbers_in(instance).stop - 1
    if sets_bounded(instance, search) > MOST_SETS or not has_few_patterns(instance, most_hubs):
        return False
    if has_city_choices(instance) or may_divide(instance):
        return has_loops(instance) or has_room(instance)
    holds_routes = is_small(instance, number_of_sets(instance, search)) or instance.has_centres
    return is_coupled_by_policies(instance) or not holds_routes or set_prices.has_room(instance)


def has_linked_flows(instance: Instance) -> bool:
    """Return whether hub links are chosen and no vehicles leave on them."""
    return instance.chooses_links and instance.services is None


def refusal(instance: Instance) -> str | None:
    """Return what couples the freight of an instance with chosen hub links so that prices are no costs; else None."""
    if not instance.chooses_links:
        return None
    if not has_linked_flows(instance):
        beside = refused_beside_links(instance)
        return f"hub links with services and {' and '.join(beside)}" if beside else None
    is_multiple = instance.problem.allocation is Allocation.MULTIPLE
    stated = LIMITED_POLICIES if is_multiple else LINKED_POLICIES
    stated = ALLOCATED_POLICIES if instance.problem.allocation is Allocation.SINGLE else stated
    found = sorted(map(str, policies_in_force(instance) - stated))
    if instance.problem.allocation is Allocation.SINGLE_EACH_WAY:
        found.append("one hub each way")
    found += [limit.name for limit in limits_on_routes(instance)]
    found += ["capacities of hub links"] if not is_multiple and has_limited_links(instance) else []
    found += refused_capacities(instance)
    return f"hub links with {' and '.join(found)}" if found else None


def needs_model(instance: Instance) -> bool:
    """Return whether sets are operated by a model, for want of a program of their own."""
    has_program = _is_by_city(instance) or is_coupled_by_policies(instance) or is_coupled_by_cities(instance)
    return couples_commodities(instance) and not (has_program or has_linked_flows(instance))


def _is_by_city(instance: Instance) -> bool:
    """Return whether each city chooses its hub, and all freight goes overseas."""
    return has_city_choices(instance) and bool(goes_overseas(instance).all())


def suits(instance: Instance, passed_over: Mapping[str, str]) -> str | None:
    """Return why ``auto`` takes enumeration, None where it does not."""
    del passed_over
    sets = sets_bounded(instance)
    if has_linked_flows(instance):
        reason = "sets of hubs are bounded with all links, and the best links of those left chosen"
        is_single = instance.problem.allocation is Allocation.SINGLE
        return None if is_single and has_link_choices(instance) and not has_few_hubs(instance) else reason
    if not couples_commodities(instance):
        reason = f"{sets:,} sets of hubs are few, and nothing couples the commodities: each set is priced"
        return reason if _are_few(instance, sets) else None
    bounded_by = _bounded_by(instance)
    if bounded_by is not None and sets <= most_operated(instance):
        return f"{sets:,} sets of hubs are few: {bounded_by}"
    if ONE_YEAR.refusal("decomposition", instance) is None:
        return None
    # Prices for cities with many hubs exclude few sets; but with vehicles the model of all sites is weaker still.
    is_loose = instance.problem.allocation is not Allocation.MULTIPLE and instance.services is None
    is_few = is_small(instance, sets) and sets <= min(FEW_OPERATED, most_operated(instance))
    if is_few and not is_loose:
        return f"{sets:,} sets of hubs are few: each is bounded, and what the bounds leave is operated"
    if takes(instance, EVERYTHING) and ONE_YEAR["monolithic"].takes(instance, EVERYTHING) is False:
        return f"{sets:,} sets of hubs are many, but the model of all sites is too large"
    return None


def _bounded_by(instance: Instance) -> str | None:
    """Return in words what bounds sets well where something couples the commodities; None where nothing does."""
    is_single = instance.problem.allocation is Allocation.SINGLE and instance.services is None
    is_refused = ONE_YEAR.refusal("decomposition", instance) is not None
    if is_single and not _is_by_city(instance):
        is_alone = is_coupled_by_cities(instance) and is_refused
        return "prices between cities bound them, and what is left is operated" if is_alone else None
    if (has_city_choices(instance) or may_divide(instance)) and (has_loops(instance) or has_room(instance)):
        return "what each city takes bounds them, and what is left is operated"
    if is_coupled_by_minima(instance):
        return "prices of what lanes and hubs have to get bound them"
    is_priced = is_coupled_in_parts(instance) or (is_coupled_by_prices(instance) and is_refused)
    return "prices of what couples the freight bound them" if is_priced else None


def _are_few(instance: Instance, sets: int) -> bool:
    """Return whether all sets are priced in some seconds; compiled loops exist for the cost objective only."""
    if sets <= _FEW_SLOW_SETS:
        return sets * len(instance.commodities) <= _FEW_PRICES
    if instance.has_centres:
        return False
    # Where several hubs are new, decomposition proves with fewer prices.
    has_few_new = instance.hub_range[1] - len(instance.required) <= _FEW_NEW
    is_cost = instance.problem.objective is Objective.COST
    return is_cost and has_few_new and sets <= _FEW_SETS and sets * len(instance.commodities) <= _FEW_PRICES
