/*
 * keyboard.c - bytes of a terminal to keys, without curses, which would draw (floor: tui). One
 * thread.
 *
 * Sequences are those that xterm and what imitates it send: ESC [ A and ESC O A, ESC [ 15 ~.
 */
#include "config.h"

#include "tui/keyboard.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tui/keys.h"

enum { INCOMPLETE = -1 };

void keyboard_open(struct keyboard *keyboard, int fd)
{
	*keyboard = (struct keyboard){.fd = fd};
	(void)keyboard_fd(keyboard);
}

void keyboard_close(struct keyboard *keyboard)
{
	if (keyboard->ours && tcgetpgrp(keyboard->fd) == getpgrp())
		(void)tcsetattr(keyboard->fd, TCSADRAIN, &keyboard->before);
	keyboard->ours = false;
}

static void take(struct keyboard *keyboard)
{
	struct termios mode;

	if (tcgetattr(keyboard->fd, &keyboard->before) != 0) {
		keyboard->fd = -1;
		return;
	}
	mode = keyboard->before;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	mode.c_cc[VQUIT] = _POSIX_VDISABLE; /* would leave the terminal without its echo */
	keyboard->ours = tcsetattr(keyboard->fd, TCSADRAIN, &mode) == 0;
}

int keyboard_fd(struct keyboard *keyboard)
{
	if (keyboard->fd < 0)
		return -1;
	if (tcgetpgrp(keyboard->fd) != getpgrp())
		return -1;
	if (!keyboard->ours)
		take(keyboard);
	return keyboard->ours ? keyboard->fd : -1;
}

void keyboard_read(struct keyboard *keyboard)
{
	size_t room = KEYBOARD_BYTES - keyboard->count;
	ssize_t count;

	if (room == 0)
		return;
	if (tcgetpgrp(keyboard->fd) != getpgrp())
		return; /* in the background since poll: reading would stop the program */
	count = read(keyboard->fd, keyboard->bytes + keyboard->count, room);
	if (count > 0) {
		keyboard->count += (size_t)count;
	} else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
		keyboard_close(keyboard);
		keyboard->fd = -1;
	}
	keyboard->waiting = false;
}

static void drop(struct keyboard *keyboard, size_t count)
{
	keyboard->count -= count;
	memmove(keyboard->bytes, keyboard->bytes + count, keyboard->count);
}

/* ESC [ 15 ~: the number of the key. */
static int numbered_key(unsigned number)
{
	static const struct {
		unsigned number;
		int key;
	} keys[] = {
		{1, KEYS_HOME},	     {3, KEYS_DELETE},	{4, KEYS_END},	    {5, KEYS_PAGE_UP},
		{6, KEYS_PAGE_DOWN}, {11, KEYS_F0 + 1}, {12, KEYS_F0 + 2},  {13, KEYS_F0 + 3},
		{14, KEYS_F0 + 4},   {15, KEYS_F0 + 5}, {17, KEYS_F0 + 6},  {18, KEYS_F0 + 7},
		{19, KEYS_F0 + 8},   {20, KEYS_F0 + 9}, {21, KEYS_F0 + 10},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].number == number)
			return keys[i].key;
	}
	return KEYS_NONE;
}

/* ESC O P, ESC [ A: the letter of the key. */
static int lettered_key(unsigned char letter)
{
	switch (letter) {
	case 'A':
		return KEYS_UP;
	case 'B':
		return KEYS_DOWN;
	case 'C':
		return KEYS_RIGHT;
	case 'D':
		return KEYS_LEFT;
	case 'H':
		return KEYS_HOME;
	case 'F':
		return KEYS_END;
	case 'Z':
		return KEYS_BACK_TAB;
	default:
		return letter >= 'P' && letter <= 'S' ? KEYS_F0 + 1 + (letter - 'P') : KEYS_NONE;
	}
}

/* The sequence that the bytes begin with, which are more than an Esc; INCOMPLETE: its end is still
 * to come. Drops it. */
static int sequence(struct keyboard *keyboard)
{
	const unsigned char *bytes = keyboard->bytes;
	unsigned number = 0; /* the first one; what follows are the keys held down with it */
	size_t at = 2, digits = 2;

	if (bytes[1] != '[' && bytes[1] != 'O') { /* Alt and a key, or Esc and another key */
		drop(keyboard, 1);
		return KEYS_ESCAPE;
	}
	while (at < keyboard->count && bytes[at] < '@') {
		if (at == digits && bytes[at] >= '0' && bytes[at] <= '9' && number < 100)
			number = number * 10 + (bytes[digits++] - '0');
		at++;
	}
	if (at == keyboard->count && at < KEYBOARD_BYTES)
		return INCOMPLETE;
	int key = KEYS_NONE;
	if (at < keyboard->count && bytes[at] == '~')
		key = numbered_key(number);
	else if (at < keyboard->count && number <= 1) /* others are answers, not keys */
		key = lettered_key(bytes[at]);
	drop(keyboard, at == keyboard->count ? at : at + 1);
	return key;
}

/* What has begun and did not go on: an Esc by itself, or half a sequence, which is no key. */
static int give_up(struct keyboard *keyboard)
{
	int key = keyboard->count == 1 ? KEYS_ESCAPE : KEYS_NONE;

	drop(keyboard, keyboard->count);
	return key;
}

int keyboard_key(struct keyboard *keyboard, bool idle)
{
	while (keyboard->count > 0) {
		int key = keyboard->bytes[0];

		if (key == KEYS_ESCAPE) {
			key = keyboard->count == 1 ? INCOMPLETE : sequence(keyboard);
			if (key == INCOMPLETE) {
				/* A byte more may come in the same breath; not in two. */
				if (idle && keyboard->waiting)
					return give_up(keyboard);
				keyboard->waiting = idle;
				return KEYS_NONE;
			}
		} else {
			drop(keyboard, 1);
		}
		if (key == '\r')
			key = KEYS_ENTER;
		if (key == '\b')
			key = KEYS_BACKSPACE;
		if (key != KEYS_NONE && (key < 128 || key >= KEYS_SPECIAL))
			return key;
	}
	return KEYS_NONE;
}
