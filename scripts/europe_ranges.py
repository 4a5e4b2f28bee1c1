"""Make the ranges table of the European instances: each figure of the template with the range that its facts state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from scripts.europe_facts import kept_lines, number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from scripts.europe_facts import Facts, Row, Rows

KEYS = ("drivers", "site")
"""Keys by which the entries of a list are named in paths."""


def range_rows(facts: Facts, marks: Collection[str], *, vehicles: bool) -> Rows:
    """Return the ranges table, in the order of the template; vehicles come last.

    Parameters
    ----------
    facts
        Tables and template.
    marks
        Of the lines of the template that count.
    vehicles
        Whether the instance has vehicles.
    """
    parameters = {row["name"]: row for row in facts.parameters}
    places: dict[str, list[str]] = {}
    for path, value in _values(YAML(typ="safe", pure=True).load(kept_lines(facts.template, marks)), ()):
        if isinstance(value, str) and value.startswith("<"):
            places.setdefault(value.strip("<>"), []).append(path)
    rows = [
        _row("; ".join(paths), found)
        for name, paths in places.items()
        if (found := parameters.get(name) or _derived(name, parameters)) is not None
    ]
    if vehicles:
        rows += [_row(f"vehicles.{fact['vehicle']}.{fact['figure']}", fact) for fact in facts.vehicles]
    return [row for row in rows if row["low"] and row["high"] and float(row["low"]) < float(row["high"])]


def _values(block: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the path of each value of the template, as for ``--set``."""
    if isinstance(block, dict):
        for key, value in block.items():
            yield from _values(value, (*path, str(key)))
    elif isinstance(block, list):
        for position, entry in enumerate(block):
            named = next((str(entry[key]) for key in KEYS if isinstance(entry, dict) and key in entry), str(position))
            yield from _values(entry, (*path, named))
    else:
        yield ".".join(path), block


def _row(path: str, fact: Row) -> Row:
    ends = {end: number(float(fact[end])) if fact[end] else "" for end in ("low", "high")}
    told = {column: fact.get(column, "") for column in ("source", "url", "year", "note")}
    return {"path": path, **ends, **told, "source_status": fact["status"]}


def _derived(name: str, parameters: dict[str, Row]) -> Row | None:
    """Return what the parameters state of a figure that follows from one of them that has a range; None of others."""
    if name == "outbound_tonnes_per_year":
        of = parameters["outbound_share_of_total_tonnes"]
        inbound = float(parameters["inbound_tonnes_per_year"]["value"])
        shares = {end: float(of[end]) for end in ("low", "high")}
        ends = {end: str(round(inbound * share / (1 - share))) for end, share in shares.items()}
        return (
            of
            | ends
            | {"source": f"inbound x share / (1 - share), the share of all tonnes {of['low']} to {of['high']}"}
        )
    if name == "curfew_wait_restricted_hours":
        of = parameters["curfew_wait_restricted_share"]
        wait = float(parameters["curfew_wait_hours"]["value"])
        ends = {end: str(wait * float(of[end])) for end in ("low", "high")}
        return of | ends | {"source": f"the share {of['low']} to {of['high']} of the wait where shut"}
    return None
