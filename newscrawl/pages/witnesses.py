"""Compares what the layers of one page say of the same thing.

In: the drafts of a page's layers. Out: by field what each layer says, where they do not agree: a crawl counts these,
and a count that grows says that a site changed. Which of them is believed is `choice`'s matter.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from newscrawl.items import Layer
from newscrawl.pages.choice import Account, without_suffix
from newscrawl.pages.outlet import Outlet
from newscrawl.text.bylines import names
from newscrawl.text.characters import plain_line
from newscrawl.text.dates import DateError, parse_date, tells_time
from newscrawl.text.hashing import folded

_WITNESSES: tuple[Layer, ...] = ("json-ld", "meta", "selector", "text")
_CUT_OFF = 15
"""A headline is shortened to no less than so many characters."""
_MINUTE = timedelta(minutes=1)


def disagreements(
    drafts: Mapping[Layer, Account], outlet: Outlet, date: datetime | None = None
) -> dict[str, dict[str, str]]:
    """Published dates more than a minute apart, other headlines, other authors; each as its layer writes it.

    A layer that says nothing, or nothing that can be read, is no witness; a date without a time is compared by its day
    in the outlet's zone, and a headline that was cut off by its beginning.
    """
    now = date or datetime.now(UTC)
    found = {
        "published_at": _apart(
            drafts, lambda draft: draft.published, lambda one, other: _same_date(one, other, outlet, now)
        ),
        "headline": _apart(drafts, lambda draft: _headline(draft, outlet), same_headline),
        "authors": _apart(drafts, lambda draft: ", ".join(_people(draft, outlet)), _same_people),
    }
    return {field: told for field, told in found.items() if told}


def _apart(
    drafts: Mapping[Layer, Account], of: Callable[[Account], str | None], same: Callable[[str, str], bool]
) -> dict[str, str]:
    """What the layers say, where any two that speak differ."""
    told: dict[str, str] = {
        layer: text for layer in _WITNESSES if layer in drafts and (text := plain_line(of(drafts[layer]) or ""))
    }
    # Most layers agree to the letter, and to compare two dates is to read both.
    texts = list(dict.fromkeys(told.values()))
    apart = any(not same(one, other) for place, one in enumerate(texts) for other in texts[:place])
    return told if apart else {}


def _same_date(one: str, other: str, outlet: Outlet, now: datetime) -> bool:
    try:
        first, second = (parse_date(raw, zone=outlet.zone, now=now) for raw in (one, other))
    except DateError:
        return True
    if tells_time(one) and tells_time(other):
        return abs(first - second) <= _MINUTE
    return first.astimezone(outlet.zone).date() == second.astimezone(outlet.zone).date()


def _headline(draft: Account, outlet: Outlet) -> str:
    return without_suffix(plain_line(draft.headline or ""), outlet)


def same_headline(one: str, other: str) -> bool:
    """Whether two lines are one headline, of which one may be cut off or go on with a site's name."""
    first, second = (folded(text).removesuffix("...").strip() for text in (one, other))
    return first == second or (
        min(len(first), len(second)) > _CUT_OFF and (first.startswith(second) or second.startswith(first))
    )


def _people(draft: Account, outlet: Outlet) -> list[str]:
    """The authors, without the outlet's own name, which fills the place of those who are not named."""
    own = folded(outlet.title)
    return [name for name in names(draft.authors) if folded(name) != own]


def _same_people(one: str, other: str) -> bool:
    return set(folded(one).split(", ")) == set(folded(other).split(", "))
