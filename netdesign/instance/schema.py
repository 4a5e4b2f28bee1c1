"""The whole of ``netdesign.instance/1`` as one pydantic model, and its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from netdesign.instance.blocks import (
    Air,
    Border,
    Factors,
    Handling,
    HubCost,
    NightWait,
    Parcel,
    Problem,
    Reporting,
    Road,
    StreamBlock,
    Units,
)
from netdesign.instance.distances import Distances
from netdesign.instance.distribution_rows import CorrelationRow, DistributionRow
from netdesign.instance.document import FORMAT
from netdesign.instance.failures import Failures
from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.policies import Policies
from netdesign.instance.rows import (
    CityRow,
    CountryRow,
    DemandRow,
    HubLinkRow,
    HubRow,
    LegRow,
    LinkRow,
    OverseasRow,
    RangeRow,
)
from netdesign.instance.services import ServiceRow, ServicesBlock, VehicleRow
from netdesign.instance.stages import BranchRow, ModuleRow, PathRow, Stages

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema


class OrFile:
    """Marks a table: in the file it is a list of rows, or the name of a CSV file in the instance's folder."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        rows = handler(schema)
        name = {
            "type": "string",
            "pattern": r"\.csv$",
            "description": "Name of a CSV file in the instance's folder.",
        }
        return {"anyOf": [name, rows]}


class DemandMatrix(Block):
    """Dense demand of one stream: a square matrix of volumes, origins in rows."""

    stream: Name | None = Field(None, description="Name of the stream; may be left out where there is one.")
    volume_t_per_year: str = Field(
        description="CSV with ids in first row and column, or .npz with origins, destinations, values; t/year."
    )


class LegMatrices(Block):
    """Dense legs: matrices with ids in first row and column (CSV), or .npz with origins, destinations, values."""

    cost_eur_per_t: str | None = Field(
        None,
        description="Cost of carrying a tonne, EUR/t; an empty cell means no leg. Left out, the cost of km by the "
        "trucks of the road block, with their hours and gases where these are left out.",
    )
    time_h: str | None = Field(None, description="Time, h.")
    km: str | None = Field(None, description="Length, km.")
    co2e_kg_per_t: str | None = Field(None, description="Greenhouse gases of a tonne, kg/t.")


class Tables(Block):
    """The tables; each a list of rows or the name of a CSV file in the instance's folder."""

    countries: Annotated[tuple[CountryRow, ...], OrFile()] = Field((), description="Prices by country.")
    cities: Annotated[tuple[CityRow, ...], OrFile()] = Field(min_length=1, description="Places of demand.")
    hubs: Annotated[tuple[HubRow, ...], OrFile()] = Field(min_length=1, description="Sites.")
    overseas: Annotated[tuple[OverseasRow, ...], OrFile()] = Field((), description="Airports outside Europe.")
    links: Annotated[tuple[LinkRow, ...], OrFile()] = Field((), description="Links of the graph, both ways.")
    legs: Annotated[tuple[LegRow, ...], OrFile()] = Field((), description="Legs given directly, instead of road links.")
    leg_matrices: LegMatrices | None = Field(None, description="Dense legs, instead of legs.")
    hub_links: Annotated[tuple[HubLinkRow, ...], OrFile()] = Field(
        (), description="Lines between hubs of which some are chosen, where problem.network is chosen."
    )
    demand: Annotated[tuple[DemandRow, ...], OrFile()] = Field((), description="Commodities.")
    demand_matrix: DemandMatrix | None = Field(None, description="Dense demand, instead of demand.")
    vehicles: Annotated[tuple[VehicleRow, ...], OrFile()] = Field((), description="Vehicles, for services.")
    services: Annotated[tuple[ServiceRow, ...], OrFile()] = Field((), description="Services of single legs.")
    modules: Annotated[tuple[ModuleRow, ...], OrFile()] = Field((), description="Sizes of capacity, for stages.")
    paths: Annotated[tuple[PathRow, ...], OrFile()] = Field((), description="How numbers move over the years.")
    tree: Annotated[tuple[BranchRow, ...], OrFile()] = Field((), description="Branches of the scenario tree.")
    ranges: Annotated[tuple[RangeRow, ...], OrFile()] = Field((), description="How far figures may be off.")
    distributions: Annotated[tuple[DistributionRow, ...], OrFile()] = Field(
        (), description="What figures are drawn from; without it uniformly from their ranges."
    )
    correlations: Annotated[tuple[CorrelationRow, ...], OrFile()] = Field(
        (), description="How figures that are drawn go together."
    )


