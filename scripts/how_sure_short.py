"""The first part of docs/how-sure.md: the answers on the second hub in a few lines, and those on further ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.results.document import Verdict
from netdesign.solve.core.outcome import Termination
from scripts.how_sure_asked import FILTER, NEAR
from scripts.how_sure_corners import several_in_short
from scripts.how_sure_facts import annuity, hours_promised, hub_cost, hub_sites, instance_data, investment
from scripts.how_sure_failures import dearest_told, failures_of
from scripts.how_sure_figures import path_of
from scripts.how_sure_fourth import fourth_sentence
from scripts.how_sure_frontier import carbon_sentence, speed_sentence
from scripts.how_sure_near import stand_ins_of, without_filter
from scripts.how_sure_rivals import beyond_ranges, open_choice
from scripts.how_sure_savings import (
    ends_of_last,
    last_by_tonne,
    last_without_penalty,
    second_by_tonne,
    second_without_penalty,
)
from scripts.how_sure_second import least_told, networks_compared
from scripts.how_sure_sites import cities, city, network_in_words
from scripts.how_sure_turning import fewer_hubs, told, volume_in_turn
from scripts.how_sure_words import bullets, inside_of, listed, millions, nested, network_of, signed
from scripts.how_sure_worlds import Spread, draws_of, spread_of, spreads_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.how_sure_asked import Asked
    from scripts.how_sure_ties import Ties


def short_markdown(asked: Asked, ties: Ties) -> str:
    """Return all answers in a few lines, those on the second hub first."""
    return f"""## In short

**The second hub**, beside {city(asked.today[0])}:

{bullets(_second(asked))}
**The third hub**, beside the second:

{bullets(_third(asked, ties))}"""


def _second(asked: Asked) -> Iterable[str]:
    best, other = asked.second[1:]
    costs = [one.objective or 0.0 for one in networks_compared(asked)]
    yield (
        f"It pays: {network_in_words(best)} saves EUR {millions(costs[0] - costs[1])} m a year of today's "
        f"cost of EUR {millions(costs[0])} m, {network_in_words(other)} {millions(costs[0] - costs[2])} m. No other "
        f"second hub that may open saves more{_proof(asked)}."
    )
    yield (
        f"{second_without_penalty(asked)} [Priced by the tonne](#how-it-is-counted), as if vehicles were always full "
        f"and nobody waited, {second_by_tonne(asked)}."
    )
    figures = asked.turning_second.figures
    assumed = sum("assumption" in one.status for one in figures)
    yield (
        f"**It is sure against any one figure, within ranges of which most are our own.** {len(figures)} figures state "
        f"in which range they may lie; {assumed} of them are assumptions with their ends, and some ends of the others "
        "are ours too. At both ends of each, one figure moved "
        f"at a time and the hubs fixed, {least_told(asked)}."
    )
    yield several_in_short(asked)
    yield _second_in_worlds(asked)
    yield open_choice(asked)
    yield beyond_ranges(asked)
    yield _filter(asked)
    yield _second_failing(asked)
    inside = [f"{inside_of(one):.1%} with {network_of(one.open_hubs)}" for one in networks_compared(asked)[:3]]
    yield f"Of the freight from Hangzhou {listed(inside)} is at the door within the {hours_promised()} h promised."
    yield _investment(asked)


def _investment(asked: Asked) -> str:
    """Return what floor and sorters of the second hubs are worth at the start, and what that means."""
    cost = hub_cost()
    amounts = [
        f"EUR {millions(sum(investment(site) for site in hubs if site not in asked.today), 0)} m with "
        f"{network_of(hubs)}"
        for hubs in asked.second[1:]
    ]
    return (
        f"**Investment**: floor and sorters of the new hub are worth {' and '.join(amounts)} at the start (size "
        f"assumed; a floor that is rented counts as what its rents are worth then). The savings already bear it, as "
        f"{annuity():.1%} of it in each of {cost.life_years:g} years, interest of {cost.discount_rate:.0%} included."
    )


def _proof(asked: Asked) -> str:
    """Return whether best and second best second hub are proven to be that."""
    network = asked.answer.document.networks[1]
    found = (network.termination, None if network.runner_up is None else network.runner_up.termination)
    return "; proven" if all(one is Termination.OPTIMAL for one in found) else ", as far as is known"


def _second_failing(asked: Asked) -> str:
    """Return the dearest failure of the second hubs, and of today's network."""
    failures = failures_of(asked.failing_second)
    networks = {frozenset(one.hubs): one for one in failures.networks}
    dearest = [dearest_told(networks[frozenset(hubs)]) for hubs in (*asked.second[1:], asked.today)]
    return (
        f"The dearest failure costs {listed(dearest)}; that it lasts {failures.days} days, how often it happens and "
        "what it costs is assumed."
    )


