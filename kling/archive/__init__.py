"""Results kept for good: videos, their covers, and what they were made from, beyond the week that Kling keeps them.

`Archive` reads what is kept. What there is of each result is in the database (`records`, `repository`), the files lie
in a folder or a bucket, each once (`files`).
"""

from kling.archive.files import Files, Missing, StorageFault, open_files
from kling.archive.records import PARTS, KeptFile, Part, Result, WholeResult, star_key
from kling.archive.service import Archive

__all__ = [
    "PARTS",
    "Archive",
    "Files",
    "KeptFile",
    "Missing",
    "Part",
    "Result",
    "StorageFault",
    "WholeResult",
    "open_files",
    "star_key",
]
