"""Advice where no engine states a problem: the policies to take out, or the problem to state instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.formulation import protocol
from netdesign.instance.policies import SEVERAL_LINKS, policy_names, stated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.instance import Instance
    from netdesign.instance.blocks import Problem
    from netdesign.solve.engine_record import EngineRecord


def remedies(records: Iterable[EngineRecord[Any, Any]], problem: Any, base: Instance) -> list[str]:
    """Return changes, each of which lets an engine state a problem; none where no change of these kinds does.

    Parameters
    ----------
    records
        The engines.
    problem, base
        The problem, and the one-year instance that holds its policies.
    """
    in_force = protocol.to_be_stated(base)
    able = [states for record in records if record.refusal(problem) is None for states in record.states]
    lacks = [in_force - stated(states.policies) for states in able if base.problem in states.problems]
    found = []
    if lacks:
        missing = min(lacks, key=len)
        found.append(
            protocol.remedy([policy for policy in (*policy_names(), SEVERAL_LINKS) if policy in missing], base)
        )
    others = [other for states in able if in_force <= stated(states.policies) for other in states.problems]
    if others:
        changes = min((_changes(base.problem, other) for other in others), key=len)
        found.append(" ".join(f"--set problem.{name}={value}" for name, value in changes.items()))
    return found


def _changes(problem: Problem, other: Problem) -> dict[str, object]:
    return {name: value for name, value in other if value != getattr(problem, name)}
