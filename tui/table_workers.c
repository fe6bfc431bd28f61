/*
 * table_workers.c - rows and order of the worker table (floor: tui). One thread.
 *
 * Rows are made anew from every picture. Sorting is by insertion: it is stable, and from one tenth
 * of a second to the next almost nothing moves.
 */
#include "config.h"

#include "tui/table_workers.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "tui/worker_text.h"

/* What a worker or a group of them is sorted by. */
struct sort_value {
	double number;
	const char *text; /* when not NULL */
	unsigned index;	  /* decides when all else is equal */
};

struct group {
	unsigned host;
	unsigned first; /* into the sorted list of workers */
	unsigned count;
	struct sort_value value;
};

/* What is only ever counted up, and has no unit to share with the others. */
static double counted(const struct snapshot *snapshot, enum table_sort sort, unsigned worker)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];

	switch (sort) {
	case SORT_ERRORS:
		return (double)w->counters.failed;
	case SORT_BYTES:
		return (double)(w->counters.bytes_in + w->counters.bytes_out);
	case SORT_SWITCHES:
		return (double)(w->counters.ctx_voluntary + w->counters.ctx_involuntary);
	case SORT_DELAY:
		return (double)w->counters.runqueue_wait_ns;
	case SORT_RSS:
		return (double)w->counters.peak_rss_bytes;
	case SORT_INCARNATION:
		return w->live.incarnation;
	default:
		return 0;
	}
}

static struct sort_value value_of(const struct model *model, enum table_sort sort, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(model);
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	struct sort_value value = {.index = worker};
	struct rates_worker rates = {0};

	if (sort == SORT_RATE || sort == SORT_CPU || sort == SORT_BUSY)
		rates_worker(model->rates, worker, &rates);
	switch (sort) {
	case SORT_NAME:
		value.text = live->name;
		break;
	case SORT_STATE:
		value.number = live->state;
		break;
	case SORT_STAGE:
		value.number = live->stage;
		break;
	case SORT_TIME:
		value.number = -(double)worker_state_age_ns(snapshot, worker);
		break;
	case SORT_DONE:
		value.number = -(double)snapshot_items(snapshot, worker);
		break;
	case SORT_RATE:
		value.number = -rates.items_per_s;
		break;
	case SORT_CPU:
		value.number = -rates.cpu_percent;
		break;
	case SORT_BUSY:
		value.number = -rates.busy_percent;
		break;
	default:
		value.number = -counted(snapshot, sort, worker);
		break;
	}
	return value;
}

static bool comes_before(const struct sort_value *a, const struct sort_value *b, bool inverted)
{
	int order = 0;

	if (a->text != NULL && b->text != NULL)
		order = strcmp(a->text, b->text);
	else if (a->number < b->number || a->number > b->number)
		order = a->number < b->number ? -1 : 1;
	if (order == 0)
		order = a->index < b->index ? -1 : 1;
	return inverted ? order > 0 : order < 0;
}

/* Is the pattern found in what a row says by name, stage or item? */
static bool matches(const char *pattern, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	char item[2 * PAGE_ITEM_BYTES] = "";

	if (live->job != 0)
		text_sanitise(item, sizeof(item), live->item,
			      strnlen(live->item, sizeof(live->item)));
	return prompt_matches(pattern, live->name) || prompt_matches(pattern, item) ||
	       (live->stage < snapshot->plan.stages && live->stage < PAGE_STAGES &&
		prompt_matches(pattern, snapshot->plan.stage[live->stage].name));
}

/* Does a worker belong to the group that the one of this host begins? */
static bool same_group(const struct table_workers *table, const struct snapshot *snapshot,
		       unsigned worker, unsigned host)
{
	return (table->flat || snapshot->worker[worker].live.host == host) &&
	       matches(table->filter.text, snapshot, worker);
}

/* Workers by host, or all in one group; within a group in the order wanted. */
static unsigned make_groups(const struct table_workers *table, const struct model *model,
			    struct sort_value *sorted, struct group *groups)
{
	const struct snapshot *snapshot = model_shown(model);
	unsigned workers = worker_count(snapshot);
	unsigned ngroups = 0, filled = 0;
	bool taken[PAGE_WORKERS] = {false};

	for (unsigned i = 0; i < workers; i++) {
		if (taken[i] || !matches(table->filter.text, snapshot, i))
			continue;
		struct group *group = &groups[ngroups++];
		*group = (struct group){.host = snapshot->worker[i].live.host, .first = filled};
		for (unsigned j = i; j < workers; j++) {
			if (taken[j] || !same_group(table, snapshot, j, group->host))
				continue;
			struct sort_value value = value_of(model, table->sort, j);
			unsigned at = filled++;
			while (at > group->first &&
			       comes_before(&value, &sorted[at - 1], table->inverted)) {
				sorted[at] = sorted[at - 1];
				at--;
			}
			sorted[at] = value;
			taken[j] = true;
			group->count++;
			group->value.number += value.number;
		}
		assert(group->count != 0); /* i itself is one of them */
		group->value.text = sorted[group->first].text;
		group->value.index = i;
		/* Sums for what adds up, the foremost thread for what does not. */
		if (table->sort == SORT_STATE || table->sort == SORT_STAGE ||
		    table->sort == SORT_TIME)
			group->value.number = sorted[group->first].number;
	}
	return ngroups;
}

static void sort_groups(struct group *groups, unsigned count, bool inverted)
{
	for (unsigned i = 1; i < count; i++) {
		struct group group = groups[i];
		unsigned at = i;

		while (at > 0 && comes_before(&group.value, &groups[at - 1].value, inverted)) {
			groups[at] = groups[at - 1];
			at--;
		}
		groups[at] = group;
	}
}

