"""The newest notices of whoever looks at a page, for the desk."""

from django import template

from notices import inbox

register = template.Library()
ROWS = 8


@register.inclusion_tag("notices/_newest.html", takes_context=True)
def newest_notices(context):
    """Show the newest notices of the person who is signed in."""
    return {"rows": inbox.newest(context["request"].user.actor, ROWS)}
