/*
 * screen_workers.c - the run as a table of its workers: the centre of the program (floor: tui).
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tui/actions.h"
#include "tui/frame.h"
#include "tui/table_workers.h"
#include "tui/ui.h"

static void *workers_open(void)
{
	return mem_calloc(1, sizeof(struct table_workers));
}

static void workers_close(void *state)
{
	free(state);
}

static void workers_draw(struct ui *ui, void *state, struct canvas *canvas)
{
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows > 0)
		table_draw(state, ui, canvas, body.row, body.rows, body.tiny);
}

static struct table_workers *own_state(const struct ui *ui)
{
	return ui->state[screens_index(&screen_workers)];
}

static void sort_by(struct table_workers *table, enum table_sort sort)
{
	table->sort = sort;
	table->inverted = false;
}

static void sort_chosen(struct ui *ui, int action)
{
	sort_by(own_state(ui), (enum table_sort)action);
}

static void sort_menu(struct ui *ui, const struct table_workers *table)
{
	static const int letters[SORT_KEYS] = {'N', 'n', 's', 'g', 'T', 'd', 'r', 'P', 'b'};

	dialog_begin(ui, "Sort by", "Hosts are sorted by their sums, threads within their host.",
		     sort_chosen);
	for (int i = 0; i < SORT_KEYS; i++)
		dialog_add(ui, letters[i], i, "%s", table_sort_title((enum table_sort)i));
	ui->dialog.chosen = (int)table->sort;
}

static bool move_command(struct table_workers *table, enum command command)
{
	switch (command) {
	case COMMAND_UP:
		table_move(table, -1);
		return true;
	case COMMAND_DOWN:
		table_move(table, 1);
		return true;
	case COMMAND_PAGE_UP:
		table_move(table, -(table->page > 1 ? table->page : 1));
		return true;
	case COMMAND_PAGE_DOWN:
		table_move(table, table->page > 1 ? table->page : 1);
		return true;
	case COMMAND_FIRST:
		table_move(table, -table->rows);
		return true;
	case COMMAND_LAST:
		table_move(table, table->rows);
		return true;
	default:
		return false;
	}
}

static bool view_command(struct ui *ui, struct table_workers *table, enum command command)
{
	switch (command) {
	case COMMAND_TREE:
		table->folded = !table->folded;
		table->moved = true;
		return true;
	case COMMAND_SORT:
		sort_menu(ui, table);
		return true;
	case COMMAND_SORT_CPU:
		sort_by(table, SORT_CPU);
		return true;
	case COMMAND_SORT_TIME:
		sort_by(table, SORT_TIME);
		return true;
	case COMMAND_SORT_ID:
		sort_by(table, SORT_ID);
		return true;
	case COMMAND_INVERT:
		table->inverted = !table->inverted;
		return true;
	case COMMAND_FOLLOW:
		table->follow = !table->follow;
		ui_say(ui, false,
		       table->follow ? "the view follows the selected worker"
				     : "the view stays where it is");
		return true;
	default:
		return false;
	}
}

static bool workers_command(struct ui *ui, void *state, enum command command)
{
	struct table_workers *table = state;
	unsigned worker = table_worker(table, model_shown(ui->model));

	if (move_command(table, command) || view_command(ui, table, command))
		return true;
	switch (command) {
	case COMMAND_ADD:
	case COMMAND_RETIRE:
		actions_resize_station(ui, worker, command == COMMAND_ADD);
		return true;
	case COMMAND_MORE_CAPACITY:
	case COMMAND_LESS_CAPACITY:
		actions_resize_queue(ui, worker, command == COMMAND_MORE_CAPACITY ? 1 : -1);
		return true;
	case COMMAND_ACTIONS:
		if (table->chosen && table->selected.is_host)
			ui_say(ui, true, "choose one of the host's threads");
		else
			actions_menu(ui, worker);
		return true;
	default:
		return false;
	}
}

const struct screen screen_workers = {
	.name = "Workers",
	.scope = SCOPE_WORKERS,
	.tab = true,
	.open = workers_open,
	.close = workers_close,
	.draw = workers_draw,
	.command = workers_command,
};
