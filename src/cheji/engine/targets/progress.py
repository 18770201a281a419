"""How far one has come: done against time, the pace needed, and where it lands."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Progress:
    """Shares are parts of 1 and unrounded; a value is None where its divisor is 0.

    Attributes:
        done_share: done / target.
        time_share: days worked so far / days worked in the whole period.
        gap: done_share − time_share, from the unrounded shares (points when × 100).
        pace: what the period ends with if each day left goes like those gone.
        needed: per day left to reach the target; 0 once it is reached.
    """

    done: Fraction
    target: Fraction | None
    days_gone: int
    days: int
    done_share: Fraction | None
    time_share: Fraction | None
    gap: Fraction | None
    pace: Fraction | None
    needed: Fraction | None


def progress(done: Fraction, target: Fraction | None, *, days_gone: int, days: int) -> Progress:
    """Progress after `days_gone` of `days` days worked.

    Raises:
        ValueError: more days gone than there are.
    """
    if not 0 <= days_gone <= days:
        raise ValueError(f"{days_gone} of {days} days")
    done_share = done / target if target else None
    time_share = Fraction(days_gone, days) if days else None
    both = done_share is not None and time_share is not None
    return Progress(
        done,
        target,
        days_gone,
        days,
        done_share,
        time_share,
        done_share - time_share if both else None,  # type: ignore[operator]
        done * days / days_gone if days_gone else None,
        _needed(done, target, days - days_gone),
    )


def _needed(done: Fraction, target: Fraction | None, days_left: int) -> Fraction | None:
    if target is None:
        return None
    missing = max(target - done, Fraction(0))
    if not missing:
        return missing
    return missing / days_left if days_left else None


def lag(done: Progress, direction: str, *, timeless: bool = False) -> Fraction | None:
    """How far behind, as a part of 1; negative when ahead, None where nothing can be said.

    Where more is better: the share of time less what is done. Where less is better: what is used
    up less the share of time. What has no time, a rate or a stock, is held against the whole goal,
    if `timeless`. Of a goal of nothing, where less is better, anything at all is all too much.
    """
    against = done.time_share if done.days else Fraction(1) if timeless else None
    if against is None or direction not in ("up", "down"):
        return None
    if done.done_share is None:
        none_wanted = direction == "down" and done.target is not None
        return Fraction(done.done > 0) if none_wanted else None
    short = against - done.done_share
    return short if direction == "up" else -short
