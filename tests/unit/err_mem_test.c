/*
 * err_mem_test.c - the error record, checked memory, and how clocks are told.
 */
#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"

static void each_verdict_fills_its_kind_and_text_and_returns_minus_one(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_permanent(&err, "marker %02x", 0xd9), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_string_equal(err.text, "marker d9");
	assert_int_equal(err_transient(&err, "no %s", "slot"), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_string_equal(err.text, "no slot");
	assert_int_equal(err_skip(&err, "not an image"), -1);
	assert_int_equal(err.kind, ERR_SKIP);
	assert_string_equal(err.text, "not an image");
}

static void a_cleared_record_says_nothing(void **state)
{
	struct err err;

	(void)state;
	err_permanent(&err, "old");
	err_clear(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
}

static void errno_becomes_the_cause_of_a_transient_error(void **state)
{
	struct err err;

	(void)state;
	errno = ENOSPC;
	assert_int_equal(err_errno(&err, "write %s", "a.jpg"), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_string_equal(err.text, "write a.jpg: No space left on device");
}

static void context_stands_before_the_cause_and_keeps_the_kind(void **state)
{
	struct err err;

	(void)state;
	err_permanent(&err, "cut off");
	assert_int_equal(err_context(&err, "decode %s", "a.jpg"), -1);
	err_context(&err, "job %d", 7);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_string_equal(err.text, "job 7: decode a.jpg: cut off");
}

static void long_texts_are_clipped_and_terminated(void **state)
{
	char longer[2 * ERR_TEXT_BYTES];
	struct err err;

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	err_permanent(&err, "%s", longer);
	assert_int_equal(strlen(err.text), ERR_TEXT_BYTES - 1);
	err_context(&err, "where");
	assert_int_equal(strlen(err.text), ERR_TEXT_BYTES - 1);
	assert_memory_equal(err.text, "where: xxx", 10);
	errno = ENOSPC;
	err_errno(&err, "%s", longer);
	assert_int_equal(strlen(err.text), ERR_TEXT_BYTES - 1);
	err_context(&err, "%s", longer);
	assert_int_equal(strlen(err.text), ERR_TEXT_BYTES - 1);
}

static void fresh_memory_is_zero_and_never_null(void **state)
{
	unsigned char *bytes = mem_realloc(NULL, 200, 4);
	void *none = mem_calloc(0, 8);
	size_t i;

	(void)state;
	memset(bytes, 0xa5, 800); /* so that memory used before comes back */
	free(bytes);
	bytes = mem_calloc(200, 4);
	for (i = 0; i < 800; i++)
		assert_int_equal(bytes[i], 0);
	assert_non_null(none);
	free(none);
	none = mem_calloc(8, 0);
	assert_non_null(none);
	free(none);
	free(bytes);
}

static void resized_memory_keeps_what_it_held(void **state)
{
	uint32_t *numbers = mem_realloc(NULL, 2, sizeof *numbers);
	void *none;

	(void)state;
	numbers[0] = 4711;
	numbers[1] = 815;
	numbers = mem_realloc(numbers, 100000, sizeof *numbers);
	assert_true(malloc_usable_size(numbers) >= 400000);
	assert_int_equal(numbers[0], 4711);
	assert_int_equal(numbers[1], 815);
	none = mem_realloc(numbers, 0, sizeof *numbers);
	assert_non_null(none);
	free(none);
}

static void copies_are_exact_and_independent(void **state)
{
	char from[] = "photo\0s";
	char *all = mem_strdup(from);
	char *some = mem_strndup(from, 3);
	char *more = mem_strndup(from, 100);
	char *bytes = mem_copy(from, sizeof from);
	char *none = mem_copy(NULL, 0);
	char *made = mem_printf("%s-%d", "decode", 3);

	(void)state;
	from[0] = 'X';
	assert_string_equal(all, "photo");
	assert_string_equal(some, "pho");
	assert_string_equal(more, "photo");
	assert_memory_equal(bytes, "photo\0s", sizeof from);
	assert_non_null(none);
	assert_string_equal(made, "decode-3");
	free(all);
	free(some);
	free(more);
	free(bytes);
	free(none);
	free(made);
}

/* How a child that runs `act` ends; what it says on stderr goes to said. */
static int end_of(void (*act)(void), char *said, size_t size)
{
	const struct rlimit no_core = {0};
	int pipes[2], status;
	ssize_t length;
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(pipes[1], STDERR_FILENO);
		act();
		_exit(0);
	}
	close(pipes[1]);
	length = read(pipes[0], said, size - 1);
	said[length > 0 ? length : 0] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void overflow_a_size(void)
{
	free(mem_realloc(NULL, SIZE_MAX / 2, 3));
}

static void bookkeeping_that_cannot_be_had_ends_the_process_with_a_message(void **state)
{
	char said[256];
	int status = end_of(overflow_a_size, said, sizeof said);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(said, "imgtop: out of memory"));
}

static void memory_sized_by_an_input_may_be_refused(void **state)
{
	void *little = mem_try(0);
	size_t absurd = SIZE_MAX / 4;

	(void)state;
	assert_non_null(little);
	free(little);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	/* A sanitizer's malloc ends the process instead. */
	assert_null(mem_try(absurd));
#else
	(void)absurd;
#endif
}

static void a_time_is_told_in_utc(void **state)
{
	char text[32];

	(void)state;
	clock_format_utc(UINT64_C(1795190641) * CLOCK_SECOND_NS + 999999999, text, sizeof text);
	assert_string_equal(text, "2026-11-20T16:04:01Z");
	clock_format_utc(0, text, sizeof text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	clock_format_utc(UINT64_C(951782400) * CLOCK_SECOND_NS, text, sizeof text);
	assert_string_equal(text, "2000-02-29T00:00:00Z");
}

static void a_time_that_does_not_fit_is_left_out(void **state)
{
	char text[20] = "untouched";

	(void)state;
	clock_format_utc(0, text, sizeof text); /* needs 21 bytes */
	assert_string_equal(text, "");
}

static void nanoseconds_become_seconds(void **state)
{
	(void)state;
	assert_true(clock_seconds(1500 * CLOCK_MS_NS) == 1.5);
	assert_true(clock_seconds(0) == 0.0);
}

static void clocks_never_run_backwards(void **state)
{
	uint64_t time = clock_ns(), cpu = clock_thread_cpu_ns();
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		uint64_t next_time = clock_ns(), next_cpu = clock_thread_cpu_ns();

		assert_true(next_time >= time);
		assert_true(next_cpu >= cpu);
		time = next_time;
		cpu = next_cpu;
	}
	assert_true(clock_real_ns() > UINT64_C(1700000000) * CLOCK_SECOND_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_fills_its_kind_and_text_and_returns_minus_one),
		cmocka_unit_test(a_cleared_record_says_nothing),
		cmocka_unit_test(errno_becomes_the_cause_of_a_transient_error),
		cmocka_unit_test(context_stands_before_the_cause_and_keeps_the_kind),
		cmocka_unit_test(long_texts_are_clipped_and_terminated),
		cmocka_unit_test(fresh_memory_is_zero_and_never_null),
		cmocka_unit_test(resized_memory_keeps_what_it_held),
		cmocka_unit_test(copies_are_exact_and_independent),
		cmocka_unit_test(bookkeeping_that_cannot_be_had_ends_the_process_with_a_message),
		cmocka_unit_test(memory_sized_by_an_input_may_be_refused),
		cmocka_unit_test(a_time_is_told_in_utc),
		cmocka_unit_test(a_time_that_does_not_fit_is_left_out),
		cmocka_unit_test(nanoseconds_become_seconds),
		cmocka_unit_test(clocks_never_run_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
