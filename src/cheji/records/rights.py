"""What each role sees, and which verbs it may do, within the reach of its post."""

from .models import Post

R = Post.Role

#: Who sells: on the floor, by phone and internet, through second-tier outlets.
SELLERS = (R.CONSULTANT, R.INTERNET_SALES, R.SECOND_TIER)
#: Who sees his own rows alone.
ONES_OWN = (*SELLERS, R.AFTERSALES)

SALES = {"customers", "prospects", "visits", "leads", "orders", "deliveries", "vehicles"}
#: Families of registers beside those of the sales floor.
HOUSE = {"aftersales", "surveys", "people", "manual"}
FIGURES = {"facts", "targets", "spend", "totals", "score_runs", "kpi_runs"}

#: What everybody who may be appraised does: agree, mark himself and others, appeal.
JOIN = {"appraisals.join"}
LEAD = JOIN | {"appraisals.lead", "violations.report", "talks.write"}
#: What is done with the appraisals of others from above.
OVERSEE = {"appraisals.run", "appraisals.publish", "appraisals.decide", "violations.decide"}
CALIBRATE = {"appraisals.calibrate"}

#: What everybody who is paid may: read and sign his statement, say that it is wrong.
PAID = {"pay.join"}
#: What is done with the pay of others: look through, decide what waits, ask for and approve lines.
REVIEW = {"pay.review", "pay.decide", "pay.ask", "pay.release"}
APPROVE = {"pay.approve"}

#: Nouns that a role sees within its reach.
SEES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        SELLERS,
        frozenset(
            SALES
            | {"surveys", "people", "facts", "targets", "coaching", "appraisals"}
            | {"score_runs", "pay_runs"}
        ),
    ),
    R.AFTERSALES: frozenset(
        {"aftersales", "surveys", "people", "facts", "targets", "coaching", "appraisals"}
        | {"score_runs", "pay_runs"}
    ),
    R.TEAM_LEAD: frozenset(
        SALES | {"surveys", "people", "facts", "targets", "coaching", "appraisals"} | {"score_runs"}
    ),
    R.OUTLET_MANAGER: frozenset(SALES | HOUSE | FIGURES | {"coaching", "appraisals", "pay_runs"}),
    R.REGION_HEAD: frozenset(SALES | HOUSE | FIGURES | {"coaching", "appraisals", "pay_runs"}),
    R.GROUP_MANAGER: frozenset(SALES | HOUSE | FIGURES | {"coaching", "appraisals", "pay_runs"}),
    R.FINANCE: frozenset({"orders", "deliveries", "manual"} | FIGURES | {"appraisals", "pay_runs"}),
    R.HR: frozenset({"people", "manual"} | FIGURES | {"coaching", "appraisals", "pay_runs"}),
    R.MARKETING: frozenset({"leads", "visits"} | (FIGURES - {"score_runs"})),
    R.CARE: frozenset({"customers", "orders", "deliveries", "aftersales", "surveys"}),
    R.STOCK: frozenset({"vehicles", "orders", "deliveries"}),
    R.AUDITOR: frozenset(SALES | HOUSE | FIGURES | {"coaching", "appraisals", "pay_runs", "audit"}),
    R.ADMINISTRATOR: frozenset(),
}

ENTRY = {
    "leads.write",
    "visits.write",
    "prospects.write",
    "orders.write",
    "orders.amend",
    "deliveries.write",
    "used_cars.write",
    "renewals.write",
    "call_backs.write",
    "coaching.finish",
}
#: What everybody with targets may: propose his own, and sign for them.
AGREE = {"targets.propose", "targets.sign"}
#: What was handed over already: its money counts in figures and pay.
CORRECT = {"orders.amend", "orders.correct", "deliveries.amend"}
MANAGE = (
    ENTRY
    | CORRECT
    | {
        "prospects.assign",
        "orders.cancel",
        "spend.write",
        "stock.write",
        "payments.write",
        "aftersales.write",
        "surveys.write",
        "trainings.write",
        "manual.write",
        "totals.write",
        "targets.write",
        "targets.propose",
        "targets.sign",
        "calendars.write",
        "coaching.write",
        "rankings.write",
        "imports.write",
        "robots.write",
        "runs.make",
    }
)
DEFINE = {"definitions.write", "definitions.publish"}
NAMES = {"see.names"}

#: Nouns of which everybody sees what is his own, whatever his posts.
OWN = frozenset({"appraisals", "pay_runs"})

#: Verbs that a role may do within its reach.
DOES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        SELLERS, frozenset(ENTRY | AGREE | JOIN | PAID | {"see.names", "reveal.phone"})
    ),
    R.AFTERSALES: frozenset(
        AGREE | JOIN | PAID | {"aftersales.write", "coaching.finish", "see.names", "reveal.phone"}
    ),
    R.TEAM_LEAD: frozenset(
        ENTRY
        | AGREE
        | LEAD
        | PAID
        | {"prospects.assign", "orders.cancel", "deliveries.amend", "coaching.write"}
        | NAMES
        | {"reveal.phone"}
    ),
    R.OUTLET_MANAGER: frozenset(
        MANAGE | LEAD | OVERSEE | PAID | REVIEW | {"see.names", "reveal.phone", "export"}
    ),
    R.REGION_HEAD: frozenset(
        MANAGE
        | LEAD
        | OVERSEE
        | CALIBRATE
        | PAID
        | REVIEW
        | APPROVE
        | {"benchmarks.write", "see.names", "export"}
    ),
    R.GROUP_MANAGER: frozenset(
        MANAGE
        | DEFINE
        | LEAD
        | OVERSEE
        | CALIBRATE
        | PAID
        | REVIEW
        | APPROVE
        | {"benchmarks.write", "limits.write", "exercises.write", "targets.unlock"}
        | {"see.names", "export"}
    ),
    R.FINANCE: frozenset(
        {"payments.write", "manual.write", "runs.make", "runs.close", "export"}
        | {"pay.pay", "pay.settle"}
        | PAID
        | REVIEW
        | APPROVE
        | {"appraisals.join", "appraisals.apply"}
        | CORRECT
        | DEFINE
    ),
    R.HR: frozenset(
        {"trainings.write", "manual.write", "runs.make", "people.write"}
        | {"exercises.write", "export", "violations.report", "talks.write", "appraisals.apply"}
        | {"pay.settle"}
        | PAID
        | REVIEW
        | APPROVE
        | JOIN
        | OVERSEE
        | CALIBRATE
        | DEFINE
    ),
    R.MARKETING: frozenset(JOIN | PAID | {"leads.write", "spend.write", "export"}),
    R.CARE: frozenset(
        {"aftersales.write", "surveys.write", "call_backs.write", "renewals.write"}
        | {"see.names", "reveal.phone", "violations.report"}
        | JOIN
        | PAID
    ),
    R.STOCK: frozenset(JOIN | PAID | {"stock.write", "used_cars.write"}),
    R.AUDITOR: frozenset({"export"}),
    R.ADMINISTRATOR: frozenset(
        {"people.write", "units.write", "users.write", "imports.setup"}
        | {"robots.write", "robots.private"}
    ),
}
