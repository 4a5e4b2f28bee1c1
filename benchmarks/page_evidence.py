"""Records of every kind of evidence for a generated page: what they hold is made up, their fields are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = dict[str, Any]

    Name = Callable[[int], str]
    """Gives a name by its number."""

VALUES = (1.0, 2.0)


def every_kind(name: Name) -> list[Record]:
    """Return one record of each kind, in the order in which they are read."""
    said = {
        "result": 0, "termination": "optimal", "is_complete": True,
        "sentences": [f"{name(8)} is the best.", f"  {name(9)} is not."],
    }  # fmt: skip
    makers = (
        _alternatives, _tipping, _sweep, _frontier, _failures, _draws, _explanation, _years, _first_decisions,
    )  # fmt: skip
    return [said | make(name) for make in makers]


def _hubs(name: Name) -> tuple[list[str], list[str]]:
    """Return two networks that differ."""
    return [name(1), name(2)], [name(3)]


def _alternatives(name: Name) -> Record:
    hubs, others = _hubs(name)
    network = {
        "hubs": hubs, "objective": 5e8, "bound": 5e8, "plan": 0, "opened": hubs, "closed": others,
        "cost_difference_eur_per_year": {},
    }  # fmt: skip
    condition = {
        "opened": others, "closed": hubs, "hubs": others, "objective": 5e8, "difference": 1e6,
        "difference_at_least": 1e6, "difference_at_most": 2e6, "moved_cities": 5, "plan": None,
    }  # fmt: skip
    return {
        "kind": "alternatives", "title": "What else is nearly as good", "limit": 1e6, "others_bound": 5e8,
        "networks": [network | {"difference": 1e5 * i} for i in range(20)], "diverse": [1], "condition": condition,
    }  # fmt: skip


def _row(name: Name) -> Record:
    return {
        "scenario": name(4), "hubs": _hubs(name)[0], "objective": 5e8, "bound": 5e8, "today": 6e8, "inside_share": 0.5,
        "co2e_t_per_year": 1e5, "reason": "",
    }  # fmt: skip


def _tipping(name: Name) -> Record:
    hubs, others = _hubs(name)
    change = {"at_least": 3.0, "at_most": 3.1, "before": hubs, "after": others}
    figure = {
        "path": "volume_factor", "unit": "t/year", "status": name(5), "source": name(6), "low": 1.0, "value": 2.0,
        "high": 4.0, "turns": True, "is_proven": True, "verdict": name(8), "objective_high": 5e8, "today_low": 5e8,
        "today_high": 7e8, "points": [], "changes": [change],
    }  # fmt: skip
    points = [_row(name) | {"values": [a, b], "hubs": hubs if a < b else others} for a in VALUES for b in VALUES]
    grid = {
        "paths": ["a", "b"], "units": ["1", "h"], "present": [1.0, 1.0], "values": [list(VALUES)] * 2, "points": points,
    }  # fmt: skip
    return {
        "kind": "tipping", "title": "What would turn it", "objective": 5e8, "today_objective": 6e8,
        "left_out": [name(7)], "grid": grid,
        "figures": [figure | {"objective_low": 4e8 + i} for i in range(15)],
    }  # fmt: skip


def _sweep(name: Name) -> Record:
    hubs, others = _hubs(name)
    return {
        "kind": "sweep", "title": "What if", "paths": ["volume_factor"], "units": ["1"], "present_values": [1.0],
        "present": None, "left": 2,
        "rows": [_row(name) | {"values": [0.5 + i], "hubs": hubs if i < 3 else others} for i in range(6)],
    }  # fmt: skip


def _frontier(name: Name) -> Record:
    """Return a frontier that was stopped."""
    points = [
        {
            "hubs": _hubs(name)[0][: 1 + i % 2], "cost_eur_per_year": 5e8 + i * 1e6, "bound_eur_per_year": 5e8,
            "more_than_best_eur_per_year": i * 1e6, "late_t_per_year": 1e4 - i, "inside_share": 0.5 + i / 50,
            "co2e_t_per_year": 1e5 - i * 1e3, "eur_per_service_point": None, "eur_per_t_co2e": 5.0, "is_proven": i < 5,
            "is_connected": True, "plan": 0,
        }
        for i in range(12)
    ]  # fmt: skip
    return {
        "kind": "frontier", "title": "What speed and carbon cost", "measures": ["cost", "time", "carbon"],
        "left_out": 1, "termination": "time_limit", "is_complete": False, "points": points,
    }  # fmt: skip


def _failures(name: Name) -> Record:
    hubs, others = _hubs(name)
    outage = {
        "kind": "hub", "out": others, "per_year": 0.1, "cost_eur": 1e6, "cost_at_least_eur": 1e6,
        "cost_at_most_eur": 1e6, "not_served_t": 10.0, "late_t": 0.2, "missed": others,
    }  # fmt: skip
    network = {
        "hubs": hubs, "objective": 5e8, "failure_cost_eur_per_year": 1e6, "expected_cost_eur_per_year": 5.01e8,
        "expected_at_least_eur_per_year": 5e8, "expected_at_most_eur_per_year": 5.1e8, "outages": [outage], "plan": 0,
    }  # fmt: skip
    return {
        "kind": "failures", "title": "What if something fails", "days": 14, "surge_share": 0.2,
        "unserved_penalty_eur_per_t": 1e4, "is_stated": True, "networks": [network], "best": hubs,
        "is_best_of_all": True,
    }  # fmt: skip


def _draws(name: Name) -> Record:
    figure = {
        "path": "volume_factor", "unit": "1", "value": 1.0, "distribution": "normal", "least": 0.5, "mean": 1.0,
        "largest": 1.5, "status": name(5), "source": name(6),
    }  # fmt: skip
    row = {
        "hubs": _hubs(name)[0], "unknown": 0, "standard_error": 1e4, "cvar": 6e8, "best_share": 0.3,
        "best_at_least_share": 0.3, "best_at_most_share": 0.3, "regret": 1e6, "difference": 0.0,
        "difference_error": 0.0, "plan": 0,
    }  # fmt: skip
    return {
        "kind": "draws", "title": "In drawn worlds", "worlds": 1000, "level": 0.95, "money_unit": "EUR/year",
        "rows": [row | {"name": name(i), "infeasible": i, "mean": 5e8 + i * 1e5} for i in range(5)],
        "figures": [figure], "least_mean": {"row": 0, "is_certain": True}, "least_cvar": None, "least_regret": None,
    }  # fmt: skip


def _explanation(name: Name) -> Record:
    hubs, others = _hubs(name)
    giving = {
        "policy": name(5), "subject": name(6), "what": name(7), "unit": "h", "asked": 1.0, "value": 2.0,
        "refused": None, "kept": "", "hubs": hubs,
    }  # fmt: skip
    return {
        "kind": "explanation", "title": "Why there is none", "is_feasible": True, "hubs": hubs,
        "clashes": [{"policies": [name(4)], "is_least": True, "figures": [giving]}], "enough": [others, hubs],
    }  # fmt: skip


def _years(name: Name) -> Record:
    """Return a year with two that may follow."""
    order = {"hub": name(1), "module": name(2), "count": 1}
    interval = {"value": 1e6, "at_least": 1e6, "at_most": 2e6, "is_infinite": False}
    root = {
        "node": "a", "branch": name(3), "year": 2026, "parent": None, "probability": 1.0, "volume_t": 1e5,
        "hubs": [name(1)], "orders": [order | {"in_use_from": 2027}],
        "link_orders": [{"link": [name(1), name(2)], "in_use_from": 2028}], "closings": [name(4)], "modules": [order],
        "contract_t_per_year": {}, "cost_eur": 1e8, "cost_parts_eur": {}, "inside_share": 0.5, "co2e_t_per_year": 1e5,
        "plan": 0,
    }  # fmt: skip
    after = {"year": 2027, "parent": 0, "probability": 0.5, "hubs": [name(1), name(2)]}
    path = {"probability": 0.5, "cost_eur": 5e9, "salvage_eur": 0.0, "regret_eur": 1e6}
    single = {"year": 2026, "orders": [order], "objective_eur_per_year": 5e8, "bound_eur_per_year": 5e8}
    never = interval | {"is_infinite": True}
    return {
        "kind": "years", "title": "When, where and how large", "scenario": "tree", "risk": "expected", "level": 0.9,
        "objective": 5e9, "bound": 5e9, "gap": 0.0, "expected": 5e9, "cvar": 6e9, "largest_regret": 1e6,
        "nodes": [root, *(root | after | {"node": f"b{i}", "branch": name(5 + i)} for i in range(2))],
        "paths": [path | {"leaf": leaf} for leaf in (1, 2)],
        "delays": [{"hub": name(1), "ordered": 2026, "extra_cost_eur": interval}], "single_years": [single],
        "values": {"waiting": interval, "perfect_information": interval, "stochastic_solution": never},
    }  # fmt: skip


def _first_decisions(name: Name) -> Record:
    hubs, others = _hubs(name)
    first = {
        "words": f"order {name(1)}", "orders": [], "closings": [], "objective": 5e8, "bound": 5e8, "difference": 0.0,
    }  # fmt: skip
    asked = {"ordered_at": hubs, "not_ordered_at": others, "difference_at_least": 1e6, "difference_at_most": 1e6}
    return {
        "kind": "first_decisions", "title": "What else may come first", "limit": 1e6, "others_bound": None,
        "decisions": [first, first | {"words": f"order {name(2)}", "difference": 2e6}], "condition": first | asked,
    }  # fmt: skip
