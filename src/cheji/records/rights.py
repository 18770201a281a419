"""What each role sees, and which verbs it may do, within the reach of its post."""

from .models import Post

R = Post.Role

SALES = {"customers", "prospects", "visits", "leads", "orders", "deliveries", "vehicles"}
FIGURES = {"facts", "targets", "spend", "totals", "score_runs", "kpi_runs"}

#: Nouns that a role sees within its reach.
SEES: dict[str, frozenset[str]] = {
    R.CONSULTANT: frozenset(SALES | {"facts", "targets", "coaching", "score_runs", "pay_runs"}),
    R.TEAM_LEAD: frozenset(SALES | {"facts", "targets", "coaching", "score_runs"}),
    R.OUTLET_MANAGER: frozenset(SALES | FIGURES | {"coaching", "pay_runs"}),
    R.REGION_HEAD: frozenset(SALES | FIGURES | {"coaching", "pay_runs"}),
    R.GROUP_MANAGER: frozenset(SALES | FIGURES | {"coaching", "pay_runs"}),
    R.FINANCE: frozenset({"orders", "deliveries"} | FIGURES | {"pay_runs"}),
    R.HR: frozenset(FIGURES | {"coaching", "pay_runs"}),
    R.MARKETING: frozenset({"leads", "visits"} | (FIGURES - {"score_runs"})),
    R.CARE: frozenset({"customers", "orders", "deliveries"}),
    R.STOCK: frozenset({"vehicles", "orders", "deliveries"}),
    R.AUDITOR: frozenset(SALES | FIGURES | {"coaching", "pay_runs", "audit"}),
    R.ADMINISTRATOR: frozenset(),
}

ENTRY = {
    "leads.write",
    "visits.write",
    "prospects.write",
    "orders.write",
    "orders.amend",
    "deliveries.write",
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
        "totals.write",
        "targets.write",
        "targets.propose",
        "targets.sign",
        "calendars.write",
        "coaching.write",
        "rankings.write",
        "imports.write",
        "runs.make",
    }
)
DEFINE = {"definitions.write", "definitions.publish"}
NAMES = {"see.names"}

#: Nouns of which everybody sees what is his own, whatever his posts.
OWN = frozenset({"pay_runs"})

#: Verbs that a role may do within its reach.
DOES: dict[str, frozenset[str]] = {
    R.CONSULTANT: frozenset(ENTRY | AGREE | {"see.names", "reveal.phone"}),
    R.TEAM_LEAD: frozenset(
        ENTRY
        | AGREE
        | {"prospects.assign", "orders.cancel", "deliveries.amend", "coaching.write"}
        | NAMES
        | {"reveal.phone"}
    ),
    R.OUTLET_MANAGER: frozenset(MANAGE | {"see.names", "reveal.phone", "export"}),
    R.REGION_HEAD: frozenset(MANAGE | {"benchmarks.write", "see.names", "export"}),
    R.GROUP_MANAGER: frozenset(
        MANAGE
        | DEFINE
        | {"benchmarks.write", "exercises.write", "targets.unlock", "see.names", "export"}
    ),
    R.FINANCE: frozenset({"runs.make", "runs.close", "export"} | CORRECT | DEFINE),
    R.HR: frozenset({"runs.make", "people.write", "exercises.write", "export"} | DEFINE),
    R.MARKETING: frozenset({"leads.write", "spend.write", "export"}),
    R.CARE: frozenset({"see.names", "reveal.phone"}),
    R.STOCK: frozenset({"stock.write"}),
    R.AUDITOR: frozenset({"export"}),
    R.ADMINISTRATOR: frozenset({"people.write", "units.write", "users.write", "imports.setup"}),
}
