"""Who is signed in where: a session with its person, so that it can be listed and ended."""

import hashlib

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

# By the words with which browsers name themselves; each also names those after it.
BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def _first(names: dict[str, str], agent: str) -> list[str]:
    return [name for word, name in names.items() if word in agent][:1]


class Session(AbstractBaseSession):
    """One signed-in browser. `person` is nobody before signing in."""

    person = models.BigIntegerField(null=True, db_index=True)
    begun_at = models.DateTimeField(_("登录时间"), null=True)
    seen_at = models.DateTimeField(_("最近使用"), null=True)
    address = models.CharField(_("地址"), max_length=64, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登录会话")
        verbose_name_plural = _("登录会话")

    @property
    def handle(self) -> str:
        """By what a page names the session: its key alone would open it."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @property
    def browser(self) -> str:
        """What the browser calls itself, in short; what it says in full where it is none of these."""
        known = [*_first(BROWSERS, self.agent), *_first(SYSTEMS, self.agent)]
        return " · ".join(known) or self.agent

    @classmethod
    def get_session_store_class(cls):
        from accounts.signing.store import SessionStore

        return SessionStore
