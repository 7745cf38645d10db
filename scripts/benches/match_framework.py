"""Runs the framework of ppe-match, unmodified, with one strategy after the other; a line of JSON each.

Runs in the environment of `requirements/match.txt`; `match_runs` starts it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import logging
import random
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import ppe_match
from ppe_match import TestingFramework, strategies

from benches.match_strategy import DonorNetwork, Strategy, Watched
from ledger_client.matching import DONOR_NETWORK, DonorProfile

STRATEGIES: dict[str, Callable[[DonorProfile], Strategy]] = {
    "donor-network": DonorNetwork,
    "proximity": lambda _: strategies.proximity_match_strategy,
    "first-come": lambda _: strategies.FCFM_strategy,
}
# As the framework names its five summary figures.
FIGURES = {
    "holding_days": "avg holding time",
    "shipments": "avg number of shipments",
    "unit_miles": "avg unit-miles",
    "fill_rate": "fill rate",
    "fill_rate_nonzero": "fill rate exc zeros",
}
DECISION = ["date", "don_id", "rec_id", "ppe", "qty", "distance"]
DATA = Path(ppe_match.__file__).parent / "data"


def require_unmodified() -> int:
    """Return how many files of the package are what its wheel was built with.

    The wheel itself is held to the hash of `requirements/match.txt` when it is installed.

    Raises:
        RuntimeError: A file is another than the wheel's RECORD says, or stands beside those.
    """
    recorded = {}
    for file in metadata.distribution("ppe-match").files or []:
        if file.hash is not None and file.parts[0] == "ppe_match":
            recorded[Path(str(file.locate())).resolve()] = file.hash.value
    for path, value in recorded.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        if digest != value:
            raise RuntimeError(f"{path.name} is not the one that ppe-match ships")
    present = {path for path in DATA.parent.resolve().rglob("*") if path.is_file() and path.suffix != ".pyc"}
    if present != recorded.keys():
        raise RuntimeError(f"files were added to ppe-match: {sorted(map(str, present - recorded.keys()))}")
    return len(recorded)


def run(strategy: Strategy, **paths: str) -> tuple[dict[str, float], pd.DataFrame]:
    """Run the framework on its defaults but for `paths`; return its figures, and all decisions."""
    watched = Watched(strategy)
    framework = TestingFramework(strategy=watched, **paths)
    framework.run()
    decisions = framework.get_decisions()
    metrics = framework.get_metrics().set_index("metric_name")["value"]
    figures = {case: float(metrics[name]) for case, name in FIGURES.items()}
    return {
        "units": int(decisions["qty"].sum()),
        **figures,
        "seconds": watched.seconds,
        "clock_seconds": round(watched.clock_seconds, 2),
        "days": watched.days,
        "decisions": len(decisions),
    }, decisions


def require_no_foresight(
    profile: DonorProfile, decisions: pd.DataFrame, until: pd.Timestamp, **paths: str
) -> int:
    """Run the strategy without what comes after `until`; return how many decisions before it are the same.

    Raises:
        RuntimeError: They are not: something of later days was known.
    """
    with tempfile.TemporaryDirectory() as directory:
        for table in ("donor", "recipient"):
            shown = pd.read_csv(paths.get(f"{table}_path", DATA / f"anon_{table}s.csv"), index_col=0)
            cut = Path(directory) / f"{table}s.csv"
            shown[pd.to_datetime(shown["date"]) < until].to_csv(cut)
            paths[f"{table}_path"] = str(cut)
        _, seen = run(DonorNetwork(profile), **paths)
    # The framework's last step is a shorter one, which the whole run has not.
    last = decisions.loc[decisions["date"] < until, "date"].max()
    before = [_up_to(table, last) for table in (decisions, seen)]
    if before[0] != before[1]:
        raise RuntimeError(f"without what came after {until} other decisions were made before it")
    return len(before[0])


def _up_to(decisions: pd.DataFrame, last: pd.Timestamp) -> list[tuple[Any, ...]]:
    return sorted(decisions.loc[decisions["date"] <= last, DECISION].itertuples(index=False, name=None))


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("strategies", nargs="+", choices=STRATEGIES)
    parser.add_argument("--half", type=int, help="only a half of the donors, drawn with this seed")
    parser.add_argument(
        "--price", action="append", default=[], metavar="NAME=VALUE", help="other than the profile's"
    )
    parser.add_argument("--until", help="also run without what comes after this day, and compare")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the framework logs its tables
    warnings.simplefilter("ignore", FutureWarning)  # its own, about pandas 2
    files = require_unmodified()
    profile = replace(DONOR_NETWORK, **dict(map(_price, options.price)))
    with tempfile.TemporaryDirectory() as directory:
        paths = {} if options.half is None else {"donor_path": _half(options.half, Path(directory))}
        for name in options.strategies:
            print(f"{name} …", file=sys.stderr, flush=True)
            figures, decisions = run(STRATEGIES[name](profile), **paths)
            facts: dict[str, Any] = {"strategy": name, "files_unmodified": files}
            if name == "donor-network" and options.until:
                until = pd.Timestamp(options.until, tz="UTC")
                facts["same_without_future"] = require_no_foresight(profile, decisions, until, **paths)
            print(json.dumps(facts | figures), flush=True)


def _price(text: str) -> tuple[str, Any]:
    """Return name and value, of the type that the profile has there."""
    name, _, value = text.partition("=")
    return name, type(getattr(DONOR_NETWORK, name))(value)


def _half(seed: int, directory: Path) -> str:
    """Write a table of half of the donors, with all that each offers; return its path."""
    donors = pd.read_csv(DATA / "anon_donors.csv", index_col=0)
    everyone = sorted(donors["don_id"].unique())
    chosen = set(random.Random(seed).sample(everyone, len(everyone) // 2))  # a draw, no secret
    path = directory / "half.csv"
    donors[donors["don_id"].isin(chosen)].to_csv(path)
    return str(path)
