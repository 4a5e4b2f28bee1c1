"""Policies on freight of one's own: what they have to keep, and how they come into the schema."""

from __future__ import annotations

import math
import re
from functools import wraps
from inspect import isclass, signature
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, create_model

from netdesign.errors import NetdesignError, UsageError
from netdesign.instance.fields import Block
from netdesign.instance.policies import FREIGHT, Charge, FreightPolicy, Limit, Policies, policy_names
from netdesign.instance.policies.violations import Violation
from netdesign.instance.schema import InstanceDocument
from netdesign.solve.registration import call_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEASURES = ("co2e", "is_late", "time_h")
"""What limits may be on: the route filter drops no route that takes less of these than all that stay."""

_CHARGED = "co2e"
"""What adds up over legs, so that a price of it is a part of what each leg costs."""

_METHODS = tuple(name for name, found in vars(FreightPolicy).items() if callable(found) and not name.startswith("_"))


def add_policy(policy: type[FreightPolicy]) -> None:
    """Add a policy to the registry and its block to the schema; one that is there already stays as it is.

    Raises
    ------
    UsageError
        It does not keep the protocol; names the policy and all that is wrong.
    """
    if not isclass(policy) or not issubclass(policy, FreightPolicy) or policy is FreightPolicy:
        message = f"policy {policy!r}: it is no class made from FreightPolicy"
        raise UsageError(message)
    if policy in (type(one).__base__ for one in FREIGHT):
        return
    faults = list(_faults(policy))
    if faults:
        named = getattr(policy, "NAME", policy.__name__)
        raise UsageError("\n".join(f"policy {named}: {fault}" for fault in faults))
    # What fails in it is told as a failure of it, and not of the program.
    guarded = type(policy.__name__, (policy,), {name: _guarded(policy, name) for name in _METHODS})
    description = (policy.BLOCK.__doc__ or policy.NAME).strip().partition("\n")[0]
    stated: Any = (policy.BLOCK | None, Field(None, description=description))
    Policies.model_fields.update(create_model("Stated", **{policy.NAME: stated}).model_fields)
    # Instances that were read before, and the default in the schema, have no value of their own.
    setattr(Policies, policy.NAME, None)
    for model in (Policies, InstanceDocument):
        model.model_rebuild(force=True)
    FREIGHT.append(guarded())


def _faults(policy: type[FreightPolicy]) -> Iterator[str]:
    """Yield what in a policy does not keep the protocol."""
    yield from _name_faults(policy)
    rows = getattr(policy, "ROWS", None)
    if not isinstance(rows, str) or not rows.isidentifier():
        yield "ROWS: there is no name of its rows in models, of letters, digits and underscores"
    elif rows in {one.ROWS for one in FREIGHT}:
        yield f"ROWS: {rows}: is taken"
    block = getattr(policy, "BLOCK", None)
    if not isclass(block) or not issubclass(block, Block):
        yield "BLOCK: a class made from Block is wanted"
    elif block.model_rebuild(raise_errors=False) is False:
        yield "BLOCK: not all types of its keys are known"
    elif not isinstance(policy.LIKELY, dict) or not set(policy.LIKELY) <= set(block.model_fields):
        yield f"LIKELY: a dict by keys of its block is wanted; they are {', '.join(block.model_fields)}"
    if not isinstance(policy.CHARGE, str):
        yield f"CHARGE: {policy.CHARGE!r}: give a text"
    for name in _METHODS:
        arguments = tuple(signature(getattr(FreightPolicy, name)).parameters)
        fault = call_fault(name, getattr(policy, name), arguments)
        if fault is not None:
            yield fault
    try:
        signature(policy).bind()
    except TypeError:
        yield f"it is made with {signature(policy)}; it should take nothing"
    yield from _statement_faults(policy)


def _name_faults(policy: type[FreightPolicy]) -> Iterator[str]:
    name = getattr(policy, "NAME", None)
    if name is None:
        yield "NAME: there is none"
    elif not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield f"NAME: {name!r}: small letters, digits and underscores only, a letter first"
    elif name in (*policy_names(), "routing") or hasattr(Policies, name) or name in Policies.model_fields:
        yield "NAME: is taken"


