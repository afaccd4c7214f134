"""Rejections: requests we refuse; nothing has changed when one is raised.

    Rejection
    ├── NotFound       no such thing, or not for you to know of
    ├── NotAllowed     you may not
    ├── WrongState     it is there, but not in a state for this
    ├── AlreadyExists  a unique thing would be there twice
    ├── InvalidInput   what was sent cannot be understood or accepted
    └── Conflict       somebody else was first, or what you saw has changed

An incident is a row, not an exception; a fault (a bug, a lost database) is any other exception.
Every `code` is registered below with its kind; the web's sentences and the HTTP mapping are tested against it.
"""

from __future__ import annotations

from typing import Any


class Rejection(Exception):
    """`code` is stable; `message` reads "expected ..., but ..."; `facts` are the values a sentence needs."""

    def __init__(self, code: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        if CODES.get(code) is not type(self):
            raise LookupError(f"{code!r} is not a registered code of {type(self).__name__}")
        self.code = code
        self.message = message
        self.facts = facts


class NotFound(Rejection):
    pass


class NotAllowed(Rejection):
    pass


class WrongState(Rejection):
    pass


class AlreadyExists(Rejection):
    pass


class InvalidInput(Rejection):
    pass


class Conflict(Rejection):
    pass


CODES: dict[str, type[Rejection]] = {
    # NotFound
    "instance_not_found": NotFound,
    "task_not_found": NotFound,
    "work_item_not_found": NotFound,
    "definition_not_found": NotFound,
    "decision_not_found": NotFound,
    "form_not_found": NotFound,
    "job_not_found": NotFound,
    "incident_not_found": NotFound,
    "element_not_found": NotFound,
    "variable_not_found": NotFound,
    "attachment_not_found": NotFound,
    "subscription_not_found": NotFound,
    "delivery_not_found": NotFound,
    "user_not_found": NotFound,
    "token_not_found": NotFound,
    "nobody_waits": NotFound,
    "route_not_found": NotFound,
    # NotAllowed
    "not_signed_in": NotAllowed,
    "wrong_credentials": NotAllowed,
    "csrf_failed": NotAllowed,
    "not_allowed": NotAllowed,
    "not_a_candidate": NotAllowed,
    "already_voted": NotAllowed,
    "separation_of_duties": NotAllowed,
    "may_not_start": NotAllowed,
    "verb_not_offered": NotAllowed,
    "token_scope": NotAllowed,
    "too_many_attempts": NotAllowed,
    # WrongState
    "task_already_decided": WrongState,
    "task_canceled": WrongState,
    "instance_ended": WrongState,
    "instance_suspended": WrongState,
    "not_your_turn": WrongState,
    "withdraw_too_late": WrongState,
    "job_has_incident": WrongState,
    "incident_resolved": WrongState,
    "cannot_reject_receipt": WrongState,
    "irreversible": WrongState,
    "wrong_state": WrongState,
    # AlreadyExists
    "message_already_published": AlreadyExists,
    "already_exists": AlreadyExists,
    # InvalidInput
    "invalid_request": InvalidInput,
    "invalid_json": InvalidInput,
    "body_too_large": InvalidInput,
    "invalid_bpmn": InvalidInput,
    "invalid_dmn": InvalidInput,
    "invalid_form": InvalidInput,
    "invalid_resource": InvalidInput,
    "invalid_xml": InvalidInput,
    "invalid_expression": InvalidInput,
    "invalid_answers": InvalidInput,
    "invalid_organisation": InvalidInput,
    "invalid_scenario": InvalidInput,
    "unknown_outcome": InvalidInput,
    "outcome_missing": InvalidInput,
    "reason_missing": InvalidInput,
    "not_passed": InvalidInput,
    "target_is_multi_instance": InvalidInput,
    "other_instance": InvalidInput,
    "address_refused": InvalidInput,
    "limit_exceeded": InvalidInput,
    "method_not_allowed": InvalidInput,
    "unsupported_media_type": InvalidInput,
    # Conflict
    "claimed_by_other": Conflict,
    "not_claimed": Conflict,
    "content_changed": Conflict,
    "idempotency_key_reused": Conflict,
    "request_in_progress": Conflict,
    "precondition_failed": Conflict,
    "key_conflict": Conflict,
}
