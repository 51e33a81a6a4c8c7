"""The demo's content: people, published packs, and sample cases with a lived history."""

from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

import regulations
from accounts.models import User
from demo import people
from demo.stories import playing
from records import clock
from regulations.models import RegulationVersion
from regulations.publishing import Signatures, publish
from reports.briefing import keeping
from reports.periodical import making

IN_FORCE = date(2026, 1, 1)
# Pack → who drafted, checked, reviewed and approved it.
SIGNED = {
    "dali-tourism": ("luqing", "linxiaoyun", "shenzhuo", "gaoyuan"),
    "tobacco-2026": ("liqing", "taoran", "shijian", "zhengguoqiang"),
}


def seed(*, cases: bool = True) -> list[dict[str, str]]:
    """Fill a migrated database with the demo's content, once; return who can sign in.

    Without `cases` with its people and regulations alone. All sample cases come in one transaction: an interrupted start leaves none of them behind. Raises
    CommandError where other people are in the database: the demo's password is known to everybody.
    """
    if User.objects.exists() and not people.are_there():
        raise CommandError(_("这个数据库里已有其他人员，不能写入演示数据。"))
    versions = publish_packs()
    people.enrol()
    if cases:
        playing.play(versions)
        keeping.refresh()
        making.make_due()
    return people.logins()


def publish_packs() -> dict[str, RegulationVersion]:
    """Publish the demo's regulations for its units; return their versions by code."""
    organisation = people.organisation()
    units = {"dali-tourism": organisation.tourism, "tobacco-2026": organisation.tobacco}
    in_force = min(IN_FORCE, localdate(clock.now()) - timedelta(days=60))
    return {
        code: publish(
            _text(code),
            unit=units[code],
            signatures=Signatures(*_signers(organisation.people, code)),
            in_force=in_force,
        )
        for code in SIGNED
    }


def _signers(known: dict[str, User], code: str) -> list[User]:
    return [known[username] for username in SIGNED[code]]


def _text(code: str) -> str:
    return (Path(regulations.__file__).parent / "packs" / f"{code}.yaml").read_text(
        encoding="utf-8"
    )
