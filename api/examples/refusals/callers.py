"""Of who asks, and of the server itself."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.access.rights import NotAllowedError
from api.access.sessions import NONCE_LASTS, CsrfMissingError, NonceUnknownError
from api.routes.health import NotReadyError
from ledger_client.errors import ShecangError

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "read_metrics": {
        HTTPStatus.FORBIDDEN: NotAllowedError(
            account="5f3d2c1b",
            what="this register",
            what_zh="该登记册",
            rights="books in 420106",
            rights_zh="420106：上传与核对账册",
        ),
    },
    "read_ready": {
        HTTPStatus.SERVICE_UNAVAILABLE: NotReadyError(
            block=22, why="the chain at 60", why_zh="而链已到区块 60"
        ),
    },
    "sign_in": {HTTPStatus.CONFLICT: NonceUnknownError(minutes=NONCE_LASTS // 60)},
    "sign_out": {HTTPStatus.FORBIDDEN: CsrfMissingError()},
}
"""Name of an operation → status → the error."""
