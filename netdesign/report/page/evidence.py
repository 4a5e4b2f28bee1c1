"""What further questions have found, as data of a page: one record for each result file beside the plans."""

from __future__ import annotations

from typing import Literal, TypedDict


class EvidenceBase(TypedDict):
    """What all have: ``result`` is the position in ``stamp.results``, ``title`` a heading, ``sentences`` what it says.

    ``termination`` says why its searches stopped; ``is_complete`` is false where a limit left something open.
    """

    result: int
    title: str
    sentences: list[str]
    termination: str
    is_complete: bool


class AlternativesRecord(EvidenceBase):
    """Networks near the best; ``limit`` and differences are in the unit of the objective.

    No network that is not listed has less than ``others_bound`` (null: nothing proven, or there is none). ``diverse``
    are positions in ``networks`` of those that differ most. ``condition`` is the best with and without named sites.
    """

    kind: Literal["alternatives"]
    limit: float | None
    others_bound: float | None
    networks: list[AlternativeRecord]
    diverse: list[int]
    condition: ConditionRecord | None


class AlternativeRecord(TypedDict):
    """A network near the best, and how it differs: sites opened and closed, and cost by part."""

    hubs: list[str]
    objective: float | None
    bound: float | None
    difference: float
    opened: list[str]
    closed: list[str]
    cost_difference_eur_per_year: dict[str, float]
    plan: int | None


class ConditionRecord(TypedDict):
    """The best network with the sites ``opened`` and without those ``closed``; no hubs where there is none."""

    opened: list[str]
    closed: list[str]
    hubs: list[str]
    objective: float | None
    difference: float | None
    difference_at_least: float | None
    difference_at_most: float | None
    moved_cities: int
    plan: int | None


class TippingRecord(EvidenceBase):
    """What each figure turns inside its range: the tornado. ``grid`` is the best network over two figures.

    ``objective`` is that of the best at the present values, ``today_objective`` that of today's network.
    ``left_out`` are figures that were not looked at.
    """

    kind: Literal["tipping"]
    objective: float | None
    today_objective: float | None
    figures: list[TippingFigureRecord]
    left_out: list[str]
    grid: GridRecord | None


class TippingFigureRecord(TypedDict):
    """A figure with its range: what the best network has at both ends, and where it changes.

    ``turns`` is null where a search stopped before that was known; ``is_proven`` whether the changes are all there are.
    ``verdict`` is the same in words. ``points`` are the values that were solved, ascending.
    """

    path: str
    unit: str
    low: float
    value: float
    high: float
    status: str
    source: str
    turns: bool | None
    is_proven: bool
    verdict: str
    objective_low: float | None
    objective_high: float | None
    today_low: float | None
    today_high: float | None
    points: list[TippingPointRecord]
    changes: list[ChangeRecord]


class TippingPointRecord(TypedDict):
    """The best network at one value; no hubs where none is feasible. Over years ``hubs`` say what comes first."""

    value: float
    hubs: list[str]
    objective: float | None
    bound: float | None


class ChangeRecord(TypedDict):
    """Where the best network changes: between two values, which are the same where it is exact."""

    at_least: float
    at_most: float
    before: list[str]
    after: list[str]


class GridRecord(TypedDict):
    """The best network over two figures: the second one moves fastest in ``points``; as far as they are solved."""

    paths: list[str]
    units: list[str]
    present: list[float]
    values: list[list[float]]
    points: list[RowRecord]


class RowRecord(TypedDict):
    """The best network with some values (null: that of the instance); ``reason`` says why there is none.

    ``today`` is the objective of today's network, ``inside_share`` the share inside the deadline.
    """

    scenario: str
    values: list[float | None]
    hubs: list[str]
    objective: float | None
    bound: float | None
    today: float | None
    inside_share: float | None
    co2e_t_per_year: float | None
    reason: str


class SweepRecord(EvidenceBase):
    """The best network for many values: ``present`` is that at the present ones."""

    kind: Literal["sweep"]
    paths: list[str]
    units: list[str]
    present_values: list[float | None]
    present: RowRecord | None
    rows: list[RowRecord]
    left: int


