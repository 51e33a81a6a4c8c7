"""What is sealed is read with the installation's key, for its purpose, unchanged, and by nothing else."""

import pytest
from cryptography.fernet import InvalidToken

from records.sealing import seal, unseal


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
