/*
 * screen_workers.c - the run as a table of its workers: the centre of the program (floor: tui).
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/actions.h"
#include "tui/detail.h"
#include "tui/frame.h"
#include "tui/stacks.h"
#include "tui/table_workers.h"
#include "tui/ui.h"
#include "tui/worker_text.h"

static void *workers_open(void)
{
	return mem_calloc(1, sizeof(struct table_workers));
}

static void workers_close(void *state)
{
	free(state);
}

/* What makes the list another than that of all workers, and how many are tagged. */
static void describe_view(const struct table_workers *table, const struct snapshot *snapshot,
			  char *text, size_t size)
{
	unsigned tagged = tags_count(&table->tags, snapshot);
	int length = 0;

	text[0] = '\0';
	if (table->filter.text[0] != '\0')
		length = snprintf(text, size, "filter: %u of %u", table->matching,
				  worker_count(snapshot));
	if (table->hidden)
		length += snprintf(text + length, size - (size_t)length, "%sthreads hidden",
				   length > 0 ? ", " : "");
	if (tagged > 0)
		(void)snprintf(text + length, size - (size_t)length, "%s%u tagged",
			       length > 0 ? ", " : "", tagged);
}

static void workers_draw(struct ui *ui, void *state, struct canvas *canvas)
{
	struct table_workers *table = state;
	struct frame_body body;

	table_build(table, ui->model); /* first: the frame tells of it */
	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	table_draw(table, ui, canvas, body.row, body.rows, body.tiny);
	if (table->search.open) {
		prompt_draw(&table->search, canvas, "F3 next, Esc closes");
		return;
	}
	if (table->filter.open) {
		char note[64];
		describe_view(table, model_shown(ui->model), note, sizeof(note));
		prompt_draw(&table->filter, canvas, note);
	}
}

static struct table_workers *own_state(const struct ui *ui)
{
	return ui->state[screens_index(&screen_workers)];
}

static void workers_note(const struct ui *ui, char *text, size_t size)
{
	describe_view(own_state(ui), model_shown(ui->model), text, size);
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
	static const int letters[SORT_KEYS] = {'N', 'n', 's', 'g', 'T', 'd', 'r', 'P',
					       'b', 'e', 'B', 'c', 'w', 'm', 'i'};

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

/* The threads of the selected worker's host. */
static void fold(struct ui *ui, struct table_workers *table)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned worker = table_worker(table, snapshot);
	unsigned threads = 0;

	if (worker >= PAGE_WORKERS)
		return;
	if (table->flat) {
		ui_say(ui, false, "f brings the processes back, whose threads can be folded");
		return;
	}
	unsigned host = snapshot->worker[worker].live.host;
	for (unsigned i = 0; i < worker_count(snapshot); i++)
		threads += snapshot->worker[i].live.host == host;
	if (threads <= 1 || host >= PAGE_HOSTS) {
		ui_say(ui, false, "%s is alone in its process: there are no threads to fold",
		       snapshot->worker[worker].live.name);
		return;
	}
	table->folded[host] = !table_is_folded(table, host);
	table->hidden = false;
	table->moved = true;
}

static void search(struct ui *ui, struct table_workers *table, bool next)
{
	if (table->search.text[0] != '\0' && !table_search(table, model_shown(ui->model), next))
		ui_say(ui, true, "no worker, stage or item here has '%s'", table->search.text);
}

static bool tag_command(struct ui *ui, struct table_workers *table, enum command command)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned worker = table_worker(table, snapshot);

	switch (command) {
	case COMMAND_UNTAG_ALL:
		tags_clear(&table->tags);
		return true;
	case COMMAND_TAG:
		if (worker < PAGE_WORKERS && table->selected.is_host)
			tags_toggle_host(&table->tags, snapshot, table->selected.index);
		else if (worker < PAGE_WORKERS)
			tags_set(&table->tags, snapshot, worker,
				 !tags_has(&table->tags, snapshot, worker));
		table_move(table, 1);
		return true;
	case COMMAND_TAG_HOST:
		if (worker < PAGE_WORKERS)
			tags_toggle_host(&table->tags, snapshot,
					 snapshot->worker[worker].live.host);
		return true;
	default:
		return false;
	}
}

