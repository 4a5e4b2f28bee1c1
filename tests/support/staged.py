"""From a text to a solved problem over years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.timing.value_of_information import wait_and_see_paths
from netdesign.instance.read import read_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.question import StagedQuestion
from tests.support.small_instances import write_instance

if TYPE_CHECKING:
    from pathlib import Path


def question_of(folder: Path, text: str, *overrides: str, scenario: str = "base") -> StagedQuestion:
    """Return the question that an instance asks; paths by themselves are solved where regret needs them.

    Parameters
    ----------
    folder
        Empty.
    text
        Of the instance.
    overrides
        As for ``--set``.
    scenario
        ``base``, ``tree``, or the name of one.
    """
    staged = read_staged(write_instance(folder, text), overrides, scenario=scenario)
    question = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))
    if staged.stages.risk.measure is not RiskMeasure.REGRET:
        return question
    costs = np.array([path.objective for path in wait_and_see_paths(question)], dtype=np.float64)
    return StagedQuestion(staged, question.networks, question.watch, known=costs)
