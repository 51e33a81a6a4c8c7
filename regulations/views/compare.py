"""Two editions of a regulation side by side: what the one changes against the other."""

from django.http import Http404
from django.shortcuts import render

from regulations.differences import by_kind, differences
from regulations.views.editions import Edition, edition_for, page, versions_of


def compare(request, code, slug):
    """Show what an edition changes against another one, by default the one before it."""
    edition = edition_for(request, code, slug)
    others = [one for one in versions_of(request, code) if one.slug != slug]
    wanted = request.GET.get("with") or _before(edition, others)
    other = edition_for(request, code, wanted) if wanted else None
    if other is not None and other.slug == edition.slug:
        raise Http404
    changes = differences(other.pack, edition.pack) if other else []
    context = {
        "other": other,
        "others": [
            {"slug": one.slug, "label": str(one.number), "here": one.slug == wanted}
            for one in others
        ],
        "changes": changes,
        "counts": by_kind(changes),
    }
    return render(request, "regulations/compare.html", page(edition, "compare", **context))


def _before(edition: Edition, others) -> str:
    """Return the version before this one, else the nearest after it; none where it is alone."""
    number = edition.version.number if edition.version else None
    earlier = [one for one in others if number is None or one.number < number]
    return next((one.slug for one in [*earlier, *reversed(others)]), "")
