"""Options of a call that change the choice of hubs: each makes a new instance and leaves the old one alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.errors import InstanceError, UsageError, as_usage, did_you_mean
from netdesign.instance.document import Located
from netdesign.instance.faults import FaultList
from netdesign.instance.parts import NodeKind
from netdesign.instance.policies import HubRange, check_policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netdesign.instance.data import Instance


OPTIONS_PLACE = ("instance with the options of this call", 0, 0)
"""Place of a fault that options cause."""


@dataclass(frozen=True)
class HubOptions:
    """Options of a call about hubs.

    Parameters
    ----------
    hubs
        Exactly so many, existing ones counted; sorting centres are none.
    max_new
        At most so many in addition to the existing ones; excludes ``hubs``.
    opened, closed
        Ids of sites that must or must not open.
    """

    hubs: int | None = None
    max_new: int | None = None
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def to_record(self) -> dict[str, object]:
        """Return the options as a result records them."""
        return {
            "hubs": self.hubs,
            "max_new": self.max_new,
            "open": list(self.opened),
            "close": list(self.closed),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> HubOptions:
        """Return the options that a result recorded.

        Raises
        ------
        KeyError, TypeError
            The record was changed into something else.
        """
        numbers = (record["hubs"], record["max_new"])
        if not all(isinstance(n, int | None) and not isinstance(n, bool) for n in numbers):
            raise TypeError
        return cls(*numbers, words_of(record, "open"), words_of(record, "close"))


def words_of(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return an option that takes words, as a result recorded it.

    Raises
    ------
    KeyError, TypeError
        The record was changed into something else.
    """
    if isinstance(record[name], str):
        raise TypeError
    return tuple(map(str, record[name]))


def apply_hub_options(instance: Instance, options: HubOptions) -> Instance:
    """Return the instance with the options in its policies.

    Raises
    ------
    UsageError
        An unknown site, a number out of range, or options that contradict each other, the existing hubs or the
        instance's own policies.
    """
    if options == HubOptions():
        return instance
    _check_options(instance, options)
    policies = instance.policies
    changes = _named_sites(instance, options.opened, options.closed)
    if options.hubs is not None:
        changes |= {"hub_count": HubRange(min=options.hubs, max=options.hubs), "new_hubs": None}
    if options.max_new is not None:
        least = _fewest_new(instance)
        if options.max_new < least:
            message = f"--max-new {options.max_new}: the policies of the instance ask for at least {least} new hubs"
            raise UsageError(message)
        # More than there are sites means all of them.
        most = max(least, min(options.max_new, len(instance.sites)))
        changes |= {"hub_count": None, "new_hubs": HubRange(min=least, max=most)}
    try:
        return _checked(instance.replace(policies=policies.model_copy(update=changes)))
    except InstanceError as error:
        raise as_usage(error.faults) from None


def apply_condition(instance: Instance, opened: Iterable[str], closed: Iterable[str]) -> Instance:
    """Return the instance in which sites must, or must not, open beside what its policies say.

    Parameters
    ----------
    instance
        With the policies in force.
    opened, closed
        Ids of the sites that ``--with`` and ``--without`` name.

    Raises
    ------
    UsageError
        As ``apply_hub_options``.
    """
    opened, closed = tuple(opened), tuple(closed)
    _check_named_sites(instance, opened, closed, ("--with", "--without"))
    try:
        changes = _named_sites(instance, opened, closed)
        return _checked(instance.replace(policies=instance.policies.model_copy(update=changes)))
    except InstanceError as error:
        raise as_usage(error.faults) from None


