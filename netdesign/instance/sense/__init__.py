"""Warnings of a sound instance: unlikely figures and places, and values without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.sense.effect import note_without_effect
from netdesign.instance.sense.figures import note_unlikely_figures
from netdesign.instance.sense.legs import note_unlikely_legs
from netdesign.instance.sense.places import note_unlikely_places
from netdesign.instance.sense.ranges import note_values_outside_ranges
from netdesign.instance.sense.remarks import Remarks
from netdesign.instance.sense.services import note_services
from netdesign.instance.sense.years import note_without_effect_over_years

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.errors import Fault
    from netdesign.instance.data import Instance
    from netdesign.instance.document import Located
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.schema import InstanceDocument


def odd_things(
    document: InstanceDocument, instance: Instance, matrices: Mapping[str, Matrix], located: Located
) -> tuple[Fault, ...]:
    """Return the warnings of a sound instance with their places: those of the reader, then in order of place.

    Parameters
    ----------
    document, instance
        As in the files, and as resolved.
    matrices
        Dense tables by field.
    located
        Has the place of each value.
    """
    remarks = Remarks(located)
    note_unlikely_figures(document, instance, remarks)
    note_unlikely_places(document, instance, remarks)
    note_unlikely_legs(document, matrices, remarks)
    note_without_effect(document, instance, remarks)
    note_services(document, instance, remarks)
    note_without_effect_over_years(document, remarks)
    note_values_outside_ranges(document, remarks)
    return (*dict.fromkeys(located.warnings), *sorted(set(remarks.found)))
