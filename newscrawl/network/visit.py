"""What is done with a page in the browser before it is read: waiting, pressing "show more", scrolling.

In: a page, the steps that its source or page class names, and what its reader makes of it meanwhile. Out: the same
page, come to rest; and why it holds less than the site has, where that is so.

All that is asked of a page is asked in a world of its own, where nothing that its scripts have changed is believed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy.exceptions import DownloadCancelledError

from newscrawl.network.failure import Unrendered

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

    from newscrawl.network.page_requests import PageRequests
    from newscrawl.pages.steps import Reader, Steps

LOOK_SECONDS = 0.05
QUIET_SECONDS = 0.3
"""A page that has asked for nothing for so long has come to rest."""
BUSY_SECONDS = 0.1
"""A page that takes longer to answer was busy with its scripts, which may ask for something now."""
REST_SHARE = 1 / 3
"""Of DOWNLOAD_TIMEOUT: how long that is waited for at most, and the element that `wait_for` names. Then the page is
read as it is."""
PRESS_SECONDS = 1.0
"""What a page is given beside DOWNLOAD_TIMEOUT for each time that it is pressed and something comes of it."""
WORLD = "newscrawl"
STATE = "document.readyState"
LENGTH = "document.documentElement ? document.documentElement.outerHTML.length : 0"
SCROLL = "scrollTo(0, document.documentElement.scrollHeight)"
BUTTON = "[...document.querySelectorAll({selector})].find(one => !one.disabled && !one.hidden)"
# What is listed now and was not when that was asked last, and the other way round.
CHANGE = """(() => {
    const count = document.getElementsByTagName('*').length
    const links = new Set([...document.links].map(link => link.href))
    const before = globalThis.before ?? {count, links}
    globalThis.before = {count, links}
    return [
        count - before.count,
        [...links].filter(link => !before.links.has(link)).length,
        [...before.links].filter(link => !links.has(link)).length,
    ]
})()"""


class Change(NamedTuple):
    """How a page differs from what it was."""

    elements: int
    new_links: int
    lost_links: int

    @property
    def is_replaced(self) -> bool:
        """Whether a list shows its next page instead of the one before."""
        return self.new_links > 0 and self.lost_links * 2 >= self.new_links


class Visit:
    """A page from its beginning to its end."""

    def __init__(self, steps: Steps, reader: Reader, requests: PageRequests, seconds: float, most: int) -> None:
        """`seconds`: DOWNLOAD_TIMEOUT; `most`: DOWNLOAD_MAXSIZE."""
        self.steps = steps
        self.reader = reader
        self.requests = requests
        self.most = most
        self.cut = ""
        """Why the page holds less than the site has, where that is so."""
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._until = monotonic() + seconds
        self._rest = seconds * REST_SHARE
        self._rest_until = self._rest_waited = 0.0

    @property
    def is_late(self) -> bool:
        """Whether it took the time that it has, without that in which it waited for its turn at the site."""
        self.requests.look()
        return monotonic() > self._until + self.requests.waited

    def begin_rest(self) -> None:
        """From now on it is waited for the page to come to rest."""
        self._rest_until = monotonic() + self._rest
        self._rest_waited = self.requests.waited

    @property
    def rest_left(self) -> float:
        """For how many seconds that is still waited; below nought: no longer."""
        return self._rest_until - monotonic() + self.requests.waited - self._rest_waited

    def give(self, seconds: float) -> None:
        """More time."""
        self._until += seconds

    def crash(self, *_: object) -> None:
        if not self.crashed.done():
            self.crashed.set_result(None)


class Opened:
    """A page that is open in the browser, asked from outside its own scripts' reach."""

    def __init__(self, page: Page, session: CDPSession, frame: str) -> None:
        self.page = page
        self._session = session
        self._frame = frame

    @classmethod
    async def of(cls, page: Page) -> Opened:
        session = await page.context.new_cdp_session(page)
        frames = await session.send("Page.getFrameTree")
        return cls(page, session, frames["frameTree"]["frame"]["id"])

    async def ask(self, expression: str) -> Any:
        """What an expression gives, as JSON. Raises Unrendered where it gives nothing."""
        # The same world each time, but for a new one where the page was replaced.
        world = await self._session.send("Page.createIsolatedWorld", {"frameId": self._frame, "worldName": WORLD})
        asked = {"expression": expression, "contextId": world["executionContextId"], "returnByValue": True}
        given = await self._session.send("Runtime.evaluate", asked)
        if "exceptionDetails" in given:
            raise Unrendered(f"not rendered: it does not answer: {given['exceptionDetails'].get('text', '')}")
        return given["result"].get("value")

    async def numbers(self, expression: str) -> list[int]:
        """The numbers that an expression gives. Raises Unrendered where it gives others: elements can have any name."""
        given = await self.ask(f"[{expression}].flat()")
        if not isinstance(given, list) or not all(isinstance(number, int) for number in given):
            raise Unrendered("not rendered: it hides what it is")
        return given

    async def html(self, most: int) -> bytes:
        """The page as it is, in UTF-8. Raises DownloadCancelledError where it has more than so many characters."""
        (length,) = await self.numbers(LENGTH)
        # Measured first, so that it need not be had; and again, for it may have grown since.
        text = "" if length > most else await self.page.content()
        if max(length, len(text)) > most:
            raise DownloadCancelledError(f"rendered it has more than {most:,} characters")
        # Scripts may write halves of characters, which no encoding has.
        return text.encode("utf-8", "replace")


