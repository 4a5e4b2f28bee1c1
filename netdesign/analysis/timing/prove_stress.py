"""Prove again with another engine what a result of stress over years states of its plans, and of a few worlds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.prove import contradicted, proof_words
from netdesign.analysis.stress.draws import SOLVED_AGAIN
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.analysis.timing.moved_years import MovedYears
from netdesign.analysis.timing.stress import decisions_in
from netdesign.analysis.timing.stressed_plans import BEST, WITHOUT, question_without
from netdesign.analysis.timing.value_of_information import paths_alone
from netdesign.analysis.timing.worlds_of_plans import WorldsOfPlans
from netdesign.instance.distributions import distributions_of
from netdesign.instance.stages import RiskMeasure
from netdesign.results.plans_over_years import plan_over_years
from netdesign.results.staged_result import wait_and_see_costs
from netdesign.results.timing_stress_document import WorldMethod
from netdesign.solve.auto import another_staged_engine, choose_auxiliary
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import exactness, silent
from netdesign.solve.multistage.pricing import make_pricer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.instance.published.reading import Named
    from netdesign.results.part import Ended
    from netdesign.results.timing_stress_document import TimingStressDocument
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion


def prove_timing_stress(
    result: StatedResult[TimingStressDocument, TimingProblem, TimingStressCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best plan and for those without a hub, and build the first worlds anew.

    Calendars fixed at the root are not proven again: only one engine finds them.

    Raises
    ------
    UsageError
        No engine can state the problem.
    """
    name_or_path, document, problem, call = result
    question = problem.question(watch, listen, call.engine)
    found: list[str] = []
    proofs: list[str] = []
    is_by_another = True
    for name, asked, stated in _searches(question, document):
        if watch.is_over:
            break
        used = choose_auxiliary(asked).name
        record = another_staged_engine(asked.staged, used)
        is_by_another = is_by_another and record.name != used
        again = record.engine(replace(asked, task=f"proof of {name}")).solve()
        found += [f"{name}: {text}" for text in contradicted(stated, again, "EUR", asked.scale)]
        proofs.append(f"{name}: solved again by {record.name}; {proof_words(again, 'EUR', 'permitted')}")
    draws = document.draws
    if draws is not None and draws.worlds and draws.method is WorldMethod.COMPOSED and not watch.is_over:
        found += _of_worlds(name_or_path, document, question, call)
        number = min(SOLVED_AGAIN, draws.worlds)
        worlds = "1 world" if number == 1 else f"{number} worlds"
        proofs.append(f"draws: the years of {worlds} built anew, priced by the referee")
    return Verification(tuple(found), tuple(proofs), is_by_another)


def _searches(question: StagedQuestion, document: TimingStressDocument) -> Iterator[tuple[str, StagedQuestion, Ended]]:
    """Yield name, question and stated outcome of each search that another engine can do."""
    asked, known = question, wait_and_see_costs(list(document.known))
    if question.staged.stages.risk.measure is RiskMeasure.REGRET:
        for path, alone in zip(document.known, paths_alone(question), strict=False):
            yield alone.task, alone, path
        if known is None:
            return  # some path has no plan, so that the tree has none
        asked = replace(question, known=known)
    yield f"{BEST} plan", asked, document.plans[0] if document.plans else document
    for stated in document.plans:
        for name in stated.names:
            if name.startswith(WITHOUT) and len(stated.names) == 1:
                yield name, question_without(asked, name.removeprefix(WITHOUT)), stated


def _of_worlds(
    name_or_path: Named, document: TimingStressDocument, question: StagedQuestion, call: TimingStressCall
) -> Iterator[str]:
    """Yield plans whose cost in one of the first worlds, built anew, is not what follows from the figures."""
    draws = document.draws
    assert draws is not None
    limits = replace(question.watch.limits, seed=document.options["seed"])
    seeded = replace(question, watch=Watch(limits, question.watch.stopped, question.watch.started))
    distributions = distributions_of(question.staged.base)
    worlds = draw_worlds(distributions, draws.asked, limits.seed)
    most = min(SOLVED_AGAIN, draws.worlds)
    plans = [decisions_in(plan_over_years(one, question.staged)) for one in document.plans]
    with closing(make_pricer(1, None, lambda _: None)) as pricer:
        moved = MovedYears(name_or_path, call)
        operating = WorldsOfPlans(moved, seeded, distributions.figures, plans, pricer)
        found = operating.operate(worlds, most)
        for number, world in enumerate(worlds[: found.done]):
            built = operating.in_built(world)
            if built is None:
                return
            for place, stated in enumerate(document.plans):
                low, high = found.lower[number, place], found.upper[number, place]
                bound, cost = float(built[0][place]), float(built[1][place])
                noise = TOLERANCE * exactness(min(cost, high)) if min(cost, high) < float("inf") else 0.0
                if cost < low - noise or bound > high + noise:
                    yield (
                        f"draws: world {number + 1}: {', '.join(stated.names)} costs {low:.2f} to {high:.2f}; built "
                        f"anew it costs {bound:.2f} to {cost:.2f}"
                    )
