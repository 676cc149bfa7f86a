"""Follows redirects, and tells no site from which address it was led to another one.

In: an answer that names another address. Out: the request for that, without a Referer header, as all requests are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class Redirects(RedirectMiddleware):
    """Scrapy's own, which looks for a spider middleware that would write the header, and warns where there is none."""

    def _engine_started(self) -> None:
        pass

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002
        request.headers.pop("Referer", None)
