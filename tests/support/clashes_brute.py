"""Clashing policies by brute force: every set of policies is tried, in the words of the format alone."""

from __future__ import annotations

import itertools
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.support.brute_force import BruteForce, is_centre
from tests.support.links_brute import LinksBrute
from tests.support.random_network import is_likely

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Document = dict[str, Any]

ANY_COST = 1e300
"""What any network costs less than: then the first one that is found will do."""


def policies_in_force(document: Document) -> list[str]:
    """Return the policies of an instance that can forbid something; what has a price cannot."""
    policies = document.get("policies", {})
    minima = policies.get("minimum_throughput", {}).get("hubs", [])
    stated = {
        "forbidden": bool(policies.get("forbidden")),
        "required": bool(policies.get("required")),
        "exclusive": bool(policies.get("exclusive")),
        "deadline": any(stream.get("deadline") == "hard" for stream in document["streams"].values()),
        "capacity": "capacity" in policies,
        "minimum_throughput": any("shortfall_eur_per_t" not in hub for hub in minima),
        "air_lane": "air_lane" in policies,
        "service": "service" in policies,
        "carbon": "cap_t_per_year" in policies.get("carbon", {}),
        "fixed_cost_cap": "fixed_cost_cap_eur_per_year" in policies,
        "hub_count": "hub_count" in policies,
        "new_hubs": "new_hubs" in policies,
        "hub_links": bool(policies.get("hub_links"))
        or any("capacity_t_per_year" in row for row in document["tables"].get("hub_links", ())),
    }
    return [name for name, is_stated in stated.items() if is_stated]


def without(document: Document, names: list[str]) -> Document:
    """Return an instance without some policies."""
    changed = deepcopy(document)
    policies = changed.get("policies", {})
    for name in names:
        if name == "deadline":
            for stream in changed["streams"].values():
                stream.pop("deadline", None)
        elif name == "carbon":
            del policies["carbon"]["cap_t_per_year"]
        elif name == "fixed_cost_cap":
            del policies["fixed_cost_cap_eur_per_year"]
        elif name == "required":
            _no_longer_required(changed, list(policies["required"]))
        elif name == "hub_links":
            policies.pop("hub_links", None)
            for row in changed["tables"].get("hub_links", ()):
                row.pop("capacity_t_per_year", None)
        else:
            policies.pop(name)
    return changed


def has_network(document: Document, force: Callable[[Document], BruteForce] = BruteForce) -> bool:
    """Return whether any network keeps all policies."""
    brute = force(document)
    if isinstance(brute, LinksBrute):
        return brute.solve_linked(below=ANY_COST).is_feasible
    return brute.solve(below=ANY_COST).is_feasible


def clashes_of(document: Document, force: Callable[[Document], BruteForce] = BruteForce) -> set[frozenset[str]]:
    """Return every set of policies that no network keeps, and of which every smaller set is kept by some network."""
    names, found = policies_in_force(document), set()
    for size in range(len(names) + 1):
        for chosen in map(frozenset, itertools.combinations(names, size)):
            if any(clash <= chosen for clash in found):
                continue
            if not has_network(without(document, [name for name in names if name not in chosen]), force):
                found.add(chosen)
    return found


def with_figure(document: Document, figure: Any, value: float | None) -> Document:
    """Return an instance with another value of a figure; with None without it."""
    changed = deepcopy(document)
    policies, subject, kind = changed.get("policies", {}), figure.subject, figure.kind
    match figure.policy:
        case "service" if subject:
            _put(policies["service"]["by_country"], subject, value)
        case "service":
            _put(policies["service"], "share", value)
        case "carbon":
            _put(policies["carbon"], "cap_t_per_year", value)
        case "fixed_cost_cap":
            _put(policies, "fixed_cost_cap_eur_per_year", value)
        case "air_lane":
            policies["air_lane"]["flights_per_week"] = value or 0.0
        case "capacity":
            hub = next(hub for hub in changed["tables"]["hubs"] if hub["id"] == subject)
            _put(hub, "capacity_t_per_year", value)
        case "minimum_throughput":
            hub = next(hub for hub in policies["minimum_throughput"]["hubs"] if hub["site"] == subject)
            hub.pop("share", None)
            hub["tonnes_per_year"] = value or 0.0
        case "deadline":
            changed["streams"][subject]["deadline_h"] = 1e6 if value is None else value
        case "hub_count" | "new_hubs":
            end = "max" if kind == "largest number" else "min"
            _put(policies[figure.policy], end, None if value is None else round(value))
        case "forbidden":
            policies["forbidden"] = [site for site in policies["forbidden"] if site != subject]
        case "required":
            _no_longer_required(changed, [subject])
        case "hub_links":
            _with_link_figure(changed, figure, value)
        case "exclusive":
            names = (subject, subject.partition(": ")[0])
            policies["exclusive"] = [
                group
                for group in policies["exclusive"]
                if group["name"] not in names or (": " in subject and subject != labelled(group))
            ]
    return changed


