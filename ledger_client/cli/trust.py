"""`shecang trust`: the file that says what a verifier believes, and how it is accepted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._trusted import TrustFile, accepted_trust, trust_path, witness_address
from ledger_client.errors import UsageError
from ledger_client.home import Home
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.trust import Trust

app = typer.Typer(no_args_is_help=True, help=tr("what a verifier trusts", "核验者所信任的内容"))

EMBEDDED_SPACING = 16
"""K where a chain stands still between documents: as many empty blocks a checkpoint makes at most."""

NODE_SPACING = 100
"""K where blocks come by themselves."""

Witnesses = Annotated[
    list[str],
    typer.Option(
        "--witness",
        metavar="ADDRESS|KEY",
        help=tr("who vouches for blocks; once for each", "见证人；每人一次"),
    ),
]
Threshold = Annotated[
    int,
    typer.Option(
        "--threshold", metavar="K", help=tr("how many must sign; more than half", "须签署的人数；过半数")
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help=tr("file to write", "写入的文件"))
]


class FingerprintMissingError(UsageError):
    """An offer is to be accepted without its fingerprint."""

    en = (
        "{path} is not accepted without --fingerprint: ask the operator for it by paper or telephone, never "
        "from where the file came from"
    )
    zh = "未提供 --fingerprint，不接受 {path}：请以书面或电话向运营方索取指纹，切勿取自文件的同一来源"


@app.command(help=tr("write the trust file of this ledger", "写出本账本的信任文件"))
def init(
    context: typer.Context,
    witness: Witnesses,
    threshold: Threshold,
    output: Output,
    every: Annotated[
        int | None,
        typer.Option(metavar="BLOCKS", help=tr("blocks between two checkpoints", "检查点间隔的区块数")),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(metavar="BLOCKS", help=tr("blocks above a final one", "终局所需的上方区块数")),
    ] = None,
) -> None:
    """Write the offer that others accept, accept it here, and print its fingerprint."""
    from ledger_client.engines import EMBEDDED
    from ledger_client.files import FileExistsAlreadyError, write_new_private
    from ledger_client.trust import Accepted, Offer, Trust
    from ledger_client.trust.acceptance import write_accepted

    office = office_of(context)
    home = Home.existing(office.home.path)
    for path in (home.trust, output):
        if path.exists() or output.absolute() == home.trust.absolute():
            raise FileExistsAlreadyError(path=path)
    witnesses = [witness_address(office, text) for text in witness]
    with office.ledger() as ledger:
        engine, deployment = ledger.chain.engine, ledger.deployment
    usual = EMBEDDED_SPACING if engine is EMBEDDED else NODE_SPACING
    spacing = usual if every is None else every
    final_depth = engine.finality_depth if depth is None else depth
    trust = Trust.of(deployment, witnesses, threshold=threshold, spacing=spacing, final_depth=final_depth)
    write_new_private(output, Offer(trust).to_bytes())
    # Who deployed the ledger need not compare the record with itself.
    write_accepted(home.trust, Accepted(trust))
    _show(office, trust)
    office.out.print(
        tr(
            f"{output} is for those who verify; read its fingerprint to each of them by paper or telephone",
            f"{output} 供核验者使用；请以书面或电话将指纹告知每一位核验者",
        ),
        soft_wrap=True,
    )


@app.command(help=tr("print what a trust file says", "显示信任文件的内容"))
def show(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=tr("trust file", "信任文件"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))] = False,
) -> None:
    """Print fingerprint, chain, witnesses and spacing of a trust file, accepted or not."""
    from ledger_client.files import read_limited
    from ledger_client.trust.trust_file import TRUST_FILE_LIMIT, Accepted, read_trust

    office = office_of(context)
    path = trust_path(office, file)
    found = read_trust(read_limited(path, TRUST_FILE_LIMIT), str(path))
    head = found.head if isinstance(found, Accepted) else None
    if as_json:
        print_json(
            {
                "fingerprint": found.trust.fingerprint.hex(),
                "accepted": isinstance(found, Accepted),
                "head": {"number": head.number, "hash": head.hash.hex()} if head else None,
                "trust": found.trust.to_dict(),
            }
        )
        return
    _show(office, found.trust)
    if head:
        office.out.print(tr(f"verified up to block {head.number}", f"已核验至区块 {head.number}"))
    if not isinstance(found, Accepted):
        office.out.print(tr("not accepted yet", "尚未接受"))


@app.command(help=tr("accept a trust file whose fingerprint was compared", "接受已核对指纹的信任文件"))
def accept(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=tr("the offer", "运营方的文件"))],
    fingerprint: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS",
            help=tr("eight groups of eight digits, from paper or telephone", "八组八位，来自书面或电话"),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=tr(
                "accepted file; else trust.json of the home",
                "接受后的文件；默认为 trust.json",
            ),
        ),
    ] = None,
) -> None:
    """Accept an offer; a successor of the file in use needs the signatures of its witnesses instead."""
    from ledger_client.trust import accept as accept_offer
    from ledger_client.trust import accept_successor, parse_fingerprint, read_offer

    office = office_of(context)
    path = output or office.home.trust
    offer = read_offer(file)
    compared = None if fingerprint is None else parse_fingerprint(fingerprint)
    if offer.trust.predecessor is not None and path.is_file():
        trust = accept_successor(offer, path, str(file), compared)
    elif compared is None:
        raise FingerprintMissingError(path=file)
    else:
        trust = accept_offer(offer, compared, path, str(file))
    _show(office, trust)
    office.out.print(tr(f"accepted as {path}", f"已接受，存为 {path}"), soft_wrap=True)


@app.command(help=tr("write a successor with other witnesses", "写出更换见证人的后继文件"))
def succeed(
    context: typer.Context,
    witness: Witnesses,
    threshold: Threshold,
    output: Output,
    trust: TrustFile = None,
) -> None:
    """Write the successor of the trust file in use, for its witnesses to approve."""
    from ledger_client.files import write_new_private
    from ledger_client.trust import Offer

    office = office_of(context)
    before = accepted_trust(office, trust).trust
    witnesses = [witness_address(office, text) for text in witness]
    successor = before.succeeded_by(witnesses, threshold=threshold)
    write_new_private(output, Offer(successor).to_bytes())
    _show(office, successor)
    office.out.print(
        tr(
            f"{before.threshold} of the old witnesses approve it with `shecang trust approve {output}`",
            f"须由 {before.threshold} 名原见证人以 `shecang trust approve {output}` 同意",
        ),
        soft_wrap=True,
    )


@app.command(help=tr("approve a successor as one of the old witnesses", "以原见证人身份同意后继文件"))
def approve(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=tr("the successor", "后继文件"))],
    by: Annotated[str, typer.Option("--by", metavar="KEY", help=tr("key of the witness", "见证人的密钥"))],
    trust: TrustFile = None,
) -> None:
    """Add a witness's signature to a successor; whoever collects them hands the file out."""
    from ledger_client.trust import add_approval

    office = office_of(context)
    before = accepted_trust(office, trust).trust
    offer = add_approval(file, before, office.signer(by))
    # What was approved is shown: compare it with what the operator and the other witnesses say.
    _show(office, offer.trust)
    count = len(offer.approvals)
    office.out.print(
        tr(
            f"{count} of the {before.threshold} approvals that are needed",
            f"已有 {count} 份同意，需 {before.threshold} 份",
        )
    )


def _show(office: Office, trust: Trust) -> None:
    from ledger_client.trust import fingerprint_groups

    shown, count = fingerprint_groups(trust.fingerprint), len(trust.witnesses)
    genesis, k, spacing, depth = trust.genesis_hash.hex(), trust.threshold, trust.spacing, trust.final_depth
    final, final_zh = "each is final at once", "每个区块即时终局"
    if depth:
        final, final_zh = f"one under {depth} others is final", f"其上有 {depth} 个区块即为终局"
    for en, zh in (
        (f"fingerprint {shown}", f"指纹 {shown}"),
        (
            f"chain {trust.chain_id}, genesis {genesis}, ledger {trust.ledger}",
            f"链 {trust.chain_id}，创世区块 {genesis}，账本 {trust.ledger}",
        ),
        (
            f"{k} of {count} witnesses vouch for one block in {spacing}; {final}",
            f"每 {spacing} 个区块由 {count} 名见证人中的 {k} 名作证一次；{final_zh}",
        ),
        *((f"witness {witness}", f"见证人 {witness}") for witness in trust.witnesses),
    ):
        office.out.print(tr(en, zh), soft_wrap=True)
