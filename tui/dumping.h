/*
 * dumping.h - writing down all that is known of a live run, which takes a second or two: first a
 * helper takes stacks, twice, then the files are written (floor: tui).
 *
 * Nothing here waits. One thread.
 */
#ifndef IMGTOP_TUI_DUMPING_H
#define IMGTOP_TUI_DUMPING_H

#include "stack/stack_job.h"
#include "tui/model.h"
#include "tui/services.h"

struct dumping {
	bool goes_on;
	struct stack_job *job; /* NULL: no helper could be started, the dump has no stacks */
};

/* Can the model's run be written down by these? */
bool dumping_possible(const struct ui_services *services, const struct model *model);

/* Begin; nothing when one goes on already. Until it is over the model is diagnosed. */
void dumping_begin(struct dumping *dumping, const struct ui_services *services,
		   struct model *model);

/* Go on; true: it is over, and *path (the caller frees it) names the file, or is NULL and err says
 * why not. False while it goes on, and when none was begun. */
bool dumping_poll(struct dumping *dumping, const struct ui_services *services, struct model *model,
		  char **path, struct err *err);

/* Forget it. */
void dumping_drop(struct dumping *dumping);

#endif
