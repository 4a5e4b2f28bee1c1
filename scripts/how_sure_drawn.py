"""What docs/how-sure.md says of the drawn worlds themselves: how far their figures spread, beside the ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.analysis.call import Call
from netdesign.analysis.problem import load_problem
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.instance.distributions import distributions_of
from netdesign.instance.figures import paths_of
from scripts.doc_measurements import table
from scripts.how_sure_asked import DRAWS, INSTANCE
from scripts.how_sure_facts import instance_data
from scripts.how_sure_figures import VOLUME, path_of
from scripts.how_sure_turning import stretches_of
from scripts.how_sure_words import listed, network_of, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from netdesign.results.stress_draws import DrawsPart
    from scripts.how_sure_asked import Asked
    from scripts.how_sure_ties import Ties

_ONE_BY_ONE = {
    VOLUME: ("volume from Hangzhou, t a year", 0),
    "streams.outbound.volume_t_per_year": ("volume back to Hangzhou, t a year", 0),
    "air.inbound_rate_eur_per_kg": ("air rate from Hangzhou, EUR/kg", 2),
    "air.outbound_rate_eur_per_kg": ("air rate to Hangzhou, EUR/kg", 2),
}
"""Figures with a row each, what they are called, and digits after the point."""

_BY_KIND = {
    ("countries", "volume_factor"): "volume of a country, times its present one",
    ("countries", "labour_cost_eur_per_h"): "wages in a country, times the present ones",
    ("vehicles", "eur_per_km"): "kilometre of a vehicle, times its present price",
}
"""Figures that share a row, by the first and the last word of a path; each as a part of its present value."""

_SURE = {"assumption": "assumed", "sourced (range)": "ends sourced, the rest assumed"}

_SHARES = (0.05, 0.5, 0.95)


class Drawn(NamedTuple):
    """Values of a figure in the worlds, and what the instance gives it."""

    value: float
    values: NDArray[np.float64]


def drawn_figures(draws: DrawsPart) -> dict[str, Drawn]:
    """Return the values of the figures in the worlds, which are drawn again.

    Raises
    ------
    AssertionError
        They are not those in which the networks were operated.
    """
    distributions = distributions_of(load_problem(INSTANCE, Call()).instance)
    worlds = draw_worlds(distributions, DRAWS, 0)
    found = {}
    for stated, figure, values in zip(draws.figures, distributions.figures, worlds.T, strict=True):
        if stated.name != figure.name or not np.isclose(values.mean(), stated.mean):
            raise AssertionError
        found[figure.name] = Drawn(figure.value, values)
    return found


def figures_markdown(asked: Asked, draws: DrawsPart, ties: Ties) -> str:
    """Return how far drawn figures spread, and how often the volume lies where each network is best."""
    found = drawn_figures(draws)
    ranges = {path_of(one): f"{rounded(one.low)} to {rounded(one.high)}" for one in asked.turning.figures}
    volume = next(one for one in asked.turning.figures if path_of(one) == VOLUME)
    header = ("drawn", "distribution", "now", "range", "mean", *(f"{share:.0%}" for share in _SHARES))
    inner = shares_between(
        found[VOLUME].values,
        [0.5 * (one.last.at_least + one.last.at_most) for one in stretches_of(volume, ties) if one.last is not None],
    )
    names = [network_of(one.hubs) for one in stretches_of(volume, ties)]
    told = listed([f"{name} in {share:.1%}" for share, name in zip(inner, names, strict=True)])
    return f"""How far they spread; under a share is the value below which it lies in that share of the worlds:

{table(header, rows_of(found, ranges))}
{_assumed()} By the volume alone, [all else as it is](#what-would-turn-it), the best in these worlds would be {told}.
"""


def shares_between(values: NDArray[np.float64], limits: Sequence[float]) -> list[float]:
    """Return the shares of values under the first limit, between it and the next, and so on, and over the last."""
    places = np.searchsorted(np.asarray(limits), values)
    return [float(share) for share in np.bincount(places, minlength=len(limits) + 1) / len(values)]


def rows_of(found: dict[str, Drawn], ranges: dict[str, str]) -> Iterable[Sequence[str]]:
    """Yield a row for each figure, or for all of a kind, with mean and shares."""
    for path, (words, digits) in _ONE_BY_ONE.items():
        one = found[path]
        numbers = (f"{value:,.{digits}f}" for value in (one.values.mean(), *np.quantile(one.values, _SHARES)))
        yield words, _form(path), f"{one.value:,.{digits}f}", ranges.get(path, "none"), *numbers
    for kind, words in _BY_KIND.items():
        parts = np.concatenate([one.values / one.value for name, one in found.items() if kind_of(name) == kind])
        numbers = (f"{value:.2f}" for value in (parts.mean(), *np.quantile(parts, _SHARES)))
        yield words, _form(".*.".join(kind)), "1.00", "-", *numbers


def _form(path: str) -> str:
    """Return the form of a distribution, and how sure it is."""
    row = next(row for row in instance_data()["tables"]["distributions"] if row["path"] == path)
    return f"{_SURE[row['source_status']]} ({row['distribution']})"


def _assumed() -> str:
    """Return what is assumed of the distributions beside their forms."""
    together = {row["source_status"] for row in instance_data()["tables"]["correlations"]}
    if together != {"assumption"}:
        raise AssertionError
    return "How figures move together is assumed as well ([correlations](../instances/europe/correlations.csv))."


def kind_of(name: str) -> tuple[str, str]:
    """Return the first and the last word of the first path of a figure."""
    words = paths_of(name)[0].split(".")
    return words[0], words[-1]
