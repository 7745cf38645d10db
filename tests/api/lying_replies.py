"""A server that lies, and what else whoever is not to believe it is tested with."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger_client.remote import Remote
from ledger_client.signers import CompactSignature, Signer
from ledger_client.trust import Trust


def signed_in(address: str, trust: Trust, signer: Signer) -> Remote:
    remote = Remote(address, trust)
    remote.sign_in(signer)
    return remote


class NoSigner(Signer):
    """A key that must not be asked for anything."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    @property
    def address(self) -> Any:
        return self._signer.address

    @property
    def is_demo(self) -> bool:
        return True

    def sign_digest(self, digest: bytes) -> CompactSignature:
        raise AssertionError("something was signed")

    def sign_transaction(self, fields: Mapping[str, Any]) -> bytes:
        raise AssertionError("something was signed")


@contextmanager
def lying(address: str, lie: Callable[[Any], Any]) -> Iterator[str]:
    """A real server before the real one, which alters what it passes on."""

    class Handler(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            import urllib.error
            import urllib.request

            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length) if length else None
            headers = {name: text for name, text in self.headers.items() if name.lower() != "host"}
            request = urllib.request.Request(address + self.path, body, headers, method=self.command)
            try:
                with urllib.request.urlopen(request) as answer:
                    status, raw = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    status, raw = error.code, error.read()
            if status < 400:
                raw = json.dumps(lie(json.loads(raw))).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _pass  # noqa: N815 -- so the library calls them

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def hex_after(text: str) -> str:
    """Another hexadecimal text of the same form: its last digit is another."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def alterations(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each member of a draft, and another value for it."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from alterations(each, (*path, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from alterations(each, (*path, at))
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield path, value + 1
    elif isinstance(value, str):
        yield path, hex_after(value)
        if path[-1] == "kind":
            yield path, "issue"
    else:
        yield path, {"address": f"0x{'ab' * 20}", "division": 4201}
        yield path, f"0x{'11' * 64}"


def altered(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    changed = copy.deepcopy(value)
    place = changed
    for each in path[:-1]:
        place = place[each]
    place[path[-1]] = other
    return changed
