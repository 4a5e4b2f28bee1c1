"""Verify the figures of an explanation: which are listed, what each states, and the hubs of its plan."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, differs
from netdesign.analysis.explain.answer import MOST_FIGURES
from netdesign.analysis.explain.figures import figures_of
from netdesign.analysis.explain.rules import rules_in_force, with_rules
from netdesign.results.explanation_document import ClashPart, Kept
from netdesign.solve.core.outcome import exactness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.explain.figure import Figure
    from netdesign.instance import Instance
    from netdesign.results.explanation_document import FigurePart

_FEW_FIGURES = 2
"""Of so many figures of a policy some one gives way where the policy does: alone, or where the other is left out."""


def contradicted_figures(clash: ClashPart, instance: Instance, *, is_cut_short: bool) -> Iterator[str]:
    """Yield what an instance contradicts in the figures of a clash, without any search.

    Parameters
    ----------
    clash, instance
        The clash, and the instance whose policies clash.
    is_cut_short
        Whether figures may be missing because the time ran out.
    """
    for stated in clash.figures:
        yield from (f"{place_of(stated)}: {text}" for text in _of_figure(stated, instance, clash))
    for policy in clash.policies:
        own = figures_of(instance, policy)
        listed = [stated for stated in clash.figures if stated.policy == policy]
        places = [place for stated in listed for place, one in enumerate(own) if _is_of(stated, one)]
        if any(first >= second for first, second in pairwise(places)):
            yield f"{policy}: figures: are not in their order, or one stands twice"
        if not listed and clash.is_least and 0 < len(own) <= _FEW_FIGURES and not is_cut_short:
            yield f"{policy}: figures: are missing, though there is a plan without the policy"


def _of_figure(stated: FigurePart, instance: Instance, clash: ClashPart) -> Iterator[str]:
    figure = figure_named(stated, instance)
    if figure is None or stated.policy not in clash.policies:
        yield "is no figure of a policy of the clash"
        return
    if differs(stated.asked, figure.asked) or stated.unit != figure.unit:
        yield f"asked: states {stated.asked} {stated.unit}; the instance says {figure.asked} {figure.unit}"
    if stated.open_hubs:
        yield from contradicted_hubs(stated.open_hubs, with_plan(stated, figure, clash, instance))
    elif stated.is_finished:
        yield "open_hubs: are missing, though the search for its plan was finished"
    if stated.value is None or stated.refused is None or stated.asked is None:
        if figure.asked is not None and stated.open_hubs:
            yield "value: is missing"
        return
    sign = 1.0 if figure.rises else -1.0
    in_order = sorted((sign * stated.asked, sign * stated.refused, sign * stated.value))
    slack = TOLERANCE * exactness(stated.value, abs(stated.asked))
    stated_order = (sign * stated.asked, sign * stated.refused, sign * stated.value)
    if any(abs(one - other) > slack for one, other in zip(in_order, stated_order, strict=True)):
        yield f"refused: {stated.refused} is not between {stated.asked}, which is asked, and {stated.value}"
    if stated.is_finished and not figure.is_near(stated.value, stated.refused, slack):
        yield f"is_finished: states so at {stated.value} and {stated.refused}"


def contradicted_hubs(open_hubs: Sequence[str], instance: Instance) -> Iterator[str]:
    """Yield why an instance permits no plan over some hubs, as far as its policies on hubs tell."""
    unknown = sorted(set(open_hubs) - {site.id for site in instance.sites})
    if unknown:
        yield f"open_hubs: {', '.join(unknown)}: there is no such site"
        return
    shut = [name for name in open_hubs if name not in instance.allowed]
    if shut:
        yield f"open_hubs: {', '.join(shut)} may not open"
    lacking = sorted(instance.required - set(open_hubs))
    if lacking:
        yield f"open_hubs: {', '.join(lacking)} must be open"
    number, (least, most) = instance.number_of_hubs(open_hubs), instance.hub_range
    if not least <= number <= most:
        yield f"open_hubs: are {number}; {least} to {most} are permitted"
    for group in instance.policies.exclusive:
        both = sorted(set(group.sites) & set(open_hubs))
        if len(both) > 1:
            yield f"open_hubs: {', '.join(both)} exclude each other"


def with_plan(stated: FigurePart, figure: Figure, clash: ClashPart, instance: Instance) -> Instance:
    """Return the instance of which a plan is stated: with what is kept, and with the value, or without the figure."""
    kept = kept_beside(stated, figure, clash, instance)
    if figure.with_value is None or stated.value is None:
        return figure.without(kept)
    give = TOLERANCE * exactness(stated.value) * (1.0 if figure.rises else -1.0)
    return figure.with_value(kept, stated.value if figure.is_whole else stated.value + give)


def kept_beside(stated: FigurePart, figure: Figure, clash: ClashPart, instance: Instance) -> Instance:
    """Return the instance with all that is kept beside a figure, and with the figure."""
    if stated.kept is Kept.ALL:
        return instance
    kept = with_rules(instance, rules_in_force(instance), frozenset(clash.policies))
    if stated.kept is Kept.FIGURE:
        kept = without_others(figure, kept, instance)
    return kept


def without_others(figure: Figure, kept: Instance, instance: Instance) -> Instance:
    """Return an instance without the other figures of the policy of one; ``instance`` has them all."""
    for other in figures_of(instance, figure.policy):
        if (other.subject, other.kind) != (figure.subject, figure.kind):
            kept = other.without(kept)
    return kept


def left_out(clash: ClashPart, instance: Instance) -> Iterator[Figure]:
    """Yield the figures of a clash that are not listed, as none of them can help."""
    for policy in clash.policies:
        for figure in figures_of(instance, policy)[:MOST_FIGURES]:
            if not any(_is_of(stated, figure) for stated in clash.figures):
                yield figure


def figure_named(stated: FigurePart, instance: Instance) -> Figure | None:
    """Return the figure that a part is about; None where there is none."""
    return next((one for one in figures_of(instance, stated.policy) if _is_of(stated, one)), None)


def _is_of(stated: FigurePart, figure: Figure) -> bool:
    return (stated.policy, stated.subject, stated.kind) == (str(figure.policy), figure.subject, figure.kind)


def place_of(stated: FigurePart | Figure) -> str:
    """Return the name of a figure in messages."""
    return " ".join(filter(None, (str(stated.policy), stated.subject, stated.kind)))
