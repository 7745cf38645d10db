"""`shecang checkpoint`: witnesses sign blocks, and anybody compares what they signed."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._trusted import Node, Places, TrustFile, accepted_trust, chain_of, places_of
from ledger_client.errors import ShecangError, UnavailableError
from ledger_client.files import FileExistsAlreadyError
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.checkpoints import Alarm, Comparison, Fork, Look, Monitor

app = typer.Typer(no_args_is_help=True, help=tr("checkpoints of witnesses", "见证人的检查点"))

ALARM = 1
PATIENCE = 600
"""Seconds that a node may be behind what was signed before that is an alarm."""

REMINDER = 600
"""Seconds after which a trouble that goes on is told again."""

PROOF_NAMES = 100
"""Names that are tried for the proof of a fork, so that no file is overwritten."""

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
ProofFile = Annotated[
    Path | None,
    typer.Option(
        "--proof", metavar="FILE", help=tr("where to write the proof of a fork", "分叉证明的写入位置")
    ),
]


class NoStatementsError(UnavailableError):
    """There is nothing to compare."""

    en = "no witness of the trust file has a statement in {places}; nothing was compared"
    zh = "{places} 中没有信任文件所列见证人的任何声明；未作比对"


class NodeBehindError(UnavailableError):
    """A node has not come to what was signed."""

    en = "the node is at block {height}, and {signed} was signed: it is behind, or set back; look again later"
    zh = "节点位于区块 {height}，而区块 {signed} 已被签署：节点落后或被回退；请稍后再查"


@app.command(help=tr("sign the newest block that is due", "签署最新一个到期的区块"))
def sign(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", metavar="KEY", help=tr("key of the witness", "见证人的密钥"))],
    trust: TrustFile = None,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--in",
            metavar="DIR",
            help=tr(
                "the witness's own; else `checkpoints` of the home",
                "见证人自己的目录；默认为 checkpoints",
            ),
        ),
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help=tr("where copies of its statements are", "其声明副本的所在")),
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help=tr("this key has never signed", "该密钥从未签署过"))
    ] = False,
    node: Node = None,
    as_json: AsJson = False,
) -> None:
    """Sign the newest final block at a height that is due, after checking everything since the last one."""
    from ledger_client.checkpoints import Directory, place_of, sign_checkpoint

    office = office_of(context)
    accepted = accepted_trust(office, trust)
    place = Directory(directory or office.home.checkpoints)
    signer = office.signer(by)
    with chain_of(office, node) as chain:
        signed = sign_checkpoint(
            chain,
            accepted.trust,
            signer,
            place,
            others=[place_of(text) for text in others or ()],
            is_first=first,
            seal=True,
        )
    statement = signed.statement
    if as_json:
        print_json({**statement.to_dict(), "is_new": signed.is_new, "recovered": signed.recovered})
        return
    if signed.recovered:
        office.out.print(
            tr(
                f"{signed.recovered} statements were fetched from copies",
                f"已从副本取回 {signed.recovered} 份声明",
            )
        )
    block, digest = statement.number, statement.block_hash.hex()
    office.out.print(
        tr(f"signed block {block}, {digest}", f"已签署区块 {block}，{digest}")
        if signed.is_new
        else tr(
            f"block {block} was signed before; nothing newer is due",
            f"区块 {block} 此前已签署；尚无新的到期区块",
        ),
        soft_wrap=True,
    )


@app.command(help=tr("compare what witnesses signed; 1: they differ", "比对见证人的声明；有分歧返回 1"))
def compare(
    context: typer.Context,
    places: Places = None,
    trust: TrustFile = None,
    proof: ProofFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare the statements of all witnesses: 0 they agree, 1 a fork or a conviction, 3 nothing there."""
    from ledger_client.checkpoints import compare as compare_statements

    office = office_of(context)
    accepted = accepted_trust(office, trust)
    chosen = places_of(office, places)
    found = compare_statements(accepted.trust, chosen)
    if not any(found.statements.values()):
        raise NoStatementsError(places=", ".join(place.name for place in chosen))
    if as_json:
        print_json(_comparison_dict(found))
    else:
        _print_comparison(office, found)
    if found.forks:
        _write_proof(found.forks[0], proof)
        raise typer.Exit(ALARM)


@app.command(
    help=tr(
        "watch a node and the witnesses; 1 and a line of JSON on alarm",
        "监视节点与见证人；报警时输出一行 JSON 并返回 1",
    )
)
def watch(
    context: typer.Context,
    places: Places = None,
    trust: TrustFile = None,
    node: Node = None,
    every: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help=tr("between two looks", "两次查看的间隔"))
    ] = 60.0,
    once: Annotated[bool, typer.Option("--once", help=tr("look once", "只查看一次"))] = False,
    patience: Annotated[
        float,
        typer.Option(metavar="SECONDS", help=tr("for which a node may be behind", "容许节点落后的时长")),
    ] = PATIENCE,
    proof: ProofFile = None,
) -> None:
    """Look at the node's chain and at all statements, again and again; the first alarm ends it."""
    from ledger_client.checkpoints import Monitor

    office = office_of(context)
    chosen = places_of(office, places)
    with chain_of(office, node) as chain:
        monitor = Monitor(chain, chosen)
        if once:
            _look_once(office, monitor, trust, ", ".join(place.name for place in chosen), proof)
            return
        alarm = _look_on(office, monitor, trust, every, patience)
    if alarm is not None:
        _raise_alarm(alarm, proof)


def _look_once(office: Office, monitor: Monitor, trust: Path | None, places: str, proof: Path | None) -> None:
    seen = monitor.look(accepted_trust(office, trust))
    if seen.alarms:
        _raise_alarm(seen.alarms[0], proof)
    if seen.troubles:
        raise seen.troubles[0]
    if seen.behind:
        raise NodeBehindError(height=seen.height, signed=seen.behind[-1].number)
    if seen.is_empty:
        raise NoStatementsError(places=places)
    office.out.print(_all_well(seen))


