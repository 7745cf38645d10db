"""Headers hash as the chains say: the embedded one, and anvil under old and new rules."""

from __future__ import annotations

from pathlib import Path

import pytest
import rlp
from anvil import running_anvil

from ledger_client.chain import Chain, connect
from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.headers import HEADER_LIMIT, Header, HeaderHashError, HeaderMalformedError
from ledger_client.node import Node


def fields_of(number: bytes = b"\1", time: bytes = b"\1") -> list[bytes]:
    """Return the fields of a header."""
    fields = [bytes(32)] * 15
    fields[8], fields[11] = number, time
    return fields


def newest(chain: Chain) -> tuple[dict[str, str], Header]:
    answer = chain.node.request("eth_getBlockByNumber", "latest", False)
    return answer, Header.from_node(answer)


def test_of_the_embedded_chain(tmp_path: Path) -> None:
    clock = ManualClock(1_790_000_000)
    create_chain(tmp_path / "chain", 20_260_403, clock)
    provider = EmbeddedProvider(tmp_path / "chain", clock=clock)
    chain = Chain(Node(provider, "x"))
    chain.seal_up_to(2)
    _, header = newest(chain)
    block = chain.block(2)
    assert (header.hash, header.parent, header.state_root) == (block.hash, block.parent, block.state_root)
    assert (header.number, header.time) == (block.number, block.time)
    provider.close()


@pytest.mark.parametrize("hardfork", ["berlin", "london", "shanghai", "cancun", "prague"])
def test_of_anvil_under_the_rules_of(anvil_path: Path, hardfork: str) -> None:
    with running_anvil(anvil_path, hardfork=hardfork) as url:
        chain = connect(url)
        chain.node.request("anvil_mine", "0x2", "0x1")
        _, header = newest(chain)
        assert header.hash == chain.head().hash


def test_a_changed_answer_is_noticed(anvil: str) -> None:
    answer, _ = newest(connect(anvil))
    for field in ("stateRoot", "parentHash", "timestamp"):
        changed = {**answer, field: answer[field][:-1] + ("0" if answer[field][-1] != "0" else "1")}
        with pytest.raises(HeaderHashError):
            Header.from_node(changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\xc0",
        rlp.encode([b""] * 15),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode([[b"x"]] * 15),  # type: ignore[attr-defined, no-untyped-call]
        b"\xc1" * 5_000,
        b"\xc1" * 4_000,
        rlp.encode(fields_of(number=b"\0\1")),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode(fields_of(time=b"\0")),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode(fields_of(time=b"\xff" * 8)),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode(fields_of(number=b"\1" * 9)),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode([*fields_of(), *[b""] * 7]),  # type: ignore[attr-defined, no-untyped-call]
        rlp.encode(fields_of()) + b"\0",  # type: ignore[attr-defined, no-untyped-call]
        bytes(HEADER_LIMIT + 1),
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_header(raw: bytes) -> None:
    with pytest.raises(HeaderMalformedError):
        Header.from_rlp(raw)


def test_the_fields_of_one() -> None:
    header = Header.from_rlp(rlp.encode(fields_of(b"\2", b"\3")))  # type: ignore[attr-defined, no-untyped-call]
    assert (header.number, header.time) == (2, 3)
