"""Numbers of nodes: those that no block, time or place has are refused before they come to a table."""

from __future__ import annotations

from typing import Any

import pytest
from lying import Lie, lying_chain

from ledger_client.chain import connect
from ledger_client.rpc_quantities import NodeQuantityError, quantity


class Numbered(Lie):
    """Says another number in a field of every block."""

    def __init__(self, name: str, said: str) -> None:
        self._name, self._said = name, said

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber":
            return {**result, self._name: self._said}
        return result


@pytest.mark.parametrize(("text", "number"), [("0x0", 0), ("0x1f4", 500), (hex(2**63 - 1), 2**63 - 1)])
def test_a_quantity(text: str, number: int) -> None:
    assert quantity(text) == number


@pytest.mark.parametrize("text", ["0x", "", "many", None, 5, ["0x1"], {}])
def test_what_is_none(text: Any) -> None:
    """Whoever asked says of the whole answer that it is none, with the node's address."""
    with pytest.raises((ValueError, TypeError)):
        quantity(text)


@pytest.mark.parametrize("text", [hex(2**63), hex(2**256), "-0x1", "0x" + "f" * 1_000])
def test_what_no_table_holds(text: str) -> None:
    with pytest.raises(NodeQuantityError) as caught:
        quantity(text)
    assert caught.value.exit_code == 3
    assert len(caught.value.text("en")) < 200


@pytest.mark.parametrize("name", ["number", "timestamp"])
def test_a_node_that_says_more_than_a_table_holds(anvil: str, name: str) -> None:
    with pytest.raises(NodeQuantityError, match=f"{2**63:#x}"):
        lying_chain(connect(anvil), Numbered(name, f"{2**63:#x}")).head()
