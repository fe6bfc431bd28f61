"""Tables of the parts that hold imgtop against other programs, from what peers.sh noted.

The folder of a benchmark holds, tab-separated and with "-" for what there is none of:
    peers.tsv    part, label, round (0: watched for memory, untimed), wall time in microseconds, CPU time in
                 microseconds, peak memory in kB, pictures given, outputs, bytes of outputs
    quality.tsv  part, picture, label, then what quality.c prints
    size.tsv     output, bytes, bytes with the best Huffman tables
"""

import os
import subprocess
from collections import defaultdict

from tables import median, paired, print_table, spread

# No picture may fall further behind Pillow's full decode than this, and the mean not at all.
MOST_BEHIND_DB = 0.4
# What the last rows or columns may lack against the inside and against Pillow's, before it is a fault at the
# edge and not the picture's own: a filter that is fed padding loses 8 dB and more.
MOST_EDGE_DB = 3
MOST_EXCESS_PERCENT = 0.5


def number(word, scale=1):
    return None if word == "-" else float(word) * scale


class Run:
    def __init__(self, words):
        self.part, self.label = words[:2]
        self.round = int(words[2])
        self.wall_s, self.cpu_s = number(words[3], 1e-6), number(words[4], 1e-6)
        self.peak_mb = number(words[5], 1024 / 1e6)
        self.given, self.done, self.bytes = map(int, words[6:9])


class Judged:
    def __init__(self, words):
        self.part, self.picture, self.label = words[:3]
        self.width, self.height = int(words[4]), int(words[5])
        self.psnr, self.ssim, self.inside, self.columns, self.rows = map(number, words[6:11])


def read(folder, name, kind, part):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        lines = [kind(line.rstrip("\n").split("\t")) for line in file]
    return [line for line in lines if line.part == part]


def by_label(lines):
    groups = defaultdict(list)
    for line in lines:
        groups[line.label].append(line)
    return groups


def is_ours(label):
    return label.startswith("imgtop")


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


# ---- time, memory, size and quality side by side ------------------------------------------------------------


def judged_by_all(judged):
    """Means are compared over the pictures that everybody did."""
    labels = {line.label for line in judged}
    seen = defaultdict(set)
    for line in judged:
        seen[line.picture].add(line.label)
    return [line for line in judged if seen[line.picture] == labels]


def contest(part, folder):
    groups = by_label(read(folder, "peers.tsv", Run, part))
    judged = by_label(judged_by_all(read(folder, "quality.tsv", Judged, part)))
    ours = next(label for label in groups if is_ours(label))
    timed = {label: [run for run in group if run.wall_s is not None] for label, group in groups.items()}
    figures = {}
    for label, group in groups.items():
        times = [run.wall_s for run in timed[label]]
        figures[label] = {
            "median_s": median(times), "spread_percent": spread(times),
            "images_per_s": group[0].done / median(times),
            "times_imgtop": paired(timed[label], timed[ours], lambda run: run.wall_s),
            "cpu_s": median([run.cpu_s for run in timed[label]]),
            "peak_mb": max((run.peak_mb for run in group if run.peak_mb is not None), default=None),
            "out_mb": group[0].bytes / 1e6, "given": group[0].given, "done": min(r.done for r in group),
            "psnr_db": mean(line.psnr for line in judged.get(label, [])),
            "ssim": mean(line.ssim for line in judged.get(label, [])),
        }
    return figures


def show_contest(part, figures):
    given = next(iter(figures.values()))["given"]
    with_quality = any(row["psnr_db"] is not None for row in figures.values())
    head = ["who", "seconds", "±%", "images/s", "× imgtop", "CPU s", "peak MB", "out MB", "done"]
    keys = ["median_s", "spread_percent", "images_per_s", "times_imgtop", "cpu_s", "peak_mb", "out_mb"]
    rows = []
    for label, row in sorted(figures.items(), key=lambda item: item[1]["median_s"]):
        cells = [label] + [row[key] for key in keys] + [str(row["done"])]
        if with_quality:
            cells += ["-" if row["psnr_db"] is None else f"{row['psnr_db']:.2f}",
                      "-" if row["ssim"] is None else f"{row['ssim']:.4f}"]
        rows.append(cells)
    print_table(f"{part}: {given} JPEG files", head + (["PSNR dB", "SSIM"] if with_quality else []), rows)
    print("  × imgtop: how many times as long as imgtop, median of the quotients within each round")
    return [f"{label}: {row['done']} of {row['given']} done"
            for label, row in figures.items() if is_ours(label) and row["done"] < row["given"]]


# ---- picture by picture --------------------------------------------------------------------------------------


def is_edge_fault(line, other):
    pairs = ((line.columns, other.columns), (line.rows, other.rows))
    return any(None not in (own, theirs, line.inside) and own < line.inside - MOST_EDGE_DB
               and own < theirs - MOST_EDGE_DB for own, theirs in pairs)


