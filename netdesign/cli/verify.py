"""``netdesign verify``: is this result true."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.talk import ProgressLine, answer, interruptible, say


def verify(
    instance: opt.InstanceArgument,
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="File that `solve -o` wrote.", show_default=False)],
    prove: Annotated[bool, typer.Option("--prove", help="Prove the bounds again with another engine.")] = False,
    time_limit: opt.TimeLimitOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Price the plans of a result again from the instance, with the options that the result records.

    Exit codes: 0 all true, 7 something contradicted, 2 and 3 as for solve, 6 proof not finished in time.
    """
    from netdesign.analysis.prove import prove as prove_again
    from netdesign.analysis.verify import verify as verify_result
    from netdesign.errors import ExitCode
    from netdesign.solve.limits import SolveLimits, Watch
    from netdesign.solve.result_file import read_result

    watch = Watch(SolveLimits(opt.checked_time_limit(time_limit)))
    document = read_result(result)
    problem, found = verify_result(instance, document)
    contradictions, proofs = found.contradictions, found.proofs
    if prove and not contradictions:
        progress = ProgressLine(quiet=quiet)
        with interruptible(watch):
            proven = prove_again(problem, document, watch, progress)
        progress.clear()
        contradictions, proofs = proven.contradictions, proven.proofs
    for proof in proofs:
        say(proof, quiet=quiet)
    if contradictions:
        answer("".join(f"contradicted: {text}\n" for text in contradictions))
        raise typer.Exit(ExitCode.CONTRADICTED)
    plan = "no plan is claimed" if document.plan is None else "plan true and feasible"
    if prove and watch.is_over:
        answer(f"{plan}; bound not re-proven: stopped before the proof was complete\n")
        raise typer.Exit(ExitCode.STOPPED_WITHOUT_PLAN)
    answer(f"{plan}; bound {'proven again by another engine' if prove else 'not re-proven'}\n")
