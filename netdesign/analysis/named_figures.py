"""Figures that a call names: those that have no value yet, and those that its options outrank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.moved import written
from netdesign.analysis.problem import source_named
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.figures import FigurePathError, place_in
from netdesign.instance.read import read_source, validated

if TYPE_CHECKING:
    from netdesign.analysis.call import AnyCall
    from netdesign.instance.document import Path_
    from netdesign.instance.figures import Place
    from netdesign.instance.published.reading import Named


def once_set(name_or_path: Named, call: AnyCall, path: str, value: float) -> Place | None:
    """Return where a figure stands once it has a value; None where it does not exist.

    Raises
    ------
    InstanceError
        It exists, and the instance is wrong with this value.
    """
    source = source_named(name_or_path, replace(call, overrides=()))
    try:
        return place_in(validated(read_source(source, (*call.overrides, f"{path}={written(value)}"))), path)
    except (FigurePathError, UsageError):
        return None
    except InstanceError as error:
        if any(fault.message.startswith("unknown") for fault in error.faults):
            return None
        raise


def exists(name_or_path: Named, call: AnyCall, path: str, value: float) -> bool:
    """Return whether a figure exists that has no value yet."""
    try:
        return once_set(name_or_path, call, path, value) is not None
    except InstanceError:
        return True


def refuse_outranked(call: AnyCall, path: str, trail: Path_) -> None:
    """Refuse a figure whose every value an option of the call takes the place of.

    Raises
    ------
    UsageError
        It names the option.
    """
    options = call.hub_options
    if trail[:1] != ("policies",) or len(trail) < 3 or trail[1] not in ("hub_count", "new_hubs"):
        return
    if options.hubs is not None:
        option = f"--hubs {options.hubs}"
    elif options.max_new is not None and trail[2] == "max":
        option = f"--max-new {options.max_new}"
    else:
        return
    message = f"{path}: {option} takes the place of every value; leave one of the two out"
    raise UsageError(message)
