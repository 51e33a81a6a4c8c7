"""What a password must be like in each profile of the house, and for how long it may be kept."""

import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import PastPassword, User
from config.passwords import PROFILES
from demo.people import PASSWORD
from tests.accounts.signing import is_in, password_entered
from tests.engine.cases import at

pytestmark = pytest.mark.django_db

# Password → whether each profile takes it: ASVS 2.1.1, 2.1.7, 2.1.9; 等保: 8 signs of three kinds.
TAKEN = {
    "Abc-1234": {"asvs": False, "dengbao": True},
    "Abc-123": {"asvs": False, "dengbao": False},
    "Qwer-ty18": {"asvs": False, "dengbao": True},
    "abcdefg1": {"asvs": False, "dengbao": False},
    "ABCdefgh": {"asvs": False, "dengbao": False},
    "password": {"asvs": False, "dengbao": False},
    "Password1": {"asvs": False, "dengbao": False},  # on Django's list of common ones
    "kakadu river": {"asvs": True, "dengbao": False},
    "kakadu rive": {"asvs": False, "dengbao": False},
    "山雨欲来风满楼溪云初起日": {"asvs": True, "dengbao": False},
    "1029384756102938": {"asvs": True, "dengbao": False},
    "lixiaoming-2026": {"asvs": False, "dengbao": False},  # the name by which one signs in
    "Z" * 128: {"asvs": True, "dengbao": False},
    "Za-1" * 32: {"asvs": True, "dengbao": True},
    "Za-1" * 32 + "Z": {"asvs": False, "dengbao": False},  # ASVS 2.1.2: 129 signs
}


@pytest.fixture
def dengbao(settings):
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES["dengbao"].validators
    settings.PASSWORD_LIFE = PROFILES["dengbao"].life


@pytest.fixture
def person(clock) -> User:
    clock.set(at("03-02 09:00"))
    return User.objects.create_user("lixiaoming", "李晓明", PASSWORD)


def changed(client: Client, old: str, new: str) -> bool:
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password_change"), form).status_code == 302


def test_each_profile_takes_what_it_says(person, settings):
    found = {}
    for password in TAKEN:
        found[password] = {}
        for name, profile in PROFILES.items():
            settings.AUTH_PASSWORD_VALIDATORS = profile.validators
            try:
                validate_password(password, person)
                found[password][name] = True
            except ValidationError:
                found[password][name] = False
    assert found == TAKEN


def test_after_ninety_days_nothing_opens_before_the_password_is_changed(person, dengbao, clock):
    clock.advance(timedelta(days=90) - timedelta(seconds=1))
    assert is_in(password_entered("lixiaoming")[0])
    clock.advance(timedelta(seconds=1))
    client, _answer = password_entered("lixiaoming")
    for page in ("desk", "notices", "sessions"):
        assert client.get(reverse(page))["Location"] == reverse("password_change")
    assert "密码已到更换期限" in client.get(reverse("password_change")).content.decode()
    assert not changed(client, PASSWORD, PASSWORD)
    assert changed(client, PASSWORD, "Another-2026-secret")
    assert is_in(client)
    assert is_in(password_entered("lixiaoming", password="Another-2026-secret")[0])


def test_a_password_of_unknown_age_is_due_and_the_other_profile_never_asks(person, settings):
    PastPassword.objects.all().delete()
    assert is_in(password_entered("lixiaoming")[0])
    settings.PASSWORD_LIFE = timedelta(days=90)
    assert not is_in(password_entered("lixiaoming")[0])


def test_none_of_the_last_five_passwords_comes_back(person, dengbao):
    client, _answer = password_entered("lixiaoming")
    used = [PASSWORD, *(f"Another-202{n}-secret" for n in range(5))]
    for old, new in pairwise(used):
        assert changed(client, old, new)
    assert not any(changed(client, used[5], one) for one in used[1:])
    assert changed(client, used[5], used[0])
    assert PastPassword.objects.filter(person=person).count() == 5
    assert not any(
        one in str(list(PastPassword.objects.values_list("password", flat=True))) for one in used
    )


def test_an_unknown_profile_stops_the_start():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PASSWORD_PROFILE": "none"}
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.PASSWORD_LIFE"],
        cwd=django_settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
    )
    assert "PASSWORD_PROFILE must be one of asvs, dengbao" in said.stderr
