/*
 * stack_thread.c - what /proc says of a thread at a glance.
 */
#include "config.h"

#include "stack/stack_thread.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 256 };

/* The beginning of /proc/PID/task/TID/NAME; "" when it cannot be read. */
static void read_file(pid_t pid, pid_t tid, const char *name, char text[TEXT_BYTES])
{
	char path[80];
	size_t length = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
	file = fopen(path, "re");
	if (file != NULL) {
		length = fread(text, 1, TEXT_BYTES - 1, file);
		fclose(file);
	}
	text[length] = '\0';
}

char thread_state(pid_t pid, pid_t tid)
{
	char text[TEXT_BYTES];
	const char *behind;

	read_file(pid, tid, "stat", text);
	behind = strrchr(text, ')'); /* the name may hold anything */
	return behind != NULL && behind[1] == ' ' ? behind[2] : '\0';
}

void thread_name(pid_t pid, pid_t tid, char *name, size_t size)
{
	char text[TEXT_BYTES];

	read_file(pid, tid, "comm", text);
	text[strcspn(text, "\n")] = '\0';
	snprintf(name, size, "%.*s", (int)size - 1, text);
}

static int look_at_program(const char *whose, struct stat *info)
{
	char path[80];

	snprintf(path, sizeof path, "/proc/%s/exe", whose);
	return stat(path, info);
}

int thread_check_program(pid_t pid, pid_t tid)
{
	struct stat own, other;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/task/%d", (int)pid, (int)tid);
	if (access(path, F_OK) != 0)
		return errno;
	snprintf(path, sizeof path, "%d", (int)pid);
	if (look_at_program("self", &own) != 0 || look_at_program(path, &other) != 0)
		return errno;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino ? 0 : ENOEXEC;
}
