"""Canaries: the words that made-up complainants bear, and how to find them wherever they have gone.

Whoever complains in an end-to-end test is one of PEOPLE. A word is looked for as it is written and as
addresses, JSON, Python and base64 spell it, in the middle of anything else.
"""

import codecs
import json
from base64 import b64encode
from urllib.parse import quote, unquote_plus

import redis
from django.db import connection

WORD = "金丝雀"
IDENTITY = "000000199001017733"
MAILBOX = "jinsique"
PHONES = ("13000007731", "13000007739")
WORDS = (WORD, IDENTITY, MAILBOX, *PHONES)

# The tables that may hold what somebody said; they are erased with the case (tests/archive/test_inv_38.py).
HOLDERS = {
    "complaints_particulars",
    "complaints_casetext",
    "complaints_attachment",
    "complaints_revealreason",
    "complaints_hold",
    "complaints_subjectrequest",
}
# What staff write of a penalty and of an audit stands apart as well.
HOLDERS_BESIDE = {"penalties_entrytext", "audits_audittext"}


def spellings(word: str) -> set[str]:
    """Return how a word may be written in an address, in JSON, by Python, and in base64."""
    escaped = json.dumps(word)[1:-1]
    raw = repr(word.encode())[2:-1]
    return {word, quote(word), quote(word).lower(), escaped, raw, *_inside(word), *_inside(escaped)}


def _inside(text: str) -> set[str]:
    """Return what is sure to stand in the base64 of anything that holds a text."""
    found = set()
    for before in range(3):
        coded = b64encode(bytes(before) + text.encode()).decode().rstrip("=")
        # What shares its bits with the neighbours is left out.
        found.add(coded[-(-before * 8 // 6) : (before + len(text.encode())) * 8 // 6])
    return found


SPELLINGS = {word: spellings(word) for word in WORDS}


def found_in(text: str) -> set[str]:
    """Return the words that stand in a text, however they are spelt there."""
    plain = f"{text}\n{unquote_plus(text)}"
    return {word for word, spelt in SPELLINGS.items() if any(one in plain for one in spelt)}


def tables_with(*words: str) -> set[str]:
    """Return the tables in which one of some words stands in any column of any row."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        one = "SELECT {0!r} WHERE EXISTS (SELECT FROM {0} AS t WHERE t::text LIKE ANY (%(likes)s))"
        likes = {"likes": [f"%{word}%" for word in words]}
        cursor.execute(" UNION ALL ".join(map(one.format, names)), likes)
        return {name for (name,) in cursor.fetchall()}


def in_redis(address: str) -> str:
    """Return everything that stands in a Redis database, keys and values, as text."""
    server = redis.Redis.from_url(address)
    read = {
        b"string": server.get,
        b"hash": server.hgetall,
        b"set": server.smembers,
        b"list": lambda key: server.lrange(key, 0, -1),
        b"zset": lambda key: server.zrange(key, 0, -1),
    }
    rows = [(key, read[server.type(key)](key)) for key in server.scan_iter()]
    return codecs.escape_decode(repr(rows))[0].decode(errors="replace")
