/*
 * detail_parts.c - what is told of one worker (floor: tui). One thread.
 *
 * Percentiles come from the histograms of the page; those of a saved run are of the whole run,
 * and it says so.
 */
#include "config.h"

#include "tui/detail_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "record/histogram.h"
#include "tui/worker_text.h"

enum { EVENTS = 32, AGE_BYTES = 16, NAME_WIDTH = 10, FIGURE_WIDTH = 7, BAR_WIDTH = 32 };

static const char *stage_name(const struct snapshot *snapshot, unsigned stage)
{
	return stage < PAGE_STAGES && stage < snapshot->plan.stages
		       ? snapshot->plan.stage[stage].name
		       : "-";
}

static uint64_t since(const struct snapshot *snapshot, uint64_t at_ns)
{
	return at_ns != 0 && at_ns < snapshot->at_ns ? snapshot->at_ns - at_ns : 0;
}

void detail_item(const struct ui *ui, uint64_t job, char *text, size_t size)
{
	const char *name = past_name(ui->model->past, job);

	if (name != NULL)
		text_sanitise(text, size, name, strlen(name));
	else if (job != 0)
		(void)snprintf(text, size, "item %" PRIu64, job);
	else
		(void)snprintf(text, size, "none");
}

/* The time that 95 % of all workers' items have taken in a stage; 0: not known. */
static uint64_t stage_p95_ns(const struct ui *ui, unsigned stage)
{
	const struct page *page = model_histograms(ui->model);
	struct histogram sum = {{0}}, one;

	if (page == NULL)
		return 0;
	for (unsigned i = 0; i < worker_count(ui->model->live); i++) {
		page_read_histogram(page, i, stage, &one);
		histogram_add(&sum, &one);
	}
	return histogram_percentile_ns(&sum, 95);
}

static void write_stage(struct pen *pen, const struct ui *ui, const struct page_worker_live *live)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	uint64_t age_ns = since(snapshot, live->stage_since_ns);
	char age[AGE_BYTES], usual[AGE_BYTES];

	if (live->stage >= PAGE_STAGES) {
		pen_fact(pen, "Stage", COLOUR_PLAIN, "none");
		return;
	}
	uint64_t p95_ns = stage_p95_ns(ui, live->stage);
	text_age(age, sizeof(age), age_ns);
	text_age(usual, sizeof(usual), p95_ns);
	if (p95_ns == 0)
		pen_fact(pen, "Stage", COLOUR_PLAIN, "%s for %s%s",
			 stage_name(snapshot, live->stage), age,
			 ui->model->page != NULL ? "; nothing has left it yet" : "");
	else if (age_ns > p95_ns)
		pen_fact(pen, "Stage", COLOUR_WARN, "%s for %s, %.1f times its p95 of %s",
			 stage_name(snapshot, live->stage), age, (double)age_ns / (double)p95_ns,
			 usual);
	else
		pen_fact(pen, "Stage", COLOUR_PLAIN, "%s for %s; its p95 is %s",
			 stage_name(snapshot, live->stage), age, usual);
}

static void write_item(struct pen *pen, const struct snapshot *snapshot,
		       const struct page_worker_live *live)
{
	char item[PAGE_ITEM_BYTES], age[AGE_BYTES];

	if (live->job == 0) {
		pen_fact(pen, "Item", COLOUR_PLAIN, "none");
		return;
	}
	text_sanitise(item, sizeof(item), live->item, strnlen(live->item, sizeof(live->item)));
	text_age(age, sizeof(age), since(snapshot, live->item_since_ns));
	pen_fact(pen, "Item", COLOUR_VALUE, "%s", item);
	if (live->attempt > 1)
		pen_fact(pen, "", COLOUR_WARN, "item %" PRIu64 ", attempt %u, in hand for %s",
			 live->job, live->attempt, age);
	else
		pen_fact(pen, "", COLOUR_PLAIN, "item %" PRIu64 ", in hand for %s", live->job, age);
}

/* What it waits for, and what that waits for in turn. */
static void write_wait(struct pen *pen, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	char wait[128], age[AGE_BYTES], more[128] = "";

	worker_wait_text(snapshot, worker, wait, sizeof(wait));
	if (!page_state_info((enum worker_state)live->state)->alive) {
		pen_fact(pen, "Ended", COLOUR_BAD, "%s", wait);
		return;
	}
	if (live->wait_on == WAIT_NOTHING)
		return;
	if (live->wait_on == WAIT_QUEUE && live->wait_target < PAGE_QUEUES)
		(void)snprintf(more, sizeof(more), ", %" PRIu64 " of %u places taken",
			       snapshot_depth(snapshot, live->wait_target),
			       snapshot->queue[live->wait_target].capacity);
	if (live->wait_on == WAIT_LOCK && snapshot_lock_holder(snapshot, worker) < PAGE_WORKERS) {
		const struct page_worker_live *holder =
			&snapshot->worker[snapshot_lock_holder(snapshot, worker)].live;
		const struct worker_state_info *info =
			page_state_info((enum worker_state)holder->state);

		(void)snprintf(more, sizeof(more), ", which is %c %s", info->letter, info->word);
	}
	text_age(age, sizeof(age), worker_state_age_ns(snapshot, worker));
	pen_fact(pen, "Waits for", COLOUR_WARN, "%s%s, since %s", wait, more, age);
}

