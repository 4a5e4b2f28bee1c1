"""What a program leaves open about a set: lanes under their minimum, and shared services that pay too little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import LEAST
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.scheduled.lanes import lane_minimum, lane_volumes
from netdesign.solve.scheduled.least_departures import least_departures
from netdesign.solve.scheduled.parts import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance import Instance
    from netdesign.network.services import LegPlace
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.parts import Part


def unsettled_leg(freight: CityFreight, columns: SetColumns, part: Part, values: Floats) -> LegPlace | None:
    """Return the shared service that is most short of its least departures, of those that are not settled.

    Parameters
    ----------
    freight, columns, part
        All freight, and the columns of a part.
    values
        Of the columns, shares first.
    """
    if part.stage is Stage.SETTLED:
        return None
    short = least_departures(freight, columns.shares).short(values[: len(columns.shares.cost)])
    open_ = {leg: eur for leg, eur in short.items() if leg not in part.legs}
    return max(open_, key=lambda leg: open_[leg]) if open_ else None


def doubtful_lane(freight: CityFreight, columns: SetColumns, part: Part, values: Floats) -> Lane | None:
    """Return the lane that is furthest under its minimum, of those about which nothing is settled.

    Parameters
    ----------
    freight, columns, part, values
        As in ``unsettled_leg``.
    """
    volumes = lane_volumes(freight, columns.shares, values[: len(columns.shares.cost)])
    return most_under(freight.instance, volumes, part)


def most_under(instance: Instance, volumes: Mapping[Lane, tuple[float, float]], part: Part) -> Lane | None:
    """Return the lane that is furthest under its minimum, of those about which nothing is settled.

    Parameters
    ----------
    instance, part
        The problem, and a part of the plans of a set.
    volumes
        What each lane carries that counts towards its minimum, and in all, t/year.
    """
    least = lane_minimum(instance)
    under = {lane: least - counted for lane, (counted, used) in volumes.items() if used > LEAST and counted < least}
    open_ = {lane: short for lane, short in under.items() if lane not in part.lanes and short > ROUNDING * least}
    return max(open_, key=lambda lane: open_[lane]) if open_ else None
