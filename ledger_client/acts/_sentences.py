"""The first sentence of every act: English, Chinese. In braces the arguments of the function, by name."""

from __future__ import annotations

from collections.abc import Mapping

HEADLINES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("Directory", "registerDivision"): (
        "Register {division_} as {name}.",
        "登记{division_}：{name}。",
    ),
    ("Directory", "closeDivision"): (
        "Close {division_} for good; its successor is {successor}.",
        "永久关闭{division_}；承接者：{successor}。",
    ),
    ("Directory", "registerSite"): (
        "Register {site_} as {name}{disposal}.",
        "登记{site_}：{name}{disposal}。",
    ),
    ("Directory", "closeSite"): (
        "Close {site_} for good; its successor is {successor}.",
        "永久关闭{site_}；承接者：{successor}。",
    ),
    ("Directory", "registerConsignee"): (
        "Register consignee {consignee_} in {division_} as {name}.",
        "在{division_}登记领用单位 {consignee_}：{name}。",
    ),
    ("Directory", "closeConsignee"): (
        "Close consignee {consignee_} for good.",
        "永久关闭领用单位 {consignee_}。",
    ),
    ("Directory", "grant"): (
        "Grant {holder} the role {role} for {division_}{subject}; it acts after the ledger's delay.",
        "授予 {holder} 在{division_}的{role}角色{subject}；待账本规定的期限过后生效。",
    ),
    ("Directory", "revoke"): (
        "Revoke the role {role} of {holder} for {division_}{subject}, at once.",
        "立即撤销 {holder} 在{division_}的{role}角色{subject}。",
    ),
    ("Directory", "veto"): (
        "Veto the grant of the role {role} to {holder} for {division_}{subject}.",
        "否决授予 {holder} 在{division_}的{role}角色{subject}。",
    ),
    ("Directory", "acceptClass"): (
        "Join the class of the role {role}, for life.",
        "加入{role}角色类别（终身）。",
    ),
    ("Directory", "proposeReplacement"): (
        "Move these grants from {oldHolder}, which are suspended at once, to {newHolder} after the ledger's "
        "delay:",
        "下列授权立即暂停，待账本规定的期限过后由 {oldHolder} 转给 {newHolder}：",
    ),
    ("Directory", "objectToReplacement"): (
        "Object to replacement {replacement} of the signer's own key.",
        "对更换签署人自己密钥的第 {replacement} 号更换提出异议。",
    ),
    ("Directory", "decideReplacement"): (
        "Decide on the objection to replacement {replacement}, for good: {uphold}.",
        "就第 {replacement} 号更换的异议作出终局决定：{uphold}。",
    ),
    ("Directory", "executeReplacement"): (
        "Carry out replacement {replacement}: its grants move to the new key.",
        "执行第 {replacement} 号更换：其授权转给新密钥。",
    ),
    ("SupplierRegistry", "registerSupplier"): (
        "Register supplier {supplier} as {name}; that alone qualifies it for nothing.",
        "登记供应商 {supplier}：{name}；登记本身不授予任何资质。",
    ),
    ("SupplierRegistry", "registerIssuer"): (
        "Register issuer {issuer} as {name}.",
        "登记资质签发方 {issuer}：{name}。",
    ),
    ("SupplierRegistry", "accredit"): (
        "Accredit issuer {issuer} for {category}, from {from} until {until}.",
        "认可资质签发方 {issuer} 签发{category}的资质，自 {from} 至 {until}。",
    ),
    ("SupplierRegistry", "renewAccreditation"): (
        "Extend the accreditation of issuer {issuer} for {category} until {until}.",
        "将资质签发方 {issuer} 对{category}的认可延长至 {until}。",
    ),
    ("SupplierRegistry", "suspendAccreditation"): (
        "Suspend the accreditation of issuer {issuer} for {category}.",
        "暂停资质签发方 {issuer} 对{category}的认可。",
    ),
    ("SupplierRegistry", "reinstateAccreditation"): (
        "Let the accreditation of issuer {issuer} for {category} count again, from now on.",
        "即日起恢复资质签发方 {issuer} 对{category}的认可。",
    ),
    ("SupplierRegistry", "revokeAccreditation"): (
        "Revoke the accreditation of issuer {issuer} for {category}, for good.",
        "永久撤销资质签发方 {issuer} 对{category}的认可。",
    ),
    ("SupplierRegistry", "issueQualification"): (
        "Issuer {issuer} qualifies supplier {supplier} for {category}, grade {grade}, from {from} until "
        "{until}, on the certificate of digest {certificateDigest}.",
        "资质签发方 {issuer} 向供应商 {supplier} 签发{category}的资质，等级 {grade}，自 {from} 至 {until}，"
        "证书摘要 {certificateDigest}。",
    ),
    ("SupplierRegistry", "renewQualification"): (
        "Extend qualification {qualification} until {until}, with grade {grade}.",
        "将资质 {qualification} 延长至 {until}，等级 {grade}。",
    ),
    ("SupplierRegistry", "suspendQualification"): (
        "Suspend qualification {qualification}.",
        "暂停资质 {qualification}。",
    ),
    ("SupplierRegistry", "reinstateQualification"): (
        "Let qualification {qualification} count again, from now on.",
        "即日起恢复资质 {qualification}。",
    ),
    ("SupplierRegistry", "revokeQualification"): (
        "Revoke qualification {qualification}, for good.",
        "永久撤销资质 {qualification}。",
    ),
    ("Catalogue", "registerItem"): (
        "Register {item_} as {name}, in units of {unit}; suppliers need {qualificationCategory}, shelf life "
        "{shelfLife}{serial}.",
        "登记{item_}：{name}，单位 {unit}；供应商须具备{qualificationCategory}，保质期 {shelfLife}{serial}。",
    ),
    ("Catalogue", "setFactor"): (
        "State, once and for ever, that one unit of {pack} holds {factor_} units of {unit}.",
        "规定（不可更改）：一单位{pack}含 {factor_} 单位{unit}。",
    ),
    ("Norms", "setFloors"): (
        "Set what {site} must keep, in base units:",
        "设定{site}的保底量（基本单位）：",
    ),
    ("Norms", "setTerms"): (
        "Set the terms of sites of mode {mode} in {division}: callable share {share}, notice "
        "{noticeDays} days.",
        "设定{division}内{mode}储备点的条件：可调用比例 {share}，通知期 {noticeDays} 天。",
    ),
    ("Norms", "setCycles"): (
        "Set how often {site} counts what it has:",
        "设定{site}的盘点周期：",
    ),
    ("Norms", "declareEmergency"): (
        "Declare an emergency in {division}, from now until {until}.",
        "宣布{division}进入应急状态，即刻起至 {until}。",
    ),
    ("Norms", "endEmergency"): (
        "End the emergency of {division}, now.",
        "即刻结束{division}的应急状态。",
    ),
    ("Norms", "proveCount"): (
        "Show the recorded count {key}, so that what it counted is no longer overdue:",
        "出示已记录的盘点 {key}，使所盘内容不再逾期：",
    ),
    ("Reallocation", "request"): (
        "Ask for {quantity} of {item} for {site} until {neededBy}, {urgency}{consignee}.",
        "{site}申请{item} {quantity}，最迟 {neededBy}，{urgency}{consignee}。",
    ),
    ("Reallocation", "withdrawRequest"): (
        "Withdraw request {key}; what is on its way for it still counts.",
        "撤回申请 {key}；在途物资仍计入。",
    ),
    ("Reallocation", "propose"): (
        "Propose for request {request} that {giver} gives:",
        "就申请 {request} 提出由{giver}调出：",
    ),
    ("Reallocation", "withdraw"): (
        "Withdraw, as {role} with the grant for {division}, what is not yet delivered of proposals:",
        "以{role}身份（授权：{division}）撤回下列调剂方案中尚未交付的部分：",
    ),
    ("Reallocation", "expire"): (
        "Record that the time of these proposals is over:",
        "记录下列调剂方案已过期：",
    ),
    ("Reallocation", "approve"): (
        "Approve what can be approved of these proposals, in this order:",
        "依次批准下列调剂方案中可批准的部分：",
    ),
    ("Reallocation", "approveWithConsent"): (
        "Approve proposal {proposal}, and consent to its document:",
        "批准调剂方案 {proposal}，并会签其单据：",
    ),
    ("Reallocation", "reject"): (
        "Reject these proposals:",
        "驳回下列调剂方案：",
    ),
    ("Reallocation", "show"): (
        "Show the recorded document {key}, so that it counts for its request:",
        "出示已记录的单据 {key}，使其计入申请：",
    ),
    ("Reallocation", "showReversed"): (
        "Show that document {key}, which counted for a request, was reversed.",
        "出示：曾计入申请的单据 {key} 已被冲销。",
    ),
}
