"""Prices of a site that follow from its country: handling a tonne and the fixed cost of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.rows import SiteKind, SiteStatus

if TYPE_CHECKING:
    from netdesign.instance.blocks import HubCost
    from netdesign.instance.document import Located
    from netdesign.instance.faults import FaultList
    from netdesign.instance.rows import CountryRow, HubRow
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.stages import ModuleRow


_FEW = 3
"""Prices that are named; of hubs there may be thousands."""


class MissingPriceError(Exception):
    """A price cannot be derived; the message names what is missing."""


def check_parcel(document: InstanceDocument, located: Located, faults: FaultList) -> None:
    """Note prices per parcel where no file states the weight of a parcel, which they depend on."""
    if ("parcel",) not in located.assumed:
        return
    prices = {"handling.cost_eur_per_parcel": document.handling.cost_eur_per_parcel}
    for name, stream in document.streams.items():
        prices[f"streams.{name}.late_penalty_eur_per_parcel"] = stream.late_penalty_eur_per_parcel
    for hub in document.tables.hubs:
        prices[f"hubs.{hub.id}.handling_cost_eur_per_parcel"] = hub.handling_cost_eur_per_parcel or 0.0
    named = [name for name, price in prices.items() if price]
    if named:
        more = f" (and {len(named) - _FEW} more like it)" if len(named) > _FEW else ""
        remedy = located.lacking.get(("parcel",), "such as --set parcel.weight_kg=2")
        listed = f"{', '.join(named[:_FEW])}{more}"
        faults.add(
            ("parcel",), f"is missing, and so what a parcel weighs, of which there are prices: {listed}; {remedy}"
        )


def handling_cost(document: InstanceDocument, hub: HubRow, country: CountryRow | None) -> float:
    """Return h_k, EUR/t for one pass.

    The labour share follows the country's hourly labour cost, the rest is the same everywhere.
    """
    parcels = document.parcel.per_tonne
    if hub.handling_cost_eur_per_parcel is not None:
        return hub.handling_cost_eur_per_parcel * parcels
    handling = document.handling
    factor = _labour_factor(document, country, handling.labour_share) if handling.cost_eur_per_parcel else 1.0
    return handling.cost_eur_per_parcel * parcels * factor


def fixed_cost(document: InstanceDocument, hub: HubRow, country: CountryRow | None) -> float:
    """Return f_k, EUR/year: annuity of building and sorters, and what runs whatever the volume.

    An existing site has sunk its capital; only the running part would be saved by closing it.
    """
    running = running_cost(document, hub, country)
    block, costs = _cost_block(document, hub)
    if costs is None or hub.fixed_cost_eur_per_year is not None or hub.status is SiteStatus.EXISTING:
        return running
    if country is None or country.construction_cost_eur_per_m2 is None:
        message = f"the fixed cost follows from {block}, which needs construction_cost_eur_per_m2 of the hub's country"
        raise MissingPriceError(message)
    capital = costs.area_m2 * country.construction_cost_eur_per_m2 + costs.sorting_capital_eur
    return capital * costs.annuity + running


def running_cost(document: InstanceDocument, hub: HubRow, country: CountryRow | None) -> float:
    """Return the yearly cost of a hub without capital, EUR/year; a stated fixed cost counts as such."""
    if hub.fixed_cost_eur_per_year is not None:
        return hub.fixed_cost_eur_per_year
    block, costs = _cost_block(document, hub)
    if costs is None:
        message = f"give fixed_cost_eur_per_year, or a {block} block from which it follows"
        raise MissingPriceError(message)
    return costs.operating_eur_per_year * _labour_factor(document, country, costs.operating_labour_share)


def _cost_block(document: InstanceDocument, hub: HubRow) -> tuple[str, HubCost | None]:
    """Return name and block of the fixed cost of a kind of site."""
    if hub.kind is SiteKind.SORTING_CENTRE:
        return "sorting_centre_cost", document.sorting_centre_cost
    return "hub_cost", document.hub_cost


def module_capital(module: ModuleRow, country: CountryRow | None) -> float:
    """Return K_s, EUR: as given, or floor at the construction cost of the country and the sorting equipment."""
    if module.capital_eur is not None:
        return module.capital_eur
    if module.area_m2 == 0:
        return module.sorting_capital_eur
    if country is None or country.construction_cost_eur_per_m2 is None:
        message = (
            f"the capital of module {module.id} follows from its floor, which needs construction_cost_eur_per_m2 of "
            "the hub's country; or give the module a capital_eur"
        )
        raise MissingPriceError(message)
    return module.area_m2 * country.construction_cost_eur_per_m2 + module.sorting_capital_eur


def module_yearly(document: InstanceDocument, module: ModuleRow, country: CountryRow | None) -> float:
    """Return the running cost of a module, EUR/year; its labour share follows the country's hourly labour cost."""
    factor = _labour_factor(document, country, module.labour_share) if module.yearly_eur else 1.0
    return module.yearly_eur * factor


def _labour_factor(document: InstanceDocument, country: CountryRow | None, share: float) -> float:
    if share == 0:
        return 1.0
    reference = document.reference_labour_cost_eur_per_h
    if reference is None or country is None or country.labour_cost_eur_per_h is None:
        message = "a labour share needs reference_labour_cost_eur_per_h and labour_cost_eur_per_h of the hub's country"
        raise MissingPriceError(message)
    return share * country.labour_cost_eur_per_h / reference + 1.0 - share
