"""The ledger: one database, seen from its three sides."""

from newscrawl.ledger.database import Database
from newscrawl.ledger.frontier import Frontier
from newscrawl.ledger.record import Record
from newscrawl.ledger.sources import SourceNotes


class Ledger:
    """What is known of every URL (`frontier`), of the record (`record`) and of the sources (`sources`)."""

    def __init__(self, url: str) -> None:
        """`url`: an SQLAlchemy database URL. Raises LedgerError."""
        self._database = Database(url)
        self.frontier = Frontier(self._database)
        self.record = Record(self._database, self.frontier)
        self.sources = SourceNotes(self._database)

    def close(self) -> None:
        self._database.close()
