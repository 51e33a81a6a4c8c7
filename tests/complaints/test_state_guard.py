"""INV-9: whoever goes past the pipeline cannot store a state that no event explains."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from import_export.resources import ModelResource

from audits.verification import differences
from complaints.lifecycle import State
from complaints.models import CaseEvent, Complaint
from records import chain
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.record import stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop() -> Loop:
    return Loop.new()


def settle_up():
    """Check what the database checks at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def assert_refused(case, deed, match="no event explains the state archived"):
    settle_up()
    before = stored(case)
    with pytest.raises(IntegrityError, match=match):
        committed(deed)
    assert stored(case) == before


def committed(deed):
    with transaction.atomic():
        deed()
        settle_up()


def test_inv_9_the_field_cannot_be_set(loop):
    case = loop.register()
    with pytest.raises(AttributeError, match="Direct state modification"):
        case.state = State.ARCHIVED
    with pytest.raises(AttributeError):
        setattr(case, "state", State.ARCHIVED)  # noqa: B010 - what an import does


def past_the_field(case):
    case.__dict__["state"] = State.ARCHIVED
    case.save()


def in_bulk(case):
    case.__dict__["state"] = State.ARCHIVED
    Complaint.objects.bulk_update([case], ["state"])


DEEDS = {
    "save": past_the_field,
    "update": lambda case: Complaint.objects.filter(pk=case.pk).update(state=State.ARCHIVED),
    "bulk_update": in_bulk,
    "sql": lambda case: execute(
        "UPDATE complaints_complaint SET state = 'archived' WHERE id = %s", case.pk
    ),
    "transition": lambda case: (case.withdrawn(), case.save()),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_inv_9_a_state_that_no_event_explains_is_refused(deed, loop):
    match = "no event explains the state (archived|withdrawn)"
    case = loop.register()
    assert_refused(case, lambda: DEEDS[deed](case), match)


@pytest.mark.parametrize("state", [State.REVIEW, State.RECEIVED])
def test_inv_9_a_case_without_a_record_is_refused(state, loop):
    known = loop.register()
    row = {
        **{name: getattr(known, name) for name in ("version", "unit", "owner_department")},
        "received_at": known.received_at,
        "number": "X1",
    }

    def create():
        Complaint.objects.bulk_create([Complaint(state=state, **row)])

    assert_refused(known, create, match=f"no event explains the state {state}")


def forged(case, kind, state, seq=None):
    """Return an event as somebody with the application's password would write it."""
    event = CaseEvent(
        case=case,
        seq=seq or case.event_count + 1,
        kind=kind,
        at=case.received_at,
        recorded_at=case.received_at,
        state=state,
        data={},
    )
    event.seal(case.head_hash)
    return event


@pytest.mark.parametrize(
    ("kind", "state", "seq"),
    [
        pytest.param("noted", "archived", None, id="an-act-that-does-not-lead-there"),
        pytest.param("archived", "archived", None, id="from-another-state"),
        pytest.param("no_such_act", "received", None, id="an-unknown-act"),
        pytest.param("derived.closed", "archived", None, id="a-derived-event"),
        pytest.param("assigned", "assigned", 9, id="after-a-gap"),
        pytest.param("derived.warned", "received", 9, id="derived-after-a-gap"),
        pytest.param("received", "archived", 1, id="a-second-beginning"),
    ],
)
def test_inv_9_an_event_that_the_machine_does_not_know_is_refused(kind, state, seq, loop):
    case = loop.register()
    assert_refused(case, forged(case, kind, state, seq).save, match="case|event_place_once")


def shadow(table):
    """Let the session see a table of its own in place of the real one."""
    execute(f"CREATE TEMP TABLE {table} (LIKE public.{table}) ON COMMIT DROP")
    execute(f"INSERT INTO pg_temp.{table} SELECT * FROM public.{table}")


def test_inv_9_a_temporary_table_of_moves_fools_nobody(loop):
    case = loop.register()

    def deed():
        shadow("complaints_move")
        execute("INSERT INTO pg_temp.complaints_move VALUES ('noted', 'received', 'archived')")
        forged(case, "noted", "archived").save()

    assert_refused(case, deed, match="noted does not lead from received to archived")


def test_inv_9_a_temporary_table_of_events_fools_nobody(loop):
    case = loop.register()

    def deed():
        shadow("complaints_caseevent")
        execute("UPDATE pg_temp.complaints_caseevent SET state = 'archived'")
        execute("UPDATE public.complaints_complaint SET state = 'archived' WHERE id = %s", case.pk)

    assert_refused(case, deed)


@pytest.mark.parametrize("by", ["fangzhou", "konglingyi", "luqing", "zhoumin"])
def test_inv_9_the_admin_changes_no_case(by, loop):
    case = loop.register()
    before, client = stored(case), signed_in(loop.user(by))
    form = {"state": "archived", "_save": "1"}
    for name, arguments, data in [
        ("change", [case.pk], form),
        ("change", [case.pk], {"_fsm_transition_to": "withdrawn"}),
        ("delete", [case.pk], {"post": "yes"}),
        ("add", [], form),
        ("changelist", [], {"action": "delete_selected", "_selected_action": [case.pk]}),
    ]:
        url = reverse(f"admin:complaints_complaint_{name}", args=arguments)
        assert client.post(url, data).status_code < 500, name
    assert stored(case) == before
    assert Complaint.objects.count() == 1


def test_inv_9_an_import_of_rows_changes_no_state(loop):
    """A resource over the whole table, as somebody might write one in a hurry."""

    class Resource(ModelResource):
        class Meta:
            model = Complaint
            fields = ("id", "state")

    case = loop.register()
    data = Resource().export(Complaint.objects.filter(pk=case.pk))
    data = type(data)([case.pk, "archived"], headers=["id", "state"])
    before = stored(case)
    assert Resource().import_data(data).has_errors()
    assert stored(case) == before


def test_inv_9_the_chain_shows_what_was_forged_in_order(loop):
    """What the machine allows can still be written by hand; the hash then has to be right too."""
    case = loop.assign(loop.register())
    event = forged(case, "accepted", "investigating")
    assert event.hash == chain.link(case.head_hash, event.content())
    event.save()
    execute("UPDATE complaints_complaint SET state = 'investigating' WHERE id = %s", case.pk)
    settle_up()
    assert [str(row) for row in differences()] == [
        f"complaints_complaint {case.number}: does not end where its chain ends"
    ]
