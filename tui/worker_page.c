/*
 * worker_page.c - what screens that are a text about one worker have in common (floor: tui). One
 * thread.
 */
#include "config.h"

#include "tui/worker_page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tui/worker_text.h"

void *worker_page_open(void)
{
	struct worker_page *page = mem_calloc(1, sizeof(*page));

	page->from = &screen_workers;
	return page;
}

void worker_page_close(void *page)
{
	free(page);
}

void worker_page_show(struct ui *ui, const struct screen *screen, const struct screen *from,
		      unsigned worker)
{
	struct worker_page *page = ui->state[screens_index(screen)];

	page->worker = worker;
	page->scroll.top = 0;
	if (from != NULL)
		page->from = from;
	ui_show(ui, screen);
}

bool worker_page_begin(struct ui *ui, const struct worker_page *page, struct canvas *canvas,
		       struct frame_body *body)
{
	frame_draw(ui, canvas, body);
	if (body->rows <= 0)
		return false;
	if (page->worker >= worker_count(model_shown(ui->model))) {
		canvas_text(canvas, body->row, 1, COLOUR_DIM, "There is no such worker.");
		return false;
	}
	canvas_blank(canvas, body->row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	return true;
}

void worker_page_text(struct ui *ui, struct worker_page *page, struct canvas *canvas,
		      const struct frame_body *body, worker_page_write *write)
{
	struct pen pen = {
		.canvas = canvas,
		.area = {body->row + 1, 1, 0, canvas_columns(canvas) - 1},
	};

	/* only counts: there are no rows yet */
	scroll_fit(&page->scroll, write(ui, &pen, page->worker), body->rows - 1);
	pen = (struct pen){
		.canvas = canvas,
		.area = {body->row + 1, 1, page->scroll.page, canvas_columns(canvas) - 1},
		.top = page->scroll.top,
	};
	write(ui, &pen, page->worker);
}

bool worker_page_command(struct ui *ui, struct worker_page *page, enum command command)
{
	if (scroll_command(&page->scroll, command))
		return true;
	switch (command) {
	case COMMAND_BACK:
		ui_show(ui, page->from);
		return true;
	case COMMAND_NEXT_TAB:
	case COMMAND_PREVIOUS_TAB:
		/* and from there to its neighbour */
		ui_show(ui, page->from->tab ? page->from : &screen_workers);
		return false;
	default:
		return false;
	}
}
