"""The command `guicheng`, and the process it starts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from api.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own; no setting of the surroundings counts."""
    for name in [name for name in os.environ if name.startswith("GUICHENG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GUICHENG_DATA", str(tmp_path / "data"))
    return tmp_path


def test_deploys_the_files_of_a_folder_and_finds_nothing_wrong(folder: Path, order: str, capsys: Any) -> None:
    assert main(["migrate"]) == 0
    plain = order.replace('candidateGroups="sales_manager, dgm"', 'assignee="=starter"').replace(
        '<zeebe:property name="gc.sign" value="any" />', ""
    )
    (folder / "order.bpmn").write_text(
        plain.replace('<zeebe:property name="gc.outcome_variable" value="verdict" />', ""), "utf-8"
    )
    assert main(["deploy", str(folder / "order.bpmn")]) == 0
    assert "order.bpmn" in capsys.readouterr().out
    assert main(["check"]) == 0


def test_a_refused_deployment_names_the_problem(folder: Path, capsys: Any) -> None:
    (folder / "broken.bpmn").write_text("<x", "utf-8")
    assert main(["deploy", str(folder / "broken.bpmn")]) == 1
    assert capsys.readouterr().err.startswith("guicheng: ")
    assert main(["deploy", str(folder / "missing.bpmn")]) == 1


def test_a_bad_setting_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("GUICHENG_PORT", "many")
    assert main(["migrate"]) == 1
    assert "GUICHENG_PORT" in capsys.readouterr().err


def test_a_token_is_for_somebody(folder: Path, capsys: Any) -> None:
    assert main(["token", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_prints_the_document(folder: Path, capfdbinary: Any) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["openapi"] == "3.1.0"


def test_runs_serves_and_ends_cleanly_twice(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "GUICHENG_PORT": str(port), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    for is_first in (True, False):
        with subprocess.Popen(
            [sys.executable, "-m", "api.cli", "run"], env=environment, stdout=subprocess.PIPE, text=True, cwd=folder
        ) as process:
            assert process.stdout is not None
            # The address is printed once the port is bound.
            welcome = "".join(iter(process.stdout.readline, "  按 Ctrl-C 结束 · Ctrl-C ends it\n"))
            assert f"http://127.0.0.1:{port}" in welcome
            assert "guicheng-demo" in welcome
            assert ("首次启动" in welcome) is is_first
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
                assert answer.read() == b"ready\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
