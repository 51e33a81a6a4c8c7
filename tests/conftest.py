"""Fixtures for every test: databases with production's rights, the clock, a site, a browser.

- `@pytest.mark.django_db` / `db`: a transaction that is rolled back.
- `fresh_db` (fixture or marker): a cloned database of its own, for commits, threads, processes.
- `clock`: `set`, `advance`, `real`; goes with either of the two.
- `own_vault`: the folder of attachments, empty; the house has no scanner.
- `site`: a threaded web server on a `fresh_db`; `site.url` is its address.
"""

import os
import shutil
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests import embedded, outside

# Playwright runs a loop in the test's thread; Django would refuse the ORM beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]
numbers = count(1)
# A busy machine takes its time; what a test costs is measured by the benchmarks.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if worker := getattr(config, "workerinput", None):
        embedded.give_worker_its_redis(worker["workerid"])
    else:
        embedded.choose(small=config.option.markexpr == "not long")
    _read_settings()
    outside.refuse_everything_else()


def _read_settings():
    """Read the settings now; the variable must not make xdist's workers read them too early."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from django.conf import settings

    assert settings.DATABASES
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_runtest_teardown(item):
    """Fail a test in which something asked another machine, though the refusal was swallowed."""
    tried = [*outside.TRIED]
    outside.TRIED.clear()
    assert tried == [], f"asked other machines: {tried}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    if hasattr(config, "workerinput") or embedded.FOLDER not in os.environ:
        return
    if not os.environ.get(embedded.EMBEDDED):
        from tests import databases

        databases.drop_all()
    embedded.remove()


def pytest_runtest_setup(item):
    uses_browser = item.get_closest_marker("browser") or "page" in item.fixturenames
    if uses_browser and chromium() is None:
        pytest.skip("no Chromium: install it or name it in CHROMIUM")


@pytest.fixture(scope="session", autouse=True)
def quick_settings(django_test_environment):
    """Hash passwords quickly and serve static files without their manifest."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    # The tests' clock jumps over days; what ends a session has its own tests.
    for_ever = timedelta(days=36500)
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        PASSWORD_HASHERS=quick,
        SESSION_IDLE=for_ever,
        SESSION_LONGEST=for_ever,
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def second_factor_shown(quick_settings):
    """Let whoever `force_login` signs in have shown a second factor, noted as the login page does it."""
    from django.contrib.auth.signals import user_logged_in
    from django.test import Client

    from accounts.signing import factors

    plain = Client.force_login

    def force_login(self, person, backend=None):
        def note(sender, request, user, **kwargs):
            if user is person:
                factors.mark(request.session, "totp")

        user_logged_in.connect(note, weak=False)
        try:
            plain(self, person, backend)
        finally:
            user_logged_in.disconnect(note)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(scope="session")
def django_db_setup(quick_settings, django_db_blocker, worker_id):
    """Give this process a database of its own, used with the application's rights."""
    from tests import databases

    embedded.start()
    with django_db_blocker.unblock():
        own = databases.clone(worker_id)
        databases.keep_from_vacuum(own)
        with databases.used(own):
            yield
        databases.drop(own)


@pytest.fixture
def transactional_db():
    pytest.fail("the append-only tables refuse a flush: use the fixture fresh_db instead")


@pytest.fixture
def fresh_db(request, django_db_setup, django_db_blocker, worker_id, monkeypatch):
    """Clone a database for one test that commits; threads and child processes see it too."""
    from django.core.cache import cache

    from tests import databases

    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("fresh_db stands for itself: leave out django_db and db")
    with django_db_blocker.unblock():
        cache.clear()
        own = databases.clone(f"{worker_id}_{next(numbers)}")
        with databases.used(own):
            monkeypatch.setenv("DATABASE_URL", own.url)
            monkeypatch.setenv("DATABASE_OWNER_URL", own.owner_url)
            yield own
            monkeypatch.undo()
        databases.drop(own)


@pytest.fixture(autouse=True)
def _fresh_db_marker(request):
    if request.node.get_closest_marker("fresh_db"):
        request.getfixturevalue("fresh_db")


@pytest.fixture(autouse=True)
def _own_anchors(request):
    """Give each test with a database a log of anchors of its own: the log outlives its rows."""
    if request.node.get_closest_marker("django_db") or {"db", "fresh_db"} & {*request.fixturenames}:
        settings = request.getfixturevalue("settings")
        settings.ANCHOR_FOLDER = request.getfixturevalue("tmp_path") / "anchors"


@pytest.fixture
def clock(monkeypatch):
    """Offer the database's clock: `clock.set(moment)`, `clock.advance(time)`, `clock.real()`.

    The host's elapsed time goes with it, as if the test had really taken so long.
    """
    from records import clock
    from tests.clock import Clock

    def elapsed() -> clock.Elapsed:
        return clock.Elapsed("test", clock.now().timestamp())

    monkeypatch.setattr(clock, "elapsed", elapsed)
    return Clock()


@pytest.fixture
def own_vault(tmp_path, settings):
    """Give a test a vault of its own for attachments, in a house without a scanner."""
    options = {"location": tmp_path / "attachments"}
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": settings.STORAGES["attachments"] | {"OPTIONS": options},
    }
    settings.NO_SCANNER = True
    return tmp_path / "attachments"


@pytest.fixture
def site(fresh_db):
    """Run the site in a thread on a cloned database; `site.url` has no slash at its end."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


def chromium() -> str | None:
    """Return the path of a Chromium: $CHROMIUM, the distribution's, or one on the PATH."""
    named = [os.environ.get("CHROMIUM"), "/usr/bin/chromium"]
    found = [path for path in named if path and Path(path).exists()]
    return next(iter(found), None) or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": CHROMIUM_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
