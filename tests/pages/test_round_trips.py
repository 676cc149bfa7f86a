"""An article survives being written and read, and a page says the same however it is written down."""

import random
import re
from dataclasses import fields
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.items import Article, Image
from tests.pages.test_fixtures import CASES, READ_ON, SPIDERS, expected

STORIES = [case for case in CASES if "_not_an_article" not in expected(case)]
IDS = [f"{case.parent.name}/{case.name}" for case in STORIES]
every_page = pytest.mark.parametrize("case", STORIES, ids=IDS)


def source(case):
    """The page as text, by the encoding that it names."""
    html = (case / "page.html").read_bytes()
    return html.decode("cp1256" if b"windows-1256" in html[:600].lower() else "utf-8")


def read(case, html, encoding=None):
    told = expected(case)
    date = datetime.fromisoformat(told["_date"]) if "_date" in told else READ_ON
    page_class = SPIDERS.load(case.parent.name).page
    html = html.encode() if isinstance(html, str) else html
    return page_class(html, told.get("_fetched_from", told["url"]), date=date, encoding=encoding).read()


def as_it_stands(case):
    return read(case, (case / "page.html").read_bytes())


# An article as JSON.

TEXT = st.text(min_size=1, max_size=40).map(lambda text: f"{text}.")
NAMES = st.lists(st.text(max_size=20), max_size=4)
MOMENTS = st.datetimes(timezones=st.just(UTC))
IMAGES = st.builds(
    Image,
    url=st.text(max_size=30).map("https://news.example/{}".format),
    caption=st.none() | TEXT,
    credit=st.none() | TEXT,
)
FIELDS = {
    "id": st.from_regex(r"[a-z]{1,9}:[\w:/]{1,20}", fullmatch=True),
    "url": st.text(max_size=30).map("https://news.example/{}".format),
    "outlet": TEXT,
    "outlet_name": TEXT,
    "kind": st.sampled_from(["article", "opinion", "live_blog", "live_update", "video", "gallery"]),
    "headline": TEXT,
    "description": st.none() | TEXT,
    "body": st.lists(TEXT, min_size=1, max_size=5).map("\n\n".join),
    "dateline": st.none() | TEXT,
    "authors": NAMES,
    "sections": NAMES,
    "topics": NAMES,
    "published_at": MOMENTS,
    "modified_at": st.none() | MOMENTS,
    "language": st.sampled_from(["en", "fr", "ar", "ckb", "und", "zh-Hant"]),
    "image": st.none() | IMAGES,
    "parent_id": st.none() | TEXT,
    "word_count": st.integers(1, 2**53),
    "content_hash": st.text("0123456789abcdef", min_size=64, max_size=64),
    "revision": st.integers(1, 1000),
    "previous_hash": st.none() | TEXT,
    "duplicate_of": st.none() | TEXT,
    "similarity": st.none() | st.floats(0, 1),
    "first_seen_at": MOMENTS,
    "crawled_at": MOMENTS,
    "provenance": st.dictionaries(TEXT, TEXT, max_size=5),
    "schema_version": st.integers(1, 9),
}


def test_every_field_of_an_article_is_tried():
    assert set(FIELDS) == {field.name for field in fields(Article)}


@settings(max_examples=100, deadline=None)
@given(st.builds(Article, **FIELDS))
def test_any_article_encodes_and_decodes_to_itself(article):
    assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article


@every_page
def test_the_article_of_every_page_encodes_and_decodes_to_itself(case):
    article = as_it_stands(case)
    article.first_seen_at = article.crawled_at = READ_ON
    line = msgspec.json.encode(article)
    assert b"\n" not in line
    assert msgspec.json.decode(line, type=Article) == article


# A page, written otherwise.

TOKEN = re.compile(
    r"<!--.*?-->|<![^>]*>|(?s:<(script|style|textarea|pre)\b.*?</\1\s*>)|</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<",
    re.DOTALL,
)
START = re.compile(r"<([a-zA-Z][^\s/>]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\s*([^\s=/>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)""")
BLOCK = re.compile(
    r"</?(?:p|div|section|article|main|header|footer|nav|aside|ul|ol|li|table|thead|tbody|tr|td|th|h[1-6]|blockquote"
    r"|figure|figcaption|form|head|body|meta|link|title|html)\b",
    re.IGNORECASE,
)


