"""What whoever watches the server measures: requests by route, how the index follows, limits, uploads.

No label holds a value of a request: routes are templates, methods are known ones, nobody is named.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_fastapi_instrumentator import metrics
from starlette.requests import Request
from starlette.types import Scope

from api.asked import Asked
from api.following import Following
from api.rates import CALLER, FAILURE, PUBLIC

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
"""How what is given is called."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._watch: list[Callable[[metrics.Info], None] | None] = [
            metrics.requests(registry=registry, should_include_status=True),
            metrics.latency(registry=registry, should_include_status=False, buckets=_BUCKETS),
        ]
        self._limited = Counter(
            "shecang_rate_limited_requests", "Requests that came too often", ["limit"], registry=registry
        )
        for each in (PUBLIC, CALLER, FAILURE):
            self._limited.labels(each)
        self._block = Gauge("shecang_index_block", "Block up to which the index has read", registry=registry)
        self._head = Gauge("shecang_chain_head", "Block of the chain, looked at last", registry=registry)
        self._lag = Gauge(
            "shecang_index_lag_blocks", "Blocks by which the index is behind", registry=registry
        )
        self._follows = Gauge(
            "shecang_index_follows", "1 while the index follows the chain", registry=registry
        )
        self._uploads = Gauge("shecang_uploads_open", "Files that are being looked at", registry=registry)

    def answered(self, scope: Scope, asked: Asked, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            scope: Of the request.
            asked: The request.
            status: Of the answer.
            seconds: That it took.
        """
        info = metrics.Info(
            request=Request(scope),
            response=None,
            method=asked.method,
            modified_handler=asked.template,
            modified_status=str(status),
            modified_duration=seconds,
        )
        for each in self._watch:
            if each is not None:
                each(info)

    def limited(self, limit: str) -> None:
        """Count a request that came too often.

        Args:
            limit: `PUBLIC`, `CALLER` or `FAILURE` of `api.rates`.
        """
        self._limited.labels(limit).inc()

    def text(self, following: Following, block: int, uploads: int) -> bytes:
        """Return everything as Prometheus reads it.

        Args:
            following: How the index stands to the chain.
            block: Up to which it has read.
            uploads: Files that are being looked at.
        """
        self._block.set(block)
        self._head.set(following.head)
        self._lag.set(max(0, following.head - block))
        self._follows.set(0 if following.failure else 1)
        self._uploads.set(uploads)
        return generate_latest(self._registry)
