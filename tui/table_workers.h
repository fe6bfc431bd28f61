/*
 * table_workers.h - the rows of the worker table: which, in what order, and what they say
 * (floor: tui).
 *
 * A row per host with its threads beneath; a host with one worker is that worker's row. The
 * selection names a worker or a host, never a row, so sorting cannot move it to another target.
 * While what the user chose is filtered or folded away another row is selected in its place, until
 * it is there again or the user chooses anew.
 */
#ifndef IMGTOP_TUI_TABLE_WORKERS_H
#define IMGTOP_TUI_TABLE_WORKERS_H

#include "tui/prompt.h"
#include "tui/tags.h"
#include "tui/ui.h"

enum table_sort {
	SORT_ID,
	SORT_NAME,
	SORT_STATE,
	SORT_STAGE,
	SORT_TIME,
	SORT_DONE,
	SORT_RATE,
	SORT_CPU,
	SORT_BUSY,
	SORT_ERRORS,
	SORT_BYTES,
	SORT_SWITCHES,
	SORT_DELAY,
	SORT_RSS,
	SORT_INCARNATION,
	SORT_KEYS,
};

struct table_row {
	bool is_host;
	unsigned index; /* of the worker or of the host */
	bool beneath;	/* a thread beneath its host */
	bool last;	/* of them */
};

struct table_workers {
	enum table_sort sort;
	bool inverted;
	bool folded[PAGE_HOSTS]; /* hosts whose threads are not shown */
	bool hidden;		 /* nor those of any other */
	bool flat;		 /* all workers in one list, without rows for hosts */
	bool follow;		 /* scroll to where the selected worker went */
	bool chosen;		 /* something is selected */
	struct table_row selected;
	struct table_row wanted; /* by the user; selected as long as it is among the rows */
	int offset;		 /* first row shown */
	int page;		 /* rows that were shown last */
	bool moved;		 /* by a key: bring the selection into view */
	struct tags tags;
	struct prompt search;
	struct prompt filter; /* rows that do not match its text are left out */
	unsigned matching;    /* workers that the filter lets through */
	struct table_row row[PAGE_WORKERS + PAGE_HOSTS];
	int rows;
};

/* Make the rows of the model's picture. Selects the first one when nothing is. */
void table_build(struct table_workers *table, const struct model *model);

/* Row of the selection, or -1. */
int table_selected_row(const struct table_workers *table);

/* Move the selection by rows, to the ends at most. */
void table_move(struct table_workers *table, int by);

/* Select the row, if there is one of that number. */
void table_select(struct table_workers *table, int row);

/* Are the threads of this host left out? */
bool table_is_folded(const struct table_workers *table, unsigned host);

/* Select the next row whose name, stage or item matches what is searched for, from the selected one
 * on (`next`: from the one after it), going round. false: there is none. */
bool table_search(struct table_workers *table, const struct snapshot *snapshot, bool next);

/* The worker that is selected, or the first of the selected host; PAGE_WORKERS when there is none
 * or none in the list. */
unsigned table_worker(const struct table_workers *table, const struct snapshot *snapshot);

const char *table_sort_title(enum table_sort sort);

/* table_draw.c: draw the rows that were made into the body. */
void table_draw(struct table_workers *table, const struct ui *ui, struct canvas *canvas, int row,
		int rows, bool tiny);

#endif
