"""Celery's settings. Messages are hints: everything that is due is found in PostgreSQL again."""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings


def _broker(url: str) -> str:
    """Return a redis-py address as kombu spells it, which matters for unix sockets only."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


broker_url = _broker(settings.REDIS_URL)
broker_connection_retry_on_startup = True
# Nobody waits for results; what a task did is in the database.
result_backend = None
task_ignore_result = True
task_serializer = "json"
accept_content = ["json"]
timezone = settings.TIME_ZONE
enable_utc = True
# One message in hand at a time: a long import must not sit on a sweep.
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
imports = ["config.health", "config.watching"]

# Two beats may run; the one with the lock in Redis sends, the other takes over after the timeout.
beat_scheduler = "redbeat.RedBeatScheduler"
beat_max_loop_interval = 2
redbeat_redis_url = settings.REDIS_URL
redbeat_lock_timeout = 10

# A message that nobody has taken by the time of the next one is worth nothing: it expires.
EVERY_SECONDS = 10.0
EXPIRES = {"expires": EVERY_SECONDS - 1}
beat_schedule = {
    # Takes every case whose next moment has come through the pipeline.
    "sweep": {"task": "sla.tasks.sweep", "schedule": EVERY_SECONDS, "options": EXPIRES},
    # Sends what waits in the outbox.
    "deliver": {"task": "notices.tasks.deliver", "schedule": EVERY_SECONDS, "options": EXPIRES},
    # A new calendar reaches the open cases; a new release's official days become one.
    "recalendar": {
        "task": "sla.tasks.recalendar",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "refresh_calendars": {"task": "sla.tasks.refresh_calendars", "schedule": 3600.0},
    # Calls jobs failed whose worker died.
    "tidy": {"task": "jobs.tasks.tidy", "schedule": 60.0, "options": {"expires": 59}},
    # Takes away files that jobs have written a week ago.
    "forget_files": {"task": "jobs.tasks.forget_files", "schedule": 3600.0},
    # Anchors the ends of all chains outside of the database; one lost message is made up for in time.
    "anchor": {"task": "audits.tasks.anchor", "schedule": 240.0, "options": {"expires": 239}},
    # Tells a watcher outside that the sweep is alive.
    "signal_life": {
        "task": "config.watching.signal_life",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    # Takes files away that no row came to name: their request was cut off.
    "sweep_leftovers": {"task": "complaints.tasks.sweep_leftovers", "schedule": 3600.0},
    # Has attachments scanned for viruses that wait for it; nothing where the house has no scanner.
    "scan_attachments": {
        "task": "complaints.tasks.scan_attachments",
        "schedule": EVERY_SECONDS,
        "options": EXPIRES,
    },
    # Makes up for links between cases whose pass after the commit never came.
    "spread_links": {
        "task": "complaints.tasks.spread_links",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    # Forgets drafts and searches that have had their time.
    "forget": {"task": "complaints.tasks.forget", "schedule": 3600.0},
    # Forgets ledgers that were uploaded and left lying.
    "forget_uploads": {"task": "reports.tasks.forget_uploads", "schedule": 3600.0},
    # Erases what people wrote in cases that were closed long enough ago.
    "purge": {"task": "archive.tasks.purge", "schedule": 3600.0},
    # Counts the briefing's figures of the cases that have changed, and the months that they touch.
    "refresh_figures": {
        "task": "reports.tasks.refresh_figures",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    # Puts the reports whose period is over among those that wait for a signature.
    "make_reports": {"task": "reports.tasks.make_reports", "schedule": 3600.0},
    # Shows the health page that a worker takes messages.
    "pulse": {"task": "config.health.pulse", "schedule": EVERY_SECONDS, "options": EXPIRES},
}
