/*
 * drill_read.c - a scenario file becomes a struct drill_scenario.
 *
 * The reader is strict: a name that it does not know, a value that makes no sense or a line that is
 * too long refuses the file, with file and line. Sections for --fixed are always checked and only
 * used on request, so that the cure cannot rot unseen.
 */
#include "config.h"

#include "workload/drill_scenario.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

#define FIXED "fixed"

struct reading {
	FILE *file;
	unsigned line;
	bool goes_on; /* this line goes on with the value before it */
	bool too_long;
	bool fixed; /* --fixed */
	struct drill_scenario *scenario;
	struct err *err;
};

/* For inih: a line at a time, counted. */
static char *read_line(char *buffer, int size, void *context)
{
	struct reading *reading = context;
	char *line = fgets(buffer, size, reading->file);
	size_t length = line != NULL ? strlen(line) : 0;

	if (line == NULL)
		return NULL;
	reading->line++;
	reading->goes_on = *line == ' ' || *line == '\t';
	reading->too_long = length + 1 == (size_t)size && line[length - 1] != '\n';
	return reading->too_long ? NULL : line;
}

/* Texts grow by lines that go on. */
static void store_text(char **text, const char *value, const struct reading *reading)
{
	char *joined = reading->goes_on && *text != NULL ? mem_printf("%s %s", *text, value)
							 : mem_strdup(value);

	free(*text);
	*text = joined;
}

static int store_count(uint64_t *number, const char *value, uint64_t least, uint64_t most,
		       struct err *err)
{
	struct drill_range range = {0};

	if (drill_count_parse(value, &range, err) != 0)
		return -1;
	if (range.least != range.most || range.least < least || range.most > most)
		return err_permanent(err, "'%.40s': give one number from %llu to %llu", value,
				     (unsigned long long)least, (unsigned long long)most);
	*number = range.least;
	return 0;
}

static int store_queue(unsigned *capacity, const char *value, struct err *err)
{
	uint64_t number = 0;

	if (store_count(&number, value, 1, 65536, err) != 0)
		return -1;
	*capacity = (unsigned)number;
	return 0;
}

static int store_name(char *field, const char *value, struct err *err)
{
	if (drill_name_check(value, err) != 0)
		return -1;
	memcpy(field, value, strlen(value) + 1);
	return 0;
}

static int store_end(enum drill_end *way, const char *value, struct err *err)
{
	for (enum drill_end i = 0; i < DRILL_ENDS; i++) {
		if (strcmp(drill_end_names[i], value) == 0) {
			*way = i;
			return 0;
		}
	}
	return err_permanent(err,
			     "'%.40s': workers may end by close, count, sentinel, sentinels or "
			     "timeout",
			     value);
}

static int store_timeout(uint64_t *ns, const char *value, struct err *err)
{
	struct drill_range range = {0};

	if (drill_time_parse(value, &range, err) != 0)
		return -1;
	*ns = range.most;
	return 0;
}

/* "default": as for every workload. */
static void store_layout(char **layout, const char *value)
{
	free(*layout);
	*layout = strcmp(value, "default") != 0 ? mem_strdup(value) : NULL;
}

static int on_setting(struct reading *reading, const char *name, const char *value)
{
	struct drill_scenario *scenario = reading->scenario;
	struct err *err = reading->err;

	if (strcmp(name, "title") == 0)
		store_text(&scenario->title, value, reading);
	else if (strcmp(name, "text") == 0)
		store_text(&scenario->text, value, reading);
	else if (strcmp(name, "watch") == 0)
		store_text(&scenario->watch, value, reading);
	else if (strcmp(name, "layout") == 0)
		store_layout(&scenario->layout, value);
	else if (strcmp(name, "items") == 0)
		return store_count(&scenario->plain, value, 1, DRILL_ITEMS, err);
	else if (strcmp(name, "item") == 0)
		return store_name(scenario->item, value, err);
	else if (strcmp(name, "seed") == 0)
		return store_count(&scenario->seed, value, 0, UINT64_MAX, err);
	else if (strcmp(name, "interval") == 0)
		return drill_time_parse(value, &scenario->interval, err);
	else if (strcmp(name, "queue") == 0)
		return store_queue(&scenario->every_queue, value, err);
	else if (strcmp(name, "timeout") == 0)
		return store_timeout(&scenario->timeout_ns, value, err);
	else if (strcmp(name, "tries") == 0)
		return store_count(&scenario->tries, value, 1, 1000, err);
	else if (strcmp(name, "end") == 0)
		return store_end(&scenario->end, value, err);
	else if (strcmp(name, "never") == 0)
		return store_name(scenario->never, value, err);
	else
		return err_permanent(err,
				     "there is no such setting; there are title, text, watch, "
				     "items, item, seed, interval, layout, queue, timeout, tries, "
				     "end and never");
	return 0;
}