static bool same_row(const struct table_row *a, const struct table_row *b)
{
	return a->is_host == b->is_host && a->index == b->index;
}

static int find_row(const struct table_workers *table, const struct table_row *row)
{
	for (int i = 0; i < table->rows; i++) {
		if (same_row(&table->row[i], row))
			return i;
	}
	return -1;
}

int table_selected_row(const struct table_workers *table)
{
	return table->chosen ? find_row(table, &table->selected) : -1;
}

static void choose_row(struct table_workers *table, int row)
{
	table->selected = table->wanted = table->row[row];
	table->chosen = true;
}

/* When the selected thread was folded away its host stands for it. */
static void keep_selection(struct table_workers *table, const struct snapshot *snapshot)
{
	if (table->rows == 0)
		return;
	if (!table->chosen) {
		int first = 0;
		while (first + 1 < table->rows &&
		       (table->row[first].is_host ||
			!snapshot_counted(snapshot, table->row[first].index)))
			first++;
		choose_row(table, first);
	}
	if (find_row(table, &table->wanted) >= 0)
		table->selected = table->wanted;
	if (table_selected_row(table) >= 0)
		return;
	struct table_row instead = table->row[0];
	for (int i = 0; i < table->rows; i++) {
		const struct table_row *row = &table->row[i];
		bool holds = !table->selected.is_host && row->is_host &&
			     table->selected.index < PAGE_WORKERS &&
			     snapshot->worker[table->selected.index].live.host == row->index;
		bool part = table->selected.is_host && !row->is_host &&
			    snapshot->worker[row->index].live.host == table->selected.index;
		if (holds || part) {
			instead = *row;
			break;
		}
	}
	table->selected = instead;
}

bool table_is_folded(const struct table_workers *table, unsigned host)
{
	return table->hidden || (host < PAGE_HOSTS && table->folded[host]);
}

/* A host with one worker is that worker's row; one of whose several the filter leaves one is not.
 */
static bool stands_alone(const struct snapshot *snapshot, const struct group *group)
{
	unsigned workers = 0;

	for (unsigned i = 0; i < worker_count(snapshot); i++)
		workers += snapshot->worker[i].live.host == group->host;
	return workers <= 1;
}

void table_build(struct table_workers *table, const struct model *model)
{
	struct sort_value sorted[PAGE_WORKERS];
	struct group groups[PAGE_WORKERS];
	unsigned count = make_groups(table, model, sorted, groups);

	sort_groups(groups, count, table->inverted);
	table->rows = 0;
	table->matching = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct group *group = &groups[i];
		bool alone = table->flat || stands_alone(model_shown(model), group);

		table->matching += group->count;
		if (!alone)
			table->row[table->rows++] =
				(struct table_row){.is_host = true, .index = group->host};
		if (!alone && table_is_folded(table, group->host))
			continue;
		for (unsigned j = 0; j < group->count; j++) {
			table->row[table->rows++] = (struct table_row){
				.index = sorted[group->first + j].index,
				.beneath = !alone,
				.last = j + 1 == group->count,
			};
		}
	}
	keep_selection(table, model_shown(model));
}

void table_move(struct table_workers *table, int by)
{
	int row = table_selected_row(table);

	if (table->rows == 0)
		return;
	row = row < 0 ? 0 : row + by;
	if (row < 0)
		row = 0;
	if (row >= table->rows)
		row = table->rows - 1;
	choose_row(table, row);
	table->moved = true;
}

void table_select(struct table_workers *table, int row)
{
	if (row < 0 || row >= table->rows)
		return;
	choose_row(table, row);
	table->moved = true;
}

bool table_search(struct table_workers *table, const struct snapshot *snapshot, bool next)
{
	int from = table_selected_row(table);

	from = from < 0 ? 0 : from + (next ? 1 : 0);
	for (int i = 0; i < table->rows; i++) {
		int row = (from + i) % table->rows;
		const struct table_row *line = &table->row[row];
		bool found = line->is_host
				     ? line->index < PAGE_HOSTS &&
					       prompt_matches(table->search.text,
							      snapshot->host[line->index].name)
				     : matches(table->search.text, snapshot, line->index);

		if (found) {
			table_select(table, row);
			return true;
		}
	}
	return false;
}

unsigned table_worker(const struct table_workers *table, const struct snapshot *snapshot)
{
	if (table_selected_row(table) < 0)
		return PAGE_WORKERS; /* what is not shown is not acted on */
	if (!table->selected.is_host)
		return table->selected.index < worker_count(snapshot) ? table->selected.index
								      : PAGE_WORKERS;
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (snapshot->worker[i].live.host == table->selected.index)
			return i;
	}
	return PAGE_WORKERS;
}

const char *table_sort_title(enum table_sort sort)
{
	static const char *const titles[SORT_KEYS] = {
		[SORT_ID] = "ID",
		[SORT_NAME] = "name",
		[SORT_STATE] = "state",
		[SORT_STAGE] = "stage",
		[SORT_TIME] = "time in the present state",
		[SORT_DONE] = "items done",
		[SORT_RATE] = "items per second",
		[SORT_CPU] = "CPU",
		[SORT_BUSY] = "busy",
		[SORT_ERRORS] = "errors",
		[SORT_BYTES] = "bytes read and written",
		[SORT_SWITCHES] = "context switches",
		[SORT_DELAY] = "time without a CPU",
		[SORT_RSS] = "memory",
		[SORT_INCARNATION] = "incarnation",
	};

	return sort < SORT_KEYS ? titles[sort] : "?";
}
