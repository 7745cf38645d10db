"""Why a transaction failed is asked for in the state and at the time of its block, on both engines."""

from __future__ import annotations

from facade import APPROVING, CONSUMER, KEEPING, KEEPING_TOO, NOBODY, PLACE, World

from ledger_client.chain import Receipt
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.errors import ShecangError
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine, Line
from ledger_client.reverts import decode_revert
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.stock import StockInsufficientError
from ledger_client.writing import Prepared

GAS = 3_000_000


def let_time_pass(world: World, seconds: int) -> None:
    """Let time pass without a block, so that the next one lies `seconds` after the last."""
    world.clock.advance(seconds)
    if world.ledger.chain.engine.name == "anvil":
        world.ledger.chain.node.request("evm_increaseTime", seconds)


def send_in_one_block(world: World, *prepared: Prepared) -> list[Receipt]:
    """Send what one signer prepared into one block, asking the contracts nothing before."""
    chain, (signer,) = world.ledger.chain, {each.signer for each in prepared}
    nonce = chain.transaction_count(signer.address)
    common = {"chainId": chain.chain_id, "gas": GAS}
    raws = [
        signer.sign_transaction(
            {**common, "nonce": nonce + step, "to": each.to, "data": each.submission.data}
        )
        for step, each in enumerate(prepared)
    ]
    is_anvil = chain.engine.name == "anvil"
    if is_anvil:
        chain.node.request("evm_setAutomine", False)
    assert chain.send_many(raws)
    if is_anvil:
        chain.node.request("evm_mine")
        chain.node.request("evm_setAutomine", True)
    receipts = chain.wait([keccak(raw) for raw in raws])
    assert len({receipt.block_number for receipt in receipts}) == 1
    return receipts


def reason(receipt: Receipt) -> ShecangError:
    """What the receipt says that the contract said."""
    assert not receipt.succeeded and receipt.revert_data is not None
    return decode_revert(receipt.revert_data)


def test_after_a_quiet_week_it_is_that_of_today(world: World) -> None:
    """At the time of the block before it, the document would have lain ahead of the ledger's clock."""
    lot = world.stocked()
    let_time_pass(world, 7 * SECONDS_A_DAY)
    document = world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=NOBODY)
    [receipt] = send_in_one_block(world, document)
    assert isinstance(reason(receipt), GrantMissingError)


def test_what_the_same_block_mended_afterwards_is_told_as_it_was(world: World) -> None:
    """The state after the block would allow it; at the time of the block before it would lie ahead."""
    stock, lot = world.ledger.stock, world.stocked(10)
    let_time_pass(world, 7 * SECONDS_A_DAY)
    issue = stock.issue(PLACE, CONSUMER, [Line(lot, 12)], keeper=KEEPING)
    [*_, last] = world.ledger.index().stock_card(PLACE, limit=10_000)
    count = stock.count(
        PLACE,
        [CountLine(lot, 15, 10, 30)],
        journal=last.journal,
        keeper=KEEPING,
        second=KEEPING_TOO,
        approver=APPROVING,
    )
    failed, counted = send_in_one_block(world, issue, count)
    assert counted.succeeded
    error = reason(failed)
    assert isinstance(error, StockInsufficientError)
    assert (error.available, error.requested) == (10, 12)
