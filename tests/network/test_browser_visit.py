"""What is done with a page in a real Chromium before it is read: it is waited for, pressed, and believed in nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from types import SimpleNamespace

from playwright.async_api import async_playwright
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import HtmlResponse, Request

from newscrawl.network.chromium import QUIET, find_chromium
from newscrawl.network.failure import Unrendered
from newscrawl.network.page_requests import ADDRESS, PageRequests, Scripts, Served
from newscrawl.network.visit import Opened, Visit, loaded, perform
from newscrawl.pages.steps import Reader, Steps

MOST = 100_000
SECONDS = 6.0
PRESSED = Steps(show_more="button", presses=3)
SCROLLED = Steps(presses=3)
LIST = "<ul><li><a href='/0'>0</a></ul><button>More</button><a href='/about'>About</a>"
MORE = """<script>
    let page = 0
    document.querySelector('button').addEventListener('click', () => {
        page += 1
        document.querySelector('ul').%(how)s
        if (page === %(last)s) { document.querySelector('button').remove() }
    })
</script>"""
GROWS = "insertAdjacentHTML('beforeend', `<li><a href='/${page}'>${page}</a>`)"
REPLACES = "innerHTML = `<li><a href='/${page}'>${page}</a>`"
TALL = "<ul style='min-height: 3000px'><li>0</ul>"
SCROLLS = """<script>
    let page = 0
    addEventListener('scroll', () => {
        page += 1
        const list = document.querySelector('ul')
        list.style.minHeight = list.offsetHeight + 3000 + 'px'
        if (page <= %(last)s) { list.insertAdjacentHTML('beforeend', `<li>${page}`) }
    })
</script>"""
ALL = Reader(lambda _: True)
UNTIL_2 = Reader(lambda _: True, lambda html: b"/2" not in html)
UNTIL_FILLED = Reader(lambda html: b"<p>" in html)
BUT_ITS_PRESSES = "it has more than the 3 presses bring that its source or page class names"


def script(text: str) -> str:
    return f"<body><script>{text}</script>"


def later(text: str) -> str:
    return script(f"setTimeout(() => {{ {text} }}, 900)")


BUSY = "setTimeout(() => { const t = Date.now(); while (Date.now() - t < 900); setTimeout(() => { %s }, 20) }, 250)"
LARGE = "document.body.innerHTML = '<p hidden>' + 'g'.repeat(200_000);"
OWN_HTML = "Object.defineProperty(document.documentElement, 'outerHTML', {get: () => %s});"
PAGES = {
    "waited for": (Steps(wait_for=".b1"), ALL, later("document.body.className = 'b' + 1")),
    "filled late": (Steps(), UNTIL_FILLED, later("document.body.innerHTML = '<p' + '>late'")),
    "never filled": (Steps(), UNTIL_FILLED, script("")),
    "busy": (Steps(), ALL, script(BUSY % "document.body.append('busy ' + 2)")),
    "pressed to its end": (PRESSED, ALL, LIST + MORE % {"how": GROWS, "last": 2}),
    "pressed as often as may be": (PRESSED, ALL, LIST + MORE % {"how": GROWS, "last": 9}),
    "pressed until it is known": (PRESSED, UNTIL_2, LIST + MORE % {"how": GROWS, "last": 9}),
    "pressed in vain": (PRESSED, ALL, LIST),
    "replaced": (PRESSED, ALL, LIST + MORE % {"how": REPLACES, "last": 9}),
    "scrolled to its end": (SCROLLED, ALL, TALL + SCROLLS % {"last": 2}),
    "scrolled as often as may be": (SCROLLED, ALL, TALL + SCROLLS % {"last": 9}),
    "lies of its length": (Steps(), ALL, script(OWN_HTML % "({length: 'x'})" + "document.body.append('read ' + 2)")),
    "lies of its size": (Steps(), ALL, script(LARGE + OWN_HTML % "''")),
    "lies of its elements": (PRESSED, ALL, LIST + script("document.getElementsByTagName = () => ({length: {}})")),
    "hides its root": (Steps(), ALL, "<form name=documentElement><input name=outerHTML></form>"),
    "hides its elements": (PRESSED, ALL, "<form name=getElementsByTagName></form>" + LIST),
}


def engine(*queued: Request) -> SimpleNamespace:
    """A crawler of which no more is asked than what waits in its downloader."""
    slot = SimpleNamespace(queue=deque((request, None) for request in queued))
    return SimpleNamespace(engine=SimpleNamespace(downloader=SimpleNamespace(slots={"www.example.org": slot})))


async def visited(context, steps, reader, html) -> tuple[str, str]:
    """A page after its visit, and why it is cut; or the fault's name, and what it says."""
    page = await context.new_page()
    answer = HtmlResponse("https://www.example.org/", body=html.encode())
    await page.route("**", lambda route: route.fulfill(body=html, content_type="text/html"))
    await page.goto(answer.url, wait_until="commit")
    visit = Visit(steps, reader, PageRequests(engine(), answer, Scripts()), SECONDS, MOST)
    opened = await Opened.of(page)
    try:
        await loaded(opened)
        await perform(opened, visit)
        return (await opened.html(visit.most)).decode(), visit.cut
    except (Unrendered, DownloadCancelledError) as fault:
        return type(fault).__name__, str(fault)
    finally:
        await page.close()


