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
REPLAY_FROM = ""
"""A folder of recorded sites to crawl instead of the network."""
KEEP_PAGES = False
"""Keep the answers that articles are read from, as WARC under `DATA_DIR/pages/`, for `scrapy reparse`."""
RECORD_TO = ""
"""A folder to record the crawled site into."""
MAX_REFUSED_SHARE = 0.2
"""Above this share of unusable articles, or of failed pages, a crawl has not done its job (exit status 1)."""
LEAST_FALLBACK_TEXT = 200
"""Characters that the general reader must find where no layout of an outlet does; with fewer, a page is refused."""
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
MAX_MEMORY = 2048  # MB of the whole process; at most nine tenths of what the system gives it

# --- safe ---

TELNETCONSOLE_ENABLED = False  # a console on a port that nobody asked for
REMOTE_CONTROL_ENABLED = False  # runs any Python it is sent
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default
DOWNLOAD_TIMEOUT = 30  # seconds; the default of 180 holds a crawl up for minutes
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes; no article is larger
COOKIES_ENABLED = False  # articles need none, and Scrapy's look up the public suffix list

# --- lean ---

MEMUSAGE_ENABLED = False  # network/bounds.py does this, within a second and with a reason
METAREFRESH_ENABLED = False  # its middleware parses every page a second time
STATS_DUMP = False  # the report tells people what they need
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the ledger knows what was asked for
HTTPERROR_ALLOW_ALL = True  # the spider gives every answer its place in the ledger
LOGSTATS_INTERVAL = 0  # progress.py does this
LOG_LEVEL = "INFO"
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # an article known already is no warning; refused ones stand in the report
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # told once, with the outcome
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads each callback's source

ADDONS = {
    "newscrawl.network.identity.Identity": 100,
    "newscrawl.replay.Replay": 200,
}
DOWNLOAD_HANDLERS = {
    "http": "newscrawl.network.heads.Handler",
    "https": "newscrawl.network.heads.Handler",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newscrawl.network.borders.BordersMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.network.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newscrawl.network.decoding.Decoding": 590,
    "newscrawl.archive.keeping.KeepPages": 595,  # below Decoding (590): answers as they came
    "newscrawl.network.pace.Pace": 560,  # sees each answer decoded, before the retry middleware (550) asks again
}
SPIDER_MIDDLEWARES = {
    # It drops a request without telling anyone; what is too long is refused where it is named, and at the borders.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
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
EXTENSIONS = {
    "newscrawl.dataset.Dataset": 0,
    "newscrawl.reporting.screen.Screen": 5,
    "newscrawl.network.bounds.Bounds": 5,
    "newscrawl.reporting.progress.Progress": 10,
    "newscrawl.reporting.report.Reporter": 20,  # after the live line is gone
}
