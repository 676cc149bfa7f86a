"""Whether the ledger knows all posts that a WordPress site has, and none that it has no more.

What changed since the last crawl does not tell it: a deleted post is no change, and a post that was scheduled comes out
with the date of its last edit. So the site's own count is held against the last one. Where they do not fit, all posts
are listed without their texts, a tenth of the bytes: what is not known is read, what is not listed is asked for by its
page.

In: a source that was read, and what was known of it. Out: the leads that were missed.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.items import Follow
from newscrawl.spiders.numbers import Numbers
from newscrawl.spiders.source_page import Unread, ask
from newscrawl.spiders.source_reading import FAILING, REPEATED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from newscrawl.items import Batch, Lead
    from newscrawl.sources.wordpress import WordPressRest
    from newscrawl.spiders.scope import Scope
    from newscrawl.spiders.source_reading import SourceReading

logger = logging.getLogger(__name__)

NEWEST = 10
"""Posts that are looked at beside the count."""
MOST_LISTINGS = 3
"""How often all posts are listed while the site changes under the listing."""
MOVES = "the site changed while it was counted; the next crawl counts again"


async def take_census(scope: Scope, source: WordPressRest, reading: SourceReading) -> AsyncIterator[list[Lead]]:
    """The missed leads, with their articles where REST gives them. Sets the outcome's total."""
    outcome, known = reading.outcome, reading.known
    if known.cursor is None and reading.numbers.agree:
        outcome.hidden = 0
        return
    try:
        # Of a post that cannot be read it is not known whether it is an edit, which no count tells.
        is_read = FAILING not in outcome.left_out
        if is_read and known.cursor and known.total is not None and await _is_as_expected(scope, source, reading):
            return
        for _ in range(MOST_LISTINGS):
            listed, begun = Numbers(), datetime.now(UTC)
            async for batch, leads in _listing(scope, source):
                listed.add(batch)
                outcome.total = batch.total
                unknown = scope.ledger.frontier.unknown(scope.outlet, [lead.url for lead in leads])
                missed = [lead for lead in leads if lead.url in unknown]
                yield await _with_texts(scope, source, missed)
                outcome.new += scope.note(source.label, leads, listing_since=begun)
            if listed.is_steady:
                outcome.hidden = max(0, (outcome.total or 0) - listed.count)
                gone = scope.ledger.frontier.ask_for_unnamed(scope.outlet, source.label, begun)
                if gone:
                    logger.info("%s lists %d articles no more; each is asked for by its page", source.label, gone)
                return
        outcome.total = None
        outcome.reasons.append(MOVES)
    except Unread as unread:
        outcome.total = None
        outcome.reasons.append(f"not counted: {unread}")


async def _is_as_expected(scope: Scope, source: WordPressRest, reading: SourceReading) -> bool:
    """Whether the site counts as many as it did, and the new ones that were read; and shows none that is not known."""
    outcome = reading.outcome
    batch = await _batch(scope, source, Follow(url=source.census(scope.root, NEWEST)))
    leads = scope.ours(batch.leads).leads
    unknown = scope.ledger.frontier.unknown(scope.outlet, [lead.url for lead in leads])
    outcome.total = batch.total
    return not unknown and batch.total == (reading.known.total or 0) + outcome.new


async def _listing(scope: Scope, source: WordPressRest) -> AsyncIterator[tuple[Batch, list[Lead]]]:
    """All posts without their texts, page by page; raises Unread."""
    first = Follow(url=source.census(scope.root))
    waiting = [first]
    before: list[int] = []
    while waiting:
        page = waiting.pop()
        try:
            batch = await _batch(scope, source, page)
        except Unread as unread:
            if page is not first and unread.is_past_end:
                return
            raise
        if batch.ids and batch.ids == before:
            raise Unread("failed", REPEATED)
        before = batch.ids
        waiting += batch.follow
        yield batch, scope.ours(batch.leads).leads


async def _with_texts(scope: Scope, source: WordPressRest, leads: Sequence[Lead]) -> list[Lead]:
    """The same posts with their articles; as they are where the site does not give them so."""
    if not leads:
        return []
    asked = source.these(scope.root, [lead.site_id for lead in leads if lead.site_id])
    try:
        batch = await _batch(scope, source, Follow(url=asked))
    except Unread as unread:
        logger.info("%s: %s", asked, unread)
        return []
    given = scope.ours(batch.leads).leads
    scope.note(source.label, given)
    return given


async def _batch(scope: Scope, source: WordPressRest, page: Follow) -> Batch:
    """What a page holds, whatever was said of it before; raises Unread."""
    batch = (await ask(scope.crawler, source, page)).batch
    assert batch is not None, "only what was read before can be unchanged"
    return batch
