"""What is done with a page in the browser before it is read: waiting, pressing "show more", scrolling.

In: a page, and the steps that its source or page class names. Out: the same page, come to rest.
"""

from __future__ import annotations

import asyncio
import contextlib
from time import monotonic
from typing import TYPE_CHECKING

from playwright.async_api import TimeoutError as PlaywrightTimeout

if TYPE_CHECKING:
    from playwright.async_api import Page

    from newscrawl.network.page_requests import PageRequests
    from newscrawl.network.rendering import Steps

LOOK_SECONDS = 0.05
QUIET_SECONDS = 0.3
"""A page that has asked for nothing for so long has come to rest."""
REST_SHARE = 1 / 3
"""Of DOWNLOAD_TIMEOUT: how long that is waited for at most, and the element that `wait_for` names. Then the page is
read as it is."""
STATE = "document.readyState"
COUNT = "document.getElementsByTagName('*').length"
SCROLL = "scrollTo(0, document.documentElement.scrollHeight)"
PRESS = """selector => {
    const button = [...document.querySelectorAll(selector)].find(one => !one.disabled && !one.hidden)
    button?.click()
    return button !== undefined
}"""


class Visit:
    """A page from its beginning to its end."""

    def __init__(self, steps: Steps, requests: PageRequests, seconds: float) -> None:
        self.steps = steps
        self.requests = requests
        self.rest = seconds * REST_SHARE
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._until = monotonic() + seconds

    @property
    def is_late(self) -> bool:
        """Whether it took the time that it has, without that in which it waited for the crawl's own delay."""
        return monotonic() > self._until + self.requests.waited

    def crash(self, *_: object) -> None:
        if not self.crashed.done():
            self.crashed.set_result(None)


async def loaded(page: Page) -> None:
    """Wait until the page's own HTML is read.

    Playwright's waiting for that never ends where a script leads on meanwhile, and is not let.
    """
    while await page.evaluate(STATE) == "loading":  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(LOOK_SECONDS)


async def perform(page: Page, visit: Visit) -> None:
    """Wait for what the steps name, and press or scroll as often as they say and something comes of it."""
    steps = visit.steps
    await _come_to_rest(visit)
    if steps.wait_for:
        with contextlib.suppress(PlaywrightTimeout):
            await page.wait_for_selector(steps.wait_for, state="attached", timeout=visit.rest * 1000)
        await _come_to_rest(visit)
    for _ in range(steps.presses):
        before = await page.evaluate(COUNT)
        if not steps.show_more:
            await page.evaluate(SCROLL)
        elif not await page.evaluate(PRESS, steps.show_more):
            return
        await _come_to_rest(visit)
        if await page.evaluate(COUNT) <= before:
            return


async def _come_to_rest(visit: Visit) -> None:
    """Wait until a page asks for nothing more."""
    requests = visit.requests
    begun, waited = monotonic(), requests.waited
    while requests.quiet < QUIET_SECONDS or monotonic() - begun < QUIET_SECONDS:
        if monotonic() - begun > visit.rest + requests.waited - waited:
            return
        await asyncio.sleep(LOOK_SECONDS)
