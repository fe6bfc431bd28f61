/*
 * screen_detail.c - one worker at length (floor: tui).
 *
 * In a wide window the events stand beside the rest, else below it.
 */
#include "config.h"

#include "base/text.h"
#include "tui/actions.h"
#include "tui/detail.h"
#include "tui/detail_parts.h"
#include "tui/stacks.h"
#include "tui/worker_page.h"
#include "tui/worker_text.h"

enum { WIDE = 116, LEFT_PANE = 64 };

void detail_show(struct ui *ui, unsigned worker)
{
	if (worker < worker_count(model_shown(ui->model)))
		worker_page_show(ui, &screen_detail, ui->screen->tab ? ui->screen : NULL, worker);
}

/* Which, how, and for how long, in the first row. */
static void draw_title(const struct ui *ui, struct canvas *canvas, int row, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct worker_state_info *info = page_state_info((enum worker_state)live->state);
	char age[16];

	text_age(age, sizeof(age), worker_state_age_ns(snapshot, worker));
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
static int draw_panes(struct ui *ui, struct pen *pen, unsigned worker)
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
	struct worker_page *page = data;
	struct frame_body body;

	if (!worker_page_begin(ui, page, canvas, &body))
		return;
	draw_title(ui, canvas, body.row, page->worker);
	worker_page_text(ui, page, canvas, &body, draw_panes);
}

static bool detail_command(struct ui *ui, void *data, enum command command)
{
	struct worker_page *page = data;

	if (worker_page_command(ui, page, command))
		return true;
	switch (command) {
	case COMMAND_STACK:
		stacks_show(ui, page->worker);
		return true;
	case COMMAND_ACTIONS:
		actions_menu(ui, page->worker);
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
	.open = worker_page_open,
	.close = worker_page_close,
	.draw = detail_draw,
	.command = detail_command,
};
