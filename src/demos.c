/*
 * demos.c - the demonstrations: what `imgtop demo NAME` starts and its menu lists (floor: program).
 */
#include "config.h"

#include "demos.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "engine/layout.h"
#include "workload/drill_find.h"
#include "workload/drill_scenario.h"

#define FIXED_SUFFIX "-fixed"
#define GIL_SUFFIX   "-gil"

/* ---- demonstrations that are no drills --------------------------------------------------------
 */

static void set_text(char **text, const char *value)
{
	if (*text == NULL)
		*text = mem_strdup(value);
}

static bool has_plan(const struct options_run *run)
{
	return run->strategy != NULL || run->plan != NULL || run->layout != NULL ||
	       run->workers != 0;
}

/* Queues between threads and processes, with latencies that let the eye follow. */
static void prepare_images(struct options *options)
{
	const struct layout_strategy *row;

	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++) {
		if (row->takes_io_cpu && !has_plan(&options->run))
			options->run.strategy = mem_strdup(row->name);
	}
	set_text(&options->run.delay, "read=150,encode=80,write=60");
}

static void prepare_gil(struct options *options)
{
	if (!has_plan(&options->run))
		options->run.plan = mem_strdup("read:1t | decode-encode:4t | write:1t");
	set_text(&options->run.delay, "read=20,write=20");
	options->run.gil = true;
}

static void compare(struct options *options, const char *plans)
{
	options->command = COMMAND_COMPARE;
	options->compare.repeat = 1;
	if (plans != NULL)
		set_text(&options->run.plan, plans);
}

static void prepare_plans(struct options *options)
{
	compare(options, "sequential" OPTIONS_PLANS_BETWEEN "threads:2" OPTIONS_PLANS_BETWEEN
			 "processes:2" OPTIONS_PLANS_BETWEEN "hybrid:2+2");
}

static void prepare_ladder(struct options *options)
{
	compare(options, NULL);
	options->compare.ladder = true;
	set_text(&options->run.delay, "thumb=50,patch=50");
}

static void prepare_sum(struct options *options)
{
	size_t count;
	const struct option_spec *specs =
		options_scope_specs(SCOPE_WORKLOAD, options->workload, &count);
	const struct option_spec *spec = option_find(specs, count, "count", strlen("count"));
	struct err err;

	compare(options, "threads:1" OPTIONS_PLANS_BETWEEN "threads:2" OPTIONS_PLANS_BETWEEN
			 "threads:4" OPTIONS_PLANS_BETWEEN "threads:8");
	if (spec != NULL && !option_is_set(spec, options->values))
		(void)option_parse(spec, "200000000", options->values, &err);
}

static const struct {
	const char *name;
	const char *workload;
	const char *title;
	const char *text;
	const char *watch;
	bool photos;
	void (*prepare)(struct options *options);
} table[] = {
	{"images", "images", "Photographs through a pipeline",
	 "Sixty sample photographs are made smaller: threads read and write, processes decode and "
	 "encode, with queues between them. A little simulated latency lets the eye follow.",
	 "which queue is full and who stands before it in state P or G (Tab); F7 and F8 add and "
	 "retire workers of the selected station.",
	 true, prepare_images},
	{"gil", "images", "Threads under one lock",
	 "Four threads decode and encode the same photographs, but one lock lets one of them "
	 "compute at a time, as CPython's does. Four workers then do the work of one.",
	 "state L and WAITING ON gil; CPU% of all of them together is one core. On the end screen "
	 "R "
	 "runs it again with processes.",
	 true, prepare_gil},
	{"plans", "images", "Four strategies side by side",
	 "The same photographs under four plans, one after the other, with the outputs held "
	 "against "
	 "each other. A table says what each took and what it waited for.",
	 "the speed-up beside the ideal one, and what processes cost in memory.", true,
	 prepare_plans},
	{"ladder", "images", "A ladder of nine layouts",
	 "The same photographs through nine layouts, from one worker to nineteen, with 50 ms of "
	 "simulated latency in two stages. Each rung shows which work can be done at the same "
	 "time.",
	 "where the time falls, where more workers do not help, and the fitted law in the chart.",
	 true, prepare_ladder},
	{"sum", "sum", "Adding up numbers",
	 "Two hundred million random numbers are added up by one, two, four and eight threads, "
	 "each "
	 "of which takes an equal part. More threads than cores bring nothing.",
	 "the speed-up, which ends at the number of cores, and that the sum is always the same.",
	 false, prepare_sum},
};

/* ---- the list ---------------------------------------------------------------------------------
 */

static struct demo *add(struct demos *demos)
{
	demos->demo = mem_realloc(demos->demo, demos->count + 1, sizeof *demos->demo);
	demos->demo[demos->count] = (struct demo){0};
	return &demos->demo[demos->count++];
}

static void add_table(struct demos *demos)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const struct workload *workload = workload_find(table[i].workload);
		struct demo *demo;

		if (workload == NULL)
			continue;
		demo = add(demos);
		demo->name = mem_strdup(table[i].name);
		demo->title = mem_strdup(table[i].title);
		demo->text = mem_strdup(table[i].text);
		demo->watch = mem_strdup(table[i].watch);
		demo->workload = workload;
		demo->photos = table[i].photos;
		demo->prepare = table[i].prepare;
	}
}

