"""Staged instances made from one: a path through the tree by itself, the path of the means, a single year."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from netdesign.instance.stages import Risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.staged import StagedInstance, TreeNode


def path_alone(staged: StagedInstance, leaf: int) -> StagedInstance:
    """Return the path to a leaf as if it were known from the start.

    Parameters
    ----------
    staged, leaf
        The tree, and the position of a node of its last year.
    """
    return certain(staged.along(leaf), staged.nodes[leaf].branch)


def mean_path(staged: StagedInstance) -> StagedInstance:
    """Return the path on which every volume and price is the mean of its year over the tree."""
    nodes = []
    for year in range(staged.stages.first_year, staged.stages.last_year + 1):
        of_year = [node for node in staged.nodes if node.year == year]
        weights = np.array([node.probability for node in of_year])
        weights /= weights.sum()
        instance = _mean([node.instance for node in of_year], weights)
        prices = _mean([node.prices for node in of_year], weights)
        nodes.append(replace(of_year[0], name=str(year), branch="", instance=instance, prices=prices))
    return _as_path(staged, nodes, "mean")


def single_year(staged: StagedInstance, node: int) -> StagedInstance:
    """Return the one-year problem of a node: what stands is what the hubs start with, and modules are ready at once.

    Capital counts as the annuity of the year. A capital budget says nothing about a year that pays annuities, and is
    left out; so is closing.

    Parameters
    ----------
    staged, node
        The years, and the position of a node.
    """
    only = staged.nodes[node]
    changes = {"first_year": only.year, "last_year": only.year, "capital_budget": None, "closing": False}
    stages = staged.stages.model_copy(update=changes)
    modules = tuple(replace(module, lead=0) for module in staged.modules)
    return _as_path(replace(staged, stages=stages, modules=modules), [only], str(only.year))


def _as_path(staged: StagedInstance, nodes: Sequence[TreeNode], scenario: str) -> StagedInstance:
    own = tuple(replace(node, parent=position - 1, probability=1.0) for position, node in enumerate(nodes))
    return certain(replace(staged, nodes=own), scenario)


def certain(path: StagedInstance, scenario: str) -> StagedInstance:
    """Return a path on which the cost is minimised: where nothing is uncertain there is nothing else to measure.

    Parameters
    ----------
    path
        Without branches.
    scenario
        What it follows.
    """
    return replace(path, stages=path.stages.model_copy(update={"risk": Risk()}), scenario=scenario)


def _mean(values: Sequence[Any], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Any:
    """Return things of one shape with each number in them replaced by its mean; numbers that agree stay as they are."""
    first = values[0]
    if all(value is first for value in values):
        return first
    if isinstance(first, np.ndarray):
        return _mean_array(values, weights)
    if is_dataclass(first) and not isinstance(first, type):
        names = [field.name for field in fields(first) if field.init]
        return replace(first, **{name: _mean([getattr(value, name) for value in values], weights) for name in names})
    if isinstance(first, BaseModel):
        names = list(type(first).model_fields)
        own = {name: _mean([getattr(value, name) for value in values], weights) for name in names}
        return first.model_copy(update=own)
    if isinstance(first, tuple):
        return tuple(_mean(list(parts), weights) for parts in zip(*values, strict=True))
    if isinstance(first, dict):
        return {key: _mean([value[key] for value in values], weights) for key in first}
    if isinstance(first, float) and any(value != first for value in values):
        return float(weights @ np.array(values))
    return first


def _mean_array(values: Sequence[Any], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Any:
    first = values[0]
    if first.dtype.kind != "f" or all(np.array_equal(value, first, equal_nan=True) for value in values):
        return first
    found = np.tensordot(weights, np.stack(values), axes=1)
    found.setflags(write=False)
    return found
