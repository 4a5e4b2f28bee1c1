from netdesign.api.alternatives import AlternativesAnswer as AlternativesAnswer
from netdesign.api.alternatives import alternatives as alternatives
from netdesign.api.answers import SolveAnswer as SolveAnswer
from netdesign.api.answers import TimingAnswer as TimingAnswer
from netdesign.api.calls import compare as compare
from netdesign.api.calls import solve as solve
from netdesign.api.calls import timing as timing
from netdesign.api.findings import CheckAnswer as CheckAnswer
from netdesign.api.findings import CompareAnswer as CompareAnswer
from netdesign.api.findings import VerifyAnswer as VerifyAnswer
from netdesign.api.findings import check as check
from netdesign.api.findings import verify as verify
from netdesign.api.instance import Instance as Instance
from netdesign.api.plugins import register_engine as register_engine
from netdesign.api.plugins import register_format as register_format
from netdesign.api.plugins import register_model as register_model
from netdesign.api.plugins import register_policy as register_policy
from netdesign.api.read import read as read
from netdesign.errors import ContradictionError as ContradictionError
from netdesign.errors import Fault as Fault
from netdesign.errors import InstanceError as InstanceError
from netdesign.errors import NetdesignError as NetdesignError
from netdesign.errors import SolverError as SolverError
from netdesign.errors import UsageError as UsageError

__version__: str
from netdesign.solve.engine_record import EngineRecord as EngineRecord
from netdesign.solve.engine_record import States as States
