"""A row of an attachment that was changed or slipped in is named; one that was erased is not."""

from audits.verification import differences
from complaints.attachments import keeping
from complaints.models import Attachment
from records import clock as database_clock
from tests import databases
from tests.complaints import files
from tests.complaints.sending import drawn
from tests.loop import Loop
from tests.tampering import changed, let_go


def test_verify_names_a_row_that_was_changed_or_slipped_in(fresh_db, clock, own_vault):
    loop = Loop.new()
    case = loop.register()
    drawn(loop, case, "attached", "zhoumin", files=files.sent("a.pdf", files.PDF)).send()
    row = case.attachments.get()
    changed(fresh_db, "complaints_attachment", "SET size = 5 WHERE id = %s", row.pk)
    with keeping.kept([keeping.check(files.sent("b.pdf", files.PDF))]) as new:
        keeping.attach(case, new, "case", None, database_clock.now())
    assert {one.fault for one in differences()} == {"is not what was attached"}
    assert len(list(differences())) == 2
    with databases.used(fresh_db, owner=True):
        let_go("complaints_attachment")
        Attachment.objects.filter(case=case).delete()  # erased, as the law may ask for
    assert list(differences()) == []
