"""Iraqi News as if its pages told by an element when they are ready, for the tests of the browser."""

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.spiders.iraqinews import IraqiNewsSpider


class PatientPage(IraqiNewsPage):
    wait_for = "body:not(.postid-5), .ready"


class PatientSpider(IraqiNewsSpider):
    name = "iraqinews"
    page = PatientPage
