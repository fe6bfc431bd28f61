/*
 * accessible.h - a run told in sentences, for those who hear the screen (floor: tui).
 *
 * Lines are only ever added, one for each thing that has changed; nothing is drawn, moved or taken
 * back.
 */
#ifndef IMGTOP_TUI_ACCESSIBLE_H
#define IMGTOP_TUI_ACCESSIBLE_H

#include <stdio.h>

#include "tui/model.h"

struct accessible;

struct accessible *accessible_new(FILE *stream);
void accessible_free(struct accessible *accessible);

/* Say what has changed since the last look. */
void accessible_look(struct accessible *accessible, const struct model *model);

#endif