def quality(part, folder):
    judged = read(folder, "quality.tsv", Judged, part)
    labels = list(by_label(judged))
    pictures = defaultdict(dict)
    for line in judged:
        pictures[line.picture][line.label] = line
    ours = next((label for label in labels if is_ours(label)), None)
    pillow = next((label for label in labels if label.startswith("Pillow")), None)
    figures = {"labels": labels, "pictures": {}, "mean_psnr_db": {}, "edge_faults": []}
    for picture, lines in pictures.items():
        figures["pictures"][picture] = {label: vars(line) for label, line in lines.items()}
        if ours in lines and pillow in lines and is_edge_fault(lines[ours], lines[pillow]):
            figures["edge_faults"].append(picture)
    for label, group in by_label(judged_by_all(judged)).items():
        figures["mean_psnr_db"][label] = mean(line.psnr for line in group)
    behind = [lines[ours].psnr - lines[pillow].psnr for lines in pictures.values()
              if ours in lines and pillow in lines]
    figures["worst_against_pillow_db"] = min(behind, default=None)
    figures["ours"], figures["pillow"] = ours, pillow
    return figures


def show_quality(part, figures):
    labels, ours, pillow = figures["labels"], figures["ours"], figures["pillow"]
    rows = []
    for picture, lines in figures["pictures"].items():
        row = [picture]
        for label in labels:
            line = lines.get(label)
            row.append("-" if line is None or line["psnr"] is None else f"{line['psnr']:.2f}")
        line = lines.get(ours)
        row += ["-" if line is None or line[key] is None else f"{line[key]:.2f}"
                for key in ("inside", "columns", "rows")]
        if ours in lines and pillow in lines:
            row.append(f"{lines[ours]['psnr'] - lines[pillow]['psnr']:+.2f}")
        else:
            row.append("-")
        rows.append(row)
    print_table(f"{part}: PSNR in dB over RGB, against full decoding and Lanczos in double precision",
                ["picture"] + labels + ["inside", "last cols", "last rows", "− Pillow"], rows)
    means = figures["mean_psnr_db"]
    print("  mean: " + ", ".join(f"{label} {value:.3f}" for label, value in means.items() if value is not None))
    return quality_defects(figures)


def quality_defects(figures):
    means, ours, worst = figures["mean_psnr_db"], figures["ours"], figures["worst_against_pillow_db"]
    found = []
    if worst is None:
        print("  without Pillow and its pictures there is no gate")
    elif worst < -MOST_BEHIND_DB:
        found.append(f"a picture is {-worst:.2f} dB behind Pillow's; {MOST_BEHIND_DB} are allowed")
    found += [f"the mean is below that of {label}" for label, value in means.items()
              if not is_ours(label) and None not in (value, means.get(ours)) and round(means[ours] - value, 3) < 0]
    found += [f"{picture}: the last rows or columns are worse than the rest"
              for picture in figures["edge_faults"]]
    if worst is not None and not found:
        print(f"  gate: passed; worst picture {worst:+.2f} dB against Pillow's")
    if os.environ.get("PHOTOS"):
        return found
    for text in found:
        print(f"  note: {text}; but samples are drawn, and the gate is for photographs (PHOTOS=)")
    return []


# ---- size ----------------------------------------------------------------------------------------------------


def size(_part, folder):
    path = os.path.join(folder, "size.tsv")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip("\n").rsplit("\t", 2) for line in file]
    total, best = (sum(int(line[i]) for line in lines) for i in (1, 2))
    worst = max(lines, key=lambda line: int(line[1]) / int(line[2]))
    return {"outputs": len(lines), "bytes": total, "optimum_bytes": best,
            "excess_percent": 100 * (total / best - 1), "worst": worst[0],
            "worst_percent": 100 * (int(worst[1]) / int(worst[2]) - 1)}


def show_size(_part, figures):
    if not figures:
        print("\nsize: nothing was measured")
        return []
    print_table(f"size: {figures['outputs']} outputs against the best Huffman tables (jpegtran -optimize)",
                ["", "MB", "best MB", "excess %", "worst %"],
                [["imgtop", figures["bytes"] / 1e6, figures["optimum_bytes"] / 1e6,
                  f"{figures['excess_percent']:+.3f}", f"{figures['worst_percent']:+.3f}"]])
    if figures["excess_percent"] > MOST_EXCESS_PERCENT:
        return [f"outputs are {figures['excess_percent']:.2f} % too large; {MOST_EXCESS_PERCENT} are allowed"]
    return []


# ---- for figures.py --------------------------------------------------------------------------------------------

PARTS = {
    "peers": (contest, show_contest),
    "quality": (quality, show_quality),
    "small": (contest, show_contest),
    "size": (size, show_size),
}


def figures_of(part, folder):
    return PARTS[part][0](part, folder)


def table(part, folder):
    """Prints the part's table; returns sentences for what is wrong with it."""
    return PARTS[part][1](part, figures_of(part, folder))


def first_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
                              timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().split("\n", 1)[0]


def versions():
    python = os.environ.get("BENCH_PILLOW_PYTHON") or "python3"
    sharp = os.path.join(os.environ.get("BENCH_SHARP", ""), "x.js")
    found = {
        "vips": first_line("vipsthumbnail", "--version") or first_line("vips", "--version"),
        "pillow": first_line(python, "-c", "import PIL; print(PIL.__version__)"),
        "python": first_line(python, "--version"),
        "node": first_line("node", "--version"),
        "sharp": first_line("node", "-e", "const s = require('module').createRequire(process.argv[1])('sharp');"
                            "console.log(JSON.stringify(s.versions))", sharp),
        "imagemagick": first_line("magick", "-version") or first_line("mogrify", "-version"),
        "graphicsmagick": first_line("gm", "version"),
    }
    return {name: version for name, version in found.items() if version}
