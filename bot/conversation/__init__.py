"""Follow-ups: a question that leans on the ones before it becomes one that stands alone, by rule."""

from bot.conversation.rewrite import stand_alone
from bot.conversation.turn import Turn

__all__ = ["Turn", "stand_alone"]
