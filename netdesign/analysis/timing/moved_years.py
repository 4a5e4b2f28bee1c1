"""A problem over years with other values of its figures: built again from the rows that are read, not from files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from netdesign.analysis.moved import UnsoundError, fault_words, overrides_of, without_ranges
from netdesign.analysis.problem import source_named
from netdesign.analysis.timing.problem import prepared
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.figures import FigurePathError, with_value
from netdesign.instance.read import read_source, validated
from netdesign.instance.resolve_stages import resolve_stages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.analysis.call import TimingCall
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.instance.published.reading import Named


class MovedYears:
    """The problem of a call at other values of many figures.

    Parameters
    ----------
    name_or_path, call
        The instance and the options of the call.
    """

    def __init__(self, name_or_path: Named, call: TimingCall) -> None:
        self._call = replace(call, is_strict=False)
        # Overrides may state distributions too, which would be resolved for each year of each world.
        self._now = without_ranges(source_named(name_or_path, call))
        self._document = validated(self._now)

    def with_values(self, values: Mapping[str, float]) -> TimingProblem:
        """Return the problem in which figures have values, by path; it may be one of which no plan is permitted.

        Raises
        ------
        UnsoundError
            The instance is not sound with them.
        """
        try:
            return self._built(values)
        except (InstanceError, UsageError) as error:
            raise UnsoundError(fault_words(error)) from None

    def _built(self, values: Mapping[str, float]) -> TimingProblem:
        try:
            document = self._document
            for path, value in values.items():
                document = with_value(document, path, value)
            source = self._now
        except (FigurePathError, ValidationError):
            # Read as the files would be: what has no value yet gets one, and a fault gets its words.
            source = read_source(self._now, overrides_of(values))
            document = validated(source)
        staged = resolve_stages(document, source.matrices, source.located, self._call.scenario, may_be_infeasible=True)
        return prepared(staged, self._call, may_be_infeasible=True)
