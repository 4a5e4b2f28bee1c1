"""What the answer of ``netdesign stress`` says of drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable
from netdesign.report.words import measure_of, network_name, share
from netdesign.results.stress_draws import DrawMethod, DrawnNetworkPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_draws import DrawsPart

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
    yield from _robust_lines(result, draws)
    yield from _exactness_lines(draws)


def _robust_lines(result: StressDocument, draws: DrawsPart) -> Iterator[str]:
    """Yield which networks are robust, one sentence for each of them."""
    measures = [
        (draws.least_mean, "mean cost"),
        (draws.least_cvar, f"CVaR (mean of the dearest {share(1 - draws.level)} of the worlds)"),
        (draws.least_regret, "largest regret"),
    ]
    by_network: dict[tuple[int, bool], list[str]] = {}
    for robust, words in measures:
        if robust is not None:
            by_network.setdefault((robust.place, robust.is_certain), []).append(words)
    for (place, is_certain), named in by_network.items():
        *others, last = named
        yield _robust_line(result, place, f"{', '.join(others)} and {last}" if others else last, is_certain=is_certain)


def _robust_line(result: StressDocument, place: int, words: str, *, is_certain: bool) -> str:
    assert result.draws is not None
    found, measure = result.draws.networks[place - 1], measure_of(result)
    name = network_name(found.open_hubs)
    text = f"{f'The first network, {name},' if place == 1 else name} has the least {words}"
    if place > 1 and found.difference is not None and found.difference_error is not None:
        apart, error = measure.text(abs(found.difference)), measure.text(found.difference_error)
        more = "more" if found.difference >= 0 else "less"
        text += f"; on the mean it costs {apart}{measure.per} {more} than the first (standard error {error})"
    return f"{text}{'' if is_certain else '; the bounds do not exclude that another has less'}."


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
