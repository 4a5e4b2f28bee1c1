"""Figures far outside the usual range: in another unit, or per cent in place of a share."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from netdesign.instance.policies import FREIGHT
from netdesign.instance.rows import SiteStatus
from netdesign.instance.sense.remarks import figure, values_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks


@dataclass(frozen=True)
class _Likely:
    """Where a figure is to be expected.

    Parameters
    ----------
    at
        Path, with ``*`` for every entry.
    why
        The usual range in words, and how to write the figure.
    low, high
        Anything between is not remarked on, both counted.
    """

    at: str
    why: str
    low: float = 0.0
    high: float = float("inf")


_MINUTES = "the unit is hours"
_PER_CENT_A_YEAR = "as a share of a year; write 0.07 for 7 %"
_A_WEEK = "the unit is departures a week, not a year"
_HOURLY = "an hour costs an employer EUR 1 to 100 on a country's mean"

# The limits leave room for unusual right values and catch factors of about 10 and more: per cent,
# cents, kg, minutes, metres.
_RANGES = (
    _Likely("volume_factor", "it multiplies every volume; write 1.2 for 120 %", 0.05, 20),
    # Out full and back empty costs twice the price of a kilometre; half-empty both ways four times.
    _Likely("factors.collection", "2 stands for trucks that come back empty; write 0.7 for 70 %", 0, 10),
    _Likely("factors.distribution", "2 stands for trucks that come back empty; write 0.7 for 70 %", 0, 10),
    # A parcel of 1,000 kg means prices per tonne.
    _Likely("parcel.weight_kg", "the mean weight of a parcel in kg; prices a parcel follow it", 0.01, 1000),
    _Likely("reference_labour_cost_eur_per_h", _HOURLY, 0.5, 200),
    _Likely("tables.countries.*.labour_cost_eur_per_h", _HOURLY, 0.5, 200),
    _Likely("tables.countries.*.construction_cost_eur_per_m2", "warehouses cost EUR 300 to 2,000 a m2", 20, 20_000),
    _Likely("handling.hours", _MINUTES, 0, 96),
    _Likely("tables.hubs.*.hub_h", _MINUTES, 0, 96),
    _Likely("night_wait_h.open", "an airport that shuts at night opens in the morning; " + _MINUTES, 0, 24),
    _Likely("night_wait_h.restricted", "an airport that shuts at night opens in the morning; " + _MINUTES, 0, 24),
    _Likely("night_wait_h.closed", "an airport that shuts at night opens in the morning; " + _MINUTES, 0, 24),
    _Likely("night_wait_h.unknown", "an airport that shuts at night opens in the morning; " + _MINUTES, 0, 24),
    _Likely("border.hours", _MINUTES, 0, 120),
    _Likely("streams.*.origin_h", _MINUTES, 0, 240),
    _Likely("streams.*.last_mile_h", _MINUTES, 0, 240),
    _Likely("streams.*.deadline_h", f"{_MINUTES}, from order to door", 0, 1000),
    *(
        _Likely(f"{block}.{name}", *likely)
        for block in ("hub_cost", "sorting_centre_cost")
        for name, likely in (
            ("discount_rate", (_PER_CENT_A_YEAR, 0, 0.3)),
            ("life_years", ("buildings and sorters last 10 to 40 years", 1, 60)),
            # The largest logistics buildings of the world have half a million.
            ("area_m2", ("no hub has a million square metres", 0, 1e6)),
        )
    ),
    _Likely("stages.discount_rate", _PER_CENT_A_YEAR, 0, 0.3),
    _Likely("tables.modules.*.area_m2", "no hub has a million square metres", 0, 1e6),
    # Lorries are limited to 80 or 90 km/h, vans to 130 at most.
    _Likely("road.speed_kmh", "trucks drive 50 to 90 km/h on the mean", 10, 130),
    _Likely("road.cost_eur_per_km", "a truck costs EUR 1 to 3 a kilometre; the unit is EUR, not cents", 0, 20),
    # Road trains carry 40 t, in a few countries 60.
    _Likely("road.truck_load_t", "a truck carries up to 40 t; the unit is tonnes, not kg", 0.05, 60),
    _Likely("road.co2e_g_per_tkm", "trucks emit 50 to 200 g a tonne-kilometre, vans up to 1,500", 0, 3000),
    _Likely("road.sea_co2e_g_per_tkm", "ferries emit 20 to 500 g a tonne-kilometre", 0, 3000),
    _Likely("road.crews.*.drive_between_breaks_h", _MINUTES, 0.5, 48),
    _Likely("road.crews.*.break_h", _MINUTES, 0, 12),
    _Likely("road.crews.*.drive_between_rests_h", _MINUTES, 1, 48),
    _Likely("road.crews.*.rest_h", _MINUTES, 0, 48),
    _Likely("road.crews.*.cost_factor", "it multiplies the EUR/km; write 1.25 for 125 %", 0.2, 5),
    _Likely("air.inbound_rate_eur_per_kg", "air freight costs EUR 1 to 10 a kg; not cents, not EUR a tonne", 0, 50),
    _Likely("air.outbound_rate_eur_per_kg", "air freight costs EUR 1 to 10 a kg; not cents, not EUR a tonne", 0, 50),
    _Likely("air.reference_distance_km", "no place is further from another than 20,040 km", 100, 20_040),
    _Likely("air.block_speed_kmh", "freighters fly 700 to 900 km/h", 200, 1000),
    _Likely("air.routing_factor", "what is flown is a little over the great circle, such as 1.06", 1, 2),
    _Likely("air.fixed_h", _MINUTES, 0, 24),
    _Likely("air.co2e_g_per_tkm", "freighters emit 500 to 1,100 g a tonne-kilometre", 0, 5000),
    # An An-225 carried 250 t; a 747-8F carries 137.
    _Likely("tables.vehicles.*.payload_t", "vans carry 1 t, trucks 40, freighters 140; not kg", 0.05, 250),
    # Direct operating cost of the largest freighters is some EUR 30 a kilometre.
    _Likely("tables.vehicles.*.eur_per_km", "vans cost EUR 0.5 a kilometre, freighters 30; not cents", 0.05, 100),
    _Likely("tables.vehicles.*.eur_per_departure", "a charter round the world costs EUR 1 million", 0, 3e6),
    _Likely("tables.vehicles.*.fare_factor", "it multiplies the fare of a truck; write 0.5 for 50 %", 0.01, 10),
    _Likely("tables.vehicles.*.co2e_g_per_km", "vans emit 250 g a kilometre, freighters 50,000; not kg", 10, 200_000),
    _Likely("tables.vehicles.*.speed_kmh", "trucks drive 50 to 90 km/h on the mean", 10, 130),
    _Likely("services.weeks_per_year", "a year has 52 weeks, with holidays 50", 20, 53),
    *(
        _Likely(f"services.{kind}.departures_per_week.min", _A_WEEK, 0, 100)
        for kind in ("collection", "inter_hub", "distribution", "air")
    ),
    _Likely("tables.services.*.departures_min", _A_WEEK, 0, 100),
    _Likely("policies.air_lane.payload_t", "freighters carry 10 to 140 t; the unit is tonnes, not kg", 0.5, 250),
    _Likely("policies.air_lane.flights_per_week", "the unit is flights a week", 0, 100),
    _Likely("stages.peaks.*.factor", "the peak day against the average day; write 2 for 200 %", 1, 20),
    # Doubling every year: a percentage, or the first years of something that no hub is planned for.
    _Likely("tables.paths.*.growth_per_year", "doubles the number each year or more; write 0.05 for 5 %", -1, 0.999),
    _Likely("tables.paths.*.factor", "a multiple of the instance's own number; write 1.2 for 120 %", 0, 50),
)

_OUTLIERS = (
    # Largest distance of a cell from the column's median; wide columns get wide limits.
    ("tables.hubs.*.fixed_cost_eur_per_year", 1000.0),
    ("tables.hubs.*.capacity_t_per_year", 1000.0),
    ("tables.hubs.*.handling_cost_eur_per_parcel", 50.0),
    ("tables.countries.*.labour_cost_eur_per_h", 20.0),
    ("tables.countries.*.construction_cost_eur_per_m2", 20.0),
    ("tables.modules.*.capacity_t_per_year", 1000.0),
)
_FEWEST_FOR_A_MEDIAN = 3

_MOST_TONNES = 1e8
"""Twice what all airlines of the world carry in a year."""

_MOST_HANDLING_EUR_PER_T = 5000.0
"""EUR 5 for sorting a parcel of 1 kg once: twenty times what it costs."""


def note_unlikely_figures(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    """Note figures far from what is likely, and cells far from all others of their column."""
    of_policies = (
        _Likely(f"policies.{policy.NAME}.{key}", *known) for policy in FREIGHT for key, known in policy.LIKELY.items()
    )
    for likely in (*_RANGES, *of_policies):
        found = values_at(document, likely.at.split("."))
        # 0 means that there is none.
        odd = ((path, value) for path, value in found if value and not likely.low <= value <= likely.high)
        remarks.add_all((path, f"{figure(value)} is unlikely: {likely.why}") for path, value in odd)
    for at, factor in _OUTLIERS:
        remarks.add_all(_outliers(document, at, factor))
    _note_inter_hub(document, remarks)
    _note_free_candidates(document, remarks)
    _note_handling(document, remarks)
    volume = float(instance.commodities.volume.sum())
    if volume > _MOST_TONNES:
        table = "demand" if document.tables.demand else "demand_matrix"
        message = f"{volume:,.0f} t/year in all is unlikely: airlines carry 60 million; the unit is tonnes, not kg"
        remarks.add(("tables", table), message)


def _outliers(document: InstanceDocument, at: str, factor: float) -> Iterator[tuple[Path_, str]]:
    found = [(path, float(value)) for path, value in values_at(document, at.split(".")) if value]
    if len(found) < _FEWEST_FOR_A_MEDIAN:
        return
    middle = median(value for _, value in found)
    for path, value in found:
        if not middle / factor <= value <= middle * factor:
            yield path, f"{figure(value)} is unlikely: the median of the column is {figure(middle)}; look at the unit"


def _note_inter_hub(document: InstanceDocument, remarks: Remarks) -> None:
    factors = document.factors
    # Trucks between hubs are full; where they cost more a kilometre than those to a city, hubs do not pay.
    if factors.inter_hub > 1 and factors.inter_hub > min(factors.collection, factors.distribution):
        message = (
            f"{factors.inter_hub:g} is unlikely: over 1 full trucks between hubs get dearer by the kilometre, not "
            "cheaper; write 0.7 for 70 %"
        )
        remarks.add(("factors", "inter_hub"), message)


def _note_free_candidates(document: InstanceDocument, remarks: Remarks) -> None:
    """Note candidates that cost nothing among others that do."""
    candidates = [
        (index, hub.fixed_cost_eur_per_year)
        for index, hub in enumerate(document.tables.hubs)
        if hub.status is SiteStatus.CANDIDATE and hub.fixed_cost_eur_per_year is not None
    ]
    if any(cost for _, cost in candidates):
        message = "0 is unlikely: the other candidates cost something, and this one would open for nothing"
        remarks.add_all(
            (("tables", "hubs", index, "fixed_cost_eur_per_year"), message) for index, cost in candidates if cost == 0
        )


def _note_handling(document: InstanceDocument, remarks: Remarks) -> None:
    parcels, weight = document.parcel.per_tonne, f"{document.parcel.weight_kg:g} kg"
    for at in ("handling.cost_eur_per_parcel", "tables.hubs.*.handling_cost_eur_per_parcel"):
        remarks.add_all(
            (
                path,
                f"{figure(value)} a parcel of {weight} is unlikely: {value * parcels:,.0f} EUR/t",
            )
            for path, value in values_at(document, at.split("."))
            if value * parcels > _MOST_HANDLING_EUR_PER_T
        )
