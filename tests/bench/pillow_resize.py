#!/usr/bin/env python3
"""The script that everybody writes: a folder of pictures made smaller with Pillow on several processes.

    pillow_resize.py INPUT_DIR OUTPUT_DIR BOX WORKERS

Nothing in it is slowed down for the comparison, and nothing is tuned that the usual script leaves alone.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image, ImageOps


def resize(target, box, path):
    with Image.open(path) as image:
        image = image.convert("RGB")
        image.thumbnail((box, box), Image.Resampling.LANCZOS)
        image = ImageOps.exif_transpose(image)
        image.save(target / (path.stem + ".jpg"), quality=85, optimize=True)


def main():
    source, target, box, workers = sys.argv[1:]
    paths = sorted(path for path in Path(source).iterdir() if path.is_file())
    with ProcessPoolExecutor(max_workers=int(workers)) as executor:
        for _ in executor.map(partial(resize, Path(target), int(box)), paths):
            pass


if __name__ == "__main__":
    main()
