"""The built web application at `/`: files of `web/dist`, and its first page for every address that is one of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from api.blueprint import Pages
from api.permissions import OPEN

pages = Pages("web")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        # The component library writes its styles into the page as it runs.
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_A_YEAR = 31_536_000

_NOT_BUILT = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Guicheng 规程</title>
<body><h1>Guicheng 规程</h1><p>网页尚未构建：请运行 <code>make run</code>。API 文档：<a href="/docs">/docs</a></p>
<p>The web pages are not built yet: run <code>make run</code>. API documentation: <a href="/docs">/docs</a></p></body></html>
"""


class PageInPath(BaseConverter):
    """Any path that is not the API's: an unknown path under `/v2` stays a problem document."""

    part_isolating = False
    regex = r"(?!v2(?:/|$)).+"


@pages.page("/", OPEN)
def first_page() -> Response:
    return _index()


@pages.page("/<page:path>", OPEN)
def file_or_page(path: str) -> Response:
    """A file of the build, else the first page, which knows its own addresses. A missing file with a suffix is 404."""
    root = _root()
    if root is not None and (root / path).is_file():
        response = send_from_directory(root, path)
        if path.startswith("assets/"):
            # Vite puts a digest of the content into these names, so they never change.
            response.cache_control.max_age = _A_YEAR
            response.cache_control.public = True
            response.cache_control.no_cache = None
            response.cache_control.immutable = True
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response
    if "." in path.rsplit("/", 1)[-1]:
        raise NotFound(f"Expected a page or a file, but there is none at /{path[:200]}.")
    return _index()


def _index() -> Response:
    root = _root()
    if root is None or not (root / "index.html").is_file():
        response = Response(_NOT_BUILT, 200, content_type="text/html; charset=utf-8")
    else:
        response = send_from_directory(root, "index.html")
        response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def _root() -> Path | None:
    """`web/dist` beside this package, in the checkout as in the installed wheel."""
    root = Path(__file__).resolve().parent.parent / "web" / "dist"
    return root if root.is_dir() else None
