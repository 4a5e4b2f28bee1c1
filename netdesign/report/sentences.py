"""The answer in sentences: whether a further hub pays, and where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.catalogue import models
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.blocks import Objective
from netdesign.report.words import measure_of, name_of, network_name, objective_of, ordinal, with_article
from netdesign.results.document import RunnerUpPart, Verdict
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance import Instance
    from netdesign.report.words import Measure
    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.results.document import (
        FurtherSearch,
        LinearNetworkPart,
        LinearPart,
        NetworkPart,
        ResultDocument,
        StepPart,
    )
    from netdesign.results.tipping_document import TippingDocument


_FURTHER: dict[FurtherSearch, str] = {"runner_up": "the runner-up of", "minima": "what minima cost in"}


@dataclass(frozen=True)
class Asked:
    """Options of a call that a result does not hold.

    Parameters
    ----------
    forbidding
        Policies in force that can make the problem infeasible.
    least
        Smallest permitted number of hubs.
    existing
        Number of existing hubs.
    centres
        Sorting centres of the instance.
    """

    forbidding: Sequence[str]
    least: int
    existing: int
    centres: frozenset[str] = frozenset()

    @classmethod
    def of(cls, instance: Instance) -> Asked:
        """Return this for an instance with the options of a call."""
        least, _ = instance.hub_range
        existing = instance.number_of_hubs(instance.existing)
        return cls(forbidding_policies(instance), least, existing, instance.centres)

    @property
    def unsearched(self) -> range:
        """Numbers of hubs above today's and below the permitted ones."""
        return range(self.existing + 1, self.least)


