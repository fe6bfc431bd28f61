/*
 * unwatched.c - a watchdog that does nothing, linked before the engine's: the program that a
 * watched one is measured against (floor: tests).
 */
#include "config.h"

#include <stddef.h>

#include "engine/watchdog.h"

struct watchdog *watchdog_new(void)
{
	return NULL;
}

void watchdog_free(struct watchdog *watchdog)
{
	(void)watchdog;
}

void watchdog_turn(struct supervisor *sup, uint64_t now_ns)
{
	(void)sup, (void)now_ns;
}

void watchdog_buried(struct supervisor *sup, const struct remote *host)
{
	(void)sup, (void)host;
}

void watchdog_dump(struct supervisor *sup)
{
	(void)sup;
}

void watchdog_end(struct supervisor *sup)
{
	(void)sup;
}
