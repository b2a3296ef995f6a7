from chat.models.chat import Chat, EndedWhy
from chat.models.desk import DepartmentPause, Desk, ForcedWhy, PausedWhy, StatusChange
from chat.models.lead_alert import AlertWhy, LeadAlert
from chat.models.ring import Ring, RingMode, RingOutcome
from chat.models.routing_decision import Dispatcher, RoutingDecision
from chat.models.routing_policy import Alerted, LateReply, RoutingPolicy
from chat.models.simulation import Simulation, SimulationStatus
from chat.models.visit import TRAIL_LENGTH, Visit

__all__ = [
    "TRAIL_LENGTH",
    "AlertWhy",
    "Alerted",
    "Chat",
    "DepartmentPause",
    "Desk",
    "Dispatcher",
    "EndedWhy",
    "ForcedWhy",
    "LateReply",
    "LeadAlert",
    "PausedWhy",
    "Ring",
    "RingMode",
    "RingOutcome",
    "RoutingDecision",
    "RoutingPolicy",
    "Simulation",
    "SimulationStatus",
    "StatusChange",
    "Visit",
]
