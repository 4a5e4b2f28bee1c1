"""What a page is made of: the data that its script reads, as plain JSON.

Money is EUR, freight t, time h, each with its unit in the name of the field. An objective is in ``objective_unit`` of
the page. Columns of a record have one length. A place is a position in ``places``, a plan one in ``plans``; -1 stands
for none in columns of whole numbers, null elsewhere. A text is plain: whoever shows it puts it into the document as
text. It may hold isolating marks around a name that is written from right to left, and pictures of control characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from netdesign.report.page.basis import LibraryRecord as LibraryRecord
from netdesign.report.page.evidence import (
    AlternativesRecord,
    DrawsRecord,
    ExplanationRecord,
    FailuresRecord,
    FrontierRecord,
    SweepRecord,
    TippingRecord,
)
from netdesign.report.page.evidence_years import FirstDecisionsRecord, YearsRecord

if TYPE_CHECKING:
    from netdesign.report.page.basis import AssumptionsRecord, StampRecord

FORMAT = "netdesign.page/1"
"""Name and version of the data; a script that knows another one shows nothing of it."""

EvidenceRecord: TypeAlias = (
    AlternativesRecord
    | TippingRecord
    | SweepRecord
    | FrontierRecord
    | FailuresRecord
    | DrawsRecord
    | ExplanationRecord
    | YearsRecord
    | FirstDecisionsRecord
)
"""What a result has found beside the plans; ``kind`` tells which."""

PlanGroup = Literal["number", "own", "alternative", "year"]
"""Where a plan is from: the best with its number of hubs (today's first), a set that the user named, a network near
the best, or a year (a node) of a plan over years."""

PlaceKind = Literal["city", "site", "overseas"]
LegsKind = Literal["collection", "inter_hub", "distribution"]
LegMode = Literal["truck", "air", "direct"]
"""``direct``: the leg is given with its cost, so that nobody knows what goes there."""


class PageData(TypedDict):
    """Everything that a page shows.

    ``title`` is that of the call or of the instance, ``description`` what the instance says of itself (may be empty).
    ``objective_unit`` is what ``objective`` and ``bound`` are in: ``EUR/year``, ``hubs`` or ``h``; over years such as
    ``EUR of 2026``.
    ``plans`` are the plans of the switch in the order of its buttons, ``first_plan`` the one that is shown first (null
    without any), ``today_plan`` the one that all are held against. ``plans_left_out`` is the number of networks that
    are in the evidence only, as the page would be too large. ``outline`` is a GeoJSON FeatureCollection of countries,
    null where the page has to cut one. ``evidence`` is in the order in which it is to be read. ``titles``
    say what figures are, by path. ``warnings`` are those about the instance.
    """

    format: str
    title: str
    description: str
    objective_unit: str
    verdict: VerdictRecord
    places: PlacesRecord
    streams: list[StreamRecord]
    vehicles: list[VehicleRecord]
    plans: list[PlanRecord]
    first_plan: int | None
    today_plan: int | None
    plans_left_out: int
    outline: dict[str, Any] | None
    evidence: list[EvidenceRecord]
    titles: dict[str, str]
    assumptions: AssumptionsRecord
    not_modelled: list[str]
    warnings: list[str]
    stamp: StampRecord


class VerdictRecord(TypedDict):
    """The answer in words and figures.

    ``headline`` is the verdict in a sentence, ``sentences`` the whole answer as the command prints it, with blanks
    before what belongs to the sentence above; the first may be the headline. ``objective``, ``bound`` and ``gap`` (a
    share) are those of the best; ``termination`` says why the search stopped: ``optimal``, ``gap_reached``,
    ``time_limit``, ``interrupted``, ``size_limit``, ``infeasible``. ``is_proven`` is whether nothing better can exist.
    ``cap`` says that the best has as many hubs as are permitted, so that more were not looked at; else it is empty.
    ``steps`` say whether each further hub pays. ``runner_up`` is the second best of all permitted networks, null where
    it was not searched for or there is none.
    """

    headline: str
    sentences: list[str]
    objective: float | None
    bound: float | None
    gap: float | None
    termination: str
    is_proven: bool
    cap: str
    steps: list[StepRecord]
    runner_up: RunnerUpRecord | None


class StepRecord(TypedDict):
    """Whether the next hub pays: ``pays``, ``does_not_pay``, ``undecided``, ``needed`` or ``impossible``.

    The saving is in the unit of the objective, positive where the network with more hubs is better.
    """

    from_hubs: int
    to_hubs: int
    verdict: str
    saving: float | None
    saving_at_least: float | None
    saving_at_most: float | None


class RunnerUpRecord(TypedDict):
    """The second best network: what it has, and what it has more than the best, in the unit of the objective.

    ``more_at_least`` is proven: no other network has less than that more than the best. ``plan`` is its plan where the
    page has it.
    """

    hubs: list[str]
    objective: float | None
    more: float | None
    more_at_least: float | None
    plan: int | None


class PlacesRecord(TypedDict):
    """Cities, hub sites and overseas airports as columns; ``lat`` and ``lon`` are degrees, null where not known.

    ``short`` is the name, of an airfield that of the nearest city if it is within 50 km and has no other airfield.
    ``status`` is that of a site: ``existing``, ``candidate`` or ``closed``; empty for what is no site. A site with a
    city's id is that city, and of kind ``city``. ``is_centre`` is 1 for a sorting centre.
    """

    id: list[str]
    name: list[str]
    short: list[str]
    country: list[str]
    kind: list[PlaceKind]
    status: list[str]
    is_centre: list[int]
    lat: list[float | None]
    lon: list[float | None]


class StreamRecord(TypedDict):
    """A group of freight with one promise; ``deadline_h`` is null where nothing is promised."""

    name: str
    deadline_h: float | None


class VehicleRecord(TypedDict):
    """A vehicle that leaves by timetable; none where freight is priced by the tonne."""

    id: str
    mode: str
    payload_t: float


class PlanHead(TypedDict):
    """What a plan is, and how far it is proven.

    ``label`` is what the button says (``Today``, ``One more hub``, ``2 hubs``, ``2031``), ``note`` what is special, or
    empty. ``is_best`` marks the best permitted one, ``is_permitted`` is false for today's network where more hubs are
    asked for. ``more_than_best`` is what it has more than the best, in the unit of the objective. Over years objective,
    bound, gap and that are null: nothing is proven of a year by itself.
    """

    label: str
    group: PlanGroup
    note: str
    is_best: bool
    is_permitted: bool
    termination: str
    objective: float | None
    bound: float | None
    gap: float | None
    more_than_best: float | None


class PlanRecord(PlanHead):
    """A plan: what the switch shows. ``name`` has its open hubs (``LGG + PRG``).

    ``cost_parts`` add up to ``cost_eur_per_year`` but for rounding; over years they are in EUR of their own year, and
    what is handed on is negative.
    """

    name: str
    cost_eur_per_year: float
    cost_parts: list[CostRecord]
    hubs: list[HubRecord]
    cities: CitiesRecord
    legs: LegsRecord
    vehicle_loads: list[VehicleLoadRecord]
    service: ServiceRecord
    co2e_t_per_year: float | None


class CostRecord(TypedDict):
    """A part of the cost: ``key`` is that of the result file (``fixed``, ``air``...), ``name`` words for it."""

    key: str
    name: str
    eur_per_year: float


class HubRecord(TypedDict):
    """An open hub, or sorting centre: what it lifts, and what enters the network there, t/year."""

    place: int
    is_centre: bool
    is_new: bool
    handled_t_per_year: float
    entering_t_per_year: float


class CitiesRecord(TypedDict):
    """Cities with freight as columns: the hub of most of what each receives and sends, and how it is served.

    ``hub_in`` and ``hub_out`` are places (-1 where it receives or sends nothing); ``is_split`` is 1 where several hubs
    serve it one way. ``mean_h`` is the mean time from order to door of what it receives (of what it sends where that is
    nothing), ``late_t_per_year`` what is past its deadline, both ways; null where nothing has one.
    """

    place: list[int]
    hub_in: list[int]
    hub_out: list[int]
    is_split: list[int]
    received_t_per_year: list[float]
    sent_t_per_year: list[float]
    mean_h: list[float | None]
    late_t_per_year: list[float | None]


class LegsRecord(TypedDict):
    """Legs with freight or departures as columns, one way each.

    ``origin`` and ``destination`` are places. ``vehicle`` is a position in ``vehicles`` of the page, -1 where there is
    none. ``per_week`` is how many leave in a week: departures of the timetable where there is one, else how many
    full trucks or flights the freight fills (by the load of a truck, and by payload and load factor of a flight where
    the air-lane policy states them); null where the instance does not say what a load is. ``per_day`` is departures on
    a day that has any, ``fill`` the part of their payload that freight takes; both are null without a timetable.
    """

    kind: list[LegsKind]
    mode: list[LegMode]
    origin: list[int]
    destination: list[int]
    t_per_year: list[float]
    per_week: list[float | None]
    per_day: list[float | None]
    vehicle: list[int]
    fill: list[float | None]


class VehicleLoadRecord(TypedDict):
    """What the departures of one vehicle do: ``vehicle`` is a position in ``vehicles`` of the page."""

    vehicle: int
    departures_per_week: int
    departures_per_day: float | None
    fill: float
    loaded_km_per_year: float
    empty_km_per_year: float
    eur_per_year: float


class ServiceRecord(TypedDict):
    """How the promise is kept: shares of the freight with a deadline, null where nothing has one.

    ``by_country`` is the share inside its deadline by country. ``curves`` has one curve for each stream with freight.
    """

    promised_t_per_year: float
    inside_share: float | None
    inside_by_little_share: float | None
    late_by_little_share: float | None
    margin_h: float
    mean_h: float | None
    mean_wait_h: float | None
    by_country: dict[str, float]
    curves: list[CurveRecord]


class CurveRecord(TypedDict):
    """Share of a stream that arrives within so many hours from order to door: columns, both ascending.

    The curve is a step function: from ``hours[i]`` on it is ``shares[i]``, and 0 before the first.
    """

    stream: str
    hours: list[float]
    shares: list[float]
