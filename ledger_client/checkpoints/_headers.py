"""Headers of a node that nobody trusts: each hashes to its hash, and whatever is none becomes a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rlp.exceptions import RLPException

from ledger_client.chain import Chain
from ledger_client.headers import Header
from ledger_client.node import NodeAnswerError

_HEADERS = 100  # asked for at once


@contextmanager
def answers_of(chain: Chain) -> Iterator[None]:
    """Say of answers that are nonsense that what answers is no node.

    Raises:
        NodeAnswerError: They are.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RLPException) as error:
        raise NodeAnswerError(address=chain.node.address, reason=type(error).__name__) from error


def headers(chain: Chain, numbers: Sequence[int]) -> Iterator[Header | None]:
    """Give the headers of blocks, None for those that the node does not have.

    Raises:
        HeaderHashError: One does not hash to the hash that the node names.
        NodeAnswerError: One is no header.
    """
    for start in range(0, len(numbers), _HEADERS):
        piece = numbers[start : start + _HEADERS]
        answers = chain.node.batch([("eth_getBlockByNumber", (hex(number), False)) for number in piece])
        for answer in answers:
            with answers_of(chain):
                header = None if answer is None else Header.from_node(answer)
            yield header


def height(chain: Chain) -> int:
    """Return the height of a node's chain.

    Raises:
        NodeAnswerError: It says none.
    """
    with answers_of(chain):
        return chain.height()


def identity(chain: Chain) -> tuple[int, bytes]:
    """Return chain id and hash of block 0, asked for anew: another node may answer by now.

    Raises:
        NodeAnswerError: It says none.
    """
    with answers_of(chain):
        return int(chain.node.request("eth_chainId"), 16), chain.block(0).hash
