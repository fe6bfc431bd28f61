/*
 * table_columns.h - the columns of the worker table: their names, titles, widths, and what each
 * says of a worker (floor: tui).
 */
#ifndef IMGTOP_TUI_TABLE_COLUMNS_H
#define IMGTOP_TUI_TABLE_COLUMNS_H

#include <stdint.h>

#include "tui/colours.h"
#include "tui/widgets.h"

struct ui;
struct table_row;

/* In the order of the screen; the settings file names them, so the order is free to change. */
enum table_column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_PID,
	COLUMN_STATE,
	COLUMN_STAGE,
	COLUMN_ITEM,
	COLUMN_FOR,
	COLUMN_DONE,
	COLUMN_ERRORS,
	COLUMN_RATE,
	COLUMN_CPU,
	COLUMN_BUSY,
	COLUMN_P50,
	COLUMN_P95,
	COLUMN_BYTES,
	COLUMN_SWITCHES,
	COLUMN_DELAY,
	COLUMN_RSS,
	COLUMN_INCARNATION,
	COLUMN_CORE,
	COLUMN_CALL,
	COLUMN_WCHAN,
	COLUMN_WAITING,
	TABLE_COLUMNS,
};

enum { CELL_BYTES = 512 };

struct table_cells {
	char text[TABLE_COLUMNS][CELL_BYTES];
	enum colour colour; /* of the row */
	enum colour state;  /* of its state letter */
	bool is_host;
	bool whole_names; /* threads as "read[read-1]"; or "[read-1]", as the row above has the rest
			   */
};

/* "cpu": in the settings file. */
const char *table_column_name(enum table_column column);

/* A sentence for the settings screen. */
const char *table_column_help(enum table_column column);

const struct widget_column *table_column_layout(enum table_column column);

/* Those that are shown unless something else was chosen, as bits; those that always are; those that
 * stay in large mode. */
uint32_t table_columns_default(void);
uint32_t table_columns_fixed(void);
uint32_t table_columns_large(void);

/* The name of the worker in the row; of a thread with its branch, and with its process when whole.
 */
void table_worker_name(const struct ui *ui, const struct table_row *row, bool whole, char *text,
		       size_t size);

/* What the row says, in every column of the mask. */
void table_fill_worker(struct table_cells *cells, const struct ui *ui, const struct table_row *row,
		       uint32_t columns);
void table_fill_host(struct table_cells *cells, const struct ui *ui, const struct table_row *row,
		     bool folded);

#endif
