/*
 * report.c - writes the report folder (floor: report).
 *
 * Entered by the recorder at the end, once the joblog has been flushed. Each file appears whole or
 * not at all; one that cannot be written does not keep the others from being tried.
 */
#include "config.h"

#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/path.h"
#include "record/page.h"
#include "report/chart.h"
#include "report/json.h"
#include "report/page_copy.h"
#include "report/profile.h"
#include "report/summary.h"
#include "report/trace.h"

/* A report while it is being written; the first failure is what its caller hears. */
struct writing {
	const struct report_input *input;
	struct outfile *out;
	struct joblog_scan log;
	struct err *err;
	int result;
};

static void note(struct writing *writing, int result, const struct err *err)
{
	if (result == 0 || writing->result != 0)
		return;
	writing->result = result;
	*writing->err = *err;
}

/* Save bytes as name, a path inside the folder. */
static void save(struct writing *writing, const char *name, const char *bytes, size_t length)
{
	const struct outfile_target target = {.root = writing->input->dir,
					      .relative = name,
					      .temporary = ".imgtop-report",
					      .fsync = strchr(name, '/') == NULL};
	struct err err = {0};

	note(writing, outfile_write(writing->out, &target, bytes, length, &err), &err);
}

static void save_json(struct writing *writing, const char *name, const json_t *value)
{
	char *text = json_dump(value, JSON_INDENT(2));
	struct textbuf whole;

	textbuf_init(&whole);
	textbuf_append(&whole, text, strlen(text));
	textbuf_append(&whole, "\n", 1);
	save(writing, name, whole.text, whole.length);
	textbuf_free(&whole);
	free(text);
}

static void save_summary(struct writing *writing)
{
	const struct report_input *input = writing->input;
	json_t *object = summary_json(input->snapshot, input->page, input->command, &writing->log);
	struct textbuf text;

	save_json(writing, "summary.json", object);
	json_decref(object);
	textbuf_init(&text);
	summary_text(input->snapshot, &writing->log, input->dir, &text);
	save(writing, "summary.txt", text.text, text.length);
	textbuf_free(&text);
}

static void save_worker(struct writing *writing, unsigned worker)
{
	const struct report_input *input = writing->input;
	struct profile profile;
	struct textbuf text;
	struct err err = {0};
	json_t *object;
	char *name;

	profile_take(&profile, input->snapshot, input->page, worker);
	if (!profile_name_is_safe(profile.live->name)) {
		note(writing,
		     err_permanent(&err, "workers/: worker %u has a name that is no file's",
				   worker),
		     &err);
		return;
	}
	object = profile_json(&profile, &writing->log);
	json_put(object, "schema", json_integer(REPORT_SCHEMA));
	name = mem_printf("workers/%s.json", profile.live->name);
	save_json(writing, name, object);
	free(name);
	json_decref(object);

	textbuf_init(&text);
	profile_text(&profile, &writing->log, &text);
	name = mem_printf("workers/%s.txt", profile.live->name);
	save(writing, name, text.text, text.length);
	free(name);
	textbuf_free(&text);
}

static void save_chart(struct writing *writing)
{
	char *chart = chart_svg(writing->input->snapshot);

	save(writing, CHART_NAME, chart, strlen(chart));
	free(chart);
}

static void save_page(struct writing *writing)
{
	const struct report_input *input = writing->input;
	char *path = path_join(input->dir, "run.page");
	struct err err = {0};

	note(writing, page_copy(input->page, path, &err), &err);
	free(path);
}

/* Only of a run that was recorded: a report may be made without. */
static void save_trace(struct writing *writing)
{
	const struct report_input *input = writing->input;
	struct textbuf folded;
	struct err err = {0};

	if (!input->recorded)
		return;
	note(writing, trace_write(input->dir, input->snapshot, TRACE_MOST_BYTES, &err), &err);
	textbuf_init(&folded);
	trace_folded(input->snapshot, &folded);
	save(writing, TRACE_FOLDED_NAME, folded.text, folded.length);
	textbuf_free(&folded);
}

/* The names behind the job numbers that will be printed, and the failures. */
static void read_joblog(struct writing *writing)
{
	const struct report_input *input = writing->input;
	struct err err = {0};
	unsigned i;

	for (i = 0; i < profile_workers(input->snapshot); i++) {
		struct profile profile;

		profile_take(&profile, input->snapshot, NULL, i);
		profile_want(&profile, &writing->log);
	}
	note(writing, joblog_scan_read(&writing->log, input->dir, &err), &err);
}

int report_write(const struct report_input *input, struct err *err)
{
	struct writing writing = {.input = input, .out = outfile_new(), .err = err};
	unsigned i;

	read_joblog(&writing);
	save_summary(&writing);
	for (i = 0; i < profile_workers(input->snapshot); i++)
		save_worker(&writing, i);
	save_chart(&writing);
	if (input->page != NULL)
		save_page(&writing);
	save_trace(&writing);
	joblog_scan_free(&writing.log);
	outfile_free(writing.out);
	return writing.result;
}
