"""What is sealed is read with the installation's key, for its purpose, unchanged, and by nothing else."""

from io import StringIO

import pytest
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management import call_command
from django.http import QueryDict

from audits import resealing
from audits.tips import handling
from complaints import act_drafts, search
from complaints.models import Search
from records.sealing import seal, unseal
from tests.accounts.signing import enrolled
from tests.loop import Loop


def test_a_text_is_sealed_anew_each_time_and_read_again():
    one, another = seal("词", b"a"), seal("词", b"a")
    assert one != another
    assert unseal(one, b"a") == unseal(another, b"a") == "词"


@pytest.mark.parametrize("place", [0, 20, 60, -2])
def test_a_changed_text_is_refused_like_one_of_another_purpose(place):
    sealed = seal("词", b"a")
    changed = bytearray(sealed.encode())
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    said = set()
    for text, purpose in ((changed.decode(), b"a"), (sealed, b"b"), ("", b"a")):
        with pytest.raises(InvalidToken) as refused:
            unseal(text, purpose)
        said.add(str(refused.value))
    assert said == {""}


def test_an_earlier_key_reads_and_a_new_one_seals(settings):
    sealed = seal("词", b"a")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert unseal(sealed, b"a") == "词"
    newer = seal("词", b"a")
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(newer, b"a") == "词"
    with pytest.raises(InvalidToken):
        unseal(sealed, b"a")


@pytest.mark.django_db
def test_what_an_earlier_key_sealed_is_sealed_anew_and_what_never_changes_is_counted(settings):
    loop = Loop.new()
    entered = QueryDict("note=词")
    act_drafts.keep_refused(loop.user("zhoumin").pk, loop.register().number, "noted", entered)
    search.keep(loop.user("zhoumin"), "李建国")
    enrolled(loop.user("fangzhou"))
    handling.send(loop.organisation.tourism, {"text": "收受好处"})
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "the next key"
    settings.SECRET_KEY_FALLBACKS = [earlier]
    found = {one.table: (one.anew, one.earlier, one.unreadable) for one in resealing.reseal()}
    assert found["complaints_actdraft"] == found["complaints_search"] == (1, 0, 0)
    assert found["accounts_factor"] == (1, 0, 0)
    assert found["audits_tip"] == (0, 1, 0)
    again = {one.table: one.anew for one in resealing.reseal()}
    assert set(again.values()) == {0}
    # A report keeps the seal it was written with: the command says so and the key has to stay.
    with pytest.raises(SystemExit), StringIO() as out:
        call_command("reseal", stdout=out)
    settings.SECRET_KEY_FALLBACKS = []
    assert search.text_of(loop.user("zhoumin"), Search.objects.get().token) == "李建国"
    lost = {one.table: one.unreadable for one in resealing.reseal()}
    assert lost == dict.fromkeys(lost, 0) | {"audits_tip": 1}


def test_every_sealed_column_is_sealed_anew():
    """Whatever the code seals into a row is a column of this name in one of these tables."""
    known = {(one.model, one.column) for one in resealing.EVERY}
    sealed = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == "sealed"
    }
    assert sealed <= known