class FrontierRecord(EvidenceBase):
    """What speed and carbon cost: points that no other beats in all ``measures`` (``cost``, ``time``, ``carbon``)."""

    kind: Literal["frontier"]
    measures: list[str]
    points: list[FrontierPointRecord]
    left_out: int


class FrontierPointRecord(TypedDict):
    """A network with its operation; ``is_proven`` whether none that is as good in the others costs less.

    ``is_connected`` is whether nothing lies between it and the point before.
    """

    hubs: list[str]
    cost_eur_per_year: float
    bound_eur_per_year: float | None
    more_than_best_eur_per_year: float
    late_t_per_year: float
    inside_share: float | None
    co2e_t_per_year: float
    eur_per_service_point: float | None
    eur_per_t_co2e: float | None
    is_proven: bool
    is_connected: bool
    plan: int | None


class FailuresRecord(EvidenceBase):
    """What becomes of networks when a hub, a lane or a leg is out for so many days."""

    kind: Literal["failures"]
    days: int
    surge_share: float
    unserved_penalty_eur_per_t: float
    is_stated: bool
    networks: list[NetworkFailuresRecord]
    best: list[str] | None
    is_best_of_all: bool


class NetworkFailuresRecord(TypedDict):
    """The failures of one network, and what it is expected to cost with them, EUR/year."""

    hubs: list[str]
    objective: float | None
    failure_cost_eur_per_year: float | None
    expected_cost_eur_per_year: float | None
    expected_at_least_eur_per_year: float
    expected_at_most_eur_per_year: float | None
    outages: list[OutageRecord]
    plan: int | None


class OutageRecord(TypedDict):
    """One thing that is out: ``hub``, ``lane`` or ``leg``, and what one such failure costs."""

    kind: str
    out: list[str]
    per_year: float
    cost_eur: float | None
    cost_at_least_eur: float
    cost_at_most_eur: float | None
    not_served_t: float
    late_t: float
    missed: list[str]


class DrawsRecord(EvidenceBase):
    """What networks, or plans over years, cost in drawn worlds: EUR/year, over years EUR of the first year.

    ``level`` is that of CVaR. ``figures`` are those that were drawn.
    """

    kind: Literal["draws"]
    worlds: int
    level: float
    money_unit: str
    rows: list[DrawnRecord]
    figures: list[DrawnFigureRecord]
    least_mean: RobustRecord | None
    least_cvar: RobustRecord | None
    least_regret: RobustRecord | None


class DrawnRecord(TypedDict):
    """What one of them costs in the worlds; ``best_share`` is that of worlds in which none of the list costs less."""

    name: str
    hubs: list[str]
    infeasible: int
    unknown: int
    mean: float | None
    standard_error: float | None
    cvar: float | None
    best_share: float
    best_at_least_share: float
    best_at_most_share: float
    regret: float | None
    difference: float | None
    difference_error: float | None
    plan: int | None


class RobustRecord(TypedDict):
    """What is best by a measure: a position in ``rows``, and whether the bounds prove it."""

    row: int
    is_certain: bool


class DrawnFigureRecord(TypedDict):
    """A figure that was drawn, with what came out."""

    path: str
    unit: str
    value: float
    distribution: str
    least: float
    mean: float
    largest: float
    status: str
    source: str


class ExplanationRecord(EvidenceBase):
    """Why there is no plan: least sets of policies that clash, and how far each figure has to give."""

    kind: Literal["explanation"]
    is_feasible: bool | None
    hubs: list[str]
    clashes: list[ClashRecord]
    enough: list[list[str]]


class ClashRecord(TypedDict):
    """Policies that no plan keeps together."""

    policies: list[str]
    is_least: bool
    figures: list[GivingRecord]


class GivingRecord(TypedDict):
    """How far a figure of a policy has to give: a plan has ``value``, none is nearer to ``asked`` than ``refused``."""

    policy: str
    subject: str
    what: str
    unit: str
    asked: float | None
    value: float | None
    refused: float | None
    kept: str
    hubs: list[str]
