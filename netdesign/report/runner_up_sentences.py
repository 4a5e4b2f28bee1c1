"""Sentences on the runner-up: the second-best of all permitted networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import number_of_hubs
from netdesign.results.document import RunnerUpPart
from netdesign.results.runner_up import is_no_better
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.report.words import Measure
    from netdesign.results.document import NetworkPart, ResultDocument


def runner_up_sentences(result: ResultDocument, network: NetworkPart, measure: Measure) -> list[str]:
    """Return sentences on the runner-up: the second-best of all permitted networks; none where it was not searched for.

    The second search may cover one number of hubs only; then the best network with another number may be better.
    """
    second = network.runner_up
    if second is None:
        return []
    best = min((n.objective for n in result.networks if n.permitted and n.objective is not None), default=None)
    others = [n for n in result.networks if n.permitted and n.hubs != network.hubs]
    own = _second_sentence(f"Runner-up with {number_of_hubs(network.hubs)}", network, second, measure)
    if network.objective is None or best is None or network.objective > best:
        return [own]
    rival = min((n for n in others if n.objective is not None), key=lambda n: n.objective or 0.0, default=None)
    is_open = second.objective is None and second.termination.is_limit
    if is_open and rival is not None and not is_no_better(second, rival.objective or 0.0):
        # The lines above have compared with what else is known.
        return [_second_sentence("Runner-up", network, second, measure)]
    if rival is None or rival.objective is None or rival.plan is None:
        return [_second_sentence("Runner-up", network, second, measure, others)]
    if second.objective is not None and second.objective <= rival.objective:
        return [_second_sentence("Runner-up", network, second, measure, others)]
    first = RunnerUpPart(
        termination=rival.termination, open_hubs=rival.plan.open_hubs, objective=rival.objective, bound=rival.bound
    )
    return [_second_sentence("Runner-up", network, first, measure, [*others, second]), own]


def _second_sentence(
    what: str,
    network: NetworkPart,
    second: RunnerUpPart,
    measure: Measure,
    others: Sequence[NetworkPart | RunnerUpPart] = (),
) -> str:
    """Return by how much a network is worse than the best; proven where none of the others can be better.

    Parameters
    ----------
    what
        Name of the second network in the sentence.
    network, second
        The best network, and the second.
    measure
        Words of the objective.
    others
        Searches that may still hold a better network.
    """
    if second.termination is Termination.INFEASIBLE:
        return f"  No other set of {number_of_hubs(network.hubs)} is feasible."
    if second.objective is None or network.objective is None:
        return f"  {what}: not found before the solve stopped."
    further, name = second.objective - network.objective, measure.network(second.open_hubs)
    is_proven = network.termination is second.termination is Termination.OPTIMAL
    is_proven &= all(is_no_better(other, second.objective) for other in others)
    proven = "proven" if is_proven else "the best found so far"
    worse = "dearer" if measure.per else "longer"
    if further < measure.same:
        return f"  {what}: {name}, which {measure.more} the same; {proven}."
    return f"  {what}: {name}, {measure.text(further)}{measure.per} {worse}; {proven}."
