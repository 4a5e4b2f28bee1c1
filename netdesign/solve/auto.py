"""The choice of an engine for a question over one year or several, and of another one for a second proof."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.enumerable import MOST_SETS, most_operated, sets_bounded
from netdesign.solve.registry import AUTO, ONE_YEAR, STAGED, Choice
from netdesign.solve.set_prices import is_small

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.engine import Engine, Question
    from netdesign.solve.engine_record import EngineRecord
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion, StagedSolution

_FEW_ROUTES = 10_000
"""Number of routes up to which the straight model takes some seconds."""


def choose_engine(question: Question) -> Choice[Instance, Engine]:
    """Return the requested engine, or for ``auto`` the first that suits.

    Raises
    ------
    UsageError
        The requested engine cannot state the problem or a policy in force; names them.
    """
    return ONE_YEAR.choose(question.asked, question.instance, has_users_model=question.has_users_model)


def make_engine(question: Question) -> Engine:
    """Return the engine that ``choose_engine`` names."""
    return choose_engine(question).engine(question)


def another_engine(instance: Instance, name: str) -> EngineRecord[Instance, Engine]:
    """Return an engine other than the named one, for a second proof.

    It is enumeration if the sets are few enough, else decomposition if it can state the problem and the instance is not
    small, else the model, which may be the named one.
    """
    sets, bounded = number_of_sets(instance, EVERYTHING), sets_bounded(instance)
    able = {
        "enumeration": bounded <= (most_operated(instance) if couples_commodities(instance) else MOST_SETS),
        "decomposition": not is_small(instance, sets),
    }
    for other, is_able in able.items():
        if is_able and other != name and ONE_YEAR.refusal(other, instance) is None:
            return ONE_YEAR[other]
    return ONE_YEAR["monolithic"]


def choose_staged_engine(question: StagedQuestion) -> Choice[StagedInstance, StagedEngine]:
    """Return the requested engine, or for ``auto`` the first that suits.

    Raises
    ------
    UsageError
        The requested engine, or every engine, cannot state the problem; gives the reason.
    """
    return STAGED.choose(question.asked, question.staged)


def choice_after(
    choice: Choice[StagedInstance, StagedEngine], staged: StagedInstance
) -> Choice[StagedInstance, StagedEngine] | None:
    """Return the next engine for a problem that is too large for the chosen one, or None."""
    names = STAGED.names
    for name in names[names.index(choice.name) + 1 :]:
        if STAGED.refusal(name, staged) is None:
            reason = f"{choice.name} would need too large a program and found no plan"
            return Choice(STAGED[name], reason, STAGED[name].needs_model(staged))
    return None


def choose_auxiliary(question: StagedQuestion) -> Choice[StagedInstance, StagedEngine]:
    """Return the engine for an auxiliary question: the requested one if it can state it, else another.

    Raises
    ------
    UsageError
        No engine can state it.
    """
    try:
        return choose_staged_engine(question)
    except UsageError:
        return choose_staged_engine(replace(question, asked=AUTO))


def solve_auxiliary(question: StagedQuestion) -> StagedSolution:
    """Solve an auxiliary question.

    Raises
    ------
    UsageError
        No engine can state it.
    """
    return choose_auxiliary(question).engine(question).solve()


def another_staged_engine(staged: StagedInstance, name: str) -> EngineRecord[StagedInstance, StagedEngine]:
    """Return an engine other than the named one that can state a problem, for a second proof.

    It is the straight model if it is small, as it shares least code with the others; else the first that can.

    Raises
    ------
    UsageError
        No other engine can.
    """
    able = [other for other in STAGED.names if other != name and STAGED.refusal(other, staged) is None]
    if "monolithic" in able and _routes(staged) <= _FEW_ROUTES:
        return STAGED["monolithic"]
    if not able:
        message = f"no engine but {name} can state the problem, so nothing can prove it again"
        raise UsageError(message)
    return STAGED[able[0]]


def _routes(staged: StagedInstance) -> int:
    """Return the number of routes of all nodes before filtering."""
    sites = len(staged.base.allowed)
    return sum(len(node.instance.commodities) for node in staged.nodes) * sites * sites
