from chat.models.chat import Chat, EndedWhy
from chat.models.visit import TRAIL_LENGTH, Visit

__all__ = ["TRAIL_LENGTH", "Chat", "EndedWhy", "Visit"]
