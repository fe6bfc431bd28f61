/*
 * terminal_test.c - the program on a real terminal, a pseudo one: what it shows, how it leaves,
 * what it leaves behind. Nothing sleeps: each step awaits text on the terminal or the end of the
 * process.
 */
#include "config.h"

#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "fake_run.h"
#include "tui/app.h"

#define MOUSE_ON     "\033[?1006;1000h"
#define MOUSE_OFF    "\033[?1006;1000l"
#define LEAVE_SCREEN "\033[?1049l"

enum { PATIENCE_MS = 20000, OUTPUT_BYTES = 1 << 20 };

struct fixture {
	struct fake_run run;
	int master;
	int slave; /* kept open: the modes are read from it after the program has ended */
	struct termios before;
	pid_t program;
	bool mouse;	    /* is asked for */
	bool others_end_it; /* the test ends the run, not the program's interrupts */
	char *output;	    /* all that came out, terminated */
	size_t length;
	size_t seen; /* what await has passed */
};

enum way { ATTACH, RUN };

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct winsize size = {.ws_row = 24, .ws_col = 80};

	fixture->output = calloc(1, OUTPUT_BYTES);
	fake_run_init(&fixture->run, getpid());
	if (openpty(&fixture->master, &fixture->slave, NULL, NULL, &size) != 0)
		return -1;
	tcgetattr(fixture->slave, &fixture->before);
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
	close(fixture->master);
	close(fixture->slave);
	fake_run_release(&fixture->run);
	free(fixture->output);
	free(fixture);
	return 0;
}

static void begin_on(struct fixture *fixture, enum way way, const char *term)
{
	fixture->program = fork();
	if (fixture->program != 0) {
		if (way == RUN && !fixture->others_end_it) {
			close(fixture->run.end[1]); /* the program alone holds the run's end */
			fixture->run.end[1] = -1;
		}
		return;
	}
	close(fixture->master);
	login_tty(fixture->slave);
	setenv("TERM", term, 1);
	setlocale(LC_ALL, "C.UTF-8");
	if (way == RUN && fixture->others_end_it)
		close(fixture->run.end[1]);
	struct app_settings settings = {.keys_fd = STDIN_FILENO,
					.mouse = fixture->mouse,
					.services = &fixture->run.services};
	_exit(way == RUN ? app_run(&fixture->run.services, &settings)
			 : app_attach(fixture->run.path, &settings));
}

static void begin(struct fixture *fixture, enum way way)
{
	begin_on(fixture, way, "xterm-256color");
}

/* Read what there is; false at the end or when patience ran out. */
static bool read_more(struct fixture *fixture)
{
	struct pollfd ready = {.fd = fixture->master, .events = POLLIN};

	if (poll(&ready, 1, PATIENCE_MS) != 1)
		return false;
	ssize_t count = read(fixture->master, fixture->output + fixture->length,
			     OUTPUT_BYTES - fixture->length - 1);
	if (count <= 0)
		return false;
	fixture->length += (size_t)count;
	fixture->output[fixture->length] = '\0';
	return true;
}

/* Until text comes out after what was awaited before. */
static void await(struct fixture *fixture, const char *text)
{
	const char *found;

	while ((found = strstr(fixture->output + fixture->seen, text)) == NULL) {
		if (!read_more(fixture))
			fail_msg("%s never came; there was:\n%s", text, fixture->output);
	}
	fixture->seen = (size_t)(found - fixture->output) + strlen(text);
}

static void type(struct fixture *fixture, const char *keys)
{
	assert_int_equal(write(fixture->master, keys, strlen(keys)), strlen(keys));
}

/* Await the end; returns waitpid's status. */
static int end_of(struct fixture *fixture)
{
	int status;

	/* The terminal must be emptied, or closing it would wait for us. */
	struct pollfd ready = {.fd = fixture->master, .events = POLLIN};
	while (waitpid(fixture->program, &status, WNOHANG) == 0) {
		if (poll(&ready, 1, 10) == 1)
			read_more(fixture);
	}
	while (poll(&ready, 1, 0) == 1 && read_more(fixture))
		;
	fixture->program = 0;
	return status;
}

static void assert_terminal_restored(struct fixture *fixture)
{
	struct termios after;

	assert_int_equal(tcgetattr(fixture->slave, &after), 0);
	assert_int_equal(after.c_lflag, fixture->before.c_lflag);
	assert_int_equal(after.c_iflag, fixture->before.c_iflag);
	assert_int_equal(after.c_oflag, fixture->before.c_oflag);
	assert_non_null(strstr(fixture->output, LEAVE_SCREEN));
}

static void a_watched_run_is_shown_and_q_leaves(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "RUNNING");
	await(fixture, "read-2");
	type(fixture, "q");
	int status = end_of(fixture);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_terminal_restored(fixture);
}

static void a_fatal_signal_gives_the_terminal_back(void **state)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		fixture->seen = fixture->length = 0;
		fixture->output[0] = '\0';
		begin(fixture, ATTACH);
		await(fixture, "RUNNING");
		kill(fixture->program, signals[i]);
		int status = end_of(fixture);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_terminal_restored(fixture);
	}
}

static void resize(struct fixture *fixture, unsigned short rows, unsigned short columns)
{
	struct winsize size = {.ws_row = rows, .ws_col = columns};

	/* The kernel tells the program with SIGWINCH. */
	assert_int_equal(ioctl(fixture->master, TIOCSWINSZ, &size), 0);
}

