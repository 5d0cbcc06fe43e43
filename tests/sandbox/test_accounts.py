"""Several accounts under one token."""

from collections.abc import Iterator

import pytest

from kling.sandbox import AccountSetup
from tests.sandbox.calls import CREATE
from tests.sandbox_server import Sandbox, jpeg, ok, refusal, sandbox_of

TWO = ("ada@example.com", "bob@example.com")


@pytest.fixture(scope="module")
def team() -> Iterator[Sandbox]:
    """Two accounts under one token."""
    with sandbox_of(accounts=[AccountSetup(TWO[0], max_jobs=2), AccountSetup(TWO[1], max_jobs=7)]) as sandbox:
        yield sandbox


def test_with_one_account_email_may_be_given_or_not(sandbox: Sandbox) -> None:
    assert ok(sandbox.get("/tasks")) == {"history": []}
    assert ok(sandbox.get("/tasks", email="practice@example.com")) == {"history": []}


def test_to_delete_an_upload_email_is_required_with_one_account_too(sandbox: Sandbox) -> None:
    assert refusal(sandbox.delete("/assets/uploaded/", id="1")) == (400, "Parameter email is required")


WITH_EMAIL = [
    ("GET", "/assets/uploaded/", {}),
    ("DELETE", "/assets/uploaded/", {"id": "1"}),
    ("GET", "/assets/download", {"workIds": "1"}),
    ("GET", "/videos/motions", {}),
    ("GET", "/elements", {}),
    ("GET", "/tasks", {}),
    ("GET", "/tasks/1", {}),
    ("DELETE", "/tasks/1", {}),
]


@pytest.mark.parametrize(("method", "path", "query"), WITH_EMAIL)
def test_with_several_accounts_email_is_required(team: Sandbox, method: str, path: str, query: dict[str, str]) -> None:
    assert refusal(team.call(method, path, params=query)) == (400, "Parameter email is required")
    unknown = {**query, "email": "eve@example.com"}
    assert refusal(team.call(method, path, params=unknown)) == (404, "Account eve@example.com not found")


def test_with_several_accounts_email_is_required_in_bodies_and_uploads(team: Sandbox) -> None:
    links = {"resourceUrl": "http://x/a.mp4", "coverUrl": "http://x/a.jpg"}
    required = (400, "Parameter email is required")
    assert refusal(team.post("/videos/motion-create", **CREATE)) == required
    assert refusal(team.post("/videos/motion-upload", **links)) == required
    assert refusal(team.upload(jpeg(), "image/jpeg")) == required
    assert refusal(team.upload(jpeg(), "image/jpeg", email="eve@example.com"))[0] == 404


def test_each_account_sees_its_own(team: Sandbox) -> None:
    ada, bob = TWO
    image = team.picture(email=ada)
    task = ok(team.order(image=image, email=ada))["task"]["id"]
    assert [item["task"]["id"] for item in ok(team.get("/tasks", email=ada))["history"]] == [task]
    assert ok(team.get("/tasks", email=bob)) == {"history": []}
    assert ok(team.get("/assets/uploaded/", email=bob)) == {"uploadAssetsList": []}
    assert team.get(f"/tasks/{task}", email=ada).status_code == 200
    assert team.get(f"/tasks/{task}", email=bob).status_code == 404
    team.finish()
    assert refusal(team.delete(f"/tasks/{task}", email=bob)) == (404, f"No works found for task {task}")
    assert team.delete(f"/tasks/{task}", email=ada).status_code == 200


def test_accounts_are_listed_without_their_secrets(team: Sandbox) -> None:
    accounts = ok(team.get("/accounts"))
    assert list(accounts) == list(TWO)
    assert [account["maxJobs"] for account in accounts.values()] == [2, 7]
    assert set(accounts[TWO[0]]) == {"email", "maxJobs", "session", "password"}
    assert set(accounts[TWO[0]]["session"]) == {"userId", "ExpireTime", "ExpireTimeUTC"}
    assert accounts[TWO[0]]["password"] == "…secured…"


def test_one_account_shows_its_balance_in_points(sandbox: Sandbox) -> None:
    account = ok(sandbox.get("/accounts/practice@example.com"))
    assert set(account["balance"]) == {"points", "tickets", "nextApplyTime", "total"}
    assert account["balance"]["total"] == 66_000
    [order] = account["balance"]["points"]
    assert set(order) == {"orderId", "type", "amount", "balance", "startTime", "endTime"}
    assert (order["amount"], order["balance"]) == (66_000, 66_000)
    assert refusal(sandbox.get("/accounts/eve@example.com")) == (404, "Account eve@example.com not found")
