/*
 * settings.c - defaults, file and overrides of what the screens look like (floor: tui). One thread.
 *
 * The reader is strict: a name or a value that it does not know makes it ignore the whole file,
 * because half of somebody's settings is harder to understand than none.
 */
#include "config.h"

#include "tui/settings.h"

#include <ini.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "tui/table_columns.h"

enum { PROBLEM_BYTES = 160, FILE_MODE = 0644, FOLDER_MODE = 0755 };

static const unsigned refresh_choices[] = {100, 200, 500, 1000, 2000, 5000, 0};

static const char *const meter_names[METERS] = {
	[METER_THROUGHPUT] = "throughput",
	[METER_QUEUES] = "queues",
	[METER_HISTORY] = "history",
	[METER_MEMORY] = "memory",
};

static const char *const glyphs_names[SETTINGS_GLYPHS] = {
	[SETTINGS_GLYPHS_AUTO] = "auto",
	[SETTINGS_GLYPHS_ASCII] = "ascii",
};

struct reading {
	struct settings settings;
	char problem[PROBLEM_BYTES]; /* the first one */
};

void settings_defaults(struct settings *settings)
{
	*settings = (struct settings){
		.columns = table_columns_default(),
		.meters = 1U << METER_THROUGHPUT | 1U << METER_QUEUES,
		.scheme = SCHEME_DEFAULT,
		.glyphs = SETTINGS_GLYPHS_AUTO,
		.refresh_ms = refresh_choices[0],
		.mouse = true,
	};
}

struct settings settings_effective(const struct settings *chosen,
				   const struct settings_override *override)
{
	struct settings settings = *chosen;

	if (override->mono)
		settings.scheme = SCHEME_MONO;
	if (override->ascii)
		settings.glyphs = SETTINGS_GLYPHS_ASCII;
	if (override->no_mouse)
		settings.mouse = false;
	return settings;
}

const char *settings_meter_name(enum meter meter)
{
	return meter < METERS ? meter_names[meter] : "?";
}

const char *settings_glyphs_name(enum settings_glyphs glyphs)
{
	return glyphs < SETTINGS_GLYPHS ? glyphs_names[glyphs] : "?";
}

const unsigned *settings_refresh_choices(void)
{
	return refresh_choices;
}

/* A list of words as bits. false: problem says which word is none of them. */
static bool read_words(struct reading *reading, const char *text, const char *(*name)(unsigned),
		       unsigned names, uint32_t *bits)
{
	uint32_t found = 0;

	for (;;) {
		text += strspn(text, " \t,");
		size_t length = strcspn(text, " \t,");
		unsigned i = 0;
		if (length == 0)
			break;
		while (i < names &&
		       (strlen(name(i)) != length || strncmp(name(i), text, length) != 0))
			i++;
		if (i == names) {
			(void)snprintf(reading->problem, PROBLEM_BYTES,
				       "there is nothing called '%.*s'",
				       length < 40 ? (int)length : 40, text);
			return false;
		}
		found |= 1U << i;
		text += length;
	}
	*bits = found;
	return true;
}

static const char *column_name(unsigned index)
{
	return table_column_name((enum table_column)index);
}

static const char *meter_name(unsigned index)
{
	return settings_meter_name((enum meter)index);
}

static const char *scheme_name(unsigned index)
{
	return colours_scheme_name((enum scheme)index);
}

static const char *glyphs_name(unsigned index)
{
	return settings_glyphs_name((enum settings_glyphs)index);
}

/* Index of one word; -1, with the problem told, when it is none of them. */
static int read_word(struct reading *reading, const char *value, const char *(*name)(unsigned),
		     unsigned names)
{
	for (unsigned i = 0; i < names; i++) {
		if (strcmp(name(i), value) == 0)
			return (int)i;
	}
	(void)snprintf(reading->problem, PROBLEM_BYTES, "'%.40s' is not a choice here", value);
	return -1;
}

static bool read_flag(struct reading *reading, const char *value, bool *flag)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
		(void)snprintf(reading->problem, PROBLEM_BYTES, "'%.40s' is neither yes nor no",
			       value);
		return false;
	}
	*flag = strcmp(value, "yes") == 0;
	return true;
}

static bool read_refresh(struct reading *reading, const char *value)
{
	char *end;

	errno = 0;
	unsigned long ms = strtoul(value, &end, 10);
	for (size_t i = 0; refresh_choices[i] != 0; i++) {
		if (errno == 0 && end != value && *end == '\0' && ms == refresh_choices[i]) {
			reading->settings.refresh_ms = refresh_choices[i];
			return true;
		}
	}
	(void)snprintf(reading->problem, PROBLEM_BYTES,
		       "'%.40s' is none of 100, 200, 500, 1000, 2000 and 5000 milliseconds", value);
	return false;
}

