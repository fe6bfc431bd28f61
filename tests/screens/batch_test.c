/*
 * batch_test.c - the run without a screen: plain lines and JSON Lines.
 */
#include "config.h"

#include <jansson.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_run.h"
#include "tui/app.h"

enum { PATIENCE_MS = 20000, OUTPUT_BYTES = 1 << 16 };

struct fixture {
	struct fake_run run;
	pid_t program;
	int out; /* its standard output and error */
	char output[OUTPUT_BYTES];
	size_t length;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	setlocale(LC_ALL, "C.UTF-8");
	fake_run_init(&fixture->run, getpid());
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->program > 0) {
		kill(fixture->program, SIGKILL);
		waitpid(fixture->program, NULL, 0);
	}
	close(fixture->out);
	fake_run_release(&fixture->run);
	free(fixture);
	return 0;
}

/* The program holds the run's end alone: it ends after so many interrupts. */
static void begin(struct fixture *fixture, bool json, unsigned interrupts)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	fixture->run.interrupts_to_end = interrupts;
	fixture->program = fork();
	if (fixture->program == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		_exit(batch_run(&fixture->run.services, json, -1));
	}
	close(ends[1]);
	fixture->out = ends[0];
	close(fixture->run.end[1]);
	fixture->run.end[1] = -1;
}

static bool read_more(struct fixture *fixture)
{
	struct pollfd ready = {.fd = fixture->out, .events = POLLIN};

	if (poll(&ready, 1, PATIENCE_MS) != 1)
		return false;
	ssize_t count = read(fixture->out, fixture->output + fixture->length,
			     OUTPUT_BYTES - fixture->length - 1);
	if (count <= 0)
		return false;
	fixture->length += (size_t)count;
	fixture->output[fixture->length] = '\0';
	return true;
}

static void await(struct fixture *fixture, const char *text)
{
	while (strstr(fixture->output, text) == NULL) {
		if (!read_more(fixture))
			fail_msg("%s never came; there was:\n%s", text, fixture->output);
	}
}

/* All of the output, and the exit status. */
static int end_of(struct fixture *fixture)
{
	int status;

	while (read_more(fixture))
		;
	assert_int_equal(waitpid(fixture->program, &status, 0), fixture->program);
	fixture->program = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_first_line_comes_at_once_and_a_summary_at_the_end(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, false, 1);
	await(fixture, " images 3/10 ok 2 failed 1 ");
	/* "HH:MM:SS images ..." stands at the beginning of a line. */
	const char *line = strstr(fixture->output, " images 3/10") - 8;
	assert_true(line == fixture->output || line[-1] == '\n');
	assert_true(line[2] == ':' && line[5] == ':');
	await(fixture, "imgtop: b.jpg: decode: not a picture\n");
	kill(fixture->program, SIGTERM);
	assert_int_equal(end_of(fixture), 130);
	assert_non_null(strstr(fixture->output, "the summary of the run\n"));
	assert_null(strchr(fixture->output, '\r'));
	assert_null(strchr(fixture->output, '\033'));
}

static void each_interrupt_is_forwarded(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, false, 2);
	await(fixture, " images 3/10");
	kill(fixture->program, SIGINT);
	await(fixture, "finishing the items begun");
	kill(fixture->program, SIGINT);
	assert_int_equal(end_of(fixture), 130);
}

static void json_lines_have_schema_time_and_type_and_end_with_final(void **state)
{
	static const char *const types[] = {"interval", "worker", "event", "final"};
	struct fixture *fixture = *state;
	unsigned seen[4] = {0};
	json_t *record = NULL;

	begin(fixture, true, 1);
	await(fixture, "\"worker\"");
	kill(fixture->program, SIGTERM);
	end_of(fixture);
	for (char *line = strtok(fixture->output, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strncmp(line, "imgtop: ", 8) == 0)
			continue; /* standard error */
		json_decref(record);
		record = json_loads(line, 0, NULL);
		assert_non_null(record);
		assert_int_equal(json_integer_value(json_object_get(record, "schema")), 1);
		assert_true(json_is_number(json_object_get(record, "t")));
		const char *type = json_string_value(json_object_get(record, "type"));
		assert_non_null(type);
		for (int i = 0; i < 4; i++)
			seen[i] += strcmp(type, types[i]) == 0;
	}
	assert_true(seen[0] >= 1 && seen[1] >= 2 && seen[2] == 1 && seen[3] == 1);
	assert_string_equal(json_string_value(json_object_get(record, "type")), "final");
	assert_int_equal(json_integer_value(json_object_get(record, "exit_code")), 130);
	assert_string_equal(json_string_value(json_object_get(record, "workload")), "images");
	json_decref(record);
}

static void a_run_that_is_refused_says_why_and_sums_nothing_up(void **state)
{
	struct fixture *fixture = *state;

	fixture->run.refusal = "/photos: nothing found; looked for JPEG and PNG files";
	close(fixture->run.end[1]);
	fixture->run.end[1] = -1;
	fixture->run.exit_status = 2;
	begin(fixture, false, 1);
	assert_int_equal(end_of(fixture), 2);
	assert_non_null(strstr(fixture->output, "imgtop: /photos: nothing found"));
	assert_null(strstr(fixture->output, "the summary"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(a_first_line_comes_at_once_and_a_summary_at_the_end),
		CASE(each_interrupt_is_forwarded),
		CASE(json_lines_have_schema_time_and_type_and_end_with_final),
		CASE(a_run_that_is_refused_says_why_and_sums_nothing_up),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
