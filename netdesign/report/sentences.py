"""The answer in sentences: whether a further hub pays, and where."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from netdesign.catalogue import models
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.blocks import Objective
from netdesign.instance.rows import SiteStatus
from netdesign.report.runner_up_sentences import runner_up_sentences
from netdesign.report.step_sentences import better_with_fewer, step_sentences, unsearched
from netdesign.report.words import (
    best_of,
    clash_sentence,
    counted,
    measure_of,
    network_name,
    number_of_hubs,
    numbers_of_hubs,
    objective_of,
    policy_words,
)
from netdesign.results.document import Verdict
from netdesign.results.result import best_of as best_network
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.instance import Instance
    from netdesign.instance.parts import Site
    from netdesign.report.words import Measure
    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.results.document import LinearNetworkPart, LinearPart, NetworkPart, ResultDocument
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.results.tipping_document import TippingDocument

_ON_NUMBERS = frozenset({"hub_count", "new_hubs"})
"""Policies on the number of hubs."""

_EXPLAIN = "`netdesign explain` says what else clashes, and how far each policy has to give."
_NO_RUNNER_UP = "  Runner-up: not searched for, as no hub exists yet; netdesign alternatives does."


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
    promised
        Streams with a deadline, where others have none.
    today
        Existing sites, where they alone are as many hubs as are permitted; none elsewhere.
    cap
        Largest number of hubs where a policy limits it, more sites may open, and fewer hubs are permitted too; with the
        words that permit it.
    shut
        What closes sites that may open by name alone, in words, by id.
    """

    forbidding: Sequence[str]
    least: int
    existing: int
    centres: frozenset[str] = frozenset()
    promised: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    cap: tuple[int, str] | None = None
    shut: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: Instance) -> Asked:
        """Return this for an instance with the options of a call."""
        least, most = instance.hub_range
        existing = instance.number_of_hubs(instance.existing)
        today = tuple(site.id for site in instance.sites if site.id in instance.existing)
        promised = tuple(stream.name for stream in instance.streams if stream.deadline_h is not None)
        is_partial = len(promised) < len(instance.streams)
        not_by_name = {*instance.allowed, *instance.policies.forbidden}
        return cls(
            forbidding_policies(instance),
            least,
            existing,
            instance.centres,
            promised if is_partial else (),
            today if least <= existing <= most else (),
            _cap_of(instance),
            {site.id: _what_closes(site) for site in instance.sites if site.id not in not_by_name},
        )

    @property
    def unsearched(self) -> range:
        """Numbers of hubs above today's and below the permitted ones."""
        return range(self.existing + 1, self.least)


def _cap_of(instance: Instance) -> tuple[int, str] | None:
    policies, (least, most) = instance.policies, instance.hub_range
    bounds = policies.hub_count or policies.new_hubs
    if bounds is None or bounds.max is None or not least < most < instance.number_of_hubs(instance.allowed):
        return None
    are = "is" if bounds.max == 1 else "are"
    return most, f"at most {counted(bounds.max, 'hub' if policies.new_hubs is None else 'new hub')} {are} permitted"


def cap_words(networks: Sequence[NetworkPart], asked: Asked) -> str:
    """Return that the best network has as many hubs as are permitted, so that more may be better; else nothing."""
    best = best_network(networks)
    if best is None or asked.cap is None or best.hubs < asked.cap[0]:
        return ""
    return f"{asked.cap[1]}; more were not looked at"


def _first_lines(result: ResultDocument, asked: Asked, measure: Measure) -> list[str]:
    """Return which network has the least number of hubs, where none exists yet that it could be held against."""
    first = result.networks[0]
    if asked.existing or not result.steps or first.plan is None:
        return []
    return [_best_sentence(first, measure), *runner_up_sentences(result, first, measure)]


def _what_closes(site: Site) -> str:
    return "the hubs table" if site.status is SiteStatus.CLOSED else "the size threshold"


