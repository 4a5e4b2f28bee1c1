"""Bounds of sets that are shared with helpers; each set is bounded by itself, whoever does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.core.shared_jobs import SharedJobs

    Floats = NDArray[np.float64]

_AT_ONCE = 4
"""Sets of a job."""


class BoundJob(NamedTuple):
    """Sets to bound, with all that their bounds depend on.

    Parameters
    ----------
    of_all, rest
        What the loop of bounds takes before and after the sets.
    sets
        Positions of hubs, shape (sets, hubs).
    """

    of_all: tuple[Any, ...]
    sets: NDArray[np.int32]
    rest: tuple[Any, ...]


def bounds_of(job: BoundJob) -> Floats:
    """Return the bounds of the sets, EUR/year, shape (sets,); called by helpers, without state."""
    bounds = np.empty(len(job.sets))
    load_compiled("gates", lambda text: None).bounds_of_sets(*job.of_all, job.sets, *job.rest, bounds)
    return bounds


def shared_bounds(
    shared: SharedJobs,
    arguments: tuple[tuple[Any, ...], tuple[Any, ...]],
    sets: NDArray[np.int32],
    state: SearchState,
) -> Floats:
    """Return the bounds of sets, EUR/year, shape (sets,).

    Parameters
    ----------
    shared
        Shares them with helpers.
    arguments
        What the loop of bounds takes before and after the sets.
    sets
        Positions of hubs, shape (sets, hubs).
    state
        Clock of the search.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """
    of_all, rest = arguments
    jobs = [BoundJob(of_all, sets[first : first + _AT_ONCE], rest) for first in range(0, len(sets), _AT_ONCE)]
    found = [one for one in shared.done(bounds_of, jobs, bounds_of, lambda: state.is_over) if one is not None]
    if len(found) < len(jobs):
        raise TimeoutError
    return np.concatenate([*found, np.empty(0)])
