"""How the reader's language joins words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(words: Iterable[object]) -> str:
    """Join words as the reader's language joins a list."""
    return _("、").join(str(word) for word in words)


def labelled(label: object, detail: object) -> str:
    """Return a detail behind the words that say what it is."""
    return _("%(label)s：%(detail)s") % {"label": label, "detail": detail}
