"""Tables whose every change joins the chain of changes: migration operations that set the triggers.

The trigger belongs to the database's owner and writes with its rights: the application has no
right to write the chain itself.

An entry names the columns that its digest covers, so a column that is added later changes no digest.
A migration that renames or drops one notes the table's rows anew (`stood`), as `chained` does at first.
"""

from django.db import migrations

# `last_login` comes and goes without anybody changing a right or a rule: it is passed over.
FUNCTIONS = """
CREATE FUNCTION accounts_digest(kept jsonb, columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(coalesce(jsonb_object_agg(key, value), '{}')::text, 'UTF8')), 'hex')
    FROM jsonb_each(kept) WHERE key = ANY(columns)
$$;

CREATE FUNCTION accounts_said(setting text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('bihuan.' || setting, true), '')
$$;

CREATE FUNCTION accounts_note_change(
    action text, changed_table text, row_id bigint, was jsonb, is_now jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    head record;
    entry record;
    told text;
    passed_over text[] := ARRAY['last_login'];
BEGIN
    SELECT seq + 1 AS seq, hash INTO head FROM accounts_changehead WHERE id = 1 FOR UPDATE;
    SELECT date_trunc('second', app_now()) AS at,
        nullif(accounts_said('actor'), '')::bigint AS actor,
        left(accounts_said('name'), 64) AS name, left(accounts_said('role'), 200) AS role,
        left(accounts_said('address'), 64) AS address,
        ARRAY(SELECT key FROM jsonb_object_keys(coalesce(is_now, was)) AS key
              WHERE key <> ALL(passed_over) ORDER BY key COLLATE "C") AS columns,
        ARRAY(SELECT key FROM jsonb_object_keys(coalesce(is_now, was)) AS key
              WHERE key <> ALL(passed_over) AND was -> key IS DISTINCT FROM is_now -> key
              ORDER BY key COLLATE "C") AS changed
    INTO entry;
    told := '{"action":' || to_json(action)
        || ',"actor":' || coalesce(entry.actor::text, 'null')
        || ',"address":' || to_json(entry.address)
        || ',"after":' || to_json(CASE WHEN is_now IS NULL THEN '' ELSE accounts_digest(is_now, entry.columns) END)
        || ',"before":' || to_json(CASE WHEN was IS NULL THEN '' ELSE accounts_digest(was, entry.columns) END)
        || ',"changed":' || array_to_json(entry.changed)
        || ',"columns":' || array_to_json(entry.columns)
        || ',"name":' || to_json(entry.name)
        || ',"recorded_at":"' || to_char(entry.at, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') || '"'
        || ',"role":' || to_json(entry.role)
        || ',"row":' || row_id
        || ',"seq":' || head.seq
        || ',"table":' || to_json(changed_table) || '}';
    told := encode(sha256(convert_to(head.hash || E'\\n' || told, 'UTF8')), 'hex');
    INSERT INTO accounts_changeentry (seq, recorded_at, actor, name, role, address, action, "table",
        "row", columns, changed, before, after, previous_hash, hash)
    VALUES (head.seq, entry.at, entry.actor, entry.name, entry.role, entry.address, action,
        changed_table, row_id, entry.columns, entry.changed,
        CASE WHEN was IS NULL THEN '' ELSE accounts_digest(was, entry.columns) END,
        CASE WHEN is_now IS NULL THEN '' ELSE accounts_digest(is_now, entry.columns) END,
        head.hash, told);
    UPDATE accounts_changehead SET seq = head.seq, hash = told WHERE id = 1;
END
$$;
REVOKE EXECUTE ON FUNCTION accounts_note_change(text, text, bigint, jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION accounts_chain_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM accounts_note_change('added', TG_TABLE_NAME, NEW.id, NULL, to_jsonb(NEW));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM accounts_note_change('deleted', TG_TABLE_NAME, OLD.id, to_jsonb(OLD), NULL);
    ELSIF to_jsonb(OLD) - 'last_login' <> to_jsonb(NEW) - 'last_login' THEN
        PERFORM accounts_note_change('changed', TG_TABLE_NAME, NEW.id, to_jsonb(OLD), to_jsonb(NEW));
    END IF;
    RETURN NULL;
END
$$;
INSERT INTO accounts_changehead (id, seq, hash) VALUES (1, 0, repeat('0', 64));
"""
DROP_FUNCTIONS = """
DROP FUNCTION accounts_chain_change();
DROP FUNCTION accounts_note_change(text, text, bigint, jsonb, jsonb);
DROP FUNCTION accounts_said(text);
DROP FUNCTION accounts_digest(jsonb, text[]);
"""
CHAIN = """
SET LOCAL timezone = 'UTC';
SELECT accounts_note_change('stood', '{table}', t.id, NULL, to_jsonb(t)) FROM {table} AS t ORDER BY t.id;
CREATE TRIGGER accounts_chain_change AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION accounts_chain_change();
"""
UNCHAIN = "DROP TRIGGER accounts_chain_change ON {table};"


