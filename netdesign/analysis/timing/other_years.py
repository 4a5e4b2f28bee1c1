"""Years beside those of a tree: one path of it, that of its means, and single years."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from netdesign.instance.staged import certain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance, TreeNode


def path_alone(staged: StagedInstance, leaf: int) -> StagedInstance:
    """Return the path to a leaf as a deterministic instance."""
    return certain(staged.along(leaf), staged.nodes[leaf].branch)


def mean_path(staged: StagedInstance) -> StagedInstance:
    """Return the path on which every volume and price is the mean of its year over the tree."""
    nodes = []
    for year in range(staged.stages.first_year, staged.stages.last_year + 1):
        of_year = [node for node in staged.nodes if node.year == year]
        weights = np.array([node.probability for node in of_year])
        weights /= weights.sum()
        instance = _mean_value([node.instance for node in of_year], weights)
        prices = _mean_value([node.prices for node in of_year], weights)
        nodes.append(replace(of_year[0], name=str(year), branch="", instance=instance, prices=prices))
    return _as_path(staged, nodes, "mean")


def single_year(staged: StagedInstance, node: int) -> StagedInstance:
    """Return the one-year problem of a node: hubs start with their initial modules, and new ones are ready at once.

    Capital counts as the annuity of the year; that of a link, worth nothing at the horizon, is spread over its years.
    The capital budget is left out, as it does not limit annuities; so is closing.
    """
    only = staged.nodes[node]
    if staged.base.chooses_links:
        horizon = range(staged.stages.first_year, staged.stages.last_year + 1)
        part = 1.0 / sum(staged.discount(year) for year in horizon)
        only = replace(only, instance=_links_at_once(only.instance, part))
        staged = replace(staged, base=_links_at_once(staged.base, part))
    changes = {"first_year": only.year, "last_year": only.year, "capital_budget": None, "closing": False}
    stages = staged.stages.model_copy(update=changes)
    modules = tuple(replace(module, lead=0) for module in staged.modules)
    return _as_path(replace(staged, stages=stages, modules=modules), [only], str(only.year))


def _links_at_once(instance: Instance, part: float) -> Instance:
    """Return an instance whose hub links are in use when they are ordered, at a part of their capital."""
    links = (replace(link, lead=0, capital=link.capital * part) for link in instance.hub_links)
    return instance.replace(hub_links=tuple(links))


def _as_path(staged: StagedInstance, nodes: Sequence[TreeNode], scenario: str) -> StagedInstance:
    own = tuple(replace(node, parent=position - 1, probability=1.0) for position, node in enumerate(nodes))
    return certain(replace(staged, nodes=own), scenario)


def _mean_value(values: Sequence[Any], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Any:
    """Return a copy of the first value with each number replaced by its mean; equal numbers stay exact."""
    first = values[0]
    if all(value is first for value in values):
        return first
    if isinstance(first, np.ndarray):
        return _mean_array(values, weights)
    if is_dataclass(first) and not isinstance(first, type):
        names = [field.name for field in fields(first) if field.init]
        return replace(
            first, **{name: _mean_value([getattr(value, name) for value in values], weights) for name in names}
        )
    if isinstance(first, BaseModel):
        names = list(type(first).model_fields)
        own = {name: _mean_value([getattr(value, name) for value in values], weights) for name in names}
        return first.model_copy(update=own)
    if isinstance(first, tuple):
        return tuple(_mean_value(list(parts), weights) for parts in zip(*values, strict=True))
    if isinstance(first, dict):
        return {key: _mean_value([value[key] for value in values], weights) for key in first}
    if isinstance(first, float) and any(value != first for value in values):
        return float(weights @ np.array(values))
    if isinstance(first, int) and any(value != first for value in values):
        # Departures a week are whole in the mean too.
        return round(float(weights @ np.array(values)))
    return first


def _mean_array(values: Sequence[Any], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Any:
    first = values[0]
    if first.dtype.kind != "f" or all(np.array_equal(value, first, equal_nan=True) for value in values):
        return first
    found = np.tensordot(weights, np.stack(values), axes=1)
    found.setflags(write=False)
    return found
