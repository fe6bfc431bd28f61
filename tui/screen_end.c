/*
 * screen_end.c - what the run came to, once it has ended (floor: tui).
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/form.h"
#include "tui/frame.h"
#include "tui/pen.h"
#include "tui/scroll.h"
#include "tui/ui.h"
#include "tui/widgets.h"
#include "tui/worker_text.h"
#include "view/verdict.h"

struct end_state {
	struct scroll scroll;
};

enum { WIDE = 60, INDENT = 13, MOST_FAILURES = 5 };

static void *end_open(void)
{
	return mem_calloc(1, sizeof(struct end_state));
}

static void end_close(void *state)
{
	free(state);
}

static bool end_available(const struct ui *ui)
{
	return model_ended(ui->model);
}

/* "Label  text", or where that would waste columns "Label: text". */
static void say(struct pen *pen, const char *label, enum colour colour, const char *text)
{
	if (text[0] == '\0')
		return;
	if (pen->area.width >= WIDE)
		pen_fact(pen, label, colour, "%s", text);
	else
		pen_fact(pen, "", colour, "%s: %s", label, text);
}

static void describe_items(const struct page_status *status, char *text, size_t size)
{
	(void)snprintf(
		text, size,
		"%llu found, %llu ok, %llu failed, %llu skipped, %llu quarantined, %llu pending",
		(unsigned long long)status->found, (unsigned long long)status->done[ITEM_OK],
		(unsigned long long)status->done[ITEM_FAILED],
		(unsigned long long)status->done[ITEM_SKIPPED],
		(unsigned long long)status->done[ITEM_QUARANTINED],
		(unsigned long long)status->done[ITEM_PENDING]);
}

static void describe_speed(const struct snapshot *snapshot, char *text, size_t size)
{
	uint64_t elapsed_ns = snapshot_elapsed_ns(snapshot);
	double seconds = (double)elapsed_ns / (double)CLOCK_SECOND_NS;
	char elapsed[32], rate[16], in[16], out[16];

	text_elapsed(elapsed, sizeof(elapsed), elapsed_ns);
	text_rate(rate, sizeof(rate),
		  seconds > 0 ? (double)snapshot_finished(snapshot) / seconds : 0);
	text_bytes(in, sizeof(in), snapshot->status.bytes_in);
	text_bytes(out, sizeof(out), snapshot->status.bytes_out);
	(void)snprintf(text, size, "%s, %s items/s, read %s, wrote %s", elapsed, rate, in, out);
}

static void describe_efficiency(const struct snapshot *snapshot, char *text, size_t size)
{
	(void)snprintf(text, size, "%.0f %%, CPU time %.1f s on %u cores, ideal %.1f s",
		       verdict_efficiency(snapshot) * 100, verdict_cpu_s(snapshot),
		       snapshot->plan.cores, verdict_ideal_s(snapshot));
}

static enum colour describe_report(const struct snapshot *snapshot, char *text, size_t size)
{
	const struct page_recorder *recorder = &snapshot->recorder;

	if (snapshot->plan.report_dir[0] == '\0' && recorder->report_state != 2) {
		(void)snprintf(text, size, "none was asked for");
		return COLOUR_PLAIN;
	}
	if (recorder->report_state == 1) {
		(void)snprintf(text, size, "%.400s", snapshot->plan.report_dir);
		return COLOUR_PLAIN;
	}
	if (recorder->report_state == 2) {
		(void)snprintf(text, size, "could not be saved: %s", recorder->report_error);
		return COLOUR_BAD;
	}
	(void)snprintf(text, size, "was not written");
	return COLOUR_BAD;
}

/* The first errors of the log. */
static void draw_failures(struct pen *pen, const struct ui *ui)
{
	int left = MOST_FAILURES;

	for (size_t i = 0; i < model_log_count(ui->model) && left > 0; i++) {
		const struct page_log_line *line = model_log_line(ui->model, i);

		if (line->level != LOG_ERROR)
			continue;
		pen_line(pen, COLOUR_BAD, " %s", line->text);
		left--;
	}
}

enum { WORKER_COLUMNS = 8 };

