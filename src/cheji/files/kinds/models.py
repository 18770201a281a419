"""Import columns of what models are."""

from __future__ import annotations

from cheji.files.kinds.columns import Choice, Column, Kind

DISPLACEMENTS = (
    Choice("upto_50", "轻便（50 mL 以下）", "Up to 50 mL", ("轻便", "50以下", "50")),
    Choice("upto_150", "50–150 mL", "50 to 150 mL", ("150以下", "150")),
    Choice("upto_250", "150–250 mL", "150 to 250 mL", ("250以下", "250")),
    Choice("over_250", "250 mL 以上", "Over 250 mL", ("250以上", "大排量")),
)
MODELS = Kind(
    "models",
    "车型",
    "Models",
    keys=(("name",),),
    about_zh="一行一个车型，名称与订单、库存中的写法一致；排量级、细分市场、重点车型可用于指标。",
    about_en="One row per model, named as in orders and stock; KPIs may filter on what it is.",
    columns=(
        Column(
            "name",
            "车型",
            "Model",
            "text",
            required=True,
            aliases_zh=("车型名称", "车型代码"),
            aliases_en=("model name", "model code"),
            example="山海 1.5T",
            example_en="Shanhai 1.5T",
            length=80,
        ),
        Column(
            "displacement",
            "排量级",
            "Displacement class",
            "choice",
            aliases_zh=("排量", "排量等级"),
            aliases_en=("displacement", "class"),
            choices=DISPLACEMENTS,
            example="150–250 mL",
            note_zh="摩托车填写",
            note_en="of motorcycles",
            length=8,
        ),
        Column(
            "segment",
            "细分市场",
            "Segment",
            "text",
            aliases_zh=("级别", "车身形式", "类别"),
            aliases_en=("body", "category"),
            example="SUV",
            length=40,
        ),
        Column(
            "key",
            "重点车型",
            "Key model",
            "bool",
            aliases_zh=("主推", "主推车型", "是否重点"),
            aliases_en=("key", "focus model"),
            example="是",
            example_en="yes",
            note_zh="空白按“否”",
            note_en="blank means no",
        ),
    ),
)

KINDS = (MODELS,)
