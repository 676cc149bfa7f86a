"""The ledger: every URL ever seen and what became of it, in one database that follows the record."""

from newscrawl.ledger.database import LedgerError, NoLedgerError
from newscrawl.ledger.fingerprints import Likeness, Look
from newscrawl.ledger.frontier import Outcome, Row
from newscrawl.ledger.ledger import Ledger
from newscrawl.ledger.record import FileState, Known, Line

__all__ = [
    "FileState",
    "Known",
    "Ledger",
    "LedgerError",
    "Likeness",
    "Line",
    "Look",
    "NoLedgerError",
    "Outcome",
    "Row",
]
