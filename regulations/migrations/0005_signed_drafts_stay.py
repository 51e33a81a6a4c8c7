from django.db import migrations

from records.append_only import append_only

STAY = """
CREATE FUNCTION regulations_keep_signed_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.code, OLD.text, OLD.sha256, OLD.unit_id, OLD.chosen, OLD.departments, OLD.titles,
        OLD.in_force_from)
       IS DISTINCT FROM
       (NEW.code, NEW.text, NEW.sha256, NEW.unit_id, NEW.chosen, NEW.departments, NEW.titles,
        NEW.in_force_from)
       AND EXISTS (SELECT FROM regulations_draftsignature WHERE draft_id = OLD.id) THEN
        RAISE EXCEPTION 'draft %: what has been signed stays; withdraw it and upload another',
            OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER regulations_signed_draft_stays BEFORE UPDATE ON regulations_regulationdraft
    FOR EACH ROW EXECUTE FUNCTION regulations_keep_signed_draft();
"""
LET_GO = """
DROP TRIGGER regulations_signed_draft_stays ON regulations_regulationdraft;
DROP FUNCTION regulations_keep_signed_draft();
"""


class Migration(migrations.Migration):
    dependencies = [("regulations", "0004_drafts"), ("records", "0001_clock_and_guard")]
    operations = [
        append_only("regulations_draftsignature"),
        migrations.RunSQL(STAY, LET_GO),
    ]
