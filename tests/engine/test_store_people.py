"""Who may ask: organisation, passwords, sessions, tokens; and answers kept for requests that come twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import Conflict
from engine.store import api_tokens, epochs, idempotency, numbering, organisations, sessions, user_credentials
from engine.store.database import Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_each_organisation_is_a_revision_and_the_epoch_says_which(database: Database) -> None:
    with database.transaction() as connection:
        assert organisations.add(connection, '{"units":[]}', at=NOW, by_user=None) == 1
        assert organisations.add(connection, '{"units":["销售部"]}', at=NOW, by_user="admin") == 2
    with database.reading() as connection:
        latest, first = organisations.latest(connection), organisations.find(connection, 1)
        assert epochs.read(connection).organisation == 2
    assert latest is not None
    assert first is not None
    assert (latest.revision, latest.document, first.document) == (2, '{"units":["销售部"]}', '{"units":[]}')


def test_a_password_replaces_the_one_before(database: Database) -> None:
    with database.transaction() as connection:
        user_credentials.write(connection, {"lin.yue": "hash1", "wang.lei": "hash2"}, NOW)
        user_credentials.write(connection, {"lin.yue": "hash3"}, LATER)
        assert user_credentials.password_hash(connection, "lin.yue") == "hash3"
        assert user_credentials.password_hash(connection, "wang.lei") == "hash2"
        assert user_credentials.password_hash(connection, "nobody") is None


def test_a_session_ends_by_time_by_sign_out_and_for_all_of_a_user(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        for number, user in enumerate(("lin.yue", "lin.yue", "gu.mei", "he.jun")):
            expires = NOW if user == "he.jun" else LATER
            sessions.add(connection, row("session", id_hash=str(number), user_id=user, expires_at=expires))
        assert sessions.find(connection, "3", NOW) is None
        found = sessions.find(connection, "2", NOW)
        assert found is not None
        assert found.user_id == "gu.mei"
        sessions.remove(connection, "2")
        assert sessions.find(connection, "2", NOW) is None
        sessions.remove_of_user(connection, "lin.yue")
        assert sessions.find(connection, "0", NOW) is None
        assert sessions.drop_expired(connection, LATER) == 1


def test_a_token_is_known_until_it_expires_or_is_revoked(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        api_tokens.add(connection, row("api_token", key=1, user_id="erp", token_hash="a", expires_at=LATER))
        api_tokens.add(connection, row("api_token", key=2, user_id="erp", token_hash="b", created_at=LATER))
        assert api_tokens.find(connection, "a", LATER) is None
        assert api_tokens.find(connection, "c", NOW) is None
        found = api_tokens.find(connection, "b", LATER)
        assert found is not None
        assert found.key == 2
        assert not api_tokens.revoke(connection, 2, "lin.yue", LATER)
        assert api_tokens.revoke(connection, 2, "erp", LATER)
        assert not api_tokens.revoke(connection, 2, "erp", LATER)
        assert api_tokens.find(connection, "b", NOW) is None
        api_tokens.touch(connection, 1, LATER)
        assert [(token.key, token.last_used_at) for token in api_tokens.of_user(connection, "erp")] == [(1, LATER), (2, None)]


def test_two_tokens_cannot_have_one_hash(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        api_tokens.add(connection, row("api_token", key=1, token_hash="a"))
    with pytest.raises(Conflict), database.transaction() as connection:
        api_tokens.add(connection, row("api_token", key=2, token_hash="a"))


def test_an_answer_is_kept_per_actor_and_key(database: Database, row: Row) -> None:
    kept = row("idempotency", actor="erp", key="k1", status=200, body=b'{"a":1}', created_at=NOW)
    with database.transaction() as connection:
        idempotency.add(connection, kept)
        found = idempotency.find(connection, "erp", "k1")
        assert found is not None
        assert (found.status, bytes(found.body)) == (200, b'{"a":1}')
        assert idempotency.find(connection, "lin.yue", "k1") is None
    with pytest.raises(Conflict), database.transaction() as connection:
        idempotency.add(connection, kept)
    with database.transaction() as connection:
        assert idempotency.drop_before(connection, LATER) == 1


def test_numbers_of_a_series_have_no_gaps(database: Database) -> None:
    with database.transaction() as connection:
        assert [numbering.next_number(connection, "HT-2026") for _ in range(3)] == [1, 2, 3]
        assert numbering.next_number(connection, "HT-2027") == 1
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        assert numbering.next_number(connection, "HT-2026") / 0
    with database.transaction() as connection:
        assert numbering.next_number(connection, "HT-2026") == 4
