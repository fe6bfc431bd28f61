/*
 * scroll.c - where a text that is longer than its window is scrolled to (floor: tui). One thread.
 */
#include "config.h"

#include "tui/scroll.h"

static void scroll_to(struct scroll *scroll, int top)
{
	int most = scroll->lines - scroll->page;

	scroll->top = top > most ? most : top;
	if (scroll->top < 0)
		scroll->top = 0;
}

void scroll_fit(struct scroll *scroll, int lines, int page)
{
	scroll->lines = lines;
	scroll->page = page;
	scroll_to(scroll, scroll->top);
}

/* Where the command leads to from there, before it is held against the ends; false: nowhere. */
static bool find_target(enum command command, int at, int page, int last, int *to)
{
	if (page < 1)
		page = 1;
	switch (command) {
	case COMMAND_UP:
	case COMMAND_DOWN:
		*to = at + (command == COMMAND_UP ? -1 : 1);
		return true;
	case COMMAND_PAGE_UP:
	case COMMAND_PAGE_DOWN:
		*to = at + (command == COMMAND_PAGE_UP ? -page : page);
		return true;
	case COMMAND_FIRST:
	case COMMAND_LAST:
		*to = command == COMMAND_FIRST ? 0 : last;
		return true;
	default:
		return false;
	}
}

bool scroll_command(struct scroll *scroll, enum command command)
{
	int to;

	if (!find_target(command, scroll->top, scroll->page, scroll->lines, &to))
		return false;
	scroll_to(scroll, to);
	return true;
}

bool scroll_choose(enum command command, int count, int page, int *chosen)
{
	int to;

	if (!find_target(command, *chosen, page, count, &to))
		return false;
	if (to >= count)
		to = count - 1;
	*chosen = to > 0 ? to : 0;
	return true;
}
