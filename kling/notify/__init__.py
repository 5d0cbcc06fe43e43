"""What has finished is told elsewhere: one message an order, or a batch, to the team's web hook."""

from kling.notify.choices import Choice, Choices
from kling.notify.formats import Message, body_for
from kling.notify.notifier import Ending, Notice, Notifier

__all__ = ["Choice", "Choices", "Ending", "Message", "Notice", "Notifier", "body_for"]
