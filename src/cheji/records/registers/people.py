"""Trainings and exams, attendance, and checks of how the house works."""

from .shapes import Choice, Register, Says
from .words import day, number, one_of, text, yes_no

TRAINING = Register(
    "training", "trainings", "培训考试", "Trainings and exams", "people", "trainings.write",
    date="on_date", icon="users-group", person="required", person_zh="人员", person_en="Person",
    key=("sort", "title"),
    about_zh="培训、考试、补考：一人一次一行；合格率由此算出。",
    about_en="Trainings, exams and retests: one row per person and occasion.",
    fields=(
        day("on_date", "日期", "Date", "培训日期", "考试日期", required=True),
        one_of("sort", "类型", "Sort", Choice("training", "培训", "Training", ("参训",)),
               Choice("exam", "考试", "Exam", ("考核",)),
               Choice("retest", "补考", "Retest", ("重考",)), required=True,
               aliases=("培训类型", "考试类型")),
        text("title", "课程", "Title", "培训课程", "考试科目", "科目", length=80,
             example="产品知识", example_en="Products"),
        number("score", "成绩", "Score", "分数", "得分", low=0, high=1_000, example="86"),
        yes_no("passed", "是否合格", "Passed", "合格", "通过"),
    ),
    says=(
        Says("training_taken", "on_date", tags="sort", value="score"),
        Says("training_passed", "on_date", tags="sort", when=(("passed", (True,)),)),
    ),
)  # fmt: skip

ATTENDANCE = Register(
    "attendance", "attendances", "出勤", "Attendance", "people", "trainings.write",
    date="on_date", icon="calendar", person="required", person_zh="人员", person_en="Person",
    about_zh="每人每月一行：应出勤与实际出勤天数。",
    about_en="One row per person and month: days due and days present.",
    fields=(
        day("on_date", "月份首日", "First day of the month", "月份", "考勤月份", required=True,
            example="2026-11-01"),
        number("due_days", "应出勤天数", "Days due", "应出勤", required=True, low=0, high=31,
               example="22"),
        number("present_days", "实际出勤天数", "Days present", "实际出勤", "出勤天数",
               required=True, low=0, high=31, example="21.5"),
    ),
    says=(
        Says("attendance_due", "on_date", quantity="due_days"),
        Says("attendance_present", "on_date", quantity="present_days"),
    ),
)  # fmt: skip

CHECK = Register(
    "check", "checks", "检查", "Checks", "people", "trainings.write",
    date="on_date", icon="clipboard-check", person="optional", person_zh="被检查人",
    person_en="Person checked", key=("sort", "title"),
    about_zh="展厅流量准确率、资料抽查、神秘访客、6S 等检查：得分与满分。",
    about_en="Audits of traffic and records, mystery shoppers, tidiness: points of full points.",
    fields=(
        day("on_date", "检查日期", "Date", "抽查日期", "暗访日期", required=True),
        one_of("sort", "检查类型", "Sort",
               Choice("traffic", "流量准确率", "Traffic", ("展厅流量", "流量抽查")),
               Choice("records", "资料抽查", "Records", ("客户资料", "信息准确率")),
               Choice("mystery", "神秘访客", "Mystery shopper", ("暗访",)),
               Choice("5s", "6S 检查", "Tidiness (5S)", ("5S", "6S", "现场管理")),
               Choice("other", "其他", "Other", ("其它",)), required=True,
               aliases=("检查项目", "检查类别")),
        text("title", "检查项", "Title", "项目", length=80, example="第四季度暗访",
             example_en="Q4 visit"),
        number("points", "得分", "Points", "分数", "实得分", required=True, low=0,
               high=1_000_000, example="93"),
        number("full", "满分", "Full points", "总分", "应得分", required=True, low=1,
               high=1_000_000, example="100"),
    ),
    says=(
        Says("check_points", "on_date", tags="sort", value="points"),
        Says("check_full", "on_date", tags="sort", value="full"),
    ),
)  # fmt: skip

REGISTERS = (TRAINING, ATTENDANCE, CHECK)