def _filter(asked: Asked) -> str:
    """Return that the size filter decides, and what it costs."""
    least, sites = instance_data()[FILTER], hub_sites()
    site = min((one for one in asked.second[1] if one not in asked.today), key=lambda one: sites[one].cargo)
    return (
        f"**A rule of the model decides too**: airports with less than {least:,.0f} t of cargo a year stay shut. "
        f"{city(site)} passes by {sites[site].cargo - least:,.0f} t; with a filter a little higher "
        f"{city(_in_its_place(asked))} is the best. {without_filter(asked)}"
    )


def _in_its_place(asked: Asked) -> str:
    """Return the best second hub where the size filter is too high for the present one."""
    figure = next(one for one in asked.turning_second.figures if path_of(one) == FILTER)
    hubs = next(one.after for one in figure.changes if one.at_least >= figure.value)
    return next(site for site in hubs if site not in asked.today)


def _second_in_worlds(asked: Asked) -> str:
    best, other = asked.second[1:]
    spreads = [spread_of(asked.drawn_steps[0], best), spread_of(asked.drawn_rivals[0], other)]
    saved = [f"{network_of(hubs)} {_spread(one)}" for hubs, one in zip((best, other), spreads, strict=True)]
    return (
        f"In {draws_of(asked.drawn).worlds:,} [worlds drawn at random](#which-network-is-robust) (other volumes, "
        f"wages, air rates and prices of vehicles, nothing else) {'; '.join(saved)}."
    )


def _spread(one: Spread) -> str:
    return (
        f"saves EUR {millions(one.mean)} m a year on the mean, {signed(one.low)} to {signed(one.high)} in nine "
        f"worlds of ten, and pays in {one.pays:.0%}"
    )


def _third(asked: Asked, ties: Ties) -> Iterable[str]:
    step, network = asked.answer.document.steps[-1], asked.answer.networks[-1]
    if step.verdict is Verdict.PAYS:
        yield (
            f"It pays: {network_in_words(network.hubs)} saves EUR {millions(step.saving)} m a year more; proven. "
            f"{last_without_penalty(asked)} {last_by_tonne(asked)}"
        )
    yield from _less_sure(asked, ties)
    yield fourth_sentence(asked)
    yield _where(asked)
    yield nested(*volume_in_turn(asked.turning, ties))
    yield f"In the drawn worlds it {_spread(spreads_of(asked)[-1])}."
    failures = failures_of(asked.failing)
    if failures.best is not None:
        stays = "stays" if list(failures.best) == asked.best else f"gives way to {network_of(failures.best)} as"
        yield (
            f"The dearest failure costs {dearest_told(failures.networks[0])}. With what failures are expected to cost, "
            f"{network_of(asked.best)} {stays} the best of {len(failures.networks)} looked at."
        )
    yield speed_sentence(asked.speed)
    carbon = carbon_sentence(asked.carbon)
    yield f"{carbon[0].upper()}{carbon[1:]}."


def _less_sure(asked: Asked, ties: Ties) -> Iterable[str]:
    """Yield where the last hub does not pay, and what it saves least elsewhere."""
    for hubs in range(len(asked.today) + 2, len(asked.best) + 1):
        rows = fewer_hubs(asked.turning, ties, hubs)
        if rows:
            least = ends_of_last(asked)[0]
            yield nested(
                "**It is less sure.** At the ends of ranges at which it pays it saves at least EUR "
                f"{millions(least.savings[0])} m a year ({least.told}); several ends at once were not "
                "tried for it. It does not pay with",
                told(rows),
            )


def _where(asked: Asked) -> str:
    swaps = [
        f"{city(site)} by {cities(others, 'or')}"
        for site, others in stand_ins_of(asked.near, asked.today).items()
        if others
    ]
    return (
        f"**Where is undecided.** Replacing {', or '.join(swaps)}, costs under EUR {millions(NEAR, 1)} m a year, one "
        "at a time. Choose by [time, failures and regret](#what-else-is-nearly-as-good), and by what is not in the "
        "model."
    )
