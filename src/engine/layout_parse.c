/*
 * layout_parse.c - plans and layouts as the user writes them.
 *
 *   plan    = "sequential" | "threads:N" | "processes:N" | "hybrid:N+M" | layout
 *   layout  = station { "|" station }
 *   station = stage [ "-" stage ] ":" count ( "t" [ "@" hosts ] | "p" )
 */
#include "config.h"

#include "engine/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct cursor {
	const char *text;
	const char *at;
};

static void skip_spaces(struct cursor *cursor)
{
	while (isspace((unsigned char)*cursor->at))
		cursor->at++;
}

static bool accept(struct cursor *cursor, char wanted)
{
	skip_spaces(cursor);
	if (*cursor->at != wanted)
		return false;
	cursor->at++;
	return true;
}

/* 0 when there is no number here, or an absurd one. */
static unsigned number(struct cursor *cursor)
{
	unsigned value = 0;

	skip_spaces(cursor);
	while (isdigit((unsigned char)*cursor->at) && value < 100000)
		value = value * 10 + (unsigned)(*cursor->at++ - '0');
	return value;
}

static int refuse(const struct cursor *cursor, struct err *err, const char *what)
{
	return err_permanent(err,
			     "layout '%s': at '%.20s': %s; write for example 'read:1t | "
			     "decode-encode:4p | write:2t'",
			     cursor->text, cursor->at, what);
}

static int parse_stage(struct cursor *cursor, const struct workload *workload, unsigned *stage,
		       struct err *err)
{
	char names[160] = "";
	size_t length = 0;
	int index;

	skip_spaces(cursor);
	while (isalnum((unsigned char)cursor->at[length]) || cursor->at[length] == '_')
		length++;
	index = workload_stage_index(workload, cursor->at, length);
	if (index < 0) {
		for (unsigned i = 0; i < workload->nstages; i++) {
			size_t used = strlen(names);

			snprintf(names + used, sizeof names - used, "%s%s", i ? " " : "",
				 workload->stages[i].name);
		}
		return err_permanent(err, "layout '%s': at '%.20s': no such stage; %s has: %s",
				     cursor->text, cursor->at, workload->name, names);
	}
	cursor->at += length;
	*stage = (unsigned)index;
	return 0;
}

static int parse_station(struct cursor *cursor, const struct workload *workload,
			 struct layout_station *station, struct err *err)
{
	if (parse_stage(cursor, workload, &station->first_stage, err) != 0)
		return -1;
	station->last_stage = station->first_stage;
	if (accept(cursor, '-') && parse_stage(cursor, workload, &station->last_stage, err) != 0)
		return -1;
	if (station->last_stage < station->first_stage)
		return refuse(cursor, err, "the range runs backwards");
	if (!accept(cursor, ':'))
		return refuse(cursor, err, "':' and a number of workers should follow");
	station->workers = number(cursor);
	if (station->workers < 1 || station->workers > LAYOUT_WORKERS)
		return refuse(cursor, err, "a number of workers from 1 to 240 should stand here");
	if (accept(cursor, 'p')) {
		station->process = true;
		return 0;
	}
	if (!accept(cursor, 't'))
		return refuse(cursor, err, "'t' (threads) or 'p' (processes) should follow");
	if (accept(cursor, '@')) {
		station->hosts = number(cursor);
		if (station->hosts < 1 || station->hosts > station->workers)
			return refuse(cursor, err,
				      "a number of hosts, at most that of the threads, should "
				      "stand before this");
	}
	return 0;
}

static int parse_layout(const struct workload *workload, const char *text, struct layout *layout,
			struct err *err)
{
	struct cursor cursor = {.text = text, .at = text};
	unsigned next_stage = 0;

	do {
		struct layout_station *station = &layout->station[layout->nstations];

		if (layout->nstations == LAYOUT_STATIONS)
			return refuse(&cursor, err, "too many stations");
		if (parse_station(&cursor, workload, station, err) != 0)
			return -1;
		if (station->first_stage != next_stage)
			return err_permanent(err,
					     "layout '%s': stage '%s' should come next: every "
					     "stage stands in one station, in order",
					     text,
					     next_stage < workload->nstages
						     ? workload->stages[next_stage].name
						     : "(none)");
		next_stage = station->last_stage + 1;
		layout->nstations++;
	} while (accept(&cursor, '|'));
	if (*cursor.at != '\0')
		return refuse(&cursor, err, "'|' or the end should follow");
	if (next_stage != workload->nstages)
		return err_permanent(err, "layout '%s': stage '%s' is missing at the end", text,
				     workload->stages[next_stage].name);
	if (layout_crowded(workload, layout))
		return err_permanent(err, "layout '%s': stage '%s' can have one worker only", text,
				     workload->single_writer);
	if (layout_workers(layout) > LAYOUT_WORKERS)
		return err_permanent(err, "layout '%s': %u workers are too many: at most %d", text,
				     layout_workers(layout), LAYOUT_WORKERS);
	snprintf(layout->strategy, sizeof layout->strategy, "layout");
	layout_format(workload, layout, layout->plan, sizeof layout->plan);
	return 0;
}

int layout_parse(const struct workload *workload, const char *text, struct layout *layout,
		 struct err *err)
{
	size_t length = strcspn(text, ":");
	const struct layout_strategy *row = layout_strategy_find(text, length);
	struct cursor cursor = {.text = text, .at = text + length};
	unsigned first = 0, second = 0;

	*layout = (struct layout){0};
	if (row == NULL)
		return parse_layout(workload, text, layout, err);
	if (*cursor.at == ':') {
		cursor.at++;
		first = number(&cursor);
		if (row->takes_io_cpu && accept(&cursor, '+'))
			second = number(&cursor);
	}
	skip_spaces(&cursor);
	if (*cursor.at != '\0' || (row->takes_workers && first == 0) ||
	    (row->takes_io_cpu && (first == 0 || second == 0)) ||
	    (!row->takes_workers && !row->takes_io_cpu && text[length] != '\0'))
		return err_permanent(err,
				     "plan '%s': write sequential, threads:N, processes:N, "
				     "hybrid:N+M or a layout",
				     text);
	return layout_from_strategy(
		workload, row->name,
		&(struct layout_counts){.workers = first, .io = first, .cpu = second}, layout, err);
}
