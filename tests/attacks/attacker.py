"""Somebody on the company's network without a browser: requests, and the socket that Streamlit's pages speak over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Self

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

WAIT_SECONDS = 60
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Attacker:
    """One person, known by cookies of their own."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)
    session_id: str = ""
    script: str = ""
    toasts: list[str] = field(default_factory=list)
    uploader: str = ""
    """The id of the page's last file uploader."""
    _socket: ClientConnection | None = None

    @contextmanager
    def on(self, page: str = "") -> Iterator[Self]:
        """With a page open, once it is drawn."""
        assert self.get(page).status_code == 200
        assert self.get("_stcore/health").status_code == 200  # which sets the cookie against forged requests
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        with connect(
            f"ws{self.url.removeprefix('http')}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookies},
            max_size=None,
            max_queue=None,  # else its close waits ten seconds for what nobody reads
            open_timeout=WAIT_SECONDS,
        ) as self._socket:
            self.rerun(page)
            yield self

    def rerun(self, page: str = "", **files: str) -> None:
        """As after an input of the page changed; `files` are what its uploader names, file id to name."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = self.script
        message.rerun_script.context_info.url = f"{self.url}/{page}"
        if files:
            state = message.rerun_script.widget_states.widgets.add(id=self.uploader).file_uploader_state_value
            for file_id, name in files.items():
                state.uploaded_file_info.add(file_id=file_id, name=name, size=1)
        assert self._socket is not None
        self._socket.send(message.SerializeToString())
        self.await_run()

    def await_run(self) -> None:
        """Until the page has been drawn."""
        assert self._socket is not None
        while not self._is_end(self._socket.recv(WAIT_SECONDS)):
            pass

    def get(self, path: str, **options: object) -> requests.Response:
        return self.http.get(f"{self.url}/{path}", timeout=WAIT_SECONDS, **options)  # type: ignore[arg-type]

    def upload(self, data: bytes, file_id: str = "") -> requests.Response:
        """Send a file as the browser does."""
        return self.http.put(self.url + self._place(file_id), data=data, headers=self._headers(), timeout=WAIT_SECONDS)

    def begin_upload(self, *pieces: bytes) -> HTTPResponse:
        """Send a file without its length and without its end; what is answered all the same."""
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=WAIT_SECONDS)
        connection.putrequest("PUT", self._place(""))
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        for name, value in {**self._headers(), "Cookie": cookies, "Transfer-Encoding": "chunked"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        for piece in pieces:
            connection.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        answer = connection.getresponse()
        connection.close()
        return answer

    def _place(self, file_id: str) -> str:
        return f"/_stcore/upload_file/{self.session_id}/{file_id or uuid.uuid4()}"

    def _headers(self) -> dict[str, str]:
        token = self.http.cookies.get("_streamlit_xsrf") or ""
        return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-Xsrftoken": token}

    def _is_end(self, data: object) -> bool:
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
        elif kind == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "toast":
                self.toasts.append(element.toast.body)
            elif element.WhichOneof("type") == "file_uploader":
                self.uploader = element.file_uploader.id
        return kind == "script_finished" and message.script_finished in DONE


BOUNDARY = "attack"
START = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
).encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


def form(size: int) -> bytes:
    """The body of an upload with a file of so many bytes."""
    return START + b"0" * size + END
