"""How passwords lie in the database. The tests themselves hash quickly; here the product's own list is asked."""

import os
import subprocess
import sys
from functools import cache

import pytest
from argon2 import extract_parameters
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User

MIB = 1024
ASKED = "from django.conf import settings; print(*settings.PASSWORD_HASHERS)"


@cache
def own() -> tuple[str, ...]:
    """Return the hashers of the settings as production reads them, the first in use."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    words = [sys.executable, "-c", ASKED]
    said = subprocess.run(
        words, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    return tuple(said.stdout.split())


def encoded(password: str) -> str:
    first = import_string(own()[0])()
    return first.encode(password, first.salt())


def test_a_password_is_hashed_with_argon2id_and_a_salt_of_its_own():
    one, another = (encoded("Bihuan2026huan") for _n in range(2))
    found = extract_parameters("$" + one.removeprefix("argon2$"))
    assert found.type.name == "ID"
    assert found.memory_cost >= 15 * MIB
    assert found.time_cost >= 2
    assert found.salt_len * 8 >= 32
    assert one != another
    assert "Bihuan2026huan" not in one


def test_a_hash_of_pbkdf2_has_as_many_rounds_as_are_asked_for_today():
    assert set(own()) == {
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    }
    assert PBKDF2PasswordHasher.digest().name == "sha256"
    assert PBKDF2PasswordHasher.iterations >= 310_000


@pytest.mark.django_db
@pytest.mark.parametrize("blank", [" ", "  ", "　"])
def test_no_sign_of_a_password_is_cut_off_or_changed(blank):
    password = f"山雨{blank}欲来😀" + "x" * 120
    with override_settings(PASSWORD_HASHERS=list(own())):
        hashed = encoded(password)
        assert check_password(password, hashed)
        User.objects.create_user("lixiaoming", "李晓明", f" {password} ")
        for typed, status in ((password, 200), (f" {password} ", 302)):
            data = {"username": "lixiaoming", "password": typed}
            assert Client().post(reverse("login"), data).status_code == status
        for other in (password[:-1], password.strip() + "y", password.replace(blank, "")):
            assert not check_password(other, hashed)