static int find_stage(const struct drill_scenario *scenario, const char *name)
{
	for (unsigned i = 0; i < scenario->nstages; i++) {
		if (strcmp(scenario->stage[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* A program that the file states, states again for --fixed, or goes on with. */
static int store_program(struct reading *reading, struct drill_program *program, const char *value)
{
	if (!reading->goes_on)
		drill_program_free(program);
	return drill_steps_parse(value, &reading->scenario->vocabulary, program, reading->err);
}

static int on_stage(struct reading *reading, const char *name, const char *value)
{
	struct drill_scenario *scenario = reading->scenario;
	int index = find_stage(scenario, name);

	if (index < 0) {
		if (scenario->nstages == DRILL_STAGES)
			return err_permanent(reading->err, "more than %d stages", DRILL_STAGES);
		index = (int)scenario->nstages;
		if (store_name(scenario->stage[index].name, name, reading->err) != 0)
			return -1;
		scenario->nstages++;
	}
	return store_program(reading, &scenario->stage[index].program, value);
}

static int on_queue(struct reading *reading, const char *name, const char *value)
{
	int index = find_stage(reading->scenario, name);

	if (index < 0)
		return err_permanent(reading->err, "there is no stage '%.40s' in [stages] above",
				     name);
	return store_queue(&reading->scenario->queue[index], value, reading->err);
}

/* "wait*2": two of them, numbered. */
static int on_items(struct reading *reading, const char *name, const char *value)
{
	struct drill_scenario *scenario = reading->scenario;
	struct drill_items kind = {.count = 1};
	char plain[2 * DRILL_NAME_BYTES];
	char *star;
	unsigned index = 0;

	snprintf(plain, sizeof plain, "%s", name);
	star = strchr(plain, '*');
	if (star != NULL) {
		*star = '\0';
		kind.numbered = true;
		if (store_count(&kind.count, star + 1, 1, DRILL_ITEMS, reading->err) != 0)
			return -1;
	}
	if (store_name(kind.name, plain, reading->err) != 0)
		return -1;
	while (index < scenario->nitems && strcmp(scenario->items[index].name, kind.name) != 0)
		index++;
	if (index == DRILL_ITEM_KINDS)
		return err_permanent(reading->err, "more than %d kinds of items", DRILL_ITEM_KINDS);
	if (index == scenario->nitems)
		scenario->nitems++;
	else
		kind.program = scenario->items[index].program;
	scenario->items[index] = kind;
	return store_program(reading, &scenario->items[index].program, value);
}

static int on_list(struct reading *reading, const char *name, const char *value)
{
	struct drill_scenario *scenario = reading->scenario;
	int index;

	if (drill_name_check(name, reading->err) != 0)
		return -1;
	index = drill_names_add(&scenario->vocabulary.lists, name);
	if (index < 0)
		return err_permanent(reading->err, "more than %d lists", DRILL_NAMES);
	return store_count(&scenario->elements[index], value, 0, DRILL_ITEMS, reading->err);
}

static int on_entry(struct reading *reading, const char *section, const char *name,
		    const char *value)
{
	static const struct {
		const char *section;
		int (*store)(struct reading *reading, const char *name, const char *value);
	} sections[] = {
		{"scenario", on_setting}, {"stages", on_stage}, {"queues", on_queue},
		{"items", on_items},	  {"lists", on_list},
	};
	const char *plain = section;
	struct drill_scenario *own = reading->scenario;
	struct drill_scenario *scrap = NULL;
	int result;
	size_t i;

	if (strncmp(section, FIXED, strlen(FIXED)) == 0) {
		own->has_fixed = true;
		plain += strlen(FIXED);
		plain += *plain == ' ';
		plain = *plain == '\0' ? "scenario" : plain;
		if (!reading->fixed) {
			scrap = reading->scenario = mem_calloc(1, sizeof *scrap);
			assert(scrap != NULL);
		}
	}
	for (i = 0; i < sizeof sections / sizeof *sections; i++) {
		if (strcmp(sections[i].section, plain) == 0)
			break;
	}
	if (i == sizeof sections / sizeof *sections)
		result = err_permanent(reading->err,
				       "there is no section [%.40s]; there are [scenario], "
				       "[stages], [queues], [items], [lists], and each again as "
				       "[fixed], [fixed stages] ...",
				       section);
	else if (scrap != NULL && sections[i].store == on_queue)
		result = 0; /* its stages are not read into the scrap */
	else
		result = sections[i].store(reading, name, value);
	reading->scenario = own;
	drill_scenario_free(scrap);
	return result;
}

/* For inih: 0 is an error. After the first problem nothing is read any more. */
static int handle(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;

	if (reading->err->kind != ERR_NONE)
		return 0;
	return on_entry(reading, section, name, value) == 0;
}

/* Stage names become indices. */
static int resolve(const struct drill_scenario *scenario, struct drill_program *program,
		   struct err *err)
{
	for (size_t i = 0; i < program->count; i++) {
		int stage = find_stage(scenario, program->step[i].name);

		if (program->step[i].op == DRILL_JOIN && stage < 0)
			return err_permanent(err, "join: there is no stage '%s'",
					     program->step[i].name);
		if (program->step[i].op == DRILL_JOIN)
			program->step[i].target = (unsigned)stage;
	}
	return 0;
}

/* What is missing is filled in, or found to be missing. */
static int complete(struct drill_scenario *scenario, struct err *err)
{
	scenario->count = scenario->nitems == 0 ? scenario->plain : 0;
	for (unsigned i = 0; i < scenario->nitems; i++)
		scenario->count += scenario->items[i].count;
	if (scenario->nstages == 0)
		return err_permanent(err, "there is no stage; add a section [stages] with a line "
					  "like work = wait 300ms");
	if (scenario->count == 0 || scenario->count > DRILL_ITEMS)
		return err_permanent(err,
				     "there are no items, or more than %d; add items = 8 to "
				     "[scenario]",
				     DRILL_ITEMS);
	for (unsigned i = 0; i < scenario->nstages; i++) {
		if (scenario->queue[i] == 0)
			scenario->queue[i] = scenario->every_queue;
		if (resolve(scenario, &scenario->stage[i].program, err) != 0)
			return err_context(err, "%s", scenario->stage[i].name);
	}
	for (unsigned i = 0; i < scenario->nitems; i++) {
		if (resolve(scenario, &scenario->items[i].program, err) != 0)
			return err_context(err, "%s", scenario->items[i].name);
	}
	return 0;
}

static void name_after_file(struct drill_scenario *scenario, const char *path)
{
	char *base = path_base(path);
	size_t length = strlen(base);

	if (length > 4 && strcmp(base + length - 4, ".ini") == 0)
		base[length - 4] = '\0';
	snprintf(scenario->name, sizeof scenario->name, "%s", base);
	free(base);
}

struct drill_scenario *drill_scenario_read(const char *path, bool fixed, struct err *err)
{
	struct drill_scenario *scenario = mem_calloc(1, sizeof *scenario);
	struct reading reading = {.fixed = fixed, .scenario = scenario, .err = err};
	int line;

	err_clear(err);
	scenario->tries = 1;
	snprintf(scenario->item, sizeof scenario->item, "item");
	name_after_file(scenario, path);
	reading.file = fopen(path, "re");
	if (reading.file == NULL) {
		err_permanent(err, "%s: %s", path, strerror(errno));
		goto fail;
	}
	line = ini_parse_stream(read_line, &reading, handle, &reading);
	if (ferror(reading.file))
		err_permanent(err, "%s: %s", path, strerror(errno));
	else if (reading.too_long)
		err_permanent(err,
			      "%s:%u: the line is too long; go on in the next one, which begins "
			      "with a blank",
			      path, reading.line);
	else if (err->kind != ERR_NONE)
		err_context(err, "%s:%d", path, line);
	else if (line != 0)
		err_permanent(err, "%s:%d: neither a [section] nor NAME = VALUE", path, line);
	else if (complete(scenario, err) != 0)
		err_context(err, "%s", path);
	else if (fixed && !scenario->has_fixed)
		err_permanent(err, "--fixed: %s has no cure: there is no section [fixed] in it",
			      path);
	fclose(reading.file);
	if (err->kind == ERR_NONE)
		return scenario;
fail:
	drill_scenario_free(scenario);
	return NULL;
}
