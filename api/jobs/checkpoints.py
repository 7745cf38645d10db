"""What witnesses said, against one another and against the chain: `compare` and one look of `watch`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from api.jobs.opened import opened_chain, own_trust
from api.jobs.sayings import in_both, of_error
from ledger_client.addresses import Address
from ledger_client.checkpoints import Alarm, Comparison, Directory, Fork, Statement
from ledger_client.checkpoints.watch import look
from ledger_client.home import Home

Answer = Callable[[str, Any], None]


def run(arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Compare all statements in the home's directory; a row is a height of the page that is asked for."""
    home = Home.existing(Path(arguments["home"]))
    accepted = own_trust(home)
    with opened_chain(home) as (chain, _):
        seen = look(chain, accepted, [Directory(home.checkpoints)])
    heights = _heights(seen.comparison, arguments["after"])
    for height in heights[: arguments["limit"]]:
        answer("row", height)
    return {
        "fingerprint": accepted.trust.fingerprint.hex(),
        "threshold": accepted.trust.threshold,
        "spacing": accepted.trust.spacing,
        "height": seen.height,
        "witnesses": [_witness(*each) for each in seen.comparison.statements.items()],
        "checkpoints": len(seen.comparison.checkpoints),
        "newest": seen.comparison.newest.number if seen.comparison.newest else None,
        "forks": [_fork(each) for each in seen.comparison.forks],
        "alarms": [_alarm(each) for each in seen.alarms if each.fork is None],
        "behind": [_alarm(each) for each in seen.behind],
        "troubles": [of_error(each) for each in seen.troubles],
        "has_more": len(heights) > arguments["limit"],
    }


def _witness(witness: Address, own: tuple[Statement, ...]) -> dict[str, Any]:
    return {"address": witness, "statements": len(own), "newest": own[-1].number if own else None}


def _heights(comparison: Comparison, after: int) -> list[dict[str, Any]]:
    """Return the heights above one that somebody signed, ascending, each with all that was said of it."""
    vouched = {each.number for each in comparison.checkpoints}
    every = [each for own in comparison.statements.values() for each in own if each.number > after]
    every.sort(key=lambda each: (each.number, each.witness, each.block_hash, each.signature))
    return [
        {
            "number": number,
            "is_checkpoint": number in vouched,
            "statements": [_statement(each) for each in group],
        }
        for number, group in groupby(every, key=lambda each: each.number)
    ]


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "witness": statement.witness,
        "number": statement.number,
        "block_hash": f"0x{statement.block_hash.hex()}",
        "state_root": f"0x{statement.state_root.hex()}",
        "previous_number": statement.previous_number,
        "previous_hash": f"0x{statement.previous_hash.hex()}",
        "signature": f"0x{statement.signature.hex()}",
    }


def _fork(fork: Fork) -> dict[str, Any]:
    return {
        "height": fork.height,
        "accused": fork.accused,
        "one": _statement(fork.one),
        "two": _statement(fork.two),
        "text": {"zh": fork.zh, "en": fork.en},
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "kind": alarm.kind.value,
        "number": alarm.number,
        "expected": f"0x{alarm.expected.hex()}",
        "found": f"0x{alarm.found.hex()}" if alarm.found else None,
        "text": in_both(lambda: alarm.text),
    }
