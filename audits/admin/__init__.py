"""Audits in Django admin: auditors read everything of their unit and change their own papers alone."""

from audits.admin import beside, findings, flagged, papers, plans

__all__ = ["beside", "findings", "flagged", "papers", "plans"]
