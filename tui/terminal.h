/*
 * terminal.h - the terminal through curses: the only file that calls it (floor: tui).
 *
 * The terminal is as it was before on every way out: terminal_close, a fatal signal, exit(). Only
 * SIGKILL cannot be helped.
 */
#ifndef IMGTOP_TUI_TERMINAL_H
#define IMGTOP_TUI_TERMINAL_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/canvas.h"

struct terminal;

/* Take the terminal over: keys from keys_fd, picture to standard output. */
struct terminal *terminal_open(int keys_fd, struct err *err);
void terminal_close(struct terminal *terminal);

void terminal_size(const struct terminal *terminal, int *rows, int *columns);

/* Colours, and whether the terminal reports the mouse to us or keeps it for itself. */
void terminal_style(struct terminal *terminal, enum scheme scheme, bool mouse);

/* The window has changed: ask for its size. */
void terminal_resized(struct terminal *terminal);

/* Show a canvas: what differs from the one of its size that was shown last, or every cell when
 * `shown` is NULL. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas,
		   const struct canvas *shown);

/* What the mouse did, and where, when the key was KEYS_MOUSE. */
enum terminal_button { TERMINAL_CLICK, TERMINAL_WHEEL_UP, TERMINAL_WHEEL_DOWN };
struct terminal_mouse {
	enum terminal_button button;
	int row;
	int column;
};
struct terminal_mouse terminal_mouse(const struct terminal *terminal);

/* A key, KEYS_NONE when none waits, TERMINAL_GONE when there will never be one again. */
enum { TERMINAL_GONE = -1 };
int terminal_key(struct terminal *terminal);

/* Give the terminal back for a while, and take it again. */
void terminal_suspend(struct terminal *terminal);
void terminal_resume(struct terminal *terminal);

#endif
