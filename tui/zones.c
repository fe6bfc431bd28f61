/*
 * zones.c - the list of places that can be clicked on (floor: tui). One thread.
 */
#include "config.h"

#include "tui/zones.h"

#include <stddef.h>

void zones_add(struct zones *zones, const struct zone *zone)
{
	if (zones->count < ZONES && zone->width > 0)
		zones->zone[zones->count++] = *zone;
}

const struct zone *zones_at(const struct zones *zones, int row, int column)
{
	for (int i = zones->count - 1; i >= 0; i--) {
		const struct zone *zone = &zones->zone[i];
		if (zone->row == row && column >= zone->column &&
		    column < zone->column + zone->width)
			return zone;
	}
	return NULL;
}
