/*
 * keyboard_test.c - keys of a terminal that is not drawn on: sequences, Esc, and the terminal's
 * mode before, during and after.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/keyboard.h"
#include "tui/keys.h"

/* Bytes as if they had just been read. */
static void feed(struct keyboard *keyboard, const char *bytes)
{
	size_t length = strlen(bytes);

	assert_true(keyboard->count + length <= KEYBOARD_BYTES);
	memcpy(keyboard->bytes + keyboard->count, bytes, length);
	keyboard->count += length;
	keyboard->waiting = false; /* as keyboard_read does */
}

static void sequences_of_terminals_are_keys(void **state)
{
	static const struct {
		const char *bytes;
		int key;
	} cases[] = {
		{"q", 'q'},
		{"\r", KEYS_ENTER},
		{"\n", KEYS_ENTER},
		{"\b", KEYS_BACKSPACE},
		{"\033[A", KEYS_UP},
		{"\033OA", KEYS_UP},
		{"\033[B", KEYS_DOWN},
		{"\033[1;5B", KEYS_DOWN},
		{"\033[H", KEYS_HOME},
		{"\033[4~", KEYS_END},
		{"\033[5~", KEYS_PAGE_UP},
		{"\033OP", KEYS_F0 + 1},
		{"\033[11~", KEYS_F0 + 1},
		{"\033[18~", KEYS_F0 + 7},
		{"\033[21~", KEYS_F0 + 10},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct keyboard keyboard = {.fd = -1};

		feed(&keyboard, cases[i].bytes);
		feed(&keyboard, "z");
		assert_int_equal(keyboard_key(&keyboard, false), cases[i].key);
		assert_int_equal(keyboard_key(&keyboard, false), 'z');
		assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	}
}

static void what_is_not_known_is_left_out_whole(void **state)
{
	struct keyboard keyboard = {.fd = -1};
	(void)state;

	feed(&keyboard, "\033[200~\033[99;1Rk\303\274p");
	assert_int_equal(keyboard_key(&keyboard, false), 'k');
	assert_int_equal(keyboard_key(&keyboard, false), 'p');
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
}

static void a_sequence_that_comes_in_pieces_is_one_key(void **state)
{
	struct keyboard keyboard = {.fd = -1};
	(void)state;

	/* The pieces by themselves would be Esc, [ (retire a worker!) and A. */
	feed(&keyboard, "\033");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	assert_int_equal(keyboard_key(&keyboard, true), KEYS_NONE);
	feed(&keyboard, "[");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	feed(&keyboard, "A");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_UP);
	feed(&keyboard, "\033[");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	assert_int_equal(keyboard_key(&keyboard, true), KEYS_NONE);
	/* half of one that never goes on is nothing */
	assert_int_equal(keyboard_key(&keyboard, true), KEYS_NONE);
	feed(&keyboard, "A");
	assert_int_equal(keyboard_key(&keyboard, false), 'A');
}

static void an_escape_by_itself_is_a_key_after_a_while(void **state)
{
	struct keyboard keyboard = {.fd = -1};
	(void)state;

	feed(&keyboard, "\033");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	assert_int_equal(keyboard_key(&keyboard, true), KEYS_NONE);
	assert_int_equal(keyboard_key(&keyboard, true), KEYS_ESCAPE);
	feed(&keyboard, "\033x");
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_ESCAPE);
	assert_int_equal(keyboard_key(&keyboard, false), 'x');
}

/* More than fits, without an end: nothing may be written past the bytes or stand still for ever. */
static void an_endless_sequence_is_thrown_away(void **state)
{
	struct keyboard keyboard = {.fd = -1};
	(void)state;

	memset(keyboard.bytes, '1', sizeof(keyboard.bytes));
	keyboard.bytes[0] = KEYS_ESCAPE;
	keyboard.bytes[1] = '[';
	keyboard.count = sizeof(keyboard.bytes);
	assert_int_equal(keyboard_key(&keyboard, false), KEYS_NONE);
	assert_int_equal(keyboard.count, 0);
}

static void open_terminal(int *master, int *slave)
{
	*master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
	*slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
	assert_true(*slave >= 0);
}

/* In a session of its own, whose terminal the slave is; exit status 0: as expected. */
static int in_foreground(int slave)
{
	struct termios before, during, after;
	struct keyboard keyboard;

	if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) != 0 || tcgetattr(slave, &before) != 0)
		return 10;
	keyboard_open(&keyboard, slave);
	tcgetattr(slave, &during);
	if ((during.c_lflag & (ICANON | ECHO)) != 0 || (during.c_lflag & ISIG) == 0 ||
	    during.c_oflag != before.c_oflag)
		return 11;
	struct pollfd ready = {.fd = keyboard_fd(&keyboard), .events = POLLIN};
	if (ready.fd != slave || poll(&ready, 1, 20000) != 1)
		return 12;
	keyboard_read(&keyboard);
	if (keyboard_key(&keyboard, false) != 'k')
		return 13;
	/* Somebody else who reads the terminal was quicker: there is nothing, and it stays ours. */
	if (fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK) != 0)
		return 15;
	keyboard_read(&keyboard);
	if (keyboard_fd(&keyboard) != slave)
		return 16;
	keyboard_close(&keyboard);
	tcgetattr(slave, &after);
	return after.c_lflag == before.c_lflag ? 0 : 14;
}

static void the_terminal_gives_keys_at_once_and_is_as_before_afterwards(void **state)
{
	int master, slave, status;
	(void)state;

	open_terminal(&master, &slave);
	assert_int_equal(write(master, "k", 1), 1);
	pid_t child = fork();
	if (child == 0)
		_exit(in_foreground(slave));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(slave);
	close(master);
}

static void a_terminal_of_others_is_left_alone(void **state)
{
	struct termios before, during;
	struct keyboard keyboard;
	int master, slave;
	(void)state;

	open_terminal(&master, &slave); /* not ours: we are in nobody's foreground there */
	tcgetattr(slave, &before);
	keyboard_open(&keyboard, slave);
	assert_int_equal(keyboard_fd(&keyboard), -1);
	tcgetattr(slave, &during);
	assert_int_equal(during.c_lflag, before.c_lflag);
	keyboard_close(&keyboard);
	keyboard_open(&keyboard, -1);
	assert_int_equal(keyboard_fd(&keyboard), -1);
	close(slave);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_of_terminals_are_keys),
		cmocka_unit_test(what_is_not_known_is_left_out_whole),
		cmocka_unit_test(a_sequence_that_comes_in_pieces_is_one_key),
		cmocka_unit_test(an_escape_by_itself_is_a_key_after_a_while),
		cmocka_unit_test(an_endless_sequence_is_thrown_away),
		cmocka_unit_test(the_terminal_gives_keys_at_once_and_is_as_before_afterwards),
		cmocka_unit_test(a_terminal_of_others_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
