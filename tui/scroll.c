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

bool scroll_command(struct scroll *scroll, enum command command)
{
	int page = scroll->page > 1 ? scroll->page : 1;

	switch (command) {
	case COMMAND_UP:
	case COMMAND_DOWN:
		scroll_to(scroll, scroll->top + (command == COMMAND_UP ? -1 : 1));
		return true;
	case COMMAND_PAGE_UP:
	case COMMAND_PAGE_DOWN:
		scroll_to(scroll, scroll->top + (command == COMMAND_PAGE_UP ? -page : page));
		return true;
	case COMMAND_FIRST:
		scroll_to(scroll, 0);
		return true;
	case COMMAND_LAST:
		scroll_to(scroll, scroll->lines);
		return true;
	default:
		return false;
	}
}
