from django.db import migrations

# A phone number is made of pairs that half of all texts hold; of its runs of four digits each stands
# in one text of thousands. A word's pairs are asked for where no such run covers them. A backslash is
# written as a tsquery reads it; `quote_literal` writes it as a string constant.
WITH_NUMBERS = r"""
CREATE OR REPLACE FUNCTION zh_bigrams(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT part), '{}'))
    FROM (SELECT substr(value, place, 2) AS part
          FROM generate_series(1, char_length(value) - 1) AS place
          WHERE substr(value, place, 2) !~ '\s'
          UNION ALL
          SELECT substr(value, place, 4)
          FROM generate_series(1, char_length(value) - 3) AS place
          WHERE substr(value, place, 4) ~ '^[0-9]{4}$') AS parts
$$;
CREATE OR REPLACE FUNCTION zh_query(value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    WITH runs AS (
        SELECT place FROM generate_series(1, char_length(value) - 3) AS place
        WHERE substr(value, place, 4) ~ '^[0-9]{4}$')
    SELECT string_agg('''' || replace(replace(part, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery
    FROM (SELECT substr(value, place, 4) AS part FROM runs
          UNION
          SELECT substr(value, pairs.place, 2)
          FROM generate_series(1, char_length(value) - 1) AS pairs(place)
          WHERE NOT EXISTS (
              SELECT FROM runs WHERE pairs.place BETWEEN runs.place AND runs.place + 2)) AS parts
$$;
"""
PAIRS_ALONE = r"""
CREATE OR REPLACE FUNCTION zh_bigrams(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT pair), '{}'))
    FROM (SELECT substr(value, place, 2) AS pair
          FROM generate_series(1, char_length(value) - 1) AS place) AS pairs
    WHERE pair !~ '\s'
$$;
CREATE OR REPLACE FUNCTION zh_query(value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT string_agg(quote_literal(pair), ' & ')::tsquery
    FROM (SELECT DISTINCT substr(value, place, 2) AS pair
          FROM generate_series(1, char_length(value) - 1) AS place) AS pairs
$$;
"""
INDEX = """
CREATE INDEX particulars_bigrams ON complaints_particulars USING gin (zh_bigrams(search_text));
"""
DROP = "DROP INDEX particulars_bigrams"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0022_open_assisted")]
    operations = [
        migrations.RunSQL(DROP, INDEX),
        migrations.RunSQL(WITH_NUMBERS, PAIRS_ALONE),
        migrations.RunSQL(INDEX, DROP),
    ]
