"""From a result to its document and text, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import ValidationError

from netdesign.errors import ContradictionError, UsageError
from netdesign.instance.files import FileRefusedError, read_ordinary
from netdesign.instance.words import plain, sentence
from netdesign.plan import Plan
from netdesign.results import document as doc
from netdesign.results.json_text import json_text
from netdesign.results.result import FORMAT

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.results.result import MinimumEffect, NetworkResult, Result, RunnerUp

LARGEST_RESULT_BYTES = 256 * 1024 * 1024
"""A plan of a million routes has about 60 MB."""

MOST_RESULT_ENTRIES = 20_000_000

_KEY = "[key]"
"""By what pydantic says that it is not the value of a key that is wrong, but the key."""

DocumentT = TypeVar("DocumentT", bound=doc.Part)


def result_document(result: Result, instance: Instance) -> doc.ResultDocument:
    """Return a result as it stands in a file.

    Parameters
    ----------
    result
        The result.
    instance
        Names what the plan refers to by position.
    """
    networks = [_network_part(network, instance) for network in result.networks]
    best = networks[result.networks.index(result.best)] if result.best is not None else None
    steps = [
        doc.StepPart(
            from_hubs=step.from_hubs,
            to_hubs=step.to_hubs,
            verdict=step.verdict,
            saving=step.saving,
            saving_at_least=_finite(step.saving_at_least),
            saving_at_most=_finite(step.saving_at_most),
        )
        for step in result.steps
    ]
    return doc.ResultDocument(
        instance=doc.InstancePart(name=result.instance_name, digest=result.digest, warnings=list(result.warnings)),
        termination=result.termination,
        objective=best.objective if best else None,
        bound=_finite(result.bound),
        gap=_finite(result.gap),
        plan=best.plan if best else None,
        costs=best.costs if best else None,
        service=best.service if best else None,
        carbon=best.carbon if best else None,
        steps=steps,
        networks=networks,
        engine=result.engine,
        problem=result.problem,
        options=result.options,
        reader=result.reader,
        versions=result.versions,
        times={name: round(seconds, 6) for name, seconds in result.times.items()},
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _network_part(network: NetworkResult, instance: Instance) -> doc.NetworkPart:
    solution, evaluation = network.solution, network.evaluation
    return doc.NetworkPart(
        hubs=network.hubs,
        permitted=network.permitted,
        termination=solution.termination,
        objective=solution.objective,
        bound=_finite(solution.bound),
        gap=_finite(solution.gap),
        plan=plan_part(solution.plan, instance) if solution.plan is not None else None,
        costs=costs_part(evaluation) if evaluation else None,
        service=service_part(evaluation) if evaluation else None,
        carbon=doc.CarbonPart(co2e_t_per_year=evaluation.co2e) if evaluation else None,
        hub_loads=hub_loads(evaluation, solution.plan) if evaluation and solution.plan else [],
        lane_loads=lane_loads(evaluation) if evaluation else [],
        runner_up=_runner_up_part(network.runner_up) if network.runner_up else None,
        minima=_minima_part(network.minima) if network.minima else None,
    )


def plan_part(plan: Plan, instance: Instance) -> doc.PlanPart:
    """Return a plan as it stands in a file."""
    commodities = instance.commodities

    def node_ids(ends: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
        return [instance.nodes[position].id for position in ends[plan.commodity]]

    routes = doc.Routes(
        origin=node_ids(commodities.origin),
        destination=node_ids(commodities.destination),
        stream=[instance.streams[position].name for position in commodities.stream[plan.commodity]],
        first_hub=[instance.sites[position].id for position in plan.first_hub],
        last_hub=[instance.sites[position].id for position in plan.last_hub],
        volume_t_per_year=plan.volume.tolist(),
    )
    return doc.PlanPart(open_hubs=list(plan.open_hubs), open_lanes=list(plan.open_lanes), routes=routes)


def costs_part(evaluation: Evaluation) -> doc.CostsPart:
    """Return the cost by part as it stands in a file."""
    costs = evaluation.costs
    return doc.CostsPart(**vars(costs), total=costs.total)


def service_part(evaluation: Evaluation) -> doc.ServicePart:
    """Return the service as it stands in a file."""
    fields = dict(vars(evaluation.service))
    return doc.ServicePart(volume_t_per_year=fields.pop("volume"), **fields)


def hub_loads(evaluation: Evaluation, plan: Plan) -> list[doc.HubLoad]:
    """Return the volume by open hub, idle ones included."""
    loads = evaluation.loads
    return [
        doc.HubLoad(
            hub=hub,
            handled_t_per_year=loads.handled.get(hub, 0.0),
            entering_t_per_year=loads.entering.get(hub, 0.0),
        )
        for hub in plan.open_hubs
    ]


def lane_loads(evaluation: Evaluation) -> list[doc.LaneLoad]:
    """Return the volume by air lane in use."""
    loads = evaluation.loads
    return [
        doc.LaneLoad(
            overseas=lane[0],
            hub=lane[1],
            inbound_t_per_year=loads.inbound.get(lane, 0.0),
            outbound_t_per_year=loads.outbound.get(lane, 0.0),
        )
        for lane in loads.lanes
    ]


def _runner_up_part(runner_up: RunnerUp) -> doc.RunnerUpPart:
    return doc.RunnerUpPart(
        termination=runner_up.termination,
        open_hubs=list(runner_up.open_hubs),
        objective=runner_up.objective,
        bound=_finite(runner_up.bound),
    )


def _minima_part(minima: MinimumEffect) -> doc.MinimaPart:
    away = [
        doc.AwayPart(volume_t_per_year=row.volume, **{k: v for k, v in vars(row).items() if k != "volume"})
        for row in minima.away
    ]
    return doc.MinimaPart(cost_by_policy=minima.cost_by_policy, away=away)


def plan_from_document(part: doc.PlanPart, instance: Instance) -> Plan:
    """Return the plan of a file in the positions of an instance.

    Raises
    ------
    ContradictionError
        Columns of different length, or names that the instance does not know.
    """
    routes = part.routes
    columns = vars(routes)
    if len({len(column) for column in columns.values()}) != 1:
        message = "plan.routes: the columns have different lengths"
        raise ContradictionError(message)
    commodities = instance.commodities
    nodes, streams = [node.id for node in instance.nodes], [stream.name for stream in instance.streams]
    known = {
        (nodes[origin], nodes[destination], streams[stream]): row
        for row, (origin, destination, stream) in enumerate(
            zip(commodities.origin, commodities.destination, commodities.stream, strict=True)
        )
    }
    rows = list(zip(routes.origin, routes.destination, routes.stream, strict=True))
    strange = [f"routes: {' to '.join(row[:2])} ({row[2]})" for row in rows if row not in known]
    sites = instance.site_position
    named = {
        "open_hubs": part.open_hubs,
        "open_lanes": [name for lane in part.open_lanes for name in lane if name not in nodes],
        "routes.first_hub": routes.first_hub,
        "routes.last_hub": routes.last_hub,
    }
    strange += [f"{field}: {name}" for field, names in named.items() for name in names if name not in sites]
    if strange:
        listed = ", ".join(f"plan.{text}" for text in list(dict.fromkeys(strange))[:5])
        message = f"the plan names what the instance does not have: {listed}"
        raise ContradictionError(message)
    return Plan(
        open_hubs=tuple(part.open_hubs),
        open_lanes=tuple((lane[0], lane[1]) for lane in part.open_lanes),
        commodity=np.array([known[row] for row in rows], dtype=np.intp),
        first_hub=np.array([sites[name] for name in routes.first_hub], dtype=np.intp),
        last_hub=np.array([sites[name] for name in routes.last_hub], dtype=np.intp),
        volume=np.array(routes.volume_t_per_year, dtype=np.float64),
    )


def to_json(document: doc.Part) -> str:
    """Return the text of a result file."""
    return json_text(document.model_dump(mode="json")) + "\n"


def read_result(path: Path) -> doc.ResultDocument:
    """Read a result file.

    Raises
    ------
    UsageError
        There is none, or it is no ``netdesign.result/1``.
    """
    return result_from(path, read_json(path))


def result_from(path: Path, data: Any) -> doc.ResultDocument:
    """Return the result that a file holds.

    Raises
    ------
    UsageError
        It is no ``netdesign.result/1``.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = f"{path}: is no {FORMAT} file; `netdesign solve INSTANCE -o FILE` writes one"
        raise UsageError(message)
    return whole_document(path, data, doc.ResultDocument)


