"""Engines from outside: what is wrong with their records is told at once, by name."""

from __future__ import annotations

import re
from inspect import isclass, signature
from typing import Any

from netdesign.errors import UsageError
from netdesign.solve.engine_record import EngineRecord, States
from netdesign.solve.registry import AUTO, ONE_YEAR, STAGED, Registry


def register_engine(record: EngineRecord[Any, Any]) -> None:
    """Register a further engine: ``--engine`` takes its name, and ``auto`` tries it before the bundled ones.

    Raises
    ------
    UsageError
        The record or the engine violates the protocol; names the engine and all faults.
    """
    if not isinstance(record, EngineRecord):
        message = f"engine {record!r}: it is no EngineRecord"
        raise UsageError(message)
    registry: Registry[Any, Any] = STAGED if record.is_staged else ONE_YEAR
    faults = list(engine_faults(record))
    if record.name in (AUTO, *registry.names):
        faults.append("there is an engine of that name")
    if faults:
        message = "\n".join(f"engine {record.name}: {fault}" for fault in faults)
        raise UsageError(message)
    registry.add(record)


def engine_faults(record: EngineRecord[Any, Any]) -> list[str]:
    """Return the faults of a record against the protocol of engines."""
    faults = []
    if not re.fullmatch(r"[a-z][a-z0-9-]*", str(record.name)):
        faults.append("name: small letters, digits and hyphens only, a letter first")
    if not isinstance(record.title, str) or not record.title.strip():
        faults.append("title: there is none")
    problem = "staged" if record.is_staged else "instance"
    wanted = {
        "engine": (record.engine, ("question",)),
        "engine.solve": (getattr(record.engine, "solve", None), ("self",) if record.is_staged else ("self", "search")),
        "refusal": (record.refusal, (problem,)),
        "suits": (record.suits, (problem, "passed_over")),
        "needs_model": (record.needs_model, (problem,)),
    }
    if not isclass(record.engine):
        faults.append(f"engine: {record.engine!r} is no class")
        del wanted["engine"], wanted["engine.solve"]
    faults += filter(None, (call_fault(name, *call) for name, call in wanted.items()))
    return faults + _statement_faults(record.states)


def call_fault(name: str, function: Any, arguments: tuple[str, ...]) -> str | None:
    """Return the fault of a function that is called with some arguments, or None."""
    shown = f"`{name}({', '.join(one for one in arguments if one != 'self')})`"
    if not callable(function):
        return f"{shown} is missing"
    try:
        signature(function).bind(*arguments)
    except TypeError:
        return f"`{name}` takes {signature(function)}; it should be {shown}"
    return None


def _statement_faults(states: Any) -> list[str]:
    """Return the faults of the list of problems and policies."""
    from netdesign.instance.blocks import Problem
    from netdesign.instance.policies import OWN_LIMITS, SEVERAL_LINKS, policy_names

    if not isinstance(states, tuple) or not states or not all(isinstance(one, States) for one in states):
        return ["states: a tuple of States is wanted, at least one"]
    faults = []
    for one in states:
        if not one.problems or not all(isinstance(problem, Problem) for problem in one.problems):
            faults.append("states: problems: a tuple of Problem is wanted, at least one")
        listed = (*policy_names(), OWN_LIMITS, SEVERAL_LINKS)
        stray = [str(policy) for policy in one.policies if policy not in listed]
        if stray:
            faults.append(f"states: policies: {', '.join(stray)}: no Policy; allowed: {', '.join(policy_names())}")
    return faults
