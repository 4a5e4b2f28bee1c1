"""Carbon: a price on the emissions of the freight, and a yearly cap on them.

The price is a cost of every leg, ``gamma e``; the cap is one row, ``sum_r w_r e_r x_r <= cap``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.blocks import Objective
from netdesign.instance.distances import has_roads
from netdesign.instance.fields import Block, Real, quantity
from netdesign.instance.policies.base import Charge, FreightPolicy, Limit, Policy
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart
from netdesign.instance.rows import Mode
from netdesign.instance.services import LegKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.violations import Measured
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks


class Carbon(Block):
    """Price and cap of greenhouse gases, as the emission factors of road, air and legs count them; one or both."""

    price_eur_per_t: Real | None = quantity("EUR/t CO2e", "Price of each tonne emitted.", default=None)
    cap_t_per_year: Real | None = quantity("t CO2e/year", "Most that all freight may emit in a year.", default=None)

    @model_validator(mode="after")
    def _states_something(self) -> Carbon:
        if self.price_eur_per_t is None and self.cap_t_per_year is None:
            raise PydanticCustomError("no_carbon", "give price_eur_per_t, cap_t_per_year, or both")
        return self


LEAST_EMITTED = 1e-6
"""t CO2e a tonne of freight under which a cap is refused: it is lost in rounding."""


class CarbonPolicy(FreightPolicy):
    """The policy."""

    NAME = Policy.CARBON
    ROWS = "within_carbon_cap"
    MEASURES = frozenset({"co2e"})
    CHARGE = "carbon price"
    LIKELY: ClassVar = {"price_eur_per_t": ("a tonne emitted costs EUR 5 to 300; not EUR a kg, not cents", 1, 2000)}

    def couples(self, policies: Policies) -> str | None:
        """Return words for the cap where one is in force; the price is part of the cost of each leg."""
        return None if policies.carbon is None or policies.carbon.cap_t_per_year is None else "a carbon cap"

    def without(self, policies: Policies) -> Policies:
        """Return the policies with the price of carbon alone."""
        price = None if policies.carbon is None else policies.carbon.price_eur_per_t
        carbon = None if price is None else Carbon(price_eur_per_t=price, cap_t_per_year=None)
        return policies.model_copy(update={"carbon": carbon})

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note a cap next to nothing."""
        carbon, least = instance.policies.carbon, LEAST_EMITTED * float(instance.commodities.volume.sum())
        if carbon is None:
            return
        if carbon.cap_t_per_year and carbon.cap_t_per_year < least:
            message = (
                f"{carbon.cap_t_per_year:.3g} t CO2e/year is under a gram a tonne of freight; write 0 or at least "
                f"{least:.3g}"
            )
            faults.add(("policies", "carbon", "cap_t_per_year"), message)

    def note(self, document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
        """Note a price without effect, and what would emit nothing under a price or a cap because it has no factor."""
        carbon = document.policies.carbon
        at: Path_ = ("policies", "carbon", "price_eur_per_t")
        if carbon is None:
            return
        if carbon.price_eur_per_t == 0:
            remarks.add(at, "0 prices nothing")
        elif carbon.price_eur_per_t and document.problem.objective is not Objective.COST:
            remarks.add(at, f"plays no part where the objective is {document.problem.objective}")
        links, road, air = document.tables.links, document.road, document.air
        driven = [link for link in links if link.mode is not Mode.AIR]
        # Vehicles have factors of their own; at sea it is the ferry that emits.
        scheduled = {} if instance.services is None else instance.services.of_kind
        by_truck = any(kind not in scheduled for kind in LegKind if kind is not LegKind.AIR)
        has_links_alone = not (document.distances or document.tables.legs or document.tables.leg_matrices)
        drives = has_roads(document) and (not has_links_alone or any(link.km for link in driven))
        uses = (
            ("road", road, "co2e_g_per_tkm", by_truck and drives),
            ("road", road, "sea_co2e_g_per_tkm", any(link.sea_km for link in driven)),
            ("air", air, "co2e_g_per_tkm", LegKind.AIR not in scheduled and len(driven) < len(links)),
        )
        for name, block, factor, is_used in uses:
            # A factor of 0 that is written is meant.
            if block is not None and is_used and factor not in block.model_fields_set:
                remarks.add((name, factor), "is missing, and so 0: carbon has a price or a cap, and this emits nothing")
        silent: list[Path_] = [
            ("tables", "legs", index, "co2e_kg_per_t")
            for index, leg in enumerate(document.tables.legs)
            # Without a cost the leg's gases, too, are those of the trucks.
            if by_truck
            and leg.cost_eur_per_t is not None
            and "co2e_kg_per_t" not in leg.model_fields_set
            and leg.from_ != leg.to
        ]
        remarks.add_first(silent, "is missing, and so 0: carbon has a price or a cap, and the leg emits nothing")

    def charge(self, policies: Policies) -> Charge | None:
        """Return the price."""
        carbon = policies.carbon
        if carbon is None or carbon.price_eur_per_t is None:
            return None
        return Charge("co2e", carbon.price_eur_per_t)

    def limits(self, instance: Instance) -> list[Limit]:
        """Return the cap, in units of the average emissions that it allows a tonne of freight."""
        carbon, volume = instance.policies.carbon, instance.commodities.volume
        if carbon is None or carbon.cap_t_per_year is None:
            return []
        unit = carbon.cap_t_per_year / (float(volume.sum()) or 1.0) or 1.0
        return [Limit("network", "co2e", volume, most=carbon.cap_t_per_year, unit=unit)]

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield what is emitted over the cap."""
        carbon = instance.policies.carbon
        if carbon is None or carbon.cap_t_per_year is None:
            return
        if found.co2e > carbon.cap_t_per_year * (1 + TOLERANCE):
            message = "emits {} t CO2e/year; the cap is {}".format(*apart(found.co2e, carbon.cap_t_per_year))
            yield Violation(Policy.CARBON, "network", message)


def check_emissions(instance: Instance, faults: FaultList) -> None:
    """Note a price or cap where nothing has an emission factor, in an instance as it is read.

    One whose vehicles were taken away for a bound has none either, but its legs emit what theirs did.
    """
    if instance.policies.carbon is None or emits(instance):
        return
    factors = {
        "co2e_kg_per_t of the legs": instance.legs,
        "road.co2e_g_per_tkm": instance.road,
        "air.co2e_g_per_tkm": instance.air,
        "co2e_g_per_km of the vehicles": instance.services,
    }
    give = " or ".join(name for name, block in factors.items() if block is not None)
    faults.add(("policies", "carbon"), f"no emission factor is over 0, so that nothing counts; give {give}")


def emits(instance: Instance) -> bool:
    """Return whether any emission factor is over 0."""
    factors = [0.0 if instance.air is None else instance.air.co2e_g_per_tkm]
    if instance.legs is not None:
        factors.append(float(np.nanmax(instance.legs.co2e, initial=0.0)))
    elif instance.road is not None:
        factors += [instance.road.co2e_g_per_tkm, instance.road.sea_co2e_g_per_tkm]
    if instance.services is not None:
        factors += [vehicle.co2e_g_per_km for vehicle in instance.services.vehicles]
    return max(factors) > 0
