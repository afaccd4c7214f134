"""The command `guicheng`: run the house, and what an administrator does beside it."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import structlog

from api.app import create_app
from api.documentation import specification
from api.server import Server
from engine import shipped
from engine.assembly import assemble
from engine.commands import create_api_token, set_up_demo
from engine.commands.deploy import deploy
from engine.engine import Engine
from engine.errors import Rejection
from engine.queries import check
from engine.settings import Settings, SettingsError
from engine.version import VERSION
from engine.vocabulary import Actor
from engine.work import ticker

_DEMO_LOGINS = ("lin.yue", "wang.lei", "luo.ping", "gu.mei", "he.jun", "admin")
"""A starter, the approvers of a contract, the administrator."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 well, 1 refused, 2 wrong usage."""
    asked = _parser().parse_args(arguments)
    _log_to_stderr()
    try:
        settings = Settings.from_environment(os.environ)
        status: int = asked.run(settings, asked)
    except (SettingsError, Rejection, FileNotFoundError) as refused:
        print(f"guicheng: {refused}", file=sys.stderr)
        for problem in getattr(refused, "facts", {}).get("problems", ()):
            print(f"  {problem}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guicheng", description="Guicheng 规程 runs a company's written regulations.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Callable[[Settings, argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    add("run", _run, "bring the database up to date, set up the demo company at the first start, serve")
    add("migrate", _migrate, "bring the database up to date")
    add("deploy", _deploy, "deploy a file or the files of a folder").add_argument("path", type=Path)
    add("openapi", _openapi, "print the OpenAPI document")
    token = add("token", _token, "make an API token for a person and print it")
    token.add_argument("user")
    token.add_argument("--name", default="command line")
    add("check", _check, "check all cases: what must hold after every command")
    return parser


def _run(settings: Settings, _asked: argparse.Namespace) -> int:
    engine = assemble(settings)
    is_first = set_up_demo.set_up_demo(engine)
    engine.database.close()

    def start(serving: Engine) -> Callable[[], None]:
        return ticker.start(serving).stop

    def ready() -> None:
        print(_welcome(settings, is_first=is_first), flush=True)

    Server(settings, assemble=assemble, start=start, ready=ready).run()
    return 0


def _migrate(settings: Settings, _asked: argparse.Namespace) -> int:
    assemble(settings).database.close()
    return 0


def _deploy(settings: Settings, asked: argparse.Namespace) -> int:
    engine = assemble(settings)
    deployment = deploy(engine, _administrator(), shipped.folder(asked.path))
    for deployed in (*deployment.definitions, *deployment.decisions, *deployment.forms, *deployment.resources):
        print(f"{deployed.resource_name}: {deployed.name} v{deployed.version}")
    return 0


def _openapi(settings: Settings, _asked: argparse.Namespace) -> int:
    app = create_app(assemble(settings))
    with app.app_context():
        sys.stdout.buffer.write(orjson.dumps(specification(), option=orjson.OPT_INDENT_2) + b"\n")
    return 0


def _token(settings: Settings, asked: argparse.Namespace) -> int:
    engine = assemble(settings)
    _, token = create_api_token.create_api_token(engine, engine.actor(asked.user), asked.name)
    print(token)
    return 0


def _check(settings: Settings, _asked: argparse.Namespace) -> int:
    problems = check.problems_of(assemble(settings))
    for problem in problems:
        print(problem)
    print("没有问题 · no problems" if not problems else f"{len(problems)} 个问题 · problems", file=sys.stderr)
    return 1 if problems else 0


def _administrator() -> Actor:
    """Who can run this command can read the database anyway."""
    return Actor("system", "Guicheng", roles=frozenset({"administrator"}))


def _welcome(settings: Settings, *, is_first: bool) -> str:
    address = f"http://{settings.host}:{settings.port}"
    lines = [
        "",
        f"Guicheng 规程 {VERSION}  {address}",
        f"  API 文档 · API documentation   {address}/docs",
        f"  演示账号 · demo logins         {', '.join(_DEMO_LOGINS)} …",
        f"  密码 · password                {set_up_demo.DEMO_PASSWORD}",
        f"  数据 · data                    {settings.data}",
        "  按 Ctrl-C 结束 · Ctrl-C ends it",
    ]
    if is_first:
        lines.insert(2, "  首次启动：演示公司与流程已就绪 · first start: the demo company and its processes are set up")
    return "\n".join(lines)


def _log_to_stderr() -> None:
    """One JSON object a line, through the standard library, whose handlers never fail the request that logs."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=lambda entry, **_: orjson.dumps(entry, default=str).decode()),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


if __name__ == "__main__":
    sys.exit(main())