static struct demo *add_drill(struct demos *demos, const char *name, const char *suffix,
			      const struct drill_scenario *scenario)
{
	struct demo *demo = add(demos);

	demo->name = mem_printf("%s%s", name, suffix);
	demo->scenario = mem_strdup(name);
	demo->title = mem_strdup(scenario->title != NULL ? scenario->title : name);
	demo->text = mem_strdup(scenario->text != NULL ? scenario->text : "");
	demo->watch = mem_strdup(scenario->watch != NULL ? scenario->watch : "");
	demo->workload = workload_find("drill");
	return demo;
}

static void replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

static void add_fixed(struct demos *demos, const char *name, const char *path)
{
	struct err err;
	struct drill_scenario *scenario = drill_scenario_read(path, true, &err);
	struct demo *demo;

	if (scenario == NULL)
		return;
	demo = add_drill(demos, name, FIXED_SUFFIX, scenario);
	demo->fixed = true;
	replace(&demo->title, mem_printf("%s - the cure", demo->title));
	replace(&demo->watch, mem_printf("that what %s shows is gone.", name));
	drill_scenario_free(scenario);
}

/* Those that let workers compute side by side look different under one lock. */
static void add_gil(struct demos *demos, const char *name, const struct drill_scenario *scenario)
{
	static const char *const names[] = {"cpu-chunks", "io-vs-cpu"};
	struct demo *demo;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		demo = add_drill(demos, name, GIL_SUFFIX, scenario);
		demo->gil = true;
		replace(&demo->title, mem_printf("%s, with --gil", demo->title));
		replace(&demo->watch,
			mem_strdup("state L on the lock gil: only one thread computes at a time, "
				   "while waits overlap as before. With --plan processes:2 it is "
				   "as without the lock."));
	}
}

static void add_scenario(struct demos *demos, const char *name)
{
	struct err err;
	char *path = drill_find(name, &err);
	struct drill_scenario *scenario =
		path != NULL ? drill_scenario_read(path, false, &err) : NULL;

	if (scenario != NULL) {
		add_drill(demos, name, "", scenario);
		add_gil(demos, name, scenario);
		if (scenario->has_fixed)
			add_fixed(demos, name, path);
	}
	drill_scenario_free(scenario);
	free(path);
}

void demos_list(struct demos *demos)
{
	char *list, *rest, *line;

	*demos = (struct demos){0};
	add_table(demos);
	if (workload_find("drill") == NULL)
		return;
	list = drill_find_list();
	rest = list;
	while ((line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "\t")] = '\0';
		if (*line != '\0')
			add_scenario(demos, line);
	}
	free(list);
}

void demos_free(struct demos *demos)
{
	for (size_t i = 0; i < demos->count; i++) {
		struct demo *demo = &demos->demo[i];

		free(demo->name);
		free(demo->title);
		free(demo->text);
		free(demo->watch);
		free(demo->scenario);
	}
	free(demos->demo);
	*demos = (struct demos){0};
}

/* ---- finding and starting ---------------------------------------------------------------------
 */

static int no_such(const struct demos *demos, const char *name, struct err *err)
{
	const char **names = mem_calloc(demos->count + 1, sizeof *names);
	struct textbuf list;
	char shown[64];

	textbuf_init(&list);
	for (size_t i = 0; i < demos->count; i++) {
		names[i] = demos->demo[i].name;
		if (!demos->demo[i].fixed)
			textbuf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	text_sanitise(shown, sizeof shown, name, strlen(name));
	if (demos->count == 0)
		err_permanent(err, "demo: there is no demonstration '%s'", shown);
	else
		err_permanent(err,
			      "demo: there is no demonstration '%s'; the nearest is %s. There are "
			      "%s; and "
			      "those with a cure as NAME" FIXED_SUFFIX,
			      shown, options_nearest(name, strlen(name), names, demos->count),
			      list.text);
	textbuf_free(&list);
	free(names);
	return -1;
}

const struct demo *demos_find(const struct demos *demos, const char *name, struct err *err)
{
	for (size_t i = 0; i < demos->count; i++) {
		if (strcmp(demos->demo[i].name, name) == 0)
			return &demos->demo[i];
	}
	no_such(demos, name, err);
	return NULL;
}

const struct workload *demos_workload(const char *name, struct err *err)
{
	const struct workload *workload;
	const struct demo *demo;
	struct demos demos;

	if (name == NULL)
		return workload_at(0);
	demos_list(&demos);
	demo = demos_find(&demos, name, err);
	workload = demo != NULL ? demo->workload : NULL;
	demos_free(&demos);
	return workload;
}

static void set_flag(struct options *options, const char *name)
{
	size_t count;
	const struct option_spec *specs =
		options_scope_specs(SCOPE_WORKLOAD, options->workload, &count);
	const struct option_spec *spec = option_find(specs, count, name, strlen(name));
	struct err err;

	if (spec != NULL)
		(void)option_parse(spec, NULL, options->values, &err);
}

void demos_prepare(const struct demo *demo, struct options *options)
{
	const char *scenario = demo->scenario;

	options_set_operands(options, &scenario, scenario != NULL ? 1 : 0);
	if (demo->fixed)
		set_flag(options, "fixed");
	options->run.gil = options->run.gil || demo->gil;
	if (demo->prepare != NULL)
		demo->prepare(options);
}
