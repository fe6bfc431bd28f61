/*
 * screens.c - the list of screens (floor: tui). Constant data.
 */
#include "config.h"

#include "tui/screens.h"

static const struct screen *const screens[SCREEN_COUNT] = {
#define SCREEN_ENTRY(name) &screen_##name,
	SCREENS(SCREEN_ENTRY)
#undef SCREEN_ENTRY
};

const struct screen *screens_at(size_t index)
{
	return index < SCREEN_COUNT ? screens[index] : NULL;
}

size_t screens_index(const struct screen *screen)
{
	size_t index = 0;

	while (index < SCREEN_COUNT && screens[index] != screen)
		index++;
	return index;
}
