"""Who must and must not do what: 责任清单 and 负面清单 of the community's stock; who may: `permissions`.

`DUTIES` (responsibility list) says what a role owes, by which rule, until when. `BANS` (negative list) says
what nobody in a role may do, and what stops it.

Example:
    >>> [each.en for each in duties_of(Role.SUPPLIER)][-1]
    'sign for what it delivers and keep its certificates valid'
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.language import tr
from ledger_client.roles import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """What a role must do.

    Attributes:
        role: Whose; NONE for everybody who holds a key.
        en: What, in English.
        zh: What, in Chinese.
        rule: Why, in English and Chinese.
        deadline: Until when, in English and Chinese.
    """

    role: Role
    en: str
    zh: str
    rule: tuple[str, str]
    deadline: tuple[str, str]

    @property
    def label(self) -> str:
        """The duty in the language in force."""
        return tr(self.en, self.zh)


@dataclass(frozen=True, slots=True)
class Ban:
    """What a role must not do.

    Attributes:
        role: Whose; NONE for everybody.
        en: What, in English.
        zh: What, in Chinese.
        kept_by: What stops or finds it, in English and Chinese.
    """

    role: Role
    en: str
    zh: str
    kept_by: tuple[str, str]

    @property
    def label(self) -> str:
        """The ban in the language in force."""
        return tr(self.en, self.zh)


_A, _K, _P = Role.AUTHORITY, Role.KEEPER, Role.APPROVER

_SEVEN_DAYS = ("7 days after it occurred; later it is late for ever", "发生后 7 日内；逾期永久标记为补录")

DUTIES: tuple[Duty, ...] = (
    Duty(
        Role.NONE,
        "report a key that is lost or stolen, with the time since when it may be",
        "密钥丢失或被盗时立即报告主管，并说明可能的起始时间",
        (
            "what it signed since is a finding; its grants are suspended at once",
            "其后的签署列为发现，授权即时暂停",
        ),
        ("at once", "立即"),
    ),
    Duty(
        Role.NONE,
        "object to the replacement of a key that is neither lost nor stolen",
        "密钥并未丢失或被盗时，对更换提出异议",
        ("an objection sends the case one level up", "异议由上一级裁决"),
        ("before the delay D has passed", "等待期 D 届满前"),
    ),
    Duty(
        _A,
        "look at every grant that a lower authority made",
        "审查下级主管作出的每项授权",
        ("a veto is possible only before a grant acts", "仅在授权生效前可否决"),
        ("the delay D of the ledger", "账本的等待期 D"),
    ),
    Duty(
        _A,
        "revoke the grants of who leaves",
        "撤销离任者的授权",
        ("a revocation acts at once and binds from then on", "撤销即时生效"),
        ("the same day", "当日"),
    ),
    Duty(
        _A,
        "propose the replacement of a key that is lost or stolen, and execute it when D has passed",
        "对丢失或被盗的密钥提出更换，等待期 D 后执行",
        ("only grants at or below its own division are moved", "仅移交本级区划及其下级的授权"),
        ("the same day", "当日"),
    ),
    Duty(
        _A,
        "decide on objections to a key replacement",
        "裁决密钥更换异议",
        ("without a decision the grants stay suspended", "未裁决则授权一直暂停"),
        ("twice the delay D", "两倍等待期 D"),
    ),
    Duty(
        _A,
        "suspend or revoke the accreditation of an issuer that is not to be trusted",
        "签发方不可信时暂停或撤销其认可",
        ("its qualifications count no more; division 0 does it", "其签发的资质不再有效；由全国主管办理"),
        ("as soon as it is known", "知悉后立即"),
    ),
    Duty(
        _A,
        "set floors, callable terms and count cycles, each with the decision that it follows",
        "设定保底量、调用条件和盘点周期，并附依据文件",
        (
            "they take effect now or later, never in the past; without terms a site gives nothing",
            "即时或日后生效，不得追溯；未设调用条件的储备点不得调出",
        ),
        ("before they are needed", "需用之前"),
    ),
    Duty(
        _A,
        "end an emergency when the danger is past",
        "险情解除时结束应急状态",
        (
            "it lasts 30 days at most, and only the level above declares it again",
            "最长 30 日，再次宣布须由上级",
        ),
        ("at once", "立即"),
    ),
    Duty(
        _K,
        "record every movement of stock",
        "记录每一次出入库",
        ("what is not on the card is not there", "账上没有即视为没有"),
        _SEVEN_DAYS,
    ),
    Duty(
        _K,
        "record what arrives, also what is unqualified: it is held",
        "到货一律记录；无有效资质的记为暂扣",
        ("what arrives is recorded; what is not qualified cannot be used", "到货即记，无资质不得使用"),
        _SEVEN_DAYS,
    ),
    Duty(
        _K,
        "accept a consignment, naming every exception with a reason",
        "验收在途货物，逐项写明差异及原因",
        ("nothing is accepted by silence", "沉默不视为验收"),
        ("the deadline of the dispatch; 7 days after it the goods go back", "发运期限；逾期 7 日货物退回"),
    ),
    Duty(
        _K,
        "count with a second keeper",
        "由两名保管员共同盘点",
        (
            "a count has two signatures and a place in the journal; a site whose count is overdue gives "
            "nothing without an approver's reason",
            "盘点须双签并绑定账簿位置；盘点逾期的储备点，审批人未注明原因不得调出",
        ),
        ("the count cycle of the category", "该类别的盘点周期"),
    ),
    Duty(
        _K,
        "ask in time for what a site lacks, saying by when it is needed",
        "储备不足时及时申请，并写明需用时间",
        (
            "above three times the floor a reason is given; what is no longer needed is withdrawn",
            "超过保底量三倍须注明原因；不再需要的应撤回",
        ),
        ("before the day of need", "需用时间之前"),
    ),
    Duty(
        _K,
        "name the proposal in a delivery, and show what was recorded",
        "交付单据引用调剂方案，并在记录后出示",
        ("a delivery counts for its request once it is shown", "出示后方计入申请"),
        ("with the delivery", "交付时"),
    ),
    Duty(
        _K,
        "take expired, held and recalled lots out of use",
        "停用过期、暂扣、被召回的批次",
        ("they leave only by write-off or to a disposal site", "仅可核销或发运至处置点"),
        ("at once", "立即"),
    ),
    Duty(
        _P,
        "decide on held lots: release with a reason, or have them written off",
        "处理暂扣批次：注明原因放行，或核销",
        ("the override stays visible for ever", "放行记录永久可见"),
        ("7 days after the receipt", "收货后 7 日内"),
    ),
    Duty(
        _P,
        "settle what is missing",
        "处理在途差异",
        ("found at sender, found at receiver, or lost", "在发出方找到、在接收方找到或确认丢失"),
        ("7 days after the acceptance", "验收后 7 日内"),
    ),
    Duty(
        _P,
        "decide on proposals, or reject them with a reason",
        "决定调剂方案：批准，或注明原因驳回",
        (
            "after its time the next level up may decide too",
            "期限届满后上一级亦可决定",
        ),
        (
            "3 days (routine), 1 day (urgent), 4 hours (critical)",
            "常规 3 日，紧急 1 日，特急 4 小时",
        ),
    ),
    Duty(
        Role.ISSUER,
        "suspend or revoke a qualification whose ground is gone",
        "资质依据消失时暂停或撤销",
        ("the time of effect may lie in the past", "生效时间可追溯"),
        ("as soon as it is known", "知悉后立即"),
    ),
    Duty(
        Role.ISSUER,
        "recall dangerous lots of its categories, all of a batch",
        "召回所属类别的危险批次，须涵盖同批全部批次",
        ("a lot left out is a finding of the audit", "遗漏批次由审计发现"),
        ("at once", "立即"),
    ),
    Duty(
        Role.SUPPLIER,
        "sign for what it delivers and keep its certificates valid",
        "为交货签名，并保持证照有效",
        ("goods without its signature are held", "无供应商签名的货物暂扣"),
        ("with the delivery", "交货时"),
    ),
    Duty(
        Role.AUDITOR,
        "replay the events against index and storage",
        "以事件重放核对索引与链上存储",
        ("an audit names the first document after which they differ", "审计指出首张出现差异的单据"),
        ("as the audited division orders", "按被审计区划安排"),
    ),
)
"""What each role owes."""

_CONTRACT = ("refused by the ledger", "账本拒绝")
_AUDIT = ("found by the audit", "由审计发现")

BANS: tuple[Ban, ...] = (
    Ban(
        Role.NONE,
        "hold two kinds of roles with one key: a key belongs for life to one class",
        "一把密钥兼任不同类别的角色（密钥终身属于一个类别）",
        _CONTRACT,
    ),
    Ban(
        Role.NONE,
        "put names, telephone numbers, addresses or identity numbers on chain",
        "将姓名、电话、住址、证件号码写入链上",
        ("the ledger has no field for them", "账本没有此类字段"),
    ),
    Ban(Role.NONE, "change or delete a document", "更改或删除单据", _CONTRACT),
    Ban(_A, "record movements of stock", "记录出入库", _CONTRACT),
    Ban(_A, "act outside its division", "越出所授区划行事", _CONTRACT),
    Ban(
        _A,
        "close its own division, or revoke an equal below division 0",
        "关闭本级区划或撤销同级主管（全国除外）",
        _CONTRACT,
    ),
    Ban(
        _A,
        "set norms on the grant of a community, or backwards in time",
        "以社区授权或追溯设定标准",
        _CONTRACT,
    ),
    Ban(
        _A,
        "prolong an emergency that it declared itself, below division 0",
        "自行延长本级宣布的应急状态（全国除外）",
        _CONTRACT,
    ),
    Ban(
        _K, "issue, hand over or repack held, recalled or expired lots", "动用暂扣、召回或过期批次", _CONTRACT
    ),
    Ban(_K, "release what it received", "放行自己收入的货物", _CONTRACT),
    Ban(_K, "record a gain, write-off or late document alone", "单独记录盘盈、核销或补录", _CONTRACT),
    Ban(_K, "take more out than there is", "超出结存出库", _CONTRACT),
    Ban(_K, "state a false expected quantity in a count", "盘点时虚报账面数量", _AUDIT),
    Ban(
        _K,
        "decide on a proposal, or have more count for it than was approved",
        "决定调剂方案，或使计入方案的交付超出批准量",
        _CONTRACT,
    ),
    Ban(_P, "settle a consignment that it signed for", "处理本人签过的在途单", _CONTRACT),
    Ban(_P, "move stock without its keeper", "绕过保管员动用库存", _CONTRACT),
    Ban(
        _P,
        "approve what leaves a giver below its floor or above its callable share",
        "批准使调出方低于保底量或超出可调用比例的方案",
        _CONTRACT,
    ),
    Ban(
        _P,
        "decide on a proposal before its turn, after the day of need, or twice",
        "未到本级、逾需用时间或重复决定调剂方案",
        _CONTRACT,
    ),
    Ban(Role.ISSUER, "qualify for a category without accreditation", "超出认可类别签发资质", _CONTRACT),
    Ban(Role.ISSUER, "improve a qualification backwards in time", "追溯改善资质", _CONTRACT),
    Ban(Role.SUPPLIER, "qualify itself, or reverse a receipt", "自行取得资质或冲销收货", _CONTRACT),
    Ban(Role.AUDITOR, "change anything", "作出任何更改", _CONTRACT),
)
"""What each role must not do."""


def duties_of(role: Role) -> list[Duty]:
    """Return what a role must do, what everybody must included."""
    return [each for each in DUTIES if each.role in (role, Role.NONE)]


def bans_of(role: Role) -> list[Ban]:
    """Return what a role must not do, what nobody may do included."""
    return [each for each in BANS if each.role in (role, Role.NONE)]
