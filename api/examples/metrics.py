"""What to measure the server by."""

from __future__ import annotations

_METRICS = """\
# HELP http_requests_total Total number of requests by method, status and handler.
# TYPE http_requests_total counter
http_requests_total{handler="/v1/stock/totals/{place}",method="GET",status="200"} 12.0
# HELP shecang_index_lag_blocks Blocks by which the index is behind
# TYPE shecang_index_lag_blocks gauge
shecang_index_lag_blocks 0.0
"""

EXAMPLES: dict[str, str] = {
    "read_metrics": _METRICS,
}
"""Name of an operation → an answer."""
