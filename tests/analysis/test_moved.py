"""An instance with other values of figures is the one that is read from files with these values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from netdesign.analysis import moved
from netdesign.analysis.moved import MovedProblem, UnsoundError, written
from netdesign.analysis.problem import load_problem, source_named
from netdesign.analysis.tipping_call import TippingCall
from netdesign.instance.fields import Block
from netdesign.instance.figures import FigurePathError, place_in
from netdesign.instance.read import read_instance, validated
from netdesign.network import build_network
from netdesign.solve.core.limits import SolveLimits, Watch

FEW = {"tiny": 7, "benelux": 9, "tiny-vehicles": 7}
NAMES = FEW | {"europe-linear": 40, "europe-centres": 60}
"""Bundled instances, of whose figures each so-many-th is moved: none is a number that is first or last in all rows."""

ELSEWHERE = ("digest", "files", "warnings", "ranges", "distributions")
"""Fields of an instance that are about its files."""


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, arrays and all."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, Block):
        return one == other and one.model_fields_set == other.model_fields_set
    if is_dataclass(one):
        names = [field.name for field in fields(one) if field.name not in ELSEWHERE]
        return type(one) is type(other) and all(is_same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def paths_in(holder: Any, path: str = "") -> list[str]:
    """Return the paths of all numbers in a document."""
    if isinstance(holder, Block):
        names = {field.alias or name: getattr(holder, name) for name, field in type(holder).model_fields.items()}
    elif isinstance(holder, dict | tuple):
        names = dict(enumerate(holder)) if isinstance(holder, tuple) else holder
        if holder and isinstance(holder, tuple) and hasattr(holder[0], "id"):
            names = {entry.id: entry for entry in holder}
    else:
        return [path] if isinstance(holder, int | float) and not isinstance(holder, bool) else []
    return [found for name, inside in names.items() for found in paths_in(inside, f"{path}.{name}".lstrip("."))]


def problem_of(name: str) -> MovedProblem:
    """Return a bundled instance at other values of its figures."""
    problem = load_problem(name, TippingCall())
    return MovedProblem(name, TippingCall(), problem, problem.question(Watch(SolveLimits())))


@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.long) for name in NAMES]
)
def test_moved_figures_are_those_that_are_read(name, monkeypatch):
    """Most are put into what was read; what that cannot do is read again, and some figures may not be such."""
    problem, source = problem_of(name), source_named(name, TippingCall())
    document = validated(source)
    again, in_place = [], 0
    read_source = moved.read_source
    monkeypatch.setattr(moved, "read_source", lambda *asked: again.append(asked) or read_source(*asked))
    for path in paths_in(document)[:: NAMES[name]]:
        try:
            value = 1.25 * float(place_in(document, path).value) or 0.3
        except FigurePathError:
            continue
        again.clear()
        try:
            found = problem.with_values({path: value}).question
        except UnsoundError:
            with pytest.raises(moved.InstanceError):
                read_instance(source, (f"{path}={written(value)}", "tables.ranges=null"))
            continue
        in_place += not again
        true = read_instance(source, (f"{path}={written(value)}",))
        assert is_same(found.instance, true), path
        assert is_same(found.network, build_network(true)), path
    assert in_place > 3


def test_several_figures_move_at_once():
    problem, source = problem_of("benelux"), source_named("benelux", TippingCall())
    values = {"volume_factor": 1.5, "policies.carbon.price_eur_per_t": 50.0, "road.speed_kmh": 66.0}
    true = read_instance(source, tuple(f"{path}={value}" for path, value in values.items()))
    found = problem.with_values(values).question
    assert is_same(found.instance, true)
    assert is_same(found.network, build_network(true))
