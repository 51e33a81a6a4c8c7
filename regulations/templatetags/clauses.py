"""The basis of a rule as links to the clauses that it rests on."""

from django import template
from django.utils.html import format_html_join

from regulations.links import clause_address

register = template.Library()


@register.simple_tag
def clauses(edition, source):
    """Show the clauses of these facts, each once, as links with the line behind it.

    `edition` is a regulations.views.editions.Edition, `source` the ids of facts.
    """
    seen: dict[str, list] = {}
    for name in source:
        if (fact := edition.pack.facts.get(name)) is not None:
            seen.setdefault(fact.clause, []).append(fact)
    return format_html_join(
        "、",
        '<a class="clause" href="{}" title="{}">{}</a>',
        (
            (
                clause_address(edition.code, edition.slug, facts[0].id),
                "；".join(f"{fact.id} {fact.line}" for fact in facts),
                clause,
            )
            for clause, facts in seen.items()
        ),
    )
