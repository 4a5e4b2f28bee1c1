"""The network of a result that an export is about: the best one, or another of which the result has a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.rows import SiteKind
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.result import best_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netdesign.results.document import NetworkPart, ResultDocument

_MOST_LISTED = 10


def networks_in(document: ResultDocument | AlternativesDocument) -> list[NetworkPart]:
    """Return the networks of a result, in its order."""
    if not isinstance(document, AlternativesDocument):
        return list(document.networks)
    found = [one.network for one in document.networks]
    return found if document.condition is None else [*found, document.condition.network]


def chosen_network(
    path: Path,
    document: ResultDocument | AlternativesDocument,
    hubs: int | None = None,
    sites: Sequence[str] | None = None,
) -> NetworkPart:
    """Return the best network of a result, or the first with a number of hubs, or the one of some open sites.

    Parameters
    ----------
    path, document
        The result.
    hubs
        Number of hubs, sorting centres not counted.
    sites
        Ids of all open sites.

    Raises
    ------
    UsageError
        Both are given, or the result has no plan of such a network.
    """
    if hubs is not None and sites is not None:
        message = "--hubs and --network exclude each other; give one"
        raise UsageError(message)
    planned = [network for network in networks_in(document) if network.plan is not None]
    if not planned:
        message = f"{path}: holds no plan ({document.termination})"
        raise UsageError(message)
    if hubs is None and sites is None:
        return best_of(planned) or planned[0]
    for network in planned:
        if (sites is None and network.hubs == hubs) or (sites is not None and set(network.open_hubs) == set(sites)):
            return network
    raise UsageError(_missing(path, planned, hubs, sites))


def _missing(path: Path, planned: Sequence[NetworkPart], hubs: int | None, sites: Sequence[str] | None) -> str:
    names = [",".join(network.open_hubs) for network in planned]
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    listed = f"it has plans of {'; '.join(names[:_MOST_LISTED])}{more}"
    if sites is None:
        remedy = f"netdesign solve --hubs {hubs} -o FILE finds one"
        return f"--hubs {hubs}: {path} has no plan of a network with so many hubs; {listed}; {remedy}"
    typed = ",".join(sites)
    centres = any(load.kind is SiteKind.SORTING_CENTRE for network in planned for load in network.hub_loads)
    all_of_them = ", sorting centres included" if centres else ""
    known = {name for network in planned for name in network.open_hubs}
    strange = [name for name in sites if name not in known]
    near = did_you_mean(strange[0], known) if strange else ""
    remedy = f"netdesign solve --open {typed} --hubs {len(sites)} -o FILE finds one"
    return f"--network {typed}: {path} has no plan of these open sites{all_of_them}{near}; {listed}; {remedy}"
