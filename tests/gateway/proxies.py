"""The proxies of docs/production.md, started with the very lines that are printed there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.gateway.certificate import self_signed
from tests.servers import ends_with_us, free_port, wait_for

PAGE = Path(__file__).parents[2] / "docs" / "production.md"
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
Two = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """A proxy: the language of its block, what runs it, what is put around the lines, and what
    else of them is for a real host alone."""

    name: str
    command: tuple[str, ...]
    around: str
    listen: tuple[str, str]
    asks_again: bool = True

    @property
    def program(self) -> str | None:
        return shutil.which(self.command[0], path=PATH)


KINDS = (
    Kind(
        "nginx",
        ("nginx", "-p", "{folder}", "-c", "{file}"),
        """
daemon off; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{lines}
}}
""",
        ("listen 443 ssl;", "listen 127.0.0.1:{port} ssl;"),
    ),
    Kind(
        "haproxy",
        ("haproxy", "-db", "-q", "-f", "{file}"),
        "{lines}",
        ("bind :443 ssl", "bind 127.0.0.1:{port} ssl"),
    ),
    Kind(
        "caddy",
        ("caddy", "run", "--adapter", "caddyfile", "--config", "{file}"),
        "{{\n  admin off\n  auto_https disable_redirects\n}}\n{lines}",
        ("line.example.org {", "https://127.0.0.1:{port} {\n  tls {pem} {pem}"),
        asks_again=False,
    ),
)


def printed(language: str) -> str:
    """The block of that language on the page."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{PAGE.name} has {len(found)} blocks of {language}"
    return str(found[0])


@dataclass(frozen=True)
class Proxy:
    """One that runs, and is reached over TLS by who trusts its certificate."""

    port: int
    pem: Path

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.pem))

    def connect(self) -> ssl.SSLSocket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return self.trust.wrap_socket(raw, server_hostname="127.0.0.1")


@contextmanager
def proxied(
    kind: Kind, folder: Path, calls: Two, pages: Two, port: int | None = None
) -> Iterator[Proxy]:
    """The proxy before two hosts of this machine, whose ports these are."""
    port = port or free_port()
    folder.chmod(0o755)  # nginx's workers are another user where we are root
    pem = folder / "line.pem"
    pem.write_bytes(self_signed())
    told, meant = kind.listen
    changes = {
        told: meant.replace("{port}", str(port)).replace("{pem}", str(pem)),
        "web-a:8000": f"127.0.0.1:{calls[0]}",
        "web-b:8000": f"127.0.0.1:{calls[1]}",
        "web-a:8001": f"127.0.0.1:{pages[0]}",
        "web-b:8001": f"127.0.0.1:{pages[1]}",
    }
    lines = printed(kind.name)
    for before, after in changes.items():
        assert before in lines, f"{before} is not in the lines for {kind.name}"
        lines = lines.replace(before, after)
    lines = lines.replace("/etc/ssl/line.pem", str(pem))
    file = folder / f"{kind.name}.conf"
    file.write_text(kind.around.format(folder=folder, lines=lines))
    command = [part.format(folder=folder, file=file) for part in kind.command]
    with (folder / "proxy.log").open("ab") as log:
        process = subprocess.Popen(
            [str(kind.program), *command[1:]],
            env={**os.environ, "HOME": str(folder)},
            stdout=log,
            stderr=log,
            preexec_fn=ends_with_us(signal.SIGTERM),
        )
    proxy = Proxy(port, pem)
    try:
        wait_for(lambda: proxy.connect().close(), OSError, process)
        yield proxy
    finally:
        process.terminate()
        process.wait()
