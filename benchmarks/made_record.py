"""A record of many articles, made up, for what has to be tried at size without a crawl.

In: a folder and a number. Out: files of the record as two outlets' crawls leave them, always the same for the same
number: 500 topics, some of them on every third story and most on a few; every eighth story Arabic; near-duplicates at
the other outlet, second revisions, live blogs with their updates. No ledger.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from newscrawl.text.hashing import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEWEST = datetime(2026, 1, 31, 18, tzinfo=UTC)
OUTLETS = (
    ("iraqinews", "Iraqi News", "https://www.iraqinews.com"),
    ("middleeasteye", "Middle East Eye", "https://www.middleeasteye.net"),
)
PLACES = "Baghdad Basra Mosul Erbil Kirkuk Najaf Karbala Samarra Tikrit Baquba Ramadi Hilla Amara Duhok".split()
SUBJECTS = (
    "Ministry of Water|Ministry of Oil|Provincial council|Central bank|Railway company|Electricity board"
    "|City engineers|Farmers' union|Health directorate|Customs office"
).split("|")
DEEDS = (
    "opens a new bridge|repairs the old canal|signs a contract for pumps|counts this year's dates|reopens the museum"
    "|plants palm trees|sells wheat abroad|lays a second track|vaccinates pupils|publishes its budget"
).split("|")
WORDS = """
    the river ran low after a dry winter and engineers measured it every morning while traders waited for lorries from
    the border crossing where clerks stamped papers until late in the evening and officials said that work on roads
    schools and clinics would go on through spring as long as money for it lasts
""".split()
ARABIC_DEEDS = "افتتاح جسر جديد في|ترميم القناة القديمة في|زراعة النخيل في|افتتاح المتحف في|توقيع عقد في".split("|")
ARABIC_PLACES = "بغداد البصرة الموصل أربيل كركوك النجف كربلاء سامراء تكريت بعقوبة".split()
ARABIC_WORDS = """
    قال مسؤولون إن العمل على الطرق والمدارس سيستمر في الربيع بعد شتاء جاف وانتظر التجار الشاحنات عند المعبر حتى المساء
    وقاس المهندسون مستوى النهر كل صباح
""".split()
KINDS = """
    council hospital port university market airport court stadium railway festival dam bridge police archive orchestra
    library zoo harvest metro refinery heritage cinema flood radio canal museum bakery tower garden school clinic
    theatre academy brewery aqueduct
""".split()
NAMED = ("CJTF-OIR", "ISIS", "NATO Mission Iraq", "Oil prices", "Élections", "داعش")
TOPICS = [*NAMED, *PLACES, *(f"{place} {kind}" for kind in KINDS for place in PLACES)][:500]
EVERY_TENTH = 10


def write(directory: Path, number: int = 50_000) -> int:
    """Write so many articles below `directory`, which becomes a DATA_DIR; how many lines that makes."""
    lines: defaultdict[Path, list[bytes]] = defaultdict(list)
    for article in articles(number):
        file = directory / "articles" / article["outlet"] / f"{article['published_at']:%Y-%m}.jsonl"
        lines[file].append(msgspec.json.encode(article))
    for file, of_month in lines.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\n".join(of_month) + b"\n")
    return sum(map(len, lines.values()))


def articles(number: int, *, seed: int = 9) -> Iterator[dict[str, Any]]:
    """Lines of so many articles, the oldest first; those that were changed come twice."""
    chance = random.Random(seed)
    at = NEWEST - timedelta(minutes=30) * number
    blog: str | None = None
    last: dict[str, Any] | None = None
    for count in range(number):
        at += timedelta(minutes=30)
        outlet = OUTLETS[count % 2]
        kind = "live_blog" if count % 1000 == 500 else "live_update" if 500 < count % 1000 <= 510 else "article"
        if last and count % EVERY_TENTH == 3:
            # The other outlet tells the same a little later.
            changes = {"duplicate_of": last["id"], "similarity": 0.93, "headline": "Again: " + last["headline"]}
            article = {**_article(chance, count, at, outlet, "article"), "body": last["body"], **changes}
        else:
            article = _article(chance, count, at, outlet, kind)
        if kind == "live_blog":
            blog = article["id"]
        if kind == "live_update":
            article["parent_id"] = blog
        last = article if kind == "article" else None
        yield article
        if count % EVERY_TENTH == 7:
            body = article["body"] + "\n\nThis story was corrected."
            later = {"body": body, "revision": 2, "crawled_at": at + timedelta(hours=8)}
            hashes = {"content_hash": content_hash(article["headline"], body), "previous_hash": article["content_hash"]}
            yield {**article, **later, **hashes, "modified_at": at + timedelta(hours=7)}


def _article(
    chance: random.Random, count: int, at: datetime, outlet: tuple[str, str, str], kind: str
) -> dict[str, Any]:
    name, outlet_name, site = outlet
    is_arabic = count % 8 == 5
    # Few topics have most of the stories.
    topics = [TOPICS[int(chance.random() ** 3 * len(TOPICS))] for _ in range(3)]
    place = chance.choice(ARABIC_PLACES if is_arabic else PLACES)
    if is_arabic:
        headline, vocabulary = f"{chance.choice(ARABIC_DEEDS)} {place} {count}", ARABIC_WORDS
    else:
        headline, vocabulary = f"{chance.choice(SUBJECTS)} in {place} {chance.choice(DEEDS)} ({count})", WORDS
    paragraphs = [" ".join(chance.choices(vocabulary, k=60)) + "." for _ in range(6)]
    paragraphs[chance.randrange(6)] += f" {topics[0]}, {place} {chance.choice(TOPICS)}."
    body = "\n\n".join(paragraphs)
    url = f"{site}/iraq/story-{count}/"
    return {
        "id": f"{name}:{count}",
        "url": url,
        "outlet": name,
        "outlet_name": outlet_name,
        "kind": kind,
        "headline": headline,
        "description": " ".join(chance.choices(vocabulary, k=14)) + "." if count % 2 else None,
        "body": body,
        "dateline": None if is_arabic or count % 2 else place,
        "authors": [] if count % 3 else ["Staff"],
        "sections": ["Iraq" if count % 4 else "Economy"],
        "topics": list(dict.fromkeys(topics)),
        "published_at": at,
        "modified_at": None,
        "language": "ar" if is_arabic else "en",
        "image": None,
        "parent_id": None,
        "word_count": len(body.split()),
        "content_hash": content_hash(headline, body),
        "revision": 1,
        "previous_hash": None,
        "duplicate_of": None,
        "similarity": None,
        "first_seen_at": at,
        "crawled_at": at + timedelta(minutes=20),
        "provenance": {"headline": "json-ld", "body": "selector", "published_at": "json-ld"},
        "schema_version": 1,
    }
