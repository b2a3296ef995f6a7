from chat.models.chat import Chat, EndedWhy
from chat.models.desk import DepartmentPause, Desk, ForcedWhy, PausedWhy, StatusChange
from chat.models.invitation import (
    Design,
    Invitation,
    InvitationManners,
    InvitationPause,
    InvitationStatus,
    InvitationVariant,
    Position,
)
from chat.models.invitation_conversion import InvitationConversion
from chat.models.invitation_decision import InvitationDecision
from chat.models.invitation_exposure import DismissedWhy, InvitationExposure, SpeechBudget
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
    "Design",
    "Desk",
    "DismissedWhy",
    "Dispatcher",
    "EndedWhy",
    "ForcedWhy",
    "Invitation",
    "InvitationConversion",
    "InvitationDecision",
    "InvitationExposure",
    "InvitationManners",
    "InvitationPause",
    "InvitationStatus",
    "InvitationVariant",
    "LateReply",
    "LeadAlert",
    "PausedWhy",
    "Position",
    "Ring",
    "RingMode",
    "RingOutcome",
    "RoutingDecision",
    "RoutingPolicy",
    "Simulation",
    "SimulationStatus",
    "SpeechBudget",
    "StatusChange",
    "Visit",
]
