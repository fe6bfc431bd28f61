/*
 * layout.c - the table of strategies, and what a layout looks like in words.
 */
#include "config.h"

#include "engine/layout.h"

#include <stdio.h>
#include <string.h>

static struct layout_station station(unsigned first, unsigned last, unsigned workers, bool process)
{
	return (struct layout_station){
		.first_stage = first, .last_stage = last, .workers = workers, .process = process};
}

/* One station for all, or all but the stage that must have a single worker. */
static void build_uniform(const struct workload *workload, unsigned workers, bool process,
			  struct layout *layout)
{
	unsigned last = workload->nstages - 1;
	int single = -1;

	if (workload->single_writer != NULL && workers > 1)
		single = workload_stage_index(workload, workload->single_writer,
					      strlen(workload->single_writer));
	if (single <= 0) {
		layout->station[0] = station(0, last, workers, process);
		layout->nstations = 1;
		return;
	}
	layout->station[0] = station(0, (unsigned)single - 1, workers, process);
	layout->station[1] = station((unsigned)single, last, 1, process);
	layout->nstations = 2;
}

static void build_sequential(const struct workload *workload, unsigned workers, unsigned io,
			     unsigned cpu, struct layout *layout)
{
	(void)workers, (void)io, (void)cpu;
	build_uniform(workload, 1, false, layout);
}

static void build_threads(const struct workload *workload, unsigned workers, unsigned io,
			  unsigned cpu, struct layout *layout)
{
	(void)io, (void)cpu;
	build_uniform(workload, workers, false, layout);
}

static void build_processes(const struct workload *workload, unsigned workers, unsigned io,
			    unsigned cpu, struct layout *layout)
{
	(void)io, (void)cpu;
	build_uniform(workload, workers, true, layout);
}

/* Do the threads of a hybrid also have a station behind computing to themselves, to be shared out
 * between reading and writing? */
static bool hybrid_stores(const struct workload *workload)
{
	const char *last = workload->stages[workload->nstages - 1].name;

	return workload->single_writer == NULL && strcmp(workload->hybrid_cpu_last, last) != 0;
}

static void build_hybrid(const struct workload *workload, unsigned workers, unsigned io,
			 unsigned cpu, struct layout *layout)
{
	const char *first_name = workload->hybrid_cpu_first;
	const char *last_name = workload->hybrid_cpu_last;
	int first = workload_stage_index(workload, first_name, strlen(first_name));
	int last = workload_stage_index(workload, last_name, strlen(last_name));
	bool shared = hybrid_stores(workload);
	unsigned readers = shared ? (io + 1) / 2 : io;
	unsigned writers = shared ? io / 2 : 1;

	(void)workers;
	if (first > 0)
		layout->station[layout->nstations++] =
			station(0, (unsigned)first - 1, readers, false);
	else if (shared)
		writers = io; /* computing is the beginning: nobody to share with */
	layout->station[layout->nstations++] = station((unsigned)first, (unsigned)last, cpu, true);
	if ((unsigned)last + 1 < workload->nstages)
		layout->station[layout->nstations++] =
			station((unsigned)last + 1, workload->nstages - 1, writers, false);
}

static const struct layout_strategy strategies[] = {
	{.name = "sequential",
	 .sentence = "one worker does every stage, one item after the other",
	 .build = build_sequential},
	{.name = "threads",
	 .sentence = "workers share one process and its memory; cheapest hand-over",
	 .takes_workers = true,
	 .build = build_threads},
	{.name = "processes",
	 .sentence = "a process per worker: a crash costs one item, not the run",
	 .takes_workers = true,
	 .build = build_processes},
	{.name = "hybrid",
	 .sentence = "threads read and write, processes compute; queues between them",
	 .takes_io_cpu = true,
	 .build = build_hybrid},
};

const struct layout_strategy *layout_strategy_at(size_t index)
{
	return index < sizeof strategies / sizeof *strategies ? &strategies[index] : NULL;
}

const struct layout_strategy *layout_strategy_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++) {
		if (strlen(strategies[i].name) == length &&
		    memcmp(strategies[i].name, name, length) == 0)
			return &strategies[i];
	}
	return NULL;
}

static int check_count(const char *what, unsigned count, unsigned least, struct err *err)
{
	if (count >= least && count <= LAYOUT_WORKERS)
		return 0;
	return err_permanent(err, "%s: %u is out of range: give a number from %u to %d", what,
			     count, least, LAYOUT_WORKERS);
}

