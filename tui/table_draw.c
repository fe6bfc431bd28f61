/*
 * table_draw.c - the worker table on the canvas (floor: tui). One thread.
 *
 * Only rows in view are worked out.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/table_workers.h"
#include "tui/widgets.h"
#include "tui/worker_text.h"

enum column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_PID,
	COLUMN_STATE,
	COLUMN_STAGE,
	COLUMN_ITEM,
	COLUMN_FOR,
	COLUMN_DONE,
	COLUMN_RATE,
	COLUMN_CPU,
	COLUMN_BUSY,
	COLUMN_WAITING,
	COLUMN_COUNT,
};

enum { CELL_BYTES = 512 };

static const struct widget_column columns[COLUMN_COUNT] = {
	[COLUMN_ID] = {"ID", 3, 3, 8, true},
	[COLUMN_NAME] = {"NAME", 11, 18, 1, false},
	[COLUMN_PID] = {"PID/TID", 13, 15, 10, false},
	[COLUMN_STATE] = {"ST", 2, 8, 1, false},
	[COLUMN_STAGE] = {"STAGE", 6, 10, 3, false},
	[COLUMN_ITEM] = {"ITEM", 9, 0, 5, false},
	[COLUMN_FOR] = {"FOR", 5, 5, 1, true},
	[COLUMN_DONE] = {"DONE", 5, 7, 4, true},
	[COLUMN_RATE] = {"IMG/S", 5, 5, 7, true},
	[COLUMN_CPU] = {"CPU%", 4, 5, 2, true},
	[COLUMN_BUSY] = {"BUSY%", 5, 5, 9, true},
	[COLUMN_WAITING] = {"WAITING ON", 16, 30, 6, false},
};

static const enum table_sort sort_of[COLUMN_COUNT] = {
	[COLUMN_ID] = SORT_ID,	     [COLUMN_NAME] = SORT_NAME,	  [COLUMN_PID] = SORT_KEYS,
	[COLUMN_STATE] = SORT_STATE, [COLUMN_STAGE] = SORT_STAGE, [COLUMN_ITEM] = SORT_KEYS,
	[COLUMN_FOR] = SORT_TIME,    [COLUMN_DONE] = SORT_DONE,	  [COLUMN_RATE] = SORT_RATE,
	[COLUMN_CPU] = SORT_CPU,     [COLUMN_BUSY] = SORT_BUSY,	  [COLUMN_WAITING] = SORT_KEYS,
};

struct cells {
	char text[COLUMN_COUNT][CELL_BYTES];
	enum colour colour; /* of the row */
	enum colour state;  /* of its state letter */
	bool is_host;
};

static void set_rates(struct cells *cells, const struct rates_worker *rates)
{
	text_rate(cells->text[COLUMN_RATE], CELL_BYTES, rates->items_per_s);
	(void)snprintf(cells->text[COLUMN_CPU], CELL_BYTES, "%.0f", rates->cpu_percent);
	(void)snprintf(cells->text[COLUMN_BUSY], CELL_BYTES, "%.0f", rates->busy_percent);
}