class InstanceDocument(Block):
    """An instance of the hub-network problem, as its files state it."""

    format: Literal["netdesign.instance/1"] = Field(description="Name and version of the format.")
    name: Name = Field(description="Short name.")
    title: str = Field("", description="One line for people.")
    description: str = Field("", description="What the instance is for.")
    units: Units = Field(Units(), description="The units in use.")
    problem: Problem = Field(Problem(), description="What is decided.")
    volume_factor: Real = quantity("1", "Multiplies every volume; the knob for growth.", default=1.0, gt=0)
    minimum_cargo_t_per_year: Real | None = quantity(
        "t/year",
        "Size threshold: a candidate hub with less cargo today is closed unless it is opened by name.",
        default=None,
    )
    factors: Factors = Field(Factors(), description="Multipliers on the three legs.")
    parcel: Parcel = Field(description="The parcel.")
    reference_labour_cost_eur_per_h: Real | None = quantity(
        "EUR/h", "Labour cost to which handling.cost, hub_cost and sorting_centre_cost refer.", default=None, gt=0
    )
    handling: Handling = Field(Handling(), description="One pass through a hub.")
    night_wait_h: NightWait = Field(NightWait(), description="Waiting for a shut airport.")
    hub_cost: HubCost | None = Field(None, description="Fixed cost of hubs without one of their own.")
    sorting_centre_cost: HubCost | None = Field(
        None, description="Fixed cost of sorting centres without one of their own."
    )
    road: Road | None = Field(None, description="Trucks; needed where there are road or ferry links.")
    distances: Distances | None = Field(
        None, description="Road km from coordinates, where no link states them; without it links or legs state all."
    )
    air: Air | None = Field(None, description="Freighters; needed where there are air links.")
    services: ServicesBlock | None = Field(None, description="Vehicles that leave so many times a week.")
    border: Border = Field(Border(), description="Customs inside Europe.")
    streams: dict[Name, StreamBlock] = Field(min_length=1, description="Groups of commodities, by name.")
    policies: Policies = Field(Policies(), description="What restricts the choice.")
    failures: Failures | None = Field(None, description="What fails, how often and for how long; for stress.")
    stages: Stages | None = Field(None, description="Several years; `netdesign timing` answers when and how large.")
    reporting: Reporting = Field(Reporting(), description="What reports show.")
    tables: Tables = Field(description="The tables.")


_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``netdesign.instance/1`` (draft 2020-12) with a unit for each quantity."""
    schema = _with_standard_limits(InstanceDocument.model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": FORMAT, **schema}


def _with_standard_limits(part: Any) -> Any:
    """Rename limits of numbers to those of JSON Schema: pydantic keeps Python's names where null is allowed."""
    if isinstance(part, list):
        return [_with_standard_limits(element) for element in part]
    if not isinstance(part, dict):
        return part
    return {
        _LIMITS.get(key, key) if isinstance(value, int | float) else key: _with_standard_limits(value)
        for key, value in part.items()
    }


ROWS: dict[str, type[Block]] = {
    "countries": CountryRow,
    "cities": CityRow,
    "hubs": HubRow,
    "overseas": OverseasRow,
    "links": LinkRow,
    "legs": LegRow,
    "hub_links": HubLinkRow,
    "demand": DemandRow,
    "vehicles": VehicleRow,
    "services": ServiceRow,
    "modules": ModuleRow,
    "paths": PathRow,
    "tree": BranchRow,
    "ranges": RangeRow,
    "distributions": DistributionRow,
    "correlations": CorrelationRow,
}
"""Row model of each table."""

SHORT_TABLES = tuple(table for table in ROWS if table not in InstanceDocument.model_fields)
"""Tables that a path may name without ``tables.`` before: no block has the same name."""

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(field.alias or name for name, field in row.model_fields.items()) for table, row in ROWS.items()
}
"""Columns that each table may have."""
