"""`cheji serve` as an operator meets it: a taken port, a clean end, a killed parent."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cheji.config import postgres


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("served") / "data"
    postgres.join(folder, unsafe_but_fast=True)
    yield folder
    postgres.leave(folder)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def _serve(data: Path, port: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "CHEJI_DATA": str(data)}
    environment["DJANGO_SETTINGS_MODULE"] = "cheji.config.settings"
    command = [sys.executable, "-m", "cheji", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def _address(serving: subprocess.Popen[str]) -> str:
    for line in serving.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return found.group()
    pytest.fail("serve ended without saying its address")


def _children(serving: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(serving.pid).children(recursive=True)


def test_a_taken_port_and_a_clean_end(data: Path, taken_port: int) -> None:
    with _serve(data, taken_port) as serving:
        address = _address(serving)
        assert not address.endswith(f":{taken_port}")
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        children = _children(serving)
        assert len(children) >= 2
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(120) == 0
    assert [child for child in children if child.is_running()] == []


def test_a_killed_parent_takes_its_children_along(data: Path, taken_port: int) -> None:
    with _serve(data, taken_port) as serving:
        _address(serving)
        children = _children(serving)
        serving.kill()
        serving.wait(10)
    until = time.monotonic() + 120
    while any(child.is_running() for child in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert [child for child in children if child.is_running()] == []
    postgres.leave(data)
    until = time.monotonic() + 300
    while postgres.answers(data) and time.monotonic() < until:  # a child begun since is on its way
        time.sleep(0.1)
        postgres.join(data)
        postgres.leave(data)
    assert not postgres.answers(data), _users(data)


def _users(data: Path) -> list[list[str]]:
    """Commands of the processes that keep the server up."""
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(file.path == str(data / "postgres.members") for file in one.open_files()):
                found.append(one.cmdline())
    return found
