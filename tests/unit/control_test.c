/*
 * control_test.c - commands: their table, parsing, and the client's side of the socket.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <poll.h>
#include <unistd.h>

#include <cmocka.h>

#include "view/control.h"

static void each_command_is_parsed_into_verb_and_arguments(void **state)
{
	static const struct {
		const char *message;
		enum control_verb verb;
		unsigned narguments;
		const char *argument[2];
	} cases[] = {
		{"pause", CONTROL_PAUSE, 0, {NULL}},
		{"resume", CONTROL_RESUME, 0, {NULL}},
		{"cancel", CONTROL_CANCEL, 0, {NULL}},
		{"add decode", CONTROL_ADD, 1, {"decode"}},
		{"retire decode-3", CONTROL_RETIRE, 1, {"decode-3"}},
		{"capacity write 16", CONTROL_CAPACITY, 2, {"write", "16"}},
		{"kill decode-1", CONTROL_KILL, 1, {"decode-1"}},
		{"kill decode-1 2", CONTROL_KILL, 2, {"decode-1", "2"}},
		{"abandon read-1 1", CONTROL_ABANDON, 2, {"read-1", "1"}},
	};
	struct control_request request;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			control_parse(cases[i].message, strlen(cases[i].message), &request, &err),
			0);
		assert_int_equal(request.verb, cases[i].verb);
		assert_int_equal(request.narguments, cases[i].narguments);
		for (unsigned j = 0; j < request.narguments; j++)
			assert_string_equal(request.argument[j], cases[i].argument[j]);
	}
}

static void what_is_no_command_is_refused_with_what_it_takes(void **state)
{
	static const struct {
		const char *message;
		const char *says;
	} cases[] = {
		{"", "there are pause"},
		{"paus", "\"paus\" is no command"},
		{"Pause", "is no command"},
		{" pause", "is no command"},
		{"pause now", "pause takes no argument"},
		{"pause ", "pause takes no argument"},
		{"add", "add takes STATION"},
		{"add a b", "add takes STATION"},
		{"add  a", "empty or too long"},
		{"add ", "empty or too long"},
		{"capacity write", "capacity takes QUEUE N"},
		{"capacity write x", "\"x\" is not a number"},
		{"capacity write 0", "not a number from 1 on"},
		{"capacity write -1", "not a number"},
		{"capacity write 9999999999", "not a number"},
		{"kill", "kill takes WORKER [INCARNATION]"},
		{"kill a 1 1", "kill takes WORKER"},
		{"add \x1b[31m", "control characters"},
		{"pause\n", "control characters"},
		{"add 0123456789012345678901234567890123456789012345678901234567890123",
		 "empty or too long"},
	};
	struct control_request request;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err_clear(&err);
		assert_int_equal(
			control_parse(cases[i].message, strlen(cases[i].message), &request, &err),
			-1);
		assert_int_equal(err.kind, ERR_PERMANENT);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("\"%s\" gives \"%s\"", cases[i].message, err.text);
	}
}

static void a_message_with_a_nul_or_too_many_bytes_is_refused(void **state)
{
	struct control_request request;
	struct err err;
	char large[CONTROL_MESSAGE_BYTES + 1];

	(void)state;
	memset(large, 'a', sizeof large);
	assert_int_equal(control_parse("pause\0x", 7, &request, &err), -1);
	assert_int_equal(control_parse(large, sizeof large, &request, &err), -1);
	assert_non_null(strstr(err.text, "at most"));
}

static void every_verb_says_what_it_does_and_takes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CONTROL_VERBS; i++) {
		const struct control_verb_info *info = control_verb_info((enum control_verb)i);

		assert_non_null(info->name);
		assert_true(strlen(info->help) > 0);
		assert_true(info->least_arguments <= info->most_arguments);
		assert_true(info->most_arguments <= CONTROL_ARGUMENTS);
		assert_int_equal(info->most_arguments == 0, info->arguments[0] == '\0');
	}
}

static void the_socket_stands_beside_the_page(void **state)
{
	char *path = control_socket_path("/run/a.page");

	(void)state;
	assert_string_equal(path, "/run/a.sock");
	free(path);
	path = control_socket_path("a");
	assert_string_equal(path, "a.sock");
	free(path);
}

/* Serve one request in a child: answer, or none (NULL) but hold the connection until it is dropped.
 */
static pid_t serve_once(int listener, const char *expected, const char *answer)
{
	char request[CONTROL_MESSAGE_BYTES];
	struct pollfd ready = {.fd = listener, .events = POLLIN};
	ssize_t length;
	pid_t child = fork();
	int fd;

	if (child != 0)
		return child;
	poll(&ready, 1, -1);
	fd = accept(listener, NULL, NULL);
	length = recv(fd, request, sizeof request, 0);
	if (length != (ssize_t)strlen(expected) || memcmp(request, expected, (size_t)length) != 0)
		_exit(1);
	if (answer != NULL)
		send(fd, answer, strlen(answer), MSG_NOSIGNAL);
	else
		recv(fd, request, sizeof request, 0);
	_exit(0);
}

static void assert_served(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void an_exchange_ends_with_ok_with_a_sentence_or_in_time(void **state)
{
	char folder[] = "/tmp/imgtop-control-XXXXXX";
	char path[64];
	struct err err;
	int listener;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/run.sock", folder);
	assert_int_equal(control_send(path, "pause", 1000, &err), -1);
	listener = control_listen(path, &err);
	assert_true(listener >= 0);
	child = serve_once(listener, "pause", "ok");
	assert_int_equal(control_send(path, "pause", 10000, &err), 0);
	assert_served(child);
	child = serve_once(listener, "add x", "error: there is no station x");
	assert_int_equal(control_send(path, "add x", 10000, &err), -1);
	assert_string_equal(err.text, "there is no station x");
	assert_served(child);
	child = serve_once(listener, "cancel", NULL);
	assert_int_equal(control_send(path, "cancel", 20, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, "no answer"));
	assert_served(child);
	close(listener);
	unlink(path);
	rmdir(folder);
}

static void a_path_longer_than_a_socket_name_is_reached(void **state)
{
	char folder[] = "/tmp/imgtop-control-XXXXXX";
	char deep[192], path[224];
	struct err err;
	int listener;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(deep, sizeof deep, "%s/%0120d", folder, 0);
	assert_int_equal(mkdir(deep, 0700), 0);
	snprintf(path, sizeof path, "%s/run.sock", deep);
	listener = control_listen(path, &err);
	assert_true(listener >= 0);
	child = serve_once(listener, "resume", "ok");
	assert_int_equal(control_send(path, "resume", 10000, &err), 0);
	assert_served(child);
	close(listener);
	unlink(path);
	rmdir(deep);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_parsed_into_verb_and_arguments),
		cmocka_unit_test(what_is_no_command_is_refused_with_what_it_takes),
		cmocka_unit_test(a_message_with_a_nul_or_too_many_bytes_is_refused),
		cmocka_unit_test(every_verb_says_what_it_does_and_takes),
		cmocka_unit_test(the_socket_stands_beside_the_page),
		cmocka_unit_test(an_exchange_ends_with_ok_with_a_sentence_or_in_time),
		cmocka_unit_test(a_path_longer_than_a_socket_name_is_reached),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
