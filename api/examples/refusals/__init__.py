"""The refusals that OpenAPI shows: errors as the server raises them, by operation and status."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.access.rights import KeyUnusableError, NotAllowedError
from api.examples.refusals import callers, files, registers, signing, stock, traces
from api.gate import BODY_LIMIT, JSON
from api.rates import TooOftenError
from api.settings import Settings
from api.uploads import BodySlowError, ContentTooLargeError, MediaTypeError
from ledger_client.errors import ShecangError
from ledger_client.index import IndexEmptyError

_SITE = 420102001001101
_RIGHTS = "read in 420106"
_RIGHTS_ZH = "420106：查阅储备点与单据"

OFTEN: Mapping[int, ShecangError] = {
    HTTPStatus.UNAUTHORIZED: KeyUnusableError(),
    HTTPStatus.FORBIDDEN: NotAllowedError(
        account="5f3d2c1b",
        what=f"site {_SITE}",
        what_zh=f"储备点 {_SITE} ",
        rights=_RIGHTS,
        rights_zh=_RIGHTS_ZH,
    ),
    HTTPStatus.REQUEST_TIMEOUT: BodySlowError(seconds=f"{Settings().body_seconds:g}"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ContentTooLargeError(limit=BODY_LIMIT),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: MediaTypeError(found="text/plain", expected=JSON),
    HTTPStatus.TOO_MANY_REQUESTS: TooOftenError(
        who="one address without an account",
        who_zh="同一地址（未使用账户）",
        most=Settings().public_rate,
        seconds=3,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: IndexEmptyError(),
}
"""Status → an error that every operation with this status may be refused with."""

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    operation: errors
    for resource in (callers, files, registers, signing, stock, traces)
    for operation, errors in resource.REFUSALS.items()
}
"""Name of an operation → status → the error; where it is not said here, that of `OFTEN`."""
