"""One Chromium, from its start to its end: scrapy-playwright's download handler, mended where a crawl needs more of it.

In: an answer of a site. Out: the HTML of the page once its scripts have run, and why it is not all of it, if so.

What is mended: a page has DOWNLOAD_TIMEOUT and DOWNLOAD_MAXSIZE; a browser that dies, or a page that crashes, ends its
rendering at once instead of never, with an error after which it may be tried again; page and context are closed
whatever happens, and the browser's processes are gone when it ends. A browser with a fault is not mended but replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shlex
import shutil
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from scrapy import Request, signals
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import HtmlResponse
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from newscrawl.network.chromium import QUIET
from newscrawl.network.failure import Unrendered
from newscrawl.network.pace import CrawlEnding, Pace
from newscrawl.network.page_requests import PageRequests
from newscrawl.network.visit import Opened, Visit, loaded, perform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page, Route
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.network.page_requests import Scripts
    from newscrawl.pages.steps import Reader, Steps

logger = logging.getLogger(__name__)

START_SECONDS = 60.0
"""What its start may take."""
CLOSE_SECONDS = 5.0
"""What closing a page or a browser may take before its processes are killed."""
LOOK_SECONDS = 0.2
"""How often it is looked whether a page may go on."""
NOBODY = 65534
ARGUMENTS = (
    *QUIET,
    # No network: all that a page gets comes from `page_requests.py`. What is not asked for in a way that can be
    # answered there (sockets, WebRTC, preconnections) finds no host, no proxy and no UDP.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://0.0.0.0:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--block-new-web-contents",
    "--blink-settings=imagesEnabled=false",
)
_VISIT = "visit"


class Chromium(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """A browser that is started once, renders some pages, and is ended."""

    def __init__(
        self, crawler: Crawler, program: Path, most_pages: int, tell: Callable[[str], None], *, may_go_without: bool
    ) -> None:
        """`tell`: says something to people. `may_go_without`: whether it may run without its sandbox."""
        super().__init__(crawler)
        # It would start itself with the engine; and its warnings have tracebacks, where ours end in the ledger.
        crawler.signals.disconnect(self._maybe_launch_in_thread, signals.engine_started)
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
        self.config.cdp_url = self.config.connect_url = None
        self.config.startup_context_kwargs = {}
        self.config.target_closed_max_retries = 0
        self.config.restart_disconnected_browser = False
        self.name = "Chromium"
        self.pages = 0
        """How many are open."""
        self.is_sandboxed = True
        self._crawler: Crawler = crawler
        self._program = program
        self._most_pages = most_pages
        self._tell = tell
        self._may_go_without = may_go_without
        self._rendered = 0
        self._visits: dict[str, Visit] = {}
        self._dead: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pid: int | None = None
        self._profile: str | None = None
        self._is_worn = False
        self._ending: asyncio.Task[None] | None = None

    @property
    def is_fit(self) -> bool:
        """Whether it may be given a further page."""
        is_worn = self._is_worn or self._rendered >= self._most_pages
        return not self._dead.done() and not is_worn and self._ending is None

    async def start(self) -> None:
        """Start it, sandboxed where that is possible. Raises Unrendered, and CrawlEnding."""
        starting, begun = asyncio.ensure_future(self._begin()), monotonic()
        try:
            while not starting.done():
                await asyncio.wait({starting}, timeout=LOOK_SECONDS)
                if self._is_ending() or self._ending is not None:
                    raise CrawlEnding("the crawl is ending")
                if monotonic() - begun > START_SECONDS and not starting.done():
                    raise Unrendered("it did not start in time")
            await starting
        except (PlaywrightError, OSError) as error:
            raise Unrendered(_first_line(error) or "it did not start") from error
        finally:
            await self._leave(starting)

    async def render(self, answer: Response, steps: Steps, reader: Reader, scripts: Scripts) -> tuple[bytes, str]:
        """The page of an answer, as UTF-8, after its scripts have run; and why there is more than that, if so.

        Raises Unrendered, DownloadCancelledError where there is too much of it, and CrawlEnding.
        """
        self._rendered += 1
        name = f"page {self._rendered}"
        settings = self._crawler.settings
        requests = PageRequests(self._crawler, answer, scripts, steps.presses)
        visit = Visit(
            steps, reader, requests, settings.getfloat("DOWNLOAD_TIMEOUT"), settings.getint("DOWNLOAD_MAXSIZE")
        )
        self._visits[name] = visit
        context = {
            "user_agent": settings["USER_AGENT"],
            "service_workers": "block",
            "accept_downloads": False,
        }
        meta = {_VISIT: visit, "playwright_context": name, "playwright_context_kwargs": context}
        task = asyncio.ensure_future(self._download_request(Request(answer.url, meta=meta)))
        try:
            await self._until_done(task, visit)
            html: bytes = (await task).body
        except PlaywrightError as error:
            if not self.browser.is_connected():
                self._die()
            raise Unrendered(f"not rendered: {_first_line(error)}") from error
        else:
            return html, visit.cut
        finally:
            requests.close()
            await self._put_away(name, task)

    async def end(self) -> None:
        """Close it, with all its processes; done only when they are gone, however many ask for it."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        self._die()
        await self._patiently(self.close())
        self._kill()
        if self._profile:
            # Playwright's driver makes and removes it, unless it was killed.
            shutil.rmtree(self._profile, ignore_errors=True)

    # --- starting ---

    async def _begin(self) -> None:
        await self._launch()
        # Gone once it has started, so that nothing is left of a crawl that is killed.
        with TemporaryDirectory(prefix="newscrawl-", ignore_cleanup_errors=True) as folder:
            await self._launch_somehow(Path(folder))
        session = await self.browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        self._pid = next((int(process["id"]) for process in processes if process["type"] == "browser"), None)
        self._profile = _profile_of(self._pid)
        self.name = f"Chromium/{self.browser.version}"

    async def _launch_somehow(self, folder: Path) -> None:
        """Sandboxed, else without, which is told: any page's script is a stranger's. `folder`: for what that takes."""
        try:
            await self._launch_as(self._sandboxed(folder), folder, sandbox=True)
        except PlaywrightError as error:
            if not self._may_go_without:
                raise
            logger.debug("Chromium does not start in its sandbox: %s", _first_line(error))
            await self._launch_as(self._program, folder, sandbox=False)
            self.is_sandboxed = False
            self._tell(
                "Chromium runs without its sandbox, which this system does not allow it; crawl as a user of its own "
                "that has nothing to lose"
            )

    async def _launch_as(self, program: Path, folder: Path, *, sandbox: bool) -> None:
        self.config.launch_options = {
            "executable_path": str(program),
            "args": list(ARGUMENTS),
            "artifacts_dir": str(folder),
            "chromium_sandbox": sandbox,
            "ignore_default_args": ["--disable-popup-blocking"],
            # Ctrl-C ends the crawl, which ends the browser.
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        await self._maybe_launch_browser()

    def _sandboxed(self, folder: Path) -> Path:
        """The program; for root, who may not run it sandboxed, as nobody in a user namespace of its own."""
        unshare = shutil.which("unshare")
        if os.geteuid() != 0 or unshare is None:
            return self._program
        script = folder / "chromium"
        as_nobody = f"--user --map-user={NOBODY} --map-group={NOBODY}"
        script.write_text(f'#!/bin/sh\nexec {unshare} {as_nobody} -- {shlex.quote(str(self._program))} "$@"\n', "utf-8")
        script.chmod(0o700)
        return script

    # --- one page ---

    async def _until_done(self, task: asyncio.Future[Any], visit: Visit) -> None:
        """Wait until a page is rendered; raise as soon as nothing more can come of it, or nothing is wanted of it."""
        while not task.done():
            waiting = {task, self._dead, visit.crashed}
            await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if self._is_ending():
                raise CrawlEnding("the crawl is ending")
            if task.done():
                return
            if self._dead.done() or visit.crashed.done():
                raise Unrendered("not rendered: the browser died" if self._dead.done() else "not rendered: it crashed")
            if visit.requests.size > visit.most:
                raise DownloadCancelledError(f"its scripts fetched more than {visit.most:,} bytes")
            if visit.is_late:
                raise Unrendered("not rendered: its scripts did not come to rest in time")

    def _is_ending(self) -> bool:
        pace = self._crawler.get_downloader_middleware(Pace)
        return pace is not None and pace.is_ending

    async def _put_away(self, name: str, task: asyncio.Future[Any]) -> None:
        """Close a page and its context; a browser that cannot is not used again."""
        await self._leave(task)
        self._visits.pop(name, None)
        opened = self.context_wrappers.pop(name, None)
        if opened is not None and not self._dead.done() and not await self._patiently(opened.context.close()):
            # Its other pages may still come to their end.
            self._is_worn = True

    async def _leave(self, task: asyncio.Future[Any]) -> None:
        """Let go of what is under way; what is done is left as it is."""
        task.cancel()
        await asyncio.wait({task}, timeout=CLOSE_SECONDS)
        if task.done() and not task.cancelled():
            task.exception()

    async def _patiently(self, closing: Awaitable[None]) -> bool:
        """Whether something could be closed in time."""
        try:
            await asyncio.wait_for(closing, CLOSE_SECONDS)
        except (PlaywrightError, TimeoutError, OSError):
            return False
        return True

    def _die(self) -> None:
        if not self._dead.done():
            self._dead.set_result(None)

    def _kill(self) -> None:
        """End what is left of its processes, and Playwright's driver."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._pid is not None:
                # It is the first of a process group of its own.
                os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(AttributeError, ProcessLookupError):
            # Nothing public names the driver's process.
            self.browser_provider.playwright_context_manager._client._transport._proc.kill()  # noqa: SLF001

    # --- what scrapy-playwright calls ---

    async def _browser_disconnected_callback(self) -> None:
        self._die()

    def _make_request_handler(self, context_name: str, **_: object) -> Any:
        requests = self._visits[context_name].requests

        async def serve(route: Route) -> None:
            await requests.serve(route)

        return serve

    async def _download_request_with_page(self, request: Request, page: Page, spider: object) -> Response:  # noqa: ARG002
        visit: Visit = request.meta[_VISIT]
        page.on("crash", visit.crash)
        page.on("popup", _close)
        await page.goto(request.url, wait_until="commit", timeout=0)
        opened = await Opened.of(page)
        await loaded(opened)
        await perform(opened, visit)
        return HtmlResponse(request.url, body=await opened.html(visit.most), encoding="utf-8")


async def _close(popup: Page) -> None:
    with contextlib.suppress(PlaywrightError):
        await popup.close()


def _profile_of(pid: int | None) -> str | None:
    """The folder of a browser's profile, where the system tells (Linux)."""
    option = b"--user-data-dir="
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return next((os.fsdecode(text.removeprefix(option)) for text in arguments if text.startswith(option)), None)


def _first_line(error: BaseException) -> str:
    """Playwright's messages go on with logs of its own."""
    return str(error).strip().partition("\n")[0]
