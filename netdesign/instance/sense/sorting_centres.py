"""Values of sorting centres that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.rows import NightClass, SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.document import Path_
    from netdesign.instance.rows import HubRow
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks


def note_sorting_centres(document: InstanceDocument, remarks: Remarks) -> None:
    """Note what has no effect on sites without runway, which take freight from hubs only and hand it out."""
    centres = {index: row for index, row in enumerate(document.tables.hubs) if row.kind is SiteKind.SORTING_CENTRE}
    _note_blocks(document, list(centres.values()), remarks)
    nights = [
        ("tables", "hubs", index, "night_class")
        for index, row in centres.items()
        if row.night_class is not NightClass.OPEN
    ]
    remarks.add_first(nights, "plays no part: a sorting centre has no runway")
    cargo = [
        ("tables", "hubs", index, "cargo_t_per_year")
        for index, row in centres.items()
        if row.cargo_t_per_year is not None
    ]
    remarks.add_first(cargo, "plays no part: a sorting centre has no runway, and the size threshold is for hubs")
    remarks.add_all(_idle_legs(document, {row.id for row in centres.values()}))


def _note_blocks(document: InstanceDocument, centres: list[HubRow], remarks: Remarks) -> None:
    bounds = document.policies.sorting_centres
    if bounds is not None and not centres:
        message = "limits nothing: no site of the hubs table is one; write kind: sorting_centre in its row"
        remarks.add(("policies", "sorting_centres"), message)
    elif bounds is not None and bounds.min is None and bounds.max is None:
        remarks.add(("policies", "sorting_centres"), "limits nothing: it gives neither min nor max")
    if document.sorting_centre_cost is None:
        return
    if not centres:
        remarks.add(("sorting_centre_cost",), "plays no part: no site of the hubs table is a sorting centre")
    elif all(row.fixed_cost_eur_per_year is not None for row in centres):
        message = "plays no part: every sorting centre has a fixed_cost_eur_per_year of its own"
        remarks.add(("sorting_centre_cost",), message)


def _idle_legs(document: InstanceDocument, centres: set[str]) -> Iterator[tuple[Path_, str]]:
    """Yield legs that no freight can take: to a sorting centre but not from a hub, or from one but not to a city."""
    hubs = {row.id for row in document.tables.hubs} - centres
    cities = {row.id for row in document.tables.cities}
    for index, row in enumerate(document.tables.legs if centres else ()):
        if row.from_ in centres and row.to not in cities:
            message = f"plays no part: '{row.from_}' is a sorting centre, which hands out to cities only"
            yield ("tables", "legs", index, "to"), message
        elif row.to in centres and row.to not in cities and row.from_ not in hubs:
            message = f"plays no part: '{row.to}' is a sorting centre, which takes freight from hubs only"
            yield ("tables", "legs", index, "from"), message
