"""Offline verification of evidence: documents a second, and seconds for a very long history.

rate     a history of 5,000 documents of ten lines, written on a node, exported and verified; baseline:
         plain web3.py asks the node for the logs by 1,000 blocks, decodes them with `process_log`, adds the
         balances up, and reads the headers and every balance: it trusts the node, and checks no proof
100k     100,000 documents of ten lines, 10,000 lots, 50 suppliers, 100 grants, with proofs from a real state
         trie, out of a compressed file, in a fresh process: `ours` is seconds, `peak_mb` the most memory
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from web3 import HTTPProvider, Web3

from benches.histories import WITNESS, History, Size
from benches.office import Office, chunks, load, office_on_anvil, progress
from benches.plain import read_balances, read_words
from benches.report import report
from ledger_client.checkpoints import Statement
from ledger_client.evidence.export import Request, Source, export_evidence
from ledger_client.evidence.verification import verify_evidence
from ledger_client.headers import Header
from ledger_client.trust import Accepted, Trust, read_accepted

DOCUMENTS = 5_000
LINES = 10
LOTS = 1_000
LONG = Size(documents=100_000, lots=10_000, suppliers=50, grants=100)
AT_ONCE = 500  # documents written at once
_MEGABYTE = 1 << 20


def rate(documents: int) -> None:
    """Write, export, verify; and read the same with plain web3.py."""
    with office_on_anvil() as (office, url, directory):
        office.found(LOTS)
        for some in progress(chunks(range(documents), AT_ONCE), "rate"):
            office.ledger.write([office.hand_over(office.pick(LINES)) for _ in some], check=False)
        last = office.ledger.chain.height()
        file, accepted, count = _export(office, directory / "evidence.jsonl", last)

        start = time.perf_counter()
        with file.open("rb") as opened:
            result, _ = verify_evidence(opened, str(file), accepted)
        ours = count / (time.perf_counter() - start)
        if result.exit_code:
            sys.exit(f"the evidence does not verify: {result.to_dict()}")
        w3 = Web3(HTTPProvider(url))
        start = time.perf_counter()
        first = office.ledger.deployment.first_block
        balances, _ = read_balances(w3, office.ledger.deployment, first, last)
        site = office.sites[0]
        own = {place: held for place, held in balances.items() if place[0] == site}
        differ = read_words(w3, office.ledger.deployment, own, last)
        for number in range(first, last + 1):
            w3.eth.get_block(number)
        plain = count / (time.perf_counter() - start)
        if differ:
            sys.exit(f"{differ} balances differ from what plain web3.py added up")
        facts = {"documents": count, "lines": LINES, "lots": len(own), "blocks": last - first + 1}
        report("verify", "rate", "documents/s", round(ours), round(plain), **facts, load=load())


def _export(office: Office, file: Path, block: int) -> tuple[Path, Accepted, int]:
    chain, deployment = office.ledger.chain, office.ledger.deployment
    trust = Trust.of(deployment, [WITNESS.address], threshold=1, spacing=1, final_depth=0)
    header = Header.from_node(chain.node.request("eth_getBlockByNumber", hex(block), False))
    statement = Statement(
        WITNESS.address, block, header.hash, header.state_root, 0, trust.genesis_hash
    ).signed(trust, WITNESS)
    source = Source(chain, deployment, office.ledger.index())
    with file.open("wb") as opened:
        wrote = export_evidence(opened, source, trust, Request(office.sites[0], block), [statement])
    return file, Accepted(trust), wrote.documents


def long(size: Size) -> None:
    """Make a long history, and verify it in a process of its own."""
    with TemporaryDirectory() as directory:
        file, trust = Path(directory) / "evidence.jsonl.gz", Path(directory) / "trust.json"
        with gzip.open(file, "wb", compresslevel=6) as packed:
            accepted = History(size).write(packed)  # type: ignore[arg-type]
        trust.write_bytes(accepted.to_bytes())
        command = [sys.executable, "-m", "benches.verify", "one", str(file), str(trust)]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode:
            sys.exit(f"the evidence does not verify: {done.stdout}{done.stderr}")
        found = json.loads(done.stdout)
        facts = {"documents": size.documents, "lines": 10, "lots": size.lots}
        facts |= {"suppliers": size.suppliers, "grants": size.grants}
        facts |= {"file_mb": round(file.stat().st_size / _MEGABYTE), "peak_mb": found["peak_mb"]}
        report("verify", "100k", "s", round(seconds, 2), None, **facts, load=load())


def one(file: Path, trust: Path) -> int:
    """Verify one file and say how much memory that took at most."""
    with file.open("rb") as opened:
        result, _ = verify_evidence(opened, str(file), read_accepted(trust))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peak_mb": peak, **result.to_dict()["answers"][3]}))
    return result.exit_code


def main() -> None:
    """Run the cases asked for, both where none is."""
    parser = argparse.ArgumentParser(prog="scripts/bench verify")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="rate, 100k")
    parser.add_argument("--documents", type=int, help="of a case, for a quicker trial")
    options = parser.parse_args()
    if options.cases[:1] == ["one"]:
        sys.exit(one(Path(options.cases[1]), Path(options.cases[2])))
    unknown = set(options.cases) - {"rate", "100k"}
    if unknown:
        parser.error(f"no case is called {min(unknown)}: rate, 100k")
    if "rate" in (options.cases or ["rate"]):
        rate(options.documents or DOCUMENTS)
    if "100k" in (options.cases or ["100k"]):
        documents = options.documents or LONG.documents
        long(Size(documents, min(LONG.lots, documents * 5), LONG.suppliers, LONG.grants))


if __name__ == "__main__":
    main()
