"""What the answer of ``netdesign stress`` says of drawn worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable
from netdesign.report.words import counted, measure_of, network_name, share, were
from netdesign.results.stress_draws import DrawMethod, DrawnCostsPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_draws import DrawsPart, WorldsPart

_MILLION = 1e6


@dataclass(frozen=True)
class DrawnWords:
    """Words for what is operated in drawn worlds.

    Parameters
    ----------
    one, all_of_them
        What it is, ``network`` and ``networks``.
    names, titles
        Of each, in the order of the list, in tables and in sentences.
    money, per
        Returns an amount in words, such as ``EUR 1.20 m``; and what stands behind it, such as ``a year``.
    unit
        Of the table, behind ``EUR`` or ``EUR m``.
    """

    one: str
    all_of_them: str
    names: Sequence[str]
    titles: Sequence[str]
    money: Callable[[float | None], str]
    per: str
    unit: str


def draw_lines(result: StressDocument) -> Iterator[str]:
    """Yield the sentences on drawn worlds."""
    draws = result.draws
    if draws is None:
        return
    words = _network_words(result, draws)
    yield from worlds_lines(draws, words)
    if not draws.worlds:
        return
    yield from robust_lines(draws, draws.networks, words)
    yield from lost_lines(draws.networks, words)
    if draws.method is DrawMethod.SOLVED:
        yield f"Each world was built anew and each network solved in it, as {draws.why_solved}."
    yield exactness_line(draws, draws.networks, words)


def _network_words(result: StressDocument, draws: DrawsPart) -> DrawnWords:
    measure = measure_of(result)
    names = [network_name(one.open_hubs) for one in draws.networks]
    return DrawnWords("network", "networks", names, names, measure.text, measure.per, " a year")


def worlds_lines(draws: WorldsPart, words: DrawnWords) -> Iterator[str]:
    """Yield how many worlds were drawn, and of what."""
    if not draws.worlds:
        yield "No world was operated before the search stopped."
        return
    figures = len(draws.figures)
    of_worlds = counted(draws.worlds, "world")
    if draws.worlds < draws.asked:
        of_worlds = f"{draws.worlds:,} of {counted(draws.asked, 'world')}"
    yield (
        f"{of_worlds} {were(draws.worlds)} drawn from the distributions of {counted(figures, 'figure')}, the same for "
        f"all {words.all_of_them}."
    )


def robust_lines(draws: WorldsPart, costs: Sequence[DrawnCostsPart], words: DrawnWords) -> Iterator[str]:
    """Yield what is robust, one sentence for each."""
    measures = [
        (draws.least_mean, "mean cost"),
        (draws.least_cvar, f"CVaR (mean of the dearest {share(1 - draws.level)} of the worlds)"),
        (draws.least_regret, "largest regret"),
    ]
    by_place: dict[tuple[int, bool], list[str]] = {}
    for robust, text in measures:
        if robust is not None:
            by_place.setdefault((robust.place, robust.is_certain), []).append(text)
    for (place, is_certain), named in by_place.items():
        *others, last = named
        measured = f"{', '.join(others)} and {last}" if others else last
        yield _robust_line(costs[place - 1], place, measured, words, is_certain=is_certain)


def _robust_line(found: DrawnCostsPart, place: int, measured: str, words: DrawnWords, *, is_certain: bool) -> str:
    title = words.titles[place - 1]
    text = f"{f'The first {words.one}, {title},' if place == 1 else title} has the least {measured}"
    if place > 1 and found.difference is not None and found.difference_error is not None:
        apart, error = f"{words.money(abs(found.difference))}{words.per}", words.money(found.difference_error)
        more = "more" if found.difference >= 0 else "less"
        text += f"; on the mean it costs {apart} {more} than the first (standard error {error})"
    return f"{text}; {'proven' if is_certain else 'the bounds do not exclude that another has less'}."


def lost_lines(costs: Sequence[DrawnCostsPart], words: DrawnWords) -> Iterator[str]:
    """Yield in how many cases something cannot be operated, or is not."""
    lost = sum(one.infeasible for one in costs)
    if lost:
        cases = counted(lost, "case")
        yield f"In {cases} a {words.one} cannot be operated in a world; it then has no mean."
    unknown = sum(one.unknown for one in costs)
    if unknown:
        cases = counted(unknown, "case")
        yield f"In {cases} no way to operate a {words.one} was found, and none is excluded; it then has no mean."


def exactness_line(draws: WorldsPart, costs: Sequence[DrawnCostsPart], words: DrawnWords) -> str:
    """Return how exact costs are."""
    lost = sum(one.infeasible + one.unknown for one in costs)
    cases, exact = draws.worlds * len(costs) - lost, sum(one.exact for one in costs)
    if exact == cases:
        return f"Cost is exact in all {'other ' if lost else ''}cases; proven."
    widest = max((one.widest or 0.0 for one in costs), default=0.0)
    known = [one.mean - one.mean_at_least for one in costs if one.mean is not None and one.mean_at_least is not None]
    on_the_mean = f", on the mean by at most {words.money(max(known))}{words.per}" if known else ""
    return (
        f"What a {words.one} costs in a world is proven to be the least in {share(exact / cases)} of the cases; in the "
        f"others it may be up to {share(widest)} lower{on_the_mean}."
    )


def draw_tables(result: StressDocument) -> list[TextTable]:
    """Return the tables on drawn worlds."""
    draws = result.draws
    if draws is None or not draws.worlds:
        return []
    return [worlds_table(draws, draws.networks, _network_words(result, draws))]


def worlds_table(draws: WorldsPart, costs: Sequence[DrawnCostsPart], words: DrawnWords) -> TextTable:
    """Return the table of what is operated in drawn worlds."""
    in_millions = max((one.mean or 0.0 for one in costs), default=0.0) >= _MILLION

    def cell(value: float | None) -> str:
        if value is None:
            return "-"
        return f"{value / _MILLION:z,.3f}" if in_millions else f"{value:z,.0f}"

    header = [words.one, "mean", "standard error", "over the first", "standard error", "CVaR", "best in"]
    header += ["largest regret", "width"]
    is_lost = any(one.infeasible for one in costs)
    header += ["not operated in"] if is_lost else []
    rows = [
        [
            name,
            *(cell(value) for value in (one.mean, one.standard_error, one.difference, one.difference_error, one.cvar)),
            share(one.best),
            cell(one.regret),
            cell(one.width),
            *([share(one.infeasible / draws.worlds)] if is_lost else []),
        ]
        for name, one in zip(words.names, costs, strict=True)
    ]
    unit = f"{'EUR m' if in_millions else 'EUR'}{words.unit}"
    title = f"The {words.all_of_them} in {counted(draws.worlds, 'world')}, {unit}"
    return TextTable(title, header, rows)


def draw_records(result: StressDocument) -> list[dict[str, object]]:
    """Return for each network the columns on drawn worlds, in the order of the result."""
    draws = result.draws
    if draws is None:
        return [{} for _ in result.networks]
    names = list(DrawnCostsPart.model_fields)
    if not draws.networks:
        return [dict.fromkeys(names) for _ in result.networks]
    return [{name: getattr(one, name) for name in names} for one in draws.networks]
