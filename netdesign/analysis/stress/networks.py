"""The networks that are put under stress: the best ones, or those that a call names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.margin import Margin
from netdesign.analysis.network_searches import fixed_network
from netdesign.analysis.networks_within import NetworksWithin
from netdesign.analysis.stress.call import BETWEEN_HUBS
from netdesign.errors import UsageError
from netdesign.instance.options import check_names_existing, check_site_names
from netdesign.results.part import finite
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.stress.call import StressCall
    from netdesign.instance import Instance
    from netdesign.results.document import NetworkPart
    from netdesign.solve.core.engine import Question

_ALL = Margin(1e300, is_share=False)


class Listed(NamedTuple):
    """The networks to look at.

    Parameters
    ----------
    networks
        The best first, each with its plan at the present values.
    others_bound
        No permitted network that is not among them has less; None where nothing is proven, or none is left.
    ending
        Why the search for them stopped.
    """

    networks: list[NetworkPart]
    others_bound: float | None
    ending: Termination


def check_named(call: StressCall, instance: Instance) -> None:
    """Check the networks that a call names.

    Raises
    ------
    UsageError
        A name is that of no site, or a network is named twice.
    """
    for hubs in call.networks:
        check_site_names(instance, hubs, f"--networks {BETWEEN_HUBS.join(hubs)}: ")
    sets = [frozenset(hubs) for hubs in call.networks]
    for place, hubs in enumerate(call.networks):
        if sets[place] in sets[:place]:
            message = f"--networks {BETWEEN_HUBS.join(hubs)}: is named twice"
            raise UsageError(message)


def networks_to_look_at(question: Question, call: StressCall) -> Listed:
    """Find the networks that a call asks for.

    Raises
    ------
    UsageError
        One that is named is not permitted, or leaves out what has to be open.
    SizeError
        The problem is too large.
    """
    if call.networks:
        return _named(question, call.networks)
    within = NetworksWithin(question, call.within or _ALL, call.most)
    within.search(_nothing, None)
    ending = within.ending
    if ending is Termination.INFEASIBLE and within.listed:
        ending = Termination.OPTIMAL  # no further network is permitted
    return Listed(within.listed, finite(within.others_bound), ending)


def _nothing() -> None:
    """Do nothing with a network that is found."""


def _check_existing(instance: Instance, hubs: tuple[str, ...], named: Sequence[tuple[str, ...]]) -> None:
    """Check that a network has all existing hubs.

    Raises
    ------
    UsageError
        It has not; where each network has one hub, commas may stand in the place of plus signs.
    """
    try:
        check_names_existing(instance, hubs)
    except UsageError as error:
        joined = BETWEEN_HUBS.join(dict.fromkeys(hub for each in named for hub in each))
        are_single = len(named) > 1 and all(len(each) == 1 for each in named)
        advice = f"; commas stand between networks, plus signs between the hubs of one: {joined}" if are_single else ""
        message = f"--networks {BETWEEN_HUBS.join(hubs)}: {error.message}{advice}"
        raise UsageError(message) from None


def _named(question: Question, named: Sequence[tuple[str, ...]]) -> Listed:
    networks, ending = [], Termination.OPTIMAL
    for hubs in named:
        if question.watch.is_over:
            ending = question.watch.ending
            break
        name = BETWEEN_HUBS.join(hubs)
        _check_existing(question.instance, hubs, named)
        network = fixed_network(question, hubs, name).network
        if network.termination is Termination.INFEASIBLE:
            message = f"--networks {name}: is not permitted, or cannot carry the freight"
            raise UsageError(message)
        if network.termination.is_limit:
            ending = network.termination
        if network.plan is not None:
            networks.append(network)
    return Listed(sorted(networks, key=lambda one: one.objective or math.inf), None, ending)
