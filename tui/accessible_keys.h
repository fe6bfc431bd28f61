/*
 * accessible_keys.h - commands and questions of a run that is told in sentences (floor: tui).
 *
 * The questions, the menus and what they send are those of the screens; here they are lines, added
 * one after the other, and a choice is the letter that the line names. Nothing is drawn or moved.
 */
#ifndef IMGTOP_TUI_ACCESSIBLE_KEYS_H
#define IMGTOP_TUI_ACCESSIBLE_KEYS_H

#include <stdio.h>

#include "tui/ui.h"

struct accessible_keys;

/*
 * keys_fd: a terminal, or -1 where keys come from elsewhere (accessible_key); it stays the
 * caller's, like the model and the stream. services: for what is written down, may be NULL. own: of
 * a run of ours, which quitting asks about. Never fails.
 */
struct accessible_keys *accessible_keys_new(FILE *stream, const struct ui_services *services,
					    struct model *model, int keys_fd, bool own);

/* The terminal is as it was before. */
void accessible_keys_free(struct accessible_keys *keys);

/* Say that there are keys (NULL: nothing), once. */
void accessible_keys_greet(struct accessible_keys *keys);

/* For poll; -1 while there are no keys. To be asked before each poll. */
int accessible_keys_fd(struct accessible_keys *keys);

/* Take what was typed, or a pause in it (readable: false), and answer. Returns what only the caller
 * can do: UI_QUIT, UI_LET_GO, UI_CANCEL, or UI_NOTHING. */
enum ui_request accessible_keys_take(struct accessible_keys *keys, bool readable);

/* Stop as SIGTSTP does, with the terminal as it was; returns when the program is continued. */
void accessible_keys_stop(struct accessible_keys *keys);

/* One key, as if it had been typed. Returns as above. */
enum ui_request accessible_key(struct accessible_keys *keys, int key);

#endif
