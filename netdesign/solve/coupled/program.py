"""The program of a set of hubs: shares of routes, air lanes that carry their minimum, and the policies on freight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import FREIGHT, Counted, Policy
from netdesign.plan import Shares, plan_from_shares
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.policy_rows import add_policy_rows
from netdesign.solve.lp.session import SCALE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes
    from netdesign.plan import Plan
    from netdesign.solve.lp.builder import LinearProgram

    Lane = tuple[int, int]


@dataclass(frozen=True)
class SetProgram:
    """The program of a set.

    Parameters
    ----------
    program
        Columns: shares of the routes, then lanes, then what is short of minima.
    money
        EUR of one unit of the objective.
    routes, lanes
        What the first columns are about; a lane is the position of an airport among nodes and of a hub among sites.
    """

    program: LinearProgram
    money: float
    routes: CandidateRoutes
    lanes: list[Lane]


def set_program(instance: Instance, routes: CandidateRoutes, fixed: float) -> SetProgram:
    """Return the program of a set of hubs.

    Parameters
    ----------
    instance
        In which these hubs are open, and no others.
    routes
        Over the hubs; the program states the set exactly where they are all that no other replaces.
    fixed
        Fixed cost of the hubs, EUR/year.
    """
    volume = instance.commodities.volume[routes.commodity]
    money = max(float(np.abs(routes.cost * volume).sum()) / max(1, len(routes)), 1.0) * len(volume) / SCALE
    builder = LpBuilder()
    share = builder.add_columns(np.zeros(len(routes)), np.inf, routes.cost * volume / money)
    served = builder.add_rows(len(instance.commodities), 1.0, 1.0)
    builder.enter(served[routes.commodity], share)
    lanes = _add_lanes(builder, instance, routes, share)
    hubs = {instance.sites[site].id for site in np.unique(np.append(routes.first_hub, routes.last_hub))}
    hubs |= set(instance.required)
    for policy in FREIGHT:
        if policy.NAME != Policy.AIR_LANE:
            add_policy_rows(builder, policy.rows(instance, routes), hubs, share, money)
    return SetProgram(replace(builder.program(), offset=fixed / money), money, routes, lanes)


def _add_lanes(builder: LpBuilder, instance: Instance, routes: CandidateRoutes, share: NDArray[np.intp]) -> list[Lane]:
    """State that lanes carry nothing or their minimum; return them, whose columns come after the shares."""
    policy = instance.policies.air_lane
    if policy is None or policy.tonnes_per_year <= 0:
        return []
    commodities, overseas, sites = instance.commodities, instance.is_overseas, len(instance.sites)
    first, last = commodities.origin[routes.commodity], commodities.destination[routes.commodity]
    ends = ((first, routes.first_hub), (last, routes.last_hub))
    on = np.stack([np.where(overseas[end], end * sites + hub, -1) for end, hub in ends])
    counts = np.array([policy.counts is not Counted.OUTBOUND, policy.counts is not Counted.INBOUND])
    volume = commodities.volume[routes.commodity]
    lanes = [divmod(int(lane), sites) for lane in np.unique(on[on >= 0])]
    opened = builder.add_columns(np.zeros(len(lanes)), 1.0, is_integer=True)
    for lane, column in zip(lanes, opened.tolist(), strict=True):
        uses = on == lane[0] * sites + lane[1]
        way, members = np.nonzero(uses)
        # A commodity from one airport to another uses both of their lanes, at most with all of it.
        found, place = np.unique(routes.commodity[members] * 2 + way, return_inverse=True)
        rows = builder.add_rows(len(found), -np.inf, 0.0)
        builder.enter(rows[place], share[members])
        builder.enter(rows, np.full(len(found), column), -1.0)
        filling = counts[way]
        least = volume[members[filling]] / policy.tonnes_per_year
        builder.add_row(np.append(share[members[filling]], column), np.append(least, -1.0), 0.0, np.inf)
    return lanes


def plan_of(instance: Instance, program: SetProgram, values: NDArray[np.float64]) -> Plan:
    """Return the plan that the values of the columns state."""
    routes, shares = program.routes, values[: len(program.routes)]
    opened = values[len(shares) : len(shares) + len(program.lanes)] > 0.5
    lanes = tuple(
        (instance.nodes[airport].id, instance.sites[hub].id)
        for (airport, hub), is_open in zip(program.lanes, opened.tolist(), strict=True)
        if is_open
    )
    stated = Shares(routes.commodity, routes.first_hub, routes.last_hub, shares)
    names = tuple(site.id for site in instance.sites if site.id in instance.required)
    return plan_from_shares(names, lanes, stated, instance.commodities.volume)
