"""A draft of the 大理文旅 regulation for tests: uploaded by its rule owner, signed by its people."""

from datetime import timedelta

from django.utils.timezone import localdate

from accounts.actors import actor_of
from records import clock
from regulations import drafts
from regulations.drafts import Arrangement
from regulations.models import RegulationDraft
from tests.engine.cases import PACKS

TEXT = (PACKS / "dali-tourism.yaml").read_text(encoding="utf-8")
# Who signs, in order: each another person, as the policy has it.
SIGNERS = (
    ("drafted", "luqing"),
    ("checked", "linxiaoyun"),
    ("reviewed", "shenzhuo"),
    ("approved", "gaoyuan"),
)


def second(text: str = TEXT) -> str:
    """Return the next version: the plan of a 危机 complaint in 36 hours instead of 48."""
    assert text.count("hours: 48") == 1
    return text.replace("hours: 48", "hours: 36").replace("\nversion: 1\n", "\nversion: 2\n")


def uploaded(loop, text: str | None = None, *, in_days: int | None = 30, **more) -> RegulationDraft:
    """Return a draft, with its date set where `in_days` is given."""
    actor = loop.actor("luqing")
    draft = drafts.upload(text or second(), unit=loop.organisation.tourism, actor=actor)
    if in_days is None and not more:
        return draft
    day = None if in_days is None else localdate(clock.now()) + timedelta(days=in_days)
    given = {"chosen": {}, "departments": {}, "titles": {}} | more
    return drafts.arrange(draft.pk, Arrangement(in_force_from=day, **given), actor=actor)


def sign(loop, draft: RegulationDraft, step: str, by: str, digest: str | None = None):
    """Sign one place as somebody."""
    fresh = RegulationDraft.objects.get(pk=draft.pk)
    return drafts.sign(draft.pk, step, digest=digest or fresh.digest, actor=actor_of(loop.user(by)))


def signed(loop, draft: RegulationDraft, up_to: str = "approved") -> RegulationDraft:
    """Sign in order up to and including a step."""
    for step, by in SIGNERS:
        draft = sign(loop, draft, step, by)
        if step == up_to:
            break
    return draft
