"""Sentences on a step from one number of hubs to the next: whether it pays, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import best_of, number_of_hubs, numbers_of_hubs, ordinal, with_article
from netdesign.results.document import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netdesign.report.sentences import Asked
    from netdesign.report.words import Measure
    from netdesign.results.document import LinearNetworkPart, NetworkPart, ResultDocument, StepPart

    AnyNetwork = NetworkPart | LinearNetworkPart


def step_sentences(
    steps: Sequence[StepPart],
    networks: Mapping[int, AnyNetwork],
    measure: Measure,
    fails: str,
    searched_as_one: tuple[int, int] | None,
) -> Iterator[tuple[StepPart, str]]:
    """Yield each step with its sentence; steps in a row of which nothing is known share that of the first.

    Parameters
    ----------
    steps
        Whether each further hub pays, ascending.
    networks
        The networks before and after them, by number of hubs.
    measure, fails, searched_as_one
        As of ``_step_sentence``.
    """
    unknown: list[StepPart] = []
    for place, step in enumerate(steps):
        more = networks[step.to_hubs]
        if _is_unknown(step, more):
            unknown.append(step)
            following = steps[place + 1] if place + 1 < len(steps) else None
            if following is not None and _is_unknown(following, networks[following.to_hubs]):
                continue
            if len(unknown) > 1:
                hubs = f"a network of {numbers_of_hubs(unknown[0].to_hubs, step.to_hubs)}"
                yield unknown[0], _nothing_known(hubs, measure)
                unknown = []
                continue
        unknown = []
        yield step, _step_sentence(step, networks[step.from_hubs], more, measure, fails, searched_as_one)


def _is_unknown(step: StepPart, more: AnyNetwork) -> bool:
    is_undecided = step.verdict is Verdict.UNDECIDED and not more.open_hubs
    return is_undecided and step.saving_at_least is None and step.saving_at_most is None


def _nothing_known(asked: str, measure: Measure) -> str:
    return f"Whether {asked} {measure.pays[0]} is undecided: the search stopped before its bounds could say anything."


def _step_sentence(
    step: StepPart,
    fewer: AnyNetwork,
    more: AnyNetwork,
    measure: Measure,
    fails: str,
    searched_as_one: tuple[int, int] | None,
) -> str:
    """Return whether a step pays, by how much, and what is proven of it.

    Parameters
    ----------
    step
        The step.
    fewer, more
        The networks before and after it.
    measure
        Words of the objective.
    fails
        Verb phrase for what no network does.
    searched_as_one
        The smallest and the largest number of hubs of which the network after it is the best; None where it is of one
        number.
    """
    pays = measure.pays[0]
    hub = _hub(step)
    # What a bound of numbers that were searched as one proves or leaves open, it does of all of them.
    asked = hub
    if searched_as_one is not None:
        least, most = searched_as_one
        asked = f"a network of {numbers_of_hubs(max(least, step.from_hubs + 1), most)}"
    subject, subjects = (words[0].upper() + words[1:] for words in (hub, asked))
    best = best_of("", more.termination)
    before = measure.network(fewer.open_hubs) or number_of_hubs(fewer.hubs)
    after = measure.network(more.open_hubs) or number_of_hubs(more.hubs)
    match step.verdict:
        case Verdict.PAYS:
            part = f"{(step.saving or 0.0) / (fewer.objective or 1.0):.1%}"
            saves = f"saves {measure.text(step.saving)}{measure.per} ({part}) against {before}"
            return f"{subject} {pays}: {after} {saves}; proven{_at_least(step, measure)}."
        case Verdict.DOES_NOT_PAY:
            return _not_paying(step, subjects, before, after, best, measure)
        case Verdict.NEEDED:
            needed = f"{subject} is" if step.to_hubs == step.from_hubs + 1 else "More hubs are"
            return f"{needed} needed: no network with {fewer.hubs} {fails}; the {best} is {after}."
        case Verdict.IMPOSSIBLE:
            return f"{subject} is impossible: no network with {number_of_hubs(more.hubs)} {fails}; proven."
        case Verdict.UNDECIDED if step.saving_at_least is None and step.saving_at_most is None:
            return _nothing_known(asked, measure)
        case Verdict.UNDECIDED:
            is_stopped = fewer.termination.is_limit or more.termination.is_limit
            so_far = "so far" if is_stopped else "at this gap"
            return f"Whether {asked} {pays} is undecided {so_far}: against {before} it {_limits(step, measure)}."


def _at_least(step: StepPart, measure: Measure) -> str:
    """Return what is proven of a saving; nothing where that is the saving itself, as it is told."""
    least = measure.text(step.saving_at_least)
    return "" if least == measure.text(step.saving) else f", at least {least}"


def _not_paying(step: StepPart, subjects: str, before: str, after: str, best: str, measure: Measure) -> str:
    """Return that a step does not pay, and what is proven of it.

    Parameters
    ----------
    step
        The step.
    subjects
        What it adds, as a sentence begins.
    before, after
        The networks before and after it, by their hubs.
    best
        How a sentence calls the best network.
    measure
        Words of the objective.
    """
    pays, does_not_pay = measure.pays
    if step.saving is None:
        return f"{subjects} {does_not_pay}: no network with it can be better than {before}; proven by the bounds."
    if after == before:
        return f"No further hub {pays}: the best network is {before}; proven."
    if step.saving > -measure.same:
        return f"{subjects} {does_not_pay}: the {best}, {after}, {measure.more} the same as {before}; proven."
    further = f"{measure.more} {measure.text(-step.saving)}{measure.per} more than {before}"
    return f"{subjects} {does_not_pay}: the {best}, {after}, {further}; proven."


def _hub(step: StepPart) -> str:
    """Return what a step adds: ``a second hub``, or ``a network of 3 hubs`` where that is more than one."""
    is_next = step.to_hubs == step.from_hubs + 1
    return with_article(f"{ordinal(step.to_hubs)} hub" if is_next else f"network of {number_of_hubs(step.to_hubs)}")


def _limits(step: StepPart, measure: Measure) -> str:
    """Return what a step may save at most, and how much worse it may be, in words."""
    least, most = step.saving_at_least, step.saving_at_most
    saves = "" if most is None else f"saves at most {measure.text(most)}{measure.per}"
    if least is None:
        return f"{saves}, if anything"
    worse = "is no worse" if least > -measure.same else f"{measure.more} at most {measure.text(-least)} more"
    return f"{saves}, or {worse}" if saves else f"{worse}, and may save more than is known"


def better_with_fewer(result: ResultDocument, step: StepPart, more: NetworkPart, measure: Measure) -> list[str]:
    """Return a remark where a network with still fewer hubs is better than both networks of a step."""
    if step.verdict is not Verdict.PAYS:
        return []
    fewer = [n for n in result.networks if n.hubs < step.from_hubs and n.plan and n.objective is not None]
    best = min(fewer, key=lambda n: n.objective or 0.0, default=None)
    if best is None or best.plan is None or (best.objective or 0.0) > (more.objective or 0.0):
        return []
    return [f"the {best_of('', best.termination)} with fewer hubs is {measure.network(best.plan.open_hubs)}"]


def unsearched(step: StepPart, asked: Asked) -> list[str]:
    """Return a remark on the numbers of hubs between today's and the permitted ones, which were not searched."""
    if step.verdict is Verdict.IMPOSSIBLE or not asked.unsearched:
        return []
    first, last = asked.unsearched[0], asked.unsearched[-1]
    numbers = f"{first}" if first == last else f"{first} to {last}"
    return [f"this is against today's network only: networks of {numbers} hubs were not searched"]
