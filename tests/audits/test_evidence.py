"""The files of audits are verified like all others: kept whole, and named by an entry."""

import pytest

from audits import papers as work
from audits.verification import differences
from complaints.attachments import keeping
from complaints.attachments.storage import vault
from complaints.models import Attachment
from tests.audits.house import papers
from tests.complaints import files
from tests.loop import Loop
from tests.tampering import changed


@pytest.fixture
def row(fresh_db, clock, own_vault) -> Attachment:
    loop = Loop.new()
    (paper,) = papers(loop)
    with keeping.kept([keeping.check(files.sent("底稿.pdf", files.PDF))]) as kept:
        work.bring(paper.pk, actor=loop.actor("konglingyi"), files=kept, note="复印件")
    return Attachment.objects.get()


def faults() -> list[tuple[str, str]]:
    return [(one.table, one.fault) for one in differences()]


def test_evidence_as_it_was_brought_is_no_difference(row):
    assert faults() == []


def test_evidence_that_is_gone_or_exchanged_is_named(row, fresh_db):
    vault().delete(row.key)
    assert faults() == [("complaints_attachment", "its file is missing or was changed")]
    changed(fresh_db, "complaints_attachment", "SET sha256 = %s WHERE id = %s", "0" * 64, row.pk)
    assert faults() == [("complaints_attachment", "is not what was attached")]


def test_a_file_slipped_in_as_evidence_is_named(row):
    row.pk, row.key = None, f"{row.key[:2]}/{'0' * 32}"
    row.save(force_insert=True)
    assert faults() == [("complaints_attachment", "is not what was attached")]
