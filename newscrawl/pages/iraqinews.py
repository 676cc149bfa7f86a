"""Reads articles of Iraqi News.

In: a page's HTML, or a text from its REST or feed. Out: an `Article`.
"""

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from newscrawl.pages.article_page import Layout, Outlet
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.text.urls import Site


class IraqiNewsPage(WordPressPage):
    """WordPress, with stories since 2008, the oldest of them imported from Joomla."""

    outlet = Outlet(
        name="iraqinews",
        title="Iraqi News",
        zone=ZoneInfo("Asia/Baghdad"),
        site=Site(
            host="www.iraqinews.com",
            aliases=frozenset({"iraqinews.com", "dev.iraqinews.com"}),
            trailing_slash=True,
            lower_case=True,
        ),
    )

    layouts: ClassVar[tuple[Layout, ...]] = (
        *WordPressPage.layouts,
        # The site's first years, before its stories were imported from Joomla 1.5, as archives hold them.
        Layout(
            "joomla",
            at={
                "story_at": "body",
                "headline_at": (".contentheading", "h1"),
                "body_at": ('table.contentpaneopen td[valign="top"]:not(.createdate):not(:has(.small))',),
                "byline_at": "table.contentpaneopen .small",
                "date_text_at": "table.contentpaneopen .createdate",
            },
            until=date(2011, 12, 31),
        ),
    )
    path_sections: ClassVar[dict[str, str]] = {
        "iraq": "Iraq",
        "sports": "Sports",
        "lifestyle": "Lifestyle",
        "business": "Business",
        "iraq-war": "Iraq War",
        "baghdad-politics": "Baghdad Politics",
        "business-iraqi-dinar": "Business & Iraqi Dinar",
        "features": "Features",
        "arab-world-news": "Arab World News",
    }

    # "IraqiNews.com", its misspellings ("IraqiNewws.com") and "Iraqi News", yet not the "Iraqi News Agency".
    brands = (r"(?:https?://)?(?:www\.)?ira[qk]i?[\s-]?new+s?(?:\s?[.,]{0,2}\s?c{1,2}o?[mn]/?)?(?!\s+agency)",)
    boilerplate = WordPressPage.boilerplate.plus(
        lines=(
            r"Multithumb found errors.*",
            r"There was a problem loading image.*",
            r"Number of Reads\s*:?\s*[\d,]+",
            r"Read more\W*",
            r"[\\/(]{1,2}\s?end\s?[\\/)]{1,2}",
        ),
        tails=(
            # The desk's initials: "SS (P) 1", "SH (P)/SR 35", "RM (TS)/SR 3"; often with a counter. Alone they are
            # initials only after a sentence: "a member of the KDP (I)" is none.
            r"(?<![\w-])[A-Z]{2,3}\s?\([A-Z]{1,3}\)(?:\s?/\s?[A-Z]{2,3}(?:\s?\d{1,4})?|\s?\d{1,4})",
            r"(?:(?<![\s\S])|(?<=\n)|(?<=[.!?\"”’»]\s))[A-Z]{2,3}\s?\([A-Z]{1,3}\)",
            r"Number of Reads\s*:?\s*[\d,]+",
            r"(?<!\w)[\\/(]{1,2}\s?(?:END|End|end)\s?[\\/)]{1,2}|(?<!\w)[\\/]{1,2}\s?END",
        ),
    )
