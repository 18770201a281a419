"""What a pay plan may begin with: presets by post, and examples from published papers."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from cheji.engine.definitions import PayPlan, as_json, body_of
from cheji.packs import load
from cheji.reads.versions import VersionSeen
from cheji.web.navigation import address

PRESETS: Final = "presets"
PACKS: Final = (PRESETS, "published")
MARKS: Final = {"zh": "（模板）", "en": " (preset)"}
BLANK: Final[Mapping[str, Any]] = {
    "posts": ["consultant"],
    "components": [
        {
            "code": "units",
            "kind": "units",
            "of": "deliveries",
            "tiers": [{"from": 0, "rate": 0}],
        }
    ],
}


def simulate_url(draft: VersionSeen | None) -> str:
    """Where a draft of a pay plan is tried on past months; nothing for what is none."""
    page = address("pay_simulations") if draft and draft.kind == "pay_plan" else ""
    return f"{page}?plan={draft.id}" if page and draft else ""


@cache
def of_pack(pack: str) -> tuple[PayPlan, ...]:
    """The pay plans of a pack itself, without those that it stands on."""
    found = load(pack)
    own = {code for kind, code in found.own if kind == "pay_plans"}
    return tuple(plan for plan in found.definitions.pay_plans if plan.code in own)


def begun(code: str) -> dict[str, Any] | None:
    """The body of a preset or an example as a draft begins with it; None where there is none.

    The note of a preset tells its own numbers and stays with it; that of an example says what the
    published paper had.
    """
    plan = next((one for pack in PACKS for one in of_pack(pack) if one.code == code), None)
    if plan is None:
        return None
    body = dict(as_json(body_of(plan)))
    for key in ("zh", "en"):
        body[key] = body[key].removesuffix(MARKS[key])
        if plan in of_pack(PRESETS):
            body.pop(f"note_{key}", None)
    return body | {"code": code.removeprefix("preset_")}