async def loaded(opened: Opened) -> None:
    """Wait until the page's own HTML is read.

    Playwright's waiting for that never ends where a script leads on meanwhile, and is not let.
    """
    while await opened.ask(STATE) == "loading":  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(LOOK_SECONDS)


async def perform(opened: Opened, visit: Visit) -> None:
    """Wait for what the steps name and until the page holds something; press or scroll for more."""
    steps = visit.steps
    visit.begin_rest()
    if steps.wait_for:
        await _wait_for(opened, visit, steps.wait_for)
    await _come_to_rest(opened, visit)
    # Some scripts take their time before they ask for the text at all.
    while visit.rest_left > 0 and not visit.reader.is_filled(await opened.html(visit.most)):
        await _come_to_rest(opened, visit)
    if steps.presses:
        visit.cut = await _press(opened, visit)


async def _wait_for(opened: Opened, visit: Visit, selector: str) -> None:
    """Wait until an element is there, however long what brings it waits for its turn at the site."""
    while visit.rest_left > 0:
        with contextlib.suppress(PlaywrightTimeout):
            await opened.page.wait_for_selector(selector, state="attached", timeout=visit.rest_left * 1000)
            return
        visit.requests.look()


async def _press(opened: Opened, visit: Visit) -> str:
    """Press as often as the steps say and something comes of it that the reader wants; why there is more, if so."""
    steps, requests = visit.steps, visit.requests
    button = BUTTON.format(selector=json.dumps(steps.show_more))
    await opened.ask(CHANGE)
    for _ in range(steps.presses):
        if not await _is_wanted(opened, visit):
            return ""
        failed = len(requests.faults)
        visit.begin_rest()
        if steps.show_more:
            if not await opened.ask(f"(button => {{ button?.click(); return button !== undefined }})({button})"):
                return ""
        else:
            await opened.ask(SCROLL)
        await _come_to_rest(opened, visit)
        change = Change(*await opened.numbers(CHANGE))
        if change.is_replaced:
            return "its list shows each further page instead of the one before, which is not read"
        if change.elements <= 0:
            return f"what brings more failed: {requests.faults[failed]}" if requests.faults[failed:] else ""
        visit.give(PRESS_SECONDS)
    is_more = not steps.show_more or await opened.ask(f"{button} !== undefined")
    if not is_more or not await _is_wanted(opened, visit):
        return ""
    return f"it has more than the {steps.presses} presses bring that its source or page class names"


async def _is_wanted(opened: Opened, visit: Visit) -> bool:
    """Whether the reader wants more than the page has now."""
    wants_more = visit.reader.wants_more
    return wants_more is None or wants_more(await opened.html(visit.most))


async def _come_to_rest(opened: Opened, visit: Visit) -> None:
    """Wait until a page asks for nothing more, and its scripts are done with what they got."""
    requests, since = visit.requests, monotonic()
    while visit.rest_left > 0:
        if requests.quiet < QUIET_SECONDS or monotonic() - since < QUIET_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            requests.look()
            continue
        asked = monotonic()
        await opened.ask(STATE)
        if monotonic() - asked < BUSY_SECONDS and not requests.is_asking:
            return
        since = monotonic()
