"""Every page under fixtures/pages reads as the article that was written down by hand beside it, field by field."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from newscrawl.items import Article
from newscrawl.pages.article_page import ArticlePage, NotAnArticle

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
SPIDERS = SpiderLoader(Settings({"SPIDER_MODULES": ["newscrawl.spiders"]}))
CASES = sorted(folder.parent for folder in PAGES.glob("*/*/article.json"))
READ_ON = datetime(2026, 2, 1, tzinfo=UTC)


def expected(case: Path) -> dict:
    return json.loads((case / "article.json").read_text(encoding="utf-8"))


def page(case: Path) -> ArticlePage:
    told = expected(case)
    date = datetime.fromisoformat(told["_date"]) if "_date" in told else READ_ON
    page_class = SPIDERS.load(case.parent.name).page
    return page_class((case / "page.html").read_bytes(), told.get("_fetched_from", told["url"]), date=date)


@cache
def read(case: Path) -> Article:
    return page(case).read()


def plain(value: object) -> object:
    """A field as article.json writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if hasattr(value, "caption"):
        return {"url": value.url, "caption": value.caption, "credit": value.credit}
    return value


FIELDS = [
    pytest.param(case, name, id=f"{case.parent.name}/{case.name}:{name}")
    for case in CASES
    for name in expected(case)
    if not name.startswith("_") and "_not_an_article" not in expected(case)
]


@pytest.mark.parametrize(("case", "name"), FIELDS)
def test_field_is_what_a_person_reads(case, name):
    wanted = expected(case)[name]
    found = plain(getattr(read(case), name))
    match name:
        case "body":
            assert found.split("\n\n") == wanted
        case "provenance":
            assert {key: found.get(key) for key in wanted} == wanted
        case _:
            assert found == wanted


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case.parent.name}/{case.name}") for case in CASES if "_not_an_article" in expected(case)],
)
def test_page_that_is_no_article_says_so(case):
    with pytest.raises(NotAnArticle) as refused:
        page(case).read()
    assert refused.value.reason


def test_there_are_cases_of_both_outlets():
    assert {case.parent.name for case in CASES} >= {"iraqinews", "middleeasteye"}
