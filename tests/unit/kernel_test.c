/*
 * kernel_test.c - what the kernel says of real children that sleep, spin, read and stop.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "view/kernel.h"
#include "view/syscalls.h"

static void spin(const char *path)
{
	static volatile unsigned long turns;

	(void)path;
	for (;;)
		turns = turns + 1;
}

static void read_fifo(const char *path)
{
	char byte;
	int fd = open(path, O_RDWR);

	_exit((int)read(fd, &byte, 1));
}

static void rest(const char *path)
{
	(void)path;
	for (;;)
		pause();
}

/* What is read of a child that sleeps says that it runs, and has computed for so long more. */
static bool woken;
static uint64_t computed_ns;

ssize_t __real_pread(int fd, void *bytes, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at)
{
	ssize_t length = __real_pread(fd, bytes, size, at);
	char *text = bytes, *sleeps;
	unsigned long long cpu_ns, waited_ns, slices;

	if (!woken || length <= 0 || (size_t)length >= size)
		return length;
	text[length] = '\0';
	sleeps = strstr(text, ") S ");
	if (sleeps != NULL)
		sleeps[2] = 'R';
	else if (sscanf(text, "%llu %llu %llu", &cpu_ns, &waited_ns, &slices) == 3)
		length = snprintf(bytes, size, "%llu %llu %llu\n",
				  cpu_ns + (unsigned long long)computed_ns, waited_ns, slices);
	return length;
}

static pid_t child(void (*what)(const char *path), const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		what(path);
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Look again and again until it is as expected; a test that waits in vain is ended from outside. */
static void await_state(struct kernel *kernel, pid_t pid, char state, const char *call,
			struct kernel_sample *sample)
{
	do {
		usleep(1000);
		kernel_look(kernel, pid, pid, true, sample);
		assert_true(sample->seen);
	} while (sample->state != state ||
		 (call != NULL && strncmp(sample->call, call, strlen(call)) != 0));
}

static void a_spinning_child_uses_cpu_and_is_in_no_call(void **state)
{
	struct kernel *kernel = kernel_new();
	pid_t pid = child(spin, NULL);
	struct kernel_sample first, last;

	(void)state;
	await_state(kernel, pid, 'R', NULL, &first);
	do {
		usleep(1000);
		kernel_look(kernel, pid, pid, true, &last);
	} while (last.cpu_ns < first.cpu_ns + 20 * CLOCK_MS_NS);
	assert_int_equal(last.state, 'R');
	assert_string_equal(last.call, "");
	assert_int_equal(last.bytes, first.bytes);
	assert_true(last.core >= 0);
	end(pid);
	kernel_free(kernel);
}

static void a_child_that_reads_a_fifo_is_in_read_of_that_file(void **state)
{
	struct kernel *kernel = kernel_new();
	char folder[] = "/tmp/imgtop-kernel-XXXXXX", path[64], expected[128];
	struct kernel_sample sample;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	pid = child(read_fifo, path);
#ifdef HAVE_LIBSECCOMP
	await_state(kernel, pid, 'S', "read", &sample);
	snprintf(expected, sizeof expected, "read of %s", path);
#else
	await_state(kernel, pid, 'S', "call", &sample);
	snprintf(expected, sizeof expected, "%s", sample.call);
#endif
	assert_string_equal(sample.call, expected);
	end(pid);
	unlink(path);
	rmdir(folder);
	kernel_free(kernel);
}

static void a_stopped_child_is_seen_to_be_stopped(void **state)
{
	struct kernel *kernel = kernel_new();
	pid_t pid = child(spin, NULL);
	struct kernel_sample sample;

	(void)state;
	kill(pid, SIGSTOP);
	await_state(kernel, pid, 'T', NULL, &sample);
	kill(pid, SIGCONT);
	await_state(kernel, pid, 'R', NULL, &sample);
	end(pid);
	kernel_free(kernel);
}

static void a_stopped_child_is_stopped_while_it_is_traced(void **state)
{
	struct kernel *kernel = kernel_new();
	pid_t pid = child(spin, NULL);
	struct kernel_sample sample;

	(void)state;
	await_state(kernel, pid, 'R', NULL, &sample);
	kill(pid, SIGSTOP);
	await_state(kernel, pid, 'T', NULL, &sample);
	assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < 3; i++) {
		kernel_look(kernel, pid, pid, false, &sample);
		assert_int_equal(sample.state, 'T');
	}
	kill(pid, SIGCONT);
	assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	await_state(kernel, pid, 'R', NULL, &sample);
	end(pid);
	kernel_free(kernel);
}

