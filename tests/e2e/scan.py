"""scan.py - a small Takeout library for the tests of scan, and what a catalogue holds.

    scan.py make DIR PHOTO     a library of known cases, its photographs made from PHOTO
    scan.py dump CATALOGUE     all rows without their numbers, in a fixed order
    scan.py sql CATALOGUE SQL  the rows of a query, columns separated by '|'
"""

import json
import os
import sqlite3
import struct
import sys


def with_comment(photo, number):
    """The same photograph with other bytes."""
    comment = b"number %06d" % number
    return photo[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + photo[2:]


MOVIE = (
    struct.pack(">I4s4sI4s", 20, b"ftyp", b"qt  ", 0, b"qt  ")
    + struct.pack(">I4s", 108 + 8, b"moov")
    + struct.pack(">I4sIIIII", 108, b"mvhd", 0, 3600000000, 3600000000, 600, 600)
    + bytes(108 - 28)
)


class Library:
    def __init__(self, root, photo):
        self.root = root
        self.photo = photo
        self.number = 0

    def write(self, folder, name, data):
        path = os.path.join(os.fsencode(self.root), os.fsencode(folder))
        os.makedirs(path, exist_ok=True)
        path = os.path.join(path, name if isinstance(name, bytes) else os.fsencode(name))
        with open(path, "wb") as file:
            file.write(data)
        os.utime(path, ns=(1600000000123456789, 1600000000123456789))

    def photograph(self, folder, name):
        self.number += 1
        self.write(folder, name, with_comment(self.photo, self.number))

    @staticmethod
    def told(name, **more):
        body = {
            "title": name,
            "photoTakenTime": {"timestamp": "1500000000"},
            "creationTime": {"timestamp": "1500000001"},
            "url": "https://photos.google.com/photo/" + name,
        }
        body.update(more)
        return body

    def sidecar(self, folder, json_name, body):
        self.write(folder, json_name, json.dumps(body).encode())


def make(root, photo_path):
    with open(photo_path, "rb") as file:
        library = Library(root, file.read())
    year = "Photos from 2017"
    for i in range(150):
        name = "IMG_%04d.jpg" % i
        library.photograph(year, name)
        json_name = (name + ".supplemental-metadata")[:46] + ".json"
        library.sidecar(year, json_name, library.told(name))
    library.photograph(year, "Feier.jpg")
    library.sidecar(year, "Feier.jpg.json", library.told(
        "Feier.jpg", description="Alle \U0001f389 da", favorited=True, archived=True,
        people=[{"name": "Zoë"}, {"name": "Anna"}],
        geoData={"latitude": 48.5, "longitude": -11.25, "altitude": 500.0},
        googlePhotosOrigin={"mobileUpload": {"deviceType": "IOS_PHONE"}}))
    library.photograph(year, "Feier-bearbeitet.jpg")
    library.photograph(year, "lonely.jpg")
    library.photograph(year, "live.jpg")
    library.sidecar(year, "live.jpg.json", library.told("live.jpg"))
    library.write(year, "live.mov", MOVIE)
    library.write(year, "torn.jpg", library.photo[:700])
    library.write(year, "empty.jpg", b"")
    library.write(year, "notes.txt", b"no photograph\n")
    library.photograph(year, b"line\nbreak \xff\x1b[31m.jpg")
    library.sidecar("Urlaub", "Metadaten.json", {"title": "Urlaub am Meer"})
    library.photograph("Urlaub", "strand.jpg")
    library.sidecar("Urlaub", "strand.jpg.json", {"title": "strand.jpg", "photoTakenTime": 3})
    library.write("Urlaub", "kaputt.jpg.json", b"{ no JSON")
    library.photograph("Urlaub", "kaputt.jpg")
    # P10: the same file in the year's folder, where its JSON is
    library.write("Urlaub", "IMG_0007.jpg", with_comment(library.photo, 8))
    # the same bytes twice
    library.write("Doppelt/Tief", "copy.jpg", with_comment(library.photo, 1))


QUERIES = (
    "select d.path, d.kind, d.year, d.title from dir d order by 1",
    "select d.path, m.name, m.size, m.mtime_ns, m.crc32, m.mime, m.width, m.height,"
    " m.orientation, m.make, m.model, m.taken_local, m.subsec, m.offset_min, m.taken_utc,"
    " m.taken_source, m.lat, m.lon, m.alt, m.gps_source, m.sidecar, m.rule, m.confidence,"
    " m.title, m.description, m.url, m.origin, m.flags, m.status, p.name, s.size, s.mtime_ns"
    " from media m join dir d on d.id = m.dir_id left join media p on p.id = m.pair_id"
    " left join sidecar s on s.media_id = m.id order by 1, 2",
    "select d.path, m.name, p.name from media_person x join media m on m.id = x.media_id"
    " join dir d on d.id = m.dir_id join person p on p.id = x.person_id order by 1, 2, 3",
    "select * from total",
    "select d.path, m.name from unmatched u join media m on m.id = u.media_id join dir d on d.id = m.dir_id order by 1, 2",
    "select d.path, m.name from duplicate u join media m on m.id = u.media_id join dir d on d.id = m.dir_id order by 1, 2",
    # a row that is as it was is not written again
    "select count(*) from media where seen_run not in (select id from run)",
)
ERRORS = ("select distinct d.path, e.name, e.stage, e.message from error e"
          " join dir d on d.id = e.dir_id order by 1, 2, 3, 4")


def main():
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3])
        return
    connection = sqlite3.connect(sys.argv[2], isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
    if sys.argv[1] == "sql":
        for row in connection.execute(sys.argv[3]):
            print("|".join(
                column.decode("utf-8", "backslashreplace") if isinstance(column, bytes)
                else "" if column is None else str(column) for column in row))
        return
    for query in (*QUERIES, ERRORS):
        for row in connection.execute(query):
            print(row)
        print()


main()
