/*
 * scan_model.c - what a scan should cost by a model, beside what it does cost.
 */
#include "config.h"

#include "report/scan_model.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Steps of the model for one file; they sum up to its 34 ms but for rounding. */
static const struct {
	const char *name;
	double file_s;
} steps[] = {
	{"sidecar: read", 0.0005}, {"sidecar: parse", 0.0002}, {"EXIF: read", 0.002},
	{"EXIF: extract", 0.005},  {"CRC: read", 0.015},       {"CRC: compute", 0.010},
	{"MIME", 0.001},	   {"write", 0.0001},
};

const struct scan_cost scan_model_sequential = {
	.startup_s = 0.010, .file_s = 0.034, .shutdown_s = 0.005, .memory_bytes = 70e6};
/* Start-up: a pool of processes 200 ms, queues 1, threads 5, database 10. */
const struct scan_cost scan_model_parallel = {
	.startup_s = 0.216, .file_s = 0.005, .shutdown_s = 0.066, .memory_bytes = 736e6};

const uint64_t scan_model_files[SCAN_MODEL_SIZES] = {1000, 10000, 100000, 500000};

double scan_cost_seconds(const struct scan_cost *cost, uint64_t files)
{
	return cost->startup_s + (double)files * cost->file_s + cost->shutdown_s;
}

double scan_floor_seconds(const struct scan_measured *measured, uint64_t files)
{
	if (measured->read_bytes_per_s <= 0)
		return 0;
	return (double)files * measured->bytes_per_file / measured->read_bytes_per_s;
}

/* Seconds that all workers have spent in each stage, for one file. */
static void take_stages(const json_t *summary, struct scan_measured *measured)
{
	const json_t *worker, *stage;
	const char *name;
	size_t i;

	json_array_foreach(json_object_get(summary, "workers"), i, worker)
	{
		json_object_foreach((json_t *)json_object_get(worker, "stages"), name, stage)
		{
			double total_s = json_number_value(json_object_get(stage, "total_s"));
			size_t at = 0;

			while (at < measured->nstages &&
			       strcmp(measured->stage[at].name, name) != 0)
				at++;
			if (at == SCAN_MODEL_STAGES)
				continue;
			if (at == measured->nstages) {
				snprintf(measured->stage[at].name, sizeof measured->stage[at].name,
					 "%s", name);
				measured->nstages++;
			}
			measured->stage[at].file_s += total_s / (double)measured->files;
		}
	}
}

/* Workers of one kind are started one right after the other. */
struct starts {
	double first_s, last_s, bytes;
	unsigned count;
};

static void add_start(struct starts *starts, const json_t *worker)
{
	double start_s = json_number_value(json_object_get(worker, "start_s"));

	if (starts->count == 0 || start_s < starts->first_s)
		starts->first_s = start_s;
	if (starts->count == 0 || start_s > starts->last_s)
		starts->last_s = start_s;
	starts->bytes += json_number_value(json_object_get(worker, "peak_rss_bytes"));
	starts->count++;
}

static double start_cost(const struct starts *starts)
{
	return starts->count > 1 ? (starts->last_s - starts->first_s) / (starts->count - 1) : 0;
}

/* Of stations' workers: the others have no stages. A worker that was replaced started late. */
static void take_starts(const json_t *summary, struct scan_measured *measured)
{
	struct starts threads = {0}, processes = {0};
	const json_t *worker;
	size_t i;

	json_array_foreach(json_object_get(summary, "workers"), i, worker)
	{
		const char *kind = json_string_value(json_object_get(worker, "kind"));
		json_int_t incarnation = json_integer_value(json_object_get(worker, "incarnation"));

		if (kind == NULL || incarnation > 1 ||
		    json_object_size(json_object_get(worker, "stages")) == 0)
			continue;
		add_start(strcmp(kind, "thread") == 0 ? &threads : &processes, worker);
	}
	measured->thread_start_s = start_cost(&threads);
	measured->process_start_s = start_cost(&processes);
	if (processes.count != 0)
		measured->process_bytes = processes.bytes / processes.count;
}

