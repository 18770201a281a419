"""What customers say afterwards: answers to surveys, and call-backs after delivery."""

from .shapes import Choice, InTime, Register, Says, Share
from .words import day, number, one_of, whole, yes_no

ANSWER = Register(
    "answer", "answers", "满意度调查", "Survey answers", "surveys", "surveys.write",
    date="answered_on", icon="star", customer="optional", person="optional",
    key=("survey", "delivered_on"), ordered=(("delivered_on", "answered_on"),),
    any_of=("score", "recommend", "promise_kept", "recommends", "satisfied"),
    about_zh="SSI、CSI、三日回访等答卷：一行一份；得分按满分折算，NPS 由 0–10 的推荐意愿算出。",
    about_en="One row per answer: score by full score, readiness to recommend from 0 to 10.",
    fields=(
        day("answered_on", "答卷日期", "Answered on", "调查日期", "回访日期", required=True),
        day("delivered_on", "交车日期", "Delivered on", "提车日期", example="2026-08-02"),
        one_of("survey", "调查类型", "Survey",
               Choice("ssi", "销售满意度", "SSI", ("SSI",)),
               Choice("csi", "售后满意度", "CSI", ("CSI",)),
               Choice("day3", "三日回访", "Day 3", ("3DC", "三日")),
               Choice("nps", "净推荐", "NPS", ("NPS",)),
               Choice("other", "其他", "Other", ("其它",)), required=True,
               aliases=("问卷类型", "调查项目")),
        number("score", "得分", "Score", "分数", "调查得分", low=0, high=1_000, example="92"),
        number("full", "满分", "Full score", "总分", low=1, high=1_000, example="100"),
        whole("recommend", "推荐意愿", "Recommends 0–10", "推荐分", "NPS分", high=10, example="9"),
        yes_no("promise_kept", "承诺兑现", "Promise kept", "兑现承诺"),
        yes_no("recommends", "愿意推荐", "Would recommend", "肯定推荐"),
        yes_no("satisfied", "是否满意", "Satisfied", "满意"),
    ),
    says=(
        Says("survey_answer", "answered_on", since="delivered_on", tags="survey",
             value=Share("score", "full")),
        *(
            Says(kind, "answered_on", since="delivered_on", tags="survey",
                 when=(("recommend", tuple(scores)),))
            for kind, scores in (
                ("nps_promoter", range(9, 11)), ("nps_passive", range(7, 9)),
                ("nps_detractor", range(7)),
            )
        ),
        *(
            Says(kind, "answered_on", since="delivered_on", tags=f":{question}",
                 when=((question, (said,)),))
            for question in ("promise_kept", "recommends", "satisfied")
            for kind, said in (("survey_yes", True), ("survey_no", False))
        ),
    ),
)  # fmt: skip

CALL_BACK = Register(
    "call_back", "call_backs", "交车后回访", "Call-backs", "surveys", "call_backs.write",
    date="due_on", icon="phone-call", customer="optional", person="optional",
    key=("day", "delivered_on"), ordered=(("delivered_on", "due_on"),),
    future=("due_on",),
    about_zh="交车后第 3、7、30 天的回访：应回访日、拨打日、是否接通。",
    about_en="Calls on days 3, 7 and 30 after delivery: due, attempted, reached.",
    fields=(
        day("due_on", "应回访日期", "Due on", "计划回访日期", required=True),
        one_of("day", "回访节点", "Day",
               Choice("3", "3 日", "Day 3", ("三日", "3DC", "3天")),
               Choice("7", "7 日", "Day 7", ("七日", "7DC", "7天")),
               Choice("30", "30 日", "Day 30", ("一个月", "30天")), required=True,
               aliases=("节点", "回访类型"), example="3 日"),
        day("delivered_on", "交车日期", "Delivered on", "提车日期", example="2026-11-17"),
        day("attempted_on", "回访日期", "Attempted on", "实际回访日期", "拨打日期"),
        yes_no("reached", "是否接通", "Reached", "回访成功"),
    ),
    says=(
        Says("call_back_due", "due_on", since="delivered_on", tags="day",
             channel=InTime("due_on", "attempted_on")),
        Says("call_back_done", "attempted_on", since="due_on", tags="day"),
        Says("call_back_reached", "attempted_on", since="due_on", tags="day",
             when=(("reached", (True,)),)),
    ),
)  # fmt: skip

REGISTERS = (ANSWER, CALL_BACK)
