"""Options of the questions, checked: the ranges and sentences of the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from netdesign.analysis.margin import Margin
from netdesign.api.checked import (
    event_of,
    function_of_one,
    is_on,
    names_of,
    real_number,
    together,
    whole_number,
    words,
)
from netdesign.api.given import Given, overrides_of
from netdesign.api.keywords import DEFAULTS
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.failures import DAYS_PER_YEAR
from netdesign.instance.options import HubOptions
from netdesign.instance.resolve_stages import BASE, TREE
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.limits import SolveLimits, Watch

if TYPE_CHECKING:
    from netdesign.api.keywords import Listener, QuestionOptions, SearchOptions, Values
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.registry import Registry

_MOST_THREADS = 256


def overrides(asked: Given, values: Values) -> tuple[str, ...]:
    """Return the changes of an instance and those of the call, ``path=value`` each.

    Raises
    ------
    UsageError
        They are neither a dict nor texts.
    """
    further = overrides_of(values) if isinstance(values, Mapping) else words("--set", values)
    return (*asked.changes, *further)


def question_parts(
    asked: Given, registry: Registry[Any, Any], options: QuestionOptions
) -> dict[str, Callable[[], Any]]:
    """Return functions that check what each call of one year and of several consists of, by its field."""
    given: dict[str, Any] = {**DEFAULTS, **options}
    return {
        "overrides": partial(overrides, asked, given["set"]),
        "hub_options": partial(_hub_options, given),
        "reading": lambda: asked.reading,
        "engine": partial(engine_of, registry, given["engine"]),
        "is_strict": partial(is_on, "--strict", given["strict"]),
    }


def _hub_options(given: Mapping[str, Any]) -> HubOptions:
    """Return the options on hubs.

    Raises
    ------
    UsageError
        A number is not whole, or an id is missing.
    """
    return HubOptions(
        *together(
            lambda: whole_number("--hubs", given["hubs"]),
            lambda: whole_number("--max-new", given["max_new"]),
            lambda: names_of("--open", given["open"]),
            lambda: names_of("--close", given["close"]),
        )
    )


@contextmanager
def guarded_listener(watch: Watch, listen: Listener) -> Iterator[Listener]:
    """Yield a listener whose error ends the search and is raised afterwards, as solvers hide errors in callbacks.

    Parameters
    ----------
    watch
        Clock and switch of the search.
    listen
        Is called with each ``Progress``.
    """
    errors: list[Exception] = []

    def guarded(progress: Progress) -> None:
        try:
            if not errors:
                listen(progress)
        except Exception as error:
            errors.append(error)
            watch.stopped.set()

    try:
        yield guarded
    finally:
        if errors:
            raise errors[0]


def gap_of(gap: float) -> float | None:
    """Return the gap.

    Raises
    ------
    UsageError
        It is no share.
    """
    wanted = "a number from 0 to 1"
    if gap is None:
        message = f"--gap None: give {wanted}"
        raise UsageError(message)
    return real_number("--gap", gap, wanted, lambda share: 0 <= share <= 1)


def time_limit_of(seconds: float | None) -> float | None:
    """Return the time limit.

    Raises
    ------
    UsageError
        Not a positive number.
    """
    return real_number("--time-limit", seconds, "a positive number of seconds", lambda s: 0 < s < math.inf)


def watch_of(search: SearchOptions) -> Watch:
    """Return the clock of a call, with its limits in the ranges of the command line.

    Raises
    ------
    UsageError
        Some are out of range; names all of them.
    """
    asked: dict[str, Any] = {**DEFAULTS, **search}
    switch = Event() if asked["stop"] is None else asked["stop"]
    threads, seed, gap, limit, stop, _ = together(
        lambda: whole_number("--threads", asked["threads"], 1, _MOST_THREADS),
        lambda: whole_number("--seed", asked["seed"], 0, 2**31 - 1),
        lambda: gap_of(asked["gap"]),
        lambda: time_limit_of(asked["time_limit"]),
        lambda: event_of(switch),
        lambda: function_of_one("--listen", asked["listen"], "Progress"),
    )
    return Watch(SolveLimits(limit, gap, threads, seed), stop)


def margin_of(within: str | float) -> Margin:
    """Return how much more a network may have than the best.

    Raises
    ------
    UsageError
        It is no number, or below zero.
    """
    if isinstance(within, str):
        return Margin.from_text(within)
    wanted = "a share such as '1%', or an amount such as 250000"
    amount = None if within is None else real_number("--within", within, wanted)
    if amount is None:
        message = f"--within None: give {wanted}"
        raise UsageError(message)
    if amount < 0:
        message = f"--within {amount:g}: a margin is 0 or more"
        raise UsageError(message)
    return Margin(amount, is_share=False)


def days_of(days: int | None) -> int | None:
    """Return the days that something is out, or None.

    Raises
    ------
    UsageError
        They are no whole number, or more than a year has.
    """
    return None if days is None else whole_number("--days", days, 1, DAYS_PER_YEAR)


def network_number(option: str, number: int | None) -> int | None:
    """Return a number of networks, or None.

    Raises
    ------
    UsageError
        It is no whole number, or under 1.
    """
    found = whole_number(option, number)
    if found is not None and found < 1:
        message = f"{option} {found}: a number of networks is 1 or more"
        raise UsageError(message)
    return found


def risk_of(name: str | None) -> RiskMeasure | None:
    """Return a measure of risk by its name.

    Raises
    ------
    UsageError
        There is none with that name.
    """
    allowed = [measure.value for measure in RiskMeasure]
    if name is None or name in allowed:
        return None if name is None else RiskMeasure(name)
    message = f"--risk {name!r}: allowed: {', '.join(allowed)}{did_you_mean(str(name), allowed)}"
    raise UsageError(message)


def level_of(level: float | None) -> float | None:
    """Return the level of cvar.

    Raises
    ------
    UsageError
        It is no share.
    """
    return real_number("--level", level, "a share from 0 to less than 1", lambda share: 0 <= share < 1)


def scenario_of(scenario: str | None, *, tree: bool) -> str:
    """Return ``tree``, the name of a scenario, or ``base``.

    Raises
    ------
    UsageError
        Both are given, or the scenario is no name.
    """
    if is_on("--tree", tree) and scenario is not None:
        message = "--tree and --scenario exclude each other; give one"
        raise UsageError(message)
    if scenario == TREE:
        message = "--scenario tree: write --tree"
        raise UsageError(message)
    if scenario is not None and not isinstance(scenario, str):
        message = f"--scenario {scenario!r}: give the name of a scenario"
        raise UsageError(message)
    return TREE if tree else scenario or BASE


def engine_of(registry: Registry[Any, Any], name: str) -> str:
    """Return the name of an engine, or ``auto``.

    Raises
    ------
    UsageError
        There is none with that name.
    """
    registry.check_name(name)
    return name
