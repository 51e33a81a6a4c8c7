"""INV-36: where the access log cannot be written, nothing personal is shown, exported or told."""

import psycopg
import pytest

from complaints import revealing
from complaints.models import RevealReason
from tests.complaints.test_inv_36 import PHONE, leaked, named, page, reveal
from tests.loop import Loop

pytestmark = pytest.mark.fresh_db


def refuse_entries(own):
    """Let the database refuse every new entry of the access log."""
    with psycopg.connect(own.owner_url) as session:
        session.execute(
            "CREATE FUNCTION refuse_entry() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;"
            "CREATE TRIGGER refuse_entry BEFORE INSERT ON accounts_accessentry"
            " FOR EACH ROW EXECUTE FUNCTION refuse_entry()"
        )


def test_inv_36_no_entry_no_reveal(fresh_db, clock):
    loop = Loop.new()
    case = loop.accept(loop.assign(named(loop)))
    refuse_entries(fresh_db)
    answer = reveal(loop, case, "zhoumin", reason="other", words="核对门牌号码")
    assert answer.status_code == 302
    assert not RevealReason.objects.exists()
    text = page(loop, case, "zhoumin")
    assert leaked(text) == []
    assert revealing.to_the_same_caller(loop.actor("zhoumin"), [case]) == {}


def test_inv_36_a_reason_given_before_shows_nothing_once_the_log_fails(fresh_db, clock):
    loop = Loop.new()
    case = loop.accept(loop.assign(named(loop)))
    reveal(loop, case, "zhoumin")
    assert PHONE in page(loop, case, "zhoumin")
    refuse_entries(fresh_db)
    assert leaked(page(loop, case, "zhoumin")) == []
