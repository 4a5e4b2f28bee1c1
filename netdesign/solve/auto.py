"""The choice of an engine for a question over one year or several, and of another one for a second proof."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from netdesign.errors import UsageError
from netdesign.instance.policies import HubRange
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.enumerable import MOST_SETS, has_linked_flows, most_operated, sets_bounded
from netdesign.solve.registry import AUTO, ONE_YEAR, STAGED, Choice
from netdesign.solve.set_prices import is_small

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.engine import Engine, Question, SearchScope
    from netdesign.solve.core.outcome import Solution
    from netdesign.solve.engine_record import EngineRecord
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion, StagedSolution

_LAST = "monolithic"
"""The engine that takes what no other does."""

_FEW_ROUTES = 10_000
"""Number of routes up to which the straight model takes some seconds."""


def choose_engine(question: Question) -> Choice[Instance, Engine]:
    """Return the requested engine, or for ``auto`` the first that suits.

    Raises
    ------
    UsageError
        The requested engine cannot state the problem or a policy in force; names them.
    """
    choice, few = _chosen(question)
    if few is None:
        return choice
    reason = f"{choice.reason}; {few.choice.name} answers up to {few.most} hubs, as {few.choice.reason}"
    return replace(choice, reason=reason)


def make_engine(question: Question) -> Engine:
    """Return the engine that ``choose_engine`` names; beside the model one for few hubs where that suits."""
    choice, few = _chosen(question)
    engine = choice.engine(question)
    return engine if few is None else FewAndMany(few.most, few.choice.engine(few.question), engine)


class _FewHubs(NamedTuple):
    """The question with few hubs, how many these are at most, and the engine that suits."""

    most: int
    question: Question
    choice: Choice[Instance, Engine]


def _chosen(question: Question) -> tuple[Choice[Instance, Engine], _FewHubs | None]:
    """Return the engine for all hubs, and another one for few where it is the model as all sets are too many."""
    instance, choice = question.instance, _choice(question)
    if question.asked != AUTO or question.has_users_model or choice.name != _LAST:
        return choice, None
    if is_small(instance, number_of_sets(instance, EVERYTHING)):
        return choice, None
    least, most = instance.hub_range
    # With more hubs there are more sets: the first number that is left to the model divides the numbers.
    numbers = range(least + 1, most)
    few = bisect_left(numbers, True, key=lambda number: _choice(_up_to(number, question)).name == _LAST)
    if not few:
        return choice, None
    asked = _up_to(numbers[few - 1], question)
    return choice, _FewHubs(numbers[few - 1], asked, _choice(asked))


def _choice(question: Question) -> Choice[Instance, Engine]:
    return ONE_YEAR.choose(question.asked, question.instance, has_users_model=question.has_users_model)


def _up_to(number: int, question: Question) -> Question:
    """Return the question with so many hubs at most."""
    instance = question.instance
    hub_count = HubRange(min=instance.hub_range[0], max=number)
    policies = instance.policies.model_copy(update={"hub_count": hub_count, "new_hubs": None})
    return question.with_instance(instance.replace(policies=policies))


class FewAndMany:
    """An engine for some numbers of hubs, and another one for the others."""

    def __init__(self, most: int, few: Engine, many: Engine) -> None:
        self._most, self._few, self._many = most, few, many

    def solve(self, search: SearchScope = EVERYTHING) -> Solution:
        """Return the best plan within a scope, with bound, reason for stopping and trace."""
        is_few = search.numbers is not None and search.numbers.stop - 1 <= self._most
        return (self._few if is_few else self._many).solve(search)


def another_engine(instance: Instance, name: str) -> EngineRecord[Instance, Engine]:
    """Return an engine other than the named one, for a second proof.

    It is enumeration if the sets are few enough, else decomposition if it can state the problem and the instance is not
    small, else the model, which may be the named one.
    """
    sets, bounded = number_of_sets(instance, EVERYTHING), sets_bounded(instance)
    most = most_operated(instance) if couples_commodities(instance) else MOST_SETS
    able = {
        "enumeration": has_linked_flows(instance) or bounded <= most,
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

    It is the straight model if it is small, as it shares least code with the others; else the first that can; where no
    other can, it is the named one.

    Raises
    ------
    UsageError
        No engine can.
    """
    able = [other for other in STAGED.names if other != name and STAGED.refusal(other, staged) is None]
    if "monolithic" in able and _routes(staged) <= _FEW_ROUTES:
        return STAGED["monolithic"]
    if able:
        return STAGED[able[0]]
    if name in STAGED.names and STAGED.refusal(name, staged) is None:
        return STAGED[name]
    message = "no engine can state the problem, so nothing can prove it again"
    raise UsageError(message)


def _routes(staged: StagedInstance) -> int:
    """Return the number of routes of all nodes before filtering."""
    sites = len(staged.base.allowed)
    return sum(len(node.instance.commodities) for node in staged.nodes) * sites * sites
