/*
 * detail_parts.h - the parts that a worker's details are made of (floor: tui; internal to that
 * screen). Each writes its lines, with a heading where it needs one.
 */
#ifndef IMGTOP_TUI_DETAIL_PARTS_H
#define IMGTOP_TUI_DETAIL_PARTS_H

#include "tui/pen.h"
#include "tui/ui.h"

/* Who it is, what it has in hand, what it waits for. */
void detail_identity(struct pen *pen, const struct ui *ui, unsigned worker);

/* What is found out about it: the verdict with its evidence, whom it waits for and who for whom in
 * turn, the locks it holds, what the kernel says. */
void detail_diagnosis(struct pen *pen, const struct ui *ui, unsigned worker);

/* Where its thread stood when its stack was taken last, or that b takes it. */
void detail_stack(struct pen *pen, const struct ui *ui, unsigned worker);

/* Shares of the last ten seconds, a bar per state. */
void detail_shares(struct pen *pen, const struct ui *ui, unsigned worker);

/* What the stages took. */
void detail_stages(struct pen *pen, const struct ui *ui, unsigned worker);

void detail_counters(struct pen *pen, const struct ui *ui, unsigned worker);

/* The last changes of its state, newest first. */
void detail_events(struct pen *pen, const struct ui *ui, unsigned worker);

/* The name of an item by its number, or "item 17"; harmless. */
void detail_item(const struct ui *ui, uint64_t job, char *text, size_t size);

#endif
