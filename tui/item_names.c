/*
 * item_names.c - names of items from joblog.tsv (floor: tui). One thread.
 *
 * Lines stand in the order in which items ended, those of pending ones are missing; jobs are
 * numbered in turn. So a table by number is not much longer than the file has lines, and what is
 * numbered far beyond is no job of this run.
 */
#include "config.h"

#include "tui/item_names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { MOST_BYTES = 256 << 20, FIRST_BYTES = 1 << 16, SPARE_JOBS = 4096 };

struct item_names {
	char *text;	   /* the file; the ends of names are terminated in it */
	const char **name; /* by job */
	uint64_t jobs;	   /* length of that table */
};

/* The bytes of the file, terminated; at most MOST_BYTES of them. */
static char *read_file(FILE *file)
{
	size_t room = FIRST_BYTES, length = 0, count;
	char *text = mem_realloc(NULL, room, 1);

	while ((count = fread(text + length, 1, room - length - 1, file)) > 0) {
		length += count;
		if (length + 1 < room)
			continue;
		if (room >= MOST_BYTES)
			break;
		room *= 2;
		text = mem_realloc(text, room, 1);
	}
	text[length] = '\0';
	return text;
}

static uint64_t count_lines(const char *text)
{
	uint64_t lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void take_lines(struct item_names *names)
{
	for (char *line = names->text; *line != '\0';) {
		char *end = strchr(line, '\n'), *rest;

		if (end == NULL)
			return; /* cut off */
		*end = '\0';
		uint64_t job = strtoull(line, &rest, 10);
		if (rest != line && *rest == '\t' && job > 0 && job < names->jobs) {
			char *name = rest + 1;
			name[strcspn(name, "\t")] = '\0';
			names->name[job] = name;
		}
		line = end + 1;
	}
}

struct item_names *item_names_read(const char *path)
{
	/* O_NONBLOCK: a FIFO of that name must not hold us up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return NULL;
	FILE *file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? fdopen(fd, "r") : NULL;
	if (file == NULL) {
		close(fd);
		return NULL;
	}
	struct item_names *names = mem_calloc(1, sizeof(*names));
	names->text = read_file(file);
	(void)fclose(file);
	names->jobs = SPARE_JOBS + 4 * count_lines(names->text);
	names->name = mem_calloc(names->jobs, sizeof(*names->name));
	take_lines(names);
	return names;
}

void item_names_free(struct item_names *names)
{
	if (names == NULL)
		return;
	free(names->name);
	free(names->text);
	free(names);
}

const char *item_names_of(const struct item_names *names, uint64_t job)
{
	return names != NULL && job < names->jobs ? names->name[job] : NULL;
}
