"""The parts of a result over years that record the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.analysis.problem import versions
from netdesign.instance.published.reading import name_of
from netdesign.results.document import InstancePart

if TYPE_CHECKING:
    from netdesign.analysis.call import AnyCall
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.multistage.question import StagedEngine
    from netdesign.solve.registry import Choice


def record_of_timing(
    name_or_path: Named,
    call: AnyCall,
    problem: TimingProblem,
    watch: Watch,
    choice: Choice[StagedInstance, StagedEngine],
) -> dict[str, Any]:
    """Return the parts of a result over years that record the call."""
    base = problem.staged.base
    return {
        "instance": InstancePart(name=base.name, digest=base.digest, warnings=list(problem.warnings)),
        "engine": {"name": choice.name, "reason": choice.reason},
        "problem": problem.record,
        "options": call.to_record() | watch.limits.to_record(),
        "reader": {"format_in": "netdesign", "instance": name_of(name_or_path)},
        "versions": versions(),
    }
