"""What the application's database role may do: everything but bend the record.

Runs after each migration, as the owner. Append-only tables are those that carry the
`records_append_only` trigger; the role loses UPDATE, DELETE and TRUNCATE on them. Tables with the
mark of `records.migrations_only` it may only read.
"""

from django.conf import settings
from django.db import connections
from psycopg import sql

from records.migrations_only import MARK

GRANTS = """
DO $$
DECLARE
    target text := {role};
    guarded text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = target) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', target);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', target);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', target);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', target);
    FOR guarded IN
        SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'records_append_only'
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', guarded, target);
    END LOOP;
    FOR guarded IN
        SELECT oid::regclass::text FROM pg_class WHERE obj_description(oid, 'pg_class') = {mark}
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM %I', guarded, target);
    END LOOP;
END
$$;
"""


def grant_application_role(using="default", **kwargs):
    """Give the application's role its rights on every table that exists now."""
    role = sql.Literal(settings.DATABASE_APP_ROLE)
    with connections[using].cursor() as cursor:
        cursor.execute(sql.SQL(GRANTS).format(role=role, mark=sql.Literal(MARK)))