void detail_identity(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	enum worker_state state = (enum worker_state)live->state;
	const struct worker_state_info *info = page_state_info(state);
	char age[AGE_BYTES];

	text_age(age, sizeof(age), worker_state_age_ns(snapshot, worker));
	pen_fact(pen, "Worker", COLOUR_VALUE, "%s, ID %u, %s%s", live->name, worker,
		 worker_kind_word(snapshot, worker), live->retiring ? ", retires" : "");
	pen_fact(pen, "Host", COLOUR_PLAIN, "%s, pid %u, tid %u, incarnation %u",
		 live->host < PAGE_HOSTS ? snapshot->host[live->host].name : "?", live->pid,
		 live->tid, live->incarnation);
	if (info->alive)
		pen_fact(pen, "State", worker_state_colour(state), "%c %s for %s: %s", info->letter,
			 info->word, age, info->meaning);
	else
		pen_fact(pen, "State", worker_state_colour(state), "%c %s: %s", info->letter,
			 info->word, info->meaning);
	write_item(pen, snapshot, live);
	write_stage(pen, ui, live);
	write_wait(pen, snapshot, worker);
}

void detail_shares(struct pen *pen, const struct ui *ui, unsigned worker)
{
	struct rates_worker rates;

	rates_worker(ui->model->rates, worker, &rates);
	pen_line(pen, COLOUR_TITLE, "States in the last 10 s");
	for (int i = 0; i < WORKER_STATES; i++) {
		const struct worker_state_info *info = page_state_info((enum worker_state)i);
		int room = pen->area.width - NAME_WIDTH - 6;
		char name[32];

		if (rates.state_share[i] < 0.0005)
			continue;
		int row = pen_next(pen);
		if (row < 0)
			continue;
		(void)snprintf(name, sizeof(name), "%c %s", info->letter, info->word);
		canvas_field(pen->canvas, row, pen->area.column, NAME_WIDTH,
			     worker_state_colour((enum worker_state)i), name);
		widget_bar(pen->canvas, row, pen->area.column + NAME_WIDTH,
			   room < BAR_WIDTH ? room : BAR_WIDTH, rates.state_share[i],
			   ui->glyphs->bar);
		if (room > 0)
			canvas_printf(pen->canvas, row,
				      pen->area.column + NAME_WIDTH +
					      (room < BAR_WIDTH ? room : BAR_WIDTH),
				      COLOUR_VALUE, " %3.0f %%", rates.state_share[i] * 100);
	}
}

static void write_stage_row(struct pen *pen, const struct ui *ui, unsigned worker, unsigned stage)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_counters *c = &snapshot->worker[worker].counters;
	const struct page *page = model_histograms(ui->model);
	char mean[AGE_BYTES], p50[AGE_BYTES] = "-", p95[AGE_BYTES] = "-", most[AGE_BYTES];
	char item[PAGE_ITEM_BYTES] = "";

	text_age(mean, sizeof(mean), c->stage[stage].total_ns / c->stage[stage].count);
	text_age(most, sizeof(most), c->stage[stage].max_ns);
	if (page != NULL) {
		struct histogram histogram;

		page_read_histogram(page, worker, stage, &histogram);
		text_age(p50, sizeof(p50),
			 histogram_percentile_within_ns(&histogram, 50, c->stage[stage].max_ns));
		text_age(p95, sizeof(p95),
			 histogram_percentile_within_ns(&histogram, 95, c->stage[stage].max_ns));
	}
	if (c->stage[stage].slowest[0].job != 0)
		detail_item(ui, c->stage[stage].slowest[0].job, item, sizeof(item));
	pen_line(pen, COLOUR_PLAIN, "%-*s %*" PRIu64 " %*s %*s %*s %*s %s", NAME_WIDTH - 1,
		 snapshot->plan.stage[stage].name, FIGURE_WIDTH, c->stage[stage].count,
		 FIGURE_WIDTH, mean, FIGURE_WIDTH, p50, FIGURE_WIDTH, p95, FIGURE_WIDTH, most,
		 item);
}

