"""Settings come from the environment; what cannot be used is refused in a sentence that names it."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from engine.settings import Settings, SettingsError, kept_secret


def _settings(tmp_path: Path, **given: str) -> Settings:
    return Settings.from_environment({"GUICHENG_DATA": str(tmp_path / "data"), **given})


def test_an_empty_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.database_url == "sqlite:///data/guicheng.db"
    assert (settings.host, settings.port, settings.zone.key) == ("127.0.0.1", 8080, "Asia/Shanghai")
    assert settings.max_body == 2 * 1024 * 1024
    assert settings.private_callbacks == frozenset()
    assert (tmp_path / "data").is_dir()


def test_everything_can_be_given(tmp_path: Path) -> None:
    settings = _settings(
        tmp_path,
        GUICHENG_DATABASE_URL="postgresql://guicheng@db/guicheng",
        GUICHENG_HOST="0.0.0.0",  # noqa: S104  a value to be read, nothing listens
        GUICHENG_PORT=" 9000 ",
        GUICHENG_SECRET="a secret of the operator",
        GUICHENG_ZONE="Europe/Berlin",
        GUICHENG_MAX_BODY="4096",
        GUICHENG_ALLOW_PRIVATE_CALLBACKS="localhost:9, 127.0.0.1:8000",
        GUICHENG_TICK_SECONDS="0.5",
        GUICHENG_THREADS="4",
        GUICHENG_PROCESSES="3",
    )
    assert settings.database_url == "postgresql://guicheng@db/guicheng"
    assert (settings.port, settings.secret, settings.zone.key) == (9000, "a secret of the operator", "Europe/Berlin")
    assert settings.private_callbacks == {"localhost:9", "127.0.0.1:8000"}
    assert (settings.max_body, settings.tick_seconds, settings.threads) == (4096, 0.5, 4)
    assert settings.processes == 3


def test_one_process_serves_on_sqlite_and_two_on_postgresql(tmp_path: Path) -> None:
    assert _settings(tmp_path).processes == 1
    assert _settings(tmp_path, GUICHENG_DATABASE_URL="postgresql://db/guicheng").processes == 2


def test_the_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert _settings(tmp_path).database_url == f"sqlite:///{tmp_path}/data/guicheng.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUICHENG_PORT", "eighty"),
        ("GUICHENG_PORT", "65536"),
        ("GUICHENG_DATABASE_URL", "mysql://localhost/x"),
        ("GUICHENG_DATABASE_URL", "sqlite:///:memory:"),
        ("GUICHENG_DATABASE_URL", "guicheng.db"),
        ("GUICHENG_SECRET", "short"),
        ("GUICHENG_ZONE", "Mars/Olympus"),
        ("GUICHENG_PROCESSES", "9"),
        ("GUICHENG_ZONE", "../../etc/passwd"),
        ("GUICHENG_MAX_BODY", "2 MB"),
        ("GUICHENG_ALLOW_PRIVATE_CALLBACKS", "localhost"),
        ("GUICHENG_ALLOW_PRIVATE_CALLBACKS", "localhost:0"),
        ("GUICHENG_TICK_SECONDS", "nan"),
        ("GUICHENG_TICK_SECONDS", "0"),
        ("GUICHENG_THREADS", "0"),
    ],
)
def test_refuses_a_value_in_a_sentence_that_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: expected .*, but found") as refused:
        _settings(tmp_path, **{name: value})
    assert value in str(refused.value) or name == "GUICHENG_SECRET"


def test_a_refused_secret_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        _settings(tmp_path, GUICHENG_SECRET="hunter2")
    assert "hunter2" not in str(refused.value)


def test_refuses_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="ascii")
    with pytest.raises(SettingsError, match="GUICHENG_DATA: expected a folder"):
        _settings(tmp_path)


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = _settings(tmp_path), _settings(tmp_path)
    assert first.secret == second.secret
    assert len(first.secret) >= 32
    kept = tmp_path / "data" / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret"]


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    found: list[str] = []
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        found.append(kept_secret(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_no_secret_is_kept_where_one_is_given(tmp_path: Path) -> None:
    _settings(tmp_path, GUICHENG_SECRET="a secret of the operator")
    assert not (tmp_path / "data" / "secret").exists()
