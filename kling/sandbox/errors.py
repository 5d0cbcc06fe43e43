"""What the upstream answers instead of an answer, as data (kling-api.md, "Errors").

Words in quotation marks in the documentation are kept to the letter. Where the vendor gives none, they
follow the form of the one sentence it does give: ``Parameter workId is required``.
"""

import math
from datetime import UTC, datetime
from typing import Any

NOT_FOUND_WORDS = "Sorry, the requested resource was not found (VALID.ResourceNotFound)"
MODERATION_WORDS = "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)"
GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr></body></html>"
)


class ApiError(Exception):
    """Raised anywhere below the wire; `api.error_handlers` turns it into the answer."""

    def __init__(self, status: int, error: str, message: str | None = None, **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.body: dict[str, Any] = {"error": error, **({"message": message} if message else {}), **more}
        self.headers: dict[str, str] = {}
        self.page = ""
        """HTML that a proxy in between would send instead of the body."""


class LostAnswer(Exception):  # noqa: N818 - not an error: the work is done and the answer gets lost on purpose
    """The connection is to be dropped without an answer."""


def bad_parameter(name: str, problem: str) -> ApiError:
    return ApiError(400, f"Parameter {name} {problem}")


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", code=401)


def resource_not_found() -> ApiError:
    return ApiError(404, NOT_FOUND_WORDS, "Not Found")


def account_not_found(email: str) -> ApiError:
    return ApiError(404, f"Account {email} not found", "Not Found")


def task_not_found(task_id: str | int) -> ApiError:
    return ApiError(404, f"Task {task_id} not found", "Not Found")


def no_works(task_id: str | int) -> ApiError:
    return ApiError(404, f"No works found for task {task_id}")


def job_not_found(job_id: str | int) -> ApiError:
    return ApiError(404, f"Job {job_id} not found", "Not Found")


def task_expired(task_id: int) -> ApiError:
    return ApiError(410, f"Task {task_id} has expired, tasks are kept for 7 days", "Gone")


def nobody_in_picture() -> ApiError:
    return ApiError(400, "No person was found in the image (MOTION.PIC_NOT_MATCHED)", "Bad Request")


def video_too_short(seconds: int) -> ApiError:
    return ApiError(400, f"The video must be at least {seconds} seconds long (MOTION.DURATION_LESS)")


def video_too_long(seconds: int) -> ApiError:
    return ApiError(400, f"The video must be at most {seconds} seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)")


def video_too_small(pixels: int, width: int, height: int) -> ApiError:
    too_small = f"The video must have at least {pixels} px on each side, it has {width}x{height} px"
    return ApiError(400, f"{too_small} (MOTION.RESOLUTION_TOO_SMALL)")


def video_too_large(pixels: int, width: int, height: int) -> ApiError:
    return ApiError(400, f"The video must have at most {pixels} px on each side, it has {width}x{height} px")


def too_long_for_image_direction(seconds: int) -> ApiError:
    """For a motion in whose video the person is to face as in the picture."""
    least = f"With motionDirection image_direction the motion must be at most {seconds} seconds long"
    return ApiError(400, f"{least} (MOTION.DURATION_MORE_THAN_EXPECTED)")


def motion_upload_deprecated() -> ApiError:
    return ApiError(400, "motion-upload is deprecated, a video sent to POST /assets is a motion at once")


def subscription_expired() -> ApiError:
    return ApiError(402, "The subscription has expired", "Payment Required")


def paid_accounts_only() -> ApiError:
    return ApiError(403, "Downloads without watermark are for paid accounts only", "Forbidden")


def not_enough_credits() -> ApiError:
    return ApiError(412, "Not enough credits", "Precondition Failed")


def prompt_refused() -> ApiError:
    return ApiError(422, "The prompt was refused, please reword it", "Unprocessable Entity")


def busy(seconds: float, now: float) -> ApiError:
    """All slots taken; `seconds` until one is free, `now` in seconds since the epoch."""
    wait = max(1, math.ceil(seconds))
    until = datetime.fromtimestamp(now + wait, UTC).isoformat(timespec="milliseconds")
    error = ApiError(
        429, "All accounts are busy, try again later", "Too Many Requests", retryAfter=until.replace("+00:00", "Z")
    )
    error.headers["Retry-After"] = str(wait)
    return error


def moderation() -> ApiError:
    return ApiError(500, MODERATION_WORDS, "Service busy (CM_EXT.POther)")


def fault() -> ApiError:
    return ApiError(500, "Internal error (SYS.Unknown)", "Internal Server Error")


def bad_gateway() -> ApiError:
    error = ApiError(502, "Bad Gateway")
    error.page = GATEWAY_PAGE
    return error


def down() -> ApiError:
    return ApiError(503, "Service temporarily unavailable", "Service Unavailable")


def disk_full() -> ApiError:
    return ApiError(507, "The practice API has no room left on its disk", "Insufficient Storage")


def session_broken() -> ApiError:
    return ApiError(596, "The session of the Kling account is broken, add the account again", "Session Error")
