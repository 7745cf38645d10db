"""`/v1/sites/{site}/stock-card/proofs`: how far the rows of a stock card are proved.

Apart from the other routes of sites: it asks the node, so that it is made by no page process.
"""

from __future__ import annotations

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.parameters import SiteParameter
from api.problems import Problem
from api.proving import ProofsDep
from api.reading import ReadingDep
from api.resources import Resource
from api.schemas.common import Name
from api.schemas.proofs import CardProofs

router = Resource(prefix="/sites", tags=["sites"])


@router.get(
    "/{site}/stock-card/proofs",
    operation_id="read_card_proofs",
    summary="How far a site's stock card is proved",
    responses=Problem.responses(401, 403, 404),
)
def read_card_proofs(
    caller: CallerDep, reading: ReadingDep, proofs: ProofsDep, site: SiteParameter
) -> CardProofs:
    """Compare the documents of a site with its journal on chain, and say up to which entry they are the same.

    What it costs follows what was recorded since it was asked last: the words up to there are kept for five
    minutes. Whoever does not believe the server takes `/v1/evidence/{site}` and `shecang verify`.
    """
    caller.require(Scope.READ, site)
    found, stamp = proofs.of(site)
    name = Name.of(reading.name("site", site, found.site.name))
    return CardProofs.of(str(site), name, found, stamp)
