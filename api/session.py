"""Signing in and out of a browser, who I am, and my API tokens."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from api.application import actor, application, engine
from api.blueprint import Blueprint
from api.json_text import answer, no_content
from api.permissions import OPEN, SCOPES, SIGNED_IN
from api.shapes import answer_shape, flag, json_object, key, list_of, moment, nested, one_of, shape, text
from api.signing_in import SESSION_COOKIE, SESSION_LIFE
from engine.access import tokens
from engine.commands import create_api_token, revoke_api_token, set_passwords
from engine.queries import credentials
from engine.vocabulary import Actor

blueprint = Blueprint("session", "Signing in, who I am, and my API tokens.")

_SIGN_IN = shape("SignIn", {"username": text(required=True, most=200), "password": text(required=True, most=1_024)})
_PASSWORD = shape(
    "ChangePassword",
    {"password": text(required=True, most=1_024), "newPassword": text(required=True, least=8, most=1_024)},
)
_SESSION_USER = answer_shape("SessionUser", {"id": text(), "name": text(), "roles": list_of(text()), "unit": text(null=True)})
_SESSION = answer_shape("Session", {"user": nested(_SESSION_USER), "csrf": text()})
_CURRENT_USER = answer_shape(
    "CurrentUser",
    {
        "username": text(),
        "displayName": text(null=True),
        "email": text(null=True),
        "authorizedComponents": list_of(text()),
        "tenants": list_of(json_object()),
        "groups": list_of(text()),
        "roles": list_of(text()),
        "salesPlanType": text(null=True),
        "c8Links": json_object(),
        "canLogout": flag(),
    },
)
_NEW_TOKEN = shape(
    "NewApiToken",
    {
        "name": text(required=True, least=1, most=200),
        "scopes": list_of(one_of(SCOPES), null=True, most=len(SCOPES)),
        "expiresAt": moment(null=True),
    },
)
_TOKEN = {
    "tokenKey": key(),
    "name": text(),
    "scopes": list_of(text(), null=True),
    "createdAt": moment(),
    "expiresAt": moment(null=True),
}
_API_TOKEN = answer_shape("ApiToken", _TOKEN)
_API_TOKEN_ONCE = answer_shape("ApiTokenOnce", {**_TOKEN, "token": text()})
_API_TOKENS = answer_shape("ApiTokens", {"items": list_of(_API_TOKEN)})


@blueprint.post("/session", OPEN, takes=_SIGN_IN, gives=_SESSION)
def sign_in(body: dict[str, Any]) -> Response:
    """Sign in with name and password

    Sets the session cookie; send `csrf` as the header `X-CSRF-Token` with everything that is not a GET.
    """
    signing_in = application().signing_in
    before = request.cookies.get(SESSION_COOKIE)
    who, token = signing_in.sign_in(body["username"], body["password"], request.remote_addr or "")
    if before is not None:
        # A session that was there before, perhaps planted by somebody, ends here.
        signing_in.sign_out(before)
    response = answer({"user": _user(who), "csrf": tokens.csrf_token(token)})
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=SESSION_LIFE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path="/",
    )
    return response


@blueprint.get("/session", SIGNED_IN, gives=_SESSION)
def my_session() -> Response:
    """Who is signed in

    `csrf` is empty for requests that carry their credentials themselves.
    """
    session = g.get("session_token")
    return answer({"user": _user(actor()), "csrf": tokens.csrf_token(session) if session else ""})


@blueprint.delete("/session", SIGNED_IN)
def sign_out() -> Response:
    """Sign out of this browser"""
    session = g.get("session_token")
    if session is not None:
        application().signing_in.sign_out(session)
    response = no_content()
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.put("/session/password", SIGNED_IN, takes=_PASSWORD)
def change_password(body: dict[str, Any]) -> Response:
    """Change my password; all my sessions end, this one too"""
    signing_in, who = application().signing_in, actor()
    signing_in.check_password(who.user_id, body["password"], request.remote_addr or "")
    set_passwords.set_passwords(engine(), who, [who.user_id], body["newPassword"])
    signing_in.forget_person(who.user_id)
    return no_content()


@blueprint.get("/authentication/me", SIGNED_IN, gives=_CURRENT_USER)
def me() -> Response:
    """Who I am, as the published clients ask it"""
    who = actor()
    return answer(
        {
            "username": who.user_id,
            "displayName": who.name or None,
            "email": None,
            "authorizedComponents": ["*"] if who.is_administrator else ["tasklist"],
            "tenants": [{"name": "Default", "tenantId": "<default>", "description": None}],
            "groups": [],
            "roles": sorted(who.roles),
            "salesPlanType": None,
            "c8Links": {},
            "canLogout": g.get("session_token") is not None,
        }
    )


@blueprint.post("/api-tokens", SIGNED_IN, takes=_NEW_TOKEN, gives=_API_TOKEN_ONCE)
def make_api_token(body: dict[str, Any]) -> Response:
    """Make an API token for myself

    It is shown this once. `scopes` null: everything I may do. A token cannot give more than the credentials used to make it.
    """
    token_key, token = create_api_token.create_api_token(
        engine(), actor(), body["name"], scopes=body.get("scopes"), expires_at=body.get("expiresAt")
    )
    made = next(mine for mine in credentials.api_tokens_of(engine(), actor().user_id) if mine.key == token_key)
    return answer({**_token(made), "token": token})


@blueprint.get("/api-tokens", SIGNED_IN, gives=_API_TOKENS)
def my_api_tokens() -> Response:
    """My API tokens, without their secrets"""
    return answer({"items": [_token(token) for token in credentials.api_tokens_of(engine(), actor().user_id)]})


@blueprint.delete("/api-tokens/<key:token_key>", SIGNED_IN)
def drop_api_token(token_key: int) -> Response:
    """Revoke an API token of mine"""
    digest = revoke_api_token.revoke_api_token(engine(), actor(), token_key)
    application().signing_in.forget_token(digest)
    return no_content()


def _user(person: Actor) -> dict[str, Any]:
    unit = engine().directory().unit_of(person.user_id, engine().clock.now())
    return {"id": person.user_id, "name": person.name, "roles": sorted(person.roles), "unit": unit}


def _token(stored: credentials.ApiToken) -> dict[str, Any]:
    return {
        "tokenKey": str(stored.key),
        "name": stored.name,
        "scopes": None if stored.scopes is None else sorted(stored.scopes),
        "createdAt": stored.created_at,
        "expiresAt": stored.expires_at,
    }
