/*
 * scan.c - the scan workload: what it is made of.
 *
 * The item is up to 64 files of one folder. scan_source.c finds them and knows whose JSON is whose
 * and what earlier scans know of them; scan_stat.c looks at the files, and reads the JSON of those
 * that are not as they were; scan_read.c passes over those; scan_store.c, in one worker, writes the
 * rows in groups. What travels between them is in scan_batch.h.
 *
 * One bad file costs its fields or its row's status, never its item: stages return errors only for
 * what is wrong with the machine or the catalogue.
 */
#include "config.h"

#include "workload/scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "media/catalogue_digest.h"
#include "workload/scan_worker.h"

/* As in the model that scans are compared with: see report/scan_model.h. */
static const double ASSUMED_BYTES_PER_S = 500e6;

static const struct workload_stage stages[SCAN_STAGES] = {
	[SCAN_STAT] = {.name = "stat", .io = true, .run = scan_stat},
	[SCAN_SIDECAR] = {.name = "sidecar", .io = true, .run = scan_sidecar},
	[SCAN_READ] = {.name = "read", .io = true, .run = scan_read},
	[SCAN_EXIF] = {.name = "exif", .run = scan_exif},
	[SCAN_CRC] = {.name = "crc", .run = scan_crc},
	[SCAN_MIME] = {.name = "mime", .run = scan_mime},
	[SCAN_STORE] = {.name = "store", .io = true, .run = scan_store},
};

static const struct workload_fused fused[] = {
	{.first = SCAN_READ, .last = SCAN_MIME, .applies = scan_pass_applies, .run = scan_pass},
};

static int check(const struct workload_config *config, struct err *err)
{
	struct stat status;
	char *root;
	int rc;

	if (config->from != NULL)
		return err_permanent(err, "--from: a scan walks a folder: name that instead");
	if (config->ninputs != 1)
		return err_permanent(err, "a scan takes one folder, the library: %s",
				     config->ninputs == 0 ? "name it" : "name only that");
	if (config->output == NULL || config->output[0] == '\0')
		return err_permanent(err, "no catalogue: name a file with -o");
	if (stat(config->inputs[0], &status) != 0) {
		err_errno(err, "%s", config->inputs[0]);
		err->kind = ERR_PERMANENT;
		return -1;
	}
	if (!S_ISDIR(status.st_mode))
		return err_permanent(err, "%s: a scan takes a folder, the library",
				     config->inputs[0]);
	root = path_real(config->inputs[0]);
	rc = catalogue_check(config->output, root, err);
	free(root);
	return rc;
}

static int worker_open(const struct workload_config *config, void **state, struct err *err)
{
	struct scan_worker *worker = mem_calloc(1, sizeof *worker);

	(void)err;
	worker->config = config;
	worker->root = path_real(config->inputs[0]);
	worker->dir_fd = -1;
	worker->parent_fd = -1;
	worker->buffer = scanfile_buffer_new();
	*state = worker;
	return 0;
}

static void worker_close(void *state)
{
	struct scan_worker *worker = state;

	catalogue_close(worker->writer);
	scanfile_buffer_free(worker->buffer);
	if (worker->dir_fd >= 0)
		close(worker->dir_fd);
	scan_drop_years(worker);
	free(worker->stored_dir);
	free(worker->dir);
	free(worker->root);
	free(worker);
}

