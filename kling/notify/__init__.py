"""What has finished is told elsewhere: one message an order, or a batch, to the team's web hook."""

from kling.notify.choices import Choice, Choices
from kling.notify.formats import Message, body_for
from kling.notify.notifier import Ending, Notifier, Told

__all__ = ["Choice", "Choices", "Ending", "Message", "Notifier", "Told", "body_for"]
