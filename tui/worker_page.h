/*
 * worker_page.h - a screen that is a long text about one worker: details, stacks (floor: tui).
 *
 * The worker is a slot: when it is restarted, its next incarnation is shown.
 */
#ifndef IMGTOP_TUI_WORKER_PAGE_H
#define IMGTOP_TUI_WORKER_PAGE_H

#include "tui/frame.h"
#include "tui/pen.h"
#include "tui/scroll.h"

/* The state of such a screen. */
struct worker_page {
	const struct screen *from; /* where Esc leads */
	unsigned worker;
	struct scroll scroll;
};

/* Writes the text and returns its lines. */
typedef int worker_page_write(struct ui *ui, struct pen *pen, unsigned worker);

/* What struct screen wants under these names. */
void *worker_page_open(void);
void worker_page_close(void *page);

/* Show such a screen, from its first line. from: where Esc leads; NULL: where it led before. */
void worker_page_show(struct ui *ui, const struct screen *screen, const struct screen *from,
		      unsigned worker);

/* Draw the frame. false: there is no room, or no such worker, which was said. */
bool worker_page_begin(struct ui *ui, const struct worker_page *page, struct canvas *canvas,
		       struct frame_body *body);

/* The title, a row that is filled already but for its words, has the first row of the body; the
 * text has those below it. It is written twice: once to count its lines. */
void worker_page_text(struct ui *ui, struct worker_page *page, struct canvas *canvas,
		      const struct frame_body *body, worker_page_write *write);

/* Scrolling, and the ways out, as the command of a screen; what is false may be one of its own. */
bool worker_page_command(struct ui *ui, struct worker_page *page, enum command command);

#endif
