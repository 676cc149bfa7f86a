"""The ledger: every URL ever seen and what became of it, in one database."""

from newscrawl.ledger.ledger import Known, Ledger, LedgerError, Outcome, Row

__all__ = ["Known", "Ledger", "LedgerError", "Outcome", "Row"]
