/*
 * timeline_cell.c - what a cell of the timeline is in words (floor: tui). One thread.
 */
#include "config.h"

#include "tui/timeline_cell.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/detail.h"
#include "tui/detail_parts.h"

enum { CHOICE_NOTHING, CHOICE_DETAIL };

static const char *stage_name(const struct snapshot *snapshot, unsigned stage)
{
	return stage < PAGE_STAGES && stage < snapshot->plan.stages
		       ? snapshot->plan.stage[stage].name
		       : "";
}

static bool works(const struct timeline_pick *pick)
{
	return pick->span.state == WORKER_RUN || pick->span.state == WORKER_IO;
}

/* "resize", "waits: lock", "put to queue write" */
static void describe_pick(const struct snapshot *snapshot, const struct timeline_pick *pick,
			  char *text, size_t size)
{
	const char *stage = stage_name(snapshot, pick->span.stage);
	const char *word = pick->span.state == PAST_UNKNOWN
				   ? timeline_word(TIMELINE_UNKNOWN)
				   : page_state_info((enum worker_state)pick->span.state)->word;
	if (pick->span.target < PAGE_QUEUES)
		(void)snprintf(text, size, "%s, queue %s", word,
			       snapshot->queue[pick->span.target].name);
	else if (stage[0] == '\0')
		(void)snprintf(text, size, "%s", word);
	else if (works(pick))
		(void)snprintf(text, size, "%s", stage);
	else
		(void)snprintf(text, size, "%s in %s", word, stage);
}

void timeline_cell_line(const struct ui *ui, const struct timeline_scale *scale,
			struct timeline_place place, char *text, size_t size)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	struct timeline_stretch stretch = timeline_stretch(scale, place.column);
	struct timeline_pick pick;
	char what[128], item[PAGE_ITEM_BYTES], age[16], at[32];

	timeline_format(at, sizeof(at), scale, stretch.from_ns);
	if (timeline_pick(ui->model->past, place.worker, &stretch, &pick)) {
		describe_pick(snapshot, &pick, what, sizeof(what));
		detail_item(ui, pick.span.job, item, sizeof(item));
		text_age(age, sizeof(age), pick.end_ns - pick.begin_ns);
		(void)snprintf(text, size, "%s at %s: %s%s %s%s%s%s",
			       snapshot->worker[place.worker].live.name, at,
			       pick.kind == TIMELINE_ERROR ? "FAILED in " : "", what, age,
			       pick.going ? " so far" : "", pick.span.job != 0 ? ", " : "",
			       pick.span.job != 0 ? item : "");
	} else {
		(void)snprintf(text, size, "%s at %s: nothing is known",
			       snapshot->worker[place.worker].live.name, at);
	}
}

static void chosen(struct ui *ui, int action)
{
	if (action == CHOICE_DETAIL)
		detail_show(ui, ui->dialog.target.worker);
}

void timeline_cell_name(struct ui *ui, const struct timeline_scale *scale,
			struct timeline_place place)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	struct timeline_scale exact = *scale;
	struct timeline_stretch stretch = timeline_stretch(scale, place.column);
	struct timeline_pick pick;
	char what[128], item[PAGE_ITEM_BYTES], age[16], begin[32], end[32], text[512], title[96];

	if (!timeline_pick(ui->model->past, place.worker, &stretch, &pick)) {
		ui_say(ui, false, "nothing is known of this moment");
		return;
	}
	describe_pick(snapshot, &pick, what, sizeof(what));
	detail_item(ui, pick.span.job, item, sizeof(item));
	text_age(age, sizeof(age), pick.end_ns - pick.begin_ns);
	exact.step_ns = CLOCK_MS_NS; /* exact times, whatever the zoom */
	timeline_format(begin, sizeof(begin), &exact, pick.begin_ns);
	timeline_format(end, sizeof(end), &exact, pick.end_ns);
	(void)snprintf(title, sizeof(title), "%s at %s", snapshot->worker[place.worker].live.name,
		       begin);
	(void)snprintf(text, sizeof(text),
		       "Item: %s\n%s: %s%s\nDuration: %s%s%s, from %s to %s\nChanges of state in "
		       "this cell: %u%s",
		       item, works(&pick) ? "Stage" : "State", what,
		       pick.kind == TIMELINE_ERROR ? ", FAILED" : "",
		       pick.span.merged ? "about " : "", age, pick.going ? " so far" : "", begin,
		       end, pick.changes, pick.changes > 1 ? "; + shows more of them" : "");
	dialog_begin(ui, title, text, chosen);
	ui->dialog.target.worker = place.worker;
	dialog_add(ui, KEYS_ESCAPE, CHOICE_NOTHING, "back to the timeline");
	dialog_add(ui, 'd', CHOICE_DETAIL, "%s in detail",
		   snapshot->worker[place.worker].live.name);
}
