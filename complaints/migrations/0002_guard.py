from django.db import migrations

from records.append_only import append_only

# The lifecycle as the database knows it: kind -> "before>after" pairs. A later change of
# complaints.lifecycle comes with a migration that changes these rows; a test compares the two.
MOVES = {
    "accepted": "assigned>investigating",
    "approved": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "archived": "review>archived",
    "assigned": "received>assigned",
    "closed": (
        "assigned>invalid investigating>invalid received>invalid resolving>invalid review>review"
    ),
    "confirmed": "feedback>feedback resolving>resolving review>review",
    "customer_informed": "feedback>feedback received>received resolving>resolving",
    "customer_talked": "feedback>feedback investigating>investigating resolving>resolving",
    "department_responded": "assigned>assigned investigating>investigating resolving>resolving",
    "executed": "resolving>resolving",
    "extended": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "extension_asked": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "facts_changed": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "followed_up": "feedback>resolving feedback>review",
    "graded": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "investigated": "investigating>resolving",
    "judged": "assigned>assigned investigating>investigating received>received",
    "noted": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "plan_approved": "investigating>investigating resolving>resolving",
    "plan_rejected": "investigating>investigating resolving>resolving",
    "plan_submitted": "investigating>investigating resolving>resolving",
    "registered": "received>received",
    "reopened": "archived>investigating",
    "report_issued": "assigned>assigned investigating>investigating resolving>resolving",
    "responded": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "result_returned": "resolving>feedback",
    "returned": "assigned>received",
    "reviewed": "review>resolving review>review",
    "sampled": "assigned>assigned investigating>investigating resolving>resolving",
    "staff_plan_confirmed": "assigned>assigned investigating>investigating resolving>resolving",
    "staff_plan_submitted": "assigned>assigned investigating>investigating resolving>resolving",
    "transferred": (
        "assigned>assigned feedback>feedback investigating>investigating "
        "received>received resolving>resolving review>review"
    ),
    "verified": "assigned>assigned investigating>investigating received>received",
    "visited": "assigned>assigned investigating>investigating resolving>resolving",
    "withdrawn": (
        "assigned>withdrawn feedback>withdrawn investigating>withdrawn "
        "received>withdrawn resolving>withdrawn review>withdrawn"
    ),
}

TABLE = """
CREATE TABLE complaints_move (
    kind varchar(32) NOT NULL, source varchar(16) NOT NULL, target varchar(16) NOT NULL,
    PRIMARY KEY (kind, source, target)
);
"""

# An event may only say a state that its kind leads to from the state before it.
EVENT_GUARD = """
CREATE FUNCTION complaints_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous varchar;
BEGIN
    IF NEW.seq = 1 THEN
        IF NEW.kind <> 'received' OR NEW.state <> 'received' THEN
            RAISE EXCEPTION 'case %: a record begins with its receipt', NEW.case_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT state INTO previous FROM complaints_caseevent
        WHERE case_id = NEW.case_id AND seq = NEW.seq - 1;
    IF NEW.kind LIKE 'derived.%' AND NEW.state = previous THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM complaints_move
                   WHERE kind = NEW.kind AND source = previous AND target = NEW.state) THEN
        RAISE EXCEPTION 'case %: % does not lead from % to %',
            NEW.case_id, NEW.kind, coalesce(previous, 'nothing'), NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER complaints_guard_event BEFORE INSERT ON complaints_caseevent
    FOR EACH ROW EXECUTE FUNCTION complaints_guard_event();
"""

# At commit a case stands where its last event left it, and has its number.
STATE_GUARD = """
CREATE FUNCTION complaints_guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stored record;
    told varchar;
BEGIN
    SELECT state, number INTO stored FROM complaints_complaint WHERE id = NEW.id;
    SELECT state INTO told FROM complaints_caseevent
        WHERE case_id = NEW.id ORDER BY seq DESC LIMIT 1;
    IF stored.state IS DISTINCT FROM told THEN
        RAISE EXCEPTION 'case %: no event explains the state %', NEW.id, stored.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF stored.number IS NULL THEN
        RAISE EXCEPTION 'case % has no number', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER complaints_guard_new AFTER INSERT ON complaints_complaint
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION complaints_guard_state();
CREATE CONSTRAINT TRIGGER complaints_guard_state AFTER UPDATE OF state ON complaints_complaint
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION complaints_guard_state();
"""

DROP = """
DROP TRIGGER complaints_guard_state ON complaints_complaint;
DROP TRIGGER complaints_guard_new ON complaints_complaint;
DROP FUNCTION complaints_guard_state();
DROP TRIGGER complaints_guard_event ON complaints_caseevent;
DROP FUNCTION complaints_guard_event();
"""


def fill(apps, schema_editor):
    rows = [(kind, *pair.split(">")) for kind, pairs in MOVES.items() for pair in pairs.split()]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO complaints_move VALUES (%s, %s, %s)", rows)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("records", "0001_clock_and_guard")]
    operations = [
        append_only("complaints_caseevent"),
        migrations.RunSQL(TABLE, "DROP TABLE complaints_move"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(EVENT_GUARD + STATE_GUARD, DROP),
    ]