static const struct widget_column worker_columns[WORKER_COLUMNS] = {
	{"WORKER", 10, 18, 1, false}, {"DONE", 6, 8, 1, true},	  {"FAILED", 6, 6, 4, true},
	{"BUSY%", 5, 5, 2, true},     {"WAIT%", 5, 5, 3, true},	  {"CPU", 6, 8, 5, true},
	{"INC", 3, 3, 6, true},	      {"ENDED", 8, 30, 4, false},
};

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

static void draw_worker(const struct snapshot *snapshot, unsigned worker, struct canvas *canvas,
			int row, const int *widths)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];
	uint64_t wall = snapshot_wall_ns(snapshot, worker);
	uint64_t wait = snapshot_state_ns(snapshot, worker, WORKER_GET) +
			snapshot_state_ns(snapshot, worker, WORKER_PUT) +
			snapshot_state_ns(snapshot, worker, WORKER_LOCK) +
			snapshot_state_ns(snapshot, worker, WORKER_JOIN) +
			snapshot_state_ns(snapshot, worker, WORKER_RESOURCE);
	uint64_t cpu = w->counters.cpu_user_ns + w->counters.cpu_sys_ns;
	char text[WORKER_COLUMNS][80];
	int column = 1;

	(void)snprintf(text[0], sizeof(text[0]), "%s", w->live.name);
	(void)snprintf(text[1], sizeof(text[1]), "%llu",
		       (unsigned long long)snapshot_items(snapshot, worker));
	(void)snprintf(text[2], sizeof(text[2]), "%llu", (unsigned long long)w->counters.failed);
	(void)snprintf(text[3], sizeof(text[3]), "%.0f",
		       share(snapshot_busy_ns(snapshot, worker), wall));
	(void)snprintf(text[4], sizeof(text[4]), "%.0f", share(wait, wall));
	text_age(text[5], sizeof(text[5]), cpu);
	(void)snprintf(text[6], sizeof(text[6]), "%u", w->live.incarnation);
	(void)snprintf(text[7], sizeof(text[7]), "%s",
		       w->live.ended[0] != '\0' ? w->live.ended : "did not say");
	for (int i = 0; i < WORKER_COLUMNS; i++) {
		enum colour colour = snapshot_counted(snapshot, worker) ? COLOUR_PLAIN : COLOUR_DIM;
		if (widths[i] == 0)
			continue;
		if (worker_columns[i].right)
			canvas_field_right(canvas, row, column, widths[i], colour, text[i]);
		else
			canvas_field(canvas, row, column, widths[i], colour, text[i]);
		column += widths[i] + 1;
	}
}

static void draw_head(struct canvas *canvas, int row, const int *widths)
{
	int column = 1;

	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	for (int i = 0; i < WORKER_COLUMNS; i++) {
		if (widths[i] == 0)
			continue;
		if (worker_columns[i].right)
			canvas_field_right(canvas, row, column, widths[i], COLOUR_HEAD,
					   worker_columns[i].title);
		else
			canvas_field(canvas, row, column, widths[i], COLOUR_HEAD,
				     worker_columns[i].title);
		column += widths[i] + 1;
	}
}

static void draw_workers(struct pen *pen, const struct snapshot *snapshot)
{
	int widths[WORKER_COLUMNS];
	int row = pen_next(pen);

	widget_columns(worker_columns, WORKER_COLUMNS, pen->area.width, widths);
	/* The heading stays when its workers are scrolled. */
	if (row < 0 && pen->line <= pen->top && pen->area.rows > 0)
		row = pen->area.row;
	if (row >= 0)
		draw_head(pen->canvas, row, widths);
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		int at = pen_next(pen);
		if (at > row && row >= 0)
			draw_worker(snapshot, i, pen->canvas, at, widths);
	}
}

/* "sum 12, matched (P1 3, P2 1)". Lists are for the report. */
static void add_members(struct textbuf *words, json_t *object)
{
	const char *between = "", *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		char *dumped;

		if (json_is_array(value))
			continue;
		textbuf_printf(words, "%s%s ", between, name);
		between = ", ";
		if (json_is_object(value)) {
			textbuf_append(words, "(", 1);
			add_members(words, value);
			textbuf_append(words, ")", 1);
			continue;
		}
		dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		textbuf_printf(words, "%s",
			       json_is_string(value) ? json_string_value(value) : dumped);
		free(dumped);
	}
}

/* The workload's own result. */
static void describe_result(const char *json, char *text, size_t size)
{
	json_t *result = json_loads(json, 0, NULL);
	struct textbuf words;

	textbuf_init(&words);
	add_members(&words, result);
	text_sanitise(text, size, words.text, words.length);
	textbuf_free(&words);
	json_decref(result);
}

