"""What tests of helpers share: a Dask cluster on this machine."""

from __future__ import annotations

import pytest

from tests.support.dask_cluster import Dask


@pytest.fixture
def dask(tmp_path):
    """Return a cluster whose workers have yet to be started."""
    dask = Dask(tmp_path)
    yield dask
    dask.close()
