"""From the validated document to the frozen instance: names become positions, prices are derived, faults collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import did_you_mean
from netdesign.instance.data import Instance
from netdesign.instance.demand import resolve_demand
from netdesign.instance.distributions import resolve_distributions
from netdesign.instance.failures import check_failures
from netdesign.instance.faults import FaultList
from netdesign.instance.given_legs import resolve_legs
from netdesign.instance.matrices import MATRIX_TABLES
from netdesign.instance.names import check_names
from netdesign.instance.parts import Node, NodeKind, Site, Stream
from netdesign.instance.policies import check_policies, check_policy_sites
from netdesign.instance.policies.carbon import check_emissions
from netdesign.instance.prices import MissingPriceError, check_parcel, fixed_cost, handling_cost
from netdesign.instance.ranges import resolve_ranges
from netdesign.instance.resolve_hub_links import resolve_hub_links
from netdesign.instance.resolve_links import resolve_links
from netdesign.instance.resolve_services import resolve_services
from netdesign.instance.rows import SiteKind, SiteStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.document import Located, Path_
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.near import Near
    from netdesign.instance.rows import CountryRow, HubRow, PlaceRow
    from netdesign.instance.schema import InstanceDocument


_AS_STATED = ("name", "problem", "factors", "road", "air", "border", "reporting", "policies", "failures")
"""Parts of a document that an instance has as they are."""


def resolve_instance(
    document: InstanceDocument, matrices: Mapping[str, Matrix], located: Located, near: Near | None = None
) -> Instance:
    """Return the frozen instance of a validated document.

    Parameters
    ----------
    document
        Valid by itself; references between its tables are checked here.
    matrices
        Dense tables by field, as ``load_tables`` returns them.
    located
        Has the place of each value.
    near
        An instance of the same files with other values of figures: names that look alike were looked for in it.

    Raises
    ------
    InstanceError
        References that lead nowhere, prices that cannot be derived, policies that contradict each other or the data.
    """
    faults = FaultList(located)
    _check_size(document, faults)
    check_has_stages(document, faults)
    check_parcel(document, located, faults)
    found = _network(document, matrices, near, faults)
    ranges = resolve_ranges(document, located, faults)
    distributions = resolve_distributions(document, located, ranges, faults)
    check_failures(document, faults)
    if near is None:
        check_names(document, faults)
    check_policy_sites(document.policies, {site.id: site for site in found["sites"]}, faults)
    # The checks below need complete data.
    faults.raise_if_any()
    instance = Instance(
        **{name: getattr(document, name) for name in _AS_STATED},
        **found,
        title=document.title or document.name,
        streams=_streams(document),
        minimum_cargo=document.minimum_cargo_t_per_year,
        demand_file=_demand_file(document, located),
        has_stages=document.stages is not None,
        ranges=ranges,
        distributions=distributions,
    )
    check_policies(instance, faults)
    check_emissions(instance, faults)
    faults.raise_if_any()
    return instance


def _network(
    document: InstanceDocument, matrices: Mapping[str, Matrix], near: Near | None, faults: FaultList
) -> dict[str, Any]:
    """Return places, what joins them, and what moves there, by the field of the instance."""
    nodes = (near and near.nodes(document)) or _nodes(document, faults)
    position = {node.id: index for index, node in enumerate(nodes)}
    sites = _sites(document, position, faults)
    links = near and near.links(document)
    if links is None:
        links = resolve_links(document, nodes, position, faults)
    _check_matrix_files(document, matrices, faults)
    hub_links = resolve_hub_links(document, sites, faults)
    legs = resolve_legs(document, matrices, position, faults)
    commodities = near and near.commodities(document)
    if commodities is None:
        commodities = resolve_demand(document, matrices, nodes, position, faults)
    services = resolve_services(document, nodes, legs, commodities, faults)
    found = {"nodes": nodes, "sites": sites, "links": links, "hub_links": hub_links, "legs": legs}
    return found | {"commodities": commodities, "services": services}


def _demand_file(document: InstanceDocument, located: Located) -> str:
    """Return the file that states demand."""
    of_demand = ("demand",) if document.tables.demand else ("demand_matrix", "volume_t_per_year", "file")
    return located.place(("tables", *of_demand))[0]


MOST_PAIRS = 50_000_000
"""Most pairs of places with legs; a dozen arrays hold a number of 8 bytes for each."""


def _check_size(document: InstanceDocument, faults: FaultList) -> None:
    """Raise an error before allocating more memory than any machine has."""
    tables = document.tables
    places = len({row.id for row in (*tables.cities, *tables.hubs, *tables.overseas)})
    are_given = bool(tables.legs) or tables.leg_matrices is not None
    pairs = places * (places if are_given else len(tables.hubs))
    if pairs > MOST_PAIRS:
        what = "places with legs between them" if are_given else f"places and {len(tables.hubs):,} sites"
        message = f"{places:,} {what} are {pairs:,} pairs; at most {MOST_PAIRS:,} are computed"
        faults.add(("tables", "cities" if len(tables.cities) >= len(tables.hubs) else "hubs"), message)
        faults.raise_if_any()


STAGED_TABLES = ("modules", "paths", "tree")
"""Tables of an instance over several years."""


def check_has_stages(document: InstanceDocument, faults: FaultList) -> None:
    """Note tables of years in an instance without years."""
    # `stages: null`, as --set writes it, leaves the years out on purpose.
    if document.stages is not None or "stages" in document.model_fields_set:
        return
    for table in STAGED_TABLES:
        if getattr(document.tables, table):
            message = "is a table of an instance over several years, which has a `stages` block; there is none"
            faults.add(("tables", table), message)


def _nodes(document: InstanceDocument, faults: FaultList) -> tuple[Node, ...]:
    tables = document.tables
    nodes: dict[str, Node] = {}

    def add(table: str, index: int, row: PlaceRow, kind: NodeKind) -> None:
        if row.id in nodes:
            faults.add(("tables", table, index, "id"), f"'{row.id}' stands twice among cities, hubs and overseas")
        nodes[row.id] = Node(row.id, row.name or row.id, kind, row.country, row.customs_zone, row.lat, row.lon)

    for index, city in enumerate(tables.cities):
        add("cities", index, city, NodeKind.CITY)
    seen: set[str] = set()
    for index, hub in enumerate(tables.hubs):
        own_place = (hub.name, hub.country, hub.customs_zone, hub.lat, hub.lon) != ("", None, None, None, None)
        if hub.id in seen:
            faults.add(("tables", "hubs", index, "id"), f"'{hub.id}' stands twice in the hubs table")
        elif hub.id not in nodes:
            add("hubs", index, hub, NodeKind.SITE)
        elif own_place:
            message = (
                f"'{hub.id}' is a city; leave name, country, customs_zone, lat and lon to the cities table, "
                "or give the site an id of its own"
            )
            faults.add(("tables", "hubs", index, "id"), message)
        seen.add(hub.id)
    for index, airport in enumerate(tables.overseas):
        add("overseas", index, airport, NodeKind.OVERSEAS)
    return tuple(nodes.values())


def _sites(document: InstanceDocument, position: Mapping[str, int], faults: FaultList) -> tuple[Site, ...]:
    countries = _countries(document, faults)
    cities = {city.id: city for city in document.tables.cities}
    return tuple(
        _site(document, index, hub, position, countries, (cities.get(hub.id) or hub).country, faults)
        for index, hub in enumerate(document.tables.hubs)
    )


def _countries(document: InstanceDocument, faults: FaultList) -> dict[str, CountryRow]:
    countries: dict[str, CountryRow] = {}
    for index, country in enumerate(document.tables.countries):
        if country.id in countries:
            faults.add(("tables", "countries", index, "id"), f"'{country.id}' stands twice")
        countries[country.id] = country
    return countries


def _site(
    document: InstanceDocument,
    index: int,
    hub: HubRow,
    position: Mapping[str, int],
    countries: Mapping[str, CountryRow],
    country_id: str | None,
    faults: FaultList,
) -> Site:
    country = countries.get(country_id) if country_id else None
    at: Path_ = ("tables", "hubs", index)
    if countries and country_id and country is None:
        near = did_you_mean(country_id, countries)
        faults.add((*at, "country"), f"'{country_id}' is not in the countries table{near}")
    prices = {"fixed": 0.0, "handling": 0.0}
    try:
        prices["handling"] = handling_cost(document, hub, country)
        prices["fixed"] = fixed_cost(document, hub, country)
    except MissingPriceError as missing:
        faults.add(at, str(missing), field=hub.id)
    threshold = document.minimum_cargo_t_per_year
    too_small = (
        threshold is not None
        and hub.kind is SiteKind.HUB
        and hub.status is SiteStatus.CANDIDATE
        and (hub.cargo_t_per_year is None or hub.cargo_t_per_year < threshold)
    )
    return Site(
        id=hub.id,
        node=position[hub.id],
        kind=hub.kind,
        status=hub.status,
        below_threshold=too_small,
        fixed_cost=prices["fixed"],
        handling_cost=prices["handling"],
        hub_h=document.handling.hours if hub.hub_h is None else hub.hub_h,
        night_class=hub.night_class,
        night_wait_h=getattr(document.night_wait_h, hub.night_class.value),
        capacity=float("inf") if hub.capacity_t_per_year is None else hub.capacity_t_per_year,
    )


def _check_matrix_files(document: InstanceDocument, matrices: Mapping[str, Matrix], faults: FaultList) -> None:
    """Matrices are read before ``--set`` is applied, so it cannot exchange them."""
    for table in MATRIX_TABLES:
        block = getattr(document.tables, table)
        for name, file in vars(block).items() if block is not None else ():
            matrix = matrices.get(f"{table}.{name}")
            if name != "stream" and file is not None and (matrix is None or matrix.file != file):
                faults.add(("tables", table, name), "--set changes values of a table, not which file it is")


def _streams(document: InstanceDocument) -> tuple[Stream, ...]:
    parcels = document.parcel.per_tonne
    return tuple(
        Stream(
            name,
            block.origin_h,
            block.last_mile_h,
            block.deadline_h,
            block.deadline,
            block.late_penalty_eur_per_parcel * parcels,
        )
        for name, block in document.streams.items()
    )