def answer_lines(result: ResultDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer whether and where."""
    forbidding = asked.forbidding
    if result.termination is Termination.INFEASIBLE:
        if users_model(result):
            return [f"The model {users_model(result)} permits no network; proven of this file, not of the instance."]
        if result.clash:
            return [f"No permitted network is feasible: {clash_sentence(result.clash)}; proven.", _EXPLAIN]
        return [f"No permitted network is feasible{unkept(forbidding)}; proven."]
    file = users_model(result)
    # That on the number of hubs forbids no network of one that is permitted.
    others = [name for name in forbidding if name not in _ON_NUMBERS]
    fails = f"is permitted by the model {file}" if file else _fails(others)
    whose = [f"All this is proven of the model {file}; the referee has priced the plans."] if file else []
    if objective_of(result) is Objective.HUB_NUMBER:
        return [*_fewest_hubs(result, asked), *whose]
    measure = replace(measure_of(result), centres=asked.centres)
    by_hubs = {network.hubs: network for network in result.networks}
    lines = _first_lines(result, asked, measure)
    for step, sentence in step_sentences(result.steps, by_hubs, measure, fails, result.searched_as_one):
        fewer, more = by_hubs[step.from_hubs], by_hubs[step.to_hubs]
        remarks = better_with_fewer(result, step, more, measure)
        if not fewer.permitted:
            remarks += unsearched(step, asked)
        lines.append("; ".join([sentence.removesuffix("."), *remarks]) + ".")
        lines += runner_up_sentences(result, more, measure)
    if not result.steps:
        lines += _lone_sentences(result, measure, fails)
    lines += _of_all_numbers(result, measure)
    cap = cap_words(result.networks, asked)
    lines += [f"{cap[0].upper()}{cap[1:]}."] if cap else []
    if result.plan is not None and not any(network.runner_up or network.unfinished for network in result.networks):
        lines += [] if asked.existing else [_NO_RUNNER_UP]
    return [*lines, *whose, *_linear_lines(result, measure, fails)]


def _linear_lines(result: ResultDocument, measure: Measure, fails: str) -> list[str]:
    """Return in what the answer would be another by the tonne."""
    linear = result.linear
    if linear is None:
        return []
    own, other = _decided(result), _decided(linear)
    by_hubs, searched = {network.hubs: network for network in linear.networks}, result.searched_as_one
    steps = [
        f"  {text}"
        for step, text in step_sentences(linear.steps, by_hubs, measure, fails, searched)
        if other[step.to_hubs] != own.get(step.to_hubs)
    ]
    lone = [
        f"  {_best_sentence(network, measure)}"
        for network in linear.networks
        if not linear.steps and network.open_hubs and other[network.hubs] != own.get(network.hubs)
    ]
    if not steps and not lone:
        return []
    return [
        "Priced by the tonne, as if vehicles were always full and nobody waited, the answer would be:",
        *steps,
        *lone,
    ]


def _decided(answer: ResultDocument | LinearPart) -> dict[int, tuple[Verdict | None, list[str]]]:
    """Return by number of hubs whether it pays, and where if it does; without steps, where its best network is."""
    hubs = {network.hubs: sorted(network.open_hubs) for network in answer.networks}
    if not answer.steps:
        return {number: (None, names) for number, names in hubs.items()}
    return {
        step.to_hubs: (step.verdict, hubs[step.to_hubs] if step.verdict is Verdict.PAYS else [])
        for step in answer.steps
    }


def users_model(
    result: ResultDocument | AlternativesDocument | TippingDocument | SweepDocument | StressDocument,
) -> str | None:
    """Return the file of the user's model in a result; None for a bundled model."""
    model = result.options.get("model")
    return None if model is None or model in models() else str(model)


def unkept(forbidding: Sequence[str]) -> str:
    """Return the end of a sentence on infeasibility: the policies that no network keeps together."""
    return f": none {_fails(forbidding)}" if forbidding else ""


def _fails(forbidding: Sequence[str]) -> str:
    """Return the verb phrase for what no network does."""
    listed = ", ".join(map(policy_words, forbidding))
    return f"keeps every policy in force ({listed})" if listed else "is feasible"


def _fewest_hubs(result: ResultDocument, asked: Asked) -> list[str]:
    """Return sentences on the smallest number of hubs that keeps every deadline, and whether today's hubs do."""
    lines = []
    today = result.networks[0]
    if len(result.networks) > 1 and today.termination is Termination.INFEASIBLE:
        lines.append(f"Today's {number_of_hubs(today.hubs)} cannot keep every deadline; proven.")
    elif not today.permitted and today.plan is not None:
        does = _keep(today.hubs)
        lines.append(f"Today's {number_of_hubs(today.hubs)} {does} every deadline, but more are asked for.")
    if result.plan is None or result.objective is None:
        return [*lines, "No network that keeps every deadline was found before the solve stopped."]
    number, name = len(result.plan.open_hubs), network_name(result.plan.open_hubs)
    least = max(1, math.ceil((result.bound or 0.0) - 1e-6))
    proven = "no fewer can; proven" if least >= number else f"whether fewer can is open, no fewer than {least} can"
    if number == asked.least and asked.unsearched:
        proven = "networks of fewer hubs were not searched"
    return [*lines, f"{number_of_hubs(number)} {_keep(number)} every deadline: {name}; {proven}."]


def _keep(number: int) -> str:
    return "keeps" if number == 1 else "keep"


def _lone_sentences(result: ResultDocument, measure: Measure, fails: str) -> list[str]:
    """Return a sentence on each number of hubs; numbers in a row of which none was found in time share one."""
    lines = []
    for is_unknown, alike in groupby(result.networks, _is_without_plan_yet):
        networks = list(alike)
        if is_unknown:
            numbers = result.searched_as_one or (networks[0].hubs, networks[-1].hubs)
            lines.append(f"No network with {numbers_of_hubs(*numbers)} was found before the solve stopped.")
        else:
            for network in networks:
                lines.append(_lone_sentence(network, measure, fails, result.searched_as_one))
                lines += runner_up_sentences(result, network, measure)
    return lines


def _is_without_plan_yet(network: NetworkPart) -> bool:
    return network.plan is None and network.termination is not Termination.INFEASIBLE


def _lone_sentence(network: NetworkPart, measure: Measure, fails: str, searched_as_one: tuple[int, int] | None) -> str:
    if network.plan is None:
        return f"No network with {numbers_of_hubs(*(searched_as_one or (network.hubs, network.hubs)))} {fails}; proven."
    return _best_sentence(network, measure)


def _of_all_numbers(result: ResultDocument, measure: Measure) -> list[str]:
    """Return what is proven of all numbers of hubs where they were searched as one."""
    if result.searched_as_one is None or result.plan is None:
        return []
    network, numbers = result.networks[-1], numbers_of_hubs(*result.searched_as_one)
    if network.termination is Termination.OPTIMAL:
        return [f"No other network of {numbers} {measure.more} less; proven."]
    if network.bound is None:
        # A step has said that nothing is known.
        return [] if result.steps else [f"Nothing is proven of the other networks of {numbers}."]
    return [f"No network of {numbers} {measure.more} less than {measure.text(network.bound)}{measure.per}; proven."]


def _best_sentence(network: NetworkPart | LinearNetworkPart, measure: Measure) -> str:
    name, value = measure.network(network.open_hubs), f"{measure.text(network.objective)}{measure.per}"
    of = "" if measure.per else "longest time "
    proven = "; proven" if network.termination is Termination.OPTIMAL else ""
    best = best_of("network", network.termination)
    return f"The {best} with {number_of_hubs(network.hubs)} is {name}, {of}{value}{proven}."