def check_condition(
    instance: Instance,
    options: HubOptions,
    opened: Sequence[str],
    closed: Sequence[str],
    *,
    closes_for_good: bool = True,
) -> None:
    """Check that what ``--with`` and ``--without`` name does not contradict another option of the call.

    Parameters
    ----------
    instance
        With the options in force.
    options
        Those of the call about hubs.
    opened, closed
        Ids of the sites that ``--with`` and ``--without`` name.
    closes_for_good
        Whether what ``--without`` names may not open at all; over years it may open later.

    Raises
    ------
    UsageError
        Two options contradict each other; names both.
    """
    clashes = [("--close", "--with", options.closed, opened)]
    if closes_for_good:
        clashes.append(("--open", "--without", options.opened, closed))
    for first, second, names, others in clashes:
        both = sorted(set(names) & set(others))
        if both:
            message = f"{first} and {second} both name {', '.join(both)}"
            raise UsageError(message)
    certain = (instance.required | set(opened)) - instance.centres
    for flag, most, must in (
        ("--hubs", options.hubs, certain),
        ("--max-new", options.max_new, certain - instance.existing),
    ):
        if opened and most is not None and len(must) > most:
            named = f"{', '.join(sorted(must))} must open"
            message = f"{flag} {most} and --with {','.join(opened)} contradict each other: {named}"
            raise UsageError(message)


def _named_sites(instance: Instance, opened: Iterable[str], closed: Iterable[str]) -> dict[str, object]:
    """Return the policies on single sites with those that options name."""
    policies = instance.policies
    return {
        "required": tuple(dict.fromkeys((*policies.required, *opened))),
        "forbidden": tuple(dict.fromkeys((*policies.forbidden, *closed))),
    }


def replaced_policy(instance: Instance, options: HubOptions) -> str | None:
    """Return a note on the stated number of hubs that an option replaces; None where it is kept.

    Parameters
    ----------
    instance
        Before the options.
    options
        Of the call.
    """
    policies, existing = instance.policies, instance.number_of_hubs(instance.existing)
    name, offset = ("hub_count", 0) if policies.hub_count is not None else ("new_hubs", existing)
    stated = policies.hub_count or policies.new_hubs
    if stated is None or (options.hubs is None and options.max_new is None):
        return None
    least, most = (stated.min or 0) + offset, len(instance.sites) if stated.max is None else stated.max + offset
    limits = {(True, True): f"{stated.min} to {stated.max}", (True, False): f"at least {stated.min}"}
    listed = limits.get((stated.min is not None, stated.max is not None), f"at most {stated.max}")
    if options.hubs is not None and not least <= options.hubs <= most:
        return f"--hubs {options.hubs} takes the place of policies.{name} ({listed})"
    if options.max_new is not None and most < existing + min(options.max_new, len(instance.sites)):
        return f"--max-new {options.max_new} takes the place of the largest number in policies.{name} ({listed})"
    return None


def _fewest_new(instance: Instance) -> int:
    """Return the least number of new hubs that the policies require."""
    policies = instance.policies
    if policies.hub_count is not None:
        return max(0, (policies.hub_count.min or 0) - instance.number_of_hubs(instance.existing))
    return (policies.new_hubs.min or 0) if policies.new_hubs else 0


def fix_hubs(instance: Instance, names: Iterable[str], *, free_centres: bool = False) -> Instance:
    """Return the instance in which exactly the named sites are open, regardless of the threshold.

    Parameters
    ----------
    instance
        With the policies in force.
    names
        Ids of sites.
    free_centres
        Whether other sorting centres may open too, as the policies permit.

    Raises
    ------
    UsageError
        An unknown site, or an existing hub left out.
    InstanceError
        The instance's policies contradict the set.
    """
    opened = tuple(dict.fromkeys(names))
    check_site_names(instance, opened, "")
    check_names_existing(instance, opened)
    forbidden = sorted(set(opened) & set(instance.policies.forbidden))
    if forbidden:
        message = f"{', '.join(forbidden)} is forbidden by the instance"
        raise UsageError(message)
    may_open = instance.centres.intersection(instance.allowed) if free_centres else frozenset()
    closed = tuple(site.id for site in instance.sites if site.id not in opened and site.id not in may_open)
    left_out = sorted(set(instance.policies.required) - set(opened))
    if left_out:
        message = f"{', '.join(left_out)} is required by the instance; name it too"
        raise UsageError(message)
    changes = {"required": opened, "forbidden": closed}
    return _checked(instance.replace(policies=instance.policies.model_copy(update=changes)))


