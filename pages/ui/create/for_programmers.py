"""What only programs need: whom Kling tells, how much at a time, and the request as others would write it."""

from __future__ import annotations

import json
import re

import streamlit as st

from kling import InvalidInput
from kling.generations import CreateRequest, picture_field
from pages.ui import job_options, session
from pages.ui.session import shared

PATH = "/videos/motion-create"
PICTURE_NOTE = "The picture is sent first; its address then stands in place of the one shown."
SECRET_NOTE = "The secret in the reply address is hidden."
HIDDEN = "hidden"


def show(is_for_many: bool = False) -> None:
    """Folded away, and drawn once it is opened; the request only where there is one."""
    generation = session.draft_generation()
    if generation is None:
        return
    folder = st.expander("For programmers", icon=":material/code:", key="for programmers", on_change="rerun")
    if not folder.open:
        return
    with folder:
        job_options.show("create", has_max_jobs="max_jobs" in generation.options)
        if is_for_many:
            return
        try:
            show_request(session.draft_request())
        except InvalidInput:
            st.caption("The request is shown here once there is one to send.")


def body_of(request: CreateRequest) -> dict[str, object]:
    """What is sent, the account and the reference included; the secret in our own reply address is left out."""
    body = request.to_wire()
    body |= {
        "email": body.get("email") or session.account_name(),
        "replyRef": body.get("replyRef") or session.draft().id,
    }
    if "replyUrl" in body:
        body["replyUrl"] = without_secret(str(body["replyUrl"]))
    return {name: value for name, value in body.items() if value}


def without_secret(address: str) -> str:
    public = shared.settings().public_url
    return re.sub(r"(/hooks/kling/).*", rf"\1{HIDDEN}", address) if public and address.startswith(public) else address


def show_request(request: CreateRequest) -> None:
    """The request as JSON, curl and Python; the token is never part of it."""
    body = body_of(request)
    url = shared.api_url() + PATH
    as_json, as_curl, as_python = st.tabs(["JSON", "curl", "Python"])
    as_json.code(json.dumps(body, indent=2, ensure_ascii=False), language="json")
    as_curl.code(curl(url, body), language="bash")
    as_python.code(python(url, body), language="python")
    if body[picture_field(body)] == session.PENDING_PICTURE:
        st.caption(PICTURE_NOTE)
    if str(body.get("replyUrl", "")).endswith(HIDDEN):
        st.caption(SECRET_NOTE)


def curl(url: str, body: dict[str, object]) -> str:
    """The request as a shell command; single quotes in it are made safe for the shell."""
    quoted = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "'\\''")
    return (
        f"curl -X POST '{url}' \\\n"
        '  -H "Authorization: Bearer $KLING_API_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{quoted}'"
    )


def python(url: str, body: dict[str, object]) -> str:
    """The request as a Python script."""
    return (
        "import os\n\nimport requests\n\n"
        "response = requests.post(\n"
        f"    {url!r},\n"
        '    headers={"Authorization": f"Bearer {os.environ[\'KLING_API_TOKEN\']}"},\n'
        f"    json={body!r},\n"
        "    timeout=60,\n"
        ")\n"
        "print(response.status_code, response.json())"
    )
