"""The ledger out in the background: by template, as CSV, or the raw log that `replay` accepts."""
