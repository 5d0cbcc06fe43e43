"""The JSON of motions of either generation, saved characters and uploads."""

from kling.sandbox.api.responses import Json, media_url
from kling.sandbox.media.stick_figure import CANVAS
from kling.sandbox.state.models import Account, Asset, Element, Motion, ReferenceMotion


def motion_item(motion: Motion, base: str) -> Json:
    stem = motion.clip.rsplit(".", 1)[0]
    own = {} if motion.official else {"taskId": motion.task_id}
    tag = {"tag": motion.tag} if motion.tag else {}
    return {
        "workName": motion.name,
        "workId": motion.work_id,
        **own,
        "official": motion.official,
        **tag,
        "resource": {"resource": media_url(base, motion.clip)},
        "cover": {"resource": media_url(base, motion.cover)},
        "extData": {
            "output_binary": media_url(base, f"{stem}.zip"),
            "bvh_binary": media_url(base, f"{stem}.bvh"),
        },
    }


def reference_item(motion: ReferenceMotion, base: str) -> Json:
    """A motion of the second generation. It has no name there, and nothing says whose it is."""
    return {
        "assetId": motion.asset_id,
        "assetType": "MOTION",
        "url": media_url(base, motion.clip),
        "coverUrl": media_url(base, motion.cover),
        "duration": motion.duration,
        "width": motion.width,
        "height": motion.height,
        "hasAudio": motion.has_audio,
        "createTime": motion.created,
    }


def element_item(element: Element, account: Account, base: str) -> Json:
    pictures = [
        element_picture(element.front, base, "cover", ""),
        element_picture(element.side, base, "secondary", "side"),
    ]
    return {
        "id": element.id,
        "name": element.name,
        "userId": account.user_id,
        "type": "IMAGE",
        "description": element.description,
        "cover": pictures[0],
        "resources": pictures,
        "tagList": [],
        "favored": False,
        "official": False,
        "createTime": element.created,
        "updateTime": element.created,
    }


def element_picture(name: str, base: str, key: str, slot: str) -> Json:
    return {
        "resource": media_url(base, name),
        "width": CANVAS[0],
        "height": CANVAS[1],
        "resourceKey": key,
        "cover": key == "cover",
        "slotKey": slot,
    }


def uploaded(asset: Asset, base: str) -> Json:
    """The answer of POST /assets. That audio has a `url` is documented, its status is ours."""
    if asset.kind != "video":
        return {
            "status": 3 if asset.kind == "image" else 1,
            "url": media_url(base, asset.name),
            "message": "",
            "fileName": asset.name,
        }
    return {
        "status": 1,
        "resourceUrl": media_url(base, asset.name),
        "coverUrl": media_url(base, asset.cover),
        "fileName": asset.name,
        "message": "",
    }


def asset_item(asset: Asset, base: str) -> Json:
    cover = asset.name if asset.kind == "image" else asset.cover
    sides = {"height": asset.height, "width": asset.width}
    return {
        "id": asset.id,
        "name": asset.name,
        "userId": asset.user_id,
        "contentType": asset.kind,
        "resource": {"resource": media_url(base, asset.name), **sides, "duration": asset.duration},
        "cover": {"resource": media_url(base, cover), **sides},
        "createTime": asset.created,
        "updateTime": asset.created,
        "favored": False,
    }
