"""Validators that Django has not, and whether a password has been kept for too long."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import PastPassword, SignInChange, User
from records import clock

# Earlier hashes are kept no longer than the longest history could ask for.
KEPT = 5
# Of these a first password is made; none looks like another.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 4, 5


class KindsOfSigns:
    """A password has signs of at least so many of four kinds."""

    def __init__(self, least: int):
        self.least = least

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        kinds = {_kind(sign) for sign in password}
        if len(kinds) < self.least:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        words = _("密码须含大写字母、小写字母、数字、符号四类中的至少 %(least)s 类。")
        return words % {"least": self.least}


class Longest:
    """A password has at most so many signs: nobody keeps the server busy with hashing a book."""

    def __init__(self, most: int):
        self.most = most

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        if len(password) > self.most:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("密码最多 %(most)s 个字符。") % {"most": self.most}


class History:
    """Remembers passwords when they are set; refuses the last ones, none where `last` is 0."""

    def __init__(self, last: int):
        self.last = last

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        if not self.last or user is None or user.pk is None:
            return
        hashes = _newest(user).values_list("password", flat=True)[: self.last]
        if any(check_password(password, one) for one in hashes):
            raise ValidationError(self.get_help_text(), code="password_repeated")

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Django calls this when a person has been stored with a new password."""
        PastPassword.objects.create(person=user, password=user.password, set_at=clock.now())
        kept = _newest(user).values_list("pk", flat=True)[:KEPT]
        PastPassword.objects.filter(person=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        if not self.last:
            return ""
        return _("密码不能与最近 %(last)s 次用过的相同。") % {"last": self.last}


def generate(person: User) -> str:
    """Return a random first password that the profile takes: 20 of 32 signs, 100 random bits, in groups."""
    while True:
        signs = [secrets.choice(SIGNS) for _n in range(GROUPS * GROUP)]
        groups = ("".join(signs[n : n + GROUP]) for n in range(0, len(signs), GROUP))
        made = "-".join(groups)
        try:
            validate_password(made, person)
        except ValidationError:
            continue
        return made


def is_due(person: User, now: datetime) -> bool:
    """Say whether a password must be changed: one that was kept too long, or that somebody else has set.

    So must one of which nobody knows since when it is.
    """
    if was_given(person):
        return True
    if settings.PASSWORD_LIFE is None:
        return False
    since = _newest(person).values_list("set_at", flat=True).first()
    return since is None or now - since >= settings.PASSWORD_LIFE


def was_given(person: User) -> SignInChange | None:
    """Return by what an administrator has set somebody's present password, None where they chose it."""
    kinds = (SignInChange.Kind.PASSWORD, SignInChange.Kind.GIVEN)
    row = person.sign_in_changes.filter(kind__in=kinds).order_by("-pk").first()
    return row if row and row.kind == SignInChange.Kind.GIVEN else None


def ran_out(person: User, now: datetime) -> bool:
    """Say whether a password that an administrator has set was not changed in time."""
    given = was_given(person)
    return given is not None and now - given.at >= settings.GIVEN_PASSWORD_LIFE


def _newest(person: User):
    return PastPassword.objects.filter(person=person).order_by("-pk")


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isupper():
        return "upper"
    return "lower" if sign.isalpha() else "other"