static bool read_value(struct reading *reading, const char *name, const char *value)
{
	struct settings *settings = &reading->settings;
	int index;

	if (strcmp(name, "screen.columns") == 0)
		return read_words(reading, value, column_name, TABLE_COLUMNS, &settings->columns);
	if (strcmp(name, "screen.meters") == 0)
		return read_words(reading, value, meter_name, METERS, &settings->meters);
	if (strcmp(name, "screen.refresh_ms") == 0)
		return read_refresh(reading, value);
	if (strcmp(name, "screen.large") == 0)
		return read_flag(reading, value, &settings->large);
	if (strcmp(name, "screen.mouse") == 0)
		return read_flag(reading, value, &settings->mouse);
	if (strcmp(name, "screen.scheme") == 0) {
		index = read_word(reading, value, scheme_name, SCHEMES);
		settings->scheme = index < 0 ? SCHEME_DEFAULT : (enum scheme)index;
		return index >= 0;
	}
	if (strcmp(name, "screen.glyphs") == 0) {
		index = read_word(reading, value, glyphs_name, SETTINGS_GLYPHS);
		settings->glyphs = index < 0 ? SETTINGS_GLYPHS_AUTO : (enum settings_glyphs)index;
		return index >= 0;
	}
	(void)snprintf(reading->problem, PROBLEM_BYTES, "there is no setting '%.60s'", name);
	return false;
}

/* For inih: 0 is an error. After the first problem nothing is read any more. */
static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	char whole[96];

	if (reading->problem[0] != '\0')
		return 0;
	(void)snprintf(whole, sizeof(whole), "%s.%s", section, name);
	return read_value(reading, whole, value);
}

int settings_load(const char *path, struct settings *settings, struct err *err)
{
	struct reading reading = {.problem = ""};
	char problem[2 * PROBLEM_BYTES];
	FILE *file = fopen(path, "r");

	settings_defaults(settings);
	settings_defaults(&reading.settings);
	if (file == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return err_errno(err, path);
	}
	int line = ini_parse_file(file, take, &reading);
	bool failed = ferror(file) != 0;
	(void)fclose(file);
	if (line == 0 && !failed) {
		*settings = reading.settings;
		return 0;
	}
	/* The words come from a file that may hold anything. */
	if (reading.problem[0] == '\0')
		(void)snprintf(reading.problem, PROBLEM_BYTES,
			       failed ? "cannot be read" : "this is not NAME = VALUE");
	text_sanitise(problem, sizeof(problem), reading.problem, strlen(reading.problem));
	return err_permanent(err, "%s:%d: %s; the settings in it are ignored", path, line, problem);
}

static void write_words(struct textbuf *text, const char *name, const char *(*word)(unsigned),
			unsigned words, uint32_t bits)
{
	textbuf_printf(text, "%s =", name);
	for (unsigned i = 0; i < words; i++) {
		if (bits & 1U << i)
			textbuf_printf(text, " %s", word(i));
	}
	textbuf_printf(text, "\n");
}

int settings_save(const char *path, const struct settings *settings, struct err *err)
{
	struct textbuf text;
	char *folder = mem_strdup(path);
	char *slash = strrchr(folder, '/');
	int result = 0;

	textbuf_init(&text);
	textbuf_printf(&text, "; Written by imgtop whenever a setting is changed on its screen.\n"
			      "[screen]\n");
	write_words(&text, "columns", column_name, TABLE_COLUMNS, settings->columns);
	write_words(&text, "meters", meter_name, METERS, settings->meters);
	textbuf_printf(&text, "scheme = %s\n", colours_scheme_name(settings->scheme));
	textbuf_printf(&text, "glyphs = %s\n", settings_glyphs_name(settings->glyphs));
	textbuf_printf(&text, "refresh_ms = %u\n", settings->refresh_ms);
	textbuf_printf(&text, "large = %s\n", settings->large ? "yes" : "no");
	textbuf_printf(&text, "mouse = %s\n", settings->mouse ? "yes" : "no");
	if (slash != NULL && slash != folder) {
		*slash = '\0';
		result = path_make_dirs(folder, FOLDER_MODE, err);
	}
	if (result == 0)
		result = path_replace_file(path, text.text, text.length, FILE_MODE, err);
	textbuf_free(&text);
	free(folder);
	return result;
}
