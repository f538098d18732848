"""The start page: how to call the server, and a place to drop a file in a browser."""

from __future__ import annotations

import html
import json
import re

from fastapi import APIRouter, Response

from dictation.paths import resource
from dictation.translation import _, used

_HEADERS = {
    # Nothing from elsewhere, nothing to elsewhere, and in no other page's frame.
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
_FILES = {
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/favicon.ico": ("icon.svg", "image/svg+xml"),
}
_MARKED = {
    "text/html": re.compile(r"\{\{(.+?)\}\}", re.DOTALL),
    "text/javascript": re.compile(r'\b_\("((?:[^"\\]|\\.)*)"\)'),
}


def router() -> APIRouter:
    """The page and what belongs to it, read once."""
    routes = APIRouter(include_in_schema=False)
    for path, (name, kind) in _FILES.items():
        _add(routes, path, resource("server", name).read_text(encoding="utf-8"), kind)
    return routes


def _add(routes: APIRouter, path: str, content: str, kind: str) -> None:
    @routes.get(path)
    async def page() -> Response:
        if kind not in _MARKED:
            return Response(content, media_type=kind, headers=_HEADERS)
        language = used().replace("_", "-")
        headers = {**_HEADERS, "content-language": language, "vary": "accept-language"}
        return Response(translated(content, kind), media_type=kind, headers=headers)


def translated(content: str, kind: str) -> str:
    """With its marked sentences in the language in use; ``{{en}}`` is the language's own code."""

    def shown(found: re.Match[str]) -> str:
        if found[1] == "en":
            return html.escape(used().replace("_", "-"))
        return _(found[1]) if kind == "text/html" else json.dumps(_(found[1]), ensure_ascii=False)

    return _MARKED[kind].sub(shown, content)