int scan_measured_take(const json_t *summary, struct scan_measured *measured, struct err *err)
{
	const char *workload = json_string_value(json_object_get(summary, "workload"));
	const char *plan = json_string_value(json_object_get(summary, "plan"));
	const json_t *result = json_object_get(summary, "result");
	const json_t *items = json_object_get(summary, "items");
	double elapsed_s = json_number_value(json_object_get(summary, "elapsed_s"));
	struct scan_cost *cost = &measured->cost;

	*measured = (struct scan_measured){0};
	if (workload == NULL || strcmp(workload, "scan") != 0)
		return err_permanent(err, "the run is no scan");
	measured->files = (uint64_t)json_integer_value(json_object_get(items, "ok"));
	if (measured->files == 0)
		return err_permanent(err, "the scan has read no file");
	snprintf(measured->plan, sizeof measured->plan, "%s", plan != NULL ? plan : "");
	cost->startup_s = json_number_value(json_object_get(summary, "startup_s"));
	cost->shutdown_s = json_number_value(json_object_get(summary, "shutdown_s"));
	cost->file_s = (elapsed_s - cost->startup_s - cost->shutdown_s) / (double)measured->files;
	if (cost->file_s < 0)
		cost->file_s = 0;
	cost->memory_bytes = json_number_value(json_object_get(summary, "peak_memory_bytes"));
	measured->bytes_per_file =
		json_number_value(json_object_get(result, "bytes_read")) / (double)measured->files;
	measured->read_bytes_per_s =
		json_number_value(json_object_get(result, "read_rate_bytes_per_s"));
	measured->rate_assumed = json_is_false(json_object_get(result, "read_rate_measured"));
	take_stages(summary, measured);
	take_starts(summary, measured);
	return 0;
}

static void add_steps(const struct scan_measured *measured, struct textbuf *out)
{
	double model_s = 0, measured_s = 0;

	textbuf_printf(out, "Model, one file after the other   ms      Measured (%s)   ms a file\n",
		       measured->plan);
	for (size_t i = 0; i < sizeof steps / sizeof *steps || i < measured->nstages; i++) {
		if (i < sizeof steps / sizeof *steps) {
			textbuf_printf(out, "  %-26s %7.1f", steps[i].name, steps[i].file_s * 1e3);
			model_s += steps[i].file_s;
		} else {
			textbuf_printf(out, "  %-26s %7s", "", "");
		}
		if (i < measured->nstages) {
			textbuf_printf(out, "      %-16s %12.4f", measured->stage[i].name,
				       measured->stage[i].file_s * 1e3);
			measured_s += measured->stage[i].file_s;
		}
		textbuf_append(out, "\n", 1);
	}
	textbuf_printf(out, "  %-26s %7.0f      %-16s %12.4f\n\n", "all", model_s * 1e3, "all",
		       measured_s * 1e3);
}

/* Two figures of the model and their quotient, two measured and theirs. */
struct line {
	const char *name;
	double model[2];
	double measured[2];
	bool quotients;
	double floor_s; /* < 0: not on this line */
};

static void add_number(double number, struct textbuf *out)
{
	int decimals = number == 0 ? 0 : number < 0.1 ? 4 : number < 10 ? 2 : number < 1000 ? 1 : 0;

	textbuf_printf(out, " %9.*f", decimals, number);
}

static void add_side(const double *pair, bool both, bool quotients, struct textbuf *out)
{
	add_number(pair[0], out);
	if (both)
		add_number(pair[1], out);
	else
		textbuf_printf(out, " %9s", "-");
	if (quotients && both && pair[1] > 0)
		textbuf_printf(out, " %5.1fx", pair[0] / pair[1]);
	else
		textbuf_printf(out, " %6s", "");
}

static void add_line(const struct line *line, bool both, struct textbuf *out)
{
	textbuf_printf(out, "  %-14s", line->name);
	add_side(line->model, true, line->quotients, out);
	textbuf_append(out, "  ", 2);
	add_side(line->measured, both, line->quotients, out);
	if (line->floor_s > 0)
		add_number(line->floor_s, out);
	else if (line->floor_s == 0)
		textbuf_printf(out, " %9s", "-");
	while (out->text[out->length - 1] == ' ')
		out->length--;
	textbuf_append(out, "\n", 1);
}

static void add_cost(const char *name, double sequential, double parallel, double measured,
		     const double *measured_parallel, struct textbuf *out)
{
	struct line line = {.name = name,
			    .model = {sequential, parallel},
			    .measured = {measured, measured_parallel ? *measured_parallel : 0},
			    .floor_s = -1};

	add_line(&line, measured_parallel != NULL, out);
}