def chained(table: str) -> migrations.RunSQL:
    """Return the operation that lets every change of `table` join the chain; what stands is noted first."""
    return migrations.RunSQL(CHAIN.format(table=table), UNCHAIN.format(table=table))


# A report of misconduct is noted without a word about who sent it.
UNNAMED_FUNCTION = """
CREATE FUNCTION accounts_chain_unnamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    settings text[] := ARRAY['actor', 'name', 'role', 'address'];
    said text[] := ARRAY(SELECT accounts_said(one) FROM unnest(settings) AS one);
BEGIN
    PERFORM set_config('bihuan.' || one, '', false) FROM unnest(settings) AS one;
    PERFORM accounts_note_change('added', TG_TABLE_NAME, NEW.id, NULL, to_jsonb(NEW));
    PERFORM set_config('bihuan.' || settings[n], said[n], false) FROM generate_subscripts(settings, 1) AS n;
    RETURN NULL;
END
$$;
"""
DROP_UNNAMED_FUNCTION = "DROP FUNCTION accounts_chain_unnamed();"
# Of a value that was erased nothing is kept, not even its digest.
ERASURE_FUNCTION = """
CREATE FUNCTION accounts_chain_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    PERFORM accounts_note_change(
        'erased', TG_TABLE_NAME, (to_jsonb(OLD) ->> TG_ARGV[0])::bigint, NULL, NULL
    );
    RETURN NULL;
END
$$;
"""
DROP_ERASURE_FUNCTION = "DROP FUNCTION accounts_chain_erasure();"
CHAIN_UNNAMED = """
SET LOCAL timezone = 'UTC';
SELECT accounts_note_change('stood', '{table}', t.id, NULL, to_jsonb(t)) FROM {table} AS t ORDER BY t.id;
CREATE TRIGGER accounts_chain_change AFTER INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION accounts_chain_unnamed();
"""
CHAIN_ERASURES = """
CREATE TRIGGER accounts_chain_erasure AFTER DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION accounts_chain_erasure('{key}');
"""
UNCHAIN_ERASURES = "DROP TRIGGER accounts_chain_erasure ON {table};"


def chained_unnamed(table: str) -> migrations.RunSQL:
    """Return the operation for an append-only table whose rows join the chain without who wrote them."""
    return migrations.RunSQL(CHAIN_UNNAMED.format(table=table), UNCHAIN.format(table=table))


def chained_erasures(table: str, key: str = "id") -> migrations.RunSQL:
    """Return the operation that lets each row deleted from `table` be told as erased, by whom and when.

    `key` is the column by which the row is named: a row of which there is one a case, by the case.
    """
    return migrations.RunSQL(
        CHAIN_ERASURES.format(table=table, key=key), UNCHAIN_ERASURES.format(table=table)
    )
