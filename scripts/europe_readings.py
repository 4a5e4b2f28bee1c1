"""Answer the European question with vehicles and by the tonne, one assumption moved at a time.

``python -m scripts.europe_readings [CASE ...]`` solves ``instances/europe`` for each case, all of them where none is
named, and writes ``benchmarks/europe_readings.csv``: a row for each reading and number of hubs. Rows of other cases
stay. The reading by the tonne is the one that the result of each solve states beside its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import netdesign as nd
from scripts.case_files import answer_cases
from scripts.doc_transcripts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = ROOT / "benchmarks" / "europe_readings.csv"
COLUMNS = ("case", "reading", "hubs", "open_hubs", "eur_per_year", "bound", "termination", "inside")
VEHICLES, TONNE = "vehicles", "by the tonne"
OLDER = "older figures"
KINDS = ("collection", "inter_hub", "distribution")


def _of_all_kinds(key: str, value: object) -> dict[str, object]:
    return {f"services.{kind}.{key}": value for kind in KINDS}


@dataclass(frozen=True)
class Case:
    """An assumption that is moved.

    Parameters
    ----------
    values
        Changed values of the instance.
    options
        Options of the call.
    instance
        Name of the bundled instance.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    instance: str = "europe"


CASES = {
    "as it is": Case(),
    OLDER: Case(instance="europe-linear"),
    "up to three new hubs": Case(options={"max_new": 3}),
    "size filter at 50,000 t": Case({"minimum_cargo_t_per_year": 50_000}),
    "size filter at 70,000 t": Case({"minimum_cargo_t_per_year": 70_000}),
    "a third of the volume, one new hub": Case({"volume_factor": 0.3333}, {"max_new": 1}),
    "half the volume, one new hub": Case({"volume_factor": 0.5}, {"max_new": 1}),
    "twice the volume": Case({"volume_factor": 2}),
    "departures on five days": Case(_of_all_kinds("operating_days", 5)),
    "departures on seven days": Case(_of_all_kinds("operating_days", 7)),
    "departures from one a week": Case(_of_all_kinds("departures_per_week.min", 1)),
    "at least ten departures a week": Case(_of_all_kinds("departures_per_week.min", 10)),
    "no time spent waiting": Case(_of_all_kinds("wait", "none")),
    "way back empty and paid": Case(_of_all_kinds("return", "empty_back")),
    "payload 2.5 and 7 t": Case({"vehicles.rigid.payload_t": 2.5, "vehicles.articulated.payload_t": 7}),
    "payload 5.5 and 14 t": Case({"vehicles.rigid.payload_t": 5.5, "vehicles.articulated.payload_t": 14}),
    "hub cost doubled": Case(
        {
            "hub_cost.area_m2": 120_000,
            "hub_cost.sorting_capital_eur": 40_000_000,
            "hub_cost.operating_eur_per_year": 8_000_000,
        }
    ),
    "air rate the same everywhere": Case({"air.distance_share": 0}),
    "60 % of it follows distance": Case({"air.distance_share": 0.6}),
    "no late penalty": Case({"streams.inbound.late_penalty_eur_per_parcel": 0}),
    "late penalty EUR 0.50": Case({"streams.inbound.late_penalty_eur_per_parcel": 0.5}),
    "Liège keeps nothing": Case({"policies.minimum_throughput": None}),
}


def rows_of(name: str, case: Case) -> Iterator[dict[str, object]]:
    """Yield the rows of a case."""
    answer = nd.solve(case.instance, set=dict(case.values), **case.options)
    document = answer.document
    own = VEHICLES if document.linear is not None else OLDER
    for network in document.networks:
        inside = None if network.service is None else network.service.inside
        yield _row(name, own, network) | {"inside": inside}
    if document.linear is not None:
        yield from (_row(name, TONNE, network) for network in document.linear.networks)


def _row(name: str, reading: str, network: Any) -> dict[str, object]:
    return {
        "case": name,
        "reading": reading,
        "hubs": network.hubs,
        "open_hubs": "+".join(network.open_hubs),
        "eur_per_year": network.objective,
        "bound": network.bound,
        "termination": network.termination.value,
    }


def main() -> None:
    """Solve the cases and write the file."""
    answer_cases(FILE, COLUMNS, list(CASES), lambda name: rows_of(name, CASES[name]))


if __name__ == "__main__":
    main()
