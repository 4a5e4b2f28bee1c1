"""What networks cost in thousands of drawn worlds, the same for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.moved import MovedProblem
    from netdesign.analysis.stress.call import StressCall
    from netdesign.instance import Instance
    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_draws import DrawsPart


def check_draws(call: StressCall, instance: Instance) -> None:
    """Check before any search that worlds can be drawn.

    Raises
    ------
    UsageError
        The instance states no range.
    """
    if call.draws is not None and not instance.ranges:
        message = (
            f"--draws {call.draws}: {instance.name} states no ranges, so there is nothing to draw; give the instance a "
            "ranges table"
        )
        raise UsageError(message)


def look_at_draws(moved: MovedProblem, networks: Sequence[NetworkPart], call: StressCall) -> DrawsPart:
    """Return what networks cost in drawn worlds."""
    raise NotImplementedError


def contradicted_draws(
    part: DrawsPart, networks: Sequence[NetworkPart], moved: MovedProblem, call: StressCall
) -> Iterator[str]:
    """Yield what the instance contradicts in what a result states of draws."""
    raise NotImplementedError
