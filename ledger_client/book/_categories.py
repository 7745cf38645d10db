"""Categories that a proposed item gets: sample codes in the form of GB/T 38565, and what a supplier shows.

The codes are **the project's own samples**. GB/T 38565-2020 gives seven digits in four layers (one digit,
then three times two; 99 is the remainder of its layer); its table is not freely available, so every code here
begins with 299, the remainder of its second class, where it cannot be taken for one that the standard gives
out. A district replaces them by the standard's own in the mapping file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tracking = Literal["consumable", "serial"]

NO_QUALIFICATION = 0
MEDICAL_DEVICE = 1
DRUG = 2
DISINFECTANT = 3
PROTECTIVE_EQUIPMENT = 4
QUALIFICATION_NAMES: dict[int, tuple[str, str]] = {
    NO_QUALIFICATION: ("none", "无需资质"),
    MEDICAL_DEVICE: ("medical device: registration or record", "医疗器械：注册证或备案凭证"),
    DRUG: ("drug: approval number", "药品：批准文号"),
    DISINFECTANT: ("disinfectant: hygiene licence", "消毒产品：卫生许可"),
    PROTECTIVE_EQUIPMENT: ("protective equipment, not medical", "特种劳动防护用品"),
}
"""Qualification categories (uint32) that the samples use, English and Chinese."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category of goods.

    Attributes:
        code: Seven digits.
        name_en: English name.
        name_zh: Chinese name.
        words: Words in a goods' name that put it here; blanks apart.
        qualification: Category that its supplier must be qualified for, 0 for none.
        tracking: Whether pieces have serial numbers.
    """

    code: int
    name_en: str
    name_zh: str
    words: str
    qualification: int = NO_QUALIFICATION
    tracking: Tracking = "consumable"


CATEGORIES: tuple[Category, ...] = (
    Category(2990401, "Monitors, breathing and imaging equipment", "医疗设备",
             "监护仪 超声 治疗机 通气 雾化机 体温计", MEDICAL_DEVICE, "serial"),
    Category(2990203, "Disinfection and air cleaning equipment", "消毒和空气净化设备",
             "消毒柜 消毒车 消毒器 喷雾器 空气净化器", NO_QUALIFICATION, "serial"),
    Category(2990106, "Gas masks", "防毒面具", "防毒面具", PROTECTIVE_EQUIPMENT),
    Category(2990101, "Masks, medical", "医用口罩", "医用口罩 医疗口罩 外科口罩 mask", MEDICAL_DEVICE),
    Category(2990102, "Masks, other", "其他口罩", "口罩 口套 呼吸器", PROTECTIVE_EQUIPMENT),
    Category(2990103, "Protective suits, gowns and drapes", "防护服、隔离衣和手术衣",
             "防护服 隔离衣 手术衣 手术服 手术单 服罩", MEDICAL_DEVICE),
    Category(2990104, "Gloves", "手套", "手套 glove", MEDICAL_DEVICE),
    Category(2990105, "Goggles and face shields", "护目镜和面罩", "护目镜 眼罩 眼镜 面罩 goggles",
             PROTECTIVE_EQUIPMENT),
    Category(2990107, "Shoe covers, caps and boots", "鞋套、帽和鞋", "鞋套 脚套 帽子 雨鞋"),
    Category(2990402, "Medical consumables", "医用耗材", "注射器 利器盒 棉球 棉片 支架", MEDICAL_DEVICE),
    Category(2990202, "Cleaning and washing", "清洁洗涤用品",
             "洗涤 洗衣液 洁厕 除菌皂 漂渍液 湿巾 洗手液 沐浴露 蒸汽拖把"),
    Category(2990201, "Disinfectants", "消毒剂",
             "消毒 84消 除菌 酒精 乙醇 次录酸钠 次氯酸钠 碘 二醛 苯扎 disinfect", DISINFECTANT),
    Category(2990301, "Drugs", "药品",
             "注射 胶囊 颗粒 泼尼龙 可地松 定喘片 甘草片 头胞 头孢 阿奇霉素 舒巴坦钠 喷剂", DRUG),
    Category(2990901, "Daily necessities", "生活用品", "纸尿裤 陈皮 九阳 大衣 垃圾桶 精油 竹炭"),
)  # fmt: skip
"""Looked through in this order; the first category with a word of the goods' name takes it."""

OTHER = Category(2999999, "Other goods", "其他物资", "")


def category_of_goods(goods: str) -> Category:
    """Return the category that a goods' name proposes."""
    name = goods.casefold()
    return next(
        (category for category in CATEGORIES if any(w in name for w in category.words.split())), OTHER
    )