static bool view_command(struct ui *ui, struct table_workers *table, enum command command)
{
	switch (command) {
	case COMMAND_TREE:
		fold(ui, table);
		return true;
	case COMMAND_HIDE_THREADS:
		table->hidden = !table->hidden;
		table->moved = true;
		return true;
	case COMMAND_FLAT:
		table->flat = !table->flat;
		table->moved = true;
		ui_say(ui, false,
		       table->flat ? "one list of all workers" : "workers beneath their processes");
		return true;
	case COMMAND_SEARCH:
		prompt_open(&table->search, "Search");
		return true;
	case COMMAND_FILTER: {
		char text[PROMPT_BYTES];
		(void)snprintf(text, sizeof(text), "%s", table->filter.text);
		prompt_open(&table->filter, "Filter");
		(void)snprintf(table->filter.text, PROMPT_BYTES, "%s", text);
		return true;
	}
	case COMMAND_BACK: /* Esc first shows all again */
		if (table->filter.text[0] == '\0')
			return false;
		table->filter.text[0] = '\0';
		table->moved = true;
		return true;
	case COMMAND_SORT:
		sort_menu(ui, table);
		return true;
	case COMMAND_SORT_CPU:
		sort_by(table, SORT_CPU);
		return true;
	case COMMAND_SORT_MEMORY:
		sort_by(table, SORT_RSS);
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

	if (move_command(table, command) || view_command(ui, table, command) ||
	    tag_command(ui, table, command))
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
	case COMMAND_OPEN:
		if (table->chosen && table->selected.is_host)
			ui_say(ui, true, "choose one of the host's threads");
		else
			detail_show(ui, worker);
		return true;
	case COMMAND_STACK:
		if (table->chosen && table->selected.is_host)
			ui_say(ui, true, "choose one of the host's threads");
		else
			stacks_show(ui, worker);
		return true;
	case COMMAND_ACTIONS:
		if (tags_count(&table->tags, model_shown(ui->model)) > 0)
			actions_menu_tagged(ui, &table->tags);
		else if (worker < PAGE_WORKERS && table->selected.is_host)
			ui_say(ui, true, "choose one of the host's threads");
		else
			actions_menu(ui, worker);
		return true;
	default:
		return false;
	}
}

/* What is typed for a search or a filter acts at every letter. */
static bool workers_key(struct ui *ui, void *state, int key)
{
	struct table_workers *table = state;

	if (table->search.open && key == KEYS_F0 + 3) {
		search(ui, table, true);
		return true;
	}
	if (table->search.open) {
		enum prompt_result result = prompt_key(&table->search, key);
		if (result == PROMPT_CHANGED)
			search(ui, table, false);
		return result != PROMPT_IGNORED;
	}
	if (!table->filter.open)
		return false;
	table->moved = true;
	return prompt_key(&table->filter, key) != PROMPT_IGNORED;
}

static void workers_click(struct ui *ui, void *state, const struct zone *zone, int column)
{
	(void)column;
	struct table_workers *table = state;

	(void)ui;
	if (zone->kind == ZONE_ROW) {
		table_select(table, zone->value);
	} else if (zone->kind == ZONE_SORT && (int)table->sort == zone->value) {
		table->inverted = !table->inverted;
	} else if (zone->kind == ZONE_SORT) {
		sort_by(table, (enum table_sort)zone->value);
	}
}

const struct screen screen_workers = {
	.name = "Workers",
	.scope = SCOPE_WORKERS,
	.tab = true,
	.note = workers_note,
	.open = workers_open,
	.close = workers_close,
	.draw = workers_draw,
	.key = workers_key,
	.command = workers_command,
	.click = workers_click,
};