static void fill_worker(struct cells *cells, const struct ui *ui, const struct table_row *row)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_live *live = &snapshot->worker[row->index].live;
	const struct worker_state_info *info = page_state_info((enum worker_state)live->state);
	struct rates_worker rates;
	uint64_t age_ns = worker_state_age_ns(snapshot, row->index);

	rates_worker(ui->model->rates, row->index, &rates);
	(void)snprintf(cells->text[COLUMN_ID], CELL_BYTES, "%u", row->index);
	(void)snprintf(cells->text[COLUMN_NAME], CELL_BYTES, "%s%s",
		       !row->beneath ? ""
		       : row->last   ? ui->glyphs->last_branch
				     : ui->glyphs->branch,
		       live->name);
	if (live->pid != 0)
		(void)snprintf(cells->text[COLUMN_PID], CELL_BYTES, "%u/%u", live->pid, live->tid);
	(void)snprintf(cells->text[COLUMN_STATE], CELL_BYTES, "%c %s", info->letter, info->word);
	(void)snprintf(cells->text[COLUMN_STAGE], CELL_BYTES, "%s",
		       live->stage < PAGE_STAGES && live->stage < snapshot->plan.stages
			       ? snapshot->plan.stage[live->stage].name
			       : "-");
	if (live->item[0] != '\0' && live->job != 0)
		text_sanitise(cells->text[COLUMN_ITEM], CELL_BYTES, live->item,
			      strnlen(live->item, sizeof(live->item)));
	else
		(void)snprintf(cells->text[COLUMN_ITEM], CELL_BYTES, "-");
	if (info->alive && live->state_since_ns != 0)
		text_age(cells->text[COLUMN_FOR], CELL_BYTES, age_ns);
	(void)snprintf(cells->text[COLUMN_DONE], CELL_BYTES, "%llu",
		       (unsigned long long)snapshot_items(snapshot, row->index));
	set_rates(cells, &rates);
	worker_wait_text(snapshot, row->index, cells->text[COLUMN_WAITING], CELL_BYTES);
	if (!snapshot_counted(snapshot, row->index) || !info->alive)
		cells->colour = COLOUR_DIM;
	cells->state = cells->colour == COLOUR_DIM && info->alive
			       ? COLOUR_DIM
			       : worker_state_colour((enum worker_state)live->state);
}

static void fill_host(struct cells *cells, const struct ui *ui, const struct table_row *row,
		      bool folded)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_host *host = &snapshot->host[row->index < PAGE_HOSTS ? row->index : 0];
	struct rates_worker sum = {0};
	unsigned workers = 0, busy = 0;
	uint64_t done = 0;

	for (unsigned i = 0; i < snapshot->status.workers && i < PAGE_WORKERS; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		struct rates_worker rates;

		if (live->host != row->index)
			continue;
		rates_worker(ui->model->rates, i, &rates);
		sum.items_per_s += rates.items_per_s;
		sum.cpu_percent += rates.cpu_percent;
		sum.busy_percent += rates.busy_percent;
		done += snapshot_items(snapshot, i);
		workers++;
		busy += live->state == WORKER_RUN || live->state == WORKER_IO;
	}
	sum.busy_percent /= workers > 0 ? workers : 1;
	(void)snprintf(cells->text[COLUMN_NAME], CELL_BYTES, "%s%s",
		       folded ? ui->glyphs->closed : ui->glyphs->open, host->name);
	if (host->pid != 0)
		(void)snprintf(cells->text[COLUMN_PID], CELL_BYTES, "%u", host->pid);
	(void)snprintf(cells->text[COLUMN_ITEM], CELL_BYTES, "%u threads, %u busy", workers, busy);
	(void)snprintf(cells->text[COLUMN_DONE], CELL_BYTES, "%llu", (unsigned long long)done);
	set_rates(cells, &sum);
	if (!host->alive)
		cells->colour = COLOUR_DIM;
}

static void draw_row(struct canvas *canvas, int row, const struct cells *cells, const int *widths,
		     bool selected)
{
	int column = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		char clipped[CELL_BYTES];
		enum colour colour = i == COLUMN_STATE ? cells->state : cells->colour;

		if (widths[i] == 0)
			continue;
		if (i == COLUMN_ITEM && !cells->is_host) {
			/* The end of a path says more than its beginning. */
			text_clip_left(clipped, sizeof(clipped), cells->text[i], widths[i]);
			canvas_text(canvas, row, column, colour, clipped);
		} else if (i == COLUMN_STATE && widths[i] < 6) {
			(void)snprintf(clipped, sizeof(clipped), "%.1s", cells->text[i]);
			canvas_field(canvas, row, column, widths[i], colour, clipped);
		} else if (i == COLUMN_WAITING && text_width(cells->text[i]) > widths[i] &&
			   strncmp(cells->text[i], "queue ", 6) == 0) {
			(void)snprintf(clipped, sizeof(clipped), "q %.200s", cells->text[i] + 6);
			canvas_field(canvas, row, column, widths[i], colour, clipped);
		} else if (columns[i].right) {
			canvas_field_right(canvas, row, column, widths[i], colour, cells->text[i]);
		} else {
			canvas_field(canvas, row, column, widths[i], colour, cells->text[i]);
		}
		column += widths[i] + 1;
	}
	if (selected)
		canvas_paint(canvas, row, 0, canvas_columns(canvas), COLOUR_SELECTED);
}

