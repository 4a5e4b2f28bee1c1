"""The referee: cost, service, carbon and violations of a plan, from the instance alone. No Pyomo, no HiGHS."""

from __future__ import annotations

from netdesign.evaluate.cities import CityHubs as CityHubs
from netdesign.evaluate.cities import hubs_of_cities as hubs_of_cities
from netdesign.evaluate.loads import Loads as Loads
from netdesign.evaluate.referee import CostParts as CostParts
from netdesign.evaluate.referee import Evaluation as Evaluation
from netdesign.evaluate.referee import ServiceMeasure as ServiceMeasure
from netdesign.evaluate.referee import evaluate as evaluate
from netdesign.evaluate.services import ServiceLoad as ServiceLoad
from netdesign.evaluate.violations import TOLERANCE as TOLERANCE
from netdesign.evaluate.violations import Violation as Violation
from netdesign.evaluate.violations import apart as apart
