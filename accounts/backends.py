"""Signing in by name and password; rights come from posts (see `accounts.access`)."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from accounts.signing import providers


class PostBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)  # as slow as a real check, so names cannot be guessed
            return None
        right = user.check_password(password) and user.is_active
        return user if right and not providers.is_known_elsewhere(user) else None

    def get_user(self, user_id):
        return User.objects.filter(pk=user_id, is_active=True).first()
