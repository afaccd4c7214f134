"""The Flask application and what a view may ask of the request it answers."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g

from api.blueprint import Declared
from api.idempotency import Idempotency
from api.json_text import JsonText
from api.long_poll import LongPolls
from api.signing_in import SigningIn
from engine.engine import Engine
from engine.vocabulary import Actor


class Application(Flask):
    """`declared`: what each route says of itself, by endpoint."""

    json_provider_class = JsonText

    def __init__(self, engine: Engine) -> None:
        super().__init__("api", static_folder=None)
        self.engine = engine
        self.signing_in = SigningIn(engine)
        self.idempotency = Idempotency(engine)
        # A held poll has a thread for itself: half of them stay for those who click.
        self.long_polls = LongPolls(engine, most=max(1, engine.settings.threads // 2))
        self.declared: dict[str, Declared] = {}


def application() -> Application:
    return cast(Application, current_app)


def engine() -> Engine:
    """The assembled product."""
    return application().engine


def actor() -> Actor:
    """Who asks; only for routes that are not open."""
    return cast(Actor, g.actor)
