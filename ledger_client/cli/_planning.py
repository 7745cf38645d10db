"""How `shecang reallocate propose` plans, what it prints, and what it submits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ledger_client.anchors import keep_plan
from ledger_client.city import city_of, facts_of_index
from ledger_client.cli._allocation import Words
from ledger_client.cli._office import Office, keep_unsigned, print_json
from ledger_client.cli._plan_words import Planned, Wanted, short_key, tell_plan
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.distance_file import read_distances
from ledger_client.divisions import DivisionId, contains
from ledger_client.drafting import Turned, record_turned, turn_drafts
from ledger_client.identifiers import SiteId
from ledger_client.language import tr
from ledger_client.matching import Distances
from ledger_client.planning import plan_of_index
from ledger_client.plans import keep_submitted, planned_client_id
from ledger_client.roles import Role
from ledger_client.seats import SITE_SPAN
from ledger_client.writing import Party

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Prepared

BATCH = 50
"""Proposals that are signed and sent at once."""


def run_propose(office: Office, wanted: Wanted) -> None:
    """Plan, print, and submit where that was wanted."""
    with office.ledger() as ledger:
        sites = ledger.index().sites()
        distances = read_distances(wanted.distances, sites) if wanted.distances else Distances()
        words = Words(ledger)
        parties = _Parties(office, ledger, wanted.keeper) if wanted.submits else None
        turned = _turn(ledger, distances)
        if parties is not None:
            _record_drafts(ledger, turned, parties)
        planned = _planned(ledger, wanted, distances, turned)
        if wanted.output is not None:
            keep_plan(wanted.output, planned.made.kept)
        tell_plan(office, words, wanted, planned)
        if wanted.bounds:
            _tell_bound(planned, wanted)
        if parties is not None:
            _submit(ledger, wanted, planned, parties)


def _turn(ledger: Ledger, distances: Distances) -> Turned:
    facts = facts_of_index(ledger.index_engine, ledger.deployment.offset)
    return turn_drafts(ledger, city_of(facts, distances), facts.time)


def _record_drafts(ledger: Ledger, turned: Turned, parties: _Parties) -> None:
    """Record what drafts became at sites of the keeper."""
    if turned.requests:
        sites = {request.site: parties.at(request.site) for request in turned.requests}
        keepers = {site: party for site, party in sites.items() if party is not None}
        record_turned(ledger, turned, keepers)


def _planned(ledger: Ledger, wanted: Wanted, distances: Distances, turned: Turned) -> Planned:
    ledger.index()
    # What drafts became is on the ledger where it is submitted; else it is only looked at.
    more = () if wanted.submits else turned.requests
    made = plan_of_index(ledger.index_engine, ledger.deployment.offset, wanted.profile, distances, more)
    return Planned(made, made.within(wanted.place), turned)


# ------------------------------------------------------------------------------------------------ the bound


def _tell_bound(planned: Planned, wanted: Wanted) -> None:
    """Say how near the plan is to the best one, item by item summed up by weight."""
    from ledger_client.bounds import BoundMissingError, measure

    try:
        found = measure(planned.made.city, wanted.profile, planned.made.plan)
    except BoundMissingError as error:
        typer.echo(error.text(), err=True)
        return
    if wanted.as_json:
        print_json({"planned": str(found.planned), "most": str(found.most), "share": found.share})
        return
    share = f"{found.share / 100:.2f}"
    typer.echo(
        tr(
            f"Weighted by urgency and need, the plan fills {share}% of the most that could be filled today.",
            f"按紧急程度和需求加权，该方案达到当前可满足上限的 {share}%。",
        )
    )


# ------------------------------------------------------------------------------------------------ submitting


class _Parties:
    """The keeper on the grant nearest to a site, the key opened once; None where it has none over it."""

    def __init__(self, office: Office, ledger: Ledger, name: str) -> None:
        self._signer = office.signer_or_absent(name)
        now = ledger.now()
        self._held = [
            DivisionId(grant.division)
            for grant in ledger.index().grants(self._signer.address)
            if grant.role == Role.KEEPER and grant.is_standing and grant.from_ <= now
        ]

    def at(self, *sites: int) -> Party | None:
        """Return the keeper on a grant over one of these sites, over the first of them if it can be."""
        for site in sites:
            over = [each for each in self._held if contains(each, DivisionId(site // SITE_SPAN))]
            if over:
                return Party(self._signer, max(over))
        return None


def _submit(ledger: Ledger, wanted: Wanted, planned: Planned, parties: _Parties) -> None:
    """Keep the plan, and record as proposals what lies with the keeper."""
    anchor = planned.made.kept.parts.anchor
    mine: list[Prepared] = []
    elsewhere = 0
    for each in planned.proposals:
        proposal = each.proposal
        party = parties.at(proposal.receiver, proposal.giver)
        if party is None:
            elsewhere += 1
            continue
        mine.append(
            ledger.reallocation.propose(
                proposal.request,
                SiteId(proposal.giver),
                each.lots,
                anchor=anchor,
                client_id=planned_client_id(anchor, proposal),
                keeper=party,
            )
        )
    path = keep_submitted(ledger.home, planned.made.kept) if mine else None
    keep_unsigned(ledger, mine, wanted.as_json)
    for at in range(0, len(mine), BATCH):
        batch = mine[at : at + BATCH]
        for call, entry in zip(batch, ledger.write(batch, check=at == 0), strict=True):
            _tell_submitted(call.key, entry.block_number, wanted.as_json)
    if not wanted.as_json:
        _tell_kept(path, len(mine), elsewhere)


def _tell_submitted(key: int, block: int | None, as_json: bool) -> None:
    if as_json:
        print_json({"proposal": f"{key:0{KEY_DIGITS}x}", "block": block})
        return
    typer.echo(tr(f"proposed {short_key(key)}, block {block}", f"已提出 {short_key(key)}，区块 {block}"))


def _tell_kept(path: Path | None, mine: int, elsewhere: int) -> None:
    if path is not None:
        typer.echo(
            tr(
                f"proposals recorded: {mine:,}; the plan is kept in {path} for whoever rechecks them",
                f"已记录 {mine:,} 个方案；完整方案保存在 {path}，供核对",
            )
        )
    if elsewhere:
        typer.echo(
            tr(
                f"{elsewhere:,} proposals lie between sites of other keepers, who submit them",
                f"另有 {elsewhere:,} 个方案属其他保管员的储备点，由其提交",
            )
        )
    if path is None and not elsewhere:
        typer.echo(tr("nothing to propose", "没有可提出的方案"))
