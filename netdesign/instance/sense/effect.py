"""Values of an instance that nothing uses: columns, blocks and policies without their counterparts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import DeadlineKind, Objective
from netdesign.instance.distances import has_roads
from netdesign.instance.policies import FREIGHT, counted_volume
from netdesign.instance.rows import Mode, NightClass, SiteKind, SiteStatus
from netdesign.instance.sense.remarks import values_at
from netdesign.instance.sense.sorting_centres import note_sorting_centres
from netdesign.instance.service_checks import has_given_legs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks

_MOST_NAMED = 5
"""Most sites named in one warning."""


def note_without_effect(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    """Note values that have no effect, or hardly the effect that was meant."""
    _note_capacities(document, instance, remarks)
    _note_policies(document, instance, remarks)
    _note_minima(instance, remarks)
    for policy in FREIGHT:
        policy.note(document, instance, remarks)
    _note_streams(document, instance, remarks)
    _note_threshold(document, remarks)
    _note_prices(document, remarks)
    _note_countries(document, remarks)
    _note_blocks_of_links(document, remarks)
    _note_nights(document, remarks)
    _note_zones(document, remarks)
    note_sorting_centres(document, remarks)


def _cells(document: InstanceDocument, table: str, column: str) -> list[Path_]:
    """Return where a column of a table has a value other than 0."""
    return [path for path, value in values_at(document, ("tables", table, "*", column)) if value]


def _note_capacities(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    if document.stages is not None:
        return  # capacity comes in modules, and the column is refused
    rows = list(enumerate(document.tables.hubs))
    stated = [("tables", "hubs", index, "capacity_t_per_year") for index, hub in rows if hub.capacity_t_per_year]
    zero = [("tables", "hubs", index, "capacity_t_per_year") for index, hub in rows if hub.capacity_t_per_year == 0]
    if document.policies.capacity is None:
        message = "plays no part: capacities count where the policies say `capacity: {}`; write that, or empty the cell"
        remarks.add_first([*stated, *zero], message)
        return
    if not stated and not zero:
        remarks.add(("policies", "capacity"), "limits nothing: no hub has a capacity_t_per_year")
        return
    allowed = set(instance.allowed)
    remarks.add_all((path, "0 lifts nothing: the hub can open and serve nobody") for path in zero)
    empty = [(index, hub.id) for index, hub in rows if hub.capacity_t_per_year is None and hub.id in allowed]
    if empty:
        at: Path_ = ("tables", "hubs", empty[0][0], "capacity_t_per_year")
        remarks.add(at, f"is empty, yet capacities are in force: {_lifting_all([name for _, name in empty])}")


def _lifting_all(names: Sequence[str]) -> str:
    """Return that hubs lift any volume, and what to do."""
    if len(names) == 1:
        return f"'{names[0]}' lifts any volume; write how much"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{len(names)} sites lift any volume ({', '.join(names[:_MOST_NAMED])}{more}); write how much"


def _note_policies(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    policies = document.policies
    for name in ("hub_count", "new_hubs"):
        bounds = getattr(policies, name)
        if bounds is not None and bounds.min is None and bounds.max is None:
            remarks.add(("policies", name), "limits nothing: it gives neither min nor max")
    allowed = set(instance.allowed)
    for index, group in enumerate(policies.exclusive):
        may_open = sorted(allowed & set(group.sites))
        if len(may_open) < 2:
            who = f"only {may_open[0]} of them" if may_open else "none of them"
            remarks.add(("policies", "exclusive", index), f"'{group.name}' limits nothing: {who} may open")
    known = {frozenset(link.ends) for link in instance.hub_links}
    for index, pair in enumerate(policies.hub_links.forbidden if policies.hub_links is not None else ()):
        if frozenset(pair) not in known:
            message = f"forbids nothing: the link between {pair[0]} and {pair[1]} is not in the hub_links table"
            remarks.add(("policies", "hub_links", "forbidden", index), message)
    service = policies.service
    if service is not None and not service.share and not any(service.by_country.values()):
        remarks.add(("policies", "service"), "asks for nothing: it gives no share over 0")
    elif service is not None:
        promised = set(instance.european_country[np.isfinite(instance.deadline_h)].tolist())
        for country in service.by_country.keys() - promised:
            message = f"asks for nothing: no freight with a deadline comes from or goes to {country}"
            remarks.add(("policies", "service", "by_country", country), message)
    if document.problem.route_hubs == 1 and document.factors.inter_hub != 1:
        remarks.add(("factors", "inter_hub"), "plays no part: a route passes one hub only (problem.route_hubs)")


def _note_minima(instance: Instance, remarks: Remarks) -> None:
    policies, allowed = instance.policies, set(instance.allowed)
    for index, hub in enumerate(policies.minimum_throughput.hubs if policies.minimum_throughput is not None else ()):
        at: Path_ = ("policies", "minimum_throughput", "hubs", index)
        if 0 in (hub.tonnes_per_year, hub.share):
            remarks.add(at, "asks for nothing: the lesser of tonnes and share is 0")
        if hub.shortfall_eur_per_t == 0:
            remarks.add((*at, "shortfall_eur_per_t"), "0 makes the minimum free to miss: it asks for nothing")
        if hub.site not in allowed:
            remarks.add((*at, "site"), f"'{hub.site}' may not open, so that its minimum plays no part")
    lane = policies.air_lane
    if lane is not None and lane.tonnes_per_year == 0:
        remarks.add(("policies", "air_lane"), "asks for nothing: flights, load factor or both are 0")
    elif lane is not None and counted_volume(instance, lane.counts).sum() == 0:
        message = f"counts {lane.counts} freight, of which the instance has none: no lane can carry anything"
        remarks.add(("policies", "air_lane", "counts"), message)


def _note_streams(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    used = np.bincount(instance.commodities.stream, minlength=len(document.streams))
    needs_no_price = document.policies.service is not None or document.problem.objective is not Objective.COST
    for (name, stream), count in zip(document.streams.items(), used.tolist(), strict=True):
        at: Path_ = ("streams", name)
        if count == 0:
            remarks.add(at, "plays no part: no commodity of the demand table is in this stream")
        elif stream.deadline_h is None and "deadline" in stream.model_fields_set:
            remarks.add((*at, "deadline"), "plays no part without a deadline_h")
        elif (
            stream.deadline_h is not None
            and stream.deadline is DeadlineKind.PRICED
            # A price of 0 that is written is meant.
            and "late_penalty_eur_per_parcel" not in stream.model_fields_set
            and not needs_no_price
        ):
            message = "changes no decision: it is priced, and late_penalty_eur_per_parcel is missing; write it, or 0"
            remarks.add((*at, "deadline_h"), message)
        elif stream.late_penalty_eur_per_parcel and document.problem.objective is not Objective.COST:
            message = f"plays no part where the objective is {document.problem.objective}"
            remarks.add((*at, "late_penalty_eur_per_parcel"), message)
    if "reporting" in document.model_fields_set and all(s.deadline_h is None for s in document.streams.values()):
        remarks.add(("reporting",), "plays no part: no stream has a deadline_h")


def _note_threshold(document: InstanceDocument, remarks: Remarks) -> None:
    if document.minimum_cargo_t_per_year is None:
        return
    candidates = [
        (index, hub)
        for index, hub in enumerate(document.tables.hubs)
        if hub.status is SiteStatus.CANDIDATE and hub.kind is SiteKind.HUB
    ]
    if candidates and all(hub.cargo_t_per_year is None for _, hub in candidates):
        message = "closes every candidate: none has a cargo_t_per_year in the hubs table"
        remarks.add(("minimum_cargo_t_per_year",), message)
        return
    remarks.add_all(
        (("tables", "hubs", index, "cargo_t_per_year"), f"is empty, so that the size threshold closes '{hub.id}'")
        for index, hub in candidates
        if hub.cargo_t_per_year is None and hub.id not in document.policies.required
    )


def _note_prices(document: InstanceDocument, remarks: Remarks) -> None:
    """Note handling and hub_cost where every hub has prices of its own."""
    hubs, handling, costs = document.tables.hubs, document.handling, document.hub_cost
    if handling.cost_eur_per_parcel and all(hub.handling_cost_eur_per_parcel is not None for hub in hubs):
        message = "plays no part: every hub has a handling_cost_eur_per_parcel of its own"
        remarks.add(("handling", "cost_eur_per_parcel"), message)
    elif handling.labour_share and not handling.cost_eur_per_parcel:
        remarks.add(("handling", "labour_share"), "plays no part without a cost_eur_per_parcel")
    if handling.hours and all(hub.hub_h is not None for hub in hubs):
        remarks.add(("handling", "hours"), "plays no part: every hub has a hub_h of its own")
    own = [hub for hub in hubs if hub.kind is SiteKind.HUB]
    if costs is not None and all(hub.fixed_cost_eur_per_year is not None for hub in own):
        remarks.add(("hub_cost",), "plays no part: every hub has a fixed_cost_eur_per_year of its own")


def _note_countries(document: InstanceDocument, remarks: Remarks) -> None:
    """Note labour and construction costs where no price follows them."""
    modules = document.tables.modules
    costs = [block for block in (document.hub_cost, document.sorting_centre_cost) if block is not None]
    follows_labour = (
        (document.handling.labour_share and document.handling.cost_eur_per_parcel)
        or any(block.operating_labour_share and block.operating_eur_per_year for block in costs)
        or any(row.labour_share and row.yearly_eur for row in modules)
    )
    if not follows_labour:
        message = "plays no part: no price has a labour_share"
        if document.reference_labour_cost_eur_per_h is not None:
            remarks.add(("reference_labour_cost_eur_per_h",), message)
        remarks.add_first(_cells(document, "countries", "labour_cost_eur_per_h"), message)
    if not (any(block.area_m2 for block in costs) or any(row.area_m2 for row in modules)):
        message = "plays no part: no hub_cost or module has an area_m2 to be built"
        remarks.add_first(_cells(document, "countries", "construction_cost_eur_per_m2"), message)


def _note_blocks_of_links(document: InstanceDocument, remarks: Remarks) -> None:
    """Note road and air blocks without links of their kind."""
    links, road = document.tables.links, document.road
    driven = [link for link in links if link.mode is not Mode.AIR]
    flown = {name for link in links if link.mode is Mode.AIR for name in (link.from_, link.to)}
    if document.distances is not None and has_given_legs(document):
        remarks.add(("distances",), "plays no part: legs are given directly")
    if road is not None and not has_roads(document):
        remarks.add(("road",), "plays no part: there is no road or ferry link")
    elif road is not None:
        at_sea = any(link.sea_km for link in driven)
        for name in ("sea_co2e_g_per_tkm", "way_sea_km_factor"):
            if name in road.model_fields_set and not at_sea:
                remarks.add(("road", name), "plays no part: no link has sea_km")
        if road.way_km_per_hour and not any(link.hours for link in driven):
            remarks.add(("road", "way_km_per_hour"), "plays no part: no road or ferry link has hours")
    if document.air is not None and not flown:
        remarks.add(("air",), "plays no part: there is no air link")
    remarks.add_all(
        (("tables", "overseas", index, "id"), f"'{row.id}' plays no part: no air link leads to it")
        for index, row in enumerate(document.tables.overseas)
        if row.id not in flown
    )


def _note_nights(document: InstanceDocument, remarks: Remarks) -> None:
    waits, has_lanes = document.night_wait_h, any(link.mode is Mode.AIR for link in document.tables.links)
    if not has_lanes and any(vars(waits).values()):
        remarks.add(("night_wait_h",), "plays no part: there is no air link")
    shut = [
        ("tables", "hubs", index, "night_class")
        for index, hub in enumerate(document.tables.hubs)
        if hub.night_class in (NightClass.RESTRICTED, NightClass.CLOSED) and hub.kind is SiteKind.HUB
    ]
    if "night_wait_h" not in document.model_fields_set:
        remarks.add_first(shut, "plays no part: night_wait_h, which says how long freight waits, is missing")


def _note_zones(document: InstanceDocument, remarks: Remarks) -> None:
    """Note customs zones without a price of crossing them, and a price without zones."""
    border, tables = document.border, document.tables
    cities = {city.id for city in tables.cities}
    rows = [
        *((("tables", "cities", index, "customs_zone"), row) for index, row in enumerate(tables.cities)),
        *((("tables", "hubs", index, "customs_zone"), row) for index, row in enumerate(tables.hubs)),
    ]
    rows = [(path, row) for path, row in rows if path[1] == "cities" or row.id not in cities]
    zones = {row.customs_zone for _, row in rows if row.customs_zone is not None}
    is_priced = bool(border.hours or border.cost_eur_per_t)
    if is_priced and len(zones) < 2:
        remarks.add(("border",), "plays no part: all customs_zone in Europe are the same or empty")
    elif len(zones) >= 2 and "border" not in document.model_fields_set:
        given: list[Path_] = [path for path, row in rows if row.customs_zone is not None]
        remarks.add_first(given, "plays no part: a change of customs zone takes what `border` says, which is missing")
    elif is_priced:
        remarks.add_all(
            (path, f"is empty: to and from '{row.id}' no border is ever crossed")
            for path, row in rows
            if row.customs_zone is None
        )
