"""Follow-ups: a question that leans on the ones before it becomes one that stands alone, by rule."""

from bot.conversation.rewrite import Standalone, stand_alone, understand
from bot.conversation.turn import Turn

__all__ = ["Standalone", "Turn", "stand_alone", "understand"]
