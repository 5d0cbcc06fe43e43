"""The JSON of accounts, their credits and their slots."""

from collections.abc import Sequence
from datetime import UTC, datetime

from kling.sandbox.api.responses import Json
from kling.sandbox.state.models import Account, Task
from kling.sandbox.state.state import State

SESSION_MS = 30 * 24 * 3600 * 1000
POINTS_MS = 365 * 24 * 3600 * 1000


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def account_item(account: Account) -> Json:
    expires = account.opened + SESSION_MS
    return {
        "email": account.email,
        "maxJobs": account.setup.max_jobs,
        "session": {"userId": account.user_id, "ExpireTime": expires, "ExpireTimeUTC": iso(expires)},
        "password": "…secured…",
    }


def points(state: State, account: Account) -> list[Json]:
    return [
        {
            "orderId": f"practice-{account.user_id}",
            "type": "PRACTICE",
            "amount": account.granted,
            "balance": state.balance(account),
            "startTime": account.opened,
            "endTime": account.opened + POINTS_MS,
        }
    ]


def account_detail(state: State, account: Account) -> Json:
    return {
        **account_item(account),
        "balance": {
            "points": points(state, account),
            "tickets": [],
            "nextApplyTime": account.opened + SESSION_MS,
            "total": state.balance(account),
        },
    }


def schedule(state: State, accounts: Sequence[Account]) -> Json:
    running = {account.email: state.executing(account) for account in accounts}
    now = state.now_ms()
    return {
        "executing": [executing_item(task, now) for tasks in running.values() for task in tasks],
        "available": [
            {
                "email": account.email,
                "maxJobs": account.setup.max_jobs,
                "executing": len(running[account.email]),
                "available": max(0, account.setup.max_jobs - len(running[account.email])),
            }
            for account in accounts
        ],
    }


def executing_item(task: Task, now: int) -> Json:
    seconds = max(0, now - task.created) // 1000
    return {
        "id": task.id,
        "email": task.account,
        "started": task.created,
        "elapsed": f"{seconds // 60:02d}:{seconds % 60:02d}",
        "replyUrl": task.reply_url,
        "replyRef": task.reply_ref,
    }
