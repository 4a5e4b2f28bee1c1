"""What networks cost in thousands of drawn worlds, the same for all of them."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, differing_worlds
from netdesign.analysis.stress.draw_statistics import costs_in_worlds, robust_parts
from netdesign.analysis.stress.operated_worlds import WorldsOfNetworks
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.errors import UsageError
from netdesign.instance.distributions import distributions_of
from netdesign.results.stress_draws import DrawnFigurePart, DrawnNetworkPart, DrawsPart
from netdesign.solve.core.outcome import Termination, exactness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.moved import MovedProblem
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.operated_worlds import OperatedWorlds
    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.instance import Instance
    from netdesign.instance.distributions import Distributions
    from netdesign.results.document import NetworkPart


SOLVED_AGAIN = 3
"""Worlds in which ``verify --prove`` solves all networks by engines."""


def check_draws(call: StressCall | TimingStressCall, instance: Instance) -> None:
    """Check before any search that worlds can be drawn.

    Raises
    ------
    UsageError
        The instance states nothing to draw from.
    """
    if call.draws is not None and not distributions_of(instance).figures:
        message = (
            f"--draws {call.draws}: {instance.name} states no distributions and no ranges, so there is nothing to "
            "draw; give it a distributions table, or a ranges table"
        )
        raise UsageError(message)


def look_at_draws(moved: MovedProblem, networks: Sequence[NetworkPart], call: StressCall) -> DrawsPart:
    """Return what networks cost in drawn worlds.

    Parameters
    ----------
    moved
        The problem at other values of its figures.
    networks
        Those to operate.
    call
        Has the number of worlds and the level of CVaR; the seed is that of the limits.
    """
    hubs = [network.open_hubs for network in networks]
    distributions = distributions_of(moved.present.question.instance)
    worlds = draw_worlds(distributions, call.draws or 0, moved.watch.limits.seed)
    found = WorldsOfNetworks(moved, distributions.figures, hubs).operate(worlds)
    ending = Termination.OPTIMAL if found.done == len(worlds) else moved.watch.ending
    return _draws_part(distributions, worlds, found, call, hubs, ending)


def _draws_part(
    distributions: Distributions,
    worlds: NDArray[np.float64],
    found: OperatedWorlds,
    call: StressCall,
    hubs: Sequence[Sequence[str]],
    ending: Termination,
) -> DrawsPart:
    done = found.done
    costs = [] if done == 0 else costs_in_worlds(found.lower[:done], found.upper[:done], call.level)
    parts = [DrawnNetworkPart(**dict(cost), open_hubs=list(own)) for cost, own in zip(costs, hubs, strict=False)]
    return DrawsPart(
        termination=ending,
        asked=len(worlds),
        worlds=done,
        level=call.level,
        method=found.method,
        why_solved=found.why_solved,
        figures=drawn_figures(distributions, worlds[:done]),
        networks=parts,
        **robust_parts(parts),
    )


def drawn_figures(distributions: Distributions, worlds: NDArray[np.float64]) -> list[DrawnFigurePart]:
    """Return the parts of the figures that were drawn; none without a world."""
    if not len(worlds):
        return []
    least, mean, largest = worlds.min(axis=0), worlds.mean(axis=0), worlds.max(axis=0)
    return [
        DrawnFigurePart(
            name=one.name,
            unit=one.unit,
            value=one.value,
            distribution=one.kind,
            least=float(least[place]),
            mean=float(mean[place]),
            largest=float(largest[place]),
            status=one.status,
            source=one.source,
        )
        for place, one in enumerate(distributions.figures)
    ]


def contradicted_draws(
    part: DrawsPart, networks: Sequence[NetworkPart], moved: MovedProblem, call: StressCall
) -> Iterator[str]:
    """Yield what the instance contradicts in what a result states of draws: all of it is drawn and operated again."""
    distributions = distributions_of(moved.present.question.instance)
    if not distributions.figures or call.draws is None:
        yield "the instance states nothing to draw from"
        return
    if part.asked != call.draws or not 0 <= part.worlds <= part.asked:
        yield f"asked, worlds: state {part.asked} and {part.worlds}; the call asks for {call.draws}"
        return
    if part.worlds < part.asked and not part.termination.is_limit:
        yield f"termination: states {part.termination}, though worlds are missing"
    if part.worlds == 0:
        stated = {name: getattr(part, name) for name in ("figures", "networks", *robust_parts([]))}
        yield from (f"{name}: is stated, though no world was looked at" for name, found in stated.items() if found)
        return
    hubs = [network.open_hubs for network in networks]
    worlds = draw_worlds(distributions, call.draws, moved.watch.limits.seed)
    # Nobody has asked for a number of threads here, as whoever drew them may have.
    operating = WorldsOfNetworks(moved, distributions.figures, hubs, threads=os.cpu_count() or 1)
    found = operating.operate(worlds[: part.worlds])
    true = _draws_part(distributions, worlds, found, call, hubs, part.termination)
    yield from differing_worlds(part, true, "networks", lambda network: "+".join(network.open_hubs))


def contradicted_worlds(part: DrawsPart, moved: MovedProblem, networks: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield networks whose cost by an engine, in one of the first worlds, is not between what compiled loops say."""
    distributions = distributions_of(moved.present.question.instance)
    worlds = draw_worlds(distributions, part.asked, moved.watch.limits.seed)[: min(part.worlds, SOLVED_AGAIN)]
    if not len(worlds):
        return
    operating = WorldsOfNetworks(moved, distributions.figures, networks)
    found = operating.operate(worlds)
    for number, world in enumerate(worlds[: found.done]):
        problem = operating.problem(world)
        for place, hubs in enumerate(networks):
            bound, cost = operating.solve_in(problem, place)
            if moved.watch.is_over:
                return
            lower, upper = found.lower[number, place], found.upper[number, place]
            noise = TOLERANCE * exactness(min(cost, upper) if math.isfinite(min(cost, upper)) else 0.0)
            if cost < lower - noise or bound > upper + noise:
                yield (
                    f"draws: world {number + 1}: {'+'.join(hubs)} is operated for {lower:.2f} to {upper:.2f}; "
                    f"an engine has {bound:.2f} to {cost:.2f}"
                )
