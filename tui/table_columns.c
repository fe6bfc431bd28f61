/*
 * table_columns.c - what each column of the worker table says (floor: tui). One thread.
 *
 * Percentiles are those of the stage that the worker has spent most time in, and are read from the
 * page: a replay has none. They are worked out only while their columns are shown.
 */
#include "config.h"

#include "tui/table_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/histogram.h"
#include "tui/table_workers.h"
#include "tui/ui.h"
#include "tui/worker_text.h"

struct column_info {
	const char *name;
	const char *help;
	struct widget_column layout; /* title, least and most width, rank, to the right */
};

static const struct column_info columns[TABLE_COLUMNS] = {
	[COLUMN_ID] = {"id", "number of the worker", {"ID", 3, 3, 8, true}},
	[COLUMN_NAME] = {"name", "name of the worker", {"NAME", 11, 18, 1, false}},
	[COLUMN_PID] = {"pid", "process and thread", {"PID/TID", 13, 15, 10, false}},
	[COLUMN_STATE] = {"state", "what it does: a letter and a word", {"ST", 2, 10, 1, false}},
	[COLUMN_STAGE] = {"stage", "stage that it is in", {"STAGE", 6, 10, 3, false}},
	[COLUMN_ITEM] = {"item", "item in hand", {"ITEM", 9, 0, 5, false}},
	[COLUMN_FOR] = {"for", "time in the present state", {"FOR", 5, 5, 1, true}},
	[COLUMN_DONE] = {"done", "items that have left it", {"DONE", 5, 7, 4, true}},
	[COLUMN_ERRORS] = {"errors", "items that failed with it", {"ERR", 3, 5, 5, true}},
	[COLUMN_RATE] = {"rate", "items per second", {"IMG/S", 5, 5, 7, true}},
	[COLUMN_CPU] = {"cpu", "CPU time, of one core", {"CPU%", 4, 5, 2, true}},
	[COLUMN_BUSY] = {"busy", "time at work", {"BUSY%", 5, 5, 9, true}},
	[COLUMN_P50] = {"p50", "median time in its costliest stage", {"P50", 5, 5, 6, true}},
	[COLUMN_P95] = {"p95", "19 of 20 items passed that stage in this", {"P95", 5, 5, 6, true}},
	[COLUMN_BYTES] = {"bytes", "bytes read and written", {"BYTES", 6, 7, 6, true}},
	[COLUMN_SWITCHES] = {"switches",
			     "context switches: by itself/forced",
			     {"CSW", 7, 11, 7, true}},
	[COLUMN_DELAY] = {"delay", "time ready to run but without a CPU", {"RQ", 5, 5, 7, true}},
	[COLUMN_RSS] = {"rss", "memory of its process", {"RSS", 6, 7, 6, true}},
	[COLUMN_INCARNATION] = {"incarnation", "how often it was started", {"INC", 3, 3, 6, true}},
	[COLUMN_CORE] = {"core", "core that it ran on last", {"CORE", 4, 4, 7, true}},
	[COLUMN_CALL] = {"syscall",
			 "system call that it is in, with its file",
			 {"SYSCALL", 9, 28, 6, false}},
	[COLUMN_WCHAN] = {"wchan", "kernel function that it sleeps in", {"WCHAN", 9, 20, 7, false}},
	[COLUMN_WAITING] = {"waiting", "what it waits for", {"WAITING ON", 16, 30, 6, false}},
};

const char *table_column_name(enum table_column column)
{
	return column < TABLE_COLUMNS ? columns[column].name : "?";
}

const char *table_column_help(enum table_column column)
{
	return column < TABLE_COLUMNS ? columns[column].help : "";
}

const struct widget_column *table_column_layout(enum table_column column)
{
	return &columns[column].layout;
}

uint32_t table_columns_default(void)
{
	return 1U << COLUMN_ID | 1U << COLUMN_NAME | 1U << COLUMN_PID | 1U << COLUMN_STATE |
	       1U << COLUMN_STAGE | 1U << COLUMN_ITEM | 1U << COLUMN_FOR | 1U << COLUMN_DONE |
	       1U << COLUMN_RATE | 1U << COLUMN_CPU | 1U << COLUMN_BUSY | 1U << COLUMN_WAITING;
}

uint32_t table_columns_fixed(void)
{
	return 1U << COLUMN_NAME | 1U << COLUMN_STATE;
}

uint32_t table_columns_large(void)
{
	return table_columns_fixed() | 1U << COLUMN_STAGE | 1U << COLUMN_FOR | 1U << COLUMN_DONE |
	       1U << COLUMN_CPU;
}

