"""Comments on a case and files attached to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import answer
from api.language import people_of
from api.people import PERSON
from api.permissions import ACT, READ
from api.shapes import answer_shape, key, list_of, moment, nested, shape, text, whole
from engine.commands import attach_file, comment_instance, upload_file
from engine.errors import InvalidInput
from engine.queries import attachments
from engine.store.records import Record

blueprint = Blueprint("attachments", "Comments and files of a case.")

_SHOWN_IN_BROWSER = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain; charset=utf-8"}
)
"""Everything else is downloaded: a page or a drawing from a stranger must not run in our name."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)

_COMMENT = shape("Comment", {"text": text(required=True, least=1)})
COMMENTED = answer_shape("Commented", {"commentKey": key()})
ATTACHMENT = answer_shape(
    "Attachment",
    {
        "attachmentKey": key(),
        "name": text(),
        "mediaType": text(),
        "size": whole(),
        "digest": text(),
        "taskKey": key(null=True),
        "uploadedBy": nested(PERSON),
        "at": moment(),
    },
)
ATTACHMENTS = answer_shape("Attachments", {"items": list_of(ATTACHMENT)})
ATTACHED = answer_shape("Attached", {"attachmentKey": key(), "digest": text(), "size": whole()})
_UPLOAD = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}


@blueprint.post("/process-instances/<key:process_instance_key>/comments", ACT, takes=_COMMENT, gives=COMMENTED)
def comment(body: dict[str, Any], *, process_instance_key: int) -> Response:
    """Comment on a case I may see"""
    made = comment_instance.comment_instance(engine(), actor(), process_instance_key, body["text"])
    return answer({"commentKey": str(made)})


@blueprint.post(
    "/process-instances/<key:process_instance_key>/attachments",
    ACT,
    gives=ATTACHED,
    body_limit=attach_file.LARGEST + 64 * 1024,
    document={"requestBody": _UPLOAD},
)
def attach(process_instance_key: int) -> Response:
    """Attach a file to a case I may see"""
    name, claimed, content = _uploaded()
    attached = attach_file.attach_file(
        engine(),
        actor(),
        process_instance_key,
        name=name,
        media_type=media_type_of(content, claimed),
        content=content,
    )
    return answer({"attachmentKey": str(attached.key), "digest": attached.digest, "size": attached.size})


@blueprint.post(
    "/attachments", ACT, gives=ATTACHED, body_limit=attach_file.LARGEST + 64 * 1024, document={"requestBody": _UPLOAD}
)
def upload() -> Response:
    """Upload a file for a form that is not sent yet

    Its key, name and digest are what the form's answer holds; it joins the case with the answer. Only its owner sees it
    before.
    """
    name, claimed, content = _uploaded()
    made = upload_file.upload_file(engine(), actor(), name=name, media_type=media_type_of(content, claimed), content=content)
    return answer({"attachmentKey": str(made.key), "digest": made.digest, "size": made.size})


@blueprint.get("/process-instances/<key:process_instance_key>/attachments", READ, gives=ATTACHMENTS)
def list_attachments(process_instance_key: int) -> Response:
    """The files of a case I may see"""
    names = people_of(engine())
    found = attachments.of_case(engine(), actor(), process_instance_key)
    return answer({"items": [_view(one, names) for one in found]})


@blueprint.get("/attachments/<key:attachment_key>/content", READ, media_type="application/octet-stream")
def download(attachment_key: int) -> Response:
    """The bytes of a file, as they were brought"""
    found, content = attachments.content(engine(), actor(), attachment_key)
    response = Response(content, content_type=found.media_type)
    shown = found.media_type in _SHOWN_IN_BROWSER
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(found.name, safe='')}"
    )
    # Even what is shown may load and run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    response.set_etag(found.digest)
    response.make_conditional(request)
    return response


def _uploaded() -> tuple[str, str, bytes]:
    """The name, the claimed type and the bytes of the part named file."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Expected a body of type multipart/form-data.")
    file = request.files.get("file")
    if file is None:
        raise InvalidInput("invalid_request", "Expected a part named file, but there is none")
    return file.filename or "", file.mimetype, file.stream.read()


def media_type_of(content: bytes, claimed: str) -> str:
    """What the bytes say they are; a claim that they contradict, or that a browser would run, is not believed."""
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if claimed == "text/plain" and b"\0" not in content:
        return "text/plain; charset=utf-8" if _is_utf8(content) else "application/octet-stream"
    if claimed.startswith("application/vnd.") or claimed in {"application/msword", "application/zip", "text/csv"}:
        return claimed
    return "application/octet-stream"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _view(attachment: Record, names: Any) -> dict[str, Any]:
    return {
        "attachmentKey": str(attachment.key),
        "name": attachment.name,
        "mediaType": attachment.media_type,
        "size": attachment.size,
        "digest": attachment.digest,
        "taskKey": None if attachment.task_key is None else str(attachment.task_key),
        "uploadedBy": names.person(attachment.uploaded_by),
        "at": attachment.at,
    }