static void fold(void *accumulator, const void *result, size_t length)
{
	struct scan_result *sum = accumulator;
	struct scan_result one;

	if (length != sizeof one)
		return; /* from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	sum->written += one.written;
	sum->unchanged += one.unchanged;
	sum->failed += one.failed;
	sum->no_media += one.no_media;
	sum->ambiguous += one.ambiguous;
	sum->damaged += one.damaged;
	sum->bytes += one.bytes;
	for (unsigned rule = 0; rule < SIDECAR_RULES; rule++)
		sum->matched[rule] += one.matched[rule];
	if (one.rate > sum->rate)
		sum->rate = one.rate;
	if (one.ended) {
		sum->ended = true;
		sum->elapsed_ns = one.elapsed_ns;
		sum->end = one.end;
	}
}

/* The time that reading so many bytes takes at the rate of the fastest item of 4 MiB and more: no
 * scan that reads them can be faster with one disk. Small files tell nothing of the disk: where
 * there are no others, its rate is assumed. */
static void describe_floor(const struct scan_result *sum, struct textbuf *text)
{
	double rate = sum->rate > 0 ? sum->rate : ASSUMED_BYTES_PER_S;
	double floor_s = (double)sum->bytes / rate;
	double elapsed_s = (double)sum->elapsed_ns / 1e9;

	textbuf_printf(text,
		       ",\"read_rate_bytes_per_s\":%.0f,\"read_rate_measured\":%s"
		       ",\"disk_floor_s\":%.3f",
		       rate, sum->rate > 0 ? "true" : "false", floor_s);
	if (floor_s > 0 && elapsed_s > 0)
		textbuf_printf(text, ",\"times_disk_floor\":%.2f", elapsed_s / floor_s);
}

static void describe(const void *accumulator, char *json, size_t size)
{
	const struct scan_result *sum = accumulator;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_printf(&text,
		       "{\"rows_written\":%" PRIu64 ",\"unchanged\":%" PRIu64
		       ",\"damaged\":%" PRIu64 ",\"unreadable\":%" PRIu64 ",\"no_media\":%" PRIu64
		       ",\"matched\":{",
		       sum->written, sum->unchanged, sum->damaged, sum->failed, sum->no_media);
	for (unsigned rule = SIDECAR_P1; rule < SIDECAR_RULES; rule++)
		textbuf_printf(&text, "%s\"%s\":%" PRIu64, rule == SIDECAR_P1 ? "" : ",",
			       sidecar_rule_name((enum sidecar_rule)rule), sum->matched[rule]);
	textbuf_printf(&text,
		       "},\"unmatched\":%" PRIu64 ",\"ambiguous\":%" PRIu64
		       ",\"bytes_read\":%" PRIu64,
		       sum->matched[SIDECAR_NO_RULE], sum->ambiguous, sum->bytes);
	if (sum->ended)
		textbuf_printf(&text,
			       ",\"files\":%" PRIu64 ",\"missing\":%" PRIu64
			       ",\"duplicates\":%" PRIu64 ",\"duplicate_bytes\":%" PRIu64,
			       sum->end.files, sum->end.missing, sum->end.duplicates,
			       sum->end.duplicate_bytes);
	describe_floor(sum, &text);
	textbuf_append(&text, "}", 1);
	snprintf(json, size, "%s", text.length < size ? text.text : "{}");
	textbuf_free(&text);
}

static int report(const struct workload_config *config, const char *dir, struct err *err)
{
	struct catalogue *catalogue;
	int rc;

	err_clear(err);
	catalogue = catalogue_open_reader(config->output, err);
	if (catalogue == NULL)
		return err->kind == ERR_NONE ? 0 : -1;
	rc = catalogue_report(catalogue, dir, err);
	catalogue_close(catalogue);
	return rc;
}

static const char *const result_varies[] = {"read_rate_bytes_per_s", "read_rate_measured",
					    "disk_floor_s", "times_disk_floor", NULL};

const struct workload scan_workload = {
	.name = "scan",
	.summary = "Reads a Google Photos Takeout library into an SQLite catalogue",
	.items = "files",
	.output_default = "catalog.sqlite",
	.stages = stages,
	.nstages = SCAN_STAGES,
	.fused = fused,
	.nfused = sizeof fused / sizeof fused[0],
	.region_shares = scan_region_shares,
	.hybrid_cpu_first = "read",
	.hybrid_cpu_last = "mime",
	.single_writer = "store",
	.output_is_file = true,
	.output_digest = catalogue_digest, /* rows hold when they were written */
	.result_varies = result_varies,
	.looks_for = "photographs and videos",
	.check = check,
	.source = scan_source,
	.worker_open = worker_open,
	.worker_close = worker_close,
	.commit = scan_commit,
	.finish = scan_finish,
	.report = report,
	.accumulator_size = sizeof(struct scan_result),
	.fold = fold,
	.describe = describe,
};
