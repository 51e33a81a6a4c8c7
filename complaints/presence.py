"""Who is looking at a case now: kept in Redis for a short while, and in no record."""

from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import User
from complaints.models import Complaint

# Somebody who has not looked again for so long has gone; their page asks twice in that time.
LASTS = timedelta(seconds=90)


def look(case: Complaint, user: User, now: datetime) -> list[str]:
    """Note that somebody looks at a case, and return the names of the others who do.

    Two who come in the same moment may miss each other until one of them looks again. Without
    Redis nobody is seen, and the page is there all the same.
    """
    key = f"looking:{case.pk}"
    try:
        seen = {pk: at for pk, at in cache.get(key, {}).items() if now - at < LASTS}
        cache.set(key, seen | {user.pk: now}, timeout=LASTS.total_seconds())
    except RedisError:
        return []
    others = [pk for pk in seen if pk != user.pk and pk not in case.kept_out]
    if not others:
        return []
    return list(User.objects.filter(pk__in=others).order_by("pk").values_list("name", flat=True))
