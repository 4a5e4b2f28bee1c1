"""What results over years have found, as data of a page: calendar, tree, and first decisions."""

from __future__ import annotations

from typing import Literal, TypedDict

from netdesign.report.page.evidence import EvidenceBase


class YearsRecord(EvidenceBase):
    """A plan over years: calendar and tree. Money is EUR of the first year unless a name says otherwise.

    ``scenario`` is ``base``, the name of one, or ``tree``; ``risk`` what is minimised (``expected``, ``cvar``,
    ``regret``), ``level`` that of cvar. ``nodes`` have parents before children. ``plan`` of a node is its operation.
    """

    kind: Literal["years"]
    scenario: str
    risk: str
    level: float
    objective: float | None
    bound: float | None
    gap: float | None
    expected: float | None
    cvar: float | None
    largest_regret: float | None
    nodes: list[NodeRecord]
    paths: list[PathRecord]
    delays: list[DelayRecord]
    single_years: list[SingleYearRecord]
    values: ValuesRecord | None


class NodeRecord(TypedDict):
    """A year of a branch: ``parent`` is a position in ``nodes``, null at the root; money is EUR of its own year."""

    node: str
    branch: str
    year: int
    parent: int | None
    probability: float
    volume_t: float
    hubs: list[str]
    orders: list[OrderRecord]
    link_orders: list[LinkOrderRecord]
    closings: list[str]
    modules: list[ModuleRecord]
    contract_t_per_year: dict[str, float]
    cost_eur: float
    cost_parts_eur: dict[str, float]
    inside_share: float | None
    co2e_t_per_year: float
    plan: int | None


class ModuleRecord(TypedDict):
    """Modules in use at a hub."""

    hub: str
    module: str
    count: int


class OrderRecord(ModuleRecord):
    """Modules that are paid for, and the first year of their use."""

    in_use_from: int


class LinkOrderRecord(TypedDict):
    """A hub link that is paid for: its ends, and the first year of its use."""

    link: tuple[str, str]
    in_use_from: int


class PathRecord(TypedDict):
    """A path from the root to a leaf (a position in ``nodes``), EUR of the first year."""

    leaf: int
    probability: float
    cost_eur: float
    salvage_eur: float
    regret_eur: float | None


class IntervalRecord(TypedDict):
    """A difference of costs with its proven limits, EUR of the first year; ``is_infinite``: there is no such plan."""

    value: float | None
    at_least: float | None
    at_most: float | None
    is_infinite: bool


class DelayRecord(TypedDict):
    """What it costs to order a new hub at least a year later."""

    hub: str
    ordered: int
    extra_cost_eur: IntervalRecord


class SingleYearRecord(TypedDict):
    """What the one-year model says of a year."""

    year: int
    orders: list[ModuleRecord]
    objective_eur_per_year: float | None
    bound_eur_per_year: float | None


class ValuesRecord(TypedDict):
    """What waiting, knowing the future and deciding on the tree are worth."""

    waiting: IntervalRecord
    perfect_information: IntervalRecord
    stochastic_solution: IntervalRecord


class FirstDecisionsRecord(EvidenceBase):
    """What else may be decided first, over years: EUR of the first year."""

    kind: Literal["first_decisions"]
    limit: float | None
    others_bound: float | None
    decisions: list[FirstRecord]
    condition: FirstConditionRecord | None


class FirstRecord(TypedDict):
    """A first decision with the best plan that begins with it; ``words`` say it, ``difference`` is against the best."""

    words: str
    orders: list[ModuleRecord]
    closings: list[str]
    objective: float | None
    bound: float | None
    difference: float | None


class FirstConditionRecord(FirstRecord):
    """The best plan that orders at some sites in the first year, and not at others."""

    ordered_at: list[str]
    not_ordered_at: list[str]
    difference_at_least: float | None
    difference_at_most: float | None