def tokens(html):
    """The page's comments, tags and texts; a script, a style and what is preformatted are one each."""
    return [match[0] for match in TOKEN.finditer(html)]


def start_tag_reordered(token, order):
    match = START.fullmatch(token)
    if match is None:
        return token
    attributes = ATTRIBUTE.findall(match[2])
    order(attributes)
    return f"<{' '.join([match[1], *attributes])}{' /' if match[3] else ''}>"


def reordered(html, order):
    found = []
    for token in tokens(html):
        head, end, rest = token.partition(">") if token[:1] == "<" and token[1:2].isalpha() else ("", "", token)
        raw = re.match(r"<(?:script|style|textarea|pre)\b", token, re.IGNORECASE)
        if raw and end:
            found.append(start_tag_reordered(head + end, order) + rest)
        else:
            found.append(start_tag_reordered(token, order) if token[1:2].isalpha() else token)
    return "".join(found)


@every_page
def test_the_order_of_attributes_changes_nothing(case):
    wanted = as_it_stands(case)
    html = source(case)
    turned = reordered(html, list.reverse)
    assert turned != html
    assert read(case, turned) == wanted
    assert read(case, reordered(html, random.Random(5).shuffle)) == wanted


def respaced(html, space):
    """White space around the tags of block elements: what stands there already, and what may as well."""
    found = []
    for token in tokens(html):
        if BLOCK.match(token):
            while found and found[-1].isspace():
                found.pop()
            if found:
                found[-1] = found[-1].rstrip() if not found[-1].startswith("<") else found[-1]
            found += [space, token, space]
        elif found and found[-1] == space and not token.startswith("<"):
            found.append(token.lstrip())
        else:
            found.append(token)
    return "".join(found)


@every_page
@pytest.mark.parametrize("space", ["", "\n", "\r\n\t\t  \r\n"], ids=["none", "a line", "more"])
def test_white_space_between_tags_changes_nothing(case, space):
    assert read(case, respaced(source(case), space)) == as_it_stands(case)


def in_bytes(html, name):
    """The page in an encoding; what that does not have as a reference, and in a script as an escape of JSON."""
    found = []
    for token in tokens(html):
        if re.match(r"<script\b", token, re.IGNORECASE):
            known = (char if char.encode(name, "ignore") else f"\\u{ord(char):04x}" for char in token)
            found.append("".join(known).encode(name))
        else:
            found.append(token.encode(name, "xmlcharrefreplace"))
    return b"".join(found)


def declaring(html, name):
    """The page with another encoding in its meta element, or with none."""
    return re.sub(r"(?i)<meta[^>]*charset[^>]*>", f'<meta charset="{name}">' if name else "", html, count=1)


ENCODINGS = {
    # as: in which encoding, what the meta element says, what the header says
    "UTF-8, declared by nobody": ("utf-8", None, None),
    "UTF-8 with a mark, declared windows-1256": ("utf-8-sig", "windows-1256", None),
    "UTF-8, declared windows-1256": ("utf-8", "windows-1256", None),
    "UTF-8, the header says windows-1256": ("utf-8", "utf-8", "windows-1256"),
    "UTF-8, declared iso-8859-1": ("utf-8", "iso-8859-1", "iso-8859-1"),
    "UTF-16 with a mark": ("utf-16", "utf-8", None),
    "windows-1256": ("cp1256", "windows-1256", None),
    "windows-1256, the header says so": ("cp1256", "utf-8", "windows-1256"),
    "windows-1256, the header says UTF-8": ("cp1256", "windows-1256", "utf-8"),
    "windows-1256, declared UTF-8": ("cp1256", "utf-8", "utf-8"),
    "windows-1256, declared by nobody": ("cp1256", None, None),
    "windows-1256, the header says iso-8859-1": ("cp1256", None, "iso-8859-1"),
    "windows-1252, declared iso-8859-1": ("cp1252", "iso-8859-1", None),
}


