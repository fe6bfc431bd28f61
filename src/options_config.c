/*
 * options_config.c - defaults of one's own for the options of a run (floor: program).
 */
#include "config.h"

#include "options_config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"

enum { SHOWN_BYTES = 200 };

struct entry {
	char *section;
	char *name;
	char *value;
};

struct options_config {
	struct entry *entries;
	size_t count;
};

struct reading {
	struct options_config *config;
	struct err *err; /* filled by the first problem */
};

/* What concerns one run alone, or says how its work is shared out: the words for that contradict
 * each other, and a command line could not take back what stands in a file. */
static const char *const only_on_the_command_line[] = {
	"strategy", "workers", "io",   "cpu",	 "layout",    "plan",  "delay", "output",
	"report",   "from",    "null", "detach", "no-report", "batch", "json",	"dry-run",
};

static bool may_be_kept(const char *section, const char *name)
{
	size_t count = sizeof only_on_the_command_line / sizeof only_on_the_command_line[0];

	for (size_t i = 0; strcmp(section, "run") == 0 && i < count; i++)
		if (strcmp(only_on_the_command_line[i], name) == 0)
			return false;
	return true;
}

static int check_value(const struct option_spec *specs, size_t count, size_t values_bytes,
		       const struct entry *entry, struct err *err)
{
	const struct option_spec *spec =
		option_find(specs, count, entry->name, strlen(entry->name));
	void *values;
	int rc;

	if (spec == NULL)
		return err_permanent(err, "[%s] has no option '%s'", entry->section, entry->name);
	if (!may_be_kept(entry->section, entry->name))
		return err_permanent(err, "--%s belongs on the command line only", entry->name);
	values = mem_calloc(1, values_bytes);
	option_defaults(specs, count, values);
	rc = option_parse(spec, entry->value, values, err);
	option_release(specs, count, values);
	free(values);
	return rc;
}

static int check_entry(const struct entry *entry, struct err *err)
{
	const struct workload *workload = workload_find(entry->section);
	const struct option_spec *specs;
	size_t count;

	if (workload != NULL)
		return check_value(workload->options, workload->noptions, workload->values_size,
				   entry, err);
	if (strcmp(entry->section, "run") != 0)
		return err_permanent(err, "[%s] is neither a workload nor [run]", entry->section);
	specs = options_scope_specs(SCOPE_RUN, NULL, &count);
	return check_value(specs, count, sizeof(struct options_run), entry, err);
}

/* For inih: 0 is an error. After the first problem nothing is read any more. */
static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	struct options_config *config = reading->config;
	struct entry *entry;

	if (reading->err->kind != ERR_NONE)
		return 0;
	config->entries = mem_realloc(config->entries, config->count + 1, sizeof *config->entries);
	entry = &config->entries[config->count++];
	*entry = (struct entry){mem_strdup(section), mem_strdup(name), mem_strdup(value)};
	return check_entry(entry, reading->err) == 0;
}

static int read_file(const char *path, FILE *file, struct options_config *config, struct err *err)
{
	struct err problem = {0};
	struct reading reading = {config, &problem};
	int line = ini_parse_file(file, take, &reading);
	char shown[SHOWN_BYTES];

	if (ferror(file))
		return err_errno(err, path);
	if (line == 0)
		return 0;
	if (problem.kind == ERR_NONE)
		err_permanent(&problem, "this is not NAME = VALUE");
	/* The words come from a file that may hold anything. */
	text_sanitise(shown, sizeof shown, problem.text, strlen(problem.text));
	return err_permanent(err, "%s:%d: %s", path, line, shown);
}

static char *usual_path(void)
{
	struct err err;
	char *folder = path_config_dir(&err);
	char *path = folder != NULL ? path_join(folder, "options.ini") : NULL;

	free(folder);
	return path;
}

/* Is there no such file, as far as this user can tell? A home of somebody else's, as in a container
 * that runs as any user, cannot even be looked into, and holds nothing of ours. A file that is
 * there and may not be read is another matter. errno: of the open that failed. */
static bool is_not_there(const char *path)
{
	struct stat info;

	return errno == ENOENT || errno == ENOTDIR || (errno == EACCES && stat(path, &info) != 0);
}

int options_config_load(const char *path, struct options_config **config, struct err *err)
{
	char *own = path == NULL ? usual_path() : mem_strdup(path);
	FILE *file = own != NULL ? fopen(own, "re") : NULL;
	int rc = 0;

	*config = mem_calloc(1, sizeof **config);
	if (file != NULL)
		rc = read_file(own, file, *config, err);
	else if (own != NULL && !is_not_there(own))
		rc = err_errno(err, own);
	if (file != NULL)
		(void)fclose(file);
	free(own);
	if (rc == 0)
		return 0;
	options_config_free(*config);
	*config = NULL;
	return -1;
}

void options_config_free(struct options_config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->count; i++) {
		free(config->entries[i].section);
		free(config->entries[i].name);
		free(config->entries[i].value);
	}
	free(config->entries);
	free(config);
}

void options_config_apply(const struct options_config *config, const char *section,
			  const struct option_spec *specs, size_t count, void *values)
{
	struct err err; /* checked when it was loaded */

	for (size_t i = 0; config != NULL && i < config->count; i++) {
		const struct entry *entry = &config->entries[i];
		const struct option_spec *spec =
			option_find(specs, count, entry->name, strlen(entry->name));

		if (spec != NULL && strcmp(entry->section, section) == 0)
			(void)option_parse(spec, entry->value, values, &err);
	}
}

bool options_config_names(const struct options_config *config, const char *section,
			  const char *name)
{
	for (size_t i = 0; config != NULL && i < config->count; i++)
		if (strcmp(config->entries[i].section, section) == 0 &&
		    strcmp(config->entries[i].name, name) == 0)
			return true;
	return false;
}
