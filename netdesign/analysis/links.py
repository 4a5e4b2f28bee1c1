"""Which questions are asked where hub links are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from netdesign.analysis.call import AnyCall
    from netdesign.instance import Instance

_OF_ONE_YEAR = "solve, compare, alternatives, tipping, sweep, frontier and stress --draws do"
_OVER_YEARS = "timing does"


def check_links(instance: Instance, call: AnyCall) -> None:
    """Check that a question is asked of all hubs joined, or is one that knows chosen hub links.

    Raises
    ------
    UsageError
        It does not.
    """
    if instance.chooses_links and not call.ASKS_ABOUT_LINKS:
        command = call.COMMAND.removeprefix("call of ")
        others = _OVER_YEARS if "over years" in command else _OF_ONE_YEAR
        message = (
            f"netdesign {command} does not know chosen hub links yet; {others}. With --set problem.network=complete "
            "--set policies.hub_links=null --set hub_links=null it takes all hubs for joined"
        )
        raise UsageError(message)
