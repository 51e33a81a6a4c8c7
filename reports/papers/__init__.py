"""The printed forms of the regulations, filled in from a case: as PDF, as DOCX, by the house's own template."""
