"""Where chains end: the tables that keep a chain's last place, and those that hold its rows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heads:
    """One kind of chain. `table` keeps the ends in the columns `key`, `count` and `hash`.

    `rows` holds the chains' rows, with `row_key` (an SQL expression), `seq` and `hash`.
    """

    chain: str
    table: str
    key: str
    count: str
    hash: str
    rows: str
    row_key: str


CASES = Heads(
    "case",
    "complaints_complaint",
    "id",
    "event_count",
    "head_hash",
    "complaints_caseevent",
    "case_id",
)
LEDGERS = Heads(
    "ledger", "penalties_ledgerhead", "case_id", "count", "hash", "penalties_entry", "case_id"
)
ACCESS = Heads("access", "accounts_accesshead", "0", "seq", "hash", "accounts_accessentry", "0")
CHANGES = Heads("changes", "accounts_changehead", "0", "seq", "hash", "accounts_changeentry", "0")
EVERY = (CASES, LEDGERS, ACCESS, CHANGES)
