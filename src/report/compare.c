/*
 * compare.c - what the runs of several plans come to (floor: report). No state.
 */
#include "config.h"

#include "report/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "report/json.h"
#include "report/lines.h"

static double number_in(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

static uint64_t count_in(const json_t *object, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(object, name));

	return value > 0 ? (uint64_t)value : 0;
}

/* walk and recorder are helpers: they are no part of what a plan shares out. */
static bool is_helper(const char *name)
{
	return name == NULL || strcmp(name, "recorder") == 0 || strncmp(name, "walk-", 5) == 0;
}

static struct compare_shares shares_of(const json_t *workers)
{
	struct compare_shares sum = {0};
	double wall_s = 0;
	json_t *worker;
	size_t i;

	json_array_foreach(workers, i, worker)
	{
		if (is_helper(json_string_value(json_object_get(worker, "name"))))
			continue;
		wall_s += number_in(worker, "wall_s");
		sum.busy += number_in(worker, "busy_s");
		sum.get += number_in(worker, "get_wait_s");
		sum.put += number_in(worker, "put_wait_s");
		sum.lock += number_in(worker, "lock_wait_s");
	}
	if (wall_s > 0) {
		sum.busy /= wall_s;
		sum.get /= wall_s;
		sum.put /= wall_s;
		sum.lock /= wall_s;
	}
	return sum;
}

static char *result_text(json_t *result, const char *const *varies)
{
	for (; result != NULL && varies != NULL && *varies != NULL; varies++)
		json_object_del(result, *varies);
	return result != NULL ? json_dump(result, JSON_COMPACT | JSON_SORT_KEYS) : mem_strdup("{}");
}

int compare_read_run(const char *path, const char *const *varies, struct compare_run *run,
		     struct err *err)
{
	json_error_t why;
	json_t *summary = json_load_file(path, 0, &why);
	const json_t *items = json_object_get(summary, "items");

	if (!json_is_object(items)) {
		json_decref(summary);
		return err_permanent(err, "%s: %s", path,
				     summary == NULL ? why.text : "is no summary of a run");
	}
	run->exit_code = (int)json_integer_value(json_object_get(summary, "exit_code"));
	run->elapsed_s = number_in(summary, "elapsed_s");
	run->cpu_s = number_in(summary, "cpu_s");
	run->ideal_s = number_in(summary, "ideal_s");
	run->peak_memory_bytes = count_in(summary, "peak_memory_bytes");
	run->shares = shares_of(json_object_get(summary, "workers"));
	run->found = count_in(items, "found");
	run->ok = count_in(items, "ok");
	run->result = result_text(json_object_get(summary, "result"), varies);
	json_decref(summary);
	return 0;
}

static int by_size(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static double median_of(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof *values, by_size);
	return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The median of a member of every run, which lies `offset` bytes into it. */
static double median_at(const struct compare_plan *plan, size_t offset)
{
	double *values = mem_calloc(plan->nruns + 1, sizeof *values);
	double median;

	for (size_t i = 0; i < plan->nruns; i++)
		values[i] = *(const double *)(const void *)((const char *)&plan->runs[i] + offset);
	median = median_of(values, plan->nruns);
	free(values);
	return median;
}

#define MEDIAN(plan, field) median_at(plan, offsetof(struct compare_run, field))

static double speedup_of(const struct compare_plan *base, const struct compare_plan *plan)
{
	size_t rounds = plan->nruns < base->nruns ? plan->nruns : base->nruns;
	double *quotients = mem_calloc(rounds + 1, sizeof *quotients);
	double median;
	size_t count = 0;

	for (size_t i = 0; i < rounds; i++) {
		if (plan->runs[i].elapsed_s > 0)
			quotients[count++] = base->runs[i].elapsed_s / plan->runs[i].elapsed_s;
	}
	median = median_of(quotients, count);
	free(quotients);
	return median;
}

char *compare_label(const struct compare *compare, size_t plan)
{
	const struct compare_plan *one = &compare->plans[plan];
	char *label, *safe;

	if (one->title != NULL)
		label = mem_printf("%zu. %s", plan + 1, one->title);
	else if (one->input != NULL)
		label = mem_printf("%s on %s", one->name, one->input);
	else
		label = mem_strdup(one->name);
	safe = lines_sanitised(label);
	free(label);
	return safe;
}

static bool is_same(const struct compare_run *run, const struct compare_run *first)
{
	return run->output_hash == first->output_hash && strcmp(run->result, first->result) == 0;
}

struct compare_figures compare_figures(const struct compare *compare, size_t index)
{
	const struct compare_plan *plan = &compare->plans[index], *base = &compare->plans[0];
	struct compare_figures figures = {
		.median_s = MEDIAN(plan, elapsed_s),
		.least_s = plan->runs[0].elapsed_s,
		.speedup = speedup_of(base, plan),
		.ideal = base->workers != 0 ? (double)plan->workers / base->workers : 0,
		.shares = {.busy = MEDIAN(plan, shares.busy),
			   .get = MEDIAN(plan, shares.get),
			   .put = MEDIAN(plan, shares.put),
			   .lock = MEDIAN(plan, shares.lock)},
		.beyond_cores = plan->workers > compare->cores,
		.equal = true,
	};

	for (size_t i = 0; i < plan->nruns; i++) {
		const struct compare_run *run = &plan->runs[i];

		if (run->elapsed_s < figures.least_s)
			figures.least_s = run->elapsed_s;
		if (run->elapsed_s > figures.most_s)
			figures.most_s = run->elapsed_s;
		if (run->peak_memory_bytes > figures.peak_memory_bytes)
			figures.peak_memory_bytes = run->peak_memory_bytes;
		figures.equal = figures.equal && is_same(run, &base->runs[0]);
		figures.failed = figures.failed || run->exit_code != 0;
	}
	if (figures.median_s > 0)
		figures.spread = (figures.most_s - figures.least_s) / figures.median_s;
	if (figures.ideal > 0)
		figures.efficiency = figures.speedup / figures.ideal;
	return figures;
}

bool compare_is_sound(const struct compare *compare)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, i);

		if (!figures.equal || figures.failed)
			return false;
	}
	return true;
}

int compare_write(const struct compare *compare, bool ascii, const char *dir, struct err *err)
{
	const struct compare_style style = {.columns = LINES_COLUMNS, .ascii = ascii};
	const struct {
		const char *name;
		char *text;
	} files[] = {{"compare.json", compare_json(compare)},
		     {"compare.tsv", compare_tsv(compare)},
		     {"compare.svg", compare_svg(compare)}};
	struct textbuf table;
	struct err ignored;
	int result;
	char *path = path_join(dir, "compare.txt");

	textbuf_init(&table);
	compare_text(compare, &style, &table);
	result = path_replace_file(path, table.text, table.length, 0666, err);
	textbuf_free(&table);
	free(path);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		path = path_join(dir, files[i].name);
		if (path_replace_file(path, files[i].text, strlen(files[i].text), 0666,
				      result == 0 ? err : &ignored) != 0)
			result = -1;
		free(path);
		free(files[i].text);
	}
	return result;
}

void compare_run_release(struct compare_run *run)
{
	free(run->result);
	run->result = NULL;
}

void compare_release(struct compare *compare)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_plan *plan = &compare->plans[i];

		for (size_t r = 0; r < plan->nruns; r++)
			compare_run_release(&plan->runs[r]);
		free(plan->runs);
		free(plan->name);
		free(plan->title);
		free(plan->input);
		free(plan->family);
		free(plan->layout);
	}
	free(compare->plans);
	free(compare->command);
	*compare = (struct compare){0};
}
