"""Calls of frontier that are wrong: measures, steps and prices, and instances that have not what is asked."""

from __future__ import annotations

from tests.instance.bad.calls import call
from tests.instance.bad.case import Case, faults
from tests.support.small_instances import LEGS, STAGES

EMITTING = LEGS.replace("cost_eur_per_t: 1,", "cost_eur_per_t: 1, co2e_kg_per_t: 2,")
"""With emissions of each leg."""

OWN_PRICE = EMITTING.replace("new_hubs: {max: 1}", "new_hubs: {max: 1}, carbon: {price_eur_per_t: 80}")

PAIRS = (
    "a frontier is of cost and time, of cost and carbon, or of all three; give cost,time, cost,carbon or "
    "cost,time,carbon"
)
STEPS = "give a whole number from 1 to 200, or all"
PRICES = "LOW:HIGH:STEP in EUR/t CO2e, such as 0:300:25"

FRONTIER = [
    call(
        "measure that does not exist",
        "frontier . --measures cost,tim",
        "--measures cost,tim: 'tim' is none; measures are cost, time and carbon; did you mean 'time'?",
    ),
    call("one measure", "frontier . --measures time", f"--measures time: {PAIRS}"),
    call("cost alone", "frontier . --measures cost,cost", f"--measures cost,cost: {PAIRS}"),
    call("measures without cost", "frontier . --measures time,carbon", f"--measures time,carbon: {PAIRS}"),
    call(
        "carbon without factors",
        "frontier . --measures cost,carbon",
        "measure carbon: no emission factor of three is over 0, so that nothing emits; give it factors, such as "
        "road.co2e_g_per_tkm, or leave carbon out with --measures cost,time",
    ),
    call(
        "time without deadlines",
        "frontier . --measures cost,time",
        "measure time: no freight of three has a deadline to be inside of; give a stream a deadline_h, or leave time "
        "out with --measures cost,carbon",
        **{"instance.yaml": LEGS.replace("{deadline_h: 5, late_penalty_eur_per_parcel: 1}", "{}")},
    ),
    call(
        "time with hard deadlines",
        "frontier . --measures cost,time",
        "measure time: every deadline of three is hard, so that all freight is inside its deadline in each network; "
        "make one priced, or leave time out with --measures cost,carbon",
        **{"instance.yaml": LEGS.replace("late_penalty_eur_per_parcel: 1", "deadline: hard")},
    ),
    call(
        "another objective",
        "frontier . --measures cost,time --set problem.objective=longest_time",
        "frontier asks what cost gives for time and carbon; three minimises another objective, longest_time",
    ),
    call("no steps", "frontier . --steps 0", f"--steps 0: {STEPS}"),
    call("steps in words", "frontier . --steps fine", f"--steps fine: {STEPS}"),
    call("too many steps", "frontier . --steps 201", f"--steps 201: {STEPS}"),
    call("prices in words", "frontier . --price-carbon dear", f"--price-carbon dear: give {PRICES}"),
    call("two prices", "frontier . --price-carbon 0:300", f"--price-carbon 0:300: give {PRICES}"),
    call(
        "prices upside down",
        "frontier . --price-carbon 300:0:25",
        f"--price-carbon 300:0:25: the range is upside down; the lower price comes first, as {PRICES}",
    ),
    call(
        "prices by a step of nothing",
        "frontier . --price-carbon 0:300:0",
        "--price-carbon 0:300:0: the step is 0; it has to be over 0",
    ),
    call(
        "price under 0",
        "frontier . --price-carbon=-5:300:25",
        f"--price-carbon -5:300:25: a price is 0 or more; give {PRICES}",
    ),
    call(
        "too many prices",
        "frontier . --price-carbon 0:300:0.1",
        "--price-carbon 0:300:0.1: these are over 500 prices; make the step larger",
    ),
    call(
        "prices and steps",
        "frontier . --price-carbon 0:300:25 --steps 4",
        "--steps and --price-carbon exclude each other; give one",
    ),
    call(
        "prices without carbon",
        "frontier . --price-carbon 0:300:25 --measures cost,time",
        "--measures cost,time: prices of carbon need carbon among the measures",
    ),
    call(
        "prices under that of the instance",
        "frontier . --price-carbon 0:300:25",
        "--price-carbon 0:300:25: three has a price of 80 EUR/t CO2e already; begin there, or take it away with --set "
        "policies.carbon.price_eur_per_t=null",
        **{"instance.yaml": OWN_PRICE},
    ),
    call("point without time", "frontier . --point-limit 0", "--point-limit 0: give seconds over 0"),
    call("new hubs under 0", "frontier . --max-new -1", "--max-new -1: a number of hubs is 0 or more"),
    Case(
        "frontier over years",
        faults(
            "instance.yaml:8:1: stages: the instance is over several years; `netdesign timing` answers when and how "
            "large. With --set stages=null the one year that the file states is solved, without modules and what they "
            "cost"
        ),
        3,
        ("frontier", "."),
        {"instance.yaml": STAGES},
    ),
]