static void set_rates(struct table_cells *cells, const struct rates_worker *rates)
{
	text_rate(cells->text[COLUMN_RATE], CELL_BYTES, rates->items_per_s);
	(void)snprintf(cells->text[COLUMN_CPU], CELL_BYTES, "%.0f", rates->cpu_percent);
	(void)snprintf(cells->text[COLUMN_BUSY], CELL_BYTES, "%.0f", rates->busy_percent);
}

/* What adds up over the workers of a host. */
static void set_counters(struct table_cells *cells, const struct page_worker_counters *counters)
{
	(void)snprintf(cells->text[COLUMN_ERRORS], CELL_BYTES, "%llu",
		       (unsigned long long)counters->failed);
	text_bytes(cells->text[COLUMN_BYTES], CELL_BYTES, counters->bytes_in + counters->bytes_out);
	(void)snprintf(cells->text[COLUMN_SWITCHES], CELL_BYTES, "%llu/%llu",
		       (unsigned long long)counters->ctx_voluntary,
		       (unsigned long long)counters->ctx_involuntary);
	text_age(cells->text[COLUMN_DELAY], CELL_BYTES, counters->runqueue_wait_ns);
}

static unsigned costliest_stage(const struct page_worker_counters *counters)
{
	unsigned found = PAGE_STAGES;

	for (unsigned i = 0; i < PAGE_STAGES; i++) {
		if (counters->stage[i].count > 0 &&
		    (found == PAGE_STAGES ||
		     counters->stage[i].total_ns > counters->stage[found].total_ns))
			found = i;
	}
	return found;
}

static void set_percentiles(struct table_cells *cells, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page *page = model_histograms(ui->model);
	unsigned stage = costliest_stage(&snapshot->worker[worker].counters);
	struct histogram histogram;

	if (page == NULL || stage == PAGE_STAGES)
		return;
	page_read_histogram(page, worker, stage, &histogram);
	text_age(cells->text[COLUMN_P50], CELL_BYTES, histogram_percentile_ns(&histogram, 50));
	text_age(cells->text[COLUMN_P95], CELL_BYTES, histogram_percentile_ns(&histogram, 95));
}

static void set_rss(struct table_cells *cells, const struct snapshot *snapshot, unsigned host,
		    uint64_t peak_bytes)
{
	uint64_t bytes = host < PAGE_HOSTS ? snapshot->host[host].rss_bytes : 0;

	if (bytes == 0)
		bytes = peak_bytes;
	if (bytes > 0)
		text_bytes(cells->text[COLUMN_RSS], CELL_BYTES, bytes);
}

static void set_present(struct table_cells *cells, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct worker_state_info *info = page_state_info((enum worker_state)live->state);

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
		text_age(cells->text[COLUMN_FOR], CELL_BYTES,
			 worker_state_age_ns(snapshot, worker));
	char *waiting = cells->text[COLUMN_WAITING];
	if (live->retiring && info->alive)
		waiting += snprintf(waiting, CELL_BYTES, "retiring: ");
	worker_wait_text(snapshot, worker, waiting,
			 CELL_BYTES - (size_t)(waiting - cells->text[COLUMN_WAITING]));
	if (!snapshot_counted(snapshot, worker) || !info->alive)
		cells->colour = COLOUR_DIM;
	cells->state = cells->colour == COLOUR_DIM && info->alive
			       ? COLOUR_DIM
			       : worker_state_colour((enum worker_state)live->state);
}

/* What the kernel says; only asked for while one of its columns is shown. */
static void set_kernel(struct table_cells *cells, const struct ui *ui, unsigned worker,
		       uint32_t mask)
{
	const struct kernel_sample *kernel = diagnosis_kernel(ui->model->diagnosis, worker);
	const char *unknown = kernel->denied ? "not readable" : "";

	if ((mask & (1U << COLUMN_CORE | 1U << COLUMN_CALL | 1U << COLUMN_WCHAN |
		     1U << COLUMN_DELAY)) == 0)
		return;
	diagnosis_watch(ui->model->diagnosis, worker);
	if (kernel->seen && kernel->core >= 0)
		(void)snprintf(cells->text[COLUMN_CORE], CELL_BYTES, "%d", kernel->core);
	(void)snprintf(cells->text[COLUMN_CALL], CELL_BYTES, "%s",
		       kernel->call[0] != '\0' ? kernel->call : unknown);
	(void)snprintf(cells->text[COLUMN_WCHAN], CELL_BYTES, "%s", kernel->wchan);
	/* The worker itself tells only now and then, and not at all while it waits for a core. */
	if (kernel->runqueue_ns > model_shown(ui->model)->worker[worker].counters.runqueue_wait_ns)
		text_age(cells->text[COLUMN_DELAY], CELL_BYTES, kernel->runqueue_ns);
}

