"""The page: what was built of `api/web`, given to browsers from memory, with a policy of its own.

Everything is read, hashed and compressed when the server starts. An address is looked up in a table, so none
leads out of the folder, and an answer costs less than to count who asked: files of the page are not counted
by `api.rates`, or opening it would use up what the public may ask of the API.

- A file is answered under its own address, and the first document for `/`.
- A browser that goes to any other address gets the first document, which shows the view of that address. Left
  out are the first words of the API (`/v1`, `/health`, ...) and the page's folders (`/assets`): what is not
  there is 404, so that a script that is missing is never answered with a document.
- Names of files below `assets` have a digest of their content in them, and are kept for a year. All else is
  asked for anew each time, and answered 304 where it is at hand.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response

from ledger_client.errors import UnavailableError

TEMPLATE = "page"
"""How an answer of the page is called in logs and metrics, whatever its address."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_DOCUMENT = "index.html"
_ASSETS = "assets"
_KEPT, _ASKED_ANEW = "public, max-age=31536000, immutable", "no-cache"
_OTHER = "application/octet-stream"
_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Suffix → type; the system's own differ from machine to machine, and a script of another type is not run."""
_PACKED = frozenset({".ico", ".png", ".woff2"})
"""What is compressed already."""


class PageNotBuiltError(UnavailableError):
    """The server runs from a source tree in which the page was not built; the answer is 503."""

    en = (
        "this server was started without its page; build it with `scripts/page build` and start it again, or "
        "ask the API under /v1, see /openapi.json"
    )
    zh = "本服务器未附带网页；请运行 `scripts/page build` 后重新启动，或使用 /v1 下的接口，详见 /openapi.json"


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the page.

    Attributes:
        packed: The same, compressed; None where that is not shorter.
        tag: Digest of its content.
        kept: For how long a browser keeps it.
    """

    content: bytes
    packed: bytes | None
    media_type: str
    tag: str
    kept: str

    @classmethod
    def read(cls, path: Path, kept: str) -> _File:
        content = path.read_bytes()
        packed = None
        if path.suffix not in _PACKED:
            shorter = gzip.compress(content, mtime=0)
            packed = shorter if len(shorter) < len(content) else None
        return cls(content, packed, _TYPES.get(path.suffix, _OTHER), sha256(content).hexdigest()[:32], kept)


class WebPage:
    """The files of the page.

    Args:
        files: By address.
        folders: First words of addresses below which there are files, and nothing else.
    """

    def __init__(self, files: Mapping[str, _File], folders: Collection[str] = ()) -> None:
        self._files = files
        self._folders = frozenset(folders)

    @classmethod
    def load(cls, folder: Path) -> WebPage:
        """Read the files in a folder; none where there is no folder."""
        paths = {path.relative_to(folder).parts: path for path in folder.rglob("*") if path.is_file()}
        files = {
            f"/{'/'.join(parts)}": _File.read(path, _KEPT if parts[0] == _ASSETS else _ASKED_ANEW)
            for parts, path in paths.items()
        }
        if f"/{_DOCUMENT}" in files:
            files["/"] = files[f"/{_DOCUMENT}"]
        return cls(files, {parts[0] for parts in paths if len(parts) > 1})

    def answer(self, method: str, path: str, headers: Headers, api: Collection[str]) -> Response | None:
        """Return what a browser is given; None where the address is none of the page.

        Args:
            method: Of the request.
            path: Decoded.
            headers: Of the request.
            api: First words of the API's addresses.

        Raises:
            PageNotBuiltError: There is no page.
        """
        if method not in ("GET", "HEAD"):
            return None
        file = self._files.get(path)
        if file is None and path != "/":
            first = path.split("/", 2)[1] if path.startswith("/") else path
            if first in api or first in self._folders or not _takes_documents(headers.get("accept", "")):
                return None
        if file is None:
            file = self._files.get("/")
        if file is None:
            raise PageNotBuiltError()
        return _response(file, method, headers)


def _response(file: _File, method: str, headers: Headers) -> Response:
    packed = file.packed if _takes_gzip(headers.get("accept-encoding", "")) else None
    content = file.content if packed is None else packed
    tag = f'"{file.tag}"' if packed is None else f'"{file.tag}-gzip"'
    answered = {
        "Cache-Control": file.kept,
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "ETag": tag,
        "Vary": "Accept, Accept-Encoding",
    }
    if tag in (each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=answered)
    answered["Content-Type"] = file.media_type
    answered["Content-Length"] = str(len(content))
    if packed is not None:
        answered["Content-Encoding"] = "gzip"
    return Response(b"" if method == "HEAD" else content, headers=answered)


def _takes_documents(accept: str) -> bool:
    """Return whether a request is for a document by name; whoever takes anything is a program."""
    return any(name == "text/html" and is_taken for name, is_taken in _weighed(accept))


def _takes_gzip(accept_encoding: str) -> bool:
    return any(name in ("gzip", "x-gzip") and is_taken for name, is_taken in _weighed(accept_encoding))


def _weighed(header: str) -> list[tuple[str, bool]]:
    """Return what a header of preferences names, each with whether it is taken at all."""
    found = []
    for part in header.split(","):
        name, *parameters = (each.strip().lower().replace(" ", "") for each in part.split(";"))
        refused = any(each.startswith("q=") and not each[2:].strip("0.") for each in parameters)
        found.append((name, not refused))
    return found
