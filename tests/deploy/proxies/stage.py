"""A proxy with the very file from `deploy/`, on a port of its own and with a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.proxies.relay import ADDRESS, person_elsewhere
from tests.processes import ROOT, Server

NAME = "motion.example.com"
"""Not localhost: from there Streamlit takes anything. Chromium is told where it is."""
RESOLVE = f"--host-resolver-rules=MAP {NAME} {ADDRESS}"
START_SECONDS = 20.0
NGINX_AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/motion-desk.conf;
}}
"""
CADDY_AROUND = """{
	admin off
	auto_https off
}
"""


def origin_at(port: int) -> str:
    """Where the person's browser finds a proxy that listens there."""
    return f"https://{NAME}:{port}"


@contextmanager
def nginx(folder: Path, port: int, *dashboards: Server) -> Iterator[None]:
    """nginx in front of the dashboards."""
    certificate, key = make_certificate(folder)
    changes = {
        "server 127.0.0.1:8501;": " ".join(f"server {_address(each)};" for each in dashboards),
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/motion.example.com/fullchain.pem": str(certificate),
        "/etc/ssl/motion.example.com/privkey.pem": str(key),
    }
    (folder / "motion-desk.conf").write_text(changed(ROOT / "deploy" / "nginx.conf", changes))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX_AROUND.format(folder=folder, user=user))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    with running([program or "nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")], port):
        yield


@contextmanager
def caddy(folder: Path, port: int, dashboard: Server) -> Iterator[None]:
    """Caddy in front of the dashboard. Of the file, only who signs the certificate is replaced."""
    certificate, key = make_certificate(folder)
    changes = {"{$SITE:localhost} {": "{$SITE:localhost} {\n\tbind 127.0.0.1\n\ttls " + f"{certificate} {key}"}
    text = CADDY_AROUND + changed(ROOT / "deploy" / "Caddyfile", changes)
    (folder / "Caddyfile").write_text(text)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with running(command, port, SITE=f"{NAME}:{port}", DASHBOARD=_address(dashboard), **homes):
        yield


def changed(file: Path, changes: dict[str, str]) -> str:
    """The text of a file with what only a test has otherwise; each of it stands there once."""
    text = file.read_text(encoding="utf-8")
    for there, instead in changes.items():
        assert text.count(there) == 1, f"{file.name} has no single {there!r} any more"
        text = text.replace(there, instead)
    return text


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody has signed, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    whose = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    command = ["openssl", "req", *kind, *whose, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@contextmanager
def running(command: list[str], port: int, **environ: str) -> Iterator[None]:
    """A proxy until it is left, once it speaks TLS on its port; browsers reach it from elsewhere."""
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for_tls(port, process)
        with person_elsewhere(port):
            yield
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=20)
    assert "[emerg]" not in said, said


def wait_for_tls(port: int, process: subprocess.Popen[str]) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    until = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, f"the proxy ended at its start:\n{process.communicate()[0]}"
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname=NAME),
            ):
                return
        except OSError:
            assert time.monotonic() < until, "the proxy does not listen"
            time.sleep(0.05)


def _address(dashboard: Server) -> str:
    return dashboard.url.removeprefix("http://")
