"""What people wrote stays for three years from closing and as long as a legal hold stands, then it may go.

The database refuses it earlier, whoever asks and however; what was written is never changed at all.
The closing is what the events say, which nobody can change, not the case's own row.
"""

from django.db import migrations

ENDED = "'archived', 'invalid', 'withdrawn', 'merged'"
# Each table with the columns that hold what was written; others (a scan, a search text) may change.
TABLES = {
    "complaints_particulars": "case_id, name, phone, subject, description, demand, more, salt",
    "complaints_casetext": "case_id, purpose, body, salt",
    "complaints_attachment": "case_id, purpose, name, key, copied, size, sha256, content_type, salt",
    "complaints_revealreason": "case_id, body, salt",
    "penalties_entrytext": "case_id, body, salt",
}
# These say themselves what keeps a case; they change, and go with the rest.
WITH_THEM = ("complaints_hold", "complaints_subjectrequest")

FUNCTIONS = f"""
CREATE FUNCTION archive_closed_at(wanted bigint) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN last.state IN ({ENDED}) THEN (
        SELECT max(event.at) FROM complaints_caseevent AS event
        JOIN complaints_caseevent AS before ON before.case_id = event.case_id AND before.seq = event.seq - 1
        WHERE event.case_id = wanted AND event.state IN ({ENDED}) AND before.state NOT IN ({ENDED})
    ) END
    FROM complaints_caseevent AS last WHERE last.case_id = wanted ORDER BY last.seq DESC LIMIT 1
$$;

CREATE FUNCTION archive_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    closed timestamptz := archive_closed_at(OLD.case_id);
BEGIN
    IF closed IS NULL OR app_now() < closed + interval '3 years' + interval '1 day' THEN
        RAISE EXCEPTION '% of case %: kept for three years from closing', TG_TABLE_NAME, OLD.case_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM complaints_hold WHERE case_id = OLD.case_id AND lifted_at IS NULL) THEN
        RAISE EXCEPTION '% of case %: kept by a legal hold', TG_TABLE_NAME, OLD.case_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION archive_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE on %: kept for three years from closing', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION archive_refuse_emptying();
DROP FUNCTION archive_keep();
DROP FUNCTION archive_closed_at(bigint);
"""
KEEP = """
CREATE TRIGGER archive_keep BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION archive_keep();
CREATE TRIGGER archive_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION archive_refuse_emptying();
"""
DROP_KEEP = "DROP TRIGGER archive_keep_all ON {table}; DROP TRIGGER archive_keep ON {table};"
# An update that writes the same again, as saving a whole row does, changes nothing.
UNCHANGED = """
CREATE TRIGGER archive_unchanged BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION records_refuse_change();
"""
DROP_UNCHANGED = "DROP TRIGGER archive_unchanged ON {table};"


def unchanged(table, columns):
    sides = {
        side: ", ".join(f"{side.upper()}.{one}" for one in columns.split(", "))
        for side in ("old", "new")
    }
    return migrations.RunSQL(
        UNCHANGED.format(table=table, **sides), DROP_UNCHANGED.format(table=table)
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audits", "0006_chained_audits"),
        ("complaints", "0018_people_data"),
        ("penalties", "0003_wage_base_change"),
        ("records", "0001_clock_and_guard"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(
            migrations.RunSQL(KEEP.format(table=table), DROP_KEEP.format(table=table))
            for table in (*TABLES, *WITH_THEM)
        ),
        *(unchanged(table, columns) for table, columns in TABLES.items()),
    ]
