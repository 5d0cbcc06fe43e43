"""Results kept for good: videos, their covers, and what they were made from, beyond the week that Kling keeps them.

`Archive` reads what is kept. What there is of each result is in the database (`records`, `repository`), the files lie
in a folder or a bucket, each once (`files`). `Worker` finds what there is to keep (`finding`) and copies it (`claims`,
`copying`, `fetch`), as long as there is room (`room`).
"""

from kling.archive.files import Files, Missing, StorageFault, open_files
from kling.archive.records import PARTS, ArchiveFile, Part, Result, WholeResult, star_key
from kling.archive.room import GB, Room
from kling.archive.service import Archive
from kling.archive.worker import Pace, Worker

__all__ = [
    "GB",
    "PARTS",
    "Archive",
    "ArchiveFile",
    "Files",
    "Missing",
    "Pace",
    "Part",
    "Result",
    "Room",
    "StorageFault",
    "WholeResult",
    "Worker",
    "open_files",
    "star_key",
]
