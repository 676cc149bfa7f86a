"""A record of many articles, made up, for what has to be tried at size without a crawl.

In: a folder and a number. Out: files of the record as two outlets' crawls leave them, always the same for the same
number: every eighth story Arabic; near-duplicates at the other outlet, second revisions, live blogs with their updates;
tags as sites have them, few on very many stories, some 15,000 of 50,000 stories' on one alone. No ledger.

    write(directory, 50_000)
    append(directory, newest(50_000, 10))  # or older, revised, copies: what a later crawl brings
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

from newscrawl.text.hashing import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
SYLLABLES = "bar cal dor el fin gar hul ist jar kem lor mav nis orl pat qual ros sel tarv ulm vess wim yar zed".split()
TOWNS = [*PLACES, *map("".join, product(SYLLABLES, repeat=3))]
TOPICS = [*NAMED, *PLACES, *(f"{town} {kind}" for town in TOWNS[:60] for kind in KINDS)][:2000]
"""Those of more than one story, the largest first."""
OLD = "Rail strike"
"""A topic of the oldest tenth of all stories, and of no other."""
EVERY_TENTH = 10
EVERY_MINUTES = 30


def write(directory: Path, number: int = 50_000) -> int:
    """Write so many articles below `directory`, which becomes a DATA_DIR; how many lines that makes."""
    return append(directory, articles(number))


def append(directory: Path, lines: Iterable[dict[str, Any]]) -> int:
    """Write these lines to the ends of their files; how many they are."""
    of_files: defaultdict[Path, list[bytes]] = defaultdict(list)
    for article in lines:
        file = directory / "articles" / article["outlet"] / f"{article['published_at']:%Y-%m}.jsonl"
        of_files[file].append(msgspec.json.encode(article) + b"\n")
    for file, of_file in of_files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as record:
            record.writelines(of_file)
    return sum(map(len, of_files.values()))


# --- what a first crawl brings ---


def articles(number: int) -> Iterator[dict[str, Any]]:
    """Lines of so many articles, the oldest first; those that were changed come twice."""
    chance = random.Random(9)
    blog: str | None = None
    last: dict[str, Any] | None = None
    for count in range(number):
        kind = "live_blog" if count % 1000 == 500 else "live_update" if 500 < count % 1000 <= 510 else "article"
        article = _article(chance, count, _moment(count, number), kind)
        if last and count % EVERY_TENTH == 3:
            # The other outlet tells the same a little later.
            article |= _told_again(last)
        if kind == "live_blog":
            blog = article["id"]
        if kind == "live_update":
            article["parent_id"] = blog
        if count * 10 < number and OLD not in article["topics"]:
            article["topics"].append(OLD)
        last = article if kind == "article" else None
        yield article
        if count % EVERY_TENTH == 7:
            yield _corrected(article, article["published_at"] + timedelta(hours=7))


# --- what a later crawl brings, to a record of `known` articles ---


def newest(known: int, number: int) -> Iterator[dict[str, Any]]:
    """Articles that are newer than all others."""
    chance = random.Random(11)
    for count in range(known, known + number):
        yield _article(chance, count, _moment(count, known), "article")


def older(known: int, number: int) -> Iterator[dict[str, Any]]:
    """Articles of times long ago that were not met before, as an archive brings them."""
    chance = random.Random(12)
    for count in range(known + 1_000_000, known + 1_000_000 + number):
        yield _article(chance, count, _moment(chance.randrange(known), known) + timedelta(minutes=7), "article")


def revised(known: int, number: int) -> Iterator[dict[str, Any]]:
    """Second revisions of articles that had one."""
    for article in _some_of(known, number, 1):
        yield _corrected(article, NEWEST + timedelta(minutes=5))


def copies(known: int, number: int) -> Iterator[dict[str, Any]]:
    """Articles that tell what another outlet told, half of them before it did: those stand at the head of its card."""
    chance = random.Random(14)
    for count, article in enumerate(_some_of(known, number, 4)):
        at = article["published_at"] + timedelta(minutes=11 if count % 2 else -11)
        other = 2_000_000 + int(article["id"].partition(":")[2]) + 1
        yield _article(chance, other, at, "article") | _told_again(article)


def _some_of(known: int, number: int, last_digit: int) -> Iterator[dict[str, Any]]:
    """First revisions of plain articles, from all times; none of those that have a copy or a second revision."""
    tens = sorted(random.Random(13).sample([ten for ten in range(known // 10) if ten % 100 not in {50, 51}], number))
    wanted = {f"{10 * ten + last_digit}" for ten in tens}
    return (article for article in articles(known) if article["id"].partition(":")[2] in wanted)


# --- one article ---


def _moment(count: int, number: int) -> datetime:
    """When the article of that count was published, in a record of that number."""
    return NEWEST - timedelta(minutes=EVERY_MINUTES) * (number - 1 - count)


def _told_again(article: dict[str, Any]) -> dict[str, Any]:
    """What is other in an article that tells the same."""
    return {
        "headline": "Again: " + article["headline"],
        "body": article["body"],
        "topics": [*article["topics"]],
        "language": article["language"],
        "content_hash": content_hash("Again: " + article["headline"], article["body"]),
        "duplicate_of": article["id"],
        "similarity": 0.93,
    }


def _corrected(article: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The second revision of an article."""
    body = article["body"] + "\n\nThis story was corrected."
    hashes = {"content_hash": content_hash(article["headline"], body), "previous_hash": article["content_hash"]}
    return {
        **article,
        **hashes,
        "body": body,
        "revision": 2,
        "modified_at": at,
        "crawled_at": at + timedelta(hours=1),
    }


def _tags(chance: random.Random) -> list[str]:
    """Three of the topics, few of which have most of the stories; on every fourth story or so one that no other has."""
    tags = [TOPICS[int(len(TOPICS) ** chance.random()) - 1] for _ in range(3)]
    if chance.random() < 0.29:
        tags.append(f"{chance.choice(TOWNS)} {chance.choice(KINDS)}")
    return list(dict.fromkeys(tags))


def _article(chance: random.Random, count: int, at: datetime, kind: str) -> dict[str, Any]:
    """The outlets take turns."""
    name, outlet_name, site = OUTLETS[count % 2]
    is_arabic = count % 8 == 5
    topics = _tags(chance)
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
        "topics": topics,
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
