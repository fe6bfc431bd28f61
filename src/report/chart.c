/*
 * chart.c - where the time of each worker went (floor: report). No state.
 *
 * A bar for each worker, on one scale of seconds: what it did and what it waited for, in the same
 * order and the same colours in every bar, so that a bottleneck is seen as one bar that is all work
 * beside others that are not. What a bar is shorter than the longest, its worker was not there.
 */
#include "config.h"

#include "report/chart.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "report/lines.h"
#include "report/profile.h"
#include "report/svg.h"
#include "view/verdict.h"

enum {
	WIDTH_PX = 960,
	TOP_PX = 84,
	ROW_PX = 24,
	BAR_PX = 16,
	LEFT_PX = 170,
	RIGHT_PX = 190,
	MARGIN_PX = 20,
	LINE_PX = 18,
	MOST_TICKS = 6,
	LEGEND_PX = 92, /* from one to the next */
	WORDS_COLUMNS = 130,
};

static const struct {
	enum worker_state state;
	const char *word;
	const char *colour;
} part[] = {
	{WORKER_RUN, "compute", "#4878a8"},   {WORKER_IO, "read, write", "#8ab6d6"},
	{WORKER_DELAY, "latency", "#b7a6cf"}, {WORKER_GET, "wait: get", "#dddddd"},
	{WORKER_PUT, "wait: put", "#e8b04b"}, {WORKER_LOCK, "lock", "#c44e52"},
	{WORKER_JOIN, "join", "#8c564b"},     {WORKER_RESOURCE, "memory", "#7a9a57"},
	{WORKER_PAUSED, "paused", "#f2e6c2"},
};

enum { PARTS = sizeof part / sizeof part[0] };

static double longest_s(const struct snapshot *snapshot)
{
	double longest = clock_seconds(snapshot_elapsed_ns(snapshot));

	for (unsigned i = 0; i < profile_workers(snapshot); i++) {
		double wall = clock_seconds(snapshot_wall_ns(snapshot, i));

		longest = wall > longest ? wall : longest;
	}
	return longest > 0 ? longest : 1;
}

static void add_label(struct textbuf *out, double x_px, double y_px, const char *anchor,
		      const char *text)
{
	char *harmless = lines_sanitised(text);

	svg_label(out, x_px, y_px, anchor, harmless);
	free(harmless);
}

static void add_rectangle(struct textbuf *out, unsigned index, double x_px, double y_px,
			  double width_px)
{
	textbuf_printf(out,
		       "<rect class=\"s%u\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\">"
		       "<title>%s</title></rect>\n",
		       index, x_px, y_px, width_px, BAR_PX, part[index].word);
}

static void add_worker(const struct snapshot *snapshot, unsigned worker, double px_per_s,
		       struct textbuf *out)
{
	struct profile profile;
	double top = TOP_PX + ROW_PX * (double)worker;
	double at = LEFT_PX;
	char text[96];

	profile_take(&profile, snapshot, NULL, worker);
	add_label(out, LEFT_PX - 8, top + 13, "end", profile.live->name);
	for (unsigned i = 0; i < PARTS; i++) {
		double width = clock_seconds(profile.state_ns[part[i].state]) * px_per_s;

		if (width > 0)
			add_rectangle(out, i, at, top, width);
		at += width;
	}
	snprintf(text, sizeof text, "%.0f %% busy, %llu items",
		 lines_percent(profile.busy_ns, profile.wall_ns),
		 (unsigned long long)snapshot_items(snapshot, worker));
	svg_label(out, WIDTH_PX - RIGHT_PX + 8, top + 13, "start", text);
}

/* Between two ticks: the shortest of 1, 2 and 5 times a power of ten that gives few enough of them.
 */
static double tick_s(double longest)
{
	static const double round[] = {1, 2, 5};

	for (double power = 1e-6;; power *= 10)
		for (size_t i = 0; i < sizeof round / sizeof round[0]; i++)
			if (longest / (power * round[i]) <= MOST_TICKS)
				return power * round[i];
}

static void add_axis(double longest, double px_per_s, double y_px, struct textbuf *out)
{
	double step = tick_s(longest);

	for (int i = 0; i * step <= longest; i++) {
		double x = LEFT_PX + i * step * px_per_s;
		char text[32];

		snprintf(text, sizeof text, "%.6g s", i * step);
		svg_line(out, "grid", (double[]){x, TOP_PX - 6, x, y_px});
		svg_label(out, x, y_px + 14, "middle", text);
	}
}

static void add_legend(struct textbuf *out)
{
	for (unsigned i = 0; i < PARTS; i++) {
		double x = MARGIN_PX + LEGEND_PX * (double)i;

		add_rectangle(out, i, x, 44, 14);
		svg_label(out, x + 18, 57, "start", part[i].word);
	}
}

static void add_head(const struct snapshot *snapshot, int height, struct textbuf *out)
{
	char text[256], elapsed[32];

	textbuf_printf(out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		       "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
		       "<style>.grid{stroke:#ccc;stroke-width:1}",
		       WIDTH_PX, height, WIDTH_PX, height);
	for (unsigned i = 0; i < PARTS; i++)
		textbuf_printf(out, ".s%u{fill:%s}", i, part[i].colour);
	textbuf_printf(out, "</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
	lines_duration(elapsed, sizeof elapsed, snapshot_elapsed_ns(snapshot));
	snprintf(text, sizeof text,
		 "%.40s, %.120s: where the time of each worker went; %llu items, %s",
		 snapshot->plan.workload, snapshot->plan.plan,
		 (unsigned long long)snapshot->status.found, elapsed);
	add_label(out, WIDTH_PX / 2.0, 26, "middle", text);
}

char *chart_svg(const struct snapshot *snapshot)
{
	unsigned workers = profile_workers(snapshot);
	int bottom = TOP_PX + ROW_PX * (int)workers;
	double longest = longest_s(snapshot);
	double px_per_s = (WIDTH_PX - LEFT_PX - RIGHT_PX) / longest;
	struct textbuf out, body;
	char verdict[512];
	char *harmless;
	int words;

	textbuf_init(&out);
	textbuf_init(&body);
	add_legend(&body);
	add_axis(longest, px_per_s, bottom, &body);
	for (unsigned i = 0; i < workers; i++)
		add_worker(snapshot, i, px_per_s, &body);
	verdict_sentence(snapshot, verdict, sizeof verdict);
	harmless = lines_sanitised(verdict);
	words = svg_paragraph(&body, MARGIN_PX, bottom + 40, LINE_PX, WORDS_COLUMNS, harmless);
	add_head(snapshot, bottom + 40 + LINE_PX * words, &out);
	textbuf_printf(&out, "%s</svg>\n", body.text);
	free(harmless);
	textbuf_free(&body);
	return out.text;
}