def read_json(path: Path) -> Any:
    """Return what a file of JSON holds.

    Raises
    ------
    UsageError
        There is none, or it is no JSON.
    """
    try:
        text = read_ordinary(path, LARGEST_RESULT_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        message = f"{path}: cannot be read as a result: {reason}"
        raise UsageError(message) from None
    except FileRefusedError as refused:
        message = f"{path}: {refused}"
        raise UsageError(message) from None
    entries = sum(map(text.count, ",[{"))
    if entries > MOST_RESULT_ENTRIES:
        message = f"{path}: has about {entries:,} entries; at most {MOST_RESULT_ENTRIES:,} are read"
        raise UsageError(message)
    try:
        return json.loads(text, object_pairs_hook=_without_doubles)
    except _DoubledKeyError as doubled:
        message = f"{path}: the key '{plain(doubled)}' stands twice in one block, so no result of `netdesign solve -o`"
        raise UsageError(message) from None
    except (ValueError, RecursionError):
        message = f"{path}: is not JSON, so no result of `netdesign solve -o`"
        raise UsageError(message) from None


class _DoubledKeyError(Exception):
    """A block of JSON has a key twice, of which Python would take the second."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    block = dict(pairs)
    if len(block) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKeyError(next(name for name in names if names.count(name) > 1))
    return block


def whole_document(path: Path, data: Any, model: type[DocumentT]) -> DocumentT:
    """Return the document that data stand for.

    Raises
    ------
    UsageError
        Keys are missing, unknown or of another type.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        named = ((".".join(plain(key) for key in e["loc"] if key != _KEY), e) for e in error.errors(include_url=False))
        faults = [f"{where}: {sentence(e)}" for where, e in named]
        more = f"; and {len(faults) - 5} more faults" if len(faults) > 5 else ""
        message = f"{path}: is no whole result: {'; '.join(faults[:5])}{more}"
        raise UsageError(message) from None
