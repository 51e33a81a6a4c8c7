"""A lost dependency degrades and does not corrupt (INV-16), and a forgetful one is refused (INV-1)."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import Client
from django.urls import reverse

from complaints.models import CaseEvent, Complaint
from config import durability
from tests.complaints.sending import drawn, registration, signed_in
from tests.loop import Loop
from tests.test_health import REDIS_NOWHERE

NOWHERE = "postgresql://nobody@localhost/nothing?host=/nowhere"


@pytest.mark.fresh_db
def test_inv_16_without_redis_people_sign_in_register_and_act(settings):
    loop = Loop.new()
    user = loop.user("zhoumin")
    user.set_password("Another-2026-secret")
    user.save()
    settings.CACHES = REDIS_NOWHERE
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock"
    client = Client()
    form = {"username": "zhoumin", "password": "Another-2026-secret"}
    assert client.post(reverse("login"), form).status_code == 302
    assert client.get(reverse("desk")).status_code == 200
    assert client.post(reverse("register"), registration(loop)).status_code == 302
    case = Complaint.objects.get()
    assert drawn(loop, case, "assigned", "zhoumin", client).send().status_code == 302
    kinds = list(CaseEvent.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["received", "registered", "assigned"]


@pytest.mark.fresh_db
def test_inv_16_without_postgresql_a_page_says_so_within_two_seconds(monkeypatch):
    from config import environment

    client = signed_in(Loop.new().user("zhoumin"))
    connection = connections["default"]
    connection.close()
    gone = connection.settings_dict | environment.database(NOWHERE)
    monkeypatch.setattr(connection, "settings_dict", gone)
    begun = time.monotonic()
    answer = client.get(reverse("desk"))
    assert time.monotonic() - begun < 2
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    page = answer.content.decode()
    assert "数据库暂时连不上" in page
    assert "nowhere" not in page
    assert client.get(reverse("healthz")).status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("name", durability.NEEDED)
def test_inv_1_a_forgetful_postgresql_is_not_worked_with(name, monkeypatch):
    off = {name: "off"}
    monkeypatch.setattr(durability, "setting", lambda wanted: off.get(wanted, "on"))
    with pytest.raises(ImproperlyConfigured, match=f"{name} = off"):
        durability.require_durable_database()


@pytest.mark.django_db
def test_inv_1_the_settings_are_asked_of_the_server():
    """The tests' own server is set to forget, for speed; so it is refused here."""
    with pytest.raises(ImproperlyConfigured, match="fsync, full_page_writes, synchronous_commit"):
        durability.require_durable_database()