def answer_lines(result: ResultDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer whether and where."""
    forbidding = asked.forbidding
    if result.termination is Termination.INFEASIBLE:
        if users_model(result):
            return [f"The model {users_model(result)} permits no network; proven of this file, not of the instance."]
        return [f"No permitted network is feasible{unkept(forbidding)}; proven."]
    file = users_model(result)
    fails = f"is permitted by the model {file}" if file else _fails(forbidding)
    whose = [f"All this is proven of the model {file}; the referee has priced the plans."] if file else []
    if objective_of(result) is Objective.HUB_NUMBER:
        return [*_fewest_hubs(result, asked), *whose]
    measure = replace(measure_of(result), centres=asked.centres)
    by_hubs = {network.hubs: network for network in result.networks}
    lines = []
    for step in result.steps:
        fewer, more = by_hubs[step.from_hubs], by_hubs[step.to_hubs]
        sentence = _step_sentence(step, fewer, more, measure, fails)
        cheaper = _better_with_fewer(result, step, more, measure)
        unsearched = [] if fewer.permitted else _unsearched(step, asked)
        lines.append("; ".join([sentence.removesuffix("."), *cheaper, *unsearched]) + ".")
        if more.runner_up is not None:
            lines += _runner_up_sentences(result, more, measure)
    lines += [_lone_sentence(network, measure, fails) for network in result.networks if not result.steps]
    if result.plan is not None and not asked.existing:
        lines.append("  Runner-up: not searched for, as no hub exists yet.")
    return [*lines, *whose, *_linear_lines(result, measure, fails)]


def _linear_lines(result: ResultDocument, measure: Measure, fails: str) -> list[str]:
    """Return what the answer would be by the tonne, where it would be another."""
    linear = result.linear
    if linear is None or _verdicts(linear) == _verdicts(result):
        return []
    by_hubs = {network.hubs: network for network in linear.networks}
    steps = [
        f"  {_step_sentence(step, by_hubs[step.from_hubs], by_hubs[step.to_hubs], measure, fails)}"
        for step in linear.steps
    ]
    lone = [
        f"  The best network with {network.hubs} {_hubs(network.hubs)} is {measure.network(network.open_hubs)}, "
        f"{measure.text(network.objective)}{measure.per}."
        for network in linear.networks
        if not linear.steps and network.open_hubs
    ]
    return [
        "Priced by the tonne, as if vehicles were always full and nobody waited, it would be otherwise:",
        *steps,
        *lone,
    ]


def _verdicts(answer: ResultDocument | LinearPart) -> list[object]:
    """Return what an answer decides: which steps pay, and where; without steps, which hubs are best for each number."""
    reached = {step.to_hubs for step in answer.steps if step.verdict is Verdict.PAYS}
    hubs = {network.hubs: sorted(network.open_hubs) for network in answer.networks}
    decided = {number: names for number, names in hubs.items() if number in reached or not answer.steps}
    return [decided, *(step.verdict for step in answer.steps)]


def users_model(result: ResultDocument | AlternativesDocument | TippingDocument) -> str | None:
    """Return the file of the user's model in a result; None for a bundled model."""
    model = result.options.get("model")
    return None if model is None or model in models() else str(model)


def unkept(forbidding: Sequence[str]) -> str:
    """Return the end of a sentence on infeasibility: the policies that no network keeps together."""
    return f": none {_fails(forbidding)}" if forbidding else ""


def _fails(forbidding: Sequence[str]) -> str:
    """Return the verb phrase for what no network does."""
    listed = ", ".join(name.replace("_", " ") for name in forbidding)
    return f"keeps every policy in force ({listed})" if listed else "is feasible"


def _better_with_fewer(result: ResultDocument, step: StepPart, more: NetworkPart, measure: Measure) -> list[str]:
    """Return a remark where a network with still fewer hubs is better than both networks of a step."""
    if step.verdict is not Verdict.PAYS:
        return []
    fewer = [n for n in result.networks if n.hubs < step.from_hubs and n.plan and n.objective is not None]
    best = min(fewer, key=lambda n: n.objective or 0.0, default=None)
    if best is None or best.plan is None or (best.objective or 0.0) > (more.objective or 0.0):
        return []
    return [f"the best with fewer hubs is {measure.network(best.plan.open_hubs)}"]


def _unsearched(step: StepPart, asked: Asked) -> list[str]:
    """Return a remark on the numbers of hubs between today's and the permitted ones, which were not searched."""
    if step.verdict is Verdict.IMPOSSIBLE or not asked.unsearched:
        return []
    first, last = asked.unsearched[0], asked.unsearched[-1]
    numbers = f"{first}" if first == last else f"{first} to {last}"
    return [f"this is against today's network only: networks of {numbers} hubs were not searched"]


def _fewest_hubs(result: ResultDocument, asked: Asked) -> list[str]:
    """Return sentences on the smallest number of hubs that keeps every deadline, and whether today's hubs do."""
    lines = []
    today = result.networks[0]
    if len(result.networks) > 1 and today.termination is Termination.INFEASIBLE:
        lines.append(f"Today's {today.hubs} {_hubs(today.hubs)} cannot keep every deadline; proven.")
    elif not today.permitted and today.plan is not None:
        does = _keep(today.hubs)
        lines.append(f"Today's {today.hubs} {_hubs(today.hubs)} {does} every deadline, but more are asked for.")
    if result.plan is None or result.objective is None:
        return [*lines, "No network that keeps every deadline was found before the solve stopped."]
    number, name = len(result.plan.open_hubs), network_name(result.plan.open_hubs)
    least = max(1, math.ceil((result.bound or 0.0) - 1e-6))
    proven = "no fewer can; proven" if least >= number else f"whether fewer can is open, no fewer than {least} can"
    if number == asked.least and asked.unsearched:
        proven = "networks of fewer hubs were not searched"
    return [*lines, f"{number} {_hubs(number)} {_keep(number)} every deadline: {name}; {proven}."]


def _keep(number: int) -> str:
    return "keeps" if number == 1 else "keep"


def _step_sentence(
    step: StepPart,
    fewer: NetworkPart | LinearNetworkPart,
    more: NetworkPart | LinearNetworkPart,
    measure: Measure,
    fails: str,
) -> str:
    pays, does_not_pay = measure.pays
    name = f"{ordinal(step.to_hubs)} hub" if step.to_hubs == step.from_hubs + 1 else f"network of {step.to_hubs} hubs"
    hub = with_article(name)
    subject = hub[0].upper() + hub[1:]
    before = measure.network(fewer.open_hubs) or f"{fewer.hubs} hubs"
    after = measure.network(more.open_hubs) or f"{more.hubs} hubs"
    match step.verdict:
        case Verdict.PAYS:
            part = f"{(step.saving or 0.0) / (fewer.objective or 1.0):.1%}"
            saves = f"saves {measure.text(step.saving)}{measure.per} ({part}) against {before}"
            return f"{subject} {pays}: {after} {saves}; proven, at least {measure.text(step.saving_at_least)}."
        case Verdict.DOES_NOT_PAY:
            if step.saving is None:
                return (
                    f"{subject} {does_not_pay}: no network with it can be better than {before}; proven by the bounds."
                )
            if after == before:
                return f"No further hub {pays}: the best network is {before}; proven."
            if step.saving > -measure.same:
                return f"{subject} {does_not_pay}: the best, {after}, {measure.more} the same as {before}; proven."
            further = f"{measure.more} {measure.text(-step.saving)}{measure.per} more than {before}"
            return f"{subject} {does_not_pay}: the best, {after}, {further}; proven."
        case Verdict.NEEDED:
            needed = f"{subject} is" if step.to_hubs == step.from_hubs + 1 else "More hubs are"
            return f"{needed} needed: no network with {fewer.hubs} {fails}; the best is {after}."
        case Verdict.IMPOSSIBLE:
            return f"{subject} is impossible: no network with {more.hubs} hubs {fails}; proven."
        case Verdict.UNDECIDED if step.saving_at_least is None and step.saving_at_most is None:
            return f"Whether {hub} {pays} is undecided: the search stopped before its bounds could say anything."
        case Verdict.UNDECIDED:
            is_stopped = fewer.termination.is_limit or more.termination.is_limit
            so_far = "so far" if is_stopped else "at this gap"
            return f"Whether {hub} {pays} is undecided {so_far}: against {before} it {_limits(step, measure)}."


def _limits(step: StepPart, measure: Measure) -> str:
    """Return what a step may save at most, and how much worse it may be, in words."""
    least, most = step.saving_at_least, step.saving_at_most
    saves = "" if most is None else f"saves at most {measure.text(most)}{measure.per}"
    if least is None:
        return f"{saves}, if anything"
    worse = "is no worse" if least > -measure.same else f"{measure.more} at most {measure.text(-least)} more"
    return f"{saves}, or {worse}" if saves else f"{worse}, and may save more than is known"


def _runner_up_sentences(result: ResultDocument, network: NetworkPart, measure: Measure) -> list[str]:
    """Return sentences on the runner-up: the second-best of all permitted networks.

    The second search may cover one number of hubs only; then the best network with another number may be better.
    """
    second = network.runner_up
    if second is None:
        raise AssertionError
    best = min((n.objective for n in result.networks if n.permitted and n.objective is not None), default=None)
    others = [n for n in result.networks if n.permitted and n.hubs != network.hubs]
    own = _second_sentence(f"Best other network of {network.hubs} hubs", network, second, measure)
    if network.objective is None or best is None or network.objective > best:
        return [own]
    rival = min((n for n in others if n.objective is not None), key=lambda n: n.objective or 0.0, default=None)
    is_open = second.objective is None and second.termination.is_limit
    if is_open and rival is not None and not _is_no_better(second, rival.objective or 0.0):
        # The lines above have compared with what else is known.
        return [_second_sentence("Runner-up", network, second, measure)]
    if rival is None or rival.objective is None or rival.plan is None:
        return [_second_sentence("Runner-up", network, second, measure, others)]
    if second.objective is not None and second.objective <= rival.objective:
        return [_second_sentence("Runner-up", network, second, measure, others)]
    first = RunnerUpPart(
        termination=rival.termination, open_hubs=rival.plan.open_hubs, objective=rival.objective, bound=rival.bound
    )
    return [_second_sentence("Runner-up", network, first, measure, [*others, second]), own]


def _second_sentence(
    what: str,
    network: NetworkPart,
    second: RunnerUpPart,
    measure: Measure,
    others: Sequence[NetworkPart | RunnerUpPart] = (),
) -> str:
    """Return by how much a network is worse than the best; proven where none of the others can be better.

    Parameters
    ----------
    what
        Name of the second network in the sentence.
    network, second
        The best network, and the second.
    measure
        Words of the objective.
    others
        Searches that may still hold a better network.
    """
    if second.termination is Termination.INFEASIBLE:
        return f"  No other set of {network.hubs} hubs is feasible."
    if second.objective is None or network.objective is None:
        return f"  {what}: not found before the solve stopped."
    further, name = second.objective - network.objective, measure.network(second.open_hubs)
    is_proven = network.termination is second.termination is Termination.OPTIMAL
    is_proven &= all(_is_no_better(other, second.objective) for other in others)
    proven = "proven" if is_proven else "the best found so far"
    worse = "dearer" if measure.per else "longer"
    if further < measure.same:
        return f"  {what}: {name}, which {measure.more} the same; {proven}."
    return f"  {what}: {name}, {measure.text(further)}{measure.per} {worse}; {proven}."


def _is_no_better(other: NetworkPart | RunnerUpPart, objective: float) -> bool:
    if other.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        return True
    return other.bound is not None and other.bound >= objective


def _lone_sentence(network: NetworkPart, measure: Measure, fails: str) -> str:
    if network.plan is None:
        return _without_plan(network, fails)
    name, value = measure.network(network.plan.open_hubs), f"{measure.text(network.objective)}{measure.per}"
    of = "" if measure.per else "longest time "
    return f"The best network with {network.hubs} {_hubs(network.hubs)} is {name}, {of}{value}."


def _without_plan(network: NetworkPart, fails: str) -> str:
    if network.termination is Termination.INFEASIBLE:
        return f"No network with {network.hubs} {_hubs(network.hubs)} {fails}; proven."
    return f"No network with {network.hubs} {_hubs(network.hubs)} was found before the solve stopped."


def _hubs(number: int) -> str:
    return "hub" if number == 1 else "hubs"


def closing_lines(result: ResultDocument) -> list[str]:
    """Return a sentence on a search that was stopped."""
    if result.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
        why = "the time limit" if result.termination is Termination.TIME_LIMIT else "an interruption"
        return [f"The search was ended by {why}{_best_so_far(result)}."]
    if result.termination is Termination.SIZE_LIMIT:
        return [
            "The figures differ so much in size that rounding hides the rest of the gap; the bound is what is certain."
        ]
    return _unfinished_lines(result)


def _unfinished_lines(result: ResultDocument) -> list[str]:
    """Return a sentence on the searches beside the answer that were stopped."""
    ended = [
        (why, f"{_FURTHER[name]} {name_of(network)}")
        for network in result.networks
        for name, why in network.unfinished.items()
    ]
    if not ended:
        return []
    why = "The time limit" if ended[0][0] is Termination.TIME_LIMIT else "An interruption"
    *others, last = (what for _, what in ended)
    listed = f"{', '.join(others)} and {last}" if others else last
    return [f"{why} ended the search for {listed}; all else is answered."]


def _best_so_far(result: ResultDocument) -> str:
    """Return the outcome of a stopped search; today's network is shown even where it is not permitted."""
    if result.plan is not None:
        return "; what is shown is the best found so far, with what its bounds prove"
    measure = measure_of(result)
    least = f"; no permitted one can have less than {measure.text(result.bound)}{measure.per}" if result.bound else ""
    shown = next((network for network in result.networks if network.plan is not None), None)
    if shown is None or shown.plan is None:
        return f" before any network was found{least}"
    today = f"today's, {name_of(shown)}, {measure.text(shown.objective)}{measure.per}"
    return f" before a permitted network was found; what is shown is {today}, which this call does not permit{least}"
