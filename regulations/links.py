"""Addresses of single clauses, so that a basis anywhere leads to the regulation's own page."""

from django.urls import reverse

from regulations.models import RegulationVersion


def clause_url(version: RegulationVersion, fact: str) -> str:
    """Return the address of one fact of a version (`DALI-112`): its page, at that clause.

    Needs the version's regulation, which `select_related("regulation")` brings along.
    """
    return clause_address(version.regulation.code, version.slug, fact)


def clause_address(code: str, slug: str, fact: str) -> str:
    """Return the address of one fact of an edition: a version (`v2`) or a draft (`draft-7`)."""
    return f"{reverse('regulations:clauses', args=[code, slug])}#{fact}"
