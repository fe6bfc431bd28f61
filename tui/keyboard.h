/*
 * keyboard.h - keys of a terminal on which nothing is drawn (floor: tui).
 *
 * The terminal gives each key at once and echoes none; what is printed on it, and Ctrl-C and
 * Ctrl-Z, are as they were. Keys are the terminal's only while the program is in the foreground: in
 * the background it neither reads nor changes anything, as that would stop it.
 */
#ifndef IMGTOP_TUI_KEYBOARD_H
#define IMGTOP_TUI_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { KEYBOARD_BYTES = 64 };

struct keyboard {
	int fd;	      /* -1: there is none, or it is gone */
	bool ours;    /* its mode is set */
	bool waiting; /* an Esc came last: a key by itself, unless the next bytes say otherwise */
	struct termios before;
	unsigned char bytes[KEYBOARD_BYTES];
	size_t count;
};

/* fd: a terminal, or -1 for no keys at all. It stays the caller's. */
void keyboard_open(struct keyboard *keyboard, int fd);

/* Give the terminal back as it was. */
void keyboard_close(struct keyboard *keyboard);

/* The descriptor to poll, -1 while there is nothing to read from. Takes the terminal when the
 * program has come to the foreground, so call it before each poll. */
int keyboard_fd(struct keyboard *keyboard);

/* Read what there is; call it when poll says so. */
void keyboard_read(struct keyboard *keyboard);

/* The next key, KEYS_NONE when there is none. Sequences of keys that imgtop does not know, and
 * bytes beyond ASCII, are left out. `idle`: nothing came for a while, so that an Esc is the key. */
int keyboard_key(struct keyboard *keyboard, bool idle);

#endif
