"""Dates in Django admin as the rest of the site writes them, short enough for a column."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
