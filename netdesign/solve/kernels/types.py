"""The types of what the loops take and give, and how they are compiled: eagerly, so that importing them is all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numba as nb
import numpy.ma  # noqa: F401 # numba asks for masked arrays with the first named tuple: loading, not solving

from netdesign.solve.core.city_pairs import CityPairs, CityTables, HubRoom
from netdesign.solve.core.promises import Promises
from netdesign.solve.core.route_matrices import Flows, Legs, Steps
from netdesign.solve.kernels.cache import kept

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled(signature: Any) -> Callable[[Any], Any]:
    """Return the decorator that compiles a loop for one signature, or takes it from where it is kept.

    Sums may be taken in any order; what is absent is a number, so nothing more needs to be assumed.
    """

    def of_loop(loop: Callable[..., Any]) -> Any:
        def make(is_cached: bool) -> Any:
            return nb.njit(signature, fastmath={"reassoc", "contract", "nsz"}, cache=is_cached, nogil=True)(loop)

        return kept(f"{loop.__module__.rpartition('.')[2]}.{loop.__qualname__}", make)

    return of_loop


def inlined(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Write a loop into those that call it: a call hands over each array in seven parts, which takes longer than it."""
    return cast("Callable[..., Any]", nb.njit(inline="always")(loop))


number = nb.float64
place = nb.int64
vector = nb.float64[::1]
matrix = nb.float64[:, ::1]
cube = nb.float64[:, :, ::1]
cube_of_places = nb.int64[:, :, ::1]
places = nb.int64[::1]
hub_set = nb.int32[::1]
hub_sets = nb.int32[:, ::1]
legs = nb.types.NamedUniTuple(matrix, 6, Legs)
flows = nb.types.NamedTuple((places, places, vector, vector, vector), Flows)
steps = nb.types.NamedUniTuple(matrix, 8, Steps)
promises = nb.types.NamedTuple((matrix, matrix, matrix, cube, cube), Promises)
city_pairs = nb.types.NamedUniTuple(places, 8, CityPairs)
flag_matrix = nb.boolean[:, ::1]
flags = nb.boolean[::1]
statuses = nb.int8[::1]
hub_room = nb.types.NamedUniTuple(vector, 2, HubRoom)
tables = nb.types.NamedTuple((matrix, cube, flag_matrix, vector), CityTables)
