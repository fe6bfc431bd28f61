#!/usr/bin/env bash
# bench_test.sh - the arithmetic and the script of `make bench`, with a program that only pretends: benchmarks
# themselves are no tests, but figures that are computed wrongly would be believed.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

bench=$abs_srcdir/tests/bench

# summary FILE ELAPSED OK PEAK STAGES_S WORKER_WALL_S: a run of two workers, beside a walker that must not count.
summary() {
	mkdir -p "$(dirname "$1")"
	python3 - "$@" <<'PYTHON'
import json, sys
path = sys.argv[1]
elapsed, ok, peak, stages, wall = map(float, sys.argv[2:7])
worker = lambda name, part: {"name": name, "wall_s": wall * part, "ctx_involuntary": 5,
                             "stages": {"read": {"total_s": stages * part}}}
json.dump({"elapsed_s": elapsed, "exit_code": 0, "peak_memory_bytes": int(peak), "startup_s": 0.01,
           "efficiency": 0.9, "cpu_s": elapsed * 2,
           "items": {"found": int(ok), "ok": int(ok), "failed": 0, "skipped": 0, "quarantined": 0,
                     "pending": 0},
           "workers": [worker("read-1", 0.5), worker("read-2", 0.5), worker("walk-1", 100.0)]},
          open(path, "w"))
PYTHON
}

# line PART LABEL ROUND WALL_US SCREEN_US OUTPUTS: notes the summary written last, $scratch/LABEL-ROUND.
line() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$scratch/$2-$3" "$4" "$5" "$6" >>"$scratch/runs.tsv"
}

shows() {
	grep -Eq -- "$1" "$scratch/table" || fail "no /$1/ in: $(cat "$scratch/table")"
}

strategies_are_compared_within_each_round() {
	need python3
	# the machine is twice as slow in round 2: the quotients stay the same
	for round in 1 2; do
		summary "$scratch/sequential-$round" 1 100 5e6 1 2
		summary "$scratch/threads:2-$round" 1 100 7e6 1 2
		line strategies sequential "$round" "$((10000000 * round))" - same
		line strategies threads:2 "$round" "$((4000000 * round))" - same
	done
	python3 "$bench/figures.py" table strategies "$scratch/runs.tsv" >"$scratch/table"
	shows '^  threads:2 +6 +66\.7 +18\.8 +2\.5 +0\.01 +7$'
	shows 'equal: yes'
}

outputs_that_differ_are_a_defect() {
	need python3
	summary "$scratch/sequential-1" 1 100 5e6 1 2
	summary "$scratch/threads:2-1" 1 100 5e6 1 2
	line strategies sequential 1 1000000 - same
	line strategies threads:2 1 1000000 - other
	! python3 "$bench/figures.py" table strategies "$scratch/runs.tsv" >"$scratch/table" ||
		fail "it passed"
	shows 'DEFECT: outputs differ'
}

the_hand_over_share_counts_workers_and_no_helpers() {
	need python3
	summary "$scratch/processes:2-1" 2 1000 5e6 3 4
	line handover processes:2 1 2500000 - -
	python3 "$bench/figures.py" table handover "$scratch/runs.tsv" >"$scratch/table"
	# 1 - 3/4; 3 s and 1 s over 1000 items; 1000 items in 2.5 s
	shows '^  processes:2 +400 +3000 +1000 +25 +0$'
}

watching_is_measured_by_the_runs_own_clock() {
	need python3
	summary "$scratch/batch-1" 10 100 5e6 1 2
	summary "$scratch/live-1" 10.05 100 5e6 1 2
	line watching batch 1 99000000 - -
	line watching live 1 - 20100 -
	python3 "$bench/figures.py" table watching "$scratch/runs.tsv" >"$scratch/table"
	shows 'costs \+0\.50 % of the time; it uses 0\.20 % of one core'
}

memory_growth_is_the_quotient_of_peaks() {
	need python3
	summary "$scratch/threads:2 few-1" 1 100 40e6 1 2
	summary "$scratch/threads:2 many-1" 1 2000 50e6 1 2
	line memory 'threads:2 few' 1 1 - -
	line memory 'threads:2 many' 1 1 - -
	python3 "$bench/figures.py" table memory "$scratch/runs.tsv" >"$scratch/table"
	shows '100 inputs: MB +2000 inputs: MB'
	shows '^  threads:2 +40 +50 +1\.25$'
}

