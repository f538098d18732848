"""The start page: how to call the server, and a place to drop a file in a browser."""

from __future__ import annotations

from fastapi import APIRouter, Response

from dictation.paths import resource

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


def router() -> APIRouter:
    """The page and what belongs to it, read once."""
    routes = APIRouter(include_in_schema=False)
    for path, (name, kind) in _FILES.items():
        _add(routes, path, resource("server", name).read_bytes(), kind)
    return routes


def _add(routes: APIRouter, path: str, content: bytes, kind: str) -> None:
    @routes.get(path)
    async def page() -> Response:
        return Response(content, media_type=kind, headers=_HEADERS)
