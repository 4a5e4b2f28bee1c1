"""A figure of a policy that may give way: what is asked, what a plan attains, and the instance with another value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan

RELATIVE_WIDTH = 1e-4
HOURS_WIDTH, SHARE_WIDTH = 0.01, 5e-4
"""Widths of intervals at which a search for a value ends: relative, in h, and of a share."""


VEHICLES_WIDTH = 0.01
"""Part of a value at which a search ends where vehicles count: what they emit at least is found no nearer soon."""


@dataclass(frozen=True)
class Figure:
    """A figure of a policy, or a site that it names.

    Parameters
    ----------
    policy
        Name of the policy.
    subject
        Hub, hub link, country, stream or group that it is about; empty where there is only one.
    kind
        What it is: ``share``, ``cap``, ``minimum``, ``capacity``, ``largest number`` and the like.
    without
        Returns the instance without it.
    unit
        Of the value; empty where it has none.
    asked
        The value in force; None for a site.
    rises
        Whether a larger value gives way.
    width, relative_width
        Of the interval at which a search for the value ends: in its unit, or as a part of the value.
    with_value
        Returns the instance with another value.
    attained
        Returns the value that a plan keeps.
    is_whole
        Whether the value is a whole number.
    """

    policy: str
    subject: str
    kind: str
    without: Callable[[Instance], Instance]
    unit: str = ""
    asked: float | None = None
    rises: bool = True
    width: float = 0.0
    relative_width: float = 0.0
    with_value: Callable[[Instance, float], Instance] | None = None
    attained: Callable[[Instance, Plan, Evaluation], float] | None = None
    is_whole: bool = False

    def is_near(self, value: float, refused: float, slack: float = 0.0) -> bool:
        """Return whether a value that a plan keeps and one that none keeps are as near as they are to be."""
        return abs(value - refused) <= max(self.width, self.relative_width * abs(value)) + slack


def with_policies(instance: Instance, **changes: object) -> Instance:
    """Return an instance with other policies."""
    return instance.replace(policies=instance.policies.model_copy(update=changes))