static void add_costs(const struct scan_cost *first, const struct scan_cost *second,
		      struct textbuf *out)
{
	const struct scan_cost *model[2] = {&scan_model_sequential, &scan_model_parallel};
	double value = 0;
	const double *other = second != NULL ? &value : NULL;

	value = second != NULL ? second->startup_s * 1e3 : 0;
	add_cost("start-up ms", model[0]->startup_s * 1e3, model[1]->startup_s * 1e3,
		 first->startup_s * 1e3, other, out);
	value = second != NULL ? second->file_s * 1e3 : 0;
	add_cost("a file ms", model[0]->file_s * 1e3, model[1]->file_s * 1e3, first->file_s * 1e3,
		 other, out);
	value = second != NULL ? second->shutdown_s * 1e3 : 0;
	add_cost("shut-down ms", model[0]->shutdown_s * 1e3, model[1]->shutdown_s * 1e3,
		 first->shutdown_s * 1e3, other, out);
	value = second != NULL ? second->memory_bytes / 1e6 : 0;
	add_cost("memory MB", model[0]->memory_bytes / 1e6, model[1]->memory_bytes / 1e6,
		 first->memory_bytes / 1e6, other, out);
}

static void add_workers(const struct scan_measured *measured, struct textbuf *out)
{
	char bytes[24];

	textbuf_printf(out, "  A thread starts in 1 to 5 ms and takes 2 MB by the model");
	if (measured->thread_start_s > 0)
		textbuf_printf(out, "; here in %.2f ms", measured->thread_start_s * 1e3);
	textbuf_printf(out, ".\n  A process starts in 25 to 50 ms and takes 80 MB");
	if (measured->process_start_s > 0) {
		text_bytes(bytes, sizeof bytes, (uint64_t)measured->process_bytes);
		textbuf_printf(out, "; here in %.2f ms,\n  %s with what it shares",
			       measured->process_start_s * 1e3, bytes);
	}
	textbuf_printf(out, ".\n");
}

void scan_model_text(const struct scan_measured *sequential, const struct scan_measured *parallel,
		     struct textbuf *out)
{
	char average[24];

	add_steps(sequential, out);
	textbuf_printf(out, "  %-14s %19s %6s  %20s %6s %9s\n", "", "model", "", "measured", "",
		       "disk");
	textbuf_printf(out, "  %-14s %9s %9s %6s   %9s %9s %6s %9s\n", "", "one", "16+8", "", "one",
		       parallel != NULL ? "parallel" : "", "", "floor");
	add_costs(&sequential->cost, parallel != NULL ? &parallel->cost : NULL, out);
	for (size_t i = 0; i < SCAN_MODEL_SIZES; i++) {
		uint64_t files = scan_model_files[i];
		char name[32];
		struct line line = {
			.name = name,
			.model = {scan_cost_seconds(&scan_model_sequential, files),
				  scan_cost_seconds(&scan_model_parallel, files)},
			.measured = {scan_cost_seconds(&sequential->cost, files),
				     parallel ? scan_cost_seconds(&parallel->cost, files) : 0},
			.quotients = true,
			.floor_s = scan_floor_seconds(sequential, files)};

		snprintf(name, sizeof name, "%" PRIu64 " k files s", files / 1000);
		add_line(&line, parallel != NULL, out);
	}
	text_bytes(average, sizeof average, (uint64_t)sequential->bytes_per_file);
	add_workers(parallel != NULL ? parallel : sequential, out);
	textbuf_printf(out, "  Measured on %" PRIu64 " files of %s on average", sequential->files,
		       average);
	if (parallel != NULL)
		textbuf_printf(out, "; parallel: %s", parallel->plan);
	textbuf_printf(out, ".\n");
	if (sequential->read_bytes_per_s > 0)
		textbuf_printf(out, "  Disk floor: their bytes at %.0f MB/s, %s.\n",
			       sequential->read_bytes_per_s / 1e6,
			       sequential->rate_assumed
				       ? "which is assumed, for no file was large"
				       : "the fastest that was read here, caches included");
	textbuf_printf(out, "  The model assumes 8 cores, 500 MB/s, images of 3 MB and videos of\n"
			    "  50 MB at 90:10.\n");
}