/* As a tracer wakes it who lets go of it: this is too short a moment to be looked at. */
static void a_child_that_was_only_woken_is_believed_to_run_at_the_second_look(void **state)
{
	struct kernel *kernel = kernel_new();
	pid_t pid = child(rest, NULL);
	struct kernel_sample sample;

	(void)state;
	await_state(kernel, pid, 'S', NULL, &sample);
	for (int i = 0; i < 2; i++) {
		woken = true;
		kernel_look(kernel, pid, pid, false, &sample);
		assert_int_equal(sample.state, 'S');
		kernel_look(kernel, pid, pid, false, &sample);
		assert_int_equal(sample.state, 'R');
		woken = false;
		kernel_look(kernel, pid, pid, false, &sample);
		assert_int_equal(sample.state, 'S');
	}
	woken = true;
	computed_ns = CLOCK_SECOND_NS;
	kernel_look(kernel, pid, pid, false, &sample);
	assert_int_equal(sample.state, 'R');
	woken = false;
	end(pid);
	kernel_free(kernel);
}

static void a_child_that_is_gone_is_gone(void **state)
{
	struct kernel *kernel = kernel_new();
	pid_t pid = child(spin, NULL);
	struct kernel_sample sample;

	(void)state;
	kernel_look(kernel, pid, pid, false, &sample);
	assert_true(sample.seen && !sample.gone);
	end(pid);
	kernel_look(kernel, pid, pid, false, &sample);
	assert_true(sample.gone && !sample.seen);
	kernel_look(kernel, 0, 0, false, &sample);
	assert_false(sample.gone || sample.seen);
	kernel_free(kernel);
}

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void descriptors_are_kept_while_asked_for_and_closed_after(void **state)
{
	struct kernel *kernel = kernel_new();
	struct kernel_sample sample;
	int before = open_descriptors(), open;

	(void)state;
	kernel_look(kernel, getpid(), getpid(), false, &sample);
	open = open_descriptors();
	assert_int_equal(open, before + 2);
	for (int i = 0; i < 100; i++) {
		kernel_look(kernel, getpid(), getpid(), false, &sample);
		kernel_round(kernel);
	}
	assert_int_equal(open_descriptors(), open);
	for (int i = 0; i < 100; i++)
		kernel_round(kernel);
	assert_int_equal(open_descriptors(), before);
	kernel_free(kernel);
}

static void calls_that_begin_with_a_descriptor_are_known(void **state)
{
	(void)state;
	assert_true(syscalls_takes_fd("fsync"));
	assert_false(syscalls_takes_fd("futex"));
	assert_false(syscalls_takes_fd("openat"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spinning_child_uses_cpu_and_is_in_no_call),
		cmocka_unit_test(a_child_that_reads_a_fifo_is_in_read_of_that_file),
		cmocka_unit_test(a_stopped_child_is_seen_to_be_stopped),
		cmocka_unit_test(a_stopped_child_is_stopped_while_it_is_traced),
		cmocka_unit_test(a_child_that_was_only_woken_is_believed_to_run_at_the_second_look),
		cmocka_unit_test(a_child_that_is_gone_is_gone),
		cmocka_unit_test(descriptors_are_kept_while_asked_for_and_closed_after),
		cmocka_unit_test(calls_that_begin_with_a_descriptor_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
