"""Which staged engine answers a question, and why; engines are loaded only where they are used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, cast

from netdesign.errors import UsageError
from netdesign.solve.multistage.question import StagedEngineName

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion, StagedSolution

ENGINES = {
    StagedEngineName.DYNAMIC: "netdesign.solve.multistage.dynamic:Dynamic",
    StagedEngineName.CONFIGURATIONS: "netdesign.solve.multistage.configurations:Configurations",
    StagedEngineName.DECOMPOSITION: "netdesign.solve.multistage.decomposition:StagedDecomposition",
    StagedEngineName.MONOLITHIC: "netdesign.solve.multistage.straight:Straight",
}
"""Module and class of each engine, in the order in which they are preferred."""

_FEW_ROUTES = 10_000
"""Routes up to which the straight model proves in some seconds."""


@dataclass(frozen=True)
class StagedChoice:
    """An engine and the reason for it, in words."""

    engine: type[StagedEngine]
    reason: str

    @property
    def name(self) -> StagedEngineName:
        """Of the engine."""
        return self.engine.name


def engine_class(name: StagedEngineName) -> type[StagedEngine]:
    """Return an engine by name."""
    module, _, attribute = ENGINES[name].partition(":")
    return cast("type[StagedEngine]", getattr(import_module(module), attribute))


def choose_staged_engine(question: StagedQuestion) -> StagedChoice:
    """Return the engine that was asked for, or the first that can state the problem.

    Raises
    ------
    UsageError
        The engine that was asked for cannot state the problem, or none can; says why.
    """
    if question.asked is not StagedEngineName.AUTO:
        return _as_asked(question)
    refused: list[str] = []
    for name in ENGINES:
        engine = engine_class(name)
        refusal = engine.refusal(question.staged)
        if refusal is None:
            return StagedChoice(engine, "; ".join(refused) or "it states the problem, and proves soonest")
        refused.append(f"{name} cannot: {refusal}")
    message = f"no engine can state the problem: {'; '.join(refused)}"
    raise UsageError(message)


def choice_after(choice: StagedChoice, staged: StagedInstance) -> StagedChoice | None:
    """Return the next engine that can state a problem of which the chosen one found no plan, as it is too large for it.

    Parameters
    ----------
    choice
        What ended so.
    staged
        The problem.
    """
    names = list(ENGINES)
    for name in names[names.index(choice.name) + 1 :]:
        engine = engine_class(name)
        if engine.refusal(staged) is None:
            return StagedChoice(engine, f"{choice.name} would need too large a program and found no plan")
    return None


def _as_asked(question: StagedQuestion) -> StagedChoice:
    engine = engine_class(question.asked)
    refusal = engine.refusal(question.staged)
    if refusal is not None:
        message = f"--engine {question.asked} cannot state the problem: {refusal}; --engine auto takes one that can"
        raise UsageError(message)
    return StagedChoice(engine, "as asked for")


def choose_beside(question: StagedQuestion) -> StagedChoice:
    """Return the engine for a question beside the one that was asked: the same where it can state it, else another.

    Raises
    ------
    UsageError
        None can state it.
    """
    try:
        return choose_staged_engine(question)
    except UsageError:
        return choose_staged_engine(replace(question, asked=StagedEngineName.AUTO))


def solve_beside(question: StagedQuestion) -> StagedSolution:
    """Answer a question that stands beside the one that was asked.

    Raises
    ------
    UsageError
        No engine can state it.
    """
    return choose_beside(question).engine(question).solve()


def another_staged_engine(staged: StagedInstance, name: str) -> type[StagedEngine]:
    """Return an engine other than the named one that can state a problem, to prove its answer again.

    The straight model where it is small, as it shares least with the others; else the first that can.

    Raises
    ------
    UsageError
        There is none.
    """
    others = {other: engine_class(other) for other in ENGINES if other.value != name}
    able = {other: engine for other, engine in others.items() if engine.refusal(staged) is None}
    straight = able.get(StagedEngineName.MONOLITHIC)
    if straight is not None and _routes(staged) <= _FEW_ROUTES:
        return straight
    if not able:
        message = f"no engine but {name} can state the problem, so nothing can prove it again"
        raise UsageError(message)
    return next(iter(able.values()))


def _routes(staged: StagedInstance) -> int:
    """Return how many routes there are, of all nodes, before any is filtered."""
    sites = len(staged.base.allowed)
    return sum(len(node.instance.commodities) for node in staged.nodes) * sites * sites