@every_page
def test_the_encoding_changes_nothing(case):
    wanted = as_it_stands(case)
    for told, (name, meta, header) in ENCODINGS.items():
        html = declaring(source(case), meta)
        whole = html.encode(name) if name.startswith("utf") else in_bytes(html, name)
        assert read(case, whole, header) == wanted, told


ADS = {
    "AdSense": """<ins class="adsbygoogle" style="display:block; text-align:center" data-ad-layout="in-article"
        data-ad-client="ca-pub-1"></ins><script>(adsbygoogle = window.adsbygoogle || []).push({});</script>""",
    "AdSense, shown": """<div class="google-auto-placed ap_container"><ins class="adsbygoogle"
        data-ad-status="filled"><div id="aswift_1_host"><iframe src="https://ads.example/x"></iframe>Visit</div></ins>
        </div>""",
    "Google's ad manager": """<div class="ad-wrapper"><div class="ad-label">Advertisement</div>
        <div id="div-gpt-ad-1700000000000-0" style="min-height: 250px"><script>
        googletag.cmd.push(function() { googletag.display("div-gpt-ad-1700000000000-0"); });</script></div></div>""",
    "Google's ad manager, shown": """<div id="div-gpt-ad-17-0"><div id="google_ads_iframe_/1/mpu_0__container__">
        <p>Fly to Basra for less</p><img src="https://ads.example/basra.jpg" alt="Fly to Basra"></div></div>""",
    "Taboola": """<div id="taboola-mid-article"><div class="trc_related_container"><span>Sponsored Links</span>
        <p><a href="https://ads.example/1">Doctors are amazed by this fruit</a></p></div></div>
        <script>window._taboola = window._taboola || []; _taboola.push({mode: "x"});</script>""",
    "Outbrain": """<div class="OUTBRAIN" data-src="DROP" data-widget-id="AR_1"><div class="ob-widget"><p>Recommended</p>
        <ul><li><a href="https://ads.example/2">Ten cars of which nobody speaks</a></li></ul></div></div>""",
    "Teads": '<div class="teads-inread"><div class="teads-ui-components-label">Advertisement</div><p>Play</p></div>',
    "Ezoic": """<span id="ezoic-pub-ad-placeholder-110" class="ezoic-adpicker-ad"></span><span class="ezoic-ad
        ezoic-at-0"><span id="div-gpt-ad-x-0" class="ezoic-ad">Report this ad</span></span>""",
    "Ad Inserter": "<div class='code-block code-block-2' style='margin: 8px 0;'><p>Rent a flat in Erbil</p></div>",
    "Drupal's DFP": """<div id="dfp-ad-mpu-wrapper" class="dfp-tag-wrapper"><div id="dfp-ad-mpu"
        class="dfp-tag-wrapper"><p class="dfp-slug">Advertisement</p><script>googletag.display("dfp");</script></div>
        </div>""",
    "tagDiv": """<div class="td-a-rec td-a-rec-id-content_inline"><span class="td-adspot-title">- Advertisement -</span>
        <a href="https://ads.example/3"><img src="https://ads.example/3.gif" alt="A bank" width="728"></a></div>""",
    "a banner": """<div class="banner ad"><a href="https://ads.example/4" rel="sponsored"><img
        src="https://ads.example/4.gif" alt="Win a car"></a></div>""",
    "Google's for AMP": '<amp-ad width="300" height="250" type="doubleclick"><div placeholder>Loading</div></amp-ad>',
    "a pixel": '<noscript><img src="https://ads.example/p.gif" width="1" height="1" alt=""></noscript>',
    "an aside": '<aside class="promo"><h4>Our newsletter</h4><p>Every Friday.</p></aside>',
}


@every_page
def test_ads_between_the_paragraphs_change_nothing(case):
    wanted = as_it_stands(case)
    html = source(case)
    for name, ad in ADS.items():
        assert read(case, re.sub(r"(</p>\s*)(?=<p\b)", rf"\1{ad}", html)) == wanted, name


def test_pages_have_places_for_ads():
    assert sum(bool(re.search(r"</p>\s*<p\b", source(case))) for case in STORIES) > len(STORIES) // 2