/* What was found out about it stands in place of what it says of itself. */
static void set_finding(struct table_cells *cells, const struct ui *ui, unsigned worker)
{
	const struct finding_info *info =
		finding_info(diagnosis_worker(ui->model->diagnosis, worker)->finding);

	if (info->letter == 0)
		return;
	(void)snprintf(cells->text[COLUMN_STATE], CELL_BYTES, "%c %s", info->letter, info->tag);
	cells->state = info->alarm ? COLOUR_BAD : COLOUR_WARN;
}

void table_worker_name(const struct ui *ui, const struct table_row *row, bool whole, char *text,
		       size_t size)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_live *live = &snapshot->worker[row->index].live;

	if (!row->beneath)
		(void)snprintf(text, size, "%s", live->name);
	else
		(void)snprintf(text, size, "%s%s[%s]",
			       row->last ? ui->glyphs->last_branch : ui->glyphs->branch,
			       whole && live->host < PAGE_HOSTS ? snapshot->host[live->host].name
								: "",
			       live->name);
}

void table_fill_worker(struct table_cells *cells, const struct ui *ui, const struct table_row *row,
		       uint32_t mask)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct snapshot_worker *worker = &snapshot->worker[row->index];
	const struct page_worker_live *live = &worker->live;
	struct rates_worker rates;

	rates_worker(ui->model->rates, row->index, &rates);
	(void)snprintf(cells->text[COLUMN_ID], CELL_BYTES, "%u", row->index);
	table_worker_name(ui, row, cells->whole_names, cells->text[COLUMN_NAME], CELL_BYTES);
	if (live->pid != 0)
		(void)snprintf(cells->text[COLUMN_PID], CELL_BYTES, "%u/%u", live->pid, live->tid);
	(void)snprintf(cells->text[COLUMN_DONE], CELL_BYTES, "%llu",
		       (unsigned long long)snapshot_items(snapshot, row->index));
	set_rates(cells, &rates);
	set_counters(cells, &worker->counters);
	(void)snprintf(cells->text[COLUMN_INCARNATION], CELL_BYTES, "%u", live->incarnation);
	if (mask & (1U << COLUMN_P50 | 1U << COLUMN_P95))
		set_percentiles(cells, ui, row->index);
	if (!row->beneath)
		set_rss(cells, snapshot, live->host, worker->counters.peak_rss_bytes);
	set_present(cells, snapshot, row->index);
	set_kernel(cells, ui, row->index, mask);
	set_finding(cells, ui, row->index);
}

static void add_counters(struct page_worker_counters *sum,
			 const struct page_worker_counters *counters)
{
	sum->failed += counters->failed;
	sum->bytes_in += counters->bytes_in;
	sum->bytes_out += counters->bytes_out;
	sum->ctx_voluntary += counters->ctx_voluntary;
	sum->ctx_involuntary += counters->ctx_involuntary;
	sum->runqueue_wait_ns += counters->runqueue_wait_ns;
	if (counters->peak_rss_bytes > sum->peak_rss_bytes)
		sum->peak_rss_bytes = counters->peak_rss_bytes;
}

void table_fill_host(struct table_cells *cells, const struct ui *ui, const struct table_row *row,
		     bool folded)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_host *host = &snapshot->host[row->index < PAGE_HOSTS ? row->index : 0];
	struct page_worker_counters counters = {0};
	struct rates_worker sum = {0};
	unsigned workers = 0, busy = 0;
	uint64_t done = 0;

	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		struct rates_worker rates;

		if (live->host != row->index)
			continue;
		rates_worker(ui->model->rates, i, &rates);
		sum.items_per_s += rates.items_per_s;
		sum.cpu_percent += rates.cpu_percent;
		sum.busy_percent += rates.busy_percent;
		add_counters(&counters, &snapshot->worker[i].counters);
		done += snapshot_items(snapshot, i);
		workers++;
		busy += live->state == WORKER_RUN || live->state == WORKER_IO;
	}
	sum.busy_percent /= workers > 0 ? workers : 1;
	(void)snprintf(cells->text[COLUMN_NAME], CELL_BYTES, "%s%s",
		       folded ? ui->glyphs->closed : ui->glyphs->open, host->name);
	if (host->pid != 0)
		(void)snprintf(cells->text[COLUMN_PID], CELL_BYTES, "%u", host->pid);
	(void)snprintf(cells->text[COLUMN_ITEM], CELL_BYTES, "%u/%u busy", busy, workers);
	(void)snprintf(cells->text[COLUMN_DONE], CELL_BYTES, "%llu", (unsigned long long)done);
	set_rates(cells, &sum);
	set_counters(cells, &counters);
	set_rss(cells, snapshot, row->index, counters.peak_rss_bytes);
	(void)snprintf(cells->text[COLUMN_INCARNATION], CELL_BYTES, "%u", host->incarnation);
	if (!host->alive)
		cells->colour = COLOUR_DIM;
}
