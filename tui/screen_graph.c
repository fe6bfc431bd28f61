/*
 * screen_graph.c - who waits for whom: circles first, then every wait with what it leads to, then
 * locks and queues with who holds, wants and serves them (floor: tui).
 *
 * Partial knowledge is said to be partial: what no worker publishes is not drawn as if it were
 * known.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/frame.h"
#include "tui/pen.h"
#include "tui/scroll.h"
#include "tui/ui.h"
#include "tui/worker_text.h"

enum { AGE_BYTES = 16, TEXT_BYTES = 512, NAMES = 6 };

struct graph_state {
	struct scroll scroll;
};

static void *open_graph(void)
{
	return mem_calloc(1, sizeof(struct graph_state));
}

static void close_graph(void *state)
{
	free(state);
}

static void write_verdict(struct pen *pen, const struct ui *ui)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct diagnosis_run *run = diagnosis_run(ui->model->diagnosis);
	const struct graph *graph = diagnosis_graph(ui->model->diagnosis);
	char text[TEXT_BYTES], age[AGE_BYTES];

	text_age(age, sizeof(age), run->quiet_ns);
	if (run->sentence[0] != '\0')
		pen_fact(pen, "Verdict", COLOUR_BAD, "%s", run->sentence);
	else
		pen_fact(pen, "Verdict", COLOUR_GOOD, "nothing is wrong; last movement %s ago",
			 age);
	for (unsigned i = 0; i < graph->ncycles; i++) {
		graph_cycle_text(snapshot, &graph->cycle[i], text, sizeof(text));
		if (strstr(run->sentence, text) != NULL)
			continue;
		pen_fact(pen, "Circle", COLOUR_BAD, "%s", text);
	}
}

static void write_waits(struct pen *pen, const struct ui *ui, bool stuck)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct graph *graph = diagnosis_graph(ui->model->diagnosis);
	char chain[TEXT_BYTES], age[AGE_BYTES], label[AGE_BYTES + 4];

	for (unsigned i = 0; i < graph->workers; i++) {
		const struct graph_wait *wait = &graph->wait[i];

		if (wait->on == WAIT_NOTHING || graph->stuck[i] != stuck ||
		    snapshot->worker[i].live.kind == WORKER_RECORDER)
			continue;
		text_age(age, sizeof(age), worker_state_age_ns(snapshot, i));
		diagnosis_chain(ui->model->diagnosis, snapshot, i, ui->glyphs->because, chain,
				sizeof(chain));
		(void)snprintf(label, sizeof(label), "%s%s", stuck ? "! " : "  ", age);
		pen_fact(pen, label, stuck ? COLOUR_BAD : COLOUR_PLAIN, "%s%s", chain,
			 wait->partial ? " (partial: who could end this is not known)" : "");
	}
}

/* "a, b and 3 more": those for whom it is true. */
static void name_all(const struct snapshot *snapshot, const bool *chosen, char *text, size_t size)
{
	unsigned count = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (!chosen[i])
			continue;
		if (count < NAMES)
			text_add(text, size, "%s%s", count > 0 ? ", " : "",
				 snapshot->worker[i].live.name);
		count++;
	}
	if (count > NAMES)
		text_add(text, size, " and %u more", count - NAMES);
	if (count == 0)
		text_add(text, size, "nobody");
}

static void name_waiting(const struct ui *ui, enum wait_on on, unsigned target, unsigned host,
			 char *text, size_t size)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	bool chosen[PAGE_WORKERS] = {false};

	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		chosen[i] = live->ended_ns == 0 && live->wait_on == on &&
			    live->wait_target == target &&
			    (host == PAGE_HOSTS || live->host == host);
	}
	name_all(snapshot, chosen, text, size);
}

/* Locks that somebody holds; each host has its own. */
static void write_locks(struct pen *pen, const struct ui *ui)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	bool titled = false;

	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		for (unsigned lock = 0; lock < snapshot->plan.locks && lock < PAGE_LOCKS; lock++) {
			const struct page_held *held = &live->held[lock];
			char age[AGE_BYTES], wanted[TEXT_BYTES];

			if (held->since_ns == 0 || live->ended_ns != 0)
				continue;
			if (!titled)
				pen_line(pen, COLOUR_TITLE, "Locks");
			titled = true;
			text_age(age, sizeof(age),
				 snapshot->at_ns > held->since_ns ? snapshot->at_ns - held->since_ns
								  : 0);
			name_waiting(ui, WAIT_LOCK, lock, live->host, wanted, sizeof(wanted));
			pen_fact(pen, snapshot->plan.lock[lock], COLOUR_PLAIN,
				 "held by %s for %s, taken in %s; wanted by %s", live->name, age,
				 held->stage < snapshot->plan.stages
					 ? snapshot->plan.stage[held->stage].name
					 : "no stage",
				 wanted);
		}
	}
}

static void write_queues(struct pen *pen, const struct ui *ui)
{
	const struct snapshot *snapshot = model_shown(ui->model);

	pen_line(pen, COLOUR_TITLE, "Queues");
	for (unsigned i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		const struct page_queue *queue = &snapshot->queue[i];
		uint64_t depth = snapshot_depth(snapshot, i);
		char waiting[TEXT_BYTES];
		const char *why = depth >= queue->capacity ? "full" : depth == 0 ? "empty" : "";

		name_waiting(ui, WAIT_QUEUE, i, PAGE_HOSTS, waiting, sizeof(waiting));
		pen_fact(pen, queue->name, depth >= queue->capacity ? COLOUR_WARN : COLOUR_PLAIN,
			 "%" PRIu64 " of %u%s%s; waited for by %s", depth, queue->capacity,
			 why[0] != '\0' ? ", " : "", why, waiting);
	}
}

static void write_all(struct pen *pen, const struct ui *ui)
{
	write_verdict(pen, ui);
	pen_blank(pen);
	pen_line(pen, COLOUR_TITLE, "Who waits for whom, and for how long; ! is stuck");
	int before = pen->line;
	write_waits(pen, ui, true);
	write_waits(pen, ui, false);
	if (pen->line == before)
		pen_line(pen, COLOUR_DIM, "Nobody waits.");
	pen_blank(pen);
	write_locks(pen, ui);
	write_queues(pen, ui);
}

static void draw_graph(struct ui *ui, void *data, struct canvas *canvas)
{
	struct graph_state *state = data;
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	struct pen pen = {.canvas = canvas, .area = {body.row, 1, 0, canvas_columns(canvas) - 1}};
	write_all(&pen, ui); /* only counts: there are no rows yet */
	scroll_fit(&state->scroll, pen.line, body.rows);
	pen = (struct pen){
		.canvas = canvas,
		.area = {body.row, 1, body.rows, canvas_columns(canvas) - 1},
		.top = state->scroll.top,
	};
	write_all(&pen, ui);
}

static bool graph_command(struct ui *ui, void *data, enum command command)
{
	struct graph_state *state = data;

	if (scroll_command(&state->scroll, command))
		return true;
	if (command == COMMAND_GRAPH || command == COMMAND_NEXT_TAB ||
	    command == COMMAND_PREVIOUS_TAB)
		ui_go_back(ui); /* and from there to its neighbour */
	return command == COMMAND_GRAPH;
}

const struct screen screen_graph = {
	.name = "Waits",
	.scope = SCOPE_GRAPH,
	.bare = true,
	.of_run = true,
	.open = open_graph,
	.close = close_graph,
	.draw = draw_graph,
	.command = graph_command,
};
