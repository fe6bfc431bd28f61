/*
 * actions.h - what can be done to a worker or its station, live (floor: tui).
 *
 * Each sends one control message to the run; its effect is seen in the page, never assumed.
 */
#ifndef IMGTOP_TUI_ACTIONS_H
#define IMGTOP_TUI_ACTIONS_H

#include "tui/tags.h"
#include "tui/ui.h"

/* Open the menu for a worker. It is pinned by slot and incarnation: whatever the rows do
 * meanwhile, the action is for this one, or for none. */
void actions_menu(struct ui *ui, unsigned worker);

/* The same for all that are tagged; what was replaced meanwhile is left alone. */
void actions_menu_tagged(struct ui *ui, const struct tags *tags);

/* Add a worker to, or retire one of, the station of this worker. */
void actions_resize_station(struct ui *ui, unsigned worker, bool add);

/* One place more (+1) or less (-1) in a queue. */
void actions_resize(struct ui *ui, unsigned queue, int by);

/* One place more (+1) or less (-1) in the queue that feeds the station of this worker. */
void actions_resize_queue(struct ui *ui, unsigned worker, int by);

#endif
