"""The choice of an engine for a question, and of another one for a second proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.enumeration import FEW_OPERATED, MOST_SETS
from netdesign.solve.registry import ONE_YEAR
from netdesign.solve.set_prices import is_small

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Engine, Question
    from netdesign.solve.registry import Choice, EngineRecord


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
    small, else the model.
    """
    sets = number_of_sets(instance, EVERYTHING)
    able = {
        "enumeration": sets <= (FEW_OPERATED if couples_commodities(instance) else MOST_SETS),
        "decomposition": not is_small(instance, sets),
    }
    for other, is_able in able.items():
        if is_able and other != name and ONE_YEAR.refusal(other, instance) is None:
            return ONE_YEAR[other]
    return ONE_YEAR["monolithic"]
