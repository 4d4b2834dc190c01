#!/usr/bin/env python3
"""Writes unicode-3.2.txt beside itself: what SASLprep (RFC 4013) needs of Unicode 3.2.

The data comes from Python's own copy of Unicode 3.2 (modules unicodedata and stringprep).
"""
import pathlib
import stringprep
import unicodedata

ucd = unicodedata.ucd_3_2_0
EVERY = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def ranges(name, test):
    first = last = None
    for c in EVERY + [None]:
        if c is not None and test(chr(c)):
            if last != c - 1 or first is None:
                if first is not None:
                    yield f"{name} {first:X} {last:X}"
                first = c
            last = c
    if first is not None:
        yield f"{name} {first:X} {last:X}"


def prohibited(c):
    return any(
        table(c)
        for table in (
            stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
            stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6,
            stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
        )
    )


def lines():
    yield "# What SASLprep needs of Unicode 3.2, made by generate.py; code points are hexadecimal."
    yield "# nothing, space, prohibited, unassigned, right, left: ranges (first last) of RFC 3454's tables"
    yield "# B.1, C.1.2, all of C, A.1, D.1 and D.2. class: range and canonical combining class."
    yield "# full: code point and its full compatibility decomposition. pair: composite, first, second."
    yield from ranges("nothing", stringprep.in_table_b1)
    yield from ranges("space", stringprep.in_table_c12)
    yield from ranges("prohibited", prohibited)
    yield from ranges("unassigned", stringprep.in_table_a1)
    yield from ranges("right", stringprep.in_table_d1)
    yield from ranges("left", stringprep.in_table_d2)
    for value in sorted({ucd.combining(chr(c)) for c in EVERY} - {0}):
        yield from (f"{line} {value}" for line in ranges("class", lambda c: ucd.combining(c) == value))
    for c in EVERY:
        if 0xAC00 <= c <= 0xD7A3:
            continue  # Hangul is decomposed and composed by arithmetic.
        full = ucd.normalize("NFKD", chr(c))
        if full != chr(c):
            yield f"full {c:X} " + " ".join(f"{ord(f):X}" for f in full)
        canonical = ucd.decomposition(chr(c))
        if canonical and not canonical.startswith("<") and len(canonical.split()) == 2:
            if ucd.normalize("NFC", chr(c)) == chr(c):
                yield f"pair {c:X} " + " ".join(f"{int(part, 16):X}" for part in canonical.split())


pathlib.Path(__file__).with_name("unicode-3.2.txt").write_text("\n".join(lines()) + "\n", encoding="ascii")
