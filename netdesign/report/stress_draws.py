"""What the answer of ``netdesign stress`` says of drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable
from netdesign.report.words import measure_of, network_name, share
from netdesign.results.stress_draws import DrawMethod, DrawnNetworkPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_draws import DrawsPart, RobustPart

_MILLION = 1e6


def draw_lines(result: StressDocument) -> Iterator[str]:
    """Yield the sentences on drawn worlds."""
    draws = result.draws
    if draws is None:
        return
    if not draws.worlds:
        yield "No world was operated before the search stopped."
        return
    figures = len(draws.figures)
    of_all = f" of {draws.asked:,}" if draws.worlds < draws.asked else ""
    yield (
        f"{draws.worlds:,}{of_all} worlds were drawn from the distributions of {figures:,} "
        f"figure{'' if figures == 1 else 's'}, the same for all networks."
    )
    for robust, words in (
        (draws.least_mean, "the least mean cost"),
        (draws.least_cvar, f"the least CVaR (mean of the dearest {share(1 - draws.level)} of the worlds)"),
        (draws.least_regret, "the least largest regret"),
    ):
        if robust is not None:
            yield _robust_line(result, draws, robust, words)
    yield from _exactness_lines(draws)


def _robust_line(result: StressDocument, draws: DrawsPart, robust: RobustPart, words: str) -> str:
    found, measure = draws.networks[robust.place - 1], measure_of(result)
    name = network_name(found.open_hubs)
    who = f"The first network, {name}," if robust.place == 1 else name
    text = f"{who} has {words}"
    if robust.place > 1 and found.difference is not None and found.difference_error is not None:
        apart = f"{measure.text(abs(found.difference))}{measure.per}"
        error = f"{measure.text(found.difference_error)}"
        more = "more" if found.difference >= 0 else "less"
        text += f"; on the mean it costs {apart} {more} than the first (standard error {error})"
    return f"{text}{'' if robust.is_certain else '; the bounds do not exclude that another has less'}."


def _exactness_lines(draws: DrawsPart) -> Iterator[str]:
    """Yield how the networks were operated, and how exact that is."""
    parts = draws.networks
    lost = sum(one.infeasible for one in parts)
    if lost:
        yield f"In {lost:,} cases a network cannot be operated in a world; it then has no mean."
    unknown = sum(one.unknown for one in parts)
    if unknown:
        yield f"In {unknown:,} cases no way to operate a network was found, and none is excluded; it then has no mean."
    if draws.method is DrawMethod.SOLVED:
        yield f"Each world was built anew and each network solved in it, as {draws.why_solved}."
    cases, exact = draws.worlds * len(parts), sum(one.exact for one in parts)
    if exact == cases:
        yield "Cost is exact in all cases; proven."
        return
    widest = max((one.widest or 0.0 for one in parts), default=0.0)
    yield (
        f"Cost is exact in {share(exact / cases)} of the cases; elsewhere a network is operated within {share(widest)} "
        "of a proven bound at most, and the table has the mean width."
    )


def draw_tables(result: StressDocument) -> list[TextTable]:
    """Return the tables on drawn worlds."""
    draws = result.draws
    if draws is None or not draws.worlds:
        return []
    in_millions = max((one.mean or 0.0 for one in draws.networks), default=0.0) >= _MILLION

    def cell(value: float | None) -> str:
        if value is None:
            return "-"
        return f"{value / _MILLION:,.3f}" if in_millions else f"{value:,.0f}"

    header = ["network", "mean", "standard error", "over the first", "standard error", "CVaR", "best in"]
    header += ["largest regret", "width"]
    rows = [
        [
            network_name(one.open_hubs),
            *(cell(value) for value in (one.mean, one.standard_error, one.difference, one.difference_error, one.cvar)),
            share(one.best),
            cell(one.regret),
            cell(one.width),
        ]
        for one in draws.networks
    ]
    unit = "EUR m a year" if in_millions else "EUR a year"
    return [TextTable(f"The networks in {draws.worlds:,} worlds, {unit}", header, rows, is_split=True)]


def draw_records(result: StressDocument) -> list[dict[str, object]]:
    """Return for each network the columns on drawn worlds, in the order of the result."""
    draws = result.draws
    if draws is None:
        return [{} for _ in result.networks]
    names = [name for name in DrawnNetworkPart.model_fields if name != "open_hubs"]
    if not draws.networks:
        return [dict.fromkeys(names) for _ in result.networks]
    return [{name: getattr(one, name) for name in names} for one in draws.networks]
