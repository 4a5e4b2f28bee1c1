"""Tests on random seeds: on a sixth of them in every run, on all of them in the long one."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable


def seeds(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let hypothesis draw so many seeds for a test, which has them as ``seed`` beside its fixtures."""

    def with_seeds(test: Callable[..., None]) -> Callable[..., None]:
        @pytest.mark.parametrize("count", [number // 6, pytest.param(number, marks=pytest.mark.long)])
        @wraps(test)
        def run(count: int, **others: object) -> None:
            drawn = given(seed=st.integers(0, 2**31))(test)
            settings(deadline=None, max_examples=count)(drawn)(**others)

        # hypothesis gives the seed, pytest all else.
        asked = inspect.signature(test)
        others = [one for name, one in asked.parameters.items() if name != "seed"]
        count = inspect.Parameter("count", inspect.Parameter.KEYWORD_ONLY)
        run.__signature__ = asked.replace(parameters=[*others, count])
        return run

    return with_seeds