# A program with imgtop's command line that does no work but leaves what a run leaves.
pretender() {
	cat >"$scratch/imgtop" <<'PYTHON'
#!/usr/bin/env python3
import json, os, shutil, sys
words = sys.argv[1:]
def after(name, default=None):
    return words[words.index(name) + 1] if name in words else default
if words[0] == "--version":
    print("imgtop pretended")
elif words[0] == "samples":
    for i in range(int(after("--count"))):
        os.makedirs(f"{words[1]}/2020", exist_ok=True)
        with open(f"{words[1]}/2020/a {i}.jpg", "w") as file:
            file.write(str(i))
else:
    found = sum(len(names) for _, _, names in os.walk(words[-1]))
    with open(os.environ["PRETENDER_LOG"], "a") as log:
        print(after("--plan"), found, "batch" if "--batch" in words else "live", file=log)
    if os.environ.get("PRETENDER_FAILS") == after("--plan"):
        sys.exit("imgtop: it broke")
    shutil.rmtree(after("-o"), ignore_errors=True)
    shutil.copytree(words[-1], after("-o"), symlinks=True)
    if os.environ.get("PRETENDER_DIFFERS") == after("--plan"):
        os.truncate(after("-o") + "/2020/a 0.jpg", 0)
    os.makedirs(after("--report"))
    text = json.dumps({
        "elapsed_s": found / 5, "exit_code": 0, "peak_memory_bytes": 5000000, "startup_s": 0,
        "efficiency": 1, "cpu_s": 1, "items": {"found": found, "ok": found, "failed": 0,
        "skipped": 0, "quarantined": 0, "pending": 0}, "workers": [{"name": "read-1",
        "wall_s": 1, "ctx_involuntary": 0, "stages": {"read": {"total_s": 0.5}}}]})
    with open(after("--report") + "/new", "w") as file:
        file.write(text)
    os.rename(after("--report") + "/new", after("--report") + "/summary.json")
    if "--batch" not in words:
        while os.read(0, 1) != b"q":
            pass
PYTHON
	chmod +x "$scratch/imgtop"
	export PRETENDER_LOG=$scratch/log IMGTOP=$scratch/imgtop BENCH_DIR=$scratch QUICK=1
	export BENCH_RECORD=$scratch/record.json
	unset PHOTOS BENCH ROUNDS SECONDS_A_RUN KEEP
}

every_part_runs_and_is_in_the_record() {
	need python3 tmux taskset
	pretender
	"$bench/run.sh" >"$scratch/table" 2>"$scratch/progress" || fail "$(cat "$scratch/progress")"
	python3 - "$scratch/record.json" <<'PYTHON'
import json, sys
record = json.load(open(sys.argv[1]))
parts = "strategies speedup watching memory handover oversubscribe screen".split()
assert list(record["figures"]) == parts, record["figures"]
assert {run["part"] for run in record["runs"]} - {"calibrate"} == set(parts)
assert record["versions"]["imgtop"] == "imgtop pretended"
assert record["machine"]["cores_usable"] >= 1
assert abs(record["figures"]["handover"]["processes:2"]["handover_share"] - 0.5) < 1e-9
PYTHON
	# 6 photos in 1.2 s are repeated twice for 2 s; 2,000 of memory's inputs are 200 when quick
	grep -qx 'processes:1 12 batch' "$scratch/log"
	grep -qx 'threads:2 12 live' "$scratch/log"
	grep -qx 'processes:2 200 batch' "$scratch/log"
	grep -qx 'threads:64 256 live' "$scratch/log"
	[[ -z $(find "$scratch" -maxdepth 1 -name 'bench-*') ]] || fail "the work folder is still there"
}

plans_change_places_from_round_to_round() {
	need python3
	pretender
	"$bench/run.sh" strategies >"$scratch/table" 2>"$scratch/progress" || fail "$(cat "$scratch/progress")"
	[[ $(cut -d' ' -f1 "$scratch/log" | paste -sd' ') == "sequential threads:2 processes:2 hybrid:2+2 \
threads:2 processes:2 hybrid:2+2 sequential" ]] || fail "$(cat "$scratch/log")"
}

a_run_that_fails_or_differs_fails_the_benchmark() {
	need python3
	pretender
	! PRETENDER_FAILS=threads:2 "$bench/run.sh" strategies >"$scratch/table" 2>"$scratch/progress" ||
		fail "a failed run passed"
	grep -q 'imgtop: it broke' "$scratch/progress"
	! PRETENDER_DIFFERS=hybrid:2+2 "$bench/run.sh" strategies >"$scratch/table" 2>&1 ||
		fail "other outputs passed"
	shows 'DEFECT: outputs differ'
}

an_unknown_part_is_refused() {
	local status=0
	pretender
	"$bench/run.sh" speling 2>"$scratch/table" || status=$?
	[[ $status -eq 2 ]] || fail "status $status"
	shows 'no part speling'
}

run_tests \
	strategies_are_compared_within_each_round \
	outputs_that_differ_are_a_defect \
	the_hand_over_share_counts_workers_and_no_helpers \
	watching_is_measured_by_the_runs_own_clock \
	memory_growth_is_the_quotient_of_peaks \
	every_part_runs_and_is_in_the_record \
	plans_change_places_from_round_to_round \
	a_run_that_fails_or_differs_fails_the_benchmark \
	an_unknown_part_is_refused
