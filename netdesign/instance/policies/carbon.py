"""Carbon: a price on what the freight emits, and a cap on it in a year.

The price is a cost of every leg, ``gamma e``; the cap is one row, ``sum_r w_r e_r x_r <= cap``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Real, quantity
from netdesign.instance.policies.base import Policy, RouteRow

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.base import Routes

NAME = Policy.CARBON
ROWS = "within_carbon_cap"


class Carbon(Block):
    """Price and cap of greenhouse gases, as the emission factors of road, air and legs count them; one or both."""

    price_eur_per_t: Real | None = quantity("EUR/t CO2e", "Price of each tonne emitted.", default=None)
    cap_t_per_year: Real | None = quantity("t CO2e/year", "Most that all freight may emit in a year.", default=None)

    @model_validator(mode="after")
    def _states_something(self) -> Carbon:
        if self.price_eur_per_t is None and self.cap_t_per_year is None:
            raise PydanticCustomError("no_carbon", "give price_eur_per_t, cap_t_per_year, or both")
        return self


def carbon_price(policies: Policies) -> float:
    """Return gamma, EUR/t CO2e; 0 where none is in force."""
    return 0.0 if policies.carbon is None else policies.carbon.price_eur_per_t or 0.0


def carbon_cap(policies: Policies) -> float | None:
    """Return the cap, t CO2e/year; None where none is in force."""
    return None if policies.carbon is None else policies.carbon.cap_t_per_year


def without_carbon_cap(policies: Policies) -> Policies:
    """Return the policies with the price of carbon alone."""
    carbon = policies.carbon
    if carbon is not None:
        priced = carbon.price_eur_per_t is not None
        carbon = carbon.model_copy(update={"cap_t_per_year": None}) if priced else None
    return policies.model_copy(update={"carbon": carbon})


def couples(policies: Policies) -> str | None:
    """Return the cap's name where one is in force; the price is a part of each leg's cost."""
    return None if carbon_cap(policies) is None else "a carbon cap"


def can_forbid(policies: Policies) -> bool:
    """Tell whether a cap is in force."""
    return carbon_cap(policies) is not None


def check(instance: Instance, faults: FaultList) -> None:
    """Note a price or cap where nothing has an emission factor."""
    if instance.policies.carbon is None or emits(instance):
        return
    factors = {
        "co2e_kg_per_t of the legs": instance.legs,
        "road.co2e_g_per_tkm": instance.road,
        "air.co2e_g_per_tkm": instance.air,
    }
    give = " or ".join(name for name, block in factors.items() if block is not None)
    faults.add(("policies", "carbon"), f"no emission factor is over 0, so that nothing counts; give {give}")


def emits(instance: Instance) -> bool:
    """Tell whether any emission factor is over 0."""
    factors = [0.0 if instance.air is None else instance.air.co2e_g_per_tkm]
    if instance.legs is not None:
        factors.append(float(np.nanmax(instance.legs.co2e, initial=0.0)))
    elif instance.road is not None:
        factors += [instance.road.co2e_g_per_tkm, instance.road.sea_co2e_g_per_tkm]
    return max(factors) > 0


def rows(instance: Instance, routes: Routes) -> list[RouteRow]:
    """Return one row over all routes that emit anything."""
    cap = carbon_cap(instance.policies)
    if cap is None:
        return []
    emitted = instance.commodities.volume[routes.commodity] * routes.co2e
    unit = cap or 1.0
    emitting = np.flatnonzero(emitted > 0)
    return [RouteRow("network", emitting, emitted[emitting] / unit, most=cap / unit)]
