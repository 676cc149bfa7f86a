"""Every setting that differs from Scrapy's default, with its reason; then our own.

Any of them can be set for one crawl: `scrapy crawl iraqinews -s DATA_DIR=/srv/news`.
"""

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
NEWSPIDER_MODULE = "newscrawl.spiders"
COMMANDS_MODULE = "newscrawl.commands"

# --- our own ---

DATA_DIR = "data"
"""Where articles, ledger and reports are kept."""
LEDGER_URL = ""
"""An SQLAlchemy database URL; empty: `ledger.db` in DATA_DIR."""
SECOND_LOOKS = [6, 24, 72, 168]
"""Hours after its publication at which an article is looked at again; [] for never."""
PROJECT_URL = "https://example.org/newscrawl"
"""Your page about this crawler, for the people whose sites it visits: set it before you crawl for real."""
NEAR_DUPLICATES = "label"
"""What becomes of an article that tells the same text as another one: label (it is written, and says so), drop (it is
not written; the ledger says why), off (nothing is compared). docs/duplicates.md"""
DUPLICATE_WINDOW = 30
"""Days between the publication of two articles that are compared."""
TOPICS_FILE = "topics.toml"
"""Topics with several names, for `scrapy topics` and `scrapy site`; beside scrapy.cfg, unless it is a whole path."""
REPLAY_FROM = ""
"""A folder of recorded sites to crawl instead of the network."""
PLAYWRIGHT_CHROMIUM = ""
"""The Chromium for pages that need one; empty: the variable of that name, Playwright's own, or one on the PATH."""
KEEP_PAGES = False
"""Keep the answers that articles are read from, as WARC under `DATA_DIR/pages/`, for `scrapy reparse`."""
RECORD_TO = ""
"""A folder to record the crawled site into."""
MAX_REFUSED_SHARE = 0.2
"""Above this share of unusable articles, or of failed pages, a crawl has not done its job (exit status 1)."""
LEAST_FALLBACK_TEXT = 200
"""Characters that the general reader must find where no layout of an outlet does; with fewer, a page is refused."""
READERS = 0
"""Processes that read pages beside the crawl, for a site that may be asked as fast as it answers; 0: it reads them.
docs/performance.md"""
PROGRESS = True
"""Show progress while crawling and the report at the end."""

# --- polite: one place decides how often a host is asked ---

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newscrawl"  # the product token that robots.txt groups name (RFC 9309, 2.2.1)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 2  # a crawl has one host; what waits in the downloader holds up Ctrl-C by a delay each
DOWNLOAD_DELAY = 1.0  # seconds between two requests to a host
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's ±50 % would go below the delay that we promise

MAX_CRAWL_DELAY = 30.0  # seconds; a robots.txt that asks for more between two requests gets this
REFUSAL_PAUSE = 5.0  # seconds that a host is left alone after a 429 or 503 without Retry-After; doubled each time
MAX_PAUSE = 900.0  # seconds; a site that asks for a longer pause ends the crawl
MAX_REFUSALS = 6  # refusals in a row (429, 503, 403, challenges, no answer) after which a crawl stops knocking
ROBOTSTXT_REFETCH = 24 * 60 * 60  # seconds after which a long crawl asks for robots.txt anew (RFC 9309, 2.4)

# --- bounded: what ends a crawl, or the reading of a source, cleanly; run again it goes on from there ---

URLLENGTH_LIMIT = 2083  # characters of an address; longer ones are counted, and never asked for
MAX_SOURCE_PAGES = 20_000  # pages of one source, such as a listing whose pager never ends
MAX_DUE = 1_000_000  # URLs of an outlet that wait to be asked for, before no further ones are looked for
BROWSER_PAGES = 200  # pages that one browser renders; then another one is started, as what it leaks ends with it
MAX_MEMORY = 2048  # MB of the whole process; at most nine tenths of what the system gives it

# --- safe ---

DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default
DOWNLOAD_TIMEOUT = 30  # seconds; the default of 180 holds a crawl up for minutes
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes; no article is larger

# --- lean ---

STATS_DUMP = False  # the report tells people what they need
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the ledger knows what was asked for
CONCURRENT_ITEMS = 1  # an answer holds one article; Scrapy starts this many tasks for each answer, 100 by default
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 16_000_000  # bytes of answers that wait to be read; with 5 MB readers (READERS) run dry
LOG_LEVEL = "INFO"
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # an article known already is no warning; refused ones stand in the report
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # told once, with the outcome
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads each callback's source

# What stands below is all that a request and a crawl pass. It stands in place of Scrapy's own lists, which load what is
# in them even where it is switched off: a console on a port, a remote control that runs any Python it is sent, cookies
# with the list of public suffixes, a reading of each page for its refresh. That is a fifth of a crawl's start. Your own
# come to these by the settings without `_BASE`, as in any project; None there takes one away.

ADDONS = {
    "newscrawl.network.identity.Identity": 100,
    "newscrawl.replay.Replay": 200,
}
DOWNLOAD_HANDLERS_BASE = {
    "data": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler",
    "file": "scrapy.core.downloader.handlers.file.FileDownloadHandler",
    "http": "newscrawl.network.heads.Handler",
    "https": "newscrawl.network.heads.Handler",
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "newscrawl.network.borders.BordersMiddleware": 50,
    "newscrawl.network.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "newscrawl.network.pace.Pace": 560,  # sees each answer decoded, before it is asked for again (550)
    "newscrawl.network.decoding.Decoding": 590,
    "newscrawl.archive.keeping.KeepPages": 595,  # below Decoding (590): answers as they came
    "newscrawl.network.redirects.Redirects": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
# Scrapy's others would do nothing here but pass each answer and each article on: the ledger knows where a URL is from,
# the spider gives every answer its place, and an address that is too long is refused where it is named.
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,  # keeps requests in the ledger's order
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
}
ITEM_PIPELINES = {
    "newscrawl.pipelines.validate.Validate": 100,
    "newscrawl.pipelines.dedupe.Dedupe": 200,
    "newscrawl.pipelines.near_duplicates.NearDuplicates": 250,
    "newscrawl.pipelines.jsonlines.JsonLines": 300,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
    "newscrawl.dataset.Dataset": 0,
    "newscrawl.reporting.screen.Screen": 5,
    "newscrawl.network.bounds.Bounds": 5,  # of memory too, within a second and with a reason
    "newscrawl.network.rendering.Renderer": 5,
    "newscrawl.readers.readers.Readers": 5,
    "newscrawl.reporting.progress.Progress": 10,
    "newscrawl.reporting.reporter.Reporter": 20,  # after the live line is gone
}
