"""The newest notices of whoever looks at a page, for the desk."""

from django import template

from complaints.wording import moment_words
from notices import words
from notices.models import Notice

register = template.Library()
ROWS = 8


@register.inclusion_tag("notices/_newest.html", takes_context=True)
def newest_notices(context):
    """Show the newest notices of the person who is signed in."""
    inbox = Notice.objects.inbox(context["request"].user).select_related("case__version")[:ROWS]
    return {
        "rows": [
            {
                "number": notice.case.number,
                "title": words.title(notice),
                "at": moment_words(notice.created_at),
                "unread": notice.read_at is None,
            }
            for notice in inbox
        ]
    }
