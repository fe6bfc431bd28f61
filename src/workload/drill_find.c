/*
 * drill_find.c - where scenario files lie.
 */
#include "config.h"

#include "workload/drill_find.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "workload/drill_scenario.h"

#define SUFFIX ".ini"

enum { MOST_FOLDERS = 8, MOST_NAMES = 256 };

struct folders {
	char *path[MOST_FOLDERS];
	unsigned count;
};

/* base is freed; NULL adds nothing. */
static void add_folder(struct folders *folders, char *base, const char *below)
{
	if (base != NULL && *base != '\0' && folders->count < MOST_FOLDERS)
		folders->path[folders->count++] = path_join(base, below);
	free(base);
}

static char *copy_of(const char *text)
{
	return text != NULL ? mem_strdup(text) : NULL;
}

/* Folder of the running program, NULL when the system does not tell. */
static char *program_folder(void)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash;

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	return mem_strdup(path);
}

static void find_folders(struct folders *folders)
{
	const char *home = getenv("HOME");
	const char *data = getenv("XDG_DATA_HOME");

	*folders = (struct folders){0};
	add_folder(folders, copy_of(getenv("IMGTOP_SCENARIOS")), "");
	if (data != NULL && *data == '/')
		add_folder(folders, copy_of(data), "imgtop/scenarios");
	else
		add_folder(folders, copy_of(home), ".local/share/imgtop/scenarios");
	/* Built in the top folder of the sources, or in a folder there. */
	add_folder(folders, program_folder(), "data/scenarios");
	add_folder(folders, program_folder(), "../data/scenarios");
	add_folder(folders, copy_of(PKGDATADIR), "scenarios");
}

static void free_folders(struct folders *folders)
{
	for (unsigned i = 0; i < folders->count; i++)
		free(folders->path[i]);
}

static bool is_scenario(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > strlen(SUFFIX) &&
	       strcmp(name + length - strlen(SUFFIX), SUFFIX) == 0;
}

struct names {
	char *name[MOST_NAMES]; /* without suffix */
	size_t count;
};

static void add_name(struct names *names, const char *file)
{
	char *name = mem_strndup(file, strlen(file) - strlen(SUFFIX));

	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->name[i], name) == 0) {
			free(name);
			return;
		}
	}
	if (names->count < MOST_NAMES)
		names->name[names->count++] = name;
	else
		free(name);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_names(const struct folders *folders, struct names *names)
{
	for (unsigned i = 0; i < folders->count; i++) {
		DIR *listing = opendir(folders->path[i]);
		const struct dirent *found;

		while (listing != NULL && (found = readdir(listing)) != NULL) {
			if (is_scenario(found->d_name))
				add_name(names, found->d_name);
		}
		if (listing != NULL)
			closedir(listing);
	}
	qsort(names->name, names->count, sizeof *names->name, compare);
}

static char *find_in(const struct folders *folders, const char *name)
{
	char *file = mem_printf("%s%s", name, SUFFIX);
	char *found = NULL;

	for (unsigned i = 0; i < folders->count && found == NULL; i++) {
		found = path_join(folders->path[i], file);
		if (access(found, R_OK) != 0) {
			free(found);
			found = NULL;
		}
	}
	free(file);
	return found;
}

static void no_such(const struct folders *folders, const char *name, struct err *err)
{
	struct names names = {0};
	struct textbuf text;

	find_names(folders, &names);
	textbuf_init(&text);
	for (size_t i = 0; i < names.count; i++) {
		textbuf_printf(&text, "%s%s", i > 0 ? ", " : "", names.name[i]);
		free(names.name[i]);
	}
	if (name == NULL)
		err_permanent(err, "drill: which scenario? name one of %s, or a file of your own",
			      text.length > 0 ? text.text : "(none was found)");
	else
		err_permanent(err, "drill: there is no scenario '%.64s'; there are %s", name,
			      text.length > 0 ? text.text : "none");
	textbuf_free(&text);
}

char *drill_find(const char *name, struct err *err)
{
	struct folders folders;
	char *path;

	if (name != NULL && (strchr(name, '/') != NULL || is_scenario(name)))
		return mem_strdup(name);
	find_folders(&folders);
	path = name != NULL && *name != '\0' ? find_in(&folders, name) : NULL;
	if (path == NULL)
		no_such(&folders, name, err);
	free_folders(&folders);
	return path;
}

char *drill_find_list(void)
{
	struct folders folders;
	struct names names = {0};
	struct textbuf text;

	find_folders(&folders);
	find_names(&folders, &names);
	textbuf_init(&text);
	for (size_t i = 0; i < names.count; i++) {
		char *path = find_in(&folders, names.name[i]);
		struct err err;
		struct drill_scenario *scenario =
			path != NULL ? drill_scenario_read(path, false, &err) : NULL;

		if (scenario != NULL)
			textbuf_printf(&text, "%s\t%s\n", names.name[i],
				       scenario->title != NULL ? scenario->title : "-");
		drill_scenario_free(scenario);
		free(path);
		free(names.name[i]);
	}
	free_folders(&folders);
	return text.text;
}
