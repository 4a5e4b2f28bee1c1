"""Which staged engine answers a question, one beside it, and which one proves its answer again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.solve.registry import AUTO, STAGED, Choice

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion, StagedSolution
    from netdesign.solve.registry import EngineRecord

_FEW_ROUTES = 10_000
"""Routes up to which the straight model proves in some seconds."""


def choose_staged_engine(question: StagedQuestion) -> Choice[StagedInstance, StagedEngine]:
    """Return the engine that was asked for, or the first that can state the problem.

    Raises
    ------
    UsageError
        The engine that was asked for cannot state the problem, or none can; says why.
    """
    return STAGED.choose(question.asked, question.staged)


def choice_after(
    choice: Choice[StagedInstance, StagedEngine], staged: StagedInstance
) -> Choice[StagedInstance, StagedEngine] | None:
    """Return the next engine that can state a problem of which the chosen one found no plan, as it is too large for it.

    Parameters
    ----------
    choice
        What ended so.
    staged
        The problem.
    """
    names = STAGED.names
    for name in names[names.index(choice.name) + 1 :]:
        if STAGED.refusal(name, staged) is None:
            reason = f"{choice.name} would need too large a program and found no plan"
            return Choice(STAGED[name], reason, STAGED[name].needs_model(staged))
    return None


def choose_beside(question: StagedQuestion) -> Choice[StagedInstance, StagedEngine]:
    """Return the engine for a question beside the one that was asked: the same where it can state it, else another.

    Raises
    ------
    UsageError
        None can state it.
    """
    try:
        return choose_staged_engine(question)
    except UsageError:
        return choose_staged_engine(replace(question, asked=AUTO))


def solve_beside(question: StagedQuestion) -> StagedSolution:
    """Answer a question that stands beside the one that was asked.

    Raises
    ------
    UsageError
        No engine can state it.
    """
    return choose_beside(question).engine(question).solve()


def another_staged_engine(staged: StagedInstance, name: str) -> EngineRecord[StagedInstance, StagedEngine]:
    """Return an engine other than the named one that can state a problem, to prove its answer again.

    The straight model where it is small, as it shares least with the others; else the first that can.

    Raises
    ------
    UsageError
        There is none.
    """
    able = [other for other in STAGED.names if other != name and STAGED.refusal(other, staged) is None]
    if "monolithic" in able and _routes(staged) <= _FEW_ROUTES:
        return STAGED["monolithic"]
    if not able:
        message = f"no engine but {name} can state the problem, so nothing can prove it again"
        raise UsageError(message)
    return STAGED[able[0]]


def _routes(staged: StagedInstance) -> int:
    """Return how many routes there are, of all nodes, before any is filtered."""
    sites = len(staged.base.allowed)
    return sum(len(node.instance.commodities) for node in staged.nodes) * sites * sites