def _with_link_figure(document: Document, figure: Any, value: float | None) -> None:
    rules, pair = document["policies"].get("hub_links", {}), set(figure.subject.split("-"))
    match figure.kind:
        case "largest number" if figure.subject:
            _put(rules, "most_on_a_route", None if value is None else round(value))
        case "largest number" | "least number":
            _put(rules, "max" if figure.kind == "largest number" else "min", None if value is None else round(value))
        case "connection":
            rules.pop("connected", None)
        case "shape":
            rules.pop("shape", None)
        case "required link" | "forbidden link":
            key = figure.kind.removesuffix(" link")
            rules[key] = [one for one in rules[key] if set(one) != pair]
        case "capacity":
            row = next(row for row in document["tables"]["hub_links"] if {row["from"], row["to"]} == pair)
            _put(row, "capacity_t_per_year", value)


def _no_longer_required(document: Document, names: list[str]) -> None:
    """Let sites that must open stay shut; one that is closed by itself may open still."""
    policies = document["policies"]
    policies["required"] = [site for site in policies["required"] if site not in names]
    for hub in document["tables"]["hubs"]:
        if hub["id"] in names:
            if hub.get("status") == "closed":
                del hub["status"]
            if "minimum_cargo_t_per_year" in document and not is_centre(hub):
                hub["cargo_t_per_year"] = document["minimum_cargo_t_per_year"]


def labelled(group: Document) -> str:
    """Return the name of a group whose name another one has too."""
    return f"{group['name']}: {', '.join(group['sites'])}"


def _put(block: Document, key: str, value: float | None) -> None:
    if value is None:
        block.pop(key, None)
    else:
        block[key] = value


def tightened(draw: Random, document: Document) -> Document:
    """Return an instance whose policies ask for more, so that often no network keeps all of them."""
    changed = deepcopy(document)
    policies, tables = changed.setdefault("policies", {}), changed["tables"]
    countries = sorted({city["country"] for city in tables["cities"]})
    has_deadline = any("deadline_h" in stream for stream in changed["streams"].values())
    if has_deadline and is_likely(draw, 50):
        service = policies.setdefault("service", {})
        if is_likely(draw, 70) or not countries:
            service["share"] = draw.choice((0.7, 0.9, 0.97, 1.0))
        if is_likely(draw, 40) or "share" not in service:
            service.setdefault("by_country", {})[draw.choice(countries)] = draw.choice((0.8, 1.0))
    if "cap_t_per_year" in policies.get("carbon", {}):
        policies["carbon"]["cap_t_per_year"] *= draw.choice((0.5, 0.9, 1.0))
    if "air_lane" in policies:
        policies["air_lane"]["flights_per_week"] *= draw.choice((1, 2, 5))
    for hub in policies.get("minimum_throughput", {}).get("hubs", []):
        if "tonnes_per_year" in hub:
            hub["tonnes_per_year"] *= draw.choice((1, 2))
        if is_likely(draw, 70):
            hub.pop("shortfall_eur_per_t", None)
    if "fixed_cost_cap_eur_per_year" in policies:
        policies["fixed_cost_cap_eur_per_year"] *= draw.choice((0.3, 0.7, 1))
    if "capacity" in policies:
        for hub in tables["hubs"]:
            if "capacity_t_per_year" in hub:
                hub["capacity_t_per_year"] *= draw.choice((0.6, 1, 1))
    for name in ("new_hubs", "hub_count"):
        if name in policies and is_likely(draw, 60):
            policies[name].pop("min", None)
            policies[name]["max"] = draw.choice((1, 1, 2))
    return changed
