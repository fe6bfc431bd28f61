"""A scan as people write it: EXIF by Pillow where that is installed, CRC-32, JSON, rows into SQLite.

    scan_python.py LIBRARY CATALOGUE
"""

import json
import os
import sqlite3
import sys
import zlib

try:
    from PIL import Image
except ImportError:
    Image = None


def exif(path):
    if Image is None:
        return None
    try:
        with Image.open(path) as image:
            return json.dumps({str(tag): str(value) for tag, value in image.getexif().items()})
    except OSError:
        return None


def sidecar(path):
    try:
        with open(path + ".supplemental-metadata.json", encoding="utf-8") as file:
            return json.load(file).get("title")
    except (OSError, ValueError):
        return None


def main():
    root, target = sys.argv[1:3]
    if os.path.exists(target):
        os.remove(target)
    database = sqlite3.connect(target)
    database.execute("CREATE TABLE media(path, size, crc32, exif, title)")
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".json"):
                continue
            with open(path, "rb") as file:
                data = file.read()
            database.execute("INSERT INTO media VALUES(?, ?, ?, ?, ?)",
                             (path, len(data), zlib.crc32(data), exif(path), sidecar(path)))
    database.commit()


main()
