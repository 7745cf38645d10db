"""Who and what there is in the sample city. Everything here is invented but the codes of the divisions.

Every id follows from what is written here, so that two runs give the same city: key files are random, and no
id depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ledger_client.divisions import DivisionId
from ledger_client.documents import CHINA_OFFSET, Timestamp, day_number
from ledger_client.identifiers import (
    ConsigneeId,
    IssuerId,
    ItemId,
    SiteId,
    SupplierId,
    batch_digest,
    consignee_id,
    issuer_id,
    supplier_id,
)
from ledger_client.keccak import keccak
from ledger_client.lines import LotAttributes
from ledger_client.roles import Role

FIRST_DAY = date(2026, 9, 1)

COUNTRY, PROVINCE, CITY = DivisionId(0), DivisionId(42), DivisionId(4201)
EAST_DISTRICT, WEST_DISTRICT = DivisionId(420102), DivisionId(420103)
EAST_STREET, WEST_STREET = DivisionId(420102001), DivisionId(420103001)
EAST, NORTH = DivisionId(420102001001), DivisionId(420102001002)
WEST = DivisionId(420103001001)

DIVISIONS: dict[DivisionId, tuple[str, str]] = {
    PROVINCE: ("湖北省", "Hubei"),
    CITY: ("武汉市", "Wuhan"),
    EAST_DISTRICT: ("江岸区", "Jiang'an District"),
    WEST_DISTRICT: ("江汉区", "Jianghan District"),
    EAST_STREET: ("样例东街道", "Sample East Street"),
    WEST_STREET: ("样例西街道", "Sample West Street"),
    EAST: ("样例东城社区", "Sample East Community"),
    NORTH: ("样例北门社区", "Sample North Gate Community"),
    WEST: ("样例西城社区", "Sample West Community"),
}

EAST_GOVERNMENT = SiteId(420102001001101)
EAST_AGREEMENT = SiteId(420102001001201)
NORTH_ENTERPRISE = SiteId(420102001002301)
NORTH_HOUSEHOLDS = SiteId(420102001002401)
WEST_GOVERNMENT = SiteId(420103001001101)
WEST_MERCHANT = SiteId(420103001001501)

SITES: dict[SiteId, tuple[str, str]] = {
    EAST_GOVERNMENT: ("东城社区政府储备点", "East Community government store"),
    EAST_AGREEMENT: ("东城社区协议超市", "East Community supermarket under agreement"),
    NORTH_ENTERPRISE: ("北门社区企业代储仓", "North Gate store held by an enterprise"),
    NORTH_HOUSEHOLDS: ("北门社区家庭储备汇总", "North Gate households, pooled"),
    WEST_GOVERNMENT: ("西城社区政府储备点", "West Community government store"),
    WEST_MERCHANT: ("西城社区便民药房", "West Community pharmacy"),
}

CLINIC: ConsigneeId = consignee_id("local", "EASTCLINIC")
CHECKPOINT: ConsigneeId = consignee_id("local", "EASTCHECKPOINT")
CONSIGNEES: dict[ConsigneeId, tuple[DivisionId, str, str]] = {
    CLINIC: (EAST_DISTRICT, "样例东城卫生服务站", "Sample East health station"),
    CHECKPOINT: (EAST_DISTRICT, "样例东城卡口", "Sample East checkpoint"),
}

SOUND: SupplierId = supplier_id("uscc", "91420100MA4KXMPL1B")
LAPSED: SupplierId = supplier_id("uscc", "91420100MA4KXMPL2E")
SUPPLIERS: dict[SupplierId, tuple[str, str]] = {
    SOUND: ("样例康护用品厂", "Sample Sound Supplies"),
    LAPSED: ("样例速通贸易行", "Sample Lapsed Trading"),
}
BUREAU: IssuerId = issuer_id("uscc", "11420100XMPL0001TC")

MEDICAL_DEVICE = 1
DISINFECTANT = 3
MASKS, GOWNS, ALCOHOL = ItemId(299_0101_10001), ItemId(299_0103_10001), ItemId(299_0201_10001)
ITEMS: dict[ItemId, tuple[str, str, str, int]] = {
    MASKS: ("医用外科口罩（盒）", "Surgical masks (box)", "XBX", MEDICAL_DEVICE),
    GOWNS: ("一次性隔离衣（件）", "Disposable gowns (piece)", "H87", MEDICAL_DEVICE),
    ALCOHOL: ("75%酒精（瓶）", "Alcohol 75 % (bottle)", "XBO", DISINFECTANT),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a key and grants: (role, division, subject)."""

    name: str
    role: Role
    divisions: tuple[DivisionId, ...]
    subject: int = 0


HOLDERS = (
    Holder("city-authority", Role.AUTHORITY, (CITY,)),
    Holder("keeper-east", Role.KEEPER, (EAST,)),
    Holder("keeper-north", Role.KEEPER, (NORTH,)),
    Holder("keeper-west", Role.KEEPER, (WEST,)),
    Holder("second-keeper", Role.KEEPER, (EAST_DISTRICT, WEST_DISTRICT)),
    Holder("approver-east", Role.APPROVER, (EAST_DISTRICT,)),
    Holder("approver-west", Role.APPROVER, (WEST_DISTRICT,)),
    Holder("approver-city", Role.APPROVER, (CITY,)),
    Holder("settler-city", Role.APPROVER, (CITY,)),
    Holder("bureau", Role.ISSUER, (COUNTRY,), BUREAU),
    Holder("sound-supplies", Role.SUPPLIER, (CITY,), SOUND),
    Holder("lapsed-trading", Role.SUPPLIER, (CITY,), LAPSED),
    Holder("auditor-east", Role.AUDITOR, (EAST_DISTRICT,)),
)


def at(day: int, hour: int = 9) -> int:
    """Return a time of the story, seconds since 1970: day 0 is the first, hours are those of the city."""
    moment = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), UTC)
    return int(moment.timestamp()) - CHINA_OFFSET + hour * 3_600


def on(day: int) -> Timestamp:
    """Return a day of the story as a claimed time that gives the day only."""
    return Timestamp.of_day(FIRST_DAY + timedelta(days=day))


def id_of(what: str) -> bytes:
    """Return the client id of a document of the story."""
    return keccak(b"shecang/demo/1 " + what.encode())


MASK_LOT = LotAttributes(item=MASKS, source=SOUND, batch=batch_digest("M-2607"))
GOWN_LOT = LotAttributes(item=GOWNS, source=SOUND, batch=batch_digest("G-2608"))
BAD_MASK_LOT = LotAttributes(item=MASKS, source=LAPSED, batch=batch_digest("Q-0001"))
ALCOHOL_LOT = LotAttributes(
    item=ALCOHOL,
    source=SOUND,
    batch=batch_digest("A-2503"),
    expires=day_number(FIRST_DAY + timedelta(days=10)),
)