static void draw_facts(struct pen *pen, const struct ui *ui)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	enum colour colour;
	char text[1024];

	if (ui->model->lost)
		say(pen, "Ended", COLOUR_BAD,
		    "The supervisor died before the run was over; the figures are the last it "
		    "published. Run it again to do what is missing.");
	say(pen, "Ended", COLOUR_WARN, snapshot->status.message);
	verdict_sentence(snapshot, text, sizeof(text));
	say(pen, "Verdict", COLOUR_VALUE, text);
	describe_items(&snapshot->status, text, sizeof(text));
	say(pen, "Items", snapshot->status.done[ITEM_FAILED] > 0 ? COLOUR_BAD : COLOUR_PLAIN, text);
	describe_result(snapshot->status.result, text, sizeof(text));
	say(pen, "Result", COLOUR_VALUE, text);
	describe_speed(snapshot, text, sizeof(text));
	say(pen, "Elapsed", COLOUR_PLAIN, text);
	describe_efficiency(snapshot, text, sizeof(text));
	say(pen, "Efficiency", COLOUR_PLAIN, text);
	compare_sentence(&ui->before, ui->model, text, sizeof(text));
	say(pen, "Compared", COLOUR_VALUE, text);
	colour = describe_report(snapshot, text, sizeof(text));
	say(pen, "Report", colour, text);
	say(pen, "Output", COLOUR_PLAIN, snapshot->plan.output);
}

static void draw_all(struct pen *pen, const struct ui *ui)
{
	draw_facts(pen, ui);
	draw_failures(pen, ui);
	draw_workers(pen, model_shown(ui->model));
}

static void end_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct end_state *state = data;
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	struct pen pen = {
		.canvas = canvas,
		.area = {body.row, 1, 0, canvas_columns(canvas) - 1},
		.indent = canvas_columns(canvas) > WIDE ? INDENT - 1 : 1,
	};
	draw_all(&pen, ui);				 /* only counts: there are no rows yet */
	scroll_fit(&state->scroll, pen.line, body.rows); /* the window may have grown */
	pen.area.rows = body.rows;
	pen.top = state->scroll.top;
	pen.line = 0;
	draw_all(&pen, ui);
}

static void strategy_chosen(struct ui *ui, int action)
{
	const struct ui_services *services = ui->services;
	int field = form_strategy(services);
	struct err err;

	err_clear(&err);
	if (services->set(services->context, (size_t)field, services->fields[field].choices[action],
			  &err) == 0)
		ui->request = UI_START;
	else
		ui_say(ui, true, "%s", err.text);
}

/* The same work under another strategy: what the comparison is for. */
static void choose_strategy(struct ui *ui)
{
	static const char letters[] = "123456789";

	if (ui->services == NULL || ui->services->start == NULL ||
	    form_strategy(ui->services) == FORM_NONE) {
		ui_say(ui, true, "this run was not started here: it cannot be run again");
		return;
	}
	int field = form_strategy(ui->services);
	const struct ui_field *f = &ui->services->fields[field];
	dialog_begin(ui, "Run again with", "The figures of this run stay beside the new ones.",
		     strategy_chosen);
	for (int i = 0; f->choices[i] != NULL && letters[i] != '\0'; i++)
		dialog_add(ui, letters[i], i, "%s", f->choices[i]);
	int now = form_choice(ui->services, field);
	ui->dialog.chosen = now < 0 ? 0 : now;
}

static bool end_command(struct ui *ui, void *data, enum command command)
{
	struct end_state *state = data;

	if (scroll_command(&state->scroll, command))
		return true;
	switch (command) {
	case COMMAND_RERUN_WITH:
		choose_strategy(ui);
		return true;
	case COMMAND_START:
		if (ui->services == NULL || ui->services->start == NULL)
			ui_say(ui, true, "this run was not started here: it cannot be run again");
		else
			ui->request = UI_START;
		return true;
	default:
		return false;
	}
}

const struct screen screen_end = {
	.name = "End",
	.scope = SCOPE_END,
	.tab = true,
	.bare = true,
	.available = end_available,
	.open = end_open,
	.close = end_close,
	.draw = end_draw,
	.command = end_command,
};
