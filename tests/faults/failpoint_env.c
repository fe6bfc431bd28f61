/*
 * failpoint_env.c - failpoints that an environment variable arms, for the tests' build of the
 * program; linked before the engine's library, whose own do nothing (floor: tests).
 *
 *   IMGTOP_FAILPOINT='stage=decode;action=kill;attempts=1;name=a17'
 *
 * Points are separated by '|' and tried in order; the first that fits acts. Words of a point:
 *
 *   stage=NAME     at the start of this stage, in the worker's thread
 *   host=NAME      when a host of this name starts; a trailing '*' stands for any ending
 *   name=TEXT      only for items whose name holds this text
 *   attempts=N     only up to this attempt at the item, or incarnation of the host
 *   action=WORD    kill segv abort exit0 hang stop spin gate
 *   mark=FILE      write a line with the item's or host's name at the end of this file first: a
 *                  test can wait for it, and for as many lines as workers are to come here
 *   gate=FILE      what action=gate waits for: until a file of this name exists
 *
 * Any worker thread enters; nothing here is changed after the start, so no lock is needed.
 */
#include "config.h"

#include "engine/failpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { POINT_BYTES = 1024 };

struct point {
	char text[POINT_BYTES]; /* cut into words */
	const char *stage, *host, *name, *attempts, *action, *mark, *gate;
};

static void take_word(struct point *point, const char *word)
{
	const struct {
		const char *key;
		const char **value;
	} known[] = {
		{"stage=", &point->stage},   {"host=", &point->host},
		{"name=", &point->name},     {"attempts=", &point->attempts},
		{"action=", &point->action}, {"mark=", &point->mark},
		{"gate=", &point->gate},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strncmp(word, known[i].key, strlen(known[i].key)) == 0) {
			*known[i].value = word + strlen(known[i].key);
			return;
		}
	}
	fprintf(stderr, "IMGTOP_FAILPOINT: '%s' is not understood\n", word);
	abort();
}

/* The next point of the variable; NULL after the last. */
static const char *next_point(const char *from, struct point *point)
{
	size_t length;
	char *rest;

	if (from == NULL || *from == '\0')
		return NULL;
	length = strcspn(from, "|");
	memset(point, 0, sizeof *point);
	snprintf(point->text, sizeof point->text, "%.*s", (int)length, from);
	for (char *word = strtok_r(point->text, ";", &rest); word != NULL;
	     word = strtok_r(NULL, ";", &rest))
		take_word(point, word);
	return from + length + (from[length] == '|');
}

static void pause_for_ever(void)
{
	for (;;)
		pause();
}

static void spin_for_ever(void)
{
	static volatile unsigned long turns;

	for (;;)
		turns = turns + 1;
}

/* A page that may not be written: a fault that sanitizers leave to the kernel. */
static void fault(void)
{
	volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	page[0] = 1;
}

static void await_file(const char *path)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	while (access(path, F_OK) != 0)
		nanosleep(&moment, NULL);
}

/* In one piece, whoever else writes there. */
static void leave_mark(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return;
	dprintf(fd, "%s\n", name);
	close(fd);
}

static void act(const struct point *point, const char *name)
{
	const char *action = point->action != NULL ? point->action : "";

	if (point->mark != NULL)
		leave_mark(point->mark, name);
	if (strcmp(action, "kill") == 0) {
		kill(getpid(), SIGKILL);
		pause_for_ever();
	} else if (strcmp(action, "segv") == 0) {
		fault();
	} else if (strcmp(action, "abort") == 0) {
		abort();
	} else if (strcmp(action, "exit0") == 0) {
		_exit(0);
	} else if (strcmp(action, "hang") == 0) {
		pause_for_ever();
	} else if (strcmp(action, "stop") == 0) {
		kill(getpid(), SIGSTOP);
	} else if (strcmp(action, "spin") == 0) {
		spin_for_ever();
	} else if (strcmp(action, "gate") == 0 && point->gate != NULL) {
		await_file(point->gate);
	}
}

static bool is_due(const struct point *point, uint32_t attempt)
{
	return point->attempts == NULL || attempt <= strtoul(point->attempts, NULL, 10);
}

static bool host_fits(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, name, length - 1) == 0;
	return strcmp(pattern, name) == 0;
}

void failpoint_stage(const char *stage, const char *name, uint32_t attempt)
{
	const char *rest = getenv("IMGTOP_FAILPOINT");
	struct point point;

	while ((rest = next_point(rest, &point)) != NULL) {
		if (point.stage == NULL || strcmp(point.stage, stage) != 0 ||
		    (point.name != NULL && strstr(name, point.name) == NULL) ||
		    !is_due(&point, attempt))
			continue;
		act(&point, name);
		return;
	}
}

void failpoint_host(const char *name, uint32_t incarnation)
{
	const char *rest = getenv("IMGTOP_FAILPOINT");
	struct point point;

	while ((rest = next_point(rest, &point)) != NULL) {
		if (point.host == NULL || !host_fits(point.host, name) ||
		    !is_due(&point, incarnation))
			continue;
		act(&point, name);
		return;
	}
}
