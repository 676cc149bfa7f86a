"""Iraqi News as a first version of its page class might have read it, for the tests of reading pages anew."""

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.spiders.iraqinews import IraqiNewsSpider


class HastyPage(IraqiNewsPage):
    left_out = f"{IraqiNewsPage.left_out}, p:nth-of-type(2)"


class HastySpider(IraqiNewsSpider):
    name = "iraqinews"
    page = HastyPage


class ForgetfulPage(IraqiNewsPage):
    def is_other_page(self) -> str | None:
        return "a list of articles" if self.canonical_url.endswith("/story-2/") else super().is_other_page()


class ForgetfulSpider(IraqiNewsSpider):
    name = "forgetful"
    page = ForgetfulPage
