from django.db import migrations

# Every pair of neighbouring characters that holds no white space; the search compares the text
# itself afterwards, so the index only has to find candidates.
BIGRAMS = r"""
CREATE FUNCTION zh_bigrams(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT pair), '{}'))
    FROM (SELECT substr(value, place, 2) AS pair
          FROM generate_series(1, char_length(value) - 1) AS place) AS pairs
    WHERE pair !~ '\\s'
$$;
CREATE FUNCTION zh_query(value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT string_agg(quote_literal(pair), ' & ')::tsquery
    FROM (SELECT DISTINCT substr(value, place, 2) AS pair
          FROM generate_series(1, char_length(value) - 1) AS place) AS pairs
$$;
"""
INDEX = """
CREATE INDEX particulars_bigrams ON complaints_particulars USING gin (zh_bigrams(search_text));
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_guard")]
    operations = [
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION zh_query(text); DROP FUNCTION zh_bigrams(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX particulars_bigrams"),
    ]
