"""`cheji serve`: the web server and the worker, as children of one process that ends them."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from types import FrameType

from cheji.config import postgres
from cheji.config.data_folder import data_folder
from cheji.config.database import outside_url
from cheji.config.troubles import NoFreePort, WebDidNotStart

PORTS_TRIED = 50
GRACE_SECONDS = 20
PAUSE_SECONDS = 0.25
LOOK_AFTER_DATABASE_SECONDS = 5
LINUX = sys.platform == "linux"
PARENT_DEATH_SIGNAL = 1  # Linux: PR_SET_PDEATHSIG


@dataclass
class House:
    """The running children, by name, and the commands to start them again."""

    commands: dict[str, list[str]]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    asked_to_end: bool = False

    def start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            self.commands[name],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we end the children in order
            preexec_fn=_die_with_parent if LINUX else None,  # noqa: PLW1509  no threads here
        )

    def watch(self) -> int:
        """Stay until asked to end or the web server ends; start a dead worker or database again."""
        looked = time.monotonic()
        while not self.asked_to_end:
            web = self.running["web"].poll()
            if web is not None:
                return web or 1
            if time.monotonic() - looked > LOOK_AFTER_DATABASE_SECONDS:
                looked = time.monotonic()
                self._revive()
            time.sleep(PAUSE_SECONDS)
        return 0

    def end(self) -> None:
        """End every child by its id: first asked, then, after a grace period, killed."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _revive(self) -> None:
        if outside_url() is None:
            postgres.join(data_folder()).revive()
        for name, process in list(self.running.items()):
            if name != "web" and process.poll() is not None:
                sys.stderr.write(f"{name}: ended with {process.returncode}, starting it again\n")
                self.start(name)


def serve(*, host: str, port: int, worker: bool, threads: int) -> int:
    """Serve until Ctrl-C or SIGTERM; the exit code is 0 then, else the web server's.

    Raises:
        NoFreePort, WebDidNotStart
    """
    port = free_port(host, port)
    os.environ["CHEJI_HOSTS"] = ",".join(_names_of(host))
    commands = {"web": _web(host, port, threads)}
    if worker:
        commands["worker"] = [sys.executable, "-m", "cheji", "worker"]
    house = House(commands)
    _on_signals(house)
    try:
        for name in commands:
            house.start(name)
        _wait_until_healthy(house, _address(host, port))
        sys.stdout.write(f"\n  {_address(host, port)}\n  Ctrl-C 停止 / to stop\n\n")
        sys.stdout.flush()
        return house.watch()
    finally:
        house.end()


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody holds.

    Raises:
        NoFreePort: none of the next fifty is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        with socket.socket(family) as trial, contextlib.suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return port
    raise NoFreePort(host=host, port=wanted)


def _web(host: str, port: int, threads: int) -> list[str]:
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"],
        *["--host", host, "--port", str(port), "--log-level", "error"],
        *["--workers", "1", "--blocking-threads", str(threads), "--backpressure", "256"],
        "cheji.config.wsgi:application",
    ]


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  compared only
    return f"http://{shown}:{port}"


def _names_of(host: str) -> list[str]:
    """Names under which the server may be called: with an open host, those of this machine."""
    names = {host, *filter(None, os.environ.get("CHEJI_HOSTS", "").split(","))}
    if host in {"0.0.0.0", "::"}:  # noqa: S104  the operator asked for it
        names.add(socket.gethostname())
        with contextlib.suppress(OSError):
            names.update(socket.gethostbyname_ex(socket.gethostname())[2])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, contextlib.suppress(OSError):
            out.connect(("192.0.2.1", 9))  # sends nothing: asks which address leads outside
            names.add(out.getsockname()[0])
    return sorted(names)


def _wait_until_healthy(house: House, address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and house.running["web"].poll() is None:
        if house.asked_to_end:
            return
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310  our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise WebDidNotStart(address=address)


def _on_signals(house: House) -> None:
    def end(_signal: int, _frame: FrameType | None) -> None:
        house.asked_to_end = True

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