static const char *head_title(const struct ui *ui, enum column column)
{
	bool images = strcmp(model_shown(ui->model)->plan.workload, "images") == 0;

	return column == COLUMN_RATE && !images ? "PER S" : columns[column].title;
}

static void draw_head(const struct table_workers *table, const struct ui *ui, struct canvas *canvas,
		      int row, const int *widths)
{
	int column = 0;

	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		bool sorts = sort_of[i] == table->sort;
		enum colour colour = sorts ? COLOUR_SORT : COLOUR_HEAD;
		char title[32];

		if (widths[i] == 0)
			continue;
		(void)snprintf(title, sizeof(title), "%s", head_title(ui, (enum column)i));
		if (sorts && (int)strlen(title) < widths[i])
			(void)snprintf(title, sizeof(title), "%s%s", head_title(ui, (enum column)i),
				       table->inverted ? ui->glyphs->down : ui->glyphs->up);
		if (columns[i].right)
			canvas_field_right(canvas, row, column, widths[i], colour, title);
		else
			canvas_field(canvas, row, column, widths[i], colour, title);
		column += widths[i] + 1;
	}
}

/* Keep the offset in range, and the selection in view when it was moved or is to be followed. */
static void scroll(struct table_workers *table, int rows)
{
	int selected = table_selected_row(table);

	table->page = rows;
	if (selected >= 0 && (table->moved || table->follow)) {
		if (selected < table->offset)
			table->offset = selected;
		if (selected >= table->offset + rows)
			table->offset = selected - rows + 1;
	}
	table->moved = false;
	if (table->offset > table->rows - rows)
		table->offset = table->rows - rows;
	if (table->offset < 0)
		table->offset = 0;
}

/* `name ST for`, and no more. */
static void tiny_widths(int width, int *widths)
{
	memset(widths, 0, COLUMN_COUNT * sizeof(*widths));
	widths[COLUMN_STATE] = 2;
	widths[COLUMN_FOR] = 5;
	widths[COLUMN_NAME] = width > 10 ? width - 9 : 1;
	if (widths[COLUMN_NAME] > columns[COLUMN_NAME].maximum)
		widths[COLUMN_NAME] = columns[COLUMN_NAME].maximum;
}

void table_draw(struct table_workers *table, const struct ui *ui, struct canvas *canvas, int row,
		int rows, bool tiny)
{
	int widths[COLUMN_COUNT];
	int selected;

	table_build(table, ui->model);
	if (tiny) {
		tiny_widths(canvas_columns(canvas), widths);
	} else {
		widget_columns(columns, COLUMN_COUNT, canvas_columns(canvas), widths);
		draw_head(table, ui, canvas, row, widths);
		row++;
		rows--;
	}
	if (rows <= 0)
		return;
	scroll(table, rows);
	selected = table_selected_row(table);
	for (int i = 0; i < rows && table->offset + i < table->rows; i++) {
		const struct table_row *line = &table->row[table->offset + i];
		struct cells cells = {
			.colour = COLOUR_PLAIN, .state = COLOUR_PLAIN, .is_host = line->is_host};

		if (line->is_host)
			fill_host(&cells, ui, line, table->folded);
		else
			fill_worker(&cells, ui, line);
		draw_row(canvas, row + i, &cells, widths, table->offset + i == selected);
	}
}
