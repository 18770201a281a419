"""Vehicles that move or are prepared, and used cars from appraisal to sale."""

from .shapes import Choice, Days, Register, Says
from .words import day, money, one_of, text, vin, whole

VEHICLE_MOVE = Register(
    "vehicle_move", "vehicle_moves", "车辆调动", "Vehicle moves", "vehicles", "stock.write",
    date="on_date", icon="arrows-exchange", model="optional", key=("vin", "way"),
    about_zh="车辆调入、调出、寄售、退回、转试驾车的登记。",
    about_en="Vehicles that come from, or go to, another outlet, on consignment or as a demo.",
    fields=(
        day("on_date", "调动日期", "Date", "调拨日期", "移库日期", required=True),
        vin(),
        one_of("way", "调动类型", "Way",
               Choice("in", "调入", "In", ("调拨入库",)),
               Choice("out", "调出", "Out", ("调拨出库",)),
               Choice("consigned", "寄售二网", "Consigned", ("寄售", "二网寄售", "代销")),
               Choice("returned", "退回", "Returned", ("二网退回", "退库")),
               Choice("demo", "转试驾车", "Made a demo", ("试驾车", "展车")),
               required=True, aliases=("调拨类型", "移库类型")),
        text("counterpart", "对方门店", "Other outlet", "调拨门店", "对方单位", "二级网点",
             length=80, example="上海二店", example_en="Shanghai 2"),
    ),
    says=(Says("vehicle_move", "on_date", tags="way"),),
)  # fmt: skip

PREPARATION = Register(
    "preparation", "preparations", "车辆整备", "Preparations", "vehicles", "stock.write",
    date="due_on", icon="checklist", person="optional", model="optional", person_zh="技师",
    person_en="Technician", key=("vin", "work"), future=("due_on",),
    about_zh="交车前检查（PDI）与摩托车开箱装配：应完成日、完成日、发现的缺陷数。",
    about_en="Checks before delivery (PDI) and assembly of motorcycles from the crate.",
    fields=(
        day("due_on", "应完成日期", "Due on", "计划完成日期", required=True),
        day("done_on", "完成日期", "Done on", "实际完成日期", "整备日期", "PDI日期"),
        vin(),
        one_of("work", "整备类型", "Work", Choice("pdi", "交车前检查", "PDI", ("PDI", "PDI检查")),
               Choice("assembly", "装配", "Assembly", ("组装", "开箱装配")), required=True,
               aliases=("作业类型",)),
        whole("defects", "缺陷数", "Defects", "问题数", high=999, example="1"),
    ),
    says=(
        Says("preparation_due", "due_on", tags="work"),
        Says("preparation_done", "done_on", since="due_on", tags="work", value="defects"),
    ),
)  # fmt: skip

USED_CAR = Register(
    "used_car", "used_cars", "二手车", "Used cars", "vehicles", "used_cars.write",
    date="appraised_on", icon="car", customer="optional", person="optional", model="optional",
    person_zh="评估师", person_en="Appraiser", key=("plate",),
    ordered=(("appraised_on", "bought_on"), ("bought_on", "sold_on")),
    about_zh="二手车一车一行：评估、收购、整备、销售；收购率、单台毛利、周转天数由此算出。",
    about_en="One row per used car from appraisal over purchase to sale.",
    fields=(
        day("appraised_on", "评估日期", "Appraised on", "检测日期", required=True),
        text("plate", "车牌号", "Plate", "车牌", length=20, example="京A12345"),
        money("offer", "评估价", "Offer", "评估价格", "报价", example="86000"),
        day("bought_on", "收购日期", "Bought on", "收车日期"),
        money("price", "收购价", "Price", "收购价格", "收车价", example="85000"),
        money("recon", "整备费用", "Reconditioning", "整备成本", "翻新费用", example="2300"),
        day("sold_on", "销售日期", "Sold on", "售出日期", example="2026-11-21"),
        money("sold_price", "销售价", "Sale price", "售价", "成交价", example="92800"),
    ),
    says=(
        Says("uc_appraised", "appraised_on", fen=("offer",)),
        Says("uc_bought", "bought_on", since="appraised_on", fen=("price",)),
        Says("uc_sold", "sold_on", since="bought_on", fen=("sold_price",),
             value=Days("bought_on", "sold_on")),
        Says("uc_cost", "sold_on", since="bought_on", quantity=0, fen=("price", "recon")),
    ),
)  # fmt: skip

REGISTERS = (VEHICLE_MOVE, PREPARATION, USED_CAR)