def check_names_existing(instance: Instance, opened: Iterable[str]) -> None:
    """Raise a UsageError where a set of open sites leaves an existing hub out."""
    missing = sorted(instance.existing - set(opened))
    if missing:
        message = f"{', '.join(missing)} exists and stays open; name it too"
        raise UsageError(message)


def _check_options(instance: Instance, options: HubOptions) -> None:
    _check_named_sites(instance, options.opened, options.closed, ("--open", "--close"))
    if options.hubs is not None and options.max_new is not None:
        message = "--hubs and --max-new exclude each other; give one"
        raise UsageError(message)
    if options.hubs is not None:
        _check_number(instance, options, options.hubs)
    if options.max_new is not None and options.max_new < 0:
        message = f"--max-new {options.max_new}: a number of hubs is 0 or more"
        raise UsageError(message)


def _check_named_sites(
    instance: Instance, opened: Sequence[str], closed: Sequence[str], flags: tuple[str, str]
) -> None:
    """Check sites that must, and must not, open; ``flags`` are the options that name them."""
    opens, closes = flags
    check_two_lists(instance, opened, closed, flags)
    existing = sorted(instance.existing & set(closed))
    if existing:
        message = f"{closes} {','.join(existing)}: an existing hub stays open"
        raise UsageError(message)
    forbidden = sorted(set(instance.policies.forbidden) & set(opened))
    if forbidden:
        message = f"{opens} {','.join(forbidden)}: the instance's policies forbid it"
        raise UsageError(message)


def check_two_lists(instance: Instance, wanted: Sequence[str], unwanted: Sequence[str], flags: tuple[str, str]) -> None:
    """Check that two lists name sites, and none of them both; ``flags`` are the options that name them.

    Raises
    ------
    UsageError
        They do not.
    """
    for names, flag in zip((wanted, unwanted), flags, strict=True):
        check_site_names(instance, names, f"{flag} ")
    both = sorted(set(wanted) & set(unwanted))
    if both:
        message = f"{flags[0]} and {flags[1]} both name {', '.join(both)}"
        raise UsageError(message)


def _check_number(instance: Instance, options: HubOptions, hubs: int) -> None:
    possible = instance.number_of_hubs((set(instance.allowed) | set(options.opened)) - set(options.closed))
    certain = (instance.required | set(options.opened)) - instance.centres
    if hubs > possible:
        what = ("hub" if possible == 1 else "hubs") if instance.centres else "sites"
        message = f"--hubs {hubs}: only {possible} {what} may open"
        raise UsageError(message)
    if hubs < max(len(certain), 1):
        why = f"{', '.join(sorted(certain))} must open" if certain else "a network has at least one"
        message = f"--hubs {hubs}: {why}"
        raise UsageError(message)


_MOST_NAMED = 10
"""Sites that are listed where another name was given."""


def check_site_names(instance: Instance, names: Iterable[str], option: str) -> None:
    """Raise a UsageError that starts with ``option`` at the first name that is no site."""
    known = instance.site_position
    for name in names:
        if name not in known:
            message = f"{option}{name}: {_no_site(instance, name)}{did_you_mean(name, known)}"
            raise UsageError(message)


def _no_site(instance: Instance, name: str) -> str:
    """Return why a name is not that of a site."""
    position = instance.node_position.get(name)
    if position is None:
        return "there is no such site"
    what = "an overseas airport" if instance.nodes[position].kind is NodeKind.OVERSEAS else "a city"
    sites = [site.id for site in instance.sites]
    more = f" and {len(sites) - _MOST_NAMED} more" if len(sites) > _MOST_NAMED else ""
    return f"is {what} and no site; sites: {', '.join(sites[:_MOST_NAMED])}{more}"


def _checked(instance: Instance) -> Instance:
    faults = FaultList(Located({}, {(): OPTIONS_PLACE}))
    check_policies(instance, faults)
    faults.raise_if_any()
    return instance
