"""How often the API answers at most: `wrk` asks as soon as it has an answer, over more and more connections.

The cases are those of `scripts/bench api`, from the same index. wrk is a closed loop: each connection has one
request under way. Of the runs without any error (a status of refusal, a broken connection, an answer after
two seconds) the one with the most answers a second is told, with its connections and its p99. wrk runs on the
same cores as the server, in one thread. Each of its requests has the key of one of many accounts, in turn, so
that the limits on how often one account may ask stay in force.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benches.api import SEED, chosen, parser
from benches.api_cache import filled
from benches.api_cases import CASES, Asking
from benches.api_history import TradeSize
from benches.api_world import World, served
from benches.report import report

CONNECTIONS = (1, 2, 4, 8, 16, 32)
PATHS = 4_000
_SCRIPT = """
local asked = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do asked[#asked + 1] = line end
local keys = {}
for line in io.lines(os.getenv("BENCH_KEYS")) do keys[#keys + 1] = line end
local sent = 0
request = function()
  sent = sent + 1
  wrk.headers["Authorization"] = "Bearer " .. keys[sent % #keys + 1]
  return wrk.format("GET", asked[sent % #asked + 1])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("BENCH %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class _Run:
    connections: int
    rate: float
    p99_ms: float
    errors: int


def _wrk(world: World, paths: list[str], connections: int, seconds: float) -> _Run:
    with tempfile.TemporaryDirectory() as name:
        files = {"script.lua": _SCRIPT, "paths": "\n".join(paths), "keys": "\n".join(world.keys)}
        for file, text in files.items():
            (Path(name) / file).write_text(text)
        environment = os.environ | {"BENCH_PATHS": f"{name}/paths", "BENCH_KEYS": f"{name}/keys"}
        command = ["wrk", "--threads", "1", "--connections", str(connections)]
        command += ["--duration", f"{max(1, round(seconds))}s", "--script", f"{name}/script.lua"]
        command.append(f"http://127.0.0.1:{world.port}")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"BENCH (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(f"wrk said: {done.stdout}{done.stderr}")
    requests, microseconds, p99, errors = map(int, found.groups())
    return _Run(connections, requests / microseconds * 1e6, p99 / 1_000, errors)


def run(world: World, database: str, names: list[str], seconds: float) -> None:
    """Find the most answers a second of some cases on one served ledger."""
    for name in names:
        asking = Asking(world, SEED)
        paths = [CASES[name](asking).path for _ in range(PATHS)]
        _wrk(world, paths, 4, seconds)  # to warm up
        runs = [_wrk(world, paths, connections, seconds) for connections in CONNECTIONS]
        for each in runs:
            print(
                json.dumps({"case": name, **{k: getattr(each, k) for k in each.__slots__}}), file=sys.stderr
            )
        sound = [each for each in runs if not each.errors]
        best = max(sound, key=lambda each: each.rate, default=_Run(0, 0.0, 0.0, runs[0].errors))
        report(
            "api-max",
            f"{name}-{database}",
            "requests/s",
            round(best.rate),
            connections=best.connections,
            p99_ms=round(best.p99_ms, 1),
            errors=best.errors,
            runs_with_errors=len(runs) - len(sound),
            load=round(os.getloadavg()[0], 1),
        )


def main() -> None:
    """Measure the cases asked for, all where none is."""
    options_of = parser("api-max")
    options_of.set_defaults(seconds=8)
    options = options_of.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not on the path: start this by scripts/bench, which says how to get it")
    index = filled(TradeSize(documents=options.documents))
    for database, names in chosen(options.cases).items():
        with served(index, database) as world:
            run(world, database, names, options.seconds)


if __name__ == "__main__":
    main()
