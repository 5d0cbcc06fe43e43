"""One database for everything that must survive a restart: SQLite in the data folder, or PostgreSQL.

A kind of thing is a table in `tables`, and every change of a table a migration in `migrations/versions`, written by
`python -m kling.store "what changes"`. `Store` opens the database and brings it up to date.
"""

from kling.store.cache import ReadCache
from kling.store.database import Store
from kling.store.engine import UNUSABLE, lock
from kling.store.favourites import Favourites
from kling.store.json_files import take_over
from kling.store.names import MotionNames
from kling.store.saved_values import SavedValues

__all__ = ["UNUSABLE", "Favourites", "MotionNames", "ReadCache", "SavedValues", "Store", "lock", "take_over"]
