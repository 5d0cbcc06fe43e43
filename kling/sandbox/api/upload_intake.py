"""POST /assets: the raw bytes go to disk piece by piece and are looked at there, never held in memory."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

from kling.sandbox.errors import ApiError
from kling.sandbox.media import inspection
from kling.sandbox.media.file_cache import run_in_executor
from kling.sandbox.state import reference_motions
from kling.sandbox.state.models import Account, Asset
from kling.sandbox.state.state import State

MB = 1 << 20
PIECE = MB
"""Bytes that are gathered before they are written."""


@dataclass(frozen=True)
class Kind:
    """What one Content-Type may carry."""

    name: str
    ending: str
    limit: int
    """Bytes."""
    container: str = ""
    """FFmpeg's name of the one format that is read: guessing would let a playlist open other files."""


IMAGE_LIMIT, VIDEO_LIMIT, AUDIO_LIMIT = 10 * MB, 100 * MB, 20 * MB

CONTENT_TYPES = {
    "image/png": Kind("image", "png", IMAGE_LIMIT),
    "image/jpeg": Kind("image", "jpg", IMAGE_LIMIT),
    "video/mp4": Kind("video", "mp4", VIDEO_LIMIT, "mov"),
    "video/quicktime": Kind("video", "mov", VIDEO_LIMIT, "mov"),
    "audio/wav": Kind("audio", "wav", AUDIO_LIMIT, "wav"),
    "audio/wave": Kind("audio", "wav", AUDIO_LIMIT, "wav"),
    "audio/mpeg": Kind("audio", "mp3", AUDIO_LIMIT, "mp3"),
    "audio/mp4": Kind("audio", "m4a", AUDIO_LIMIT, "mov"),
    "audio/flac": Kind("audio", "flac", AUDIO_LIMIT, "flac"),
    "audio/aac": Kind("audio", "aac", AUDIO_LIMIT, "aac"),
    "audio/ogg": Kind("audio", "ogg", AUDIO_LIMIT, "ogg"),
}

VIDEO_CHECKS = {1: inspection.check_first_generation, 2: reference_motions.check}
"""By generation. In the second a video is a motion at once, so what cannot be one is refused here already:
the documentation is silent about it, and whoever uploads learns it first."""


def kind_of(content_type: str) -> Kind:
    if content_type not in CONTENT_TYPES:
        valid = ", ".join(CONTENT_TYPES)
        raise ApiError(400, f"Content-Type {content_type[:100]} is not supported. Valid values: {valid}")
    return CONTENT_TYPES[content_type]


async def receive(
    state: State, account: Account, kind: Kind, length: int | None, body: AsyncIterator[bytes], folder: Path
) -> Asset:
    """The asset, checked and on disk under `folder`; a refused or broken off upload leaves no file."""
    if length is not None and length > kind.limit:
        raise too_large(kind)
    check = VIDEO_CHECKS[state.generation]
    path = folder / f"{secrets.token_hex(16)}.{kind.ending}"
    with state.uploads.reserve(length or kind.limit):
        try:
            await run_in_threadpool(folder.mkdir, parents=True, exist_ok=True)
            size = await write(path, body, kind)
            info = await run_in_executor(inspection.inspect, path, kind.name, kind.container, check)
            asset = make_asset(state, account, kind, path, size, info)
        except BaseException:
            # Also when the sender hangs up or the server stops.
            path.unlink(missing_ok=True)
            inspection.cover_path(path).unlink(missing_ok=True)
            raise
        state.uploads.add(asset)
    return asset


async def write(path: Path, body: AsyncIterator[bytes], kind: Kind) -> int:
    """Bytes written. Stops at the limit of the kind, whatever length was announced."""
    size = 0
    with await run_in_threadpool(path.open, "wb") as file:
        piece = bytearray()
        async for chunk in body:
            size += len(chunk)
            if size > kind.limit:
                raise too_large(kind)
            piece += chunk
            if len(piece) >= PIECE:
                await run_in_threadpool(put, file, bytes(piece))
                piece.clear()
        await run_in_threadpool(put, file, bytes(piece))
    if not size:
        raise ApiError(400, "The body is empty, it must be the file itself")
    return size


def put(file: BinaryIO, piece: bytes) -> None:
    file.write(piece)
    file.flush()


def too_large(kind: Kind) -> ApiError:
    return ApiError(400, f"The file is too large, {kind.name} files may have up to {kind.limit // MB} MB")


def make_asset(state: State, account: Account, kind: Kind, path: Path, size: int, info: inspection.MediaInfo) -> Asset:
    return Asset(
        id=str(state.new_id()),
        account=account.email,
        user_id=account.user_id,
        kind=kind.name,
        name=path.name,
        path=path,
        size=size + info.cover_bytes,
        created=state.now_ms(),
        used=state.clock(),
        width=info.width,
        height=info.height,
        duration=info.duration,
        cover=inspection.cover_path(path).name if info.cover_bytes else "",
        has_audio=info.has_audio,
    )
