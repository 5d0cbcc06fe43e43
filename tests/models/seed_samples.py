"""The samples of the two pages of documentation, word for word."""

from typing import Any

CREATE_BODY: dict[str, Any] = {
    "email": "[email protected]",
    "workId": -123456,
    "image": "https://s21-kling.klingai.com/.../person.jpg",
    "prompt": "Person dancing energetically",
    "duration": "5",
    "mode": "std",
    "character_id": 0,
    "change_direction": False,
    "sound_effect": True,
    "audio_prompt": "upbeat music",
    "music_prompt": "electronic dance music",
    "enable_asmr": False,
    "replyUrl": "https://your-callback-url.com/webhook",
    "replyRef": "your-reference-id",
}
CREATE_EXAMPLE: dict[str, Any] = {
    "email": "[email protected]",
    "workId": -123456,
    "image": "https://s21-kling.klingai.com/.../person.jpg",
    "prompt": "Person dancing energetically",
    "duration": "5",
    "mode": "std",
    "sound_effect": True,
    "audio_prompt": "upbeat music",
}
CREATE_ANSWER: dict[str, Any] = {
    "task": {
        "id": 123456789,
        "userId": 12345,
        "type": "motion_control_imgs2video",
        "scene": "NORMAL_CREATION",
        "status": 5,
        "status_name": "submitted",
        "status_final": False,
        "taskInfo": {
            "type": "motion_control_imgs2video",
            "inputs": [
                {
                    "name": "image_origin",
                    "inputType": "URL",
                    "url": "https://s21-kling.klingai.com/.../person.jpg",
                    "fromWorkId": 0,
                },
                {"name": "image_binary", "inputType": "URL", "url": "https://s21-kling.klingai.com/...binary.zip"},
                {
                    "name": "motion_binary_1",
                    "inputType": "URL",
                    "url": "https://s21-kling.klingai.com/...motion-binary.zip",
                    "fromWorkId": -123456,
                },
                {
                    "name": "motion_video_1",
                    "inputType": "URL",
                    "url": "https://s21-kling.klingai.com/...motion.mp4",
                    "cover": "https://s21-kling.klingai.com/...cover.jpg",
                },
            ],
            "arguments": [
                {"name": "prompt", "value": "Person dancing energetically"},
                {"name": "duration", "value": "5"},
                {"name": "model_mode", "value": "std"},
                {"name": "enable_audio", "value": "true"},
            ],
            "extraArgs": {},
            "callbackPayloads": [],
            "scene": "NORMAL_CREATION",
        },
        "favored": False,
        "deleted": False,
        "viewed": False,
        "createTime": 1745376611075,
        "updateTime": 1745376611075,
    },
    "works": [],
    "status": 5,
    "status_name": "submitted",
    "status_final": False,
    "message": "",
    "limitation": {"type": "motion_control_imgs2video", "remaining": 10000, "limit": 10000},
    "userPoints": {"points": [], "total": 0},
    "userTickets": {"ticket": []},
    "editProject": None,
}
UPLOAD_BODY: dict[str, Any] = {
    "email": "[email protected]",
    "resourceUrl": "https://s21-kling.klingai.com/.../video.mp4",
    "coverUrl": "https://s21-kling.klingai.com/.../image.jpg",
    "replyUrl": "https://your-callback-url.com/webhook",
    "replyRef": "your-reference-id",
}
UPLOAD_EXAMPLE: dict[str, Any] = {
    "email": "[email protected]",
    "resourceUrl": "https://s21-kling.klingai.com/.../video.mp4",
    "coverUrl": "https://s21-kling.klingai.com/.../image.jpg",
}
UPLOAD_ANSWER: dict[str, Any] = {
    "task": {
        "id": 123456789,
        "userId": 12345,
        "type": "motion_control_motion_process",
        "scene": "MOTION_EXTRACTION",
        "status": 5,
        "status_name": "submitted",
        "status_final": False,
        "taskInfo": {
            "type": "motion_control_motion_process",
            "inputs": [
                {
                    "name": "input",
                    "inputType": "URL",
                    "token": None,
                    "blobStorage": None,
                    "url": "https://s21-kling.klingai.com/.../video.mp4",
                    "cover": "https://s21-kling.klingai.com/.../image.jpg",
                    "fromWorkId": 0,
                    "fromUploadId": "",
                }
            ],
            "arguments": [
                {"name": "prompt", "value": ""},
                {"name": "motionType", "value": "video2motion"},
                {"name": "biz", "value": "klingai"},
            ],
            "extraArgs": {},
            "callbackPayloads": [],
            "scene": "MOTION_EXTRACTION",
        },
        "favored": False,
        "deleted": False,
        "viewed": False,
        "createTime": 1745376611075,
        "updateTime": 1745376611075,
    },
    "works": [],
    "status": 5,
    "status_name": "submitted",
    "status_final": False,
    "message": "",
    "limitation": {"type": "motion_control_motion_process", "remaining": 10000, "limit": 10000},
    "userPoints": {"points": [], "total": 0},
    "userTickets": {"ticket": []},
    "editProject": None,
}
REFUSALS: list[dict[str, Any]] = [
    {"error": "Parameter workId is required"},
    {"error": "Unauthorized", "code": 401},
    {"error": "Sorry, the requested resource was not found (VALID.ResourceNotFound)", "message": "Not Found"},
    {
        "error": "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)",
        "message": "Service busy (CM_EXT.POther)",
    },
    {"error": "Parameter resourceUrl is required"},
]