def visited_all() -> dict[str, tuple[str, str]]:
    """All of the pages, each visited in one browser."""

    async def visit_all():
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=find_chromium(), args=[*QUIET, "--no-sandbox"], chromium_sandbox=False
            )
            context = await browser.new_context()
            async with asyncio.timeout(60):
                ends = await asyncio.gather(*(visited(context, *page) for page in PAGES.values()))
            await browser.close()
        return dict(zip(PAGES, ends, strict=True))

    return asyncio.run(visit_all())


LEFT = {
    "waited for": ('class="b1"', ""),
    "filled late": ("<p>late", ""),
    "never filled": ("<script></script>", ""),
    "busy": ("busy 2", ""),
    "pressed to its end": ("/2", ""),
    "pressed as often as may be": ('/3"', BUT_ITS_PRESSES),
    "pressed until it is known": ('/2"', ""),
    "pressed in vain": ("/0", ""),
    "replaced": ("/1", "its list shows each further page instead of the one before, which is not read"),
    "scrolled to its end": ("<li>2", ""),
    "scrolled as often as may be": ("<li>3", BUT_ITS_PRESSES),
    "lies of its length": ("read 2", ""),
    "lies of its size": ("DownloadCancelledError", "rendered it has more than 100,000 characters"),
    "lies of its elements": ("/0", ""),
    "hides its root": ('<input name="outerHTML">', ""),
    "hides its elements": ("/0", ""),
}


def test_a_page_is_read_as_its_scripts_leave_it_and_what_is_missing_is_told():
    pages = visited_all()

    for name, (holds, cut) in LEFT.items():
        assert holds in pages[name][0], name
        assert pages[name][1] == cut, name
    assert '/3"' not in pages["pressed until it is known"][0]


def test_a_page_that_waits_for_a_hundred_things_waits_once(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("newscrawl.network.page_requests.monotonic", lambda: clock[0])
    asked = [Request(f"https://www.example.org/{number}", meta={ADDRESS: f"page {number}"}) for number in range(100)]
    requests = PageRequests(engine(*asked), HtmlResponse("https://www.example.org/"), Scripts())
    requests._open.update(request.meta[ADDRESS] for request in asked)

    requests.look()
    clock[0] += 30
    requests.look()

    assert requests.waited == 30


class Asking:
    """A page that asks for a script."""

    is_closed = False

    def __init__(self, answer: Served | None) -> None:
        self.answer = answer
        self.times = 0

    async def fetch(self, _: object) -> Served | None:
        self.times += 1
        await asyncio.sleep(0)
        return self.answer


def test_two_pages_that_want_one_script_at_the_same_time_ask_for_it_once():
    missing = Served(404, {}, b"")

    async def both(one, other):
        scripts = Scripts()
        return await asyncio.gather(scripts.get("/a.js", one, None), scripts.get("/a.js", other, None))

    one, other = Asking(missing), Asking(missing)
    assert asyncio.run(both(one, other)) == [missing, missing]
    assert one.times + other.times == 1
    one, other = Asking(None), Asking(missing)
    assert asyncio.run(both(one, other)) == [None, missing], "a page that is closed meanwhile costs the other nothing"
