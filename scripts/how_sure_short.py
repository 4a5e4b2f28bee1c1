"""The first part of docs/how-sure.md: all answers in ten lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import ordinal
from netdesign.results.document import Verdict
from scripts.how_sure_failures import dearest_of
from scripts.how_sure_figures import VOLUME, path_of, plain_name, unit_of
from scripts.how_sure_frontier import carbon_sentence, speed_sentence
from scripts.how_sure_near import NEAR, stand_ins_of
from scripts.how_sure_second import least_saving
from scripts.how_sure_turning import fewer_hubs, in_turn, told
from scripts.how_sure_words import about, bullets, listed, millions, network_of, rounded, signed
from scripts.how_sure_worlds import draws_of, spreads_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.how_sure_asked import Asked
    from scripts.how_sure_ties import Ties


def short_markdown(asked: Asked, ties: Ties) -> str:
    """Return all answers in a few lines."""
    lines = [
        *_answer(asked),
        _one_more(asked),
        _whether_second(asked),
        *_whether_more(asked, ties),
        _where(asked),
        _volume(asked, ties),
        _worlds(asked),
        _failures(asked),
        speed_sentence(asked.speed),
        f"{carbon_sentence(asked.carbon)}.",
    ]
    return f"## In short\n\n{bullets(lines)}"


def _answer(asked: Asked) -> Iterable[str]:
    """Yield which hubs pay, at the present values and by the tonne."""
    networks, steps = asked.answer.networks, asked.answer.document.steps
    saved = [
        f"{'a' if not place else 'and a'} {ordinal(step.to_hubs)} hub ({network_of(one.hubs)}) saves EUR "
        f"{millions(step.saving)} m a year{' more' if place else ''}"
        for place, (step, one) in enumerate(zip(steps, networks[1:], strict=True))
        if step.verdict is Verdict.PAYS
    ]
    text = f"{' '.join(saved)}; proven, at the figures of the instance"
    linear = asked.answer.document.linear
    if linear is not None:
        lost = [ordinal(step.to_hubs) for step in linear.steps if step.verdict is not Verdict.PAYS]
        text += f". Priced by the tonne, the {listed(lost)} would not pay" if lost else ""
    yield f"{text[0].upper()}{text[1:]}."


def _one_more(asked: Asked) -> str:
    """Return what one hub more than is permitted would save."""
    step, last = asked.wider.document.steps[-1], asked.wider.networks[-1]
    if step.verdict is not Verdict.PAYS:
        return f"A {ordinal(step.to_hubs)} hub would not pay."
    kept = set(last.hubs) & set(asked.best)
    return (
        f"A {ordinal(step.to_hubs)} hub would save another EUR {millions(step.saving)} m, but with "
        f"{network_of(last.hubs)}: only {listed(sorted(kept))} of the sites above "
        f"{'is' if len(kept) == 1 else 'are'} in it."
    )


def _whether_second(asked: Asked) -> str:
    figures = asked.turning.figures
    fewer = [one for one in figures for point in one.points if len(point.open_hubs) < len(asked.today) + 1]
    least, value, one = least_saving(asked.turning_second.figures)
    verdict = (
        f"**The second hub is sure.** Moved alone inside its range, none of {len(figures)} figures was found to turn "
        "that"
        if not fewer
        else f"The second hub does not pay inside the range of {len({one.name for one in fewer})} figures"
    )
    return (
        f"{verdict}; it saves least, EUR {millions(least)} m a year, with {plain_name(one)} at {rounded(value)}"
        f"{unit_of(one)}."
    )


def _whether_more(asked: Asked, ties: Ties) -> Iterable[str]:
    for hubs in range(len(asked.today) + 2, len(asked.best) + 1):
        rows = fewer_hubs(asked.turning, ties, hubs)
        if rows:
            yield f"**The {ordinal(hubs)} is less sure.** It does not pay with {listed(told(rows), 'or')}."


def _where(asked: Asked) -> str:
    swaps = [
        f"{listed(others, 'or')} may stand for {site}"
        for site, others in stand_ins_of(asked.near, asked.today).items()
        if others
    ]
    return (
        f"**Where is open.** {listed(swaps)}, each for less than EUR {millions(NEAR, 1)} m a year: choose on grounds "
        "that are not in the model."
    )


def _volume(asked: Asked, ties: Ties) -> str:
    figure = next(one for one in asked.turning.figures if path_of(one) == VOLUME)
    either = [f"{name}: either" for name in dict.fromkeys(ties.names.values())]
    also = f" ({listed(either)})" if either else ""
    return f"**The volume decides most**, in t a year: {', '.join(in_turn(figure, ties, about))}{also}."


def _worlds(asked: Asked) -> str:
    saved = [
        f"the {ordinal(one.hubs)} hub saves EUR {millions(spread.mean)} m on the mean, {signed(spread.low)} to "
        f"{signed(spread.high)} in nine worlds of ten, and pays in {spread.pays:.0%} of them"
        for one, spread in zip(asked.answer.document.networks[1:], spreads_of(asked), strict=True)
    ]
    return (
        f"In {draws_of(asked.drawn).worlds:,} drawn worlds (other volumes, wages, air rates and prices of vehicles, "
        f"nothing else) {'; '.join(saved)}."
    )


def _failures(asked: Asked) -> str:
    failures = asked.failing.failures
    if failures is None or failures.best is None:
        raise AssertionError
    stays = "stays" if list(failures.best) == asked.best else f"gives way to {network_of(failures.best)} as"
    return (
        f"The dearest failure is that of {dearest_of(asked)}; how long it lasts and what it costs is assumed. With "
        f"what failures are expected to cost, {network_of(asked.best)} {stays} the best of {len(failures.networks)}."
    )
