"""The source's two worked months as posted totals, and the program run in the test's process."""

import csv
import io
import json
from datetime import date
from typing import Any

from typer.testing import CliRunner, Result

from cast import Cast, totals
from cheji.cli import app
from cheji.records.models import AuditEntry


def run(*words: object, code: int = 0) -> Result:
    """Run the program in English; it must end with this exit code."""
    import cheji.config.commands  # noqa: F401

    environment = {"CHEJI_LANGUAGE": "en"}
    done = CliRunner(env=environment).invoke(app, [str(word) for word in words])
    unexpected = done.exception and not isinstance(done.exception, SystemExit)
    if unexpected:
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def told(*words: object, code: int = 0) -> Any:
    """What the program prints as JSON."""
    return json.loads(run(*words, "--format", "json", code=code).stdout)


def rows(content: bytes) -> list[list[str]]:
    """The rows of a CSV, which must begin with a byte order mark."""
    text = content.decode("utf-8")
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:])))


def exports() -> list[tuple[str, str, dict[str, Any]]]:
    """What the audit log says left as a file or for a program: verb, who, body; oldest first."""
    found = AuditEntry.objects.filter(verb__startswith="export.").order_by("id")
    return [(one.verb, one.actor_name, json.loads(one.body)) for one in found]


def two_months(cast: Cast) -> None:
    """M1 in January and M2 in February 2026 at N1."""
    totals(
        cast.outlet,
        date(2026, 1, 1),
        ad_spend=6_000_000,
        visits=200,
        intent_new=120,
        orders_new=24,
        orders_open=15,
        deliveries_walk_in=41,
        opening_prospects=150,
        opening_orders=20,
        lost=46,
        cancelled=2,
    )
    totals(
        cast.outlet,
        date(2026, 2, 10),
        ad_spend=5_400_000,
        visits=180,
        intent_new=117,
        orders_new=26,
        orders_open=20,
        deliveries_owner=44,
    )


def by_consultant(cast: Cast) -> None:
    """M1's people: columns 4 to 9 of Zhang, Li and Wang in January 2026."""
    people = {
        "zhang": (45, 60, 12, 9, 8, 18),
        "li": (48, 50, 9, 4, 7, 14),
        "wang": (27, 40, 3, 2, 5, 9),
    }
    for name, (new, open_, from_new, from_open, orders, delivered) in people.items():
        totals(
            cast.outlet,
            date(2026, 1, 1),
            cast.people[name],
            intent_new=new,
            opening_prospects=open_,
            orders_new=from_new,
            orders_open=from_open,
            opening_orders=orders,
            deliveries_walk_in=delivered,
        )
    totals(cast.outlet, date(2026, 1, 2), ad_spend=6_000_000, visits=200)
