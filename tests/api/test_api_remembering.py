"""The bounded memory of a process, and the secrets it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.remembering import Attempts, Remembered
from engine.access import passwords, tokens

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Line:
    text: str
    until: datetime


def test_forgets_at_the_end_of_its_time() -> None:
    memory: Remembered[Line] = Remembered(capacity=10)
    memory.put("a", Line("x", NOW + MINUTE))
    assert memory.get("a", NOW) == Line("x", NOW + MINUTE)
    assert memory.get("a", NOW + MINUTE) is None
    assert memory.get("a", NOW) is None


def test_forgets_what_was_not_asked_for_longest() -> None:
    memory: Remembered[Line] = Remembered(capacity=2)
    memory.put("a", Line("a", NOW + MINUTE))
    memory.put("b", Line("b", NOW + MINUTE))
    assert memory.get("a", NOW)
    memory.put("c", Line("c", NOW + MINUTE))
    assert [name for name in "abc" if memory.get(name, NOW)] == ["a", "c"]


def test_forgets_by_condition() -> None:
    memory: Remembered[Line] = Remembered(capacity=5)
    memory.put("a", Line("lin.yue", NOW + MINUTE))
    memory.put("b", Line("wang.lei", NOW + MINUTE))
    memory.forget_if(lambda line: line.text == "lin.yue")
    assert memory.get("a", NOW) is None
    assert memory.get("b", NOW)


def test_allows_again_when_the_window_has_passed() -> None:
    attempts = Attempts(allowed=2, within=5 * MINUTE, capacity=10)
    attempts.failed("a", NOW)
    attempts.failed("a", NOW + MINUTE)
    assert attempts.seconds_to_wait("a", NOW + MINUTE) == 240
    assert attempts.seconds_to_wait("b", NOW + MINUTE) == 0
    assert attempts.seconds_to_wait("a", NOW + 5 * MINUTE) == 0


def test_a_success_clears_the_failures() -> None:
    attempts = Attempts(allowed=1, within=MINUTE, capacity=10)
    attempts.failed("a", NOW)
    attempts.succeeded("a")
    assert attempts.seconds_to_wait("a", NOW) == 0


def test_watches_a_bounded_number_of_names() -> None:
    attempts = Attempts(allowed=1, within=MINUTE, capacity=2)
    for name in "abc":
        attempts.failed(name, NOW)
    assert [attempts.seconds_to_wait(name, NOW) > 0 for name in "abc"] == [False, True, True]


def test_only_the_right_password_fits_its_hash() -> None:
    encoded = passwords.hash_password("guicheng-demo")
    assert encoded.startswith("$argon2id$")
    assert "guicheng-demo" not in encoded
    assert passwords.is_password("guicheng-demo", encoded)
    assert not passwords.is_password("guicheng-dem0", encoded)
    assert not passwords.is_password("x" * 2_000, encoded)
    assert not passwords.needs_new_hash(encoded)


def test_nobody_has_a_password() -> None:
    assert not passwords.is_password("no person has this password", None)
    assert not passwords.is_password("anything", "not a hash")


def test_tokens_differ_and_only_their_hash_is_kept() -> None:
    first, second = tokens.new_api_token(), tokens.new_api_token()
    assert first != second
    assert first not in tokens.token_hash(first)
    assert tokens.token_hash(first) != tokens.token_hash(second)


def test_a_csrf_token_belongs_to_one_session() -> None:
    session = tokens.new_session_token()
    assert tokens.is_csrf_token(session, tokens.csrf_token(session))
    assert not tokens.is_csrf_token(session, tokens.csrf_token(tokens.new_session_token()))
    assert not tokens.is_csrf_token(session, "合")
    assert not tokens.is_csrf_token(session, "")
