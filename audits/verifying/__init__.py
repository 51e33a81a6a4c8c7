"""Verification for auditors: started from a page, done in the background, its outcome on a page."""
