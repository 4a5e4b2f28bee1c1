"""What an answer does not know of: what no instance states, and what this one leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.policies import Counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance

_ALWAYS = (
    "Volumes do not answer to price or speed, and no competitor to the network.",
    "Vehicles go out and back on one leg; rounds over several places are none of the plans.",
    "Times are means: congestion, delays and missed connections are in none of them.",
)


def not_modelled(instance: Instance, staged: StagedInstance | None = None) -> list[str]:
    """Return sentences on what is not modelled: of every instance, and what this one states nothing of.

    Parameters
    ----------
    instance
        The instance, with the options of the call.
    staged
        The same over years; None where it is of one year.
    """
    return [*_ALWAYS, *_left_out(instance, staged)]


def _left_out(instance: Instance, staged: StagedInstance | None) -> Iterator[str]:
    policies = instance.policies
    has_peaks = staged is not None and bool(staged.stages.peaks)
    but = ", but for the peak days of hubs" if has_peaks else ""
    yield f"A year is its sum: seasons and single days are not simulated{but}."
    if staged is None:
        yield "One year stands for all: growth, ramp-up and the moment of opening are not looked at."
    if instance.services is None:
        yield "Freight is priced by the tonne, as if trucks and flights were as full as stated; nobody waits for one."
    if policies.capacity is None and staged is None:
        yield "Hubs have room for all freight."
    if policies.air_lane is not None and policies.air_lane.counts is Counted.INBOUND:
        yield "The least frequency of an air lane counts what comes in; what flies back may be less."
    if policies.carbon is None:
        yield "Carbon has neither a price nor a limit in the plan shown."
    if instance.failures is None:
        yield "Nothing is stated of failures of hubs, lanes and legs."
    if not any(stream.deadline_h is not None for stream in instance.streams):
        yield "No freight has a deadline."
    if not instance.ranges:
        yield "Nothing is stated of how far figures may be off."