def _statement_faults(policy: type[FreightPolicy]) -> Iterator[str]:
    """Yield where what it states is none of what engines and models know how to state."""
    measures = policy.MEASURES
    if not isinstance(measures, set | frozenset):
        yield f"MEASURES: {measures!r}: give a frozenset of {', '.join(_MEASURES)}"
        return
    strange = sorted(str(one) for one in measures if one not in _MEASURES)
    if strange:
        yield f"MEASURES: {', '.join(strange)}: no measure; allowed: {', '.join(_MEASURES)}"
    own = {name for name in _METHODS if getattr(policy, name) is not getattr(FreightPolicy, name)}
    if not own & {"limits", "charge", "rows"}:
        yield "it states nothing: give `limits`, `charge` or `rows`"
    elif measures and "rows" in own:
        yield "rows: whatever states limits takes a policy with MEASURES, by `limits` and `charge` alone"
    elif not measures and own & {"limits", "charge"}:
        yield "MEASURES: name what it limits or charges"
    if own & {"limits", "rows"} and "violations" not in own:
        yield "`violations(instance, found)` is missing: the referee has to see where a plan violates it"


def _guarded(policy: type[FreightPolicy], name: str) -> Callable[..., Any]:
    """Return a method that tells what fails in one of the policy's, or what it returns that it may not."""
    method = getattr(policy, name)

    @wraps(method)
    def guarded(self: FreightPolicy, *args: Any) -> Any:
        try:
            found = method(self, *args)
            found = list(found) if name == "violations" else found
            faults = list(_ANSWERS[name](self, found, *args)) if name in _ANSWERS else []
        except NetdesignError:
            raise
        except Exception as error:
            message = f"policy {self.NAME}: `{name}` fails: {type(error).__name__}: {error}"
            raise UsageError(message) from error
        if faults:
            raise UsageError("\n".join(f"policy {self.NAME}: `{name}` returns {fault}" for fault in faults))
        return found

    return guarded


def _limit_faults(policy: FreightPolicy, limits: Any, instance: Any) -> Iterator[str]:
    """Yield what in limits the route filter, models and programs of a year do not state."""
    if not isinstance(limits, list) or not all(isinstance(limit, Limit) for limit in limits):
        yield f"{limits!r}; it should be a list of Limit"
        return
    if len({limit.name for limit in limits}) < len(limits):
        yield "two limits of one name"
    if limits and policy.couples(instance.policies) is None:
        # Engines that serve each commodity by itself would never ask for them.
        yield "limits where `couples` tells of nothing in force"
    for limit in limits:
        if limit.measure not in policy.MEASURES:
            yield f"a limit on {limit.measure}, which is not in MEASURES"
        if limit.least != -math.inf or not 0 <= limit.most < math.inf:
            yield f"limit {limit.name}: from {limit.least} to {limit.most}; it should have no least, and a most from 0"
        weight = np.asarray(limit.weight)
        count = len(instance.commodities)
        if weight.shape != (count,) or not (np.isfinite(weight) & (weight >= 0)).all():
            yield f"limit {limit.name}: weights that are not one number from 0 for each of {count} commodities"
        if not 0 < limit.unit < math.inf:
            yield f"limit {limit.name}: a unit of {limit.unit}; it should be over 0"


def _check_faults(policy: FreightPolicy, found: Any, instance: Any, faults: Any) -> Iterator[str]:
    """Ask for the limits once an instance is read, whether or not its engine will: they tell their own faults."""
    del found
    if not faults:
        policy.limits(instance)
    yield from ()


def _words_faults(policy: FreightPolicy, words: Any, policies: Any) -> Iterator[str]:
    del policy, policies
    if words is not None and not isinstance(words, str):
        yield f"{words!r}; it should be a text or None"


def _charge_faults(policy: FreightPolicy, charge: Any, policies: Any) -> Iterator[str]:
    del policies
    if charge is None:
        return
    if not isinstance(charge, Charge):
        yield f"{charge!r}; it should be a Charge or None"
    elif charge.measure != _CHARGED or _CHARGED not in policy.MEASURES:
        yield f"a charge for {charge.measure}; it should be {_CHARGED}, and in MEASURES"
    elif not 0 <= charge.eur < math.inf:
        yield f"a charge of {charge.eur} EUR; it should be a number from 0"


def _violation_faults(policy: FreightPolicy, violations: Any, instance: Any, found: Any) -> Iterator[str]:
    del policy, instance, found
    if not all(isinstance(violation, Violation) for violation in violations):
        yield f"{violations!r}; it should be of Violation"


_ANSWERS: dict[str, Callable[..., Iterator[str]]] = {
    "check": _check_faults,
    "couples": _words_faults,
    "limits": _limit_faults,
    "charge": _charge_faults,
    "violations": _violation_faults,
}
