"""Groups of freight of about the same volume."""

from __future__ import annotations

import numpy as np
import pytest

from netdesign.solve.branch_cut.groups import starts_of_groups


@pytest.mark.parametrize("seed", range(20))
def test_groups_have_about_as_much_each(seed):
    draw = np.random.default_rng(seed)
    volume, groups = draw.exponential(100.0, int(draw.integers(1, 40))), int(draw.integers(1, 9))
    starts = starts_of_groups(volume, groups)
    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()
    assert len(starts) <= groups
    within = np.add.reduceat(volume, starts)
    last = np.append(starts[1:], len(volume)) - 1
    # All but the last of each begin within its part of the freight.
    assert (within - volume[last] <= volume.sum() / groups * (1 + 1e-9)).all()


def test_what_is_large_is_a_group_by_itself():
    assert starts_of_groups(np.array([1.0, 1.0, 96.0, 1.0, 1.0]), 4).tolist() == [0, 3]
    assert starts_of_groups(np.array([96.0, 1.0, 1.0, 1.0, 1.0]), 4).tolist() == [0, 1]


def test_rounding_makes_no_group_more():
    """The sum of all, in whatever order, is that of all but the last."""
    assert starts_of_groups(np.array([1.0, 1e-17]), 1).tolist() == [0]