static void any_size_of_window_is_survived(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "read-2");
	resize(fixture, 60, 200);
	await(fixture, "PID/TID");
	resize(fixture, 1, 1);
	resize(fixture, 2, 3);
	resize(fixture, 10, 40);
	await(fixture, "F10");
	resize(fixture, 1, 1);
	type(fixture, "q");
	assert_int_equal(end_of(fixture), 0);
	assert_terminal_restored(fixture);
}

static void a_dead_supervisor_is_shown_and_q_still_leaves(void **state)
{
	struct fixture *fixture = *state;
	pid_t dead = fork();

	if (dead == 0)
		_exit(0);
	waitpid(dead, NULL, 0);
	fake_run_release(&fixture->run);
	fake_run_init(&fixture->run, dead);
	begin(fixture, ATTACH);
	await(fixture, "SUPERVISOR DIED");
	type(fixture, "q");
	assert_true(WIFEXITED(end_of(fixture)));
	assert_terminal_restored(fixture);
}

static void the_mouse_presses_keys_and_is_let_go_of_at_the_end(void **state)
{
	struct fixture *fixture = *state;

	fixture->mouse = true;
	begin(fixture, ATTACH);
	await(fixture, MOUSE_ON);
	await(fixture, "F10");
	type(fixture, "\033[<0;76;24M\033[<0;76;24m"); /* on Quit */
	assert_int_equal(end_of(fixture), 0);
	await(fixture, MOUSE_OFF);
	assert_terminal_restored(fixture);
}

static void the_mouse_is_let_go_of_by_a_fatal_signal_too(void **state)
{
	struct fixture *fixture = *state;

	fixture->mouse = true;
	begin(fixture, ATTACH);
	await(fixture, MOUSE_ON);
	await(fixture, "RUNNING");
	kill(fixture->program, SIGSEGV);
	assert_true(WIFSIGNALED(end_of(fixture)));
	await(fixture, MOUSE_OFF);
	assert_terminal_restored(fixture);
}

static void without_the_mouse_the_terminal_is_not_asked_for_it(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "RUNNING");
	type(fixture, "q");
	assert_int_equal(end_of(fixture), 0);
	assert_null(strstr(fixture->output, MOUSE_ON));
}

static void a_page_that_vanishes_leaves_its_last_picture(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "RUNNING");
	assert_int_equal(unlink(fixture->run.path), 0);
	type(fixture, "\t\t\t"); /* to the log: something to draw after the loss */
	await(fixture, "not a picture");
	type(fixture, "q");
	assert_int_equal(end_of(fixture), 0);
	assert_terminal_restored(fixture);
}

static void watching_ends_with_the_run_and_its_status(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "RUNNING");
	fake_run_end(&fixture->run, 3);
	int status = end_of(fixture);
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_non_null(strstr(fixture->output, "the summary of the run"));
	assert_terminal_restored(fixture);
}

static void a_hang_up_ends_the_program(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, ATTACH);
	await(fixture, "RUNNING");
	kill(fixture->program, SIGHUP);
	assert_int_equal(WEXITSTATUS(end_of(fixture)), 129);
	assert_terminal_restored(fixture);
}

static void ctrl_c_drains_and_a_second_one_stops(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, RUN);
	await(fixture, "RUNNING");
	type(fixture, "\003");
	await(fixture, "DRAINING");
	type(fixture, "\003"); /* here the run ends */
	int status = end_of(fixture);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 130);
	assert_non_null(strstr(fixture->output, "the summary of the run"));
	assert_terminal_restored(fixture);
}

static void the_end_screen_waits_for_a_key(void **state)
{
	struct fixture *fixture = *state;

	fixture->others_end_it = true;
	begin(fixture, RUN);
	await(fixture, "RUNNING");
	fake_run_end(&fixture->run, 1);
	await(fixture, "[End");
	type(fixture, "q");
	end_of(fixture);
	assert_terminal_restored(fixture);
}

static void a_terminal_that_cannot_be_drawn_on_is_refused(void **state)
{
	struct fixture *fixture = *state;

	begin_on(fixture, ATTACH, "dumb");
	int status = end_of(fixture);
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_non_null(strstr(fixture->output, "TERM=dumb"));
	assert_null(strstr(fixture->output, "\033"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(a_watched_run_is_shown_and_q_leaves),
		CASE(a_fatal_signal_gives_the_terminal_back),
		CASE(any_size_of_window_is_survived),
		CASE(a_dead_supervisor_is_shown_and_q_still_leaves),
		CASE(the_mouse_presses_keys_and_is_let_go_of_at_the_end),
		CASE(the_mouse_is_let_go_of_by_a_fatal_signal_too),
		CASE(without_the_mouse_the_terminal_is_not_asked_for_it),
		CASE(a_page_that_vanishes_leaves_its_last_picture),
		CASE(watching_ends_with_the_run_and_its_status),
		CASE(a_hang_up_ends_the_program),
		CASE(ctrl_c_drains_and_a_second_one_stops),
		CASE(the_end_screen_waits_for_a_key),
		CASE(a_terminal_that_cannot_be_drawn_on_is_refused),
#undef CASE
	};

	/* A terminal's end must not end the test. */
	signal(SIGHUP, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
