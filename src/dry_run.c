/*
 * dry_run.c - what a run would do, without doing it (floor: program). One thread, no other process.
 */
#include "config.h"

#include "dry_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "commands.h"
#include "plan_make.h"

struct listing {
	const struct workload *workload;
	const char *output;
	uint64_t wanted;
	uint64_t skipped;
	uint64_t failed;
};

static void add_path(struct textbuf *line, const struct listing *listing,
		     const struct source_item *item)
{
	char *relative = mem_strndup(item->payload, item->payload_length);
	char *path = path_join(listing->output, relative);

	textbuf_printf(line, " -> ");
	textbuf_shell_word(line, path);
	free(path);
	free(relative);
}

static void add_verdict(struct textbuf *line, const struct source_item *item)
{
	char reason[ERR_TEXT_BYTES] = "";

	if (item->reason != NULL)
		text_sanitise(reason, sizeof reason, item->reason, strlen(item->reason));
	textbuf_printf(line, ": would %s: %s", item->verdict == ERR_SKIP ? "be skipped" : "fail",
		       reason);
}

static bool emit(struct source *source, const struct source_item *item)
{
	struct listing *listing = source->engine;
	struct textbuf line;
	bool written;

	textbuf_init(&line);
	textbuf_shell_word(&line, item->name);
	if (item->verdict != ERR_NONE)
		add_verdict(&line, item);
	else if (listing->workload->payload_is_output && item->payload_length != 0)
		add_path(&line, listing, item);
	written = puts(line.text) >= 0;
	textbuf_free(&line);
	if (item->verdict == ERR_NONE)
		listing->wanted++;
	else if (item->verdict == ERR_SKIP)
		listing->skipped++;
	else
		listing->failed++;
	return written; /* a reader that has gone away wants no more; main reports it */
}

static void warn(struct source *source, const char *text)
{
	(void)source;
	fprintf(stderr, "imgtop: %s\n", text);
}

static int list(const struct plan *plan)
{
	struct listing listing = {.workload = plan->workload, .output = plan->config.output};
	struct source source = {
		.config = &plan->config, .emit = emit, .warn = warn, .engine = &listing};
	struct err err = {0};
	int rc = plan->workload->source(&source, &err);
	char *nothing;
	int status;

	if (listing.wanted + listing.skipped + listing.failed == 0) {
		nothing = workload_nothing_found(plan->workload, &plan->config);
		status = command_refuse(rc != 0 ? err.text : nothing);
		free(nothing);
		return status;
	}
	if (rc != 0)
		command_refuse(err.text);
	fprintf(stderr,
		"imgtop: dry run: %" PRIu64 " would be done, %" PRIu64 " skipped, %" PRIu64
		" would fail; nothing was written\n",
		listing.wanted, listing.skipped, listing.failed);
	return rc != 0 || listing.failed != 0 ? 1 : 0;
}

int dry_run(const struct options *options)
{
	struct machine machine;
	struct plan plan;
	struct err err = {0};
	int status;

	machine_read(&machine);
	if (plan_make(options, &machine, STDIN_FILENO, NULL, &plan, &err) != 0)
		return command_refuse(err.text);
	status = list(&plan);
	plan_release(&plan);
	return status;
}