void detail_stages(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	bool any = false;

	for (unsigned i = 0; i < PAGE_STAGES && i < snapshot->plan.stages; i++) {
		if (snapshot->worker[worker].counters.stage[i].count == 0)
			continue;
		if (!any)
			pen_line(pen, COLOUR_TITLE, "%-*s %*s %*s %*s %*s %*s %s", NAME_WIDTH - 1,
				 "Stage", FIGURE_WIDTH, "Count", FIGURE_WIDTH, "Mean", FIGURE_WIDTH,
				 "p50", FIGURE_WIDTH, "p95", FIGURE_WIDTH, "Max", "Slowest");
		write_stage_row(pen, ui, worker, i);
		any = true;
	}
	if (!any)
		pen_line(pen, COLOUR_DIM, "No stage has been passed yet.");
	else if (model_histograms(ui->model) == NULL)
		pen_line(pen, COLOUR_DIM, "Percentiles are not known: there is no run.page.");
	else if (ui->model->replay != NULL)
		pen_line(pen, COLOUR_DIM, "Percentiles are those of the whole run.");
}

void detail_counters(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_worker_counters *c = &snapshot->worker[worker].counters;
	struct rates_worker rates;
	char first[AGE_BYTES], second[AGE_BYTES];

	rates_worker(ui->model->rates, worker, &rates);
	pen_line(pen, COLOUR_TITLE, "Counters over all incarnations");
	pen_fact(pen, "Items", COLOUR_PLAIN,
		 "%" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64 " skipped, %" PRIu64
		 " handed on; %.1f/s",
		 c->ok, c->failed, c->skipped, c->handed_on, rates.items_per_s);
	text_age(first, sizeof(first), c->cpu_user_ns);
	text_age(second, sizeof(second), c->cpu_sys_ns);
	pen_fact(pen, "CPU", COLOUR_PLAIN, "%s user, %s system, now %.0f %% of a core", first,
		 second, rates.cpu_percent);
	text_age(first, sizeof(first), c->runqueue_wait_ns);
	pen_fact(pen, "Switches", COLOUR_PLAIN,
		 "%" PRIu64 " voluntary, %" PRIu64 " not; %s in wait for a core", c->ctx_voluntary,
		 c->ctx_involuntary, first);
	text_bytes(first, sizeof(first), c->peak_rss_bytes);
	pen_fact(pen, "Faults", COLOUR_PLAIN,
		 "%" PRIu64 " minor, %" PRIu64 " major; peak memory %s", c->minor_faults,
		 c->major_faults, first);
	text_bytes(first, sizeof(first), c->bytes_in);
	text_bytes(second, sizeof(second), c->bytes_out);
	pen_fact(pen, "Bytes", COLOUR_PLAIN, "%s in, %s out", first, second);
}

static void write_event(struct pen *pen, const struct ui *ui, const struct past_span *span,
			uint64_t end_ns)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	uint64_t started = snapshot->plan.started_ns;
	char at[32], age[AGE_BYTES], item[PAGE_ITEM_BYTES] = "", where[PAGE_NAME_BYTES + 8];
	enum colour colour = past_failed(span) ? COLOUR_BAD : COLOUR_PLAIN;
	const struct worker_state_info *info = page_state_info((enum worker_state)span->state);

	text_elapsed(at, sizeof(at), span->at_ns > started ? span->at_ns - started : 0);
	text_age(age, sizeof(age), end_ns > span->at_ns ? end_ns - span->at_ns : 0);
	if (span->state == PAST_UNKNOWN) {
		pen_line(pen, COLOUR_DIM, "%-8s %5s ? not recorded", at, age);
		return;
	}
	if (span->job != 0)
		detail_item(ui, span->job, item, sizeof(item));
	(void)snprintf(where, sizeof(where), "%s%s", span->target < PAGE_QUEUES ? "q " : "",
		       span->target < PAGE_QUEUES ? snapshot->queue[span->target].name
						  : stage_name(snapshot, span->stage));
	pen_line(pen, colour, "%-7s %5s %c %-8s %-8s %s%s%s", at, age, info->letter, info->word,
		 where, item, span->item_end != 0 ? " ended: " : "",
		 span->item_end != 0 ? page_item_status_word((enum item_status)(span->item_end - 1))
				     : "");
}

void detail_events(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct past_span *spans;
	size_t count = past_spans(ui->model->past, worker, &spans);
	uint64_t end_ns = snapshot->at_ns;
	int left = EVENTS;

	pen_line(pen, COLOUR_TITLE, "Last %d events", EVENTS);
	/* A saved run knows what comes later. */
	while (count > 0 && spans[count - 1].at_ns > snapshot->at_ns)
		count--;
	for (; count > 0 && left > 0; left--) {
		count--;
		write_event(pen, ui, &spans[count], end_ns);
		end_ns = spans[count].at_ns;
	}
	if (left == EVENTS)
		pen_line(pen, COLOUR_DIM, "none");
}
