"""The tables and guards of the migrations up to LAST in one stroke, for an empty database.

Step by step, Django renders all related models anew for each of some hundred operations; here each
table is made once, as it ends up, and the guards in SQL follow in their order.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

LAST = "0058"
STEPS = sorted(
    path.stem
    for path in Path(__file__).parent.glob("[0-9]*.py")
    if path.stem[:4] <= LAST and path != Path(__file__)
)


class AtOnce(Operation):
    """What the operations of all steps come to; rows there are none to move."""

    reduces_to_sql = True
    reversible = False

    def __init__(self) -> None:
        self.steps = list(_operations())

    def state_forwards(self, app_label: str, state: Any) -> None:
        vars(state).pop("apps", None)  # else each step renders the models that it touches
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for model in to_state.apps.get_app_config(app_label).get_models():
            schema_editor.create_model(model)
        for step in self.steps:
            if isinstance(step, migrations.RunSQL):
                step.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "Make every table as it ends up, then the guards"


def _operations() -> Iterator[Operation]:
    for name in STEPS:
        yield from import_module(f"{__package__}.{name}").Migration.operations


class Migration(migrations.Migration):
    replaces = [("records", name) for name in STEPS]
    initial = True
    operations = [AtOnce()]
