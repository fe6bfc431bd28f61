"""Compare a catalogue with the manifest of the sample library that was scanned into it.

usage: takeout.py CATALOGUE MANIFEST: prints a line for each difference, nothing when all is right.
"""
import sqlite3
import sys

TAKEN = {"image/jpeg", "image/heic", "image/png", "image/webp"}


def rows_of(catalogue):
    """(folder, name) -> (rule, JSON, MIME type, width, EXIF time, status), names as bytes."""
    database = sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)
    query = """SELECT dir.path, name, rule, sidecar, mime, width, taken_local, status
               FROM media JOIN dir ON dir.id = media.dir_id"""
    rows = {}
    for folder, name, rule, sidecar, *facts in database.execute(query):
        rows[as_bytes(folder), as_bytes(name)] = (rule, as_bytes(sidecar), *facts)
    return rows


def as_bytes(value):
    return value.encode() if isinstance(value, str) else value


def differences(rows, manifest):
    for line in manifest:
        if line.startswith(b"#"):
            continue
        folder, name, rule, sidecar, situation = line.rstrip(b"\n").split(b"\t")
        row = rows.pop((folder, name), None)
        if row is None:
            yield f"{folder}/{name}: no row"
            continue
        expected = (None if rule == b"-" else rule.decode(), None if sidecar == b"-" else sidecar)
        if row[:2] != expected:
            yield f"{folder}/{name} ({situation.decode()}): {row[:2]} instead of {expected}"
        mime, width, taken_local, status = row[2:]
        if not width or (mime in TAKEN and taken_local is None):
            yield f"{folder}/{name}: {mime} without its width or time"
        if status != ("damaged" if situation == b"broken-json" else "ok"):
            yield f"{folder}/{name} ({situation.decode()}): {status}"
    for folder, name in rows:
        yield f"{folder}/{name}: not in the manifest"


def main():
    catalogue, manifest = sys.argv[1:]
    with open(manifest, "rb") as lines:
        for difference in differences(rows_of(catalogue), lines):
            print(difference)


main()
