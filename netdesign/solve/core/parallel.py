"""Run independent parts of a computation on the threads of a search."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.solve.core.search_state import SearchState

Part = TypeVar("Part")


def for_each(parts: Sequence[Part], do: Callable[[Part], None], state: SearchState) -> None:
    """Call a function for every part; compiled loops release the GIL, so threads run in parallel.

    Raises
    ------
    TimeoutError
        The time ran out before all parts were done.
    """

    def do_in_time(part: Part) -> None:
        if not state.is_over:
            do(part)

    if min(state.threads, len(parts)) <= 1:
        # Starting a thread takes as long as pricing a hundred sets of a small instance.
        for part in parts:
            do_in_time(part)
    else:
        with ThreadPoolExecutor(max_workers=state.threads) as pool:
            list(pool.map(do_in_time, parts))
    if state.is_over:
        raise TimeoutError
