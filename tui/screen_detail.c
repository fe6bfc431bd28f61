/*
 * screen_detail.c - one worker at length (floor: tui).
 *
 * In a wide window the events stand beside the rest, else below it. The worker is a slot: when it
 * is restarted, its next incarnation is shown.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/actions.h"
#include "tui/detail.h"
#include "tui/detail_parts.h"
#include "tui/frame.h"
#include "tui/scroll.h"
#include "tui/stacks.h"
#include "tui/worker_text.h"

enum { WIDE = 116, LEFT_PANE = 64 };

struct detail_state {
	const struct screen *from; /* where Esc leads */
	unsigned worker;
	struct scroll scroll;
};

static void *detail_open(void)
{
	struct detail_state *state = mem_calloc(1, sizeof(*state));

	state->from = &screen_workers;
	return state;
}

static void detail_close(void *state)
{
	free(state);
}

void detail_show(struct ui *ui, unsigned worker)
{
	struct detail_state *state = ui->state[screens_index(&screen_detail)];

	if (worker >= worker_count(model_shown(ui->model)))
		return;
	state->worker = worker;
	state->scroll.top = 0;
	if (ui->screen->tab)
		state->from = ui->screen;
	ui_show(ui, &screen_detail);
}

/* Which, how, and for how long, in the first row. */
static void draw_title(const struct ui *ui, struct canvas *canvas, int row, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct worker_state_info *info = page_state_info((enum worker_state)live->state);
	char age[16];

	text_age(age, sizeof(age), worker_state_age_ns(snapshot, worker));
	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	canvas_printf(canvas, row, 0, COLOUR_HEAD, "%s %c %s", live->name, info->letter,
		      info->alive ? age : info->word);
	if (canvas_columns(canvas) >= 60)
		canvas_text(canvas, row, canvas_columns(canvas) - 30, COLOUR_HEAD,
			    "Up and Down scroll, Esc back");
}

static int draw_pane(const struct ui *ui, const struct pen *begin, unsigned worker, bool events)
{
	struct pen pen = *begin;

	detail_identity(&pen, ui, worker);
	detail_diagnosis(&pen, ui, worker);
	detail_stack(&pen, ui, worker);
	pen_blank(&pen);
	detail_shares(&pen, ui, worker);
	pen_blank(&pen);
	detail_stages(&pen, ui, worker);
	pen_blank(&pen);
	detail_counters(&pen, ui, worker);
	if (events) {
		pen_blank(&pen);
		detail_events(&pen, ui, worker);
	}
	return pen.line;
}

/* Returns the lines of the longer pane. */
static int draw_panes(const struct ui *ui, struct pen *pen, unsigned worker)
{
	bool wide = pen->area.width >= WIDE;
	int width = pen->area.width;

	if (!wide)
		return draw_pane(ui, pen, worker, true);
	pen->area.width = LEFT_PANE;
	int lines = draw_pane(ui, pen, worker, false);
	pen->area.column += LEFT_PANE + 2;
	pen->area.width = width - LEFT_PANE - 2;
	detail_events(pen, ui, worker);
	return pen->line > lines ? pen->line : lines;
}

static void detail_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct detail_state *state = data;
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	if (state->worker >= worker_count(model_shown(ui->model))) {
		canvas_text(canvas, body.row, 1, COLOUR_DIM, "There is no such worker.");
		return;
	}
	draw_title(ui, canvas, body.row, state->worker);
	struct pen pen = {
		.canvas = canvas,
		.area = {body.row + 1, 1, 0, canvas_columns(canvas) - 1},
	};
	/* only counts: there are no rows yet */
	scroll_fit(&state->scroll, draw_panes(ui, &pen, state->worker), body.rows - 1);
	pen = (struct pen){
		.canvas = canvas,
		.area = {body.row + 1, 1, state->scroll.page, canvas_columns(canvas) - 1},
		.top = state->scroll.top,
	};
	draw_panes(ui, &pen, state->worker);
}

static bool detail_command(struct ui *ui, void *data, enum command command)
{
	struct detail_state *state = data;

	if (scroll_command(&state->scroll, command))
		return true;
	switch (command) {
	case COMMAND_BACK:
		ui_show(ui, state->from);
		return true;
	case COMMAND_NEXT_TAB:
	case COMMAND_PREVIOUS_TAB:
		ui_show(ui, state->from); /* and from there to its neighbour */
		return false;
	case COMMAND_STACK:
		stacks_show(ui, state->worker);
		return true;
	case COMMAND_ACTIONS:
		actions_menu(ui, state->worker);
		return true;
	default:
		return false;
	}
}

const struct screen screen_detail = {
	.name = "Details",
	.scope = SCOPE_DETAIL,
	.bare = true,
	.of_run = true,
	.open = detail_open,
	.close = detail_close,
	.draw = detail_draw,
	.command = detail_command,
};
