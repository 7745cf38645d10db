"""An opened ledger: its node, its pins, its index and outbox, and what its rules leave open to a thief."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.contracts import CONTRACTS
from ledger_client.doctor.remarks import Remark, State, remarked
from ledger_client.engines import ANVIL, UNKNOWN, Seals
from ledger_client.keystores import list_keystores
from ledger_client.language import tr
from ledger_client.ledger import Ledger
from ledger_client.outbox import EntryState
from ledger_client.roles import Role

FAST_CLOCK = 120
"""Seconds by which a block's time may be ahead of this machine's clock; documents have the same room."""

STALLED = 600
"""Seconds without a block after which a chain that seals blocks all the time has stalled."""


def examine_opened(ledger: Ledger) -> Iterator[Remark]:
    """Give remarks on a ledger whose contracts were compared with this client's when it was opened."""
    yield _engine(ledger)
    yield _pins(ledger)
    yield _clock(ledger)
    yield _delay(ledger)
    yield _outbox(ledger)
    yield from remarked("outbox", lambda: _gaps(ledger))
    # Before the index is brought up to date by whoever asks it.
    yield from remarked("index", lambda: _index(ledger))
    yield from remarked("root", lambda: _roots(ledger))


def _engine(ledger: Ledger) -> Remark:
    engine = ledger.chain.engine
    state = State.UNSAFE if engine is ANVIL else State.UNKNOWN if engine is UNKNOWN else State.OK
    remedy = {
        State.OK: "",
        State.UNSAFE: tr("; keep a real ledger on another engine", "；正式账本请改用其他引擎"),
        State.UNKNOWN: tr("; see docs/limits.md for the engines known", "；已知引擎见 docs/limits.md"),
    }[state]
    return Remark(
        "engine",
        state,
        tr(f"engine {engine.name}: {engine.note}{remedy}", f"引擎 {engine.name}：{engine.note}{remedy}"),
    )


def _pins(ledger: Ledger) -> Remark:
    """Say what opening has compared."""
    chain = ledger.deployment.chain_id
    return Remark(
        "pins",
        State.OK,
        tr(
            f"chain {chain}, its first block and the code of {len(CONTRACTS)} contracts are those of this "
            "ledger's deployment record and of this client",
            f"链 {chain}、其首个区块及 {len(CONTRACTS)} 个合约的代码，与部署记录和本客户端一致",
        ),
    )


def _clock(ledger: Ledger) -> Remark:
    ahead = ledger.chain.head().time - ledger.now()
    if ahead > FAST_CLOCK:
        return Remark(
            "clock",
            State.UNSAFE,
            tr(
                f"the newest block is {ahead} s ahead of this machine's clock: set the clock, "
                "or documents are refused",
                f"最新区块比本机时钟快 {ahead} 秒：请校准时钟，否则单据会被拒绝",
            ),
        )
    if ledger.chain.engine.seals is not Seals.NONE and -ahead > STALLED:
        return Remark(
            "clock",
            State.UNSAFE,
            tr(
                f"the newest block is {-ahead} s old: the network has stalled; ask its operators how many "
                "validators are up",
                f"最新区块已有 {-ahead} 秒：网络停滞；请向运营方了解在线验证者数量",
            ),
        )
    return Remark("clock", State.OK, tr("blocks and this machine's clock agree", "区块时间与本机时钟一致"))


def _delay(ledger: Ledger) -> Remark:
    delay = ledger.deployment.delay
    if delay:
        return Remark("delay", State.OK, tr(f"grants act after {delay} s", f"授权 {delay} 秒后生效"))
    return Remark(
        "delay",
        State.UNSAFE,
        tr(
            "grants act at once (D = 0), so that nobody can veto one: for a demo only; "
            "set a real ledger up with `shecang init --delay 86400`",
            "授权即时生效（D = 0），无人可以否决：仅限演示；正式账本请用 `shecang init --delay 86400` 建立",
        ),
    )


def _outbox(ledger: Ledger) -> Remark:
    waiting = [each for each in ledger.outbox.unfinished() if each.state is not EntryState.PREPARED]
    if not waiting:
        return Remark("outbox", State.OK, tr("everything signed here is recorded", "本单位签署的均已记录"))
    return Remark(
        "outbox",
        State.UNKNOWN,
        tr(
            f"{len(waiting)} signed documents are in no block yet: they are sent again at the next command; "
            "if they stay, look at the node",
            f"{len(waiting)} 张已签署单据尚未入块：下次运行命令时会重新发送；若持续如此请检查节点",
        ),
    )


def _gaps(ledger: Ledger) -> Iterator[Remark]:
    """Name the keys here whose transactions wait for one that this outbox does not have."""
    for key in list_keystores(ledger.home.keys):
        missing = ledger.outbox.gaps(key.address, ledger.chain)
        if not missing:
            continue
        numbers = ", ".join(map(str, missing))
        yield Remark(
            "outbox",
            State.UNSAFE,
            tr(
                f"transactions of {key.name} wait for number {numbers}, which no document here has: sign "
                "another document with this key, which takes it",
                f"{key.name} 的交易在等待序号 {numbers}，而本单位没有该序号的单据："
                "用该密钥再签一张单据即可补上",
            ),
        )


def _index(ledger: Ledger) -> Iterator[Remark]:
    position = ledger.follower().position
    head = ledger.chain.height()
    behind = head - (position.number if position else 0)
    if behind:
        sentence = tr(
            f"the index is {behind} blocks behind; the next read or `shecang index follow` goes on",
            f"索引落后 {behind} 个区块；下次查询时自动补齐，也可运行 `shecang index follow`",
        )
    else:
        sentence = tr(f"the index has read all {head} blocks", f"索引已读全部 {head} 个区块")
    yield Remark("index", State.OK, sentence)


def _roots(ledger: Ledger) -> Iterator[Remark]:
    """Give a remark on every authority of division 0: nobody is above it who could undo what a thief does."""
    for grant in ledger.index().grants():
        if grant.role != Role.AUTHORITY or grant.division or not grant.is_standing:
            continue
        if ledger.chain.code(grant.holder):
            sentence = tr(
                f"root authority {grant.holder} is a contract wallet", f"根主管 {grant.holder} 是合约钱包"
            )
            yield Remark("root", State.OK, sentence)
            continue
        yield Remark(
            "root",
            State.UNSAFE,
            tr(
                f"root authority {grant.holder} is a single key, and no level is above it: grant the role to "
                "a multi-signature wallet (Safe), then revoke this one",
                f"根主管 {grant.holder} 是单一密钥，且无上级可纠正：请授予多签钱包（Safe）后撤销本授权",
            ),
        )