int layout_from_strategy(const struct workload *workload, const char *strategy,
			 const struct layout_counts *counts, struct layout *layout, struct err *err)
{
	const unsigned io = counts->io, cpu = counts->cpu, workers = counts->workers;
	const struct layout_strategy *row = layout_strategy_find(strategy, strlen(strategy));

	if (row == NULL)
		return err_permanent(
			err,
			"strategy '%s': there is none of that name; choose sequential, "
			"threads, processes or hybrid",
			strategy);
	if (row->takes_workers && check_count("workers", workers, 1, err) != 0)
		return -1;
	if (row->takes_io_cpu && workload->hybrid_cpu_first == NULL)
		return err_permanent(err, "strategy '%s': %s has no CPU stages to put apart",
				     strategy, workload->name);
	if (row->takes_io_cpu &&
	    (check_count("I/O threads (--io)", io, hybrid_stores(workload) ? 2 : 1, err) != 0 ||
	     check_count("CPU processes (--cpu)", cpu, 1, err) != 0))
		return -1;
	*layout = (struct layout){0};
	row->build(workload, workers, io, cpu, layout);
	if (layout_workers(layout) > LAYOUT_WORKERS)
		return err_permanent(err, "%u workers are too many: at most %d in all",
				     layout_workers(layout), LAYOUT_WORKERS);
	snprintf(layout->strategy, sizeof layout->strategy, "%s", row->name);
	if (row->takes_workers)
		snprintf(layout->plan, sizeof layout->plan, "%s:%u", row->name, workers);
	else if (row->takes_io_cpu)
		snprintf(layout->plan, sizeof layout->plan, "%s:%u+%u", row->name, io, cpu);
	else
		snprintf(layout->plan, sizeof layout->plan, "%s", row->name);
	return 0;
}

bool layout_crowded(const struct workload *workload, const struct layout *layout)
{
	const char *name = workload->single_writer;
	int single = name != NULL ? workload_stage_index(workload, name, strlen(name)) : -1;

	for (unsigned i = 0; single >= 0 && i < layout->nstations; i++) {
		const struct layout_station *s = &layout->station[i];

		if (s->first_stage <= (unsigned)single && (unsigned)single <= s->last_stage &&
		    s->workers > 1)
			return true;
	}
	return false;
}

unsigned layout_workers(const struct layout *layout)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < layout->nstations; i++)
		sum += layout->station[i].workers;
	return sum;
}

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	if (used < size)
		snprintf(text + used, size - used, "%s", more);
}

static void station_stages(const struct workload *workload, const struct layout_station *station,
			   const char *dash, char *text, size_t size)
{
	const char *first = workload->stages[station->first_stage].name;
	const char *last = workload->stages[station->last_stage].name;

	if (station->first_stage == station->last_stage)
		snprintf(text, size, "%s", first);
	else
		snprintf(text, size, "%s%s%s", first, dash, last);
}

void layout_format(const struct workload *workload, const struct layout *layout, char *text,
		   size_t size)
{
	char stages[64];
	char part[96];

	text[0] = '\0';
	for (unsigned i = 0; i < layout->nstations; i++) {
		const struct layout_station *s = &layout->station[i];

		station_stages(workload, s, "-", stages, sizeof stages);
		snprintf(part, sizeof part, "%s%s:%u%c", i ? " | " : "", stages, s->workers,
			 s->process ? 'p' : 't');
		append(text, size, part);
		if (s->hosts != 0) {
			snprintf(part, sizeof part, "@%u", s->hosts);
			append(text, size, part);
		}
	}
}

void layout_topology(const struct workload *workload, const struct layout *layout,
		     const unsigned *capacities, bool ascii, char *text, size_t size)
{
	const char *arrow = ascii ? " -> " : " → ";
	char stages[64];
	char part[128];

	snprintf(text, size, "walk");
	for (unsigned i = 0; i < layout->nstations; i++) {
		const struct layout_station *s = &layout->station[i];

		station_stages(workload, s, ascii ? ".." : "…", stages, sizeof stages);
		snprintf(part, sizeof part, "%s[q %u]%s%s%s%u%s", arrow, capacities[i], arrow,
			 stages, ascii ? "x" : "×", s->workers, s->process ? "p" : "");
		append(text, size, part);
	}
}
