"""What is read from Kling, shared by everyone in the process: one poller a list."""

from kling.feed.changes import Changes
from kling.feed.lists import Feeds
from kling.feed.poller import Feed, Snapshot
from kling.feed.summary import TaskSummary
from kling.feed.task_list import TaskList
from kling.feed.tasks import TaskFeed

__all__ = ["Changes", "Feed", "Feeds", "Snapshot", "TaskFeed", "TaskList", "TaskSummary"]