def _look_on(
    office: Office, monitor: Monitor, trust: Path | None, every: float, patience: float
) -> Alarm | None:
    """Look until there is an alarm, and return it; None when somebody ended it."""
    voice, looks = _Voice(), 0
    behind_since: float | None = None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        while True:
            seen = _look(monitor, office, trust, voice)
            looks += 1
            if seen is not None:
                if seen.alarms:
                    return seen.alarms[0]
                now = time.monotonic()
                if seen.height is not None:  # a node that is not seen is neither behind nor there
                    behind_since = (behind_since or now) if seen.behind else None
                if behind_since is not None and seen.behind and now - behind_since > patience:
                    return seen.behind[0]
            time.sleep(every)
    voice.say(tr(f"stopped after {looks} looks without an alarm", f"已停止：查看 {looks} 次，无报警"))
    return None


class _Voice:
    """Tells a person what changes, and what goes on for long, but not the same at every look."""

    def __init__(self) -> None:
        self._told = {"": 0.0}

    @staticmethod
    def say(sentence: str) -> None:
        """Print to stderr; whoever read it may be gone, and the monitor looks on all the same."""
        # Not by rich: when its reader is gone it ends the process with the exit code of an alarm.
        with suppress(OSError):
            typer.echo(sentence, err=True)

    def tell(self, sentences: list[str], otherwise: str) -> None:
        """Tell sentences that are new or were told long ago; `otherwise` where there are none any more."""
        now = time.monotonic()
        current = sentences or [otherwise]
        for sentence in dict.fromkeys(current):
            told = self._told.get(sentence)
            if told is None or (sentences and now - told > REMINDER):
                self.say(sentence)
                self._told[sentence] = now
        self._told = {sentence: self._told[sentence] for sentence in current}


def _look(monitor: Monitor, office: Office, trust: Path | None, voice: _Voice) -> Look | None:
    """Look; a monitor that cannot see for a while says so and goes on."""
    try:
        seen = monitor.look(accepted_trust(office, trust))
    except ShecangError as error:
        voice.tell([error.text()], "")
        return None
    sentences = [error.text() for error in seen.troubles]
    if seen.behind:
        sentences.append(NodeBehindError(height=seen.height, signed=seen.behind[-1].number).text())
    if seen.is_empty:
        sentences.append(
            tr("no witness has signed anything that could be compared", "尚无可供比对的见证声明")
        )
    voice.tell(sentences, tr("watching; no alarm", "监视中；无报警"))
    return seen


def _all_well(seen: Look) -> str:
    newest = seen.comparison.newest
    at = newest.number if newest else None
    return tr(
        f"no alarm: chain at block {seen.height}, newest checkpoint {at or 'none'}",
        f"无报警：链高 {seen.height}，最新检查点 {at or '无'}",
    )


def _raise_alarm(alarm: Alarm, proof: Path | None) -> None:
    """Tell an alarm in every way that works: whoever read stdout may be gone, and the disk may be full."""
    try:
        print_json(alarm.to_dict())
    except OSError:
        sys.stdout = None
    _Voice.say(alarm.text)
    if alarm.fork is not None:
        try:
            _write_proof(alarm.fork, proof)
        except ShecangError as error:
            _Voice.say(error.text())
    raise typer.Exit(ALARM)


def _write_proof(fork: Fork, path: Path | None) -> None:
    target = _new_proof(path or Path(f"fork-{fork.height}.json"), fork.to_bytes())
    _Voice.say(tr(f"the proof is in {target}", f"证明已写入 {target}"))


def _new_proof(path: Path, content: bytes) -> Path:
    """Write a proof into a new file, numbered where the name is taken; the same is left where it is."""
    from ledger_client.files import read_limited, write_new_private

    for number in range(1, PROOF_NAMES):
        target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            write_new_private(target, content)
        except FileExistsAlreadyError:
            with suppress(ShecangError):
                if read_limited(target, len(content)) == content:
                    return target
            continue
        return target
    raise FileExistsAlreadyError(path=path)


def _comparison_dict(found: Comparison) -> dict[str, Any]:
    return {
        "witnesses": {
            witness: {"statements": len(own), "newest": own[-1].number if own else None}
            for witness, own in found.statements.items()
        },
        "checkpoints": len(found.checkpoints),
        "newest": found.newest.number if found.newest else None,
        "forks": [
            {"height": fork.height, "accused": fork.accused, "en": fork.en, "zh": fork.zh}
            for fork in found.forks
        ],
    }


def _print_comparison(office: Office, found: Comparison) -> None:
    for witness, own in found.statements.items():
        newest = own[-1].number if own else None
        many = "1 statement" if len(own) == 1 else f"{len(own)} statements"
        en = f"{witness}: {many}, newest about block {newest}" if own else f"{witness}: none"
        zh = f"{witness}：{len(own)} 份声明，最新为区块 {newest}" if own else f"{witness}：无"
        office.out.print(tr(en, zh), soft_wrap=True)
    for fork in found.forks:
        office.out.print(fork.text, soft_wrap=True)
    newest_checkpoint = found.newest
    if newest_checkpoint is not None:
        number, count = newest_checkpoint.number, len(newest_checkpoint.statements)
        office.out.print(
            tr(
                f"newest checkpoint: block {number}, by {count} witnesses",
                f"最新检查点：区块 {number}，由 {count} 名见证人作证",
            )
        )
    elif not found.forks:
        office.out.print(tr("no block has enough statements yet", "尚无区块获得足够声明"))
