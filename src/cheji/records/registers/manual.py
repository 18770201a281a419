"""Values that are typed with their evidence, because no single events are kept of them."""

from .shapes import Choice, Register, Says
from .words import day, money, number, one_of, text

CODES = (
    Choice("opex", "门店费用", "Operating expense", ("营业费用", "门店总费用")),
    Choice("fixed_expense", "固定费用", "Fixed expense", ()),
    Choice("fees", "销售费用", "Sales expense", ()),
    Choice("area_registrations", "区域上牌量", "Registrations in the area", ("市场上牌量",)),
    Choice("own_registrations", "本店上牌量", "Own registrations", ()),
    Choice("market_sales", "市场销售额", "Sales of the market", ()),
    Choice("plan_units", "计划台数", "Units planned", ("销售计划",)),
    Choice("ordered_units", "申请资源台数", "Units asked for", ("提报台数",)),
    Choice("supplied_units", "供应台数", "Units supplied", ("到货台数",)),
    Choice("forecast_units", "预测台数", "Units forecast", ("销量预测",)),
    Choice("second_tier_units", "二网销量", "Second-tier volume", ("分销量",)),
    Choice("key_account_visits", "大客户拜访", "Visits to fleets", ()),
    Choice("bids", "投标数", "Bids", ()),
    Choice("brand_search", "品牌搜索量", "Searches for the brand", ("搜索量",)),
    Choice("followers", "粉丝数", "Followers", ()),
    Choice("door_swings", "进店人次", "Door swings", ("客流总量",)),
    Choice("via", "库存预警指数", "Inventory alert index", ("VIA",)),
    Choice("parts_stock", "配件库存金额", "Parts in stock", ()),
    Choice("dead_parts", "呆滞配件金额", "Dead parts", ()),
    Choice("parts_used", "配件出库金额", "Parts used", ()),
    Choice("effort_hours", "配件精品工时", "Hours of parts and accessories", ()),
    Choice("pretax_profit", "税前利润", "Pretax profit", ()),
    Choice("outlet_gross", "全店毛利", "Gross of the outlet", ()),
    Choice("active_base", "活跃基盘", "Active base", ("活跃客户数",)),
    Choice("base_customers", "基盘客户数", "Customers of the base", ()),
    Choice("retained_customers", "保持客户数", "Customers retained", ()),
    Choice("partners", "经销商总数", "Partners", ()),
    Choice("gold_partners", "金牌经销商数", "Gold partners", ()),
    Choice("innovations_planned", "创新计划数", "Innovations planned", ()),
    Choice("innovations_done", "创新完成数", "Innovations done", ()),
    Choice("new_products", "新品上市数", "Products launched", ()),
    Choice("new_products_won", "新品成功数", "Launches that succeeded", ()),
    Choice("staff_satisfaction", "员工满意度", "Satisfaction of staff", ()),
    Choice("teamwork", "团队合作评分", "Teamwork", ("团队合作",)),
    Choice("attitude", "工作态度评分", "Attitude", ("工作态度",)),
    Choice("receivables", "应收款", "Receivables", ("应收账款",)),
    Choice("stock_interest", "库存资金利息", "Interest on stock", ()),
    Choice("other", "其他", "Other", ("其它",)),
)

MANUAL_VALUE = Register(
    "manual_value", "manual_values", "手工数值", "Manual values", "manual", "manual.write",
    date="on_date", icon="pencil", person="optional", person_zh="人员", person_en="Person",
    key=("code", "evidence"), any_of=("value", "amount"),
    about_zh="系统里没有逐笔记录的数值：费用、区域上牌量、预测等，须写依据。",
    about_en="What is not kept as single events: expenses, registrations of the area, forecasts;"
    " with its evidence.",
    fields=(
        day("on_date", "日期", "Date", "所属日期", "月份", required=True,
            note=("整月数值写当月任一天", "for a month any day of it")),
        one_of("code", "项目", "Item", *CODES, required=True, aliases=("数值项目", "指标项目")),
        number("value", "数值", "Value", "数量", low=-1_000_000_000, high=1_000_000_000),
        money("amount", "金额", "Amount", "金额（元）", low=None, example="860000"),
        text("evidence", "依据", "Evidence", "数据来源", "凭证", required=True, length=200,
             example="财务月报", example_en="monthly accounts"),
    ),
    says=(Says("manual", "on_date", quantity="value", value="value", fen=("amount",),
               tags="code"),),
)  # fmt: skip

REGISTERS = (MANUAL_VALUE,)
