"""A plan with few new hubs, for a search over any number of them to begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.instance.options import HubOptions, apply_hub_options
from netdesign.solve.core.limits import Watch
from netdesign.solve.multistage.dynamic import size_refusal
from netdesign.solve.registry import STAGED

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion

_FEW = (2, 1)
"""Numbers of new hubs that are tried, the first that the recursion over states can take."""
_SHARE = 0.1
_LONGEST_S = 60.0
"""Of the time that is left, and in seconds: what beginning well may take."""
_GAP = 1e-2


def plan_with_few_hubs(question: StagedQuestion) -> StagedPlan | None:
    """Return a good plan with few new hubs, or None where none is found soon.

    Where the recursion could take the whole problem there is none either: then nobody who asks for another engine
    wants its answer.
    """
    staged = question.staged
    if size_refusal(staged) is None:
        return None
    few = next((one for one in (_with_few(staged, most) for most in _FEW) if one is not None), None)
    if few is None:
        return None
    able = [name for name in ("dynamic", "configurations") if STAGED.refusal(name, few) is None]
    if not able:
        return None
    engine = STAGED[able[0]].engine
    watch = question.watch
    until_s = watch.elapsed_s + min(_LONGEST_S, _SHARE * watch.remaining_s)
    limits = replace(watch.limits, time_limit_s=until_s, relative_gap=max(_GAP, watch.limits.relative_gap))

    def hear(progress: Progress) -> None:
        # The bound is one for few hubs only.
        question.listen(replace(progress, bound=None, hubs_left=None))

    asked = replace(question.about(few, question.networks, question.task), known=question.known, listen=hear)
    return engine(replace(asked, watch=Watch(limits, watch.stopped, watch.started))).solve().plan


def _with_few(staged: StagedInstance, most: int) -> StagedInstance | None:
    """Return the problem with at most so many new hubs, None where its rules ask for more or states are too many."""
    try:
        few = replace(staged, base=apply_hub_options(staged.base, HubOptions(max_new=most)))
    except UsageError:
        return None
    return few if size_refusal(few) is None else None
