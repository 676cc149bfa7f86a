"""The ledger: one database, seen from its five sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.ledger.crawls import CrawlNotes
from newscrawl.ledger.database import Database
from newscrawl.ledger.fingerprints import Fingerprints
from newscrawl.ledger.frontier import Frontier
from newscrawl.ledger.record import Record
from newscrawl.ledger.sources import SourceNotes

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


class Ledger:
    """What is known of every URL (`frontier`), of the record (`record`) and of near-duplicates in it (`fingerprints`),
    of the sources (`sources`), and of how well each crawl could read (`crawls`).
    """

    def __init__(self, url: str | URL, holder: str = "here", *, read_only: bool = False) -> None:
        """`url`: an SQLAlchemy database URL; `holder` names the data directory, where several share the ledger.

        Raises LedgerError; with `read_only`, which changes nothing, NoLedgerError where there is none.
        """
        self._database = Database(url, read_only=read_only)
        self.frontier = Frontier(self._database)
        self.fingerprints = Fingerprints(self._database)
        self.record = Record(self._database, self.frontier, self.fingerprints, holder)
        self.sources = SourceNotes(self._database)
        self.crawls = CrawlNotes(self._database)
        self.commit_together = self._database.commit_together
        self.commit = self._database.commit

    def outlets(self) -> list[str]:
        """All of which a URL is known, or a source was at least asked for."""
        return sorted({*self.frontier.outlets(), *self.sources.outlets()})

    def close(self) -> None:
        self._database.close()
