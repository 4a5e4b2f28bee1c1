"""The first part of docs/how-sure.md: all answers in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import ordinal
from netdesign.results.document import Verdict
from scripts.how_sure_failures import dearest_of
from scripts.how_sure_figures import VOLUME, path_of
from scripts.how_sure_frontier import carbon_sentence, speed_sentence
from scripts.how_sure_near import NEAR, stand_ins_of
from scripts.how_sure_savings import ends_of_last, ends_of_second, penalty_sentence, tonne_sentence
from scripts.how_sure_second import coin_toss
from scripts.how_sure_sites import cities, city, network_in_words
from scripts.how_sure_turning import fewer_hubs, in_turn, told
from scripts.how_sure_words import about, bullets, listed, millions, nested, network_of, signed
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
        *_whether_second(asked),
        *_whether_more(asked, ties),
        _where(asked),
        coin_toss(asked),
        _volume(asked, ties),
        _worlds(asked),
        _failures(asked),
        speed_sentence(asked.speed),
        f"{carbon_sentence(asked.carbon)}.",
    ]
    return f"## In short\n\n{bullets(lines)}"


def _answer(asked: Asked) -> Iterable[str]:
    """Yield which hubs pay, at the present values and by the tonne, and what of it is the late penalty."""
    networks, steps = asked.answer.networks, asked.answer.document.steps
    saved = [
        f"{'a' if not place else 'and a'} {ordinal(step.to_hubs)} hub ({network_in_words(one.hubs)}) saves EUR "
        f"{millions(step.saving)} m a year{' more' if place else ''}"
        for place, (step, one) in enumerate(zip(steps, networks[1:], strict=True))
        if step.verdict is Verdict.PAYS
    ]
    text = " ".join(saved)
    yield f"{text[0].upper()}{text[1:]}; proven, at the figures of the instance."
    if asked.answer.document.linear is not None:
        told_by_tonne = tonne_sentence(asked, with_lost=True)
        yield f"Priced by the tonne means as if vehicles were always full and nobody waited. {told_by_tonne}"
    yield penalty_sentence(asked)


def _one_more(asked: Asked) -> str:
    """Return what one hub more than is permitted would save."""
    step, last = asked.wider.document.steps[-1], asked.wider.networks[-1]
    if step.verdict is not Verdict.PAYS:
        return f"A {ordinal(step.to_hubs)} hub would not pay."
    gone, new = (
        [site for site in one if site not in other] for one, other in ((asked.best, last.hubs), (last.hubs, asked.best))
    )
    other = f", but that is another network altogether: {cities(new)} instead of {cities(gone)}" if gone else ""
    return f"A {ordinal(step.to_hubs)} hub would save another EUR {millions(step.saving)} m{other}."


def _whether_second(asked: Asked) -> Iterable[str]:
    """Yield whether any one figure makes the second hub unprofitable, and whether several at once do."""
    least = ends_of_second(asked.turning_second.figures)[0]
    fewer = {
        one.name
        for one in asked.turning_second.figures
        for point in one.points
        if len(point.open_hubs) <= len(asked.today)
    }
    number = len(asked.turning_second.figures)
    yield (
        f"**The second hub is sure against any one figure.** Of {number} figures, each moved alone in its range, "
        f"none was found to make it unprofitable; the smallest saving is EUR {millions(least.saving)} m "
        f"a year, with {least.told}."
        if not fewer
        else f"The second hub does not pay inside the range of {len(fewer)} of {number} figures."
    )
    yield _whether_several(asked)


def _whether_several(asked: Asked) -> str:
    lost = [
        (corner, found.document.steps[0].saving or 0.0)
        for corner, found in asked.corners
        if found.document.steps[0].verdict is not Verdict.PAYS
    ]
    number, ends = len(asked.corners), max(len(corner) for corner, _ in asked.corners)
    if not lost:
        return f"It pays in all {number} combinations of the {ends} ends at which it saves least too."
    common = [end.told for end in lost[0][0] if all(end in corner for corner, _ in lost)]
    shared = f", each of them with {listed(common)}" if common else ""
    corner, saving = min(lost, key=lambda one: (len(one[0]), one[1]))
    _, worst = min(lost, key=lambda one: one[1])
    return (
        f"**It is not sure against several at once.** Of {number} combinations of two or more of the {ends} ends at "
        f"which it saves least it does not pay in {len(lost)}{shared}: {listed([end.told for end in corner])} are "
        f"enough, where it loses EUR {millions(-saving)} m a year. In the worst combination it loses EUR "
        f"{millions(-worst)} m."
    )


def _whether_more(asked: Asked, ties: Ties) -> Iterable[str]:
    for hubs in range(len(asked.today) + 2, len(asked.best) + 1):
        rows = fewer_hubs(asked.turning, ties, hubs)
        if rows:
            least = ends_of_last(asked)[0]
            yield nested(f"**The {ordinal(hubs)} is less sure.** It does not pay with", told(rows))
            yield (
                f"At those ends of ranges at which the {ordinal(hubs)} pays the smallest saving is EUR "
                f"{millions(least.saving)} m a year, with {least.told}."
            )


def _where(asked: Asked) -> str:
    swaps = [
        f"{city(site)} by {cities(others, 'or')}"
        for site, others in stand_ins_of(asked.near, asked.today).items()
        if others
    ]
    return (
        f"**Where is open.** Replacing {', or '.join(swaps)}, costs under EUR {millions(NEAR, 1)} m a year; one at a "
        "time. Choose by [time, failures and regret](#what-else-is-nearly-as-good), and by what is not in the model."
    )


def _volume(asked: Asked, ties: Ties) -> str:
    figure = next(one for one in asked.turning.figures if path_of(one) == VOLUME)
    either = [f"{name}: either" for name in dict.fromkeys(ties.names.values())]
    also = f" ({listed(either)})" if either else ""
    return nested(f"**The volume decides most**, in t a year{also}:", in_turn(figure, ties, about))


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
        f"what failures are expected to cost, {network_of(asked.best)} {stays} the best of "
        f"{len(failures.networks)} looked at."
    )
