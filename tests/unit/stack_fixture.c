/*
 * stack_fixture.c - children that stand in known places.
 */
#include "config.h"

#include "stack_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void victim_start(struct victim *victim, victim_life *life)
{
	int to[2], from[2];

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	victim->pid = fork();
	assert_true(victim->pid >= 0);
	if (victim->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_PTRACER, (unsigned long)getppid(), 0, 0, 0); /* for helpers of ours */
		close(to[1]);
		close(from[0]);
		_exit(life(to[0], from[1]));
	}
	close(to[0]);
	close(from[1]);
	victim->in = to[1];
	victim->out = from[0];
}

void victim_says(const struct victim *victim, char word)
{
	char said = '\0';

	assert_int_equal(read(victim->out, &said, 1), 1);
	assert_int_equal(said, word);
}

void victim_say(int out, char word)
{
	if (write(out, &word, 1) != 1)
		_exit(99);
}

void victim_go_on(const struct victim *victim)
{
	assert_int_equal(write(victim->in, "g", 1), 1);
}

void victim_ends(struct victim *victim)
{
	int status = 0;

	close(victim->in);
	assert_int_equal(waitpid(victim->pid, &status, 0), victim->pid);
	close(victim->out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void read_status(const struct victim *victim, char *text, size_t size)
{
	char path[64];
	FILE *file;
	size_t length;

	snprintf(path, sizeof path, "/proc/%d/status", (int)victim->pid);
	file = fopen(path, "r");
	assert_non_null(file);
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	fclose(file);
}

static char state_of(const struct victim *victim)
{
	char text[4096];
	const char *found;

	read_status(victim, text, sizeof text);
	found = strstr(text, "\nState:\t");
	assert_non_null(found);
	return found[strlen("\nState:\t")];
}

long victim_tracer(const struct victim *victim)
{
	char text[4096];
	const char *found;

	read_status(victim, text, sizeof text);
	found = strstr(text, "\nTracerPid:\t");
	assert_non_null(found);
	return strtol(found + strlen("\nTracerPid:\t"), NULL, 10);
}

/* The kernel tells nobody of a change of state: it is looked at until it has come. */
void victim_await_state(const struct victim *victim, char state)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (state_of(victim) != state)
		nanosleep(&pause, NULL);
}

/* State S of each, which stands behind the name. */
static bool all_sleep(pid_t pid)
{
	char path[400], text[512];
	struct dirent *entry;
	bool all = true;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		const char *state;
		FILE *file;

		snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)pid, entry->d_name);
		file = entry->d_name[0] != '.' ? fopen(path, "r") : NULL;
		if (file == NULL)
			continue;
		text[fread(text, 1, sizeof text - 1, file)] = '\0';
		fclose(file);
		state = strrchr(text, ')');
		all = all && state != NULL && strncmp(state, ") S", 3) == 0;
	}
	closedir(dir);
	return all;
}

void victim_rests(const struct victim *victim)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (!all_sleep(victim->pid))
		nanosleep(&pause, NULL);
}

__attribute__((noinline)) ssize_t read_here(int fd)
{
	char byte;
	ssize_t got = read(fd, &byte, 1);

	return got < 0 ? -errno : got;
}

int wait_in_read(int in, int out)
{
	victim_say(out, 'r');
	return read_here(in) == 1 ? 0 : 1;
}

void victim_waits(struct victim *victim)
{
	victim_start(victim, wait_in_read);
	victim_says(victim, 'r');
}

void victim_goes(struct victim *victim)
{
	victim_go_on(victim);
	victim_ends(victim);
}

struct stack_job *start_thread(pid_t pid, pid_t tid)
{
	const struct stack_target target = {.pid = pid, .tid = tid};
	struct err err = {0};
	struct stack_job *job = stack_job_start(&target, 1, 1, &err);

	assert_non_null(job);
	return job;
}

struct stack_job *start_one(const struct victim *victim)
{
	return start_thread(victim->pid, victim->pid);
}

struct stack_job *take_all(const struct victim *victim, unsigned rounds)
{
	const struct stack_target targets[] = {{.pid = victim->pid, .tid = victim->pid},
					       {.pid = victim->pid}};
	struct err err = {0};
	struct stack_job *job = stack_job_start(targets, 2, rounds, &err);

	assert_non_null(job);
	stack_job_wait(job);
	assert_string_equal(stack_job_result(job)->problem, "");
	assert_true(stack_job_result(job)->complete);
	return job;
}

const struct stack_frame *frame_of(const struct stack_thread *thread, const char *function)
{
	for (size_t i = 0; i < thread->nframes; i++) {
		if (strcmp(thread->frame[i].function, function) == 0)
			return &thread->frame[i];
	}
	return NULL;
}

bool has_lines(void)
{
	static const char section[] = ".debug_line";
	FILE *file = fopen("/proc/self/exe", "r");
	size_t matched = 0;
	int c;

	assert_non_null(file);
	while (matched < sizeof section && (c = getc(file)) != EOF)
		matched = c == section[matched] ? matched + 1 : c == section[0];
	fclose(file);
	return matched == sizeof section;
}

void skip_without_libdw(void)
{
#ifndef HAVE_LIBDW
	printf("1..0 # SKIP built without libdw\n");
	exit(0);
#endif
}
