from django.db import migrations

from records.append_only import append_only

# A plan may be changed, or dropped, until it is drawn.
STAY = """
CREATE FUNCTION audits_keep_drawn_plan() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM audits_draw WHERE plan_id = OLD.id) THEN
        RAISE EXCEPTION 'audits_plan: plan % has been drawn and stays as it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audits_drawn_plan_stays BEFORE UPDATE OR DELETE ON audits_plan
    FOR EACH ROW EXECUTE FUNCTION audits_keep_drawn_plan();
"""
LET_GO = """
DROP TRIGGER audits_drawn_plan_stays ON audits_plan;
DROP FUNCTION audits_keep_drawn_plan();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0003_sampling"), ("records", "0001_clock_and_guard")]
    operations = [
        append_only("audits_draw"),
        append_only("audits_member"),
        append_only("audits_sample"),
        append_only("audits_auditentry"),
        append_only("audits_specialaudit"),
        append_only("audits_inspection"),
        migrations.RunSQL(STAY, LET_GO),
    ]
